"""A whole list of books, row after row: whether it tells of any, and which are one book."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from jieyue.catalog.rules.importing.matching import Books
from jieyue.catalog.rules.importing.rows import BookRow, Seen, row_of
from jieyue.kit.tables.headings import Columns, is_no_row
from jieyue.kit.tables.lines import Line


@dataclass(frozen=True, slots=True)
class ListedRow:
    """A row with the number of the first row of the same book: its own, if it is the first.

    Rows that cannot come in are nobody's first.
    """

    row: BookRow
    first_row: int
    cells: tuple[str, ...]


def is_enough(kinds: Sequence[str]) -> bool:
    """Say whether the columns tell of any book: by name or by ISBN."""
    return bool({"name", "isbn"} & set(kinds))


def rows_in(
    lines: Iterable[Line], columns: Columns, *, this_year: int, width: int | None
) -> Iterator[ListedRow]:
    """Yield the rows that tell of books, in order.

    Memory grows with the different books and numbers, by about 1 kB a row, not with their texts.
    """
    seen, books = Seen(), Books()
    kinds = columns.kinds
    for line in lines:
        if is_no_row(line, columns):
            continue
        row = seen.checked(row_of(line, kinds, this_year=this_year, width=width))
        first = row.number if row.faults else books.first_row(row.book, row.number)
        yield ListedRow(row, first, line.cells)
