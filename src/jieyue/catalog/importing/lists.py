"""A list of books as the import engine sees it: how it looks, its rows, and rows as kept."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any, Final

from jieyue.catalog.rules.descriptions import Description
from jieyue.catalog.rules.faults import Fault, FaultCode
from jieyue.catalog.rules.importing.columns import NAMES, book_columns
from jieyue.catalog.rules.importing.lists import ListedRow, is_enough, rows_in
from jieyue.catalog.rules.importing.rows import BookRow, RowCopies
from jieyue.imports.tables import columns_in, lines_in, look_at, shape_in, with_kinds
from jieyue.imports.works import FileRow, Look, RowFault, Run
from jieyue.kit.tables.headings import width_of
from jieyue.kit.tables.lines import Line

_DEFAULT_BOOK: Final = asdict(Description(name=""))
_DEFAULT_COPIES: Final = asdict(RowCopies())


def look(path: Path, shape: Mapping[str, Any]) -> Look:
    """Find out how a list is read and what its columns hold. Raises UnreadableError."""
    return look_at(path, shape, columns_of=book_columns, is_enough=is_enough)


def chosen(found: Look, kinds: Sequence[str]) -> Look:
    """Return the columns as a person says they are."""
    return with_kinds(found, kinds, names=NAMES, is_enough=is_enough)


def rows(path: Path, run: Run, this_year: int) -> Iterator[FileRow]:
    """Yield the rows that tell of books."""
    return rows_of(lines_in(path, run), run, this_year)


def rows_of(lines: Iterable[Line], run: Run, this_year: int) -> Iterator[FileRow]:
    """Yield those of the lines that tell of books."""
    columns = columns_in(run)
    width = width_of(columns, shape_in(run))
    for row in rows_in(lines, columns, this_year=this_year, width=width):
        yield file_row(row)


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


def _said(values: dict[str, Any], silence: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value != silence[name]}
