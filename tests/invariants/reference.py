"""A second library of dicts and lists: what lending should do, written without looking at it.

No clock, no database, no rules of the product. Days are local; a copy is known by its barcode.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

from tests.invariants.reference_blocks import Blocks
from tests.invariants.reference_money import MAX_OWED, Money

LOAN_DAYS, RENEWAL_DAYS, MAX_LOANS, MAX_RENEWALS, MAX_HOLDS, HOLD_DAYS = 7, 9, 3, 2, 2, 2
NEVER = date.max
CAPTURED = ("in_transit", "ready")
OPEN = ("waiting", *CAPTURED)
HARD = {"copy_on_loan", "copy_on_loan_to_patron"}  # nobody may waive these


@dataclass
class Loan:
    reader: str
    branch: str
    due: date
    lent_on: date
    number: int  # of the step that made it
    renewals: int = 0
    before: tuple[date, date] | None = None  # due date before, and the day of the renewal


@dataclass
class Hold:
    name: str
    reader: str
    title: str
    copy: str | None  # only this one will do
    pickup: str
    place: tuple[int, int]
    state: str = "waiting"
    kept: str | None = None
    fetch_by: date | None = None
    wakes: date | None = None  # suspended until then
    ended_by: int = 0  # the step of the loan that fulfilled it
    was_ready: str | None = None  # the copy it had on the shelf when it ended
    was_coming: str | None = None  # the copy on its way for it then


@dataclass
class Reference:
    today: date
    copies: dict[str, tuple[str, str]]  # title and home branch by barcode
    classes: dict[str, int]  # of readers, 1 is served first
    closed: dict[str, set[int]]  # weekdays by branch
    loans: dict[str, Loan] = field(default_factory=dict)
    ended: dict[str, tuple[Loan, date]] = field(default_factory=dict)  # the last return, if last
    holds: list[Hold] = field(default_factory=list)
    ways: dict[str, tuple[str, str]] = field(default_factory=dict)  # from and to by barcode
    sent_for: dict[str, Hold | None] = field(default_factory=dict)  # of the same copies
    money: Money = field(default_factory=Money)
    blocks: Blocks = field(default_factory=Blocks)
    steps: int = 0

    # --- Looking -----------------------------------------------------------------------------

    def is_open(self, branch: str, day: date) -> bool:
        return day.weekday() not in self.closed[branch]

    def due(self, branch: str, days: int) -> date:
        day = self.today + timedelta(days=days)
        while not self.is_open(branch, day):
            day += timedelta(days=1)
        return day

    def last_day_on_shelf(self, branch: str) -> date:
        day, left = self.today, HOLD_DAYS
        while left:
            day += timedelta(days=1)
            left -= self.is_open(branch, day)
        return day

    def title_of(self, copy: str) -> str:
        return self.copies[copy][0]

    def against_reader(self, reader: str, act: str) -> set[str]:
        """Return what stands against the reader's borrowing, renewing or holding anything."""
        against = set()
        if self.blocks.stop(reader, act, self.today):
            against.add("patron_blocked")
        if self.is_late(reader):
            against.add("patron_has_overdue")
        if self.money.owed(reader) > MAX_OWED:
            against.add("patron_owes_too_much")
        return against

    def loans_of(self, reader: str) -> list[Loan]:
        return [loan for loan in self.loans.values() if loan.reader == reader]

    def is_late(self, reader: str) -> bool:
        return any(loan.due < self.today for loan in self.loans_of(reader))

    def kept_for(self, copy: str) -> Hold | None:
        return next((h for h in self.holds if h.kept == copy and h.state in CAPTURED), None)

    def own(self, reader: str, title: str) -> Hold | None:
        return next(
            (h for h in self.holds if (h.reader, h.title) == (reader, title) and h.state in OPEN),
            None,
        )

    def waiting(self, title: str) -> list[Hold]:
        """Everybody who waits for the title and is not suspended, in order."""
        found = [
            h for h in self.holds
            if h.title == title and h.state == "waiting"
            and (h.wakes is None or h.wakes <= self.today)
        ]  # fmt: skip
        return sorted(found, key=lambda h: h.place)

    def free(self, title: str) -> list[str]:
        return [
            copy for copy, (its, _) in self.copies.items()
            if its == title and copy not in self.loans and not self.kept_for(copy)
        ]  # fmt: skip

    def shelf(self) -> list[str]:
        return [copy for copy in self.copies if copy not in self.loans]

    def kept(self) -> list[Hold]:
        return [hold for hold in self.holds if hold.state in CAPTURED]

    def touched_today(self) -> list[str]:
        return [
            copy for copy, loan in self.loans.items()
            if self.today in (loan.lent_on, loan.before and loan.before[1])
        ]  # fmt: skip

    # --- Doing: each returns what the product should answer ----------------------------------

    def lend(self, copy: str, reader: str, branch: str, *, override: bool):
        against = self._against_lending(copy, reader)
        if against and (not override or against & HARD):
            return "refused", against
        own, kept = self.own(reader, self.title_of(copy)), self.kept_for(copy)
        if kept and kept is not own:
            kept.state, kept.kept, kept.fetch_by = "waiting", None, None
        self.ways.pop(copy, None)
        self.steps += 1
        if own:
            own.was_ready = own.kept if own.state == "ready" else None
            own.was_coming = own.kept if own.state == "in_transit" else None
            own.state, own.ended_by, own.wakes, own.kept = "fulfilled", self.steps, None, None
        due = self.due(branch, LOAN_DAYS)
        self.loans[copy] = Loan(reader, branch, due, self.today, self.steps)
        self.ended.pop(copy, None)
        return "lent", due

    def _against_lending(self, copy: str, reader: str) -> set[str]:
        against = self.against_reader(reader, "borrow")
        if len(self.loans_of(reader)) >= MAX_LOANS:
            against.add("patron_at_loan_limit")
        if copy in self.loans:
            mine = self.loans[copy].reader == reader
            against.add("copy_on_loan_to_patron" if mine else "copy_on_loan")
        kept = self.kept_for(copy)
        if kept and kept.reader != reader:
            against.add("copy_held_for_another")
        if not kept:
            fitting = [h for h in self.waiting(self.title_of(copy)) if h.copy in (None, copy)]
            ahead = []
            for hold in fitting:
                if hold.reader == reader:
                    break
                ahead.append(hold)
            if ahead and len(self.free(self.title_of(copy))) <= len(ahead):
                against.add("title_held_by_others")
        return against

    def take_back(self, copy: str, branch: str):
        loan = self.loans.pop(copy, None)
        if loan:
            self.ended[copy] = (loan, self.today)
        late = max(0, (self.today - loan.due).days) if loan else 0
        fine = self.money.fine(loan, self.open_days(loan.branch, late)) if loan else 0
        return "returned" if loan else "not_on_loan", late, fine, self.arrives(copy, branch)

    def open_days(self, branch: str, late: int) -> int:
        """Return how many of the last days, with today, count as late."""
        days = [self.today - timedelta(days=ago) for ago in range(late)]
        return sum(self.is_open(branch, day) for day in days)

    def arrives(self, copy: str, here: str):
        """Say where a copy in somebody's hands at a branch goes."""
        kept = self.kept_for(copy)
        if kept and kept.state == "ready" and kept.pickup == here:
            return "hold_shelf", kept.name, kept.fetch_by
        if kept is None:
            queue = [
                h for h in self.waiting(self.title_of(copy)) if h.copy in (None, copy)
            ]  # fmt: skip
            kept = queue[0] if queue else None
        if kept is None:
            home = self.copies[copy][1]
            if home == here:
                self.ways.pop(copy, None)
                return "shelf", "", None
            if self.ways.get(copy) != (here, home):
                self.sent_for[copy] = None
            self.ways[copy] = (here, home)
            return "branch", "", home
        kept.kept, kept.wakes = copy, None
        if kept.pickup == here:
            self.ways.pop(copy, None)
            kept.state, kept.fetch_by = "ready", self.last_day_on_shelf(here)
            return "hold_shelf", kept.name, kept.fetch_by
        kept.state, kept.fetch_by = "in_transit", None
        self.ways[copy], self.sent_for[copy] = (here, kept.pickup), kept
        return "branch", kept.name, kept.pickup

    def renew(self, copy: str):
        loan = self.loans[copy]
        against = self.against_reader(loan.reader, "renew")
        if loan.due < self.today:
            against.add("loan_overdue")
        if loan.renewals >= MAX_RENEWALS:
            against.add("renewals_used_up")
        title = self.title_of(copy)
        others = [h for h in self.waiting(title) if h.reader != loan.reader]
        promised = {h.copy for h in self.holds if h.state == "waiting" and h.title == title}
        free = [one for one in self.free(title) if one not in promised]
        for_copy = sum(h.copy == copy for h in others)
        if for_copy + max(0, sum(h.copy is None for h in others) - len(free)) > 0:
            against.add("loan_awaited")
        due = self.due(loan.branch, RENEWAL_DAYS)
        if due <= loan.due:
            against.add("renewal_gains_nothing")
        if against:
            return "refused", against
        loan.before = (loan.due, self.today)
        loan.due, loan.renewals = due, loan.renewals + 1
        return "renewed", due

    def undo(self, copy: str, step: str):
        return {"checkout": self._undo_loan, "checkin": self._undo_return,
                "renewal": self._undo_renewal}[step](copy)  # fmt: skip

    def _undo_loan(self, copy: str):
        loan = self.loans[copy]
        against = set()
        if loan.renewals:
            against.add("something_followed")
        if loan.lent_on != self.today:
            against.add("too_late_to_undo")
        if against:
            return "refused", against
        del self.loans[copy]
        title = self.title_of(copy)
        again = self.own(loan.reader, title)
        for hold in self.holds:
            if again is None and (hold.ended_by, hold.state) == (loan.number, "fulfilled"):
                hold.state = "waiting"
                coming = hold.was_coming
                if hold.was_ready == copy:
                    hold.state, hold.kept = "ready", copy
                elif coming in self.ways and self.sent_for.get(coming or "") is hold:
                    hold.state, hold.kept = "in_transit", coming
                else:
                    hold.fetch_by = None
        return "undone", None

    def _undo_return(self, copy: str):
        loan, on = self.ended[copy]
        against = set()
        if on != self.today:
            against.add("too_late_to_undo")
        if self.money.was_paid(loan):
            against.add("something_followed")
        if against:
            return "refused", against
        self.money.forgive(loan, "late")
        del self.ended[copy]
        self.ways.pop(copy, None)
        kept = self.kept_for(copy)
        if kept:
            kept.state, kept.kept, kept.fetch_by = "waiting", None, None
        self.loans[copy] = loan
        return "undone", loan.due

    def _undo_renewal(self, copy: str):
        loan = self.loans[copy]
        if loan.before is None or loan.before[1] != self.today:
            return "refused", {"too_late_to_undo"}
        loan.due, loan.renewals, loan.before = loan.before[0], loan.renewals - 1, None
        return "undone", loan.due

    def place(self, reader: str, title: str, copy: str | None, pickup: str):
        against = self.against_reader(reader, "hold")
        if self.own(reader, title):
            against.add("already_on_hold")
        if any(self.title_of(c) == title for c, n in self.loans.items() if n.reader == reader):
            against.add("title_on_loan_to_patron")
        if sum(h.reader == reader and h.state in OPEN for h in self.holds) >= MAX_HOLDS:
            against.add("patron_at_hold_limit")
        if against:
            return "refused", against
        place = (self.classes[reader], len(self.holds))
        self.holds.append(Hold(str(len(self.holds)), reader, title, copy, pickup, place))
        return "hold_placed", self.holds[-1]

    def cancel(self, hold: Hold):
        was, copy = hold.state, hold.kept
        hold.state, hold.kept, hold.wakes = "cancelled", None, None
        if was == "ready":
            return self.arrives(copy, hold.pickup)
        if was == "in_transit":
            self.sent_for[copy] = None
        return "shelf", "", None

    def suspend(self, hold: Hold, wakes: date | None):
        if hold.state != "waiting":
            return "refused"
        hold.wakes = wakes or NEVER
        return "hold_suspended"

    def resume(self, hold: Hold):
        if hold.state != "waiting":
            return "refused"
        if hold.wakes is None or hold.wakes <= self.today:
            return "refused"
        hold.wakes = None
        return "hold_resumed"

    def night(self, branches: list[str]):
        """What nobody fetched goes on; who is suspended until today counts again."""
        late = [
            h for h in self.holds
            if h.state == "ready" and h.fetch_by is not None and h.fetch_by < self.today
        ]  # fmt: skip
        left = {
            branch: sorted(h.kept for h in late if h.pickup == branch and h.kept)
            for branch in branches
        }
        for hold in late:
            hold.state, hold.kept = "expired", None
        for branch in branches:
            for copy in left[branch]:
                self.arrives(copy, branch)
        for hold in self.holds:
            if hold.state == "waiting" and hold.wakes is not None and hold.wakes <= self.today:
                hold.wakes = None
