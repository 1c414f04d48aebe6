"""Signing in by a one-time code: asking for it, typing it, or the link in the mail."""

from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from jieyue.interfaces.web.access import LibraryRequest, elsewhere
from jieyue.interfaces.web.rendering import draw
from jieyue.interfaces.web.site import asking, ways
from jieyue.interfaces.web.site.asking import Asked, address_of
from jieyue.interfaces.web.site.entering import Entering, enter
from jieyue.interfaces.web.site.known import remember
from jieyue.kit import clock
from jieyue.libraries.settings.elsewhere import who_work
from jieyue.patrons.codes import CodeRight
from jieyue.patrons.readers import SignInCandidate, account_for, readers_of_address

SIGN_IN: Final = "sign_in"


@require_POST
def ask(request: LibraryRequest) -> HttpResponse:
    """Have a code sent to a phone number or e-mail address; says the same for any."""
    way, now = request.POST.get("way", "sms"), clock.now()
    before = asking.under_way(request, SIGN_IN)
    view = asking.view_of(before.code, now) if before and "again" in request.POST else None
    address = view.address if view else request.POST.get("address", "")
    link = address_of(request, "code_link")
    refusal = asking.ask(request, purpose=SIGN_IN, way=way, address=address, now=now, link=link)
    if refusal and view and before:
        page = _page(request, before)
        return asking.digits_page(request, before, page=page, now=now, error=refusal, status=429)
    if refusal:
        return ways.page(request, by=way, error=refusal, status=422, address=address[:200])
    return elsewhere(request, address_of(request, "code"))


@require_http_methods(["GET", "POST"])
def digits(request: LibraryRequest) -> HttpResponse:
    """Take the digits, and sign in whoever reads what is sent there."""
    asked, now = asking.under_way(request, SIGN_IN), clock.now()
    if asked is None:
        return elsewhere(request, address_of(request, "library_sign_in"))
    if request.method == "GET":
        return asking.digits_page(request, asked, page=_page(request, asked), now=now)
    found = asking.tried(asked, request.POST.get("digits", ""), now)
    if isinstance(found, str):
        if asking.view_of(asked.code, now) is None:
            return ways.page(request, by=asked.way, error=found, status=422)
        page = _page(request, asked)
        return asking.digits_page(request, asked, page=page, now=now, error=found, status=422)
    return _enter(request, found, asked, now)


def _page(request: LibraryRequest, asked: Asked) -> dict[str, Any]:
    back = {"by": asked.way, **({"next": asked.next} if asked.next else {})}
    return {
        "heading": _("Type the code"),
        "button": _("Sign in"),
        "check": address_of(request, "code"),
        "again": address_of(request, "ask_code"),
        "back": f"{address_of(request, 'library_sign_in')}?{urlencode(back)}",
        "is_sure": False,
    }


@require_http_methods(["GET", "POST"])
def link(request: LibraryRequest) -> HttpResponse:
    """The link in a mail: opening it changes nothing (mail scanners do), confirming signs in."""
    now = clock.now()
    name, _dot, digits = request.POST.get("code", request.GET.get("code", "")).partition(".")
    view = asking.view_of(name, now)
    if view is None or view.purpose != SIGN_IN:
        over = _("This link is no longer good. Please ask for a new code.")
        return ways.page(request, by="email", error=over, status=410)
    asked = Asked(code=name, purpose=SIGN_IN, way=view.way, is_shared="shared" in request.POST)
    if request.method == "GET":
        context = {"masked": view.masked, "code": f"{name}.{digits}"}
        return draw(request, "site/code_link.html", context)
    found = asking.tried(asked, digits, now)
    if isinstance(found, str):
        return ways.page(request, by="email", error=found, status=422)
    return _enter(request, found, asked, now)


def _enter(request: LibraryRequest, right: CodeRight, asked: Asked, now: datetime) -> HttpResponse:
    request.session.pop(asking.ASKED, None)
    readers, why = proved_readers(right.way, right.address_hash, now)
    if not readers:
        return ways.page(request, by=asked.way, error=why, status=422)
    way = Entering(
        how="code",
        next=asked.next,
        is_shared=asked.is_shared,
        only_here=True,
        address=(right.way, right.address_hash),
    )
    answer = enter(request, readers, way, now)
    if not asked.is_shared:
        remember(request, answer, right.address_hash)
    return answer


def proved_readers(way: str, address_hash: str, now: datetime) -> tuple[list[SignInCandidate], str]:
    """Return the readers with an address that was proved, each with a login, or why there are none.

    Nobody who works at a library: whoever may change a reader's number could become them.
    """
    known = readers_of_address(way, address_hash)
    staff = who_work(one.account_id for one in known)
    readers = [one for one in known if one.account_id not in staff]
    if known and not readers:
        return [], _("You work at a library: please sign in with your password or a passkey.")
    if not readers:
        return [], _(
            "The code is right, but no reader of this library has this number or address. "
            "Ask at the desk to have it put on your card."
        )
    return [
        SignInCandidate(
            id=one.id,
            public_id=one.public_id,
            name=one.name,
            account_id=one.account_id or account_for(one.id, now=now),
            group_name=one.group_name,
        )
        for one in readers
    ], ""
