"""A whole list of books, row after row: what its columns hold, its rows, and which are one book."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from jieyue.catalog.rules.importing.columns import NAMES, book_columns
from jieyue.catalog.rules.importing.matching import Books
from jieyue.catalog.rules.importing.rows import BookRow, Seen, is_no_book, row_of
from jieyue.kit.tables.headings import Columns
from jieyue.kit.tables.lines import Line, Shape

LOOKED_AT: Final = 200
"""Rows that columns are told by."""


@dataclass(frozen=True, slots=True)
class ListedRow:
    """A row with the number of the first row of the same book: its own, if it is the first.

    Rows that cannot come in are nobody's first.
    """

    row: BookRow
    first_row: int
    cells: tuple[str, ...]


def columns_in(lines: Iterable[Line]) -> Columns:
    """Find out what the columns hold. Reads no more rows than it needs."""
    return book_columns(list(islice(lines, LOOKED_AT)))


def chosen(columns: Columns, kinds: Sequence[str]) -> Columns:
    """Return the columns as a person says they are: a kind for each, "" to leave it out.

    Kinds we do not know leave a column out; several may be of one kind, their texts are joined.
    """
    kinds = [kind if kind in NAMES else "" for kind in kinds]
    kinds += [""] * (len(columns.columns) - len(kinds))
    return replace(
        columns,
        columns=tuple(
            column if column.kind == kind else replace(column, kind=kind, how="chosen")
            for column, kind in zip(columns.columns, kinds, strict=False)
        ),
    )


def is_enough(columns: Columns) -> bool:
    """Say whether the columns tell of any book: by name or by ISBN."""
    return bool({"name", "isbn"} & set(columns.kinds))


def width_of(columns: Columns, shape: Shape) -> int | None:
    """Return how many cells a row can have, None if that says nothing.

    In separated text more cells than headings mean a delimiter that no quotes protect, and cells
    in wrong columns. In a workbook a note beside the table is just a note.
    """
    if shape.kind != "text" or not columns.heading_line:
        return None
    headed = [place for place, column in enumerate(columns.columns) if column.heading]
    return headed[-1] + 1 if headed else None


def rows_in(
    lines: Iterable[Line], columns: Columns, *, this_year: int, width: int | None
) -> Iterator[ListedRow]:
    """Yield the rows that tell of books, in order.

    Memory grows with the different books and numbers, by about 1 kB a row, not with their texts.
    """
    seen, books = Seen(), Books()
    kinds = columns.kinds
    for line in lines:
        if is_no_book(line, columns):
            continue
        row = seen.checked(row_of(line, kinds, this_year=this_year, width=width))
        first = row.number if row.faults else books.first_row(row.book, row.number)
        yield ListedRow(row, first, line.cells)
