"""押金: paying in, asking for it back, giving it back, keeping it for what is owed.

It is given back only to whoever has nothing open: no loan and nothing owed (dp2's rule). Renewals
are not checked against it, and copies without a price cannot be lent while it is asked for.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

from django.db.models import Sum

from jieyue.audit.journal import Note, note
from jieyue.circulation.actions.effects.lost import end_settled
from jieyue.circulation.actions.effects.settled import lift_paid, settle_waited
from jieyue.circulation.models import Loan
from jieyue.fees.models import DepositLine, DepositRequest, LedgerLine, Method
from jieyue.fees.rules import spread
from jieyue.fees.settling import MAX_CENTS, RECEIPT, Account, account_of, settle
from jieyue.kit.ids import public_id
from jieyue.libraries.actions import ForbiddenError, action
from jieyue.libraries.desk import Desk
from jieyue.libraries.numbers import next_numbers
from jieyue.libraries.rules.permissions import Permission
from jieyue.patrons.actions import locked
from jieyue.patrons.models import Patron

FROM_DEPOSIT: Final = "from_deposit"  # LedgerLine.reason of a waiver that the deposit paid for


class DepositFault(StrEnum):
    """Why nothing happened to a deposit. Never rename one."""

    PATRON_UNKNOWN = "patron_unknown"
    AMOUNT_BAD = "amount_bad"
    METHOD_UNKNOWN = "method_unknown"
    NO_DEPOSIT = "no_deposit"
    HAS_LOANS = "has_loans"
    OWES_MONEY = "owes_money"
    OWES_NOTHING = "owes_nothing"
    ASKED_ALREADY = "asked_already"
    RUNNING_ALREADY = "running_already"


@dataclass(frozen=True, slots=True, kw_only=True)
class DepositBooked:
    """What happened to a deposit (signed fen), and what it is now."""

    type: Literal["deposit_booked"] = "deposit_booked"
    patron: str  # public id
    amount_cents: int
    deposit_cents: int
    receipt: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DepositAsked:
    """The reader's wish stands until the money is given back."""

    type: Literal["deposit_asked"] = "deposit_asked"
    patron: str
    deposit_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DepositRefused:
    """Nothing changed but the journal, and every reason why."""

    type: Literal["refused"] = "refused"
    faults: tuple[DepositFault, ...]


@action(needs=Permission.FEES)
def take_deposit(
    desk: Desk, *, patron: str, amount_cents: int, method: str = "cash"
) -> DepositBooked | DepositRefused:
    """Take a deposit, or more of it."""
    row = locked(patron)
    if row is None:
        return refused(None, DepositFault.PATRON_UNKNOWN)
    if not 0 < amount_cents <= MAX_CENTS:
        return refused(row, DepositFault.AMOUNT_BAD)
    if method not in Method.values:
        return refused(row, DepositFault.METHOD_UNKNOWN)
    return _booked(desk, row, DepositLine.Kind.PAID_IN, amount_cents, method=method)


@action(needs=None)
def ask_deposit_back(desk: Desk, *, patron: str) -> DepositAsked | DepositRefused:
    """Note that a reader wants the deposit back: staff for anyone, a reader for themselves."""
    if not desk.may(Permission.FEES) and desk.patron_id is None:
        raise ForbiddenError(Permission.FEES)
    row = locked(patron)
    if row is None or not (desk.may(Permission.FEES) or row.pk == desk.patron_id):
        return refused(None, DepositFault.PATRON_UNKNOWN)
    faults = against(desk, row)
    if DepositRequest.objects.filter(patron=row, ended_at=None).exists():
        faults.append(DepositFault.ASKED_ALREADY)
    if faults:
        return refused(row, *faults)
    DepositRequest.objects.create(library_id=desk.library_id, patron=row, asked_at=desk.now)
    note(Note(patron_id=row.pk))
    return DepositAsked(patron=row.public_id, deposit_cents=deposit_of(row.pk))


