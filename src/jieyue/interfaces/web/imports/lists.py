"""Lists to take away: empty ones to fill in, and rows that stayed out with their reasons."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import IO, Final

from django.utils.translation import gettext as _

from jieyue.imports.queries import ImportRowView
from jieyue.imports.rules.runs import Kind
from jieyue.interfaces.web.imports import people_words as people
from jieyue.interfaces.web.imports.row_words import fault_note
from jieyue.interfaces.web.imports.words import COLUMNS, KINDS
from jieyue.kit.tables.writing import write_workbook

OFFERED: Final = {
    Kind.BOOKS: (
        *("isbn", "name", "subtitle", "volume", "authors", "translators", "publisher", "year"),
        *("price", "series", "clc", "call_number", "barcode", "accession", "count", "branch"),
        *("shelf", "item_type", "supplier", "price_paid", "added_on", "note"),
    ),
    Kind.READERS: (
        *("name", "student_number", "card", "grade", "group", "phone", "email", "category"),
        *("branch", "expires_on", "note"),
    ),
    Kind.LOANS: ("barcode", "card", "student_number", "name", "lent_on", "due_on", "renewals"),
    Kind.HOLDS: ("isbn", "title", "card", "student_number", "name", "placed_on", "pickup"),
    Kind.DUES: ("card", "student_number", "name", "amount", "reason", "owed_on"),
    Kind.DEPOSITS: ("card", "student_number", "name", "amount", "paid_on"),
}
"""What the columns of an empty list hold, in the order of its columns."""


def headings(kind: Kind) -> list[str]:
    """Return the headings of an empty list, in the active language."""
    words: Mapping[str, object] = people.COLUMNS.get(kind, COLUMNS)
    return [str(words[name]) for name in OFFERED[kind]]


def write_empty_list(file: IO[bytes], kind: Kind) -> None:
    """Write a workbook with nothing but its headings."""
    write_workbook(file, str(KINDS[kind]), [headings(kind)])


def rejected_lines(
    headings: Sequence[str], rows: Iterable[ImportRowView], kind: str = ""
) -> Iterator[list[str]]:
    """Yield the headings and each row as it was, behind its number, reasons and what would help.

    The three columns before it mean nothing to us when the list comes back.
    """
    yield [_("Row no."), _("Why it stayed out"), _("What would help"), *headings]
    for row in rows:
        notes = [fault_note(fault, kind) for fault in row.faults]
        why = "\n".join(note.text for note in notes)
        what_helps = "\n".join(dict.fromkeys(note.help for note in notes if note.help))
        yield [str(row.number), why, what_helps, *row.cells]
