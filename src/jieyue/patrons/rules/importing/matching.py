"""Which of the library's readers a row means."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from jieyue.kit.scripts import simplified
from jieyue.patrons.rules.importing.faults import Fault, RowFault
from jieyue.patrons.rules.names import plain


class Named(Protocol):
    """What a row says of a reader; "" where it says nothing."""

    @property
    def name(self) -> str:
        """As written."""

    @property
    def card(self) -> str:
        """A card's barcode."""

    @property
    def student_number(self) -> str:
        """Or another number of the institution's own."""

    @property
    def group_name(self) -> str:
        """Class or department."""

    @property
    def phone(self) -> str:
        """As stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A reader the library has; `cards` are all ever given out to them, `card` the current one."""

    id: int
    name: str
    student_number: str = ""
    group_name: str = ""
    phone: str = ""
    email: str = ""
    note: str = ""
    category_id: int = 0
    branch_id: int = 0
    expires_on: date | None = None
    card: str = ""
    cards: frozenset[str] = frozenset()


def plain_name(name: str) -> str:
    """Return a name as names are compared: one width, case and script, no spaces."""
    letters = plain(name)
    return letters if letters.isascii() else letters.translate(simplified())


def may_be(row: Named, known: Known) -> bool:
    """Say whether they share name and phone number, else name and class.

    A bare name is only that of a reader of whom nothing else is known either.
    """
    if plain_name(row.name) != plain_name(known.name):
        return False
    if row.phone and known.phone:
        return row.phone == known.phone
    if row.group_name and known.group_name:
        return row.group_name == known.group_name
    return not (row.phone or known.phone or row.group_name or known.group_name)


def meant(
    row: Named,
    *,
    by_card: Known | None,
    by_number: Known | None,
    namesakes: Sequence[Known],
) -> tuple[Known | None, tuple[Fault, ...]]:
    """Return the reader that a row of another list (loans, holds, dues) means, or why nobody.

    A number decides, and a name beside it must agree. Without one, the name must be one reader's,
    in that class if it says one.
    """
    if by_card and by_number and by_card.id != by_number.id:
        return None, (Fault(RowFault.TWO_READERS, "card"),)
    found = by_card or by_number
    if found is not None:
        if row.name and plain_name(row.name) != plain_name(found.name):
            return None, (Fault(RowFault.OTHER_NAME, "name", found.name),)
        return found, ()
    if row.card or row.student_number:
        kind = "card" if row.card else "student_number"
        return None, (Fault(RowFault.PATRON_UNKNOWN, kind, row.card or row.student_number),)
    if not row.name:
        return None, (Fault(RowFault.READER_MISSING, "card"),)
    fitting = [
        known
        for known in namesakes
        if not (row.group_name and known.group_name and row.group_name != known.group_name)
        and not (row.phone and known.phone and row.phone != known.phone)
    ]
    if len(fitting) == 1:
        return fitting[0], ()
    code = RowFault.SEVERAL_READERS if fitting else RowFault.PATRON_UNKNOWN
    return None, (Fault(code, "name", row.name),)
