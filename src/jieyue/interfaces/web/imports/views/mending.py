"""A row that cannot come in, opened to be put right."""

from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jieyue.imports.actions import ImportRefused
from jieyue.imports.mending import RowMended, mend_row
from jieyue.imports.queries import ImportRowView, ImportView, import_row, next_wrong_row
from jieyue.imports.rules.runs import Kind, RowState
from jieyue.imports.works import WRONG
from jieyue.interfaces.web.access import StaffRequest, elsewhere, staff_page
from jieyue.interfaces.web.imports.kinds import Brought
from jieyue.interfaces.web.imports.row_lines import fields_of, is_mendable
from jieyue.interfaces.web.imports.row_words import RowNote, doubt_note, fault_note
from jieyue.interfaces.web.imports.views import address, known, page

_COLUMN_OF: Final = {"isbn13": "isbn", "unified_number": "isbn", "price_cents": "price"}
"""Fields that are named otherwise than the column they come from."""
_MOSTLY: Final = frozenset({"name", "authors", "publisher", "year", "isbn", "barcode", "count"})
"""What of a record is looked at besides what is wrong; the rest folds away."""
_LONG: Final = 30  # characters from which a cell has several lines


@staff_page()
@require_http_methods(["GET", "POST"])
def row(request: StaffRequest, run: str, number: int) -> HttpResponse:
    """GET the cells of a row with what is wrong with them; POST them put right."""
    found, brought = known(run, request)
    wrong = import_row(run, number)
    if wrong is None:
        raise Http404("no such row")
    if request.method == "GET":
        if not is_mendable(found, wrong):
            return elsewhere(request, address(request, run))
        return _page(request, found, brought, wrong)
    said = {
        place: request.POST[f"cell-{place}"].replace("\r\n", "\n")
        for place in range(len(fields_of(found, wrong)))
        if f"cell-{place}" in request.POST
    }
    outcome = mend_row(request.desk, brought.work, run=run, number=number, cells=said)
    if isinstance(outcome, ImportRefused):
        return _page(request, found, brought, wrong, said=said, reasons=outcome.reasons)
    again = import_row(run, number) or wrong
    if outcome.verdict == WRONG:
        return _page(request, known(run, request)[0], brought, again, status=422)
    messages.success(request, _words(found, outcome))
    for doubt in again.doubts if outcome.verdict != "duplicate" else ():
        messages.warning(request, " ".join(doubt_note(doubt, found.kind)))
    after = next_wrong_row(run, number) or next_wrong_row(run)
    if after is None:
        return elsewhere(request, address(request, run))
    return elsewhere(request, row_address(request, run, after))


def row_address(request: StaffRequest, run: str, number: int) -> str:
    """Return the address of a row's page."""
    return f"{address(request, run)}rows/{number}/"


def _words(run: ImportView, outcome: RowMended) -> str:
    figures = {"n": outcome.number}
    if outcome.is_in:
        return _("Row %(n)s is imported.") % figures
    if outcome.verdict == "duplicate":
        return _("Row %(n)s says nothing that is not here already, and is passed over.") % figures
    if run.counts.get(RowState.DONE.value):
        return _("Row %(n)s is right now and will be imported when you continue.") % figures
    return _("Row %(n)s is right now and will be imported with the others.") % figures


def _page(
    request: StaffRequest,
    run: ImportView,
    brought: Brought,
    wrong: ImportRowView,
    *,
    said: dict[int, str] | None = None,
    reasons: tuple[str, ...] = (),
    status: int = 200,
) -> HttpResponse:
    fields = [
        _field(run, brought, place, kind, (said or {}).get(place, text))
        for place, (kind, text) in enumerate(fields_of(run, wrong))
    ]
    fields = [field for field in fields if field["is_used"] or field["value"]]
    notes = [(fault[1], fault_note(fault, run.kind)) for fault in wrong.faults]
    asked = {field["kind"] for field in fields if field["is_used"]}
    above = _sorted_in(fields, notes, asked)
    more: list[dict[str, Any]] = []
    if not run.columns:  # nobody looks for a record's fields in their order
        fields.sort(key=lambda field: not field["notes"])
        more = [one for one in fields if not one["notes"] and one["kind"] not in _MOSTLY]
    return page(
        request,
        "row",
        run,
        reasons=reasons,
        status=409 if reasons else status,
        number=wrong.number,
        heading=_heading(run, wrong),
        before=None,  # said on the import's page
        fields=[field for field in fields if field["is_used"] and field not in more],
        more=more,
        others=[field for field in fields if not field["is_used"]],
        notes=above,
        is_in_at_once=wrong.state == RowState.LEFT_OUT,
        left=run.counts.get(WRONG, 0),
        after=next_wrong_row(run.public_id, wrong.number),
    )


def _heading(run: ImportView, wrong: ImportRowView) -> str:
    text = _("Correct record %(n)s") if run.kind == Kind.MARC else _("Correct row %(n)s")
    return text % {"n": wrong.number}


def _field(run: ImportView, brought: Brought, place: int, kind: str, value: str) -> dict[str, Any]:
    column = run.columns[place] if place < len(run.columns) else None
    heading = column.heading if column else ""
    if not kind:
        heading = heading or _("Column %(n)s") % {"n": place + 1}
    return {
        "name": f"cell-{place}",
        "kind": kind,
        "is_used": bool(kind) or column is None,
        "label": str(brought.columns[kind]) if kind else heading,
        "heading": heading if kind and heading != str(brought.columns[kind]) else "",
        "value": value,
        "is_long": len(value) > _LONG or "\n" in value,
        "notes": [],
    }


def _sorted_in(
    fields: list[dict[str, Any]], notes: list[tuple[str, RowNote]], asked: set[str]
) -> list[RowNote]:
    """Put each reason beside the first column it is about; return those that are about none."""
    above = []
    for name, note in notes:
        kind = _COLUMN_OF.get(name, name)
        if kind not in asked or not kind:
            above.append(note)
            continue
        beside = next(field for field in fields if field["kind"] == kind)
        beside["notes"].append(note)
    return above
