"""押金: paying in, asking for it back, giving it back, keeping it for what is owed, abolishing it.

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
ABOLISHED: Final = "abolished"
MAX_READERS: Final = 20  # of one step of the abolition run


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


@dataclass(frozen=True, slots=True, kw_only=True)
class DepositsPaidBack:
    """One step of the abolition run: who got it back (public ids), and who has something open."""

    type: Literal["deposits_paid_back"] = "deposits_paid_back"
    paid_back: tuple[str, ...]
    kept: tuple[str, ...]
    amount_cents: int


@action(needs=Permission.FEES)
def take_deposit(
    desk: Desk, *, patron: str, amount_cents: int, method: str = "cash"
) -> DepositBooked | DepositRefused:
    """Take a deposit, or more of it."""
    row = locked(patron)
    if row is None:
        return _refused(None, DepositFault.PATRON_UNKNOWN)
    if not 0 < amount_cents <= MAX_CENTS:
        return _refused(row, DepositFault.AMOUNT_BAD)
    if method not in Method.values:
        return _refused(row, DepositFault.METHOD_UNKNOWN)
    return _booked(desk, row, DepositLine.Kind.PAID_IN, amount_cents, method=method)


@action(needs=None)
def ask_deposit_back(desk: Desk, *, patron: str) -> DepositAsked | DepositRefused:
    """Note that a reader wants the deposit back: staff for anyone, a reader for themselves."""
    if not desk.may(Permission.FEES) and desk.patron_id is None:
        raise ForbiddenError(Permission.FEES)
    row = locked(patron)
    if row is None or not (desk.may(Permission.FEES) or row.pk == desk.patron_id):
        return _refused(None, DepositFault.PATRON_UNKNOWN)
    faults = _against(desk, row)
    if DepositRequest.objects.filter(patron=row, ended_at=None).exists():
        faults.append(DepositFault.ASKED_ALREADY)
    if faults:
        return _refused(row, *faults)
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
        return _refused(None, DepositFault.PATRON_UNKNOWN)
    if method not in Method.values:
        return _refused(row, DepositFault.METHOD_UNKNOWN)
    if faults := _against(desk, row):
        return _refused(row, *faults)
    return _paid_back(desk, row, method)


@action(needs=Permission.FEES)
def keep_deposit(desk: Desk, *, patron: str) -> DepositBooked | DepositRefused:
    """Settle what a reader owes out of the deposit, as far as it goes, the oldest charge first."""
    row = locked(patron)
    if row is None:
        return _refused(None, DepositFault.PATRON_UNKNOWN)
    account = settle_waited(desk, account_of(row))
    has = deposit_of(row.pk)
    owed = sum(max(0, balance.left_cents) for balance in account.balances)
    if not has:
        return _refused(row, DepositFault.NO_DEPOSIT)
    if not owed:
        return _refused(row, DepositFault.OWES_NOTHING)
    amount = min(has, owed)
    parts = spread(amount, account.balances)
    settle(desk, account, parts, LedgerLine.Kind.PAYMENT, reason=FROM_DEPOSIT)
    after: Account = account_of(row)
    lift_paid(desk, after)
    end_settled(desk, after)
    return _booked(desk, row, DepositLine.Kind.KEPT, -amount, reason=FROM_DEPOSIT)


@action(needs=Permission.SETTINGS, whole_library=True)
def abolish_deposits(desk: Desk, *, patrons: tuple[str, ...], method: str) -> DepositsPaidBack:
    """Give these readers (public ids, at most 20) all of it back, if they have nothing open.

    Locks them in order of id. Safe to repeat: who has it back has none left.
    """
    if method not in Method.values or not 0 < len(patrons) <= MAX_READERS:
        raise ValueError(f"1 to {MAX_READERS} readers and a known way to pay")
    found = Patron.objects.filter(public_id__in=patrons)
    rows = list(found.select_for_update(of=("self",)).order_by("pk"))
    paid_back, kept, total = [], [], 0
    for row in rows:
        if faults := _against(desk, row):
            if DepositFault.NO_DEPOSIT not in faults:
                kept.append(row.public_id)
            continue
        total -= _paid_back(desk, row, method, reason=ABOLISHED).amount_cents
        paid_back.append(row.public_id)
    return DepositsPaidBack(paid_back=tuple(paid_back), kept=tuple(kept), amount_cents=total)


def deposit_of(patron_id: int) -> int:
    """Return a reader's deposit in fen. One statement."""
    total = DepositLine.objects.filter(patron_id=patron_id).aggregate(sum=Sum("amount_cents"))
    return total["sum"] or 0


def _against(desk: Desk, patron: Patron) -> list[DepositFault]:
    """Return what keeps a locked reader's deposit here."""
    account = settle_waited(desk, account_of(patron))
    checks = (
        (DepositFault.NO_DEPOSIT, not deposit_of(patron.pk)),
        (DepositFault.HAS_LOANS, Loan.objects.filter(patron=patron, returned_at=None).exists()),
        (DepositFault.OWES_MONEY, any(b.left_cents > 0 for b in account.balances)),
    )
    return [fault for fault, applies in checks if applies]


def _paid_back(desk: Desk, patron: Patron, method: str, *, reason: str = "") -> DepositBooked:
    has = deposit_of(patron.pk)
    DepositRequest.objects.filter(patron=patron, ended_at=None).update(
        ended_at=desk.now, outcome="paid_back"
    )
    return _booked(desk, patron, DepositLine.Kind.PAID_BACK, -has, method=method, reason=reason)


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


def _refused(patron: Patron | None, *faults: DepositFault) -> DepositRefused:
    note(
        Note(
            outcome="refused",
            patron_id=patron.pk if patron else None,
            reasons=tuple(fault.value for fault in faults),
        )
    )
    return DepositRefused(faults=faults)
