"""Dates of loans from the rules in memory: what lending, renewing and fines ask. No statement."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from jieyue.circulation.queries.rulebook import Rulebook
from jieyue.circulation.rules import vacations
from jieyue.circulation.rules.checkout import PatronFacts
from jieyue.circulation.rules.due_dates import DueDate
from jieyue.circulation.rules.due_dates import loan_due as due_under
from jieyue.circulation.rules.policies import Terms
from jieyue.circulation.rules.vacations import FreeDays


def loan_due(
    book: Rulebook,
    *,
    branch_id: int,
    zone: ZoneInfo,
    now: datetime,
    terms: Terms,
    patron: PatronFacts,
    days: int | None = None,
    is_on_site: bool = False,
) -> DueDate | None:
    """Return when a loan made `now` at a branch is due; `days` other than the terms' own.

    None: the branch does not open within 400 days; refuse with NO_OPEN_DAY.
    """
    return due_under(
        book.dates(branch_id, zone),
        terms=terms,
        now=now,
        category_id=patron.category_id,
        expires_on=patron.expires_on,
        days=days,
        is_on_site=is_on_site,
    )


def uncounted_days(
    book: Rulebook, *, branch_id: int, due_on: date, returned_on: date
) -> tuple[FreeDays, ...]:
    """Return the vacation days that do not count as late for a loan of the branch."""
    own = [v for v in book.vacations if v.branch_id in (None, branch_id)]
    return vacations.uncounted_days(own, due_on=due_on, returned_on=returned_on)


def extra_loans(book: Rulebook, *, branch_id: int, today: date) -> int:
    """Return how many loans above the limit a vacation allows today."""
    own = [v for v in book.vacations if v.branch_id in (None, branch_id)]
    return vacations.extra_loans(own, today)
