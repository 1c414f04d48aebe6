"""Months of plausible lending, made day by day under the library's own rules.

Pure: everything is drawn from the given `Random` and decided by the rules the actions use, so the
rows agree with what checkout, renewal and return would have written.
"""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from random import Random
from typing import Any, Final
from zoneinfo import ZoneInfo

from jieyue.circulation.queries.rulebook import Rulebook
from jieyue.circulation.rules.due_dates import DueDate, due_date
from jieyue.circulation.rules.policies import Terms
from jieyue.circulation.rules.renewals import expiry_ceiling
from jieyue.circulation.rules.terms import remembered
from jieyue.interfaces.cli.demo.shelves import Shelved

# How busy a month is, January first: holidays of schools bring children and parents.
SEASON: Final = (0.9, 1.1, 1.0, 1.0, 0.95, 1.0, 1.5, 1.45, 0.9, 1.0, 1.0, 0.95)
WEEKEND: Final = 1.7
TRIES: Final = 12  # for a copy that is in and fits
LATE_SHARE: Final = 0.07
RENEWED_SHARE: Final = 0.18
FORGOTTEN_SHARE: Final = 0.006
SHOWN_DAYS: Final = {3, 9, 16, 26, 52, 66, 80, 101, 129, 150}  # ago; she may borrow more
COPIES_A_VISIT: Final = 1.88

Pool = tuple[list[Shelved], list[float]]  # copies, and the running sums of their weights
Pools = dict[bool, Pool]  # for children, for grown-ups


@dataclass(slots=True, kw_only=True)
class Borrower:
    """A reader in the making of the history."""

    id: int
    category_id: int
    branch_id: int
    is_child: bool
    keenness: float
    joined_on: date
    expires_on: date | None
    open_dues: dict[int, datetime] = field(default_factory=dict)  # by loan number


@dataclass(slots=True, kw_only=True)
class MadeLoan:
    """A loan of the history. `row` is what is inserted; `staff_id` did it."""

    row: dict[str, Any]
    title_id: int
    renewed_at: datetime | None = None


@dataclass(slots=True, kw_only=True)
class Place:
    """A branch with its hours and how many loans an ordinary day brings."""

    id: int
    opens: time
    closes: time
    loans_a_day: float


