"""Random days: lending, returns, renewals and recalls. The rules of `test_random_days`."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from jieyue.circulation.actions.checkin import checkin
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.actions.recall import recall, undo_recall
from jieyue.circulation.actions.redate_return import redate_return
from jieyue.circulation.actions.renew import renew
from jieyue.circulation.actions.undo import undo_checkin, undo_checkout, undo_renewal
from jieyue.circulation.rules.reasons import OVERRIDABLE
from tests.invariants.random_library import (
    RandomLibrary,
    branches,
    copies,
    readers,
    reasons_of,
    seldom,
)

UNDO = {"checkout": undo_checkout, "renewal": undo_renewal, "recall": undo_recall}


class LoansSteps(RandomLibrary):
    @rule(copy=copies, reader=readers, branch=branches, override=st.booleans())
    def lend(self, copy: str, reader: str, branch: str, override: bool) -> None:
        self.lend_it(copy, reader, branch, override)

    def lend_it(self, copy: str, reader: str, branch: str, override: bool) -> None:
        [got] = checkout(
            self.desk(branch), copy_barcodes=(copy,), card_barcode=self.cards[reader].card,
            override=OVERRIDABLE if override else frozenset(),
        ).results  # fmt: skip
        kind, wanted = self.model.lend(copy, reader, branch, override=override)
        if kind == "lent":
            assert (got.type, got.due_on) == (kind, wanted)
            self.loans[copy] = got.loan
        else:
            assert (got.type, reasons_of(got)) == (kind, wanted)

    @precondition(lambda self: self.model.shelf())
    @rule(data=st.data(), reader=readers, branch=branches, override=st.booleans())
    def lend_from_the_shelf(self, data, reader: str, branch: str, override: bool) -> None:
        self.lend_it(self.one_of(data, self.model.shelf()), reader, branch, override)

    @precondition(lambda self: self.model.lendable())
    @rule(data=st.data(), reader=readers, branch=branches)
    def lend_all_the_same(self, data, reader: str, branch: str) -> None:
        self.lend_it(self.one_of(data, self.model.lendable()), reader, branch, override=True)

    @precondition(lambda self: self.model.kept())
    @rule(data=st.data(), branch=branches)
    def fetch_what_is_kept(self, data, branch: str) -> None:
        hold = data.draw(st.sampled_from(self.model.kept()))
        self.lend_it(hold.kept, hold.reader, branch, override=False)

    @seldom(2)
    @rule(copy=copies, branch=branches)
    def scan_back(self, copy: str, branch: str) -> None:
        self.take_back(copy, branch)

    @precondition(lambda self: self.model.loans)
    @rule(data=st.data(), branch=branches, is_free=st.sampled_from([False, False, True]))
    def bring_back(self, data, branch: str, is_free: bool) -> None:
        self.take_back(self.one_of(data, self.model.loans), branch, is_free=is_free)

    @precondition(lambda self: self.model.loans)
    @rule(data=st.data(), branch=branches, days=st.integers(1, 6))
    def bring_back_late(self, data, branch: str, days: int) -> None:
        copy = self.one_of(data, self.model.loans)
        late = self.model.loans[copy].due + timedelta(days=days) - self.model.today
        self.days_go_by(max(0, late.days), job_runs=True)
        self.take_back(copy, branch)

    @precondition(lambda self: self.model.loans)
    @rule(data=st.data(), branch=branches, days=st.integers(1, 9))
    def bring_back_as_of(self, data, branch: str, days: int) -> None:
        """It came back days ago, or on the day it was lent."""
        self.take_back(self.one_of(data, self.model.loans), branch, days_ago=days)

    @precondition(lambda self: self.model.ways)
    @rule(data=st.data())
    def unpack(self, data) -> None:
        copy = self.one_of(data, self.model.ways)
        self.take_back(copy, self.model.ways[copy].to)

    def take_back(
        self, copy: str, branch: str, *, days_ago: int = 0, is_free: bool = False
    ) -> None:  # fmt: skip
        desk = self.desk(branch)
        as_of = self.now - timedelta(days=days_ago)
        [got] = checkin(
            desk, copy_barcodes=(copy,), as_of=as_of if days_ago else None, amnesty=is_free,
            reason="下雪" if is_free else "",
        ).results  # fmt: skip
        on = self.model.today - timedelta(days=days_ago)
        kind, late, fine, goes, found = self.model.take_back(copy, branch, on, is_free=is_free)
        cost = (getattr(got, "days_overdue", 0), getattr(got, "fine_cents", 0))
        assert (got.type, cost) == (kind, (late, fine))
        self.learn_charges()
        self.same_way(got.goes, goes)
        assert found == (
            got.found and (got.found.waived_cents, got.found.refund_cents, got.found.is_replaced)
        )

    @precondition(lambda self: self.model.ended)
    @rule(data=st.data(), days=st.integers(0, 8))
    def correct_a_return(self, data, days: int) -> None:
        copy = self.one_of(data, self.model.ended)
        desk = self.desk()
        got = redate_return(
            desk, loan=self.loans[copy], as_of=self.now - timedelta(days=days)
        )  # fmt: skip
        kind, wanted = self.model.redate(copy, self.model.today - timedelta(days=days))
        found = got.fine_cents if got.type == "redated" else reasons_of(got)
        assert (got.type, found) == (kind, wanted)
        self.learn_charges()

    @precondition(lambda self: self.model.loans)
    @rule(data=st.data(), override=st.booleans())
    def renew_one(self, data, override: bool) -> None:
        copy = self.one_of(data, self.model.loans)
        [got] = renew(
            self.desk(), loans=(self.loans[copy],),
            override=OVERRIDABLE if override else frozenset(),
        ).results  # fmt: skip
        kind, wanted = self.model.renew(copy, override=override)
        found = got.due_on if got.type == "renewed" else reasons_of(got)
        assert (got.type, found) == (kind, wanted)
        self.learn_charges()

    @precondition(lambda self: self.model.loans)
    @rule(data=st.data())
    def recall_one(self, data) -> None:
        wanted = [c for c in self.model.loans if self.model.queue(self.model.title_of(c))]
        copy = self.one_of(data, wanted or self.model.loans)
        got = recall(self.desk(), loan=self.loans[copy])
        kind, wanted = self.model.recall(copy)
        found = got.due_on if got.type == "recalled" else reasons_of(got)
        assert (got.type, found) == (kind, wanted)

    @precondition(lambda self: self.model.touched_today())
    @rule(data=st.data(), step=st.sampled_from(sorted(UNDO)))
    def undo_a_step(self, data, step: str) -> None:
        copy = self.one_of(data, self.model.touched_today())
        self.same_undoing(copy, step, UNDO[step](self.desk(), loan=self.loans[copy]))

    @precondition(lambda self: self.model.ended)
    @rule(data=st.data())
    def undo_a_return(self, data) -> None:
        copy = self.one_of(data, self.model.ended)
        got = undo_checkin(self.desk(), loan=self.loans[copy])
        self.same_undoing(copy, "checkin", got)
        if got.type == "undone":
            self.loans[copy] = got.loan

    def same_undoing(self, copy: str, step: str, got) -> None:
        found = got.due_on if got.type == "undone" else reasons_of(got)
        assert (got.type, found) == self.model.undo(copy, step)
