"""What a second library keeps, in dicts and lists, written without looking at ours.

No clock, no database, no rules of the product. Days are local; a copy is known by its barcode.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from tests.invariants.reference_blocks import Blocks
from tests.invariants.reference_money import MAX_OWED, Charge, Money

LOAN_DAYS, RENEWAL_DAYS, MAX_LOANS, MAX_RENEWALS, MAX_HOLDS, HOLD_DAYS = 7, 9, 3, 2, 2, 2
LOST_DAYS, LOST_FEE, REFUND_DAYS, MAX_NO_SHOWS = 10, 10, 5, 2
RECALL_DAYS, RECALL_MIN_DAYS, RECALL_FROM_DAYS = 2, 4, 3
RENEWS_ITSELF = "east"  # what is lent there
NEVER = date.max
CAPTURED = ("in_transit", "ready")
OPEN = ("waiting", *CAPTURED)
HARD = {"copy_on_loan", "copy_on_loan_to_patron", "copy_withdrawn", "loan_lost", "loan_claimed",
        "loan_awaited", "renewal_gains_nothing"}  # fmt: skip # nobody may waive these
ONE_DAY = timedelta(days=1)


@dataclass(eq=False)
class Loan:
    reader: str
    copy: str
    branch: str
    due: date
    lent_on: date
    number: int  # of the step that made it
    renewals: int = 0
    # The due date before, the day of the renewal, and whether a recall had been the last step.
    before: tuple[date, date, bool] | None = None
    recalled_on: date | None = None
    recall_before: date | None = None  # due date before, if nothing followed the recall
    recalled_last: bool = False  # after the last renewal
    recalls_itself: bool = True  # until staff undo it
    claimed: date | None = None
    lost: date | None = None
    was_lost: bool = False  # and is not to be counted as lost by a night again
    is_priced: bool = False  # somebody said what the loss costs
    losses: list[Charge] = field(default_factory=list)
    late: list[Charge] = field(default_factory=list)  # what its lateness cost
    is_damaged: bool = False

    def late_until(self, day: date) -> date:
        """Being late ends with a claim or a loss."""
        return min(day, self.claimed or day, self.lost or day)


@dataclass
class Ended:
    """A return, as long as the copy was not lent again."""

    loan: Loan
    on: date
    scanned_on: date
    left: str | None = None  # where the copy belonged until then, if it stays
    lacks_deposit: bool = False  # it was given back since


@dataclass(eq=False)
class Hold:
    name: str
    reader: str
    title: str
    copy: str | None  # only this one will do
    pickup: str
    place: tuple
    state: str = "waiting"
    kept: str | None = None
    fetch_by: date | None = None
    wakes: date | None = None  # suspended until then
    ended_by: int = 0  # the step of the loan that fulfilled it
    was_ready: str | None = None  # the copy it had on the shelf when it ended
    was_coming: str | None = None  # the copy on its way for it then


@dataclass(eq=False)
class Way:
    """A copy on its way: home, for a hold, or because staff asked for it."""

    start: str
    to: str
    why: str
    hold: Hold | None = None
    box: int = 0


@dataclass(eq=False)
class Closing:
    branch: str
    first: date
    last: date
    loans: list[tuple[Loan, date, date]]  # before and after
    holds: list[tuple[Hold, date, date]]
    is_undone: bool = False


@dataclass
class State:
    today: date
    copies: dict[str, tuple[str, str]]  # title and home branch by barcode
    prices: dict[str, int | None]
    secured: set[str]  # copies that are lent against a deposit
    classes: dict[str, int]  # of readers, 1 is served first
    closed: dict[str, set[int]]  # weekdays by branch
    loans: dict[str, Loan] = field(default_factory=dict)
    ended: dict[str, Ended] = field(default_factory=dict)
    gone: dict[str, Loan] = field(default_factory=dict)  # ended as lost, nothing lent since
    holds: list[Hold] = field(default_factory=list)
    ways: dict[str, Way] = field(default_factory=dict)
    standing: dict[str, str] = field(default_factory=dict)  # in_use where nothing is said
    replacing: set[str] = field(default_factory=set)  # copies that came for lost ones
    claims: list[tuple[str, date]] = field(default_factory=list)
    closings: list[Closing] = field(default_factory=list)
    money: Money = field(default_factory=Money)
    blocks: Blocks = field(default_factory=Blocks)
    steps: int = 0

    def is_open(self, branch: str, day: date) -> bool:
        shut = any(
            c.branch == branch and c.first <= day <= c.last and not c.is_undone
            for c in self.closings
        )
        return not shut and day.weekday() not in self.closed[branch]

    def next_open(self, branch: str, day: date) -> date:
        while not self.is_open(branch, day):
            day += ONE_DAY
        return day

    def due(self, branch: str, days: int) -> date:
        return self.next_open(branch, self.today + timedelta(days=days))

    def nth_open(self, branch: str, after: date, count: int) -> date:
        day = after
        while count:
            day += ONE_DAY
            count -= self.is_open(branch, day)
        return day

    def open_days(self, branch: str, after: date, until: date) -> int:
        days = (until - after).days
        return sum(self.is_open(branch, after + timedelta(days=n + 1)) for n in range(days))

    def title_of(self, copy: str) -> str:
        return self.copies[copy][0]

    def says(self, copy: str) -> str:
        return self.standing.get(copy, "in_use")

    def against_reader(self, reader: str, act: str) -> set[str]:
        """Return what stands against the reader's borrowing, renewing or holding anything."""
        conditions = {
            "patron_has_overdue": ("overdue", any(self.late_loans(reader))),
            "patron_has_lost": ("lost", any(n.lost for n in self.counted(reader))),
            "patron_owes_too_much": ("owed", self.money.owed(reader) > MAX_OWED),
            "patron_no_shows": ("no_shows", self.no_shows(reader) > MAX_NO_SHOWS),
        }
        against = {
            reason for reason, (condition, applies) in conditions.items()
            if applies and self.blocks.grid_stops(condition, act)
        }  # fmt: skip
        if self.blocks.stop(reader, act, self.today):
            against.add("patron_blocked")
        return against

    def loans_of(self, reader: str) -> list[Loan]:
        return [loan for loan in self.loans.values() if loan.reader == reader]

    def counted(self, reader: str) -> list[Loan]:
        """A claimed loan counts as nothing until the claim is settled."""
        return [loan for loan in self.loans_of(reader) if loan.claimed is None]

    def late_loans(self, reader: str) -> Iterator[Loan]:
        return (n for n in self.counted(reader) if n.due < self.today and n.lost is None)

    def no_shows(self, reader: str) -> int:
        since = self.today - timedelta(days=364)
        return sum(
            h.reader == reader and h.state == "expired" and (h.fetch_by or since) >= since
            for h in self.holds
        )

    def kept_for(self, copy: str) -> Hold | None:
        return next((h for h in self.holds if h.kept == copy and h.state in CAPTURED), None)

    def own(self, reader: str, title: str) -> Hold | None:
        return next(
            (h for h in self.holds if (h.reader, h.title) == (reader, title) and h.state in OPEN),
            None,
        )

    def waiting(self, title: str) -> list[Hold]:
        """Everybody who waits for the title and is not suspended, in order."""
        return [
            h for h in self.queue(title) if h.wakes is None or h.wakes <= self.today
        ]  # fmt: skip

    def queue(self, title: str) -> list[Hold]:
        found = [h for h in self.holds if h.title == title and h.state == "waiting"]
        return sorted(found, key=lambda h: h.place)

    def free(self, title: str) -> list[str]:
        return [
            copy for copy, (its, _) in self.copies.items()
            if its == title and copy not in self.loans and not self.kept_for(copy)
            and self.says(copy) == "in_use"
        ]  # fmt: skip

    def shelf(self) -> list[str]:
        return [copy for copy in self.copies if copy not in self.loans]

    def lendable(self) -> list[str]:
        return [copy for copy in self.shelf() if self.says(copy) == "in_use"]

    def kept(self) -> list[Hold]:
        return [hold for hold in self.holds if hold.state in CAPTURED]

    def open_holds(self) -> list[Hold]:
        return [hold for hold in self.holds if hold.state in OPEN]

    def let_go(self, copy: str) -> None:
        """Keep a copy for nobody and have it travel nowhere."""
        self.ways.pop(copy, None)
        kept = self.kept_for(copy)
        if kept:
            kept.state, kept.kept, kept.fetch_by = "waiting", None, None

    def arrives(self, copy: str, here: str):
        """Say where a copy in somebody's hands at a branch goes: shelf, hold shelf or a box."""
        kept, way = self.kept_for(copy), self.ways.get(copy)
        if kept and kept.state == "ready" and kept.pickup == here:
            return "hold_shelf", kept.name, kept.fetch_by
        if kept is None and self.says(copy) in ("in_use", "missing", "lost"):
            queue = [h for h in self.waiting(self.title_of(copy)) if h.copy in (None, copy)]
            kept = queue[0] if queue else None
            way = None
        if kept is None:
            return self._without_hold(copy, here)
        kept.kept, kept.wakes = copy, None
        if kept.pickup == here:
            self.ways.pop(copy, None)
            kept.state = "ready"
            kept.fetch_by = self.nth_open(here, self.today, HOLD_DAYS)
            return "hold_shelf", kept.name, kept.fetch_by
        kept.state, kept.fetch_by = "in_transit", None
        if way is None or (way.start, way.to) != (here, kept.pickup):
            self.ways[copy] = Way(here, kept.pickup, "hold", kept)
        return "branch", kept.name, kept.pickup

    def _without_hold(self, copy: str, here: str):
        title, home = self.copies[copy]
        way = self.ways.get(copy)
        asked = way.to if way and way.why == "request" else None
        if self.says(copy) == "withdrawn" or (home == here and asked in (None, here)):
            self.ways.pop(copy, None)
            return "shelf", "", None
        if asked == here:
            del self.ways[copy]
            self.copies[copy] = (title, here)
            return "shelf", "", None
        to = asked or home
        if way is None or (way.start, way.to) != (here, to):
            self.ways[copy] = Way(here, to, "request" if asked else "home")
        return "branch", "", to
