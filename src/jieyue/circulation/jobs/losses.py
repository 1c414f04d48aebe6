"""The nightly look for loans so late that they count as lost (rules: `lost_after_days`)."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from jieyue.circulation.actions.overdue_losses import MAX_LOANS, lose_overdue
from jieyue.circulation.models import LoanPolicy
from jieyue.circulation.queries.rulebook import rulebook
from jieyue.circulation.rules.losses import counts_as_lost_at
from jieyue.kit import sql
from jieyue.kit.scope import library_scope
from jieyue.libraries.desk import Desk
from jieyue.libraries.models import Library
from jieyue.libraries.worker_desk import worker_desk

PAGE: Final = 1000

LATE: Final = """
SELECT n.id AS loan_id, n.public_id AS loan, n.due_at, n.branch_id, p.category_id, c.item_type_id,
       y.rules_version
  FROM circulation_loan n
  JOIN libraries_library y ON y.id = <library:bigint>
  JOIN catalog_copy c ON c.library_id = <library:bigint> AND c.id = n.copy_id
  JOIN patrons_patron p ON p.library_id = <library:bigint> AND p.id = n.patron_id
 WHERE n.library_id = <library:bigint> AND n.returned_at IS NULL AND n.due_at < <before:timestamptz>
   AND (n.due_at > <after:timestamptz> OR n.due_at = <after:timestamptz> AND n.id > <last:bigint>)
   AND n.lost_at IS NULL AND n.claimed_at IS NULL
   AND NOT EXISTS (SELECT 1 FROM circulation_assessment a
                    WHERE a.library_id = <library:bigint> AND a.loan_id = n.id AND a.kind = 'lost')
 ORDER BY n.due_at, n.id LIMIT <most:int>
"""


def lose_overdue_loans(now: datetime) -> dict[str, Any]:
    """Count as lost what is late for too long, in every library; one transaction per 50 loans.

    Computed from the loans themselves, so it may run late, twice or again. A library that fails
    holds no other up.
    """
    lost, failed = 0, list[Exception]()
    for library_id in Library.objects.order_by("id").values_list("id", flat=True):
        try:
            with library_scope(library_id):
                lost += _lose_of_library(library_id, now)
        except Exception as error:  # noqa: BLE001 (raised below)
            failed.append(error)
    if failed:
        raise failed[0]
    return {"lost": lost}


def _lose_of_library(library_id: int, now: datetime) -> int:
    days = LoanPolicy.objects.filter(lost_after_days__gt=0).values_list(
        "lost_after_days", flat=True
    )
    desk = worker_desk(library_id, now) if days else None
    if desk is None:
        return 0
    wanted = tuple(_wanted(desk, min(days)))
    piles = (wanted[at : at + MAX_LOANS] for at in range(0, len(wanted), MAX_LOANS))
    return sum(len(lose_overdue(desk, loans=pile).loans) for pile in piles)


def _wanted(desk: Desk, fewest_days: int) -> Iterator[str]:
    """Yield the loans whose terms count them as lost by now, the latest first."""
    after, last = datetime.min.replace(tzinfo=desk.now.tzinfo, year=1900), 0
    before = desk.now - timedelta(days=fewest_days - 1)  # a day of 23 hours is one, too
    while True:
        found = sql.rows(LATE, before=before, after=after, last=last, most=PAGE)
        for row in found:
            terms = rulebook(row["rules_version"]).terms(
                row["branch_id"], row["category_id"], row["item_type_id"]
            )
            days = terms.lost_after_days
            if days and counts_as_lost_at(row["due_at"], days, desk.zone) <= desk.now:
                yield row["loan"]
        if len(found) < PAGE:
            return
        after, last = found[-1]["due_at"], found[-1]["loan_id"]
