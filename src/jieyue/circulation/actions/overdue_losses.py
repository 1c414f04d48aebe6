"""Loans that have been late for so long that they count as lost: what the nightly job does."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from jieyue.circulation.actions.effects.lost import cost_of, declare_lost, terms_of
from jieyue.circulation.actions.losses import say
from jieyue.circulation.models import Assessment, Loan
from jieyue.circulation.queries.facts import LOCK_LOANS
from jieyue.circulation.rules.losses import counts_as_lost_at
from jieyue.kit import sql
from jieyue.libraries.actions import action
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.permissions import Permission

MAX_LOANS: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class OverdueLost:
    """The loans (public ids) that count as lost now."""

    type: Literal["overdue_lost"] = "overdue_lost"
    loans: tuple[str, ...]


@action(needs=Permission.FEES)
def lose_overdue(desk: Desk, *, loans: tuple[str, ...]) -> OverdueLost:
    """Count loans as lost whose terms say so by now; the others stay. At most 50 at once.

    The day is that of the terms, not of the job, so a missed night changes no fine. One that was
    lost before and was not after all is left to staff.
    """
    if len(loans) > MAX_LOANS:
        raise ValueError(f"at most {MAX_LOANS} loans")
    sql.lock(LOCK_LOANS, loans=list(loans))
    rows = Loan.objects.select_related("copy__title", "patron").filter(
        public_id__in=loans, returned_at=None, lost_at=None, claimed_at=None
    )
    lost = []
    for row in rows.order_by("copy_id"):
        at = _lost_at(desk, row)
        if at is None or at > desk.now:
            continue
        cost = cost_of(desk, row)
        declare_lost(desk, row, how=Loan.LostHow.OVERDUE, cost=cost, at=at)
        say(row, how=Loan.LostHow.OVERDUE.value, amount_cents=cost.cents if cost else None)
        lost.append(row.public_id)
    return OverdueLost(loans=tuple(lost))


def _lost_at(desk: Desk, row: Loan) -> datetime | None:
    days = terms_of(desk, row).lost_after_days
    if not days or Assessment.objects.filter(loan=row, kind=Assessment.Kind.LOST).exists():
        return None
    return counts_as_lost_at(row.due_at, days, desk.zone)
