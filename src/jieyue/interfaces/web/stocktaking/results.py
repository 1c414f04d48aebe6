"""What a stock-take found: the short list with its buttons, the report on paper or as a file."""

from collections.abc import Iterable, Iterator
from typing import Any, Final, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from jieyue.catalog.actions import Refused
from jieyue.circulation.actions.stock_outcomes import LineReopened, MarkedMissing, StockRefused
from jieyue.circulation.actions.stock_settling import dismiss_unknown, settle, unsettle
from jieyue.circulation.actions.stocktaking import mark_not_found, unmark_not_found
from jieyue.circulation.queries.stocktaking import (
    PAGE,
    Line,
    Progress,
    StockTakeView,
    Which,
    every_line,
    line_of,
    lines,
    progress,
)
from jieyue.circulation.rules.reasons import Reason
from jieyue.circulation.rules.stocktaking import Settling, Verdict
from jieyue.interfaces.web.access import StaffRequest, elsewhere, staff_page
from jieyue.interfaces.web.catalog.words import fault_words
from jieyue.interfaces.web.downloads import XLSX, download, new_file
from jieyue.interfaces.web.errors import bad_request
from jieyue.interfaces.web.paging import page_number
from jieyue.interfaces.web.rendering import draw
from jieyue.interfaces.web.saying import moment_words
from jieyue.interfaces.web.security import csp
from jieyue.interfaces.web.stock_words import finding_name, settling_name, verdict_name
from jieyue.interfaces.web.stocktaking import answers
from jieyue.interfaces.web.stocktaking.views import take_of
from jieyue.kit.tables.writing import write_workbook
from jieyue.libraries.rules.permissions import Permission

ON_PAPER: Final = 2_000  # lines of each list of the printed report
OTHER_PLACES: Final = (
    Verdict.ON_LOAN,
    Verdict.KEPT,
    Verdict.TRAVELLING,
    Verdict.IN_REPAIR,
    Verdict.HANDLED,
    Verdict.GONE,
    Verdict.MARKED,
)
SETTLING_ICONS: Final = {
    Settling.TAKE_BACK: "arrow-left",
    Settling.RESTORE: "undo-2",
    Settling.IN_USE: "check",
    Settling.RELOCATE: "map-pin",
    Settling.DONE: "check",
}


@require_GET
@staff_page(Permission.COPY_SHELVE)
def found(request: StaffRequest, take: str) -> HttpResponse:
    """GET a list: `show` is odd, not_found, unknown, settled, extra or a verdict; `place` one."""
    view = take_of(request, take)
    state = progress(view.id)
    show = request.GET.get("show", "odd")
    tabs = _tabs(state)
    if show not in {name for name, _words, _count in tabs} | set(Verdict):
        raise Http404("no such list")
    number = page_number(request)
    place = request.GET.get("place")
    listed = listed_lines(view, show, place, limit=PAGE + 1, offset=(number - 1) * PAGE)
    query = {"show": show} | ({"place": place} if place is not None else {})
    desk = request.desk
    context: dict[str, Any] = {
        "page_active": "catalog",
        "take": view,
        "may_end": desk.may(Permission.CATALOG_EDIT) and desk.works_at(view.branch_id),
        "progress": state,
        "tabs": tabs,
        "show": show,
        "place": place,
        "rows": [_row(line) for line in listed[:PAGE]],
        "number": number,
        "last": number + 1 if len(listed) > PAGE else number,
        "query": urlencode(query),
        "together": urlencode({"take": take} | query),
        "figures": _figures(state),
    }
    return draw(request, "stocktaking/found.html", context)


@require_POST
@staff_page(Permission.COPY_SHELVE)
def deal_with(request: StaffRequest, take: str, copy: str) -> HttpResponse:
    """POST `how` a copy of the list is dealt with; `how` undo takes that back."""
    view = take_of(request, take)
    if line_of(view.id, copy) is None:
        raise Http404("not on the list")
    how = request.POST.get("how", "")
    if how == "undo":
        outcome: Any = unsettle(request.desk, stock_take=take, copy=copy)
    elif how in set(Settling):
        outcome = settle(request.desk, stock_take=take, copy=copy, how=Settling(how))
    else:
        return bad_request(request)
    if isinstance(outcome, StockRefused):
        messages.error(request, " ".join(answers.of_refusal(outcome)))
    elif isinstance(outcome, Refused):
        messages.error(request, " ".join(fault_words(fault) for fault in outcome.faults))
    elif isinstance(outcome, LineReopened):
        messages.success(request, _("%(title)s is on the list again.") % {"title": outcome.title})
    else:
        words = {"title": outcome.title, "done": settling_name(outcome.how)}
        messages.success(request, _("%(title)s: %(done)s.") % words)
    return _back(request, take, request.POST.get("show", "odd"))


@require_POST
@staff_page(Permission.COPY_SHELVE)
def dismiss(request: StaffRequest, take: str) -> HttpResponse:
    """POST an unknown `barcode` that is no book."""
    take_of(request, take)
    outcome = dismiss_unknown(
        request.desk, stock_take=take, barcode=request.POST.get("barcode", "")[:60]
    )
    if isinstance(outcome, StockRefused):
        if outcome.reasons[0].code is Reason.STOCK_LINE_UNKNOWN:
            raise Http404("no such barcode")
        messages.error(request, " ".join(answers.of_refusal(outcome)))
    else:
        messages.success(request, _("%(barcode)s is put aside.") % {"barcode": outcome.barcode})
    return _back(request, take, "unknown")


