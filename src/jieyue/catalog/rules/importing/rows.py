"""One row of a library's list: the book it describes, its copies, and everything wrong with it.

`faults` stop a row; with `doubts` it comes in without the value in question. No row is ever
changed by guesses about another.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from jieyue.catalog.rules import copies as copy_rules
from jieyue.catalog.rules.descriptions import (
    LIMITS,
    RANGES,
    Description,
    description_of,
    draft_name,
    faults_of,
)
from jieyue.catalog.rules.faults import Fault, FaultCode
from jieyue.catalog.rules.importing.values import (
    audience_of,
    codes_of,
    language_of,
    standing_of,
    year_in,
)
from jieyue.catalog.rules.isbn import Isbn, UnifiedNumber, parse
from jieyue.catalog.rules.record_values import pages_of, price_of
from jieyue.catalog.rules.records import record_of, subjects_of
from jieyue.kit.tables.cells import (
    count_of,
    day_of,
    is_damaged,
    is_nothing,
    is_rounded,
    number_text,
    text_of,
)
from jieyue.kit.tables.headings import by_kind
from jieyue.kit.tables.lines import Line

OLDEST_YEAR: Final = 1500
_TEXTS: Final = ("subtitle", "volume", "place", "publisher", "edition", "series", "summary")
_SHOWN: Final = 40  # characters of a value in a fault


@dataclass(frozen=True, slots=True, kw_only=True)
class RowCopies:
    """The copies of one row. `branch` and `item_type` are as written, codes or names.

    Without `barcodes` the library's own range gives `count` of them; 0 is a title without copies.
    `accessions` are none, one for the first of them, or one each.
    """

    count: int = 1
    barcodes: tuple[str, ...] = ()
    accessions: tuple[str, ...] = ()
    branch: str = ""
    item_type: str = ""
    shelf: str = ""
    call_number: str = ""
    price_cents: int | None = None
    source: str = ""
    supplier: str = ""
    parts: str = ""
    note: str = ""
    standing: str = "in_use"
    added_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BookRow:
    """A row as we understand it. `number` is the one the spreadsheet shows.

    A row with an ISBN and no title is a draft, named by its number.
    """

    number: int
    book: Description
    copies: RowCopies
    faults: tuple[Fault, ...] = ()
    doubts: tuple[Fault, ...] = ()


@dataclass(slots=True)
class _Reading:
    """The cells of one row by kind, and what is wrong with them so far."""

    cells: Mapping[str, str]
    faults: list[Fault] = field(default_factory=list)
    doubts: list[Fault] = field(default_factory=list)

    def text(self, kind: str) -> str:
        if kind not in self.cells:
            return ""
        text = text_of(self.cells[kind])
        if kind != "name" and is_nothing(text):
            return ""
        if is_damaged(text):
            self.doubt(FaultCode.TEXT_DAMAGED, kind, text)
        return text

    def doubt(self, code: FaultCode, kind: str, text: str) -> None:
        self.doubts.append(Fault(code, kind, text[:_SHOWN]))

    def fault(self, code: FaultCode, kind: str, text: str) -> None:
        self.faults.append(Fault(code, kind, text[:_SHOWN]))

    def read(self, kind: str, reader: Callable[[str], Any]) -> Any:
        """Return what `reader` makes of a cell, None with a doubt if it makes nothing of it."""
        text = self.text(kind)
        value = reader(text) if text else None
        if text and value is None:
            self.doubt(FaultCode.VALUE_UNREADABLE, kind, text)
        return value


def row_of(
    line: Line, kinds: Sequence[str], *, this_year: int, width: int | None = None
) -> BookRow:
    """Read a row. `width`: cells beyond it mean that the row's cells stand in wrong columns.

    Never raises, whatever stands in the cells.
    """
    row = _Reading(by_kind(line.cells, kinds))
    if width is not None and len(line.cells) > width:
        row.fault(FaultCode.CELLS_SHIFTED, "", line.cells[width])
    isbn13, unified = _numbers(row)
    book = _book(row, isbn13, unified, this_year)
    copies = _copies(row, book)
    return BookRow(
        number=line.number,
        book=book,
        copies=copies,
        faults=tuple(row.faults),
        doubts=tuple(row.doubts),
    )


def _numbers(row: _Reading) -> tuple[str, str]:
    """Return ISBN-13 and 统一书号, at most one of them not empty."""
    text = number_text(row.text("isbn"))
    if not text:
        return "", ""
    if is_rounded(text):
        row.doubt(FaultCode.NUMBER_ROUNDED, "isbn", text)
        return "", ""
    # Kept as a number, an ISBN-10 has lost its leading zero.
    for form in (text, f"0{text}") if len(text) == 9 else (text,):
        match parse(form):
            case Isbn(isbn13=isbn13):
                return isbn13, ""
            case UnifiedNumber(text=unified):
                return "", unified[: LIMITS["unified_number"]]
            case _:
                continue
    row.doubt(FaultCode.ISBN_BAD, "isbn", text)
    return "", ""


def _book(row: _Reading, isbn13: str, unified: str, this_year: int) -> Description:
    name, authors = row.text("name"), row.text("authors")
    if not authors and " / " in name:  # the statement of responsibility in one cell with it
        name, authors = name.split(" / ", 1)
    translators, call = row.text("translators"), row.text("call_number")
    texts = {kind: row.text(kind) for kind in _TEXTS}
    _too_long(row, LIMITS, texts | {"name": name, "authors": authors, "translators": translators})
    record = record_of({"title": name, "authors": authors, "translators": translators}, source="")
    title = record.title if any(map(str.isalnum, record.title)) else ""
    if not title and not isbn13:
        row.fault(FaultCode.NAME_MISSING, "name", name)
    book = replace(
        description_of(record, isbn13=isbn13, audience=row.read("audience", audience_of) or ""),
        name=title or (draft_name(isbn13) if isbn13 else name),
        unified_number=unified,
        clc=row.text("clc") or (call.split("/")[0] if "/" in call and call[0].isupper() else ""),
        year=_year(row, this_year),
        price_cents=_price(row, "price"),
        pages=row.read("pages", pages_of),
        language=row.read("language", language_of) or "",
        subjects=" / ".join(subjects_of(row.text("subjects")))[: LIMITS["subjects"]].rstrip(" /"),
        **texts,
    )
    known = {(fault.code, fault.field) for fault in row.faults}
    row.faults += [
        fault
        for fault in faults_of(book)
        if (fault.code, fault.field) not in known and fault.code != FaultCode.NAME_MISSING
    ]
    return book


def _too_long(row: _Reading, limits: Mapping[str, int], texts: Mapping[str, str]) -> None:
    """Say what does not fit. Names are parted first, so twice the room is looked at."""
    for kind, text in texts.items():
        room = limits[kind] * (2 if kind in {"authors", "translators"} else 1)
        if len(text) > room:
            row.fault(FaultCode.TOO_LONG, kind, str(limits[kind]))


def _year(row: _Reading, this_year: int) -> int | None:
    year: int | None = row.read("year", year_in)
    if year is not None and not OLDEST_YEAR <= year <= this_year + 1:
        row.doubt(FaultCode.NUMBER_OUT_OF_RANGE, "year", str(year))
        return None
    return year


def _price(row: _Reading, kind: str) -> int | None:
    """Return fen. Nothing and zero are no price; another currency cannot be read as one."""
    text = row.text(kind)
    if not text or not text.strip("0. 元¥"):
        return None
    cents = price_of(text).cents
    if cents is None:
        row.doubt(FaultCode.VALUE_UNREADABLE, kind, text)
    elif cents > RANGES["price_cents"][1]:
        row.doubt(FaultCode.NUMBER_OUT_OF_RANGE, kind, text)
        return None
    return cents


def _copies(row: _Reading, book: Description) -> RowCopies:
    count = row.read("count", count_of)
    barcodes = _codes(row, "barcode", count)
    accessions = _codes(row, "accession", count)
    if len(barcodes) > 1 and count is not None and count != len(barcodes):
        row.doubt(FaultCode.COUNT_DIFFERS, "count", str(len(barcodes)))
    # Lists with a row for each copy often say of each how many there are together.
    count = len(barcodes) or (1 if count is None else count)
    count = max(count, len(accessions))
    if count > copy_rules.MAX_COPIES:
        row.fault(FaultCode.COUNT_OUT_OF_RANGE, "count", str(copy_rules.MAX_COPIES))
    if 1 < len(accessions) != count:
        row.doubt(FaultCode.COUNT_DIFFERS, "accession", str(len(accessions)))
    if barcodes and len(barcodes) != count:
        row.fault(FaultCode.COUNT_DIFFERS, "barcode", str(len(barcodes)))
    row.faults += row_barcode_faults(barcodes)
    texts = {kind: row.text(kind) for kind in ("shelf", "source", "supplier", "parts", "note")}
    texts["call_number"] = row.text("call_number") or _call_number(book.clc, row)
    row.faults += copy_rules.text_faults(accession=max(accessions, key=len, default=""), **texts)
    return RowCopies(
        count=count,
        barcodes=barcodes,
        accessions=accessions,
        branch=row.text("branch")[:60],
        item_type=row.text("item_type")[:60],
        price_cents=_price(row, "price_paid"),
        standing=row.read("standing", standing_of) or "in_use",
        added_on=row.read("added_on", day_of),
        **texts,
    )


def row_barcode_faults(barcodes: Sequence[str]) -> tuple[Fault, ...]:
    """Return what is wrong with a row's barcodes by themselves."""
    return tuple(replace(f, field="barcode") for f in copy_rules.barcode_faults(barcodes))


