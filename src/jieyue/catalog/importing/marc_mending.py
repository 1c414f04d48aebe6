"""A row of a MARC file put right: what was read from the record is typed anew.

The record stays as it came, and what we do not model with it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest
from typing import Any, Final

from jieyue.catalog.importing.lists import book_row, file_row
from jieyue.catalog.rules.descriptions import Description, is_nameless
from jieyue.catalog.rules.faults import Fault
from jieyue.catalog.rules.importing.lists import ListedRow
from jieyue.catalog.rules.importing.rows import (
    BookRow,
    RowCopies,
    row_barcode_faults,
    row_of,
)
from jieyue.imports.works import FileRow, KeptRow, Mending, Run, Said
from jieyue.kit.money import yuan
from jieyue.kit.tables.lines import Line

TYPED: Final = "typed"
"""Under this name a reading keeps what a person typed of the copies: none of it is passed over."""
_BOOK: Final = (
    "name", "authors", "publisher", "year", "isbn", "price", "subtitle", "volume", "translators",
    "place", "edition", "clc",
)  # fmt: skip
_NUMBERS: Final = frozenset({"barcode", "accession", "count"})  # of copies: they go together
_COPIES: Final = ("shelf", "call_number", "branch", "item_type", "price_paid")
_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "isbn": ("isbn13", "unified_number"),
    "price": ("price_cents",),
    "price_paid": ("price_cents",),
}
"""What is read from a text, where it is not called like it."""


SHOWN: Final = ("name", "authors", "publisher", "year", "isbn", "barcode")
"""What `cells_of` returns, by name."""


def cells_of(row: BookRow) -> tuple[str, ...]:
    """Return what is shown of a record."""
    book = row.book
    return (
        book.name,
        book.authors,
        book.publisher,
        str(book.year or ""),
        book.isbn13 or book.unified_number,
        " ".join(row.copies.barcodes),
    )


def fields_of(_columns: Sequence[str], row: Said) -> tuple[tuple[str, str], ...]:
    """Return what can be put right, with what it says now; nothing where bytes are no record."""
    if "book" not in row.reading:
        return ()
    read = book_row(0, row.reading)
    book, copies = read.book, read.copies
    special = {
        "name": "" if is_nameless(book) else book.name,
        "year": str(book.year or ""),
        "isbn": book.isbn13 or book.unified_number,
        "price": _yuan(book.price_cents),
        "price_paid": _yuan(copies.price_cents),
    }
    return (
        *((kind, special[kind] if kind in special else getattr(book, kind)) for kind in _BOOK),
        ("barcode", " ".join(copies.barcodes)),
        ("accession", " ".join(copies.accessions)),
        ("count", str(copies.count)),
        *((kind, special[kind] if kind in special else getattr(copies, kind)) for kind in _COPIES),
    )


def again(_run: Run, row: KeptRow, cells: Sequence[str], this_year: int) -> FileRow | None:
    """Read a row once more with what was typed; what nobody touched stays as it was read."""
    before = dict(fields_of((), row))
    said = dict(zip_longest(before, cells[: len(before)], fillvalue=""))
    if not any(text for kind, text in said.items() if kind != "count"):
        return None
    typed = frozenset(kind for kind in before if said[kind] != before[kind])
    kept = book_row(row.number, row.reading)
    faults: tuple[Fault, ...] = ()
    left_out = {"count"} if said["barcode"] else set()  # barcodes say themselves how many there are
    if not typed & _NUMBERS:  # as read from the record: one may have a blank in it
        left_out, faults = set(_NUMBERS), row_barcode_faults(kept.copies.barcodes)
    asked = {kind: text for kind, text in said.items() if kind not in left_out}
    line = Line(row.number, tuple(asked.values()))
    read = row_of(line, tuple(asked), this_year=this_year)
    mended = BookRow(
        number=row.number,
        book=_book(kept.book, read.book, typed, is_named=bool(said["name"])),
        copies=_copies(kept.copies, read.copies, typed),
        faults=read.faults + faults,
        doubts=tuple(doubt for doubt in read.doubts if doubt.field in typed),
    )
    made = file_row(ListedRow(mended, row.number, cells_of(mended)))
    of_copies = typed.intersection(_COPIES).union(row.reading.get(TYPED, ()))
    reading: dict[str, Any] = {"format": row.reading["format"]}
    if of_copies:
        reading[TYPED] = sorted(of_copies)
    still = tuple(doubt for doubt in row.doubts if doubt[1] not in typed)
    return replace(made, reading=made.reading | reading, doubts=still + made.doubts)


def _book(
    kept: Description, read: Description, typed: frozenset[str], *, is_named: bool
) -> Description:
    book = replace(kept, **_values(read, typed.intersection(_BOOK)))
    # One without a name is called by its number.
    return book if is_named else replace(book, name=read.name)


def _copies(kept: RowCopies, read: RowCopies, typed: frozenset[str]) -> RowCopies:
    copies = replace(kept, **_values(read, typed.intersection(_COPIES)))
    if not typed & _NUMBERS:
        return copies
    return replace(copies, count=read.count, barcodes=read.barcodes, accessions=read.accessions)


def _values(read: Description | RowCopies, kinds: frozenset[str]) -> dict[str, Any]:
    names = [name for kind in kinds for name in _FIELDS.get(kind, (kind,))]
    return {name: getattr(read, name) for name in names}


def _yuan(cents: int | None) -> str:
    return "" if cents is None else yuan(cents)


MENDING: Final = Mending(fields=fields_of, again=again)