@action(needs=Permission.FEES)
def give_deposit_back(
    desk: Desk, *, patron: str, method: str = "cash"
) -> DepositBooked | DepositRefused:
    """Give all of the deposit back, to a reader with nothing open; that ends their request."""
    row = locked(patron)
    if row is None:
        return refused(None, DepositFault.PATRON_UNKNOWN)
    if method not in Method.values:
        return refused(row, DepositFault.METHOD_UNKNOWN)
    if faults := against(desk, row):
        return refused(row, *faults)
    return paid_back(desk, row, method)


@action(needs=Permission.FEES)
def keep_deposit(desk: Desk, *, patron: str) -> DepositBooked | DepositRefused:
    """Settle what a reader owes out of the deposit, as far as it goes, the oldest charge first."""
    row = locked(patron)
    if row is None:
        return refused(None, DepositFault.PATRON_UNKNOWN)
    account = settle_waited(desk, account_of(row))
    has = deposit_of(row.pk)
    owed = sum(max(0, balance.left_cents) for balance in account.balances)
    if not has:
        return refused(row, DepositFault.NO_DEPOSIT)
    if not owed:
        return refused(row, DepositFault.OWES_NOTHING)
    amount = min(has, owed)
    parts = spread(amount, account.balances)
    settle(desk, account, parts, LedgerLine.Kind.PAYMENT, reason=FROM_DEPOSIT)
    after: Account = account_of(row)
    lift_paid(desk, after)
    end_settled(desk, after)
    return _booked(desk, row, DepositLine.Kind.KEPT, -amount, reason=FROM_DEPOSIT)


def deposit_of(patron_id: int) -> int:
    """Return a reader's deposit in fen. One statement."""
    total = DepositLine.objects.filter(patron_id=patron_id).aggregate(sum=Sum("amount_cents"))
    return total["sum"] or 0


def against(desk: Desk, patron: Patron) -> list[DepositFault]:
    """Return what keeps a locked reader's deposit here."""
    account = settle_waited(desk, account_of(patron))
    checks = (
        (DepositFault.NO_DEPOSIT, not deposit_of(patron.pk)),
        (DepositFault.HAS_LOANS, Loan.objects.filter(patron=patron, returned_at=None).exists()),
        (DepositFault.OWES_MONEY, any(b.left_cents > 0 for b in account.balances)),
    )
    return [fault for fault, applies in checks if applies]


def paid_back(desk: Desk, patron: Patron, method: str, *, reason: str = "") -> DepositBooked:
    """Book all of a locked reader's deposit as given back, and end their request."""
    has = deposit_of(patron.pk)
    DepositRequest.objects.filter(patron=patron, ended_at=None).update(
        ended_at=desk.now, outcome="paid_back"
    )
    return _booked(desk, patron, DepositLine.Kind.PAID_BACK, -has, method=method, reason=reason)


def refused(patron: Patron | None, *faults: DepositFault) -> DepositRefused:
    """Return the refusal and journal its reasons."""
    note(
        Note(
            outcome="refused",
            patron_id=patron.pk if patron else None,
            reasons=tuple(fault.value for fault in faults),
        )
    )
    return DepositRefused(faults=faults)


def _booked(
    desk: Desk,
    patron: Patron,
    kind: DepositLine.Kind,
    amount_cents: int,
    *,
    method: str = "",
    reason: str = "",
) -> DepositBooked:
    number = next_numbers(RECEIPT, 1)[0] if method else None
    line = DepositLine.objects.create(
        library_id=desk.library_id,
        public_id=public_id(),
        patron=patron,
        kind=kind,
        amount_cents=amount_cents,
        reason=reason,
        method=method,
        branch_id=desk.branch_id,
        receipt_number=number,
        staff_id=desk.staff_id,
        at=desk.now,
    )
    data = {"amount_cents": amount_cents, "line": line.public_id}
    note(Note(outcome="deposit_booked", patron_id=patron.pk, data=data))
    return DepositBooked(
        patron=patron.public_id,
        amount_cents=amount_cents,
        deposit_cents=deposit_of(patron.pk),
        receipt=number,
    )