def _codes(row: _Reading, kind: str, count: int | None) -> tuple[str, ...]:
    cell = row.cells.get(kind, "")
    if not cell or is_nothing(cell):
        return ()
    if is_rounded(cell):
        row.fault(FaultCode.NUMBER_ROUNDED, kind, cell)
        return ()
    return codes_of(cell, count=count)


def _call_number(clc: str, row: _Reading) -> str:
    """Put class and 书次号 together where a list has them in columns of their own."""
    number = row.text("book_number").lstrip("/")
    return f"{clc}/{number}" if clc and number else ""


@dataclass(slots=True)
class Seen:
    """The numbers of a list so far, to find those that come twice. Some 200 bytes a copy."""

    barcodes: dict[str, tuple[int, int]] = field(default_factory=dict)  # row, its fingerprint
    accessions: dict[str, int] = field(default_factory=dict)

    def checked(self, row: BookRow) -> BookRow:
        """Return the row with what it repeats of earlier ones that came in."""
        repeated = self._repeated(row)
        row = replace(row, faults=row.faults + repeated)
        if not row.faults:
            mark = _fingerprint(row)
            self.barcodes.update(dict.fromkeys(row.copies.barcodes, (row.number, mark)))
            self.accessions.update(dict.fromkeys(row.copies.accessions, row.number))
        return row

    def _repeated(self, row: BookRow) -> tuple[Fault, ...]:
        earlier = [self.barcodes[code] for code in row.copies.barcodes if code in self.barcodes]
        if earlier and earlier[0][1] == _fingerprint(row):
            return (Fault(FaultCode.ROW_REPEATED, "", str(earlier[0][0])),)
        found = [Fault(FaultCode.BARCODE_REPEATED, "barcode", str(at)) for at, _ in earlier]
        return tuple(found) + tuple(
            Fault(FaultCode.ACCESSION_REPEATED, "accession", str(self.accessions[number]))
            for number in row.copies.accessions
            if number in self.accessions
        )


def _fingerprint(row: BookRow) -> int:
    return hash((row.book, row.copies))
