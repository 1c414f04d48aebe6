"""`/imports/…/rows`: what becomes of each row, those that stay out, and what an undo would do."""

import json
import tempfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import IO, Annotated, Final, Literal, Self

from django.http import HttpResponse
from ninja import Query, Router
from pydantic import Field, StringConstraints, model_validator

from jieyue.catalog.importing.marc_mending import SHOWN
from jieyue.circulation.importing.kinds import OFFERS
from jieyue.imports.actions import ImportRefused
from jieyue.imports.mending import RowMended, mend_row
from jieyue.imports.queries import (
    ImportRowView,
    ImportView,
    gone_by_undo,
    import_row,
    import_rows_page,
    originals_to_put_right,
    rows_to_put_right,
)
from jieyue.imports.rules.runs import Kind, RowState
from jieyue.imports.works import WRONG, RowFault
from jieyue.interfaces.api.answers import REPEATABLE, ApiRequest, Input, answer
from jieyue.interfaces.api.entries import FaultOut, Output
from jieyue.interfaces.api.exports import FILE, sent
from jieyue.interfaces.api.imports import known, settled
from jieyue.interfaces.api.problems import PROBLEMS_OF_ONE, NotFoundError, invalid, there
from jieyue.kit.tables.writing import csv_lines, write_workbook

router = Router(tags=["imports"])

MAX_ROWS: Final = 500
Cell = Annotated[str, StringConstraints(max_length=10_000)]
Place = Annotated[int, Field(ge=0, le=1_000)]
After = Annotated[int, Query(ge=0, le=(1 << 31) - 1, description="The last row's number.")]
MEDIA: Final = {
    "jsonl": "application/jsonl",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "iso": "application/marc",
}


class NewCells(Input):
    """Cells put right, by their column counted from 0; the others stay.

    Or `fields` by what they hold, as the row names them: a record of a MARC file has no columns.
    """

    cells: Annotated[dict[Place, Cell], Field(max_length=1_000)] = {}
    fields: Annotated[dict[str, Cell], Field(max_length=100)] = {}

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.cells and not self.fields:
            raise ValueError("say in `cells` or `fields` what is to be put right")
        return self


class RowOut(Output):
    """A row as it is in the file, its verdict, and what became of it.

    `faults` keep it out, or say why it stayed when the import was undone; what `doubts` are about
    is left out. `first_row` is the first one of the same book or reader, 0 if that says nothing.
    `fields` are what can be put right of a wrong row, by what they hold.
    """

    number: int
    cells: tuple[str, ...]
    first_row: int
    verdict: str
    faults: list[FaultOut]
    doubts: list[FaultOut]
    changed: tuple[str, ...]
    state: RowState
    fields: dict[str, str]
    told: dict[str, str] = Field(description="Of what it made, such as its call number.")


class UndoPreview(Output):
    """What an undo would take away, by kind, and how many rows it would put back as they were.

    What readers use by then, or staff changed, stays.
    """

    may: bool
    until: datetime | None
    goes: dict[str, int]
    put_back: int


def _faults(faults: Sequence[RowFault]) -> list[FaultOut]:
    return [FaultOut(code=code, field=field, value=value) for code, field, value in faults]


def _out(run: ImportView, row: ImportRowView) -> RowOut:
    return RowOut(
        number=row.number,
        cells=row.cells,
        first_row=row.first_row,
        verdict=row.verdict,
        faults=_faults(row.faults),
        doubts=_faults(row.doubts),
        changed=row.changed,
        state=RowState(row.state),
        fields={k: text for k, text in _fields(run, row) if k} if row.verdict == WRONG else {},
        told=row.told,
    )


def _fields(run: ImportView, row: ImportRowView) -> tuple[tuple[str, str], ...]:
    columns = [column.kind for column in run.columns]
    return OFFERS[Kind(run.kind)].work.mending.fields(columns, row)


@router.get(
    "/{import_id}/rows",
    response={200: list[RowOut], **PROBLEMS_OF_ONE},
    operation_id="list_rows",
    summary="The rows of an import",
)
def list_rows(
    request: ApiRequest,
    import_id: str,
    verdict: Literal["", "new", "update", "duplicate", "wrong"] = "",
    state: RowState | None = None,
    doubtful: bool = False,
    after: After = 0,
    limit: Annotated[int, Query(ge=1, le=MAX_ROWS)] = 100,
) -> HttpResponse:
    """List rows behind the number `after`; `doubtful` are those that come in without something."""
    run = known(request, import_id)
    rows = import_rows_page(
        run.public_id,
        verdict=verdict,
        state=state or "",
        is_doubtful=doubtful,
        after=after,
        limit=limit,
    )
    return answer([_out(run, row) for row in rows])


