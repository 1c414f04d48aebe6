"""Random days: readers reserve, and queues move. The rules of `test_random_days`."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from jieyue.circulation.actions.holds import (
    cancel_hold,
    change_pickup,
    move_hold,
    place_hold,
    resume_hold,
    suspend_hold,
)
from jieyue.circulation.models import Hold
from tests.invariants.random_library import (
    COPIES,
    READERS,
    RandomLibrary,
    branches,
    copies,
    readers,
    reasons_of,
)


class HoldsSteps(RandomLibrary):
    @rule(reader=readers, copy=copies, only_this=st.booleans(), pickup=branches)
    def reserve(self, reader: str, copy: str, only_this: bool, pickup: str) -> None:
        title = COPIES[copy][0]
        got = place_hold(
            self.desk(), title=self.opened.titles[title].public_id, pickup=pickup,
            copy_barcode=copy if only_this else "", patron=self.cards[reader].public_id,
        )  # fmt: skip
        kind, wanted = self.model.place(
            reader, title, copy if only_this else None, pickup, (READERS[reader], self.now)
        )
        if kind == "hold_placed":
            assert got.type == kind
            self.ids[wanted.name] = got.hold
        else:
            assert (got.type, reasons_of(got)) == (kind, wanted)

    def some_hold(self, data):
        return data.draw(st.sampled_from(self.model.open_holds()))

    @precondition(lambda self: self.model.open_holds())
    @rule(data=st.data())
    def cancel(self, data) -> None:
        hold = self.some_hold(data)
        got = cancel_hold(self.desk(), hold=self.ids[hold.name])
        self.same_way(got.goes, self.model.cancel(hold))

    @precondition(lambda self: self.model.open_holds())
    @rule(data=st.data(), days=st.integers(0, 6))
    def suspend(self, data, days: int) -> None:
        hold = self.some_hold(data)
        wakes = self.model.today + timedelta(days=days) if days else None
        got = suspend_hold(self.desk(), hold=self.ids[hold.name], wakes_on=wakes)
        assert got.type == self.model.suspend(hold, wakes)

    @precondition(lambda self: self.model.open_holds())
    @rule(data=st.data())
    def resume(self, data) -> None:
        hold = self.some_hold(data)
        assert resume_hold(self.desk(), hold=self.ids[hold.name]).type == self.model.resume(hold)

    @precondition(lambda self: self.model.open_holds())
    @rule(data=st.data(), pickup=branches)
    def fetch_elsewhere(self, data, pickup: str) -> None:
        hold = self.some_hold(data)
        got = change_pickup(self.desk(), hold=self.ids[hold.name], pickup=pickup)
        assert got.type == self.model.change_pickup(hold, pickup)

    @precondition(lambda self: len(self.model.open_holds()) > 1)
    @rule(data=st.data(), to_the_end=st.booleans())
    def move(self, data, to_the_end: bool) -> None:
        """The order is promised, not the figures behind it: those the reference learns."""
        hold = self.some_hold(data)
        before = None if to_the_end else self.some_hold(data)
        got = move_hold(
            self.desk(), hold=self.ids[hold.name], reason="老师先用",
            before=self.ids[before.name] if before else "",
        )  # fmt: skip
        wanted = self.model.moved(hold, before)
        assert got.type == ("refused" if wanted is None else "hold_moved")
        if wanted is None:
            return
        rows = Hold.objects.filter(title=self.opened.titles[hold.title], state="waiting")
        found = {row.public_id: (row.queue_class, row.queued_at) for row in rows.order_by("pk")}
        for one in wanted:
            one.place = found[self.ids[one.name]]
        assert self.model.queue(hold.title) == wanted
        assert got.place == wanted.index(hold) + 1
