"""Queues of the second library, written without looking at ours."""

from datetime import date

from tests.invariants.reference_state import MAX_HOLDS, NEVER, OPEN, Hold, State

NO_SHELF = ("shelf", "", None)


class Queues(State):
    def place(self, reader: str, title: str, copy: str | None, pickup: str, place: tuple):
        against = set()
        wanted = [c for c, (its, _) in self.copies.items() if its == title and copy in (None, c)]
        if all(self.says(c) in ("withdrawn", "lost", "reference") for c in wanted):
            against.add("no_copy_can_serve")
        else:
            against |= self.against_reader(reader, "hold")
            if sum(h.reader == reader and h.state in OPEN for h in self.holds) >= MAX_HOLDS:
                against.add("patron_at_hold_limit")
        if self.own(reader, title):
            against.add("already_on_hold")
        if any(self.title_of(c) == title for c, n in self.loans.items() if n.reader == reader):
            against.add("title_on_loan_to_patron")
        if against:
            return "refused", against
        self.holds.append(Hold(str(len(self.holds)), reader, title, copy, pickup, place))
        return "hold_placed", self.holds[-1]

    def cancel(self, hold: Hold):
        was, copy = hold.state, hold.kept
        hold.state, hold.kept, hold.wakes = "cancelled", None, None
        if was == "ready":
            return self.arrives(copy or "", hold.pickup)
        if was == "in_transit" and copy in self.ways:
            self.ways[copy].hold, self.ways[copy].why = None, "home"
        return NO_SHELF

    def suspend(self, hold: Hold, wakes: date | None) -> str:
        if hold.state != "waiting":
            return "refused"
        hold.wakes = wakes or NEVER
        return "hold_suspended"

    def resume(self, hold: Hold) -> str:
        if hold.state != "waiting" or hold.wakes is None or hold.wakes <= self.today:
            return "refused"
        hold.wakes = None
        return "hold_resumed"

    def change_pickup(self, hold: Hold, pickup: str) -> str:
        if hold.state != "waiting":
            return "refused"
        hold.pickup = pickup
        return "pickup_changed"

    def moved(self, hold: Hold, before: Hold | None) -> list[Hold] | None:
        """Return the queue after a move, None for one that cannot be."""
        if hold.state != "waiting" or (before and before.state != "waiting"):
            return None
        if before is hold or (before and before.title != hold.title):
            return None
        queue = [h for h in self.queue(hold.title) if h is not hold]
        queue.insert(queue.index(before) if before else len(queue), hold)
        return queue

    def shelf_night(self, branches: list[str]) -> None:
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
