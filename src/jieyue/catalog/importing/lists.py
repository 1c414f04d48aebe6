"""A list of books as the import engine sees it: how it looks, its rows, and rows as kept."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, fields
from datetime import date
from pathlib import Path
from typing import Any, Final

from jieyue.catalog.rules.descriptions import Description
from jieyue.catalog.rules.faults import Fault, FaultCode
from jieyue.catalog.rules.importing.lists import (
    ListedRow,
    chosen,
    columns_in,
    is_enough,
    rows_in,
    width_of,
)
from jieyue.catalog.rules.importing.rows import BookRow, RowCopies
from jieyue.imports.works import FileRow, Look, RowFault, Run
from jieyue.kit.tables.headings import Column, Columns
from jieyue.kit.tables.lines import Shape
from jieyue.kit.tables.reading import guess_rows, lines_of, shape_of

_DEFAULT_BOOK: Final = asdict(Description(name=""))
_DEFAULT_COPIES: Final = asdict(RowCopies())
_HOW: Final = frozenset(spec.name for spec in fields(Shape))


def look(path: Path, shape: Mapping[str, str]) -> Look:
    """Find out how a list is read and what its columns hold. Raises UnreadableError."""
    found = shape_of(path, **shape)
    with closing(lines_of(path, found)) as lines:  # type: ignore[type-var]
        columns = columns_in(lines)
    return _look(found, columns, guess_rows(path, found) - columns.heading_line)


def with_kinds(look: Look, kinds: Sequence[str]) -> Look:
    """Return the look with the columns as a person says they are."""
    return _look(
        shape_in(look.shape), chosen(columns_of(look.shape, look.columns), kinds), look.rows_guessed
    )


def rows(path: Path, run: Run, this_year: int) -> Iterator[FileRow]:
    """Yield the rows that tell of books."""
    shape = shape_in(run.shape)
    headings = run.shape.get("headings", [])
    columns = columns_of(
        run.shape,
        [
            Column(heading=heading, kind=kind, how="chosen", samples=())
            for heading, kind in zip(headings, run.columns, strict=True)
        ],
    )
    width = width_of(columns, shape)
    with closing(lines_of(path, shape)) as lines:  # type: ignore[type-var]
        for row in rows_in(lines, columns, this_year=this_year, width=width):
            yield file_row(row)


def shape_in(kept: Mapping[str, Any]) -> Shape:
    """Return how the file is read, out of an import's shape."""
    values = {name: value for name, value in kept.items() if name in _HOW}
    return Shape(**{**values, "sheets": tuple(values.get("sheets", ()))})


def columns_of(kept: Mapping[str, Any], columns: Sequence[Column]) -> Columns:
    """Return the columns with the number of the row that heads them."""
    return Columns(heading_line=kept["heading_line"], columns=tuple(columns))


def file_row(listed: ListedRow) -> FileRow:
    """Return a row as it is kept: only what it says."""
    row = listed.row
    return FileRow(
        number=row.number,
        cells=listed.cells,
        reading=reading_of(row),
        first_row=listed.first_row,
        faults=plain_faults(row.faults),
        doubts=plain_faults(row.doubts),
    )


def reading_of(row: BookRow) -> dict[str, Any]:
    """Return what a row says, without what it leaves open."""
    copies = _said(asdict(row.copies), _DEFAULT_COPIES)
    if row.copies.added_on:
        copies["added_on"] = row.copies.added_on.isoformat()
    found: dict[str, Any] = {"book": _said(asdict(row.book), _DEFAULT_BOOK), "copies": copies}
    if row.faults:
        found["faults"] = plain_faults(row.faults)
    return found


def book_row(number: int, reading: Mapping[str, Any], doubts: Sequence[RowFault] = ()) -> BookRow:
    """Return a row as it was understood, from what was kept of it."""
    copies = dict(reading["copies"])
    for name in ("barcodes", "accessions"):
        copies[name] = tuple(copies.get(name, ()))
    if "added_on" in copies:
        copies["added_on"] = date.fromisoformat(copies["added_on"])
    return BookRow(
        number=number,
        book=book_in(reading),
        copies=RowCopies(**copies),
        faults=read_faults(reading.get("faults", ())),
        doubts=read_faults(doubts),
    )


def book_in(reading: Mapping[str, Any]) -> Description:
    """Return the book of a row, from what was kept of it."""
    return Description(**{"name": "", **reading["book"]})


def plain_faults(faults: Sequence[Fault]) -> tuple[RowFault, ...]:
    """Return faults as plain values."""
    return tuple((fault.code.value, fault.field, fault.value) for fault in faults)


def read_faults(kept: Sequence[Sequence[str]]) -> tuple[Fault, ...]:
    """Return faults from plain values."""
    return tuple(Fault(FaultCode(code), name, value) for code, name, value in kept)


def _look(shape: Shape, columns: Columns, rows_guessed: int) -> Look:
    return Look(
        shape={**asdict(shape), "heading_line": columns.heading_line},
        columns=columns.columns,
        is_enough=is_enough(columns),
        rows_guessed=max(rows_guessed, 0),
    )


def _said(values: dict[str, Any], silence: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value != silence[name]}
