"""One row of a list of readers, and everything wrong with it.

`faults` stop a row; with `doubts` it comes in without the value in question.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import blake2b
from typing import Final

from jieyue.kit.tables.headings import Columns, is_no_row
from jieyue.kit.tables.lines import Line
from jieyue.patrons.rules.importing.cells import Cells, cells_of
from jieyue.patrons.rules.importing.faults import Fault, RowFault
from jieyue.patrons.rules.importing.matching import plain_name
from jieyue.patrons.rules.importing.values import (
    Status,
    expiry_of,
    group_of,
    phone_of,
    status_of,
)
from jieyue.patrons.rules.membership import LIMITS, contact_faults, is_card_barcode
from jieyue.patrons.rules.names import normal_email

_PLACE: Final = 60  # characters of a branch's or card type's name


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderRow:
    """A reader as a row says. `category` and `branch` are as written, codes or names.

    `expires_on` None with `never_expires` unset: as long as the card type says.
    """

    number: int
    name: str
    card: str = ""
    student_number: str = ""
    group_name: str = ""
    phone: str = ""
    email: str = ""
    category: str = ""
    branch: str = ""
    expires_on: date | None = None
    never_expires: bool = False
    joined_on: date | None = None
    status: Status = "active"
    status_text: str = ""
    note: str = ""
    faults: tuple[Fault, ...] = ()
    doubts: tuple[Fault, ...] = ()


def row_of(
    line: Line,
    kinds: tuple[str, ...],
    *,
    today: date,
    width: int | None = None,
    card_is_student_number: bool = False,
) -> ReaderRow:
    """Read a row. Never raises, whatever stands in the cells.

    `card_is_student_number`: readers without a card number of their own have that as one.
    """
    cells = cells_of(line, kinds, width=width)
    name = cells.text("name", LIMITS["name"])
    if not any(map(str.isalnum, name)):
        cells.fault(RowFault.NAME_MISSING, "name")
    student_number = cells.number("student_number", LIMITS["student_number"])
    group = group_of(cells.text("grade"), cells.text("group"))
    if len(group) > LIMITS["group_name"]:
        cells.fault(RowFault.TOO_LONG, "group", str(LIMITS["group_name"]))
    card = cells.number("card") or (student_number if card_is_student_number else "")
    if card and not is_card_barcode(card):
        cells.fault(RowFault.CARD_BAD, "card", card)
    phone, email = _phone(cells), _email(cells)
    expires = cells.read("expires_on", expiry_of)
    joined_on: date | None = cells.read("joined_on", expiry_of)
    if not isinstance(joined_on, date) or joined_on > today:
        joined_on = None
    return ReaderRow(
        number=line.number,
        name=" ".join(name.split()),
        card=card,
        student_number=student_number,
        group_name=group,
        phone=phone,
        email=email,
        category=cells.text("category")[:_PLACE],
        branch=cells.text("branch")[:_PLACE],
        expires_on=expires if isinstance(expires, date) else None,
        never_expires=expires == "never",
        joined_on=joined_on,
        status=cells.read("status", status_of) or "active",
        status_text=cells.text("status")[: LIMITS["reason"]],
        note=cells.text("note", LIMITS["note"]),
        faults=tuple(cells.faults),
        doubts=tuple(cells.doubts),
    )


def _phone(cells: Cells) -> str:
    text = cells.text("phone")
    phone, has_more = phone_of(text) if text else ("", False)
    if has_more:
        cells.doubt(RowFault.ONLY_FIRST_TAKEN, "phone")
    if text and not phone:
        cells.doubt(RowFault.PHONE_BAD, "phone", text)
    return phone


def _email(cells: Cells) -> str:
    email = normal_email(cells.text("email"))
    if email and (len(email) > LIMITS["email"] or contact_faults("", email)):
        cells.doubt(RowFault.EMAIL_BAD, "email", email)
        return ""
    return email


@dataclass(slots=True)
class SeenReaders:
    """The readers of a list so far, to find those that come twice. Holds no names."""

    _cards: dict[str, int] = field(default_factory=dict)
    _numbers: dict[str, int] = field(default_factory=dict)
    _rows: dict[bytes, int] = field(default_factory=dict)
    _people: dict[bytes, int] = field(default_factory=dict)  # by name, class and phone

    def checked(self, row: ReaderRow) -> ReaderRow:
        """Return the row with what it repeats of earlier ones that came in."""
        mark, person = _fingerprint(row), _person(row)
        earlier = self._rows.get(mark)
        if not earlier and not row.card and not row.student_number:
            earlier = self._people.get(person)
        if earlier:
            again = Fault(RowFault.ROW_REPEATED, "", str(earlier))
            return replace(row, faults=(*row.faults, again))
        row = replace(row, faults=row.faults + tuple(self._repeated(row)))
        if not row.faults:
            self._rows[mark] = row.number
            self._people.setdefault(person, row.number)
            if row.card:
                self._cards[row.card] = row.number
            if row.student_number:
                self._numbers[row.student_number] = row.number
        return row

    def _repeated(self, row: ReaderRow) -> Iterator[Fault]:
        if at := self._cards.get(row.card):
            yield Fault(RowFault.CARD_REPEATED, "card", str(at))
        if at := self._numbers.get(row.student_number):
            yield Fault(RowFault.STUDENT_NUMBER_REPEATED, "student_number", str(at))


def _fingerprint(row: ReaderRow) -> bytes:
    """Return what rows that say the same share."""
    said = replace(row, number=0, name=plain_name(row.name), faults=(), doubts=())
    return blake2b(repr(said).encode(), digest_size=12).digest()


def _person(row: ReaderRow) -> bytes:
    """Return what rows share that are of one reader, as far as no number tells them apart."""
    said = (plain_name(row.name), row.group_name, row.phone)
    return blake2b(repr(said).encode(), digest_size=12).digest()


def rows_in(
    lines: Iterable[Line],
    columns: Columns,
    *,
    today: date,
    width: int | None = None,
    card_is_student_number: bool = False,
) -> Iterator[tuple[ReaderRow, tuple[str, ...]]]:
    """Yield the rows that tell of readers, in order, each with its cells."""
    seen, kinds = SeenReaders(), columns.kinds
    for line in lines:
        if is_no_row(line, columns):
            continue
        row = row_of(
            line,
            kinds,
            today=today,
            width=width,
            card_is_student_number=card_is_student_number,
        )
        yield seen.checked(row), line.cells
