"""Rows of lists of open loans, holds, dues and deposits, read into plain values.

`faults` stop a row; with `doubts` it comes in without the value in question. Dates are local.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from hashlib import blake2b
from typing import Any, Final, Generic, TypeVar

from jieyue.catalog.rules.copies import may_be_barcode, read_barcode
from jieyue.catalog.rules.isbn import isbn13_of
from jieyue.catalog.rules.record_values import price_of
from jieyue.kit.tables.cells import count_of, day_of
from jieyue.kit.tables.headings import Columns, is_no_row
from jieyue.kit.tables.lines import Line
from jieyue.patrons.rules.importing.cells import Cells, cells_of
from jieyue.patrons.rules.importing.faults import Fault, RowFault
from jieyue.patrons.rules.importing.values import moment_of
from jieyue.patrons.rules.importing.who import Who, who_of

MAX_CENTS: Final = 10_000_000  # of one charge, as at the desk
MAX_RENEWALS: Final = 999
_PLACE: Final = 60
_REASON: Final = 200
_ENDED: Final = re.compile(
    r"取消|撤销|过期|失效|已取书|已借|完成|结束|cancel|expired|fulfilled|done"
)
_SETTLED: Final = re.compile(
    r"^(是|y|yes|true|paid|settled|waived)$|已缴|已交|已付|已结|结清|免除|减免|已处理"
)

_GIVEN_BACK: Final = re.compile(
    r"^(是|y|yes|true|refunded|returned|withdrawn)$|已退|退还|退押|已注销|refund|givenback|paidback"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanRow:
    """An open loan. `lent` without a zone, None if unknown; `due_on` None: by the rules."""

    number: int
    barcode: str
    who: Who
    lent: datetime | None = None
    due_on: date | None = None
    renewals: int = 0
    branch: str = ""
    faults: tuple[Fault, ...] = ()
    doubts: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldRow:
    """An open hold: the book by ISBN, by a copy's barcode or by its name, the first that is there.

    `placed` None: behind everybody.
    """

    number: int
    isbn13: str = ""
    barcode: str = ""
    title: str = ""
    who: Who
    placed: datetime | None = None
    pickup: str = ""
    faults: tuple[Fault, ...] = ()
    doubts: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DueRow:
    """What a reader owes, in fen, what was paid already taken off; `reason` may be empty."""

    number: int
    who: Who
    cents: int = 0
    reason: str = ""
    owed_on: date | None = None
    faults: tuple[Fault, ...] = ()
    doubts: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DepositRow:
    """What is kept for a reader, in fen. `paid_on` None: as of the day it comes in."""

    number: int
    who: Who
    cents: int = 0
    paid_on: date | None = None
    faults: tuple[Fault, ...] = ()
    doubts: tuple[Fault, ...] = ()


def loan_of(line: Line, kinds: tuple[str, ...], *, width: int | None = None) -> LoanRow:
    """Read a row of a list of loans. Never raises."""
    cells = cells_of(line, kinds, width=width)
    if cells.text("returned_on"):
        cells.fault(RowFault.LOAN_RETURNED, "returned_on")
    barcode = _barcode(cells, is_needed=True)
    lent: datetime | None = cells.read("lent_on", moment_of)
    due_on: date | None = cells.read("due_on", day_of)
    if lent and due_on and due_on < lent.date():
        cells.fault(RowFault.DUE_BEFORE_LENT, "due_on", due_on.isoformat())
    if lent is None:
        cells.doubt(RowFault.LENT_MISSING, "lent_on")
    if due_on is None:
        cells.doubt(RowFault.DUE_MISSING, "due_on")
    return LoanRow(
        number=line.number,
        barcode=barcode,
        who=who_of(cells),
        lent=lent,
        due_on=due_on,
        renewals=min(cells.read("renewals", count_of) or 0, MAX_RENEWALS),
        branch=cells.text("branch")[:_PLACE],
        faults=tuple(cells.faults),
        doubts=tuple(cells.doubts),
    )


def hold_of(line: Line, kinds: tuple[str, ...], *, width: int | None = None) -> HoldRow:
    """Read a row of a list of holds. Never raises."""
    cells = cells_of(line, kinds, width=width)
    if _ENDED.search(_plain(cells.text("status"))):
        cells.fault(RowFault.HOLD_ENDED, "status", cells.text("status"))
    isbn = cells.text("isbn")
    isbn13 = isbn13_of(isbn) or "" if isbn else ""
    barcode, title = _barcode(cells, is_needed=False), cells.text("title")
    if isbn and not isbn13:
        cells.doubt(RowFault.VALUE_UNREADABLE, "isbn", isbn)
    if not (isbn13 or barcode or title):
        cells.fault(RowFault.TITLE_MISSING, "title")
    return HoldRow(
        number=line.number,
        isbn13=isbn13,
        barcode=barcode,
        title=title,
        who=who_of(cells),
        placed=cells.read("placed_on", moment_of),
        pickup=cells.text("pickup")[:_PLACE],
        faults=tuple(cells.faults),
        doubts=tuple(cells.doubts),
    )


def due_of(line: Line, kinds: tuple[str, ...], *, width: int | None = None) -> DueRow:
    """Read a row of a list of dues. Never raises."""
    cells = cells_of(line, kinds, width=width)
    cents = _cents(cells, "amount") - _cents(cells, "paid", is_needed=False)
    if _SETTLED.search(_plain(cells.text("status"))):
        cells.fault(RowFault.DUE_SETTLED, "status", cells.text("status"))
    elif cents <= 0 and not cells.faults:
        cells.fault(RowFault.DUE_SETTLED, "paid")
    if cents > MAX_CENTS:
        cells.fault(RowFault.AMOUNT_BAD, "amount", cells.text("amount"))
    reason, title = cells.text("reason"), cells.text("title")
    if title and title not in reason:
        reason = f"{reason} · {title}" if reason else title
    return DueRow(
        number=line.number,
        who=who_of(cells),
        cents=cents,
        reason=reason[:_REASON].strip(),
        owed_on=cells.read("owed_on", day_of),
        faults=tuple(cells.faults),
        doubts=tuple(cells.doubts),
    )


def deposit_of(line: Line, kinds: tuple[str, ...], *, width: int | None = None) -> DepositRow:
    """Read a row of a list of deposits. Never raises."""
    cells = cells_of(line, kinds, width=width)
    cents = _cents(cells, "amount")
    if _GIVEN_BACK.search(_plain(cells.text("status")).replace(" ", "")):
        cells.fault(RowFault.NO_DEPOSIT, "status", cells.text("status"))
    elif cents <= 0 and not cells.faults:
        cells.fault(RowFault.NO_DEPOSIT, "amount")
    if cents > MAX_CENTS:
        cells.fault(RowFault.AMOUNT_BAD, "amount", cells.text("amount"))
    return DepositRow(
        number=line.number,
        who=who_of(cells),
        cents=cents,
        paid_on=cells.read("paid_on", day_of),
        faults=tuple(cells.faults),
        doubts=tuple(cells.doubts),
    )


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().lower()


def _barcode(cells: Cells, *, is_needed: bool) -> str:
    before = len(cells.faults)
    barcode = read_barcode(cells.number("barcode"))
    if barcode and not may_be_barcode(barcode):
        cells.fault(RowFault.BARCODE_BAD, "barcode", barcode)
    if is_needed and not barcode and len(cells.faults) == before:
        cells.fault(RowFault.BARCODE_MISSING, "barcode")
    return barcode


def _cents(cells: Cells, kind: str, *, is_needed: bool = True) -> int:
    text = cells.text(kind)
    if not text:
        if is_needed:
            cells.fault(RowFault.AMOUNT_MISSING, kind)
        return 0
    if not text.strip("0. 元¥￥"):
        return 0
    cents = price_of(text).cents
    if cents is None:
        cells.fault(RowFault.AMOUNT_BAD, kind, text)
    return cents or 0


# --- Whole lists --------------------------------------------------------------------------------

R = TypeVar("R", LoanRow, HoldRow, DueRow, DepositRow)


@dataclass(slots=True)
class Seen(Generic[R]):
    """The rows of a list so far, to find those that come twice. Holds no names.

    `once`: what only one row can be of, such as a copy, and the code of a second one.
    """

    once: Callable[[R], str] = field(default=lambda _: "")
    _rows: dict[bytes, int] = field(default_factory=dict)
    _once: dict[str, int] = field(default_factory=dict)

    def checked(self, row: R) -> R:
        """Return the row with what it repeats of earlier ones that came in."""
        said: Any = replace(row, number=0, faults=(), doubts=())
        mark = blake2b(repr(said).encode(), digest_size=12).digest()
        if earlier := self._rows.get(mark):
            again = Fault(RowFault.ROW_REPEATED, "", str(earlier))
            return replace(row, faults=(*row.faults, again))
        only = self.once(row)
        if earlier := self._once.get(only) if only else None:
            again = Fault(RowFault.BARCODE_REPEATED, "barcode", str(earlier))
            return replace(row, faults=(*row.faults, again))
        if not row.faults:
            self._rows[mark] = row.number
            self._once[only] = row.number
        return row


def loans_in(
    lines: Iterable[Line], columns: Columns, *, width: int | None = None
) -> Iterator[tuple[LoanRow, tuple[str, ...]]]:
    """Yield the rows of a list of loans in order, each with its cells."""
    return _rows(lines, columns, width, loan_of, Seen[LoanRow](lambda row: row.barcode))


def holds_in(
    lines: Iterable[Line], columns: Columns, *, width: int | None = None
) -> Iterator[tuple[HoldRow, tuple[str, ...]]]:
    """Yield the rows of a list of holds in order, each with its cells."""
    return _rows(lines, columns, width, hold_of, Seen[HoldRow]())


def dues_in(
    lines: Iterable[Line], columns: Columns, *, width: int | None = None
) -> Iterator[tuple[DueRow, tuple[str, ...]]]:
    """Yield the rows of a list of dues in order, each with its cells."""
    return _rows(lines, columns, width, due_of, Seen[DueRow]())


def deposits_in(
    lines: Iterable[Line], columns: Columns, *, width: int | None = None
) -> Iterator[tuple[DepositRow, tuple[str, ...]]]:
    """Yield the rows of a list of deposits in order, each with its cells."""
    return _rows(lines, columns, width, deposit_of, Seen[DepositRow]())


def _rows(
    lines: Iterable[Line],
    columns: Columns,
    width: int | None,
    read: Callable[..., R],
    seen: Seen[R],
) -> Iterator[tuple[R, tuple[str, ...]]]:
    kinds = columns.kinds
    for line in lines:
        if not is_no_row(line, columns):
            yield seen.checked(read(line, kinds, width=width)), line.cells