@dataclass(kw_only=True)
class History:
    """The making of it. `loans` are in the order they were made."""

    random: Random
    zone: ZoneInfo
    book: Rulebook
    places: list[Place]
    borrowers: list[Borrower]
    copies: list[Shelved]
    now: datetime
    loans: list[MadeLoan] = field(default_factory=list)
    _out: set[int] = field(default_factory=set)  # copies on loan
    _ends: list[tuple[datetime, int, int]] = field(default_factory=list)  # returns to come
    _numbers: Iterator[int] = field(default_factory=count)

    def make(self, days: int) -> Iterator[float]:
        """Make the last `days` days up to now; yields how far it is, from 0 to 1."""
        pools = self._pools()
        today = self.now.astimezone(self.zone).date()
        for back in range(days, -1, -1):
            day = today - timedelta(days=back)
            self._live_a_day(day, pools)
            yield 1 - back / max(days, 1)
        self._end_loans(self.now)

    def _pools(self) -> dict[int, Pools]:
        """Return the copies of each place with their weights, for children and for grown-ups."""
        pools: dict[int, Pools] = {}
        for place in self.places:
            here = [copy for copy in self.copies if copy.branch_id == place.id]
            pools[place.id] = {}
            for is_child in (True, False):
                fitting = [c for c in here if _fits(c.audience, is_child=is_child)] or here
                total = 0.0
                sums = [total := total + copy.weight for copy in fitting]
                pools[place.id][is_child] = (fitting, sums)
        return pools

    def _live_a_day(self, day: date, pools: dict[int, Pools]) -> None:
        factor = SEASON[day.month - 1] * (WEEKEND if day.weekday() >= 5 else 1.0)
        visits: list[tuple[datetime, Place, Borrower]] = []
        for place in self.places:
            others = self.borrowers[1:]  # the first comes on days of their own
            near = [b for b in others if b.branch_id == place.id and b.joined_on <= day]
            if near and self.book.calendars[place.id].is_open(day):
                number = self._poisson(place.loans_a_day * factor / COPIES_A_VISIT)
                who = self.random.choices(near, [b.keenness for b in near], k=number)
                visits += [(self._moment(day, place), place, borrower) for borrower in who]
        visits += self._known_visits(day)
        for at, place, borrower in sorted(visits, key=lambda visit: visit[0]):
            if at > self.now:
                return
            self._end_loans(at)
            self._visit(borrower, place, pools[place.id][borrower.is_child], at)

    def _known_visits(self, day: date) -> list[tuple[datetime, Place, Borrower]]:
        """Return the visits of the reader whose sign-in is shown: there is something to see."""
        reader = self.borrowers[0]
        [home] = [place for place in self.places if place.id == reader.branch_id]
        back = (self.now.astimezone(self.zone).date() - day).days
        if back not in SHOWN_DAYS or not self.book.calendars[home.id].is_open(day):
            return []
        return [(self._moment(day, home), home, reader)]

    def _visit(self, borrower: Borrower, place: Place, pool: Pool, at: datetime) -> None:
        today = at.astimezone(self.zone).date()
        is_expired = borrower.expires_on is not None and borrower.expires_on < today
        if is_expired or any(due < at for due in borrower.open_dues.values()):
            return
        for _ in range(self.random.choices((1, 2, 3, 4), (45, 30, 17, 8))[0]):
            copy = self._pick(pool, at)
            if copy is None:
                return
            terms = self.book.terms(place.id, borrower.category_id, copy.item_type_id)
            if not terms.may_borrow or len(borrower.open_dues) >= terms.max_loans:
                return
            self._lend(borrower, copy, place, at, terms)
            at += timedelta(seconds=self.random.randrange(4, 20))

    def _pick(self, pool: Pool, at: datetime) -> Shelved | None:
        copies, sums = pool
        for _ in range(TRIES):
            copy = self.random.choices(copies, cum_weights=sums)[0]
            if copy.id not in self._out and copy.added_at < at:
                return copy
        return None

    def _lend(
        self, borrower: Borrower, copy: Shelved, place: Place, at: datetime, terms: Terms
    ) -> None:
        due = self._due(borrower, place, at, terms.loan_days, terms)
        if due is None:
            return
        number = next(self._numbers)
        row: dict[str, Any] = {
            "copy_id": copy.id,
            "patron_id": borrower.id,
            "branch_id": place.id,
            "lent_at": at,
            "due_at": due.at,
            "renewals": 0,
            "terms": remembered(
                self.book.version, terms, due, days=terms.loan_days, row="loan_days"
            ),
        }
        made = MadeLoan(row=row, title_id=copy.title_id)
        self.loans.append(made)
        self._out.add(copy.id)
        borrower.open_dues[number] = due.at
        if self.random.random() < RENEWED_SHARE:
            self._renew(made, borrower, place, terms)
            borrower.open_dues[number] = row["due_at"]
        back = self._return_moment(row, place)
        if back is not None:
            heapq.heappush(self._ends, (back, number, len(self.loans) - 1))
            made.row["_number"], made.row["_borrower"] = number, borrower

    def _renew(self, made: MadeLoan, borrower: Borrower, place: Place, terms: Terms) -> None:
        """Renew it once, some days before it is due, as a reader does on the phone."""
        if terms.max_renewals < 1:
            return
        row = made.row
        at = row["due_at"] - timedelta(hours=self.random.randrange(20, 90))
        if at <= row["lent_at"] or at > self.now:
            return
        due = self._due(borrower, place, at, terms.renewal_days, terms)
        if due is None or due.at <= row["due_at"]:
            return
        before = {"due_at": row["due_at"].isoformat(), "renewed_at": None}
        row |= {"due_at": due.at, "renewals": 1, "renewed_at": at}
        row["terms"] = remembered(
            self.book.version, terms, due, days=terms.renewal_days, row="renewal_days"
        ) | {"before": before}
        made.renewed_at = at

    def _due(
        self, borrower: Borrower, place: Place, at: datetime, days: int, terms: Terms
    ) -> DueDate | None:
        return due_date(
            at,
            days=days,
            zone=self.zone,
            calendar=self.book.calendars[place.id],
            closed_days=terms.closed_days,
            ceilings=expiry_ceiling(borrower.expires_on, at.astimezone(self.zone).date()),
        )

    def _return_moment(self, row: dict[str, Any], place: Place) -> datetime | None:
        """Return when it comes back: mostly in time, some late; None for one forgotten."""
        if self.random.random() < FORGOTTEN_SHARE:
            return None
        earliest: datetime = row.get("renewed_at") or row["lent_at"]
        kept = row["due_at"] - earliest
        if self.random.random() < LATE_SHARE:
            back = row["due_at"] + timedelta(days=self.random.expovariate(1 / 6))
        else:
            back = earliest + kept * self.random.betavariate(2.2, 1.6)
        day = max(back, earliest + timedelta(hours=1)).astimezone(self.zone).date()
        calendar = self.book.calendars[place.id]
        open_day = calendar.next_open(day) or day
        at = self._moment(open_day, place)
        return max(at, earliest + timedelta(minutes=20))

    def _end_loans(self, until: datetime) -> None:
        while self._ends and self._ends[0][0] <= until:
            at, number, index = heapq.heappop(self._ends)
            row = self.loans[index].row
            row |= {"returned_at": at, "returned_branch_id": row["branch_id"], "ending": "returned"}
            row["_borrower"].open_dues.pop(number, None)
            self._out.discard(row["copy_id"])

    def _moment(self, day: date, place: Place) -> datetime:
        opens = datetime.combine(day, place.opens, self.zone)
        closes = datetime.combine(day, place.closes, self.zone)
        span = int((closes - opens).total_seconds())
        # After school and after work it is busiest.
        share = self.random.betavariate(2.0, 1.5)
        return (opens + timedelta(seconds=int(share * (span - 60)))).astimezone(UTC)

    def _poisson(self, mean: float) -> int:
        """Return how many came, by Knuth's method; means here are small."""
        limit = 2.718281828**-mean
        number, product = 0, self.random.random()
        while product > limit:
            number += 1
            product *= self.random.random()
        return number


def _fits(audience: str, *, is_child: bool) -> bool:
    return audience in ({"early", "child", "teen"} if is_child else {"adult", "teen", "child"})


def rows(loans: list[MadeLoan], public_ids: Iterator[str]) -> list[dict[str, Any]]:
    """Return the rows to insert, without what only the making needed."""
    return [
        {key: value for key, value in loan.row.items() if not key.startswith("_")}
        | {"public_id": next(public_ids)}
        for loan in loans
    ]
