"""Charging, paying and waiving: lines are added, never changed."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

from jieyue.audit.journal import Note, note
from jieyue.fees.models import LedgerLine
from jieyue.fees.queries import owed_cents
from jieyue.kit.ids import public_id
from jieyue.libraries.actions import action
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.permissions import Permission
from jieyue.patrons.actions import locked
from jieyue.patrons.models import Patron

MAX_CENTS: Final = 10_000_000  # of one line: 100,000 yuan is a typing mistake
MAX_REASON: Final = 200


class FeeFault(StrEnum):
    """Why a line was not added. Never rename one."""

    PATRON_UNKNOWN = "patron_unknown"
    AMOUNT_BAD = "amount_bad"
    REASON_MISSING = "reason_missing"
    REASON_TOO_LONG = "reason_too_long"
    MORE_THAN_OWED = "more_than_owed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """The line is in the ledger; `owed_cents` is what the reader owes now."""

    type: Literal["booked"] = "booked"
    line: str  # public id
    patron: str  # public id
    amount_cents: int
    owed_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NotBooked:
    """Nothing changed but the journal. `owed_cents` explains more_than_owed."""

    type: Literal["refused"] = "refused"
    fault: FeeFault
    owed_cents: int = 0


@action(needs=Permission.FEES)
def charge(desk: Desk, *, patron: str, amount_cents: int, reason: str) -> Booked | NotBooked:
    """Charge a reader an amount (fen, positive) for a reason they can read."""
    return _book(desk, patron, LedgerLine.Kind.CHARGE, amount_cents, reason)


@action(needs=Permission.FEES)
def take_payment(desk: Desk, *, patron: str, amount_cents: int, reason: str) -> Booked | NotBooked:
    """Take money for what a reader owes, in parts if they like, never more than that."""
    return _book(desk, patron, LedgerLine.Kind.PAYMENT, amount_cents, reason)


@action(needs=Permission.FEES)
def waive(desk: Desk, *, patron: str, amount_cents: int, reason: str) -> Booked | NotBooked:
    """Let a reader off an amount, for a reason that stays on record."""
    return _book(desk, patron, LedgerLine.Kind.WAIVER, amount_cents, reason)


def _book(
    desk: Desk, patron: str, kind: LedgerLine.Kind, amount_cents: int, reason: str
) -> Booked | NotBooked:
    row = locked(patron)
    if row is None:
        return _refused(FeeFault.PATRON_UNKNOWN)
    text = reason.strip()
    if not 0 < amount_cents <= MAX_CENTS:
        return _refused(FeeFault.AMOUNT_BAD, row.pk)
    if not text:
        return _refused(FeeFault.REASON_MISSING, row.pk)
    if len(text) > MAX_REASON:
        return _refused(FeeFault.REASON_TOO_LONG, row.pk)
    owed = owed_cents([row.pk]).get(row.pk, 0)
    if kind != LedgerLine.Kind.CHARGE and amount_cents > owed:
        return _refused(FeeFault.MORE_THAN_OWED, row.pk, owed)
    signed = amount_cents if kind == LedgerLine.Kind.CHARGE else -amount_cents
    line = add_line(desk, row, kind, signed, text)
    note(Note(patron_id=row.pk, data={"amount_cents": signed, "line": line.public_id}))
    return Booked(
        line=line.public_id,
        patron=row.public_id,
        amount_cents=signed,
        owed_cents=owed + signed,
    )


def add_line(
    desk: Desk, patron: Patron, kind: LedgerLine.Kind, amount_cents: int, reason: str
) -> LedgerLine:
    """Write a line (signed fen). Inside an action that has locked the reader."""
    line: LedgerLine = LedgerLine.objects.create(
        library_id=desk.library_id,
        public_id=public_id(),
        patron=patron,
        kind=kind,
        amount_cents=amount_cents,
        reason=reason,
        staff_id=desk.staff_id,
        at=desk.now,
    )
    return line


def _refused(fault: FeeFault, patron_id: int | None = None, owed: int = 0) -> NotBooked:
    note(Note(outcome="refused", patron_id=patron_id, reasons=(fault.value,)))
    return NotBooked(fault=fault, owed_cents=owed)
