"""What loans that were made would have been under other rules: the same functions that lend.

Everything is compared with what today's rules would say, not with what happened then, so that a
difference comes from the change alone: calendar, vacations, the reader's card type and expiry are
today's. What the reader had, owed and had kept too long is that of the moment of the loan; due
dates are as they were in the end. Blocks, holds and the 押金 play no part here.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from jieyue.circulation.rules.blocks import PatronFacts
from jieyue.circulation.rules.checkout import CopyFacts, checkout_refusals
from jieyue.circulation.rules.due_dates import DateRules, DueDate, loan_due
from jieyue.circulation.rules.fines import Fine, fine_of, late_facts, stopped_at
from jieyue.circulation.rules.policies import Terms
from jieyue.circulation.rules.reasons import Reason, Why
from jieyue.circulation.rules.vacations import extra_loans, uncounted_days

T = TypeVar("T")
Key = tuple[int, int, int]  # branch, category, item type

# Terms of which past loans show nothing: who waited, what was kept or lost is not in them.
UNSEEN: Final = frozenset(
    {
        "max_on_site", "auto_renews", "max_holds", "hold_days", "max_no_shows",
        "busy_loan_days", "recall_days", "recall_from_days", "recall_min_days",
        "max_fines_cents", "max_suspended_days", "lost_after_days",
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


class Standing(NamedTuple):
    """What was true of a reader just before a loan, as queries/facts.py counts it."""

    open_loans: int
    overdue_loans: int
    overdue_days: int  # of the oldest; 0 if nothing is overdue
    lost_loans: int
    owed_cents: int


@dataclass(slots=True)
class Rehearser:
    """Compares loans one by one, and remembers what it has worked out for the like of them."""

    old: Side
    new: Side
    now: datetime
    _differs: dict[Key, bool] = field(default_factory=dict)
    _known: dict[tuple[Any, ...], Any] = field(default_factory=dict)

    def differs(self, loan: PastLoan) -> bool:
        """Say whether the two sides have other terms for such a loan."""
        key = loan.branch_id, loan.category_id, loan.item_type_id
        if key not in self._differs:
            # The rows that terms come from may differ and say the same.
            old, new = (replace(side.terms(*key), rows={}) for side in (self.old, self.new))
            self._differs[key] = old != new
        return self._differs[key]

    def compare(self, loan: PastLoan, standing: Standing, *, is_made: bool) -> Compared:
        """Compare a loan. `is_made`: lent in the time looked at, not only kept or returned."""
        return Compared(
            loan,
            self._outcome(loan, standing, self.old, is_made=is_made),
            self._outcome(loan, standing, self.new, is_made=is_made),
        )

    def _outcome(self, loan: PastLoan, standing: Standing, side: Side, *, is_made: bool) -> Outcome:
        terms, dates = side.of(loan), side.dates(loan.branch_id)
        fine = self._fine(loan, terms, dates)
        if not is_made:
            return Outcome((), None, fine)
        today = loan.lent_at.astimezone(dates.zone).date()
        reasons = self._refusals(loan, standing, terms, dates, today)
        due = None if reasons else self._due_date(loan, terms, dates, today)
        if due is None and not reasons:
            reasons = (Why(Reason.NO_OPEN_DAY),)
        return Outcome(reasons, due, fine)

    def _refusals(
        self, loan: PastLoan, standing: Standing, terms: Terms, dates: DateRules, today: date
    ) -> tuple[Why, ...]:
        extra = self._once(
            ("extra", loan.branch_id, today), lambda: extra_loans(dates.vacations, today)
        )
        limits = replace(terms, max_loans=terms.max_loans + extra) if extra else terms
        return self._once(
            ("refusals", id(terms), extra, standing),
            lambda: checkout_refusals(
                _patron(loan, standing, today), _copy(loan), terms=limits, today=today
            ),
        )

    def _due_date(
        self, loan: PastLoan, terms: Terms, dates: DateRules, today: date
    ) -> DueDate | None:
        moment = loan.lent_at if terms.loan_hours else today
        return self._once(
            ("due", id(terms), loan.branch_id, loan.category_id, loan.expires_on, moment),
            lambda: loan_due(
                dates,
                terms=terms,
                now=loan.lent_at,
                category_id=loan.category_id,
                expires_on=loan.expires_on,
            ),
        )

    def _fine(self, loan: PastLoan, terms: Terms, dates: DateRules) -> Fine | None:
        ended_at = stopped_at(loan.ended_at or self.now, loan.claimed_at, loan.lost_at)
        if ended_at <= loan.due_at or terms.settled_by == "nothing":
            return None
        due_on = loan.due_at.astimezone(dates.zone).date()
        ended_on = ended_at.astimezone(dates.zone).date()
        when = (loan.due_at, ended_at) if loan.is_hourly else (due_on, ended_on)
        return self._once(
            ("fine", id(terms), loan.branch_id, when, loan.price_cents),
            lambda: fine_of(
                late_facts(
                    due_at=loan.due_at,
                    ended_at=ended_at,
                    zone=dates.zone,
                    calendar=dates.calendar,
                    is_hourly=loan.is_hourly,
                    terms=terms,
                    price_cents=loan.price_cents,
                    free=uncounted_days(dates.vacations, due_on=due_on, returned_on=ended_on),
                )
            ),
        )

    def _once(self, key: tuple[Any, ...], work: Callable[[], T]) -> T:
        """Return what `work` gives, worked out once for a key (the sides keep their terms)."""
        if key not in self._known:
            self._known[key] = work()
        found: T = self._known[key]
        return found


def standings(
    loans: Iterable[PastLoan],
    owed: dict[int, "Ledger"],
    zone: ZoneInfo,
    *,
    wanted: Callable[[PastLoan], bool],
) -> Iterator[tuple[PastLoan, Standing]]:
    """Yield the wanted loans with what was true of their reader just before, reader by reader."""
    by_patron: dict[int, list[PastLoan]] = {}
    for loan in loans:
        by_patron.setdefault(loan.patron_id, []).append(loan)
    for patron_id, own in by_patron.items():
        own.sort(key=lambda loan: (loan.lent_at, loan.id))
        there: list[PastLoan] = []
        for loan in own:
            at = loan.lent_at
            there = [one for one in there if one.ended_at is None or one.ended_at > at]
            if wanted(loan):
                debt = owed[patron_id].before(at) if patron_id in owed else 0
                yield loan, _standing(at, there, debt, zone)
            there.append(loan)


def _standing(at: datetime, there: Sequence[PastLoan], owed_cents: int, zone: ZoneInfo) -> Standing:
    known = [one for one in there if one.claimed_at is None or one.claimed_at > at]
    lost = [one for one in known if one.lost_at is not None and one.lost_at <= at]
    late = [one.due_at for one in known if one.due_at < at and one not in lost]
    days = 0
    if late:
        days = (at.astimezone(zone).date() - min(late).astimezone(zone).date()).days
    return Standing(len(known), len(late), days, len(lost), owed_cents)


def _patron(loan: PastLoan, standing: Standing, today: date) -> PatronFacts:
    since = today - timedelta(days=standing.overdue_days)
    return PatronFacts(
        patron_id=loan.patron_id,
        category_id=loan.category_id,
        card_is_lost=False,
        card_is_ended=False,
        is_frozen=False,
        frozen_reason="",
        expires_on=None,  # no term of the rules changes it
        open_loans=standing.open_loans,
        overdue_loans=standing.overdue_loans,
        owed_cents=standing.owed_cents,
        overdue_since_on=since if standing.overdue_loans else None,
        lost_loans=standing.lost_loans,
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
    )


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
