"""A reader's own phone number, e-mail address and lost card."""

from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from jieyue.interfaces.web.access import ReaderRequest, elsewhere, reader_page
from jieyue.interfaces.web.rendering import draw
from jieyue.interfaces.web.site import asking
from jieyue.interfaces.web.site.asking import address_of
from jieyue.kit import clock
from jieyue.patrons.actions import PatronRefused
from jieyue.patrons.codes import ways_offered
from jieyue.patrons.own import change_own_address, report_own_card_lost
from jieyue.patrons.queries import patron_by_id

CHANGE: Final = "change_address"


@require_POST
@reader_page
def card_lost(request: ReaderRequest) -> HttpResponse:
    """Stop one's own card at once, and say how to get a new one."""
    outcome = report_own_card_lost(request.desk)
    if isinstance(outcome, PatronRefused):
        messages.warning(request, _("You have no card now. Ask at the desk for one."))
    else:
        messages.success(request, _("The card is stopped. Nobody can borrow with it any more."))
    return elsewhere(request, address_of(request, "account"))


@require_http_methods(["GET", "POST"])
@reader_page
def contact(request: ReaderRequest) -> HttpResponse:
    """Ask for a code at the new phone number or e-mail address."""
    have = ways_offered()
    given = request.POST.get("way", request.GET.get("way", ""))
    way = given if given in have else next(iter(have), "")
    if not way:
        return elsewhere(request, address_of(request, "account"))
    if request.method == "GET":
        return _form(request, way)
    now = clock.now()
    before = asking.under_way(request, CHANGE)
    view = asking.view_of(before.code, now) if before and "again" in request.POST else None
    address = view.address if view else request.POST.get("address", "")
    error = asking.ask(request, purpose=CHANGE, way=way, address=address, now=now)
    if error and view and before:
        page = _page(request, way)
        return asking.digits_page(request, before, page=page, now=now, error=error, status=429)
    if error:
        return _form(request, way, error=error, address=address[:200])
    return elsewhere(request, address_of(request, "contact_code"))


@require_http_methods(["GET", "POST"])
@reader_page
def contact_code(request: ReaderRequest) -> HttpResponse:
    """Take the code from the new one, change the record, and tell the old one."""
    asked, now = asking.under_way(request, CHANGE), clock.now()
    if asked is None:
        return elsewhere(request, address_of(request, "account"))
    page = _page(request, asked.way)
    if request.method == "GET":
        return asking.digits_page(request, asked, page=page, now=now)
    found = asking.tried(asked, request.POST.get("digits", ""), now)
    if isinstance(found, str):
        if asking.view_of(asked.code, now) is None:
            return _form(request, asked.way, error=found)
        return asking.digits_page(request, asked, page=page, now=now, error=found, status=422)
    request.session.pop(asking.ASKED, None)
    had = _has(request, found.way)
    change_own_address(
        request.desk, way=found.way, address=found.address, language=get_language() or ""
    )
    told = _("It is changed. The old number or address was told.")
    messages.success(request, told if had else _("It is on your record now."))
    return elsewhere(request, address_of(request, "account"))


def _page(request: ReaderRequest, way: str) -> dict[str, Any]:
    return {
        "heading": _("Type the code"),
        "button": _("Change it"),
        "check": address_of(request, "contact_code"),
        "again": address_of(request, "contact"),
        "back": f"{address_of(request, 'contact')}?way={way}",
        "is_sure": True,
    }


def _form(request: ReaderRequest, way: str, *, error: str = "", address: str = "") -> HttpResponse:
    context = {
        "by": way,
        "error": error,
        "address": address,
        "has_old": _has(request, way),
        "page_active": "me",
    }
    return draw(request, "site/contact.html", context, status=422 if error else 200)


def _has(request: ReaderRequest, way: str) -> bool:
    """Say whether there is a number or address of this kind on record until now."""
    reader: Any = request.page["reader"]
    me = patron_by_id(reader.public_id)
    return me is not None and bool(me.phone_masked if way == "sms" else me.email)
