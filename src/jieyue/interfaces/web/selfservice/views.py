"""Readers borrow and return by themselves: the way in, the scan page, a copy's own page."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from jieyue.catalog.queries import copy_by_public_id, title_view
from jieyue.circulation.actions.self_checkin import SelfReturned, self_checkin
from jieyue.circulation.actions.self_checkout import SelfLent, self_checkout
from jieyue.circulation.queries.receipts import current_receipt
from jieyue.circulation.queries.self_service import (
    all_self_rules,
    proved_by_code,
    return_point,
)
from jieyue.interfaces.web.access import (
    LibraryRequest,
    ReaderRequest,
    elsewhere,
    reader_page,
    signed_in_reader,
)
from jieyue.interfaces.web.family.acting import ForWhom, for_whom
from jieyue.interfaces.web.rendering import draw
from jieyue.interfaces.web.security import csp
from jieyue.interfaces.web.selfservice.presence import presence_of, remember
from jieyue.interfaces.web.words import to_reader
from jieyue.kit import clock
from jieyue.libraries.desk import Desk
from jieyue.libraries.queries import branches

MAX_SCAN = 1000


@never_cache
@require_GET
def here(request: LibraryRequest, code: str) -> HttpResponse:
    """Where the code at the door, on a sign or at a return point leads, with any scanner."""
    now = clock.now()
    proved = proved_by_code(code, now)
    if proved is None:
        return draw(request, "selfservice/not_here.html", {"page_active": "scan"}, status=404)
    how, rules, point = proved
    address = reverse("selfservice:scan", args=[request.library.slug])
    copy = request.GET.get("copy", "")
    if copy and how != "point":
        address = reverse("reader:copy", args=[request.library.slug, copy[:12]])
    response = elsewhere(request, f"{address}?do=return" if how == "point" else address)
    remember(response, request, rules, how, point.public_id if point else "", now)
    return response


@never_cache
@csp("scan")
@require_http_methods(["GET", "POST"])
@reader_page
def scan(request: ReaderRequest) -> HttpResponse:
    """The reader's counter: scan a book, and it is borrowed, or at a return point returned.

    A POST answers with the result alone where a script asks, else with the whole page.
    """
    given = request.POST if request.method == "POST" else request.GET
    to_return = given.get("do") == "return"
    chosen = request.POST.get("for", "") if request.method == "POST" else None
    who = for_whom(request, request.desk, "" if to_return else chosen)
    desk = _here(request, who.desk, to_return=to_return)
    result: dict[str, Any] = {}
    status = 200
    if request.method == "POST":
        text = request.POST.get("scan", "")[:MAX_SCAN]
        if not text.strip():
            result, status = {"type": "nothing"}, 422
        else:
            result = _returned(desk, text) if to_return else _borrowed(desk, who, text)
            status = 409 if result["type"] == "refused" else 200
    part = "#answer" if "Jieyue-Scan" in request.headers else ""
    context = _page(request, desk, to_return=to_return) | {
        "result": result,
        "who": who,
        "barred": None if to_return or result else who.bars_borrowing(),
    }
    return draw(request, f"selfservice/scan.html{part}", context, status=status)


def _here(request: ReaderRequest, desk: Desk, *, to_return: bool) -> Desk:
    """Return the desk at the branch where its reader, or who acts for them, proved to be."""
    presence = presence_of(request, to_return=to_return, now=desk.now)
    branch = presence.branch_id if presence else desk.branch_id
    return replace(desk, branch_id=branch, presence=presence)


def _borrowed(desk: Desk, who: ForWhom, text: str) -> dict[str, Any]:
    if barred := who.bars_borrowing():
        return {"type": "refused", "outcome": {"copy_barcode": text[:40]}, "why": [barred]}
    outcome = self_checkout(desk, scan=text)
    shown: dict[str, Any] = {"type": outcome.type, "outcome": outcome}
    if isinstance(outcome, SelfLent):
        return shown | {"book": title_view(outcome.title_id)}
    return shown | {"why": who.words(getattr(outcome, "reasons", ()))}


def _returned(desk: Desk, text: str) -> dict[str, Any]:
    outcome = self_checkin(desk, scan=text)
    shown: dict[str, Any] = {"type": outcome.type, "outcome": outcome}
    if isinstance(outcome, SelfReturned):
        return shown | {"book": title_view(outcome.title_id)}
    return shown | {"why": _why(desk, outcome)}


def _why(desk: Desk, outcome: Any) -> list[Any]:
    return [to_reader(why, desk.today) for why in getattr(outcome, "reasons", ())]


def _page(request: ReaderRequest, desk: Desk, *, to_return: bool) -> dict[str, Any]:
    presence = desk.presence
    is_here = presence is not None and presence.until >= desk.now
    names = {branch.id: branch.name for branch in branches()}
    receipt = None if to_return else current_receipt(desk)
    all_rules = all_self_rules().values()
    return {
        "page_active": "scan",
        "to_return": to_return,
        "branch": names.get(presence.branch_id, "") if presence and is_here else "",
        "is_proved": is_here,
        "until": presence.until.astimezone(desk.zone) if presence and is_here else None,
        "by_network": presence is not None and presence.how == "network",
        "point": return_point(presence.point) if presence and to_return else None,
        "may_return": any(rules.may_return for rules in all_rules),
        "is_offered": any(
            rules.may_return if to_return else rules.may_borrow for rules in all_rules
        ),
        "receipt": receipt,
        "copy_prefix": _copy_prefix(request),
    }


def _copy_prefix(request: LibraryRequest) -> str:
    return request.build_absolute_uri(reverse("reader:copy", args=[request.library.slug, "X"]))[:-1]


@never_cache
@require_GET
def copy(request: LibraryRequest, copy: str) -> HttpResponse:
    """Where a copy's QR code leads, with any scanner: borrow it here, or see its book.

    Where readers do not borrow by themselves it leads on to the book, with the copy marked.
    """
    found = copy_by_public_id(copy)
    if found is None:
        raise Http404("no such copy")
    rules = all_self_rules()
    if not any(one.may_borrow for one in rules.values()):
        address = reverse("reader:title", args=[request.library.slug, found.title_public_id])
        return elsewhere(request, f"{address}?{urlencode({'copy': copy})}")
    desk = signed_in_reader(request)
    who = for_whom(request, desk) if desk is not None else None
    now = clock.now()
    presence = presence_of(request, to_return=False, now=now)
    names = {branch.id: branch.name for branch in branches()}
    is_here = presence is not None and presence.until >= now
    sign_in = reverse("site:library_sign_in", args=[request.library.slug])
    context = {
        "page_active": "scan",
        "copy": copy,
        "address": request.build_absolute_uri(urlsplit(request.get_full_path()).path),
        "title": title_view(found.title_public_id),
        "is_reader": desk is not None,
        "who": who,
        "barred": who.bars_borrowing() if who else None,
        "is_proved": is_here,
        "branch": names.get(presence.branch_id, "") if presence and is_here else "",
        "sign_in": f"{sign_in}?{urlencode({'next': request.get_full_path()})}",
        "heading": _("Borrow this book"),
    }
    return draw(request, "selfservice/copy.html", context)