@require_POST
@staff_page(Permission.CATALOG_EDIT)
def missing(request: StaffRequest, take: str) -> HttpResponse:
    """POST: all that nobody found is missing; `do` undo takes that back."""
    take_of(request, take)
    act = unmark_not_found if request.POST.get("do") == "undo" else mark_not_found
    outcome = act(request.desk, stock_take=take)
    if isinstance(outcome, MarkedMissing):
        text = (
            _("%(n)s copies are not missing any more.")
            if outcome.is_undone
            else _("%(n)s copies are marked as missing.")
        )
        messages.success(request, text % {"n": outcome.copies})
    else:
        messages.error(request, " ".join(answers.of_refusal(outcome)))
    return _back(request, take, "not_found")


@csp("print")
@require_GET
@staff_page(Permission.COPY_SHELVE)
def report(request: StaffRequest, take: str) -> HttpResponse:
    """GET the report for paper."""
    view = take_of(request, take)
    state = progress(view.id)
    lists = []
    for show in ("odd", "settled", "not_found", "unknown"):
        listed = listed_lines(view, show, None, limit=ON_PAPER, offset=0)
        if listed:
            lists.append((list_name(show), [_row(line) for line in listed]))
    context = {
        "take": view,
        "progress": state,
        "figures": _figures(state),
        "lists": lists,
        "limit": ON_PAPER,
    }
    return draw(request, "stocktaking/report.html", context)


@require_GET
@staff_page(Permission.COPY_SHELVE)
def workbook(request: StaffRequest, take: str) -> HttpResponse:
    """GET every line as a workbook."""
    view = take_of(request, take)
    file = new_file()
    write_workbook(file, view.name, _cells(request, every_line(view.id)))
    return download(file, f"{view.name}.xlsx".replace("/", "-"), XLSX)


def listed_lines(
    take: StockTakeView, show: str, place: str | None, *, limit: int, offset: int
) -> list[Line]:
    """Return lines of one of the lists, or of a verdict, there of one `place` only."""
    if show in ("odd", "settled", "unknown", "extra"):
        return lines(take.id, cast("Which", show), limit=limit, offset=offset)
    verdict = Verdict(show)
    return lines(take.id, "verdict", verdict=verdict, place=place, limit=limit, offset=offset)


def _tabs(state: Progress) -> list[tuple[str, str, int]]:
    return [
        ("odd", list_name("odd"), state.odd),
        ("not_found", list_name("not_found"), state.left),
        ("unknown", list_name("unknown"), state.to_catalogue),
        ("settled", list_name("settled"), state.settled),
        ("seen", list_name("seen"), state.seen),
        ("extra", list_name("extra"), state.extra),
    ]


def list_name(show: str) -> str:
    """Return what a list is called."""
    return {
        "odd": _("To deal with"),
        "not_found": _("Not found"),
        "unknown": _("Unknown barcodes"),
        "settled": _("Dealt with"),
        "seen": _("Seen"),
        "extra": _("Seen, though not expected here"),
    }[show]


def _figures(state: Progress) -> list[tuple[str, int, str]]:
    """Return the figures that add up to what was expected: name, copies, the list they are on."""
    verdicts = (Verdict.SEEN, *OTHER_PLACES, Verdict.NOT_FOUND)
    return [
        (verdict_name(verdict), state.verdicts.get(verdict, 0), verdict.value)
        for verdict in verdicts
        if state.verdicts.get(verdict) or verdict in (Verdict.SEEN, Verdict.NOT_FOUND)
    ]


def _row(line: Line) -> dict[str, Any]:
    return {
        "line": line,
        "odd": [finding_name(finding) for finding in line.findings],
        "kind": answers.kind_of(line.findings),
        "ways": [(how.value, _way_words(how), SETTLING_ICONS[how]) for how in line.ways],
        "verdict": verdict_name(line.verdict) if line.verdict else "",
        "done": settling_name(line.settled_how) if line.settled_how else "",
    }


def _way_words(how: Settling) -> str:
    return {
        Settling.TAKE_BACK: _("Check in"),
        Settling.RESTORE: _("Undo the withdrawal"),
        Settling.IN_USE: _("Back in use"),
        Settling.RELOCATE: _("It belongs here now"),
        Settling.DONE: _("Put right"),
    }[how]


def _cells(request: StaffRequest, listed: Iterable[Line]) -> Iterator[tuple[str, ...]]:
    yield (
        *(_("Shelf"), _("Call number"), _("Barcode"), _("Accession number"), _("Title")),
        *(_("Author"), _("Branch"), _("Result"), _("Odd"), _("Dealt with"), _("Seen at")),
        *(_("Where"), _("Seen by")),
    )
    zone = request.desk.zone
    for line in listed:
        verdict = verdict_name(line.verdict) if line.verdict else _("not expected here")
        yield (
            *(line.shelf, line.call_number, line.barcode, line.accession_number, line.title),
            *(line.authors, line.branch, verdict),
            "，".join(finding_name(finding) for finding in line.findings),
            settling_name(line.settled_how) if line.settled_how else "",
            moment_words(line.seen_at, zone) if line.seen_at else "",
            " ".join(filter(None, (line.seen_branch, line.seen_shelf))),
            line.staff,
        )


def _back(request: StaffRequest, take: str, show: str) -> HttpResponse:
    address = reverse("stock:found", args=[request.library.slug, take])
    return elsewhere(request, f"{address}?{urlencode({'show': show[:20]})}")
