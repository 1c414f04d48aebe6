"""Settling what a reader owes: paying, letting off, giving back. Lines are added, never changed.

A charge for lateness may be paid or waited out as 停借: what settles one ends the other.
"""

from typing import Any

from jieyue.audit.journal import Note, note
from jieyue.circulation.actions.effects.lost import end_settled
from jieyue.circulation.actions.effects.settled import lift_paid, settle_waited
from jieyue.fees.models import LedgerLine
from jieyue.fees.rules import FeeFault
from jieyue.fees.settling import (
    Account,
    Booked,
    NotBooked,
    account_of,
    give_back,
    let_off,
    not_booked,
    pay,
)
from jieyue.libraries.actions import action
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.permissions import Permission
from jieyue.patrons.actions import locked


@action(needs=Permission.FEES)
def take_payment(
    desk: Desk,
    *,
    patron: str,
    amount_cents: int,
    charge: str = "",
    method: str = "cash",
    reason: str = "",
) -> Booked | NotBooked:
    """Take money for a charge (public id) or the oldest first, in parts if they like, never more.

    `method` is cash, wechat, alipay, bank or other; only cash is counted in the drawer.
    """
    account = _account(desk, patron)
    if account is None:
        return not_booked(FeeFault.PATRON_UNKNOWN)
    return _done(desk, account, pay(desk, account, charge, amount_cents, method, reason), charge)


@action(needs=Permission.FEES)
def waive(
    desk: Desk, *, patron: str, amount_cents: int, reason: str, charge: str = ""
) -> Booked | NotBooked:
    """Let a reader off a charge (public id) or the oldest first; the reason stays on record."""
    account = _account(desk, patron)
    if account is None:
        return not_booked(FeeFault.PATRON_UNKNOWN)
    return _done(desk, account, let_off(desk, account, charge, amount_cents, reason), charge)


@action(needs=Permission.FEES)
def refund(
    desk: Desk, *, patron: str, charge: str, amount_cents: int, reason: str, method: str = "cash"
) -> Booked | NotBooked:
    """Give back what was paid for a charge (public id), never more; it is let off with that."""
    account = _account(desk, patron)
    if account is None:
        return not_booked(FeeFault.PATRON_UNKNOWN)
    lines = give_back(desk, account, charge, amount_cents, method, reason)
    return _done(desk, account, lines, charge)


def _account(desk: Desk, patron: str) -> Account | None:
    row = locked(patron)
    return None if row is None else settle_waited(desk, account_of(row))


def _done(
    desk: Desk, before: Account, lines: list[LedgerLine] | FeeFault, charge: str
) -> Booked | NotBooked:
    patron = before.patron
    if isinstance(lines, FeeFault):
        return not_booked(lines, patron.pk, _limit(before, charge, lines))
    account = account_of(patron)
    lifted = lift_paid(desk, account)
    ended = end_settled(desk, account)
    first = lines[0]
    amount = sum(line.amount_cents for line in lines if line.kind == first.kind)
    data: dict[str, Any] = {
        "amount_cents": amount,
        "line": first.public_id,
        "lines": [line.public_id for line in lines],
    }
    data |= {"lifted": list(lifted)} if lifted else {}
    data |= {"ended": list(ended)} if ended else {}
    note(Note(patron_id=patron.pk, data=data))
    return Booked(
        line=first.public_id,
        patron=patron.public_id,
        amount_cents=amount,
        owed_cents=account.owed_cents,
        receipt=first.receipt_number,
        lifted=lifted,
    )


def _limit(account: Account, charge: str, fault: FeeFault) -> int:
    """Return the most that would have been possible, to say so."""
    ids = {row.pk for row in account.charges.values() if not charge or row.public_id == charge}
    found = [balance for balance in account.balances if balance.charge in ids]
    if fault is FeeFault.MORE_THAN_PAID:
        return sum(balance.paid_cents for balance in found)
    if fault is FeeFault.MORE_THAN_OWED:
        return sum(max(0, balance.left_cents) for balance in found)
    return 0
