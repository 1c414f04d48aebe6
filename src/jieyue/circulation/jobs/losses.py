"""The nightly look for loans so late that they count as lost (rules: `lost_after_days`)."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from jieyue.circulation.actions.overdue_losses import MAX_LOANS, lose_overdue
from jieyue.circulation.models import LoanPolicy
from jieyue.circulation.queries.open_loans import LATE_LOANS, PAGE
from jieyue.circulation.queries.rulebook import terms_of
from jieyue.circulation.rules.losses import counts_as_lost_at
from jieyue.kit import sql
from jieyue.kit.batches import batches
from jieyue.libraries.desk import Desk
from jieyue.libraries.worker_desk import at_every_library


def lose_overdue_loans(now: datetime) -> dict[str, Any]:
    """Count as lost what is late for too long, in every library; one transaction per 50 loans.

    Computed from the loans themselves, so it may run late, twice or again.
    """
    return {"lost": sum(at_every_library(now, _lose).values())}


def _lose(desk: Desk) -> int:
    days = LoanPolicy.objects.filter(lost_after_days__gt=0).values_list(
        "lost_after_days", flat=True
    )
    if not days:
        return 0
    wanted = tuple(_wanted(desk, min(days)))
    return sum(len(lose_overdue(desk, loans=pile).loans) for pile in batches(wanted, MAX_LOANS))


def _wanted(desk: Desk, fewest_days: int) -> Iterator[str]:
    """Yield the loans whose terms count them as lost by now, the latest first."""
    after, last = datetime.min.replace(tzinfo=desk.now.tzinfo, year=1900), 0
    before = desk.now - timedelta(days=fewest_days - 1)  # a day of 23 hours is one, too
    while True:
        found = sql.rows(LATE_LOANS, before=before, after=after, last=last, most=PAGE)
        for row in found:
            days = terms_of(row).lost_after_days
            if days and counts_as_lost_at(row["due_at"], days, desk.zone) <= desk.now:
                yield row["loan"]
        if len(found) < PAGE:
            return
        after, last = found[-1]["due_at"], found[-1]["loan_id"]
