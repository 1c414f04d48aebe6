"""Settling charges inside an action that has locked the reader: lines are added, never changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from jieyue.audit.journal import Note, note
from jieyue.fees.models import LedgerLine, Method
from jieyue.fees.rules import Balance, FeeFault, Line, balances, spread
from jieyue.kit.ids import public_id
from jieyue.libraries.desk import Desk
from jieyue.libraries.numbers import next_numbers
from jieyue.patrons.models import Patron

MAX_CENTS: Final = 10_000_000  # of one line: 100,000 yuan is a typing mistake
MAX_REASON: Final = 200
RECEIPT: Final = "receipt"  # the library's range of numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """The lines are in the ledger; `owed_cents` is what the reader owes now.

    `line` is the first of them; `lifted` are the blocks (public ids) that paying lifted.
    """

    type: Literal["booked"] = "booked"
    line: str  # public id
    patron: str  # public id
    amount_cents: int
    owed_cents: int
    receipt: int | None = None  # the number on the receipt, if money changed hands
    lifted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NotBooked:
    """Nothing changed but the journal. `owed_cents` explains more_than_owed and more_than_paid."""

    type: Literal["refused"] = "refused"
    fault: FeeFault
    owed_cents: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A locked reader's charges, oldest first, and which of them an action is about."""

    patron: Patron
    charges: dict[int, LedgerLine]
    balances: tuple[Balance, ...]

    @property
    def owed_cents(self) -> int:
        """What the reader owes in all; what is to be given back counts against it."""
        return sum(balance.left_cents for balance in self.balances)


def account_of(patron: Patron) -> Account:
    """Read a locked reader's ledger. One statement."""
    rows = list(LedgerLine.objects.filter(patron=patron).order_by("at", "id"))
    lines = [Line(row.pk, row.kind, row.amount_cents, row.settles_id) for row in rows]
    return Account(
        patron=patron,
        charges={row.pk: row for row in rows if row.kind == LedgerLine.Kind.CHARGE},
        balances=tuple(balances(lines)),
    )


def chosen(account: Account, charge: str) -> tuple[Balance, ...]:
    """Return the charge of a public id, or all for an empty one; nothing if it is unknown."""
    if not charge:
        return account.balances
    ids = [row.pk for row in account.charges.values() if row.public_id == charge]
    return tuple(balance for balance in account.balances if balance.charge in ids)


def amount_fault(amount_cents: int, reason: str, *, needs_reason: bool) -> FeeFault | None:
    """Return what is wrong with an amount (fen) and the words for it."""
    if not 0 < amount_cents <= MAX_CENTS:
        return FeeFault.AMOUNT_BAD
    if needs_reason and not reason.strip():
        return FeeFault.REASON_MISSING
    return FeeFault.REASON_TOO_LONG if len(reason.strip()) > MAX_REASON else None


def settle(
    desk: Desk,
    account: Account,
    parts: Sequence[tuple[int, int]],
    kind: LedgerLine.Kind,
    *,
    reason: str,
    method: str = "",
) -> list[LedgerLine]:
    """Write one line for each (charge, fen); those where money changes hands share a receipt."""
    number = next_numbers(RECEIPT, 1)[0] if method else None
    sign = 1 if kind == LedgerLine.Kind.REFUND else -1
    return [
        add_line(
            desk,
            account.patron,
            kind,
            sign * part,
            reason,
            settles_id=charge,
            method=method,
            receipt_number=number,
        )
        for charge, part in parts
    ]


def pay(
    desk: Desk, account: Account, charge: str, amount_cents: int, method: str, reason: str
) -> list[LedgerLine] | FeeFault:
    """Take money for a charge, or for the oldest first."""
    if method not in Method.values:
        return FeeFault.METHOD_UNKNOWN
    return _lessen(
        desk, account, charge, amount_cents, LedgerLine.Kind.PAYMENT, reason, method=method
    )


def let_off(
    desk: Desk, account: Account, charge: str, amount_cents: int, reason: str
) -> list[LedgerLine] | FeeFault:
    """Let the reader off a charge or the oldest first; `reason` stays on record."""
    return _lessen(desk, account, charge, amount_cents, LedgerLine.Kind.WAIVER, reason)


def _lessen(
    desk: Desk,
    account: Account,
    charge: str,
    amount_cents: int,
    kind: LedgerLine.Kind,
    reason: str,
    *,
    method: str = "",
) -> list[LedgerLine] | FeeFault:
    owed = chosen(account, charge)
    if charge and not owed:
        return FeeFault.CHARGE_UNKNOWN
    fault = amount_fault(amount_cents, reason, needs_reason=kind == LedgerLine.Kind.WAIVER)
    if fault:
        return fault
    parts = spread(amount_cents, owed)
    if sum(part for _, part in parts) < amount_cents:
        return FeeFault.MORE_THAN_OWED
    return settle(desk, account, parts, kind, reason=reason.strip(), method=method)


def give_back(
    desk: Desk, account: Account, charge: str, amount_cents: int, method: str, reason: str
) -> list[LedgerLine] | FeeFault:
    """Give back what was paid for a charge, never more, and let the reader off as much of it."""
    found = chosen(account, charge)
    if not charge or not found:
        return FeeFault.CHARGE_UNKNOWN
    if method not in Method.values:
        return FeeFault.METHOD_UNKNOWN
    fault = amount_fault(amount_cents, reason, needs_reason=True)
    if fault:
        return fault
    [balance] = found
    if amount_cents > balance.paid_cents:
        return FeeFault.MORE_THAN_PAID
    # What was let off since it was paid needs no second waiver.
    let_off_now = amount_cents - min(amount_cents, max(0, -balance.left_cents))
    text = reason.strip()
    parts = [(balance.charge, amount_cents)]
    lines = settle(desk, account, parts, LedgerLine.Kind.REFUND, reason=text, method=method)
    if let_off_now:
        waived = [(balance.charge, let_off_now)]
        lines += settle(desk, account, waived, LedgerLine.Kind.WAIVER, reason=text)
    return lines


def add_line(
    desk: Desk,
    patron: Patron,
    kind: LedgerLine.Kind,
    amount_cents: int,
    reason: str,
    **more: int | str | None,
) -> LedgerLine:
    """Write a line (signed fen). Inside an action that has locked the reader."""
    line: LedgerLine = LedgerLine.objects.create(
        library_id=desk.library_id,
        public_id=public_id(),
        patron=patron,
        kind=kind,
        amount_cents=amount_cents,
        reason=reason,
        branch_id=desk.branch_id,
        staff_id=desk.staff_id,
        at=desk.now,
        **more,
    )
    return line


def not_booked(fault: FeeFault, patron_id: int | None = None, owed: int = 0) -> NotBooked:
    """Refuse, and journal it."""
    note(Note(outcome="refused", patron_id=patron_id, reasons=(fault.value,)))
    return NotBooked(fault=fault, owed_cents=owed)
