"""Weeding proposals (剔旧建议): what nobody misses, and a pile of it to be withdrawn together."""

from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jieyue.catalog.actions import Refused
from jieyue.circulation.actions.piles import make_pile
from jieyue.circulation.queries.weeding import PAGE, Proposal, Weed, proposals
from jieyue.circulation.rules.piles import Change, PileKind
from jieyue.interfaces.web.access import StaffRequest, elsewhere, staff_page
from jieyue.interfaces.web.catalog.words import faults_in_words
from jieyue.interfaces.web.paging import page_number
from jieyue.interfaces.web.rendering import draw
from jieyue.libraries.rules.permissions import Permission

YEARS: Final = (2, 3, 5, 8, 10)
KEEP: Final = (1, 2, 3, 5, 10)


@require_http_methods(["GET", "POST"])
@staff_page(Permission.COPY_WITHDRAW)
def weeding(request: StaffRequest) -> HttpResponse:
    """GET proposals, narrowed by `why`, `years`, `keep`, `branch`, `clc`; POST piles some up."""
    asked = _asked(request.GET)
    if request.method == "POST":
        return _withdraw(request, asked)
    return _page(request, asked)


def _page(
    request: StaffRequest,
    asked: dict[str, Any],
    more: dict[str, Any] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    number = page_number(request)
    found = proposals(request.desk, **asked, limit=PAGE + 1, offset=(number - 1) * PAGE)
    context: dict[str, Any] = {
        "page_active": "catalog",
        "rows": [(one, _words(one)) for one in found[:PAGE]],
        "whys": [(why.value, _why_words(why), why in asked["why"]) for why in Weed],
        "asked": asked,
        "years": YEARS,
        "keeps": KEEP,
        "number": number,
        "last": number + 1 if len(found) > PAGE else number,
        "query": _query(asked),
    } | (more or {})
    return draw(request, "stocktaking/weeding.html", context, status=status)


def _withdraw(request: StaffRequest, asked: dict[str, Any]) -> HttpResponse:
    """Make a pile of the copies that were ticked; it is looked at before anything is withdrawn."""
    chosen = tuple(dict.fromkeys(copy[:12] for copy in request.POST.getlist("copy")))[:PAGE]
    reason = request.POST.get("reason", "")
    change = Change(kind=PileKind.WITHDRAW, reason=reason)
    made = make_pile(request.desk, change=change, copies=chosen, came_from=_("Weeding proposals"))
    if isinstance(made, Refused):
        return _page(
            request,
            asked,
            {"chosen": chosen, "reason": reason, "errors": faults_in_words(made.faults)},
            status=409,
        )
    return elsewhere(request, reverse("piles:pile", args=[request.library.slug, made.pile]))


def _asked(given: QueryDict) -> dict[str, Any]:
    """Return what is asked for; without a reason, all of them."""
    why = [Weed(name) for name in given.getlist("why") if name in set(Weed)]
    return {
        "why": why or list(Weed),
        "years": _one_of(YEARS, given.get("years", ""), 5),
        "keep": _one_of(KEEP, given.get("keep", ""), 3),
        "branch": given.get("branch", "")[:20],
        "clc": given.get("clc", "").strip()[:60],
    }


def _one_of(choices: tuple[int, ...], text: str, default: int) -> int:
    return next((choice for choice in choices if str(choice) == text), default)


def _query(asked: dict[str, Any]) -> str:
    return urlencode([("why", why.value) for why in asked["why"]] + [
        (name, asked[name]) for name in ("years", "keep", "branch", "clc")
    ])  # fmt: skip


def _why_words(why: Weed) -> str:
    return {
        Weed.UNLENT: _("not lent for years"),
        Weed.DOUBLE: _("more copies than needed"),
        Weed.SUPERSEDED: _("there is a later edition"),
        Weed.DAMAGED: _("damaged"),
    }[why]


def _words(one: Proposal) -> list[str]:
    return [_why_words(why) for why in one.whys]
