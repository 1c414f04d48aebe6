"""Random days: copies are withdrawn, mended, sent, packed. The rules of `test_random_days`."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from jieyue.circulation.actions.manifests import (
    make_manifest,
    receive,
    receive_manifest,
    send_manifest,
)
from jieyue.circulation.actions.transits import cancel_transit, send_copy
from jieyue.circulation.actions.withdraw import restore_copy, set_standing, withdraw_copy
from jieyue.circulation.models import Transit
from tests.invariants.random_library import (
    BRANCHES,
    RandomLibrary,
    branches,
    copies,
    faults_of,
    reasons_of,
    seldom,
)

STANDINGS = ["in_use", "in_use", "lost", "missing", "repair", "reference"]


class StockSteps(RandomLibrary):
    def __init__(self) -> None:
        super().__init__()
        self.boxes: list[tuple[int, str]] = []  # manifests, and where to

    @seldom(3)
    @rule(copy=copies, standing=st.sampled_from(STANDINGS))
    def say(self, copy: str, standing: str) -> None:
        got = set_standing(self.desk(), copy=self.copy_id(copy), standing=standing)
        found = faults_of(got) if got.type == "refused" else got.standing
        assert (got.type, found) == self.model.set_standing(copy, standing)

    @precondition(lambda self: any(s != "in_use" for s in self.model.standing.values()))
    @rule(data=st.data())
    def mend(self, data) -> None:
        """Copies come back into use, or nothing would be left to lend."""
        copy = self.one_of(data, [c for c, s in self.model.standing.items() if s != "in_use"])
        if self.model.says(copy) == "withdrawn":
            self.restore(copy)
        else:
            self.say(copy, "in_use")

    @seldom(5)
    @rule(copy=copies)
    def withdraw(self, copy: str) -> None:
        got = withdraw_copy(self.desk(), copy=self.copy_id(copy), reason="旧了")
        found = faults_of(got) if got.type == "refused" else set()
        assert (got.type, found) == self.model.withdraw(copy)

    @seldom(9)
    @rule(copy=copies)
    def restore(self, copy: str) -> None:
        got = restore_copy(self.desk(), copy=self.copy_id(copy))
        found = faults_of(got) if got.type == "refused" else set()
        assert (got.type, found) == self.model.restore(copy)

    @seldom(2)
    @rule(copy=copies, here=branches, to=branches)
    def send(self, copy: str, here: str, to: str) -> None:
        got = send_copy(self.desk(here), copy_barcode=copy, to_branch=to)
        found = reasons_of(got) if got.type == "refused" else set()
        assert (got.type, found) == self.model.send(copy, here, to)

    def way_of(self, copy: str) -> Transit:
        return Transit.objects.get(copy__barcode=copy, ended_at=None)

    @precondition(lambda self: self.model.ways)
    @rule(data=st.data())
    def take_out_of_box(self, data) -> None:
        copy = self.one_of(data, self.model.ways)
        got = cancel_transit(self.desk(), transit=self.way_of(copy).public_id)
        hold = self.model.unpack(copy)
        assert (got.type, got.hold) == ("transit_cancelled", self.ids.get(hold, ""))

    @precondition(lambda self: any(not way.box for way in self.model.ways.values()))
    @rule(here=branches)
    def pack(self, here: str) -> None:
        [to] = [branch for branch in BRANCHES if branch != here]
        got = make_manifest(self.desk(here), to_branch=to)
        number = got.number if got.type == "manifest_made" else 0
        copies = self.model.box(here, to, number)
        assert (got.copies if number else 0) == copies
        if number:
            self.boxes.append((number, to))
            assert send_manifest(self.desk(here), number=number).copies == copies

    @precondition(lambda self: any(way.box for way in self.model.ways.values()))
    @rule(data=st.data())
    def unpack_box(self, data) -> None:
        number, to = data.draw(st.sampled_from(self.boxes))
        inside = sorted(c for c, way in self.model.ways.items() if way.box == number)
        self.same_arrival(receive_manifest(self.desk(to), number=number), inside, to)

    @precondition(lambda self: self.model.ways)
    @rule(data=st.data(), here=branches)
    def take_in(self, data, here: str) -> None:
        copy = self.one_of(data, self.model.ways)
        got = receive(self.desk(here), transits=(self.way_of(copy).public_id,))
        self.same_arrival(got, [copy], here)

    def same_arrival(self, got, copies: list[str], here: str) -> None:
        wanted = self.model.receive(copies, here)
        arrived = {one.copy_barcode: one.goes for one in got.results if one.type == "arrived"}
        assert arrived.keys() == wanted.keys()
        for copy, goes in wanted.items():
            self.same_way(arrived[copy], goes)
