"""A lost copy that comes back: the charge is let off, and what was paid for it may be due back.

Only the most recent borrower's loss is undone, and no balance falls below zero: what was paid stays
in the ledger until staff give it back (Evergreen's negative balances).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jieyue.circulation.actions.effects.lost import FOUND, REPLACEMENT, waive_left
from jieyue.circulation.models import Assessment, Loan
from jieyue.circulation.rules.losses import refund_due
from jieyue.fees.models import LedgerLine
from jieyue.fees.settling import account_of
from jieyue.kit import sql
from jieyue.kit.transactions import lock_one
from jieyue.libraries.desk import Desk
from jieyue.patrons.models import Patron


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What became of the loss. `refund_cents` is due back to the reader (staff give it back).

    `is_replaced`: the reader brought another copy, so nothing is due back.
    """

    loan: str  # public id
    patron: str  # public id; empty once the reader is forgotten
    charge: str  # public id of what was charged; empty if nothing was
    waived_cents: int = 0
    refund_cents: int = 0
    is_replaced: bool = False

    def data(self) -> dict[str, Any]:
        """Return it for the journal."""
        values = {"found_waived_cents": self.waived_cents, "refund_cents": self.refund_cents}
        return {"found_loan": self.loan} | {name: cents for name, cents in values.items() if cents}


def found_effect(desk: Desk, rows: Sequence[sql.Row], *, back: datetime) -> dict[int, Found]:
    """Undo the losses of copies (rows of CHECKIN_FACTS) that are back; by copy id.

    The caller has locked copies and borrowers, and ends open loans itself. No statement unless a
    copy was lost.
    """
    found: dict[int, Found] = {}
    for row in sorted(rows, key=lambda row: int(row["copy_id"])):
        if row["loan_id"] is not None and row["lost_at"] is not None:
            loan = Loan.objects.select_related("patron").get(pk=row["loan_id"])
            found[row["copy_id"]] = _undone(desk, loan, back)
        elif row["loan_id"] is None and row["standing"] == "lost":
            # By its day first: SQLite would walk all loans by their ids.
            loans = Loan.objects.filter(copy_id=row["copy_id"]).order_by("-lent_at", "-pk")
            last = loans.first()
            if last is not None and last.ending == Loan.Ending.LOST:
                found[row["copy_id"]] = _reopened(desk, last, back)
    return found


def _reopened(desk: Desk, loan: Loan, back: datetime) -> Found:
    """A settled loss: the copy is back all the same, so the loan ended with a return."""
    if loan.patron_id is not None:
        loan.patron = lock_one(Patron.objects.filter(pk=loan.patron_id))
    found = _undone(desk, loan, back)
    if not found.is_replaced:
        Loan.objects.filter(pk=loan.pk).update(
            ending=Loan.Ending.RETURNED,
            returned_at=max(back, loan.lent_at),
            returned_branch_id=desk.branch_id,
        )
    return found


def _undone(desk: Desk, loan: Loan, back: datetime) -> Found:
    rows = Assessment.objects.select_related("charge").filter(
        loan=loan, kind=Assessment.Kind.LOST, charge__isnull=False
    )
    last = rows.order_by("-period").first()
    if last is None or last.charge is None or loan.patron is None:
        patron = loan.patron.public_id if loan.patron else ""
        return Found(loan=loan.public_id, patron=patron, charge="")
    waived = waive_left(desk, loan, FOUND)
    settled = LedgerLine.objects.filter(settles=last.charge)
    is_replaced = settled.filter(reason=REPLACEMENT).exists()
    return Found(
        loan=loan.public_id,
        patron=loan.patron.public_id,
        charge=last.charge.public_id,
        waived_cents=waived,
        refund_cents=0 if is_replaced else _due(loan, last, back),
        is_replaced=is_replaced,
    )


def _due(loan: Loan, loss: Assessment, back: datetime) -> int:
    """Return what is due back of what was paid for a loss, under the terms kept with it."""
    assert loan.patron is not None
    payments = LedgerLine.objects.filter(settles=loss.charge, kind=LedgerLine.Kind.PAYMENT)
    paid = [b.paid_cents for b in account_of(loan.patron).balances if b.charge == loss.charge_id]
    return refund_due(
        [(-cents, at) for cents, at in payments.values_list("amount_cents", "at")],
        paid_cents=sum(paid),
        refund_days=int(loss.inputs.get("refund_days", 0)),
        now=back,
    )
