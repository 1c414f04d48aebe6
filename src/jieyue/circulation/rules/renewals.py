"""May this loan be renewed, until when, and if not now: from which day on?

The renew button, the API, the nightly renewal and the action all come from here, so that no button
is offered that then refuses (field/circulation.md §4, RERO #2872).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from jieyue.circulation.rules.blocks import PatronFacts, patron_refusals
from jieyue.circulation.rules.due_dates import Ceiling, DateRules, DueDate, Step, loan_due
from jieyue.circulation.rules.policies import Terms
from jieyue.circulation.rules.reasons import Reason, Why, by_gravity

# Reasons that pass by themselves: alone they say from which day on it will be allowed.
PASSING: Final = frozenset({Reason.RENEWAL_TOO_SOON, Reason.RENEWAL_GAINS_NOTHING})


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanFacts:
    """What is true of the loan, read once under lock."""

    due_at: datetime
    renewals: int
    is_ended: bool
    unseen_renewals: int = 0  # since the copy was last shown
    is_recalled: bool = False
    is_claimed: bool = False
    is_lost: bool = False
    is_hourly: bool = False
    awaited: int = 0  # readers waiting for this copy whom no other can serve (`awaited`)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How a renewal is asked for.

    `seen`: the copy is shown. `automatic`: by the nightly job, ahead of the due date: such a
    renewal counts from the due date whatever the rule, so that nobody loses a day, and no window
    keeps it waiting.
    """

    seen: bool = False
    automatic: bool = False


UNSEEN: Final = Asked()


@dataclass(frozen=True, slots=True)
class Renewal:
    """What a renewal would do: the new date (None if there is none) and the reasons against it.

    `first_on` is the first local day on which it will be allowed as things stand; None if it is
    allowed now, or if something else than waiting is needed.
    """

    due: DueDate | None
    reasons: tuple[Why, ...]
    first_on: date | None = None


def renewal_of(
    loan: LoanFacts,
    patron: PatronFacts,
    *,
    terms: Terms,
    now: datetime,
    dates: DateRules,
    asked: Asked = UNSEEN,
) -> Renewal:
    """Decide a renewal. It never brings a date forward (FOLIO: would not change the due date)."""
    if loan.is_ended:
        return Renewal(None, (Why(Reason.LOAN_ENDED),))
    today = now.astimezone(dates.zone).date()
    last = loan.due_at.astimezone(dates.zone).date()
    reasons = patron_refusals(patron, terms=terms, today=today, action="renew")
    reasons += _loan_refusals(loan, terms=terms, now=now, asked=asked)

    def due_when_asked(at: datetime) -> DueDate | None:
        base = _base(loan, terms=terms, now=at, asked=asked)
        due = loan_due(
            dates,
            terms=terms,
            now=at,
            category_id=patron.category_id,
            expires_on=patron.expires_on,
            days=terms.renewal_days,
            counted_from=base,
        )
        if due is None or base == at:
            return due
        return replace(due, steps=(Step("from_due_date", last), *due.steps))

    due = due_when_asked(now)
    opens = None if asked.automatic or loan.is_hourly else _window(last, terms)
    is_soon = opens is not None and today < opens
    gains = due is not None and due.at > loan.due_at
    first = None
    if due is not None and (is_soon or not gains):
        until = min(last, patron.expires_on or last)
        start = max(opens or today, today + timedelta(days=1))
        first = _first_day(loan, due_when_asked, start, until, dates.zone)
    known: dict[str, str | int] = {"first": first.isoformat()} if first else {}
    if is_soon:
        reasons.append(Why(Reason.RENEWAL_TOO_SOON, known))
    if due is None:
        reasons.append(Why(Reason.NO_OPEN_DAY))
    elif not gains:
        reasons.append(Why(Reason.RENEWAL_GAINS_NOTHING, known | {"on": last.isoformat()}))
    is_passing = PASSING.issuperset(why.code for why in reasons)
    return Renewal(due, by_gravity(reasons), first if is_passing else None)


def _loan_refusals(loan: LoanFacts, *, terms: Terms, now: datetime, asked: Asked) -> list[Why]:
    checks: tuple[tuple[Reason, bool, dict[str, str | int]], ...] = (
        (Reason.LOAN_LOST, loan.is_lost, {}),
        (Reason.LOAN_CLAIMED, loan.is_claimed, {}),
        (Reason.LOAN_AWAITED, loan.awaited > 0, {"waiting": loan.awaited}),
        (Reason.LOAN_RECALLED, loan.is_recalled, {}),
        (Reason.LOAN_OVERDUE, loan.due_at < now and not loan.is_lost, {}),
        (
            Reason.RENEWALS_USED_UP,
            loan.renewals >= terms.max_renewals,
            {"renewals": loan.renewals, "limit": terms.max_renewals},
        ),
        (
            Reason.COPY_NOT_SEEN,
            not asked.seen and loan.unseen_renewals >= terms.max_unseen_renewals,
            {"renewals": loan.unseen_renewals, "limit": terms.max_unseen_renewals},
        ),
    )
    return [Why(reason, facts) for reason, applies, facts in checks if applies]


def _base(loan: LoanFacts, *, terms: Terms, now: datetime, asked: Asked) -> datetime:
    """Return what the days count from: never before now, or a late loan might stay late."""
    if asked.automatic or terms.renewal_from == "due_date":
        return max(loan.due_at, now)
    return now


def _window(last: date, terms: Terms) -> date | None:
    """Return the first local day of the window before the due date; None: any day will do."""
    return last - timedelta(days=terms.renew_window_days) if terms.renew_window_days else None


def _first_day(
    loan: LoanFacts,
    due_when_asked: Callable[[datetime], DueDate | None],
    start: date,
    until: date,
    zone: ZoneInfo,
) -> date | None:
    """Return the first of the local days from `start` to `until` on which a renewal gains."""
    for ahead in range((until - start).days + 1):
        day = start + timedelta(days=ahead)
        due = due_when_asked(datetime.combine(day, time(12), zone))
        if due is not None and due.at > loan.due_at:
            return day
    return None


def awaited(*, for_title: int, for_copy: int, free: int) -> int:
    """Return how many wait for this copy whom no other can serve.

    `for_title` wait for any copy of the title, `for_copy` for this very one; `free` copies of the
    title could serve somebody now. (Koha's option: a hold that another copy can fill stops nobody.)
    """
    return for_copy + max(0, for_title - free)


def expiry_ceiling(expires_on: date | None, today: date) -> tuple[Ceiling, ...]:
    """Return the ceiling a card's expiry sets; an expired card (overridden by staff) sets none."""
    if expires_on is None or expires_on < today:
        return ()
    return (Ceiling(expires_on, "card_expiry"),)
