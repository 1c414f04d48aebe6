"""Recall (催还): may this loan be asked back sooner, and by when?"""

from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from jieyue.circulation.rules.due_dates import DateRules, DueDate, Step, due_date
from jieyue.circulation.rules.policies import Terms
from jieyue.circulation.rules.reasons import Reason, Why, by_gravity
from jieyue.circulation.rules.renewals import LoanFacts


@dataclass(frozen=True, slots=True)
class Recall:
    """What a recall would do: the new date, None if the present one stays, and what is against."""

    due: DueDate | None
    reasons: tuple[Why, ...]


def recall_of(
    loan: LoanFacts, *, lent_at: datetime, terms: Terms, now: datetime, dates: DateRules
) -> Recall:
    """Decide a recall. A loan is recalled once, and only if no free copy serves whoever waits.

    The new date is the later of `recall_days` from now and `recall_min_days` from the loan, then on
    an open day after that. It never passes the present date, and an overdue loan keeps its own
    (FOLIO lets a long guaranteed period, or the switch for overdue loans, lengthen a loan).
    """
    checks: tuple[tuple[Reason, bool, dict[str, str | int]], ...] = (
        (Reason.LOAN_ENDED, loan.is_ended, {}),
        (Reason.LOAN_LOST, loan.is_lost, {}),
        (Reason.LOAN_CLAIMED, loan.is_claimed, {}),
        (Reason.LOAN_RECALLED, loan.is_recalled, {}),
        (Reason.RECALL_NOT_ALLOWED, terms.recall_days == 0 or loan.is_hourly, {}),
        (Reason.NOBODY_WAITS, loan.awaited == 0, {}),
    )
    reasons = by_gravity([Why(reason, facts) for reason, applies, facts in checks if applies])
    return Recall(None if reasons else _due(loan, lent_at, terms, now, dates), reasons)


def _due(
    loan: LoanFacts, lent_at: datetime, terms: Terms, now: datetime, dates: DateRules
) -> DueDate | None:
    lent_on = lent_at.astimezone(dates.zone).date()
    today = now.astimezone(dates.zone).date()
    due = due_date(
        now,
        days=max(terms.recall_days, terms.recall_min_days - (today - lent_on).days),
        zone=dates.zone,
        calendar=dates.calendar,
        # Never to an open day before: the reader would have fewer days than promised.
        closed_days="keep" if terms.closed_days == "keep" else "next_open",
    )
    if due is None or due.at >= loan.due_at:
        return None
    days = due.steps[0].note
    return replace(due, steps=(Step("recall", due.steps[0].on, days), *due.steps[1:]))


def runs_long(lent_at: datetime, terms: Terms, *, now: datetime, zone: ZoneInfo) -> bool:
    """Say whether a loan has run for more days than the terms let it before it recalls itself."""
    days = (now.astimezone(zone).date() - lent_at.astimezone(zone).date()).days
    return 0 < terms.recall_from_days < days
