"""A second library of dicts and lists: what lending should do, written without looking at it.

Each step returns what the product should answer.
"""

from datetime import date

from tests.invariants.reference_holds import Queues
from tests.invariants.reference_losses import Losses
from tests.invariants.reference_state import CAPTURED, Closing, State, Way


class Stock(State):
    """Copies: what is said of them, and what travels."""

    def set_standing(self, copy: str, standing: str):
        against = set()
        if self.says(copy) == "withdrawn":
            against.add("copy_withdrawn")
        elif copy in self.loans and standing != "in_use":
            against.add("loss_of_loan" if standing == "lost" else "copy_on_loan")
        elif copy in self.loans and self.loans[copy].lost:
            against.add("loss_of_loan")
        if against:
            return "refused", against
        if standing != "in_use":
            self.let_go(copy)
        self.standing[copy] = standing
        return "standing_set", standing

    def withdraw(self, copy: str):
        if self.says(copy) == "withdrawn":
            return "refused", {"copy_withdrawn"}
        if copy in self.loans:
            return "refused", {"copy_on_loan"}
        self.let_go(copy)
        self.standing[copy] = "withdrawn"
        return "withdrawn", set()

    def restore(self, copy: str):
        if self.says(copy) != "withdrawn":
            return "refused", {"copy_not_withdrawn"}
        self.standing[copy] = "in_use"
        return "restored", set()

    def send(self, copy: str, here: str, to: str):
        way = self.ways.get(copy)
        checks = {
            "copy_withdrawn": self.says(copy) == "withdrawn",
            "copy_on_loan": copy in self.loans,
            "copy_held_for_another": self.kept_for(copy),
            "copy_is_here": here == to,
            "copy_in_transit": way and way.start == here,
            "copy_lost": self.says(copy) in ("lost", "missing"),
        }
        if against := {reason for reason, applies in checks.items() if applies}:
            return "refused", against
        self.ways[copy] = Way(here, to, "request")
        return "copy_sent", set()

    def unpack(self, copy: str) -> str:
        """Take a copy out of its box; return whose hold it was meant for."""
        del self.ways[copy]
        hold = self.kept_for(copy)
        if hold is None or hold.state != "in_transit":
            return ""
        hold.state, hold.kept, hold.fetch_by = "waiting", None, None
        return hold.name

    def box(self, here: str, to: str, number: int) -> int:
        """Put what lies here for the other branch into a box; return how many copies."""
        packed = [w for w in self.ways.values() if (w.start, w.to, w.box) == (here, to, 0)]
        for way in packed:
            way.box = number
        return len(packed)

    def receive(self, copies: list[str], here: str) -> dict[str, tuple]:
        """Take in what is on its way here; return where each copy goes."""
        coming = [copy for copy in copies if copy in self.ways and self.ways[copy].to == here]
        return {copy: self.arrives(copy, here) for copy in coming}


class Calendar(State):
    """Branches close for some days, and dates move later."""

    def close(self, branch: str, first: date, last: date) -> Closing:
        was_open = [day for day in _days(first, last) if self.is_open(branch, day)]
        made = Closing(branch, first, last, [], [])
        self.closings.append(made)
        for loan in self.loans.values():
            if loan.branch == branch and first <= loan.due <= last and not loan.lost:
                to = self.next_open(branch, loan.due)
                made.loans.append((loan, loan.due, to))
                loan.due = to
        for hold in self.holds:
            if hold.state == "ready" and hold.pickup == branch and hold.fetch_by:
                taken = sum(day <= hold.fetch_by for day in was_open)
                if taken:
                    to = self.nth_open(branch, hold.fetch_by, taken)
                    made.holds.append((hold, hold.fetch_by, to))
                    hold.fetch_by = to
        return made

    def open_again(self, closing: Closing) -> str:
        """Move back what nobody changed since, but to no day that is over or closed."""
        if closing.is_undone:
            return "not_saved"
        closing.is_undone = True
        for loan, before, after in closing.loans:
            if self.loans.get(loan.copy) is loan and loan.due == after:
                day = self.next_open(loan.branch, max(before, self.today))
                loan.due = min(after, day)
        for hold, fetch_before, fetch_after in closing.holds:
            if hold.state == "ready" and hold.fetch_by == fetch_after > self.today:
                day = self.next_open(hold.pickup, max(fetch_before, self.today))
                hold.fetch_by = min(fetch_after, day)
        return "saved"

    def calendar_night(self) -> None:
        """Nothing stays due on a closed day that is still to come."""
        for loan in self.loans.values():
            if loan.due >= self.today and not loan.lost:
                loan.due = self.next_open(loan.branch, loan.due)


class Deposits(State):
    def ask_back(self, reader: str):
        against = self._against_giving_back(reader)
        if reader in self.money.asked:
            against.add("asked_already")
        if against:
            return "refused", against
        self.money.asked.add(reader)
        return "deposit_asked", self.money.deposits[reader]

    def give_deposit_back(self, reader: str):
        if against := self._against_giving_back(reader):
            return "refused", against
        self.money.asked.discard(reader)
        for ended in self.ended.values():
            ended.lacks_deposit = ended.lacks_deposit or ended.loan.reader == reader
        return "deposit_booked", -self.money.deposits.pop(reader)

    def _against_giving_back(self, reader: str) -> set[str]:
        checks = {
            "no_deposit": not self.money.deposits.get(reader),
            "has_loans": self.loans_of(reader),
            "owes_money": self.money.owed(reader),
        }
        return {reason for reason, applies in checks.items() if applies}


class Reference(Losses, Queues, Stock, Calendar, Deposits):
    def night(self, branches: list[str]) -> None:
        self.calendar_night()
        self.renewal_night()
        self.recall_night()
        self.overdue_night()
        self.shelf_night(branches)


def _days(first: date, last: date) -> list[date]:
    return [date.fromordinal(n) for n in range(first.toordinal(), last.toordinal() + 1)]


__all__ = ["CAPTURED", "Reference"]
