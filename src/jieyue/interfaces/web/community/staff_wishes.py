"""Purchase wishes as staff decide them."""

from typing import Any, Final
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from jieyue.community.actions.outcomes import VoiceRefused
from jieyue.community.actions.wishes import decide_wishes
from jieyue.community.queries.wishes import PAGE, WishView, counted_wishes, wishes
from jieyue.community.rules.wishes import OPEN, WishState
from jieyue.interfaces.web.access import StaffRequest, elsewhere, staff_page
from jieyue.interfaces.web.community.words import WISH_STATES, fault_words
from jieyue.interfaces.web.downloads import XLSX, download, new_file
from jieyue.interfaces.web.paging import page_number
from jieyue.interfaces.web.rendering import draw
from jieyue.kit.tables.writing import write_workbook
from jieyue.libraries.rules.permissions import Permission

MOST: Final = 10_000  # rows of a workbook


@staff_page(Permission.MESSAGES)
@require_GET
def listing(request: StaffRequest) -> HttpResponse:
    """List the wishes of a state (open: all that are not decided), most supporters first."""
    states, state = _states(request)
    number = page_number(request)
    found = wishes(states=states, limit=PAGE + 1, offset=(number - 1) * PAGE)
    counted = counted_wishes()
    context = {
        "page_active": "voice",
        "tab": "wishes",
        "rows": [(wish, WISH_STATES[wish.state]) for wish in found[:PAGE]],
        "state": state,
        "choices": [(s.value, WISH_STATES[s.value], counted.get(s.value, 0)) for s in WishState],
        "total_open": sum(counted.get(s.value, 0) for s in OPEN),
        "number": number,
        "last": number + 1 if len(found) > PAGE else number,
        "query": f"state={state}",
        "key": str(uuid4()),
    }
    return draw(request, "community/staff_wishes.html", context)


@staff_page(Permission.MESSAGES)
@require_POST
def decide(request: StaffRequest) -> HttpResponse:
    """POST the new state of the wishes that were ticked, with the reason readers are told."""
    chosen = tuple(dict.fromkeys(one[:12] for one in request.POST.getlist("wish")))
    outcome = decide_wishes(
        request.desk,
        wishes=chosen,
        state=request.POST.get("to", "")[:12],
        reason=request.POST.get("reason", ""),
        title=request.POST.get("title", "").strip()[:12],
    )
    if isinstance(outcome, VoiceRefused):
        for fault in outcome.faults:
            said = fault_words(fault) if chosen else _("Tick the wishes first.")
            messages.error(request, said)
    else:
        text = ngettext("%(n)s wish decided.", "%(n)s wishes decided.", len(chosen))
        messages.success(request, text % {"n": len(chosen)} + " " + _("Readers are told."))
    _unused, state = _states(request)
    address = reverse("voices:wishes", args=[request.library.slug])
    return elsewhere(request, f"{address}?state={state}")


@staff_page(Permission.MESSAGES)
@require_GET
def workbook(request: StaffRequest) -> HttpResponse:
    """Send the wishes of a state as a workbook, for whoever orders the books."""
    states, _state = _states(request)
    file = new_file()
    write_workbook(file, _("Purchase wishes"), [_headings(), *map(_row, _all(states))])
    return download(file, f"wishes-{request.desk.today.isoformat()}.xlsx", XLSX)


def _all(states: list[str]) -> list[WishView]:
    return wishes(states=states, limit=MOST)


def _headings() -> list[str]:
    return [
        _("Title"), _("Author"), _("Publisher"), _("Year"), _("ISBN"), _("Supporters"),
        _("State"), _("What readers are told"), _("Since"),
    ]  # fmt: skip


def _row(wish: WishView) -> list[str]:
    return [
        wish.name, wish.authors, wish.publisher, str(wish.year or ""), wish.isbn13,
        str(wish.supporters), str(WISH_STATES[wish.state]), wish.reason,
        wish.created_at.date().isoformat(),
    ]  # fmt: skip


def _states(request: StaffRequest) -> tuple[list[str], str]:
    """Return the states asked for and how the address names them."""
    given: Any = request.GET.get("state") or request.POST.get("state", "")
    if given in set(WishState):
        return [given], given
    return [state.value for state in OPEN], "open"
