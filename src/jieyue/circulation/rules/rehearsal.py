"""What loans that were made would have been under other rules: the same functions that lend.

Everything is compared with what today's rules would say, not with what happened then, so that a
difference comes from the change alone: calendar, vacations, the reader's card type and expiry are
today's. What the reader had, owed and had kept too long is that of the moment of the loan; due
dates are as they were in the end. Blocks, holds and the 押金 play no part here.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from jieyue.circulation.rules.blocks import PatronFacts
from jieyue.circulation.rules.checkout import CopyFacts, checkout_refusals
from jieyue.circulation.rules.due_dates import DateRules, DueDate, loan_due
from jieyue.circulation.rules.fines import Fine, fine_of, late_facts, stopped_at
from jieyue.circulation.rules.policies import Terms
from jieyue.circulation.rules.reasons import Reason, Why
from jieyue.circulation.rules.vacations import extra_loans, uncounted_days

# Terms of which past loans show nothing: who waited, what was kept or lost is not in them.
UNSEEN: Final = frozenset(
    {
        "max_on_site", "renew_window_days", "max_unseen_renewals", "auto_renews", "renewal_from",
        "renewal_days", "max_holds", "hold_days", "max_no_shows",
        "busy_loan_days", "recall_days", "recall_min_days", "max_fines_cents", "lost_after_days",
        "lost_percent", "lost_fee_cents", "lost_refund_days", "needs_deposit",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class PastLoan:
    """A loan as it was. Moments are aware UTC; `ended_at` is None while it is open."""

    id: int
    loan: str  # public id
    patron_id: int
    branch_id: int
    category_id: int
    item_type_id: int
    lent_at: datetime
    due_at: datetime
    ended_at: datetime | None
    claimed_at: datetime | None = None
    lost_at: datetime | None = None
    is_hourly: bool = False
    expires_on: date | None = None
    price_cents: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What rules say of a loan: the reasons against it, or its due date; and what late costs."""

    reasons: tuple[Why, ...]
    due: DueDate | None
    fine: Fine | None = None

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the reasons."""
        return tuple(why.code.value for why in self.reasons)

    @property
    def cents(self) -> int:
        """What being late cost, in fen."""
        return self.fine.amount_cents if self.fine else 0

    @property
    def days(self) -> int:
        """How many days of 停借 being late brought."""
        return self.fine.days if self.fine else 0


@dataclass(frozen=True, slots=True)
class Compared:
    """One loan under the rules as they are and as they would be."""

    loan: PastLoan
    old: Outcome
    new: Outcome

    @property
    def is_refused_now(self) -> bool:
        """Whether it would have been lent, and would be no more."""
        return bool(self.new.reasons) and not self.old.reasons

    @property
    def is_lent_now(self) -> bool:
        """Whether it would have been refused, and would be no more."""
        return bool(self.old.reasons) and not self.new.reasons

    @property
    def moved_days(self) -> int:
        """By how many days the due date moves; 0 if either side has none."""
        if self.old.due is None or self.new.due is None:
            return 0
        return (self.new.due.on - self.old.due.on).days

    @property
    def is_moved(self) -> bool:
        """Whether the date is another, be it by hours."""
        old, new = self.old.due, self.new.due
        return old is not None and new is not None and old.at != new.at

    @property
    def is_same(self) -> bool:
        """Whether nobody would notice a difference."""
        return (
            (self.old.codes, self.old.cents, self.old.days)
            == (self.new.codes, self.new.cents, self.new.days)
            and not self.is_moved
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Side:
    """One set of rules: terms by (branch, category, item type), and what dates are made of."""

    terms: Callable[[int, int, int], Terms]
    dates: Callable[[int], DateRules]

    def of(self, loan: PastLoan) -> Terms:
        """Return the terms of a loan."""
        return self.terms(loan.branch_id, loan.category_id, loan.item_type_id)


@dataclass(slots=True)
class Rehearser:
    """Compares loans one by one, and remembers what it has worked out for the like of them."""

    old: Side
    new: Side
    now: datetime
    _due: dict[tuple[object, ...], DueDate | None] = field(default_factory=dict)

    def compare(self, loan: PastLoan, patron: PatronFacts, *, is_made: bool) -> Compared | None:
        """Compare a loan; None if both sides have the same terms for it.

        `is_made`: it was lent in the time looked at, not only returned or kept in it.
        """
        old, new = self.old.of(loan), self.new.of(loan)
        if _said(old) == _said(new):
            return None
        return Compared(
            loan,
            self._outcome(loan, patron, old, self.old, is_made=is_made),
            self._outcome(loan, patron, new, self.new, is_made=is_made),
        )

    def _outcome(
        self, loan: PastLoan, patron: PatronFacts, terms: Terms, side: Side, *, is_made: bool
    ) -> Outcome:
        dates = side.dates(loan.branch_id)
        fine = self._fine(loan, terms, dates)
        if not is_made:
            return Outcome((), None, fine)
        today = loan.lent_at.astimezone(dates.zone).date()
        extra = extra_loans(dates.vacations, today)
        limits = replace(terms, max_loans=terms.max_loans + extra) if extra else terms
        reasons = checkout_refusals(patron, _copy(loan), terms=limits, today=today)
        due = None if reasons else self._due_date(loan, terms, dates, today)
        if due is None and not reasons:
            reasons = (Why(Reason.NO_OPEN_DAY),)
        return Outcome(reasons, due, fine)

    def _due_date(
        self, loan: PastLoan, terms: Terms, dates: DateRules, today: date
    ) -> DueDate | None:
        moment = loan.lent_at if terms.loan_hours else today
        key = (
            loan.branch_id, loan.category_id, loan.expires_on, moment, terms.loan_days,
            terms.loan_hours, terms.closed_days,
        )  # fmt: skip
        if key not in self._due:
            self._due[key] = loan_due(
                dates,
                terms=terms,
                now=loan.lent_at,
                category_id=loan.category_id,
                expires_on=loan.expires_on,
            )
        return self._due[key]

    def _fine(self, loan: PastLoan, terms: Terms, dates: DateRules) -> Fine | None:
        ended_at = stopped_at(loan.ended_at or self.now, loan.claimed_at, loan.lost_at)
        if ended_at <= loan.due_at:
            return None
        zone = dates.zone
        free = uncounted_days(
            dates.vacations,
            due_on=loan.due_at.astimezone(zone).date(),
            returned_on=ended_at.astimezone(zone).date(),
        )
        return fine_of(
            late_facts(
                due_at=loan.due_at,
                ended_at=ended_at,
                zone=zone,
                calendar=dates.calendar,
                is_hourly=loan.is_hourly,
                terms=terms,
                price_cents=loan.price_cents,
                free=free,
            )
        )


def standings(
    loans: Iterable[PastLoan], owed: dict[int, "Ledger"], zone_of: Callable[[int], ZoneInfo]
) -> list[tuple[PastLoan, PatronFacts]]:
    """Return each loan with what was true of its reader just before it, by reader and time."""
    by_patron: dict[int, list[PastLoan]] = {}
    for loan in loans:
        by_patron.setdefault(loan.patron_id, []).append(loan)
    found = []
    for patron_id, own in by_patron.items():
        own.sort(key=lambda loan: (loan.lent_at, loan.id))
        there: list[PastLoan] = []
        for loan in own:
            at = loan.lent_at
            there = [one for one in there if one.ended_at is None or one.ended_at > at]
            debt = owed[patron_id].before(at) if patron_id in owed else 0
            found.append((loan, _patron(loan, there, debt, zone_of(loan.branch_id))))
            there.append(loan)
    return found


def _patron(
    loan: PastLoan, there: Sequence[PastLoan], owed_cents: int, zone: ZoneInfo
) -> PatronFacts:
    """Return the reader's facts, counted as queries/facts.py counts them."""
    at = loan.lent_at
    known = [one for one in there if one.claimed_at is None or one.claimed_at > at]
    lost = [one for one in known if one.lost_at is not None and one.lost_at <= at]
    late = [one for one in known if one.due_at < at and one not in lost]
    since = min((one.due_at for one in late), default=None)
    return PatronFacts(
        patron_id=loan.patron_id,
        category_id=loan.category_id,
        card_is_lost=False,
        card_is_ended=False,
        is_frozen=False,
        frozen_reason="",
        expires_on=None,  # no term of the rules changes it
        open_loans=len(known),
        overdue_loans=len(late),
        owed_cents=owed_cents,
        overdue_since_on=since.astimezone(zone).date() if since else None,
        lost_loans=len(lost),
    )


