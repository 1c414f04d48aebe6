"""Claims: a reader says that a book was returned, or was never lent to them."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

from jieyue.audit.models import Entry
from jieyue.catalog.models import Copy
from jieyue.circulation.actions.effects.late import take_back_late, waived_lines
from jieyue.circulation.actions.effects.lost import (
    NEVER_LENT,
    cost_of,
    declare_lost,
    end_lost,
    locked_loan,
    waive_left,
)
from jieyue.circulation.actions.losses import LossRefused, is_cost_bad, refuse, say
from jieyue.circulation.models import Loan
from jieyue.circulation.rules.losses import CLAIMS_OF_OWN
from jieyue.circulation.rules.reasons import Reason, applying
from jieyue.libraries.actions import ForbiddenError, action
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.permissions import Permission

YEAR: Final = timedelta(days=365)
Resolution = Literal["not_found", "never_lent", "withdrawn"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """Fines stop now, and the loan counts toward no limit until the claim is settled.

    `claims` is how many this reader made within a year, this one included.
    """

    type: Literal["claimed"] = "claimed"
    loan: str  # public id
    copy_barcode: str
    title: str
    claims: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimResolved:
    """What became of the claim: `not_found` is lost, `never_lent` leaves no debt.

    After `withdrawn` the loan goes on. `cost_cents`: what a loss costs, None if not said yet.
    """

    type: Literal["claim_resolved"] = "claim_resolved"
    loan: str
    copy_barcode: str
    title: str
    resolution: Resolution
    cost_cents: int | None = None


@action(needs=None)
def claim_returned(desk: Desk, *, loan: str) -> Claimed | LossRefused:
    """Say that a book was returned although the loan is open.

    Staff need the right to take books back. A reader may claim three of their own a year; more of
    them at the desk. A copy that is found is simply scanned as a return: no fine after the claim.
    """
    is_staff = desk.may(Permission.CHECKIN)
    if not is_staff and not desk.may(Permission.OWN_LOANS):
        raise ForbiddenError(Permission.CHECKIN)
    row = locked_loan(desk, loan, is_own=not is_staff)
    if row is None:
        return refuse(desk, loan, None, Reason.LOAN_UNKNOWN)
    before = claims_of(desk, row.patron_id) if row.returned_at is None else 0
    against = (
        (Reason.LOAN_ENDED, row.returned_at is not None),
        (Reason.LOAN_CLAIMED, row.claimed_at is not None and row.returned_at is None),
        (Reason.TOO_MANY_CLAIMS, not is_staff and before >= CLAIMS_OF_OWN),
    )
    if reasons := applying(against):
        return refuse(desk, loan, row, *reasons)
    row.claimed_at = max(desk.now, row.lent_at)
    row.save(update_fields=["claimed_at"])
    say(row, claims=before + 1)
    return Claimed(
        loan=loan, copy_barcode=row.copy.barcode, title=row.copy.title.name, claims=before + 1
    )


@action(needs=Permission.FEES)
def resolve_claim(
    desk: Desk, *, loan: str, resolution: Resolution, cost_cents: int | None = None
) -> ClaimResolved | LossRefused:
    """Settle a claim whose copy did not turn up; `cost_cents` where a loss has no known price."""
    row = locked_loan(desk, loan, is_own=False)
    if row is None:
        return refuse(desk, loan, None, Reason.LOAN_UNKNOWN)
    is_loss = resolution == "not_found" and row.lost_at is None
    cost = cost_of(desk, row, cost_cents) if is_loss and row.patron else None
    against = (
        (Reason.LOAN_ENDED, row.returned_at is not None),
        (Reason.LOAN_NOT_CLAIMED, row.claimed_at is None),
        (Reason.COST_BAD, is_cost_bad(cost_cents)),
        (Reason.COST_UNKNOWN, is_loss and cost is None),
    )
    if reasons := applying(against):
        return refuse(desk, loan, row, *reasons)
    lines: list[str] = []
    if is_loss:
        declare_lost(desk, row, how=Loan.LostHow.STAFF, cost=cost)
    elif resolution == "never_lent":
        lines = _never_lent(desk, row)
    else:
        row.claimed_at = None
        row.save(update_fields=["claimed_at"])
    say(row, resolution=resolution, **waived_lines(lines))
    return ClaimResolved(
        loan=loan,
        copy_barcode=row.copy.barcode,
        title=row.copy.title.name,
        resolution=resolution,
        cost_cents=cost.cents if cost else None,
    )


def claims_of(desk: Desk, patron_id: int | None) -> int:
    """Count the claims a reader made within a year, settled or not. One statement."""
    made = Entry.objects.filter(patron_id=patron_id, at__gt=desk.now - YEAR)
    return made.filter(action="claim_returned", outcome="claimed").count()


def _never_lent(desk: Desk, row: Loan) -> list[str]:
    """Believe it: no debt, and the copy is missing. Return the waivers of its lateness."""
    waive_left(desk, row, NEVER_LENT, kinds=("lost", "damaged"))
    lines = take_back_late(desk, row.pk, row.due_at)
    end_lost(desk, [row], Loan.Ending.NEVER_LENT)
    Copy.objects.filter(pk=row.copy_id).update(standing=Copy.Standing.MISSING)
    return lines