@router.put(
    "/{import_id}/rows/{number}",
    response={200: RowMended, 409: ImportRefused, **PROBLEMS_OF_ONE},
    operation_id="mend_row",
    summary="Put a wrong row right",
    openapi_extra=REPEATABLE,
)
def put_row(request: ApiRequest, import_id: str, number: int, new: NewCells) -> HttpResponse:
    """Judge the row again with these cells; if the others are in, it comes in at once."""
    run = known(request, import_id)
    row = there(import_row(run.public_id, number) if 0 < number < 1 << 31 else None)
    places = {kind: place for place, (kind, _) in enumerate(_fields(run, row)) if kind}
    unknown = [
        {"loc": ("fields", kind), "type": "field_unknown", "msg": "The row has no such field."}
        for kind in new.fields
        if kind not in places
    ]
    if unknown:
        return invalid(unknown)
    cells = new.cells | {places[kind]: text for kind, text in new.fields.items()}
    work = OFFERS[Kind(run.kind)].work
    outcome = mend_row(request.desk, work, run=import_id, number=number, cells=cells)
    return settled(outcome)


@router.get(
    "/{import_id}/rejected",
    response={**PROBLEMS_OF_ONE},
    operation_id="get_rejected",
    summary="The rows that stayed out, as a file",
    openapi_extra={"responses": {200: FILE}},
)
def rejected(
    request: ApiRequest,
    import_id: str,
    format: Literal["jsonl", "csv", "xlsx", "iso"] = "jsonl",  # noqa: A002 (as exports have it)
) -> HttpResponse:
    """Get the rows to put right, to bring again as an import `again_of` this one.

    jsonl: a line for each row, `{number, faults, cells}`. csv and xlsx: number and reasons before
    the cells, which mean nothing when the list comes back. iso: of MARC files, the records.
    """
    run = known(request, import_id)
    if format == "iso" and run.kind != Kind.MARC:
        raise NotFoundError
    file = tempfile.TemporaryFile()  # noqa: SIM115 (the answer closes it)
    _write(file, run, format)
    return sent(file, f"rejected.{format}", MEDIA[format])


def _write(file: IO[bytes], run: ImportView, kind: str) -> None:
    rows = rows_to_put_right(run.public_id)
    match kind:
        case "jsonl":
            for row in rows:
                kept = {
                    "number": row.number,
                    "faults": [fault.model_dump() for fault in _faults(row.faults)],
                    "cells": row.cells,
                }
                file.write(json.dumps(kept, ensure_ascii=False).encode() + b"\n")
        case "csv":
            for line in csv_lines(_lines(run, rows)):
                file.write(line.encode())
        case "xlsx":
            write_workbook(file, "rejected", _lines(run, rows))
        case _:
            for original in originals_to_put_right(run.public_id):
                file.write(original.removesuffix(b"\x1d") + b"\x1d")


def _lines(run: ImportView, rows: Iterator[ImportRowView]) -> Iterator[list[str]]:
    headings = [column.heading for column in run.columns]
    yield ["row no.", "why it stayed out", *(SHOWN if run.kind == Kind.MARC else headings)]
    for row in rows:
        why = "\n".join(" ".join(filter(None, fault)) for fault in row.faults)
        yield [str(row.number), why, *row.cells]


@router.get(
    "/{import_id}/undo",
    response={200: UndoPreview, **PROBLEMS_OF_ONE},
    operation_id="preview_undo",
    summary="What undoing an import would do",
)
def preview_undo(request: ApiRequest, import_id: str) -> HttpResponse:
    """Return what would go and what would be put back, if it were undone now."""
    run = known(request, import_id)
    may = run.undo_until is not None and request.desk.now <= run.undo_until
    return answer(
        UndoPreview(
            may=may,
            until=run.undo_until,
            goes=gone_by_undo(run),
            put_back=run.counts.get("update", 0) if may else 0,
        )
    )
