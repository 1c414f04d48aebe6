"""A copy that came back damaged: the charge, and the repair shelf."""

from dataclasses import dataclass
from typing import Literal

from jieyue.catalog.models import Copy
from jieyue.circulation.actions.effects.lost import assess, locked_loan
from jieyue.circulation.actions.effects.undoing import release_copy
from jieyue.circulation.actions.losses import LossRefused, is_cost_bad, refuse, say
from jieyue.circulation.models import Assessment, Loan
from jieyue.circulation.rules.reasons import Reason, applying
from jieyue.fees.models import LedgerLine
from jieyue.fees.settling import MAX_REASON, add_line
from jieyue.libraries.actions import action
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.permissions import Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class Damaged:
    """What the reader owes for it, if anything; `standing` is what is said of the copy now."""

    type: Literal["damaged"] = "damaged"
    loan: str  # public id
    copy_barcode: str
    title: str
    cost_cents: int
    charge: str  # public id; empty if it costs nothing
    standing: str


@action(needs=Permission.FEES)
def mark_damaged(
    desk: Desk, *, loan: str, reason: str, cost_cents: int = 0, to_repair: bool = True
) -> Damaged | LossRefused:
    """Say that the copy of a returned loan came back damaged; `reason` is shown to the reader.

    `to_repair` takes the copy off the shelves; whoever it was kept for waits on.
    """
    row = locked_loan(desk, loan, is_own=False)
    if row is None or row.patron is None:
        return refuse(desk, loan, row, Reason.LOAN_UNKNOWN)
    text = reason.strip()
    against = (
        (Reason.LOAN_NOT_RETURNED, row.ending != Loan.Ending.RETURNED),
        (Reason.TEXT_MISSING, not text),
        (Reason.TEXT_TOO_LONG, len(text) > MAX_REASON),
        (Reason.COST_BAD, is_cost_bad(cost_cents)),
        (Reason.COST_SAID, _is_said(row)),
        (Reason.SOMETHING_FOLLOWED, _is_followed(row)),
    )
    if reasons := applying(against):
        return refuse(desk, loan, row, *reasons)
    line = None
    if cost_cents:
        line = add_line(desk, row.patron, LedgerLine.Kind.CHARGE, cost_cents, text)
    inputs = {"reason": text, "price_cents": row.copy.price_cents}
    assess(desk, row, Assessment.Kind.DAMAGED, cost_cents, line, inputs)
    standing = row.copy.standing
    if to_repair and standing != Copy.Standing.WITHDRAWN:
        standing = Copy.Standing.REPAIR.value
        release_copy(desk, row.copy_id)
        Copy.objects.filter(pk=row.copy_id).update(standing=standing)
    say(row, amount_cents=cost_cents, standing=standing)
    return Damaged(
        loan=loan,
        copy_barcode=row.copy.barcode,
        title=row.copy.title.name,
        cost_cents=cost_cents,
        charge=line.public_id if line else "",
        standing=standing,
    )


def _is_said(row: Loan) -> bool:
    return Assessment.objects.filter(loan=row, kind=Assessment.Kind.DAMAGED).exists()


def _is_followed(row: Loan) -> bool:
    """Say whether somebody else has had the copy since: then nobody knows whose damage it is."""
    return Loan.objects.filter(copy_id=row.copy_id, pk__gt=row.pk).exists()
