"""May this loan be renewed, and until when?"""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from jieyue.circulation.rules.checkout import PatronFacts, by_gravity, patron_refusals
from jieyue.circulation.rules.due_dates import Ceiling, DueDate, due_date
from jieyue.circulation.rules.policies import Terms
from jieyue.circulation.rules.reasons import Reason, Why
from jieyue.libraries.rules.calendars import Calendar


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanFacts:
    """What is true of the loan, read once under lock."""

    due_at: datetime
    renewals: int
    is_ended: bool


@dataclass(frozen=True, slots=True)
class Renewal:
    """What a renewal would do: the new date (None if there is none) and the reasons against it."""

    due: DueDate | None
    reasons: tuple[Why, ...]


def renewal_of(
    loan: LoanFacts,
    patron: PatronFacts,
    *,
    terms: Terms,
    now: datetime,
    zone: ZoneInfo,
    calendar: Calendar,
) -> Renewal:
    """Decide a renewal. It runs from the day it is asked for, and never brings a date forward.

    The renew button, the API and the action all come from here, so that no button is offered that
    then refuses (field/circulation.md §4, RERO #2872).
    """
    today = now.astimezone(zone).date()
    if loan.is_ended:
        return Renewal(None, (Why(Reason.LOAN_ENDED),))
    # Losing the card stops new loans, not the keeping of what one has.
    reasons = [
        why
        for why in patron_refusals(patron, terms=terms, today=today)
        if why.code not in (Reason.CARD_LOST, Reason.CARD_REPLACED)
    ]
    if loan.due_at < now:
        reasons.append(Why(Reason.LOAN_OVERDUE))
    if loan.renewals >= terms.max_renewals:
        reasons.append(
            Why(Reason.RENEWALS_USED_UP, {"renewals": loan.renewals, "limit": terms.max_renewals})
        )
    due = due_date(
        now,
        days=terms.renewal_days,
        zone=zone,
        calendar=calendar,
        closed_days=terms.closed_days,
        ceilings=expiry_ceiling(patron.expires_on, today),
    )
    if due is None:
        reasons.append(Why(Reason.NO_OPEN_DAY))
    elif due.at <= loan.due_at:
        reasons.append(Why(Reason.RENEWAL_GAINS_NOTHING, {"on": _local(loan.due_at, zone)}))
    return Renewal(due, by_gravity(reasons))


def expiry_ceiling(expires_on: date | None, today: date) -> tuple[Ceiling, ...]:
    """Return the ceiling a card's expiry sets; an expired card (overridden by staff) sets none."""
    if expires_on is None or expires_on < today:
        return ()
    return (Ceiling(expires_on, "card_expiry"),)


def _local(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).date().isoformat()
