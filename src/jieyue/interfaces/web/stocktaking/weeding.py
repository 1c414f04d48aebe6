"""Weeding proposals (剔旧建议): what nobody misses, and withdrawing it as a list."""

from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from jieyue.catalog.actions import Refused
from jieyue.circulation.actions.withdraw import withdraw_copy
from jieyue.circulation.queries.weeding import PAGE, Proposal, Weed, proposals
from jieyue.interfaces.web.access import StaffRequest, elsewhere, staff_page
from jieyue.interfaces.web.catalog.words import fault_words
from jieyue.interfaces.web.paging import page_number
from jieyue.interfaces.web.rendering import draw
from jieyue.libraries.rules.permissions import Permission

YEARS: Final = (2, 3, 5, 8, 10)
KEEP: Final = (1, 2, 3, 5, 10)


@require_http_methods(["GET", "POST"])
@staff_page(Permission.COPY_WITHDRAW)
def weeding(request: StaffRequest) -> HttpResponse:
    """GET proposals, narrowed by `why`, `years`, `keep`, `branch`, `clc`; POST withdraws some."""
    asked = _asked(request.GET)
    if request.method == "POST":
        return _withdraw(request, asked)
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
    }
    return draw(request, "stocktaking/weeding.html", context)


def _withdraw(request: StaffRequest, asked: dict[str, Any]) -> HttpResponse:
    """Withdraw the copies that were ticked, one by one; what is in the way is said."""
    address = f"{reverse('stock:weeding', args=[request.library.slug])}?{_query(asked)}"
    chosen = list(dict.fromkeys(request.POST.getlist("copy")))[:PAGE]
    reason = request.POST.get("reason", "")
    if not chosen or not reason.strip():
        messages.error(request, _("Please tick the books and write why."))
        return elsewhere(request, address)
    gone, trouble = 0, []
    for copy in chosen:
        key = f"{request.desk.key[:80]}:{copy}" if request.desk.key else None
        outcome = withdraw_copy(replace(request.desk, key=key), copy=copy[:12], reason=reason)
        if isinstance(outcome, Refused):
            trouble += [fault_words(fault) for fault in outcome.faults]
        else:
            gone += 1
    if gone:
        words = ngettext("%(n)s copy is withdrawn.", "%(n)s copies are withdrawn.", gone)
        messages.success(request, words % {"n": gone})
    if trouble:
        messages.error(request, " ".join(dict.fromkeys(trouble)))
    return elsewhere(request, address)


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