def _copy(loan: PastLoan) -> CopyFacts:
    return CopyFacts(
        copy_id=0,
        title_id=0,
        barcode="",
        title="",
        item_type_id=loan.item_type_id,
        standing="in_use",
        parts="",
        on_loan_to_patron_id=None,
        price_cents=loan.price_cents,
    )


def _said(terms: Terms) -> Terms:
    """Return the terms without the rows they come from, which may differ and say the same."""
    return replace(terms, rows={})


@dataclass(slots=True)
class Ledger:
    """A reader's debts over time."""

    at: list[datetime] = field(default_factory=list)  # ascending
    cents: list[int] = field(default_factory=list)  # the sum up to and with each moment

    def add(self, at: datetime, cents: int) -> None:
        """Add a line, not older than the last one."""
        self.at.append(at)
        self.cents.append((self.cents[-1] if self.cents else 0) + cents)

    def before(self, at: datetime) -> int:
        """Return what was owed just before a moment."""
        place = bisect_left(self.at, at)
        return self.cents[place - 1] if place else 0


# What a limit says of the figures kept with a refusal (`Why.facts`), under other terms.
_STILL: Final[dict[str, Callable[[dict[str, str | int], Terms], bool]]] = {
    "item_type_not_allowed": lambda _facts, terms: not terms.may_borrow,
    "patron_at_loan_limit": lambda facts, terms: int(facts["open"]) >= terms.max_loans,
    "patron_has_overdue": lambda facts, terms: int(facts["overdue"]) > terms.max_overdue,
    "patron_overdue_too_long": lambda facts, terms: int(facts["days"]) > terms.max_overdue_days,
    "patron_has_lost": lambda facts, terms: int(facts["lost"]) > terms.max_lost,
    "patron_owes_too_much": lambda facts, terms: int(facts["owed_cents"]) > terms.max_owed_cents,
    "patron_no_shows": lambda facts, terms: int(facts["no_shows"]) > terms.max_no_shows,
}


def still_refused(reasons: dict[str, dict[str, str | int]], terms: Terms) -> bool:
    """Say whether a refusal kept in the journal would be one under other terms.

    A reason that no term decides stands; so does one without its figures.
    """
    for code, facts in reasons.items():
        try:
            if code not in _STILL or _STILL[code](facts, terms):
                return True
        except KeyError:
            return True
    return False
