"""Class sheets: what waits for each class; make a sheet, print it, give it out or take it back."""

from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jieyue.interfaces.web.access import StaffRequest, elsewhere, staff_page
from jieyue.interfaces.web.deliveries.drawing import draw_sheet
from jieyue.interfaces.web.rendering import draw
from jieyue.interfaces.web.saying import moment_words, sent_before
from jieyue.libraries.actions import KeyReusedError
from jieyue.libraries.rules.permissions import Permission
from jieyue.notices.hand_words import slip_day, slip_heading
from jieyue.notices.house_rules import house_rules
from jieyue.notices.paper import (
    NoSheet,
    SheetNotEnded,
    give_out_sheet,
    make_sheet,
    may_undo,
    undo_giving_out,
    withdraw_sheet,
)
from jieyue.notices.sheets import (
    SheetReader,
    SheetView,
    classes_waiting,
    latest_sheets,
    sheet_view,
)
from jieyue.patrons.groups import groups_of_staff
from jieyue.patrons.rules.classes import MAX_NAME

STATES: Final = {
    "made": (lazy("To be given out"), "badge-info"),
    "given": (lazy("Given out"), "badge-success"),
    "withdrawn": (lazy("Sheet taken back"), "badge-ghost"),
}


@staff_page(Permission.MESSAGES)
@require_http_methods(["GET", "POST"])
def listing(request: StaffRequest) -> HttpResponse:
    """GET what waits for each class, and the sheets there are; POST `group`: make its sheet."""
    if request.method == "POST":
        return _make(request)
    only = groups_of_staff(request.staff.id)
    zone = request.desk.zone
    context = {
        "page_active": "patrons",
        "waiting": [
            {"view": one, "since": one.since.astimezone(zone).date()}
            for one in classes_waiting(request.desk, only=only)
        ],
        "sheets": [
            {
                "view": one,
                "state": STATES[one.state][0],
                "badge": STATES[one.state][1],
                "made": moment_words(one.made_at, zone),
                "ended": moment_words(one.ended_at, zone) if one.ended_at else "",
            }
            for one in latest_sheets(request.desk, only=only)
        ],
        "is_used": "paper" in house_rules().by_hand.ways,
    }
    return draw(request, "deliveries/sheets.html", context)


def _make(request: StaffRequest) -> HttpResponse:
    group = request.POST.get("group", "")[:MAX_NAME]
    try:
        outcome = make_sheet(request.desk, group=group)
    except KeyReusedError:
        messages.error(request, sent_before())
        return elsewhere(request, _list(request))
    if isinstance(outcome, NoSheet):
        if outcome.why == "unknown":
            raise Http404("no such class")
        refusals = {
            "nothing": _("Nothing waits for this class any more: its sheet has just been made."),
            "settled": _("Nothing is left to print: every book has come back or been settled."),
        }
        messages.info(request, refusals[outcome.why])
        back = _sheet(request, outcome.sheet) if outcome.sheet else _list(request)
        return elsewhere(request, back)
    text = _("The sheet is made. Print it, cut the slips and give them out.")
    if outcome.settled:
        left_out = ngettext(
            "%(n)s reader is left out: everything is settled.",
            "%(n)s readers are left out: everything is settled.",
            outcome.settled,
        )
        text = f"{text} {left_out % {'n': outcome.settled}}"
    messages.success(request, text)
    return elsewhere(request, _sheet(request, outcome.sheet))


@staff_page(Permission.MESSAGES)
@require_GET
def sheet(request: StaffRequest, sheet: str) -> HttpResponse:
    """GET one sheet as it stands now."""
    view = _view(request, sheet)
    zone = request.desk.zone
    context = {
        "page_active": "patrons",
        "sheet": view,
        "state": STATES[view.state][0],
        "badge": STATES[view.state][1],
        "made": moment_words(view.made_at, zone),
        "ended": moment_words(view.ended_at, zone) if view.ended_at else "",
        "rows": [_row(reader, request) for reader in view.readers],
        "left": sum(not reader.is_settled for reader in view.readers),
        "may_undo": may_undo(view.state, view.ended_at, request.desk.now),
    }
    return draw(request, "deliveries/sheet.html", context)


def _row(reader: SheetReader, request: StaffRequest) -> dict[str, Any]:
    return {
        "reader": reader,
        "lines": [
            {
                "title": _("“%(title)s”") % {"title": line.item.title} if line.item.title else "",
                "heading": slip_heading(line.item),
                "day": "" if line.is_settled else slip_day(line.item, request.desk.today),
                "is_settled": line.is_settled,
            }
            for line in reader.lines
        ],
    }


@staff_page(Permission.MESSAGES)
@require_GET
def paper(request: StaffRequest, sheet: str) -> HttpResponse:
    """GET the sheet as a PDF: the list for the teacher, and the slips."""
    view, rules = _view(request, sheet), house_rules()
    if view.state == "withdrawn":  # what it says stands on another one, or will
        raise Http404("taken back")
    with translation.override(rules.language):
        file = draw_sheet(
            view,
            library=request.library.name,
            today=request.desk.today,
            shows_titles=rules.by_hand.shows_titles,
            title=f"{view.group} · {request.library.name}",
        )
    answer = HttpResponse(file, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="sheet-{view.sheet}.pdf"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@staff_page(Permission.MESSAGES)
@require_POST
def giving_out(request: StaffRequest, sheet: str) -> HttpResponse:
    """POST: the class has it."""
    return _end(request, sheet, give_out_sheet, _("Noted: the class has its sheet."))


@staff_page(Permission.MESSAGES)
@require_POST
def undoing(request: StaffRequest, sheet: str) -> HttpResponse:
    """POST: the class has it not, "Given out" was pressed by mistake."""
    words = _("Taken back: the sheet is still to be given out.")
    return _end(request, sheet, undo_giving_out, words)


@staff_page(Permission.MESSAGES)
@require_POST
def taking_back(request: StaffRequest, sheet: str) -> HttpResponse:
    """POST: it was not given out after all."""
    words = _("Taken back. What stood on it waits for the next sheet of the class.")
    return _end(request, sheet, withdraw_sheet, words)


def _end(request: StaffRequest, sheet: str, end: Any, words: str) -> HttpResponse:
    try:
        outcome = end(request.desk, sheet=sheet)
    except KeyReusedError:
        messages.error(request, sent_before())
        return elsewhere(request, _sheet(request, sheet))
    if not isinstance(outcome, SheetNotEnded):
        messages.success(request, words)
    elif outcome.why == "unknown":
        raise Http404("no such sheet")
    elif outcome.why == "late":
        text = _("That was too long ago to be taken back. Please tell the readers again.")
        messages.error(request, text)
    else:
        before = {
            "made": _("It stands as still to be given out already."),
            "given": _("Somebody has noted already that it was given out."),
            "withdrawn": _("Somebody has taken it back already."),
        }
        messages.error(request, before[outcome.state])
    return elsewhere(request, _sheet(request, sheet))


def _view(request: StaffRequest, sheet: str) -> SheetView:
    found = sheet_view(request.desk, sheet, only=groups_of_staff(request.staff.id))
    if found is None:
        raise Http404("no such sheet")
    return found


def _list(request: StaffRequest) -> str:
    return reverse("deliveries:sheets", args=[request.library.slug])


def _sheet(request: StaffRequest, sheet: str) -> str:
    return reverse("deliveries:sheet", args=[request.library.slug, sheet])
