"""Random days at a library, beside a reference that was written independently.

Every answer, and after each step every open loan, hold and transit, must be the reference's; and
nothing may contradict itself. `JIEYUE_LONG=1` runs many times longer.
"""

import os
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from jieyue.circulation.actions.checkin import checkin
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.actions.holds import cancel_hold, place_hold, resume_hold, suspend_hold
from jieyue.circulation.actions.renew import renew
from jieyue.circulation.actions.undo import undo_checkin, undo_checkout, undo_renewal
from jieyue.circulation.jobs.holds import keep_holds
from jieyue.circulation.models import Hold, Loan, Transit
from jieyue.circulation.queries.checks.holds import HOLDS, TRANSITS
from jieyue.circulation.queries.checks.loans import LOANS
from jieyue.circulation.queries.contradictions import contradictions
from jieyue.circulation.rules.reasons import OVERRIDABLE
from jieyue.kit.scope import library_scope
from jieyue.libraries.models import Branch, OpeningHours
from jieyue.patrons.models import PatronCategory
from tests.invariants import reference, reference_money
from tests.invariants.random_blocks import BlocksSteps
from tests.invariants.random_money import PaysSteps
from tests.invariants.reference import OPEN, Reference
from tests.world import SHANGHAI, World

LONG = os.environ.get("JIEYUE_LONG") == "1"
EXAMPLES, STEPS = (400, 200) if LONG else (25, 90)
COPIES = {  # title and home branch: a title of one copy, two of two
    "C0": ("one", "main"),
    "C1": ("two", "main"),
    "C2": ("two", "east"),
    "C3": ("both", "east"),
    "C4": ("both", "east"),
}
READERS = {"R0": 5, "R1": 5, "R2": 1}  # queue class
BRANCHES = ["main", "east"]
CHEAP = [*LOANS, *HOLDS, *TRANSITS]
_numbers = iter(range(1_000_000))

copies = st.sampled_from(sorted(COPIES))
readers = st.sampled_from(sorted(READERS))
branches = st.sampled_from(BRANCHES)


def given_reasons(result) -> set[str]:
    return {why.code.value for why in result.reasons}


class RandomDays(PaysSteps, BlocksSteps, RuleBasedStateMachine):
    """Each example opens a library of its own; the wall between them keeps examples apart."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World(slug=f"random-{next(_numbers)}")
        self.scope = library_scope(self.world.library.pk)
        self.scope.__enter__()
        self.now = self.world.now
        self.branches = self._branches()
        self.cards = self._readers()
        self._shelves()
        self.ids: dict[str, str] = {}  # the reference's hold names → public ids
        self.loans: dict[str, str] = {}  # public id of each copy's last loan
        self.model = Reference(
            today=self.now.astimezone(SHANGHAI).date(), copies=COPIES, classes=READERS,
            closed={"main": {6}, "east": {0, 1}},
        )  # fmt: skip

    def _branches(self) -> dict[str, Branch]:
        mine = {"library_id": self.world.library.pk}
        main = self.world.branch
        east = Branch.objects.create(**mine, code="east", name="东馆", created_at=self.now)
        days = [(main, day) for day in range(6)] + [(east, day) for day in range(2, 7)]
        OpeningHours.objects.bulk_create(
            OpeningHours(
                **mine, branch=branch, weekday=day, opens_at_time="09:00", closes_at_time="17:00"
            )
            for branch, day in days
        )
        self.world.policy(
            max_loans=reference.MAX_LOANS, loan_days=reference.LOAN_DAYS,
            renewal_days=reference.RENEWAL_DAYS, max_renewals=reference.MAX_RENEWALS,
            max_holds=reference.MAX_HOLDS, hold_days=reference.HOLD_DAYS, settled_by="money",
            fine_cents=reference_money.FINE, fine_grace=reference_money.GRACE_DAYS,
            max_fine_cents=reference_money.MAX_FINE, max_fines_cents=reference_money.MAX_FINES,
            max_owed_cents=reference_money.MAX_OWED,
        )  # fmt: skip
        return {"main": main, "east": east}

    def _readers(self):
        mine = {"library_id": self.world.library.pk}
        first = PatronCategory.objects.create(**mine, code="vip", name="教师", queue_class=1)
        made = {}
        for name, place in READERS.items():
            category = first if place == 1 else self.world.category
            made[name] = self.world.patron(name, category=category)
        return made

    def _shelves(self) -> None:
        self.titles = {name: self.world.title(name) for name, _ in COPIES.values()}
        for barcode, (title, home) in COPIES.items():
            self.world.copy(self.titles[title], barcode=barcode, branch=self.branches[home])

    def desk(self, branch: str = "main"):
        """A minute later than the step before, so that queues have an order."""
        self.now += timedelta(minutes=1)
        return self.world.desk(now=self.now, branch_id=self.branches[branch].pk)

    # --- Steps -----------------------------------------------------------------------------------

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
            assert (got.type, given_reasons(got)) == (kind, wanted)

    @precondition(lambda self: self.model.shelf())
    @rule(data=st.data(), reader=readers, branch=branches, override=st.booleans())
    def lend_from_the_shelf(self, data, reader: str, branch: str, override: bool) -> None:
        self.lend_it(self.one_of(data, self.model.shelf()), reader, branch, override)

    @precondition(lambda self: self.model.kept())
    @rule(data=st.data(), branch=branches)
    def fetch_what_is_kept(self, data, branch: str) -> None:
        hold = data.draw(st.sampled_from(self.model.kept()))
        self.lend_it(hold.kept, hold.reader, branch, override=False)

    @rule(copy=copies, branch=branches)
    def scan_back(self, copy: str, branch: str) -> None:
        self.take_back(copy, branch)

    @precondition(lambda self: self.model.loans)
    @rule(data=st.data(), branch=branches)
    def bring_back(self, data, branch: str) -> None:
        self.take_back(self.one_of(data, self.model.loans), branch)

    @precondition(lambda self: self.model.loans)
    @rule(data=st.data(), branch=branches, days=st.integers(1, 6))
    def bring_back_late(self, data, branch: str, days: int) -> None:
        copy = self.one_of(data, self.model.loans)
        late = self.model.loans[copy].due + timedelta(days=days) - self.model.today
        self.days_go_by(max(0, late.days), job_runs=True)
        self.take_back(copy, branch)

    @precondition(lambda self: self.model.ways)
    @rule(data=st.data())
    def unpack(self, data) -> None:
        copy = self.one_of(data, self.model.ways)
        self.take_back(copy, self.model.ways[copy][1])

    @staticmethod
    def one_of(data, names) -> str:
        return data.draw(st.sampled_from(sorted(names)))

    def take_back(self, copy: str, branch: str) -> None:
        [got] = checkin(self.desk(branch), copy_barcodes=(copy,)).results
        kind, late, fine, goes = self.model.take_back(copy, branch)
        cost = (getattr(got, "days_overdue", 0), getattr(got, "fine_cents", 0))
        assert (got.type, cost) == (kind, (late, fine))
        self.learn_charges()
        self.same_way(got.goes, goes)

    def same_way(self, got, wanted) -> None:
        to, hold, where = wanted
        assert (got.to, got.hold) == (to, self.ids.get(hold, ""))
        assert where == (got.fetch_by if to == "hold_shelf" else got.branch or None)

    @precondition(lambda self: self.model.loans)
    @rule(data=st.data())
    def renew_one(self, data) -> None:
        copy = self.one_of(data, self.model.loans)
        [got] = renew(self.desk(), loans=(self.loans[copy],)).results
        kind, wanted = self.model.renew(copy)
        found = got.due_on if got.type == "renewed" else given_reasons(got)
        assert (got.type, found) == (kind, wanted)

    @precondition(lambda self: self.model.touched_today())
    @rule(data=st.data(), step=st.sampled_from(["checkout", "renewal"]))
    def undo_a_step(self, data, step: str) -> None:
        copy = self.one_of(data, self.model.touched_today())
        undo = {"checkout": undo_checkout, "renewal": undo_renewal}[step]
        self.same_undoing(copy, step, undo(self.desk(), loan=self.loans[copy]))

    @precondition(lambda self: self.model.ended)
    @rule(data=st.data())
    def undo_a_return(self, data) -> None:
        copy = self.one_of(data, self.model.ended)
        got = undo_checkin(self.desk(), loan=self.loans[copy])
        self.same_undoing(copy, "checkin", got)
        if got.type == "undone":
            self.loans[copy] = got.loan

    def same_undoing(self, copy: str, step: str, got) -> None:
        found = got.due_on if got.type == "undone" else given_reasons(got)
        assert (got.type, found) == self.model.undo(copy, step)

    @rule(reader=readers, copy=copies, only_this=st.booleans(), pickup=branches)
    def reserve(self, reader: str, copy: str, only_this: bool, pickup: str) -> None:
        title = COPIES[copy][0]
        got = place_hold(
            self.desk(), title=self.titles[title].public_id, pickup=pickup,
            copy_barcode=copy if only_this else "", patron=self.cards[reader].public_id,
        )  # fmt: skip
        kind, wanted = self.model.place(reader, title, copy if only_this else None, pickup)
        if kind == "hold_placed":
            assert got.type == kind
            self.ids[wanted.name] = got.hold
        else:
            assert (got.type, given_reasons(got)) == (kind, wanted)

    def some_hold(self, data):
        found = [hold for hold in self.model.holds if hold.state in OPEN]
        return data.draw(st.sampled_from(found))

    @precondition(lambda self: any(hold.state in OPEN for hold in self.model.holds))
    @rule(data=st.data())
    def cancel(self, data) -> None:
        hold = self.some_hold(data)
        got = cancel_hold(self.desk(), hold=self.ids[hold.name])
        self.same_way(got.goes, self.model.cancel(hold))

    @precondition(lambda self: any(hold.state in OPEN for hold in self.model.holds))
    @rule(data=st.data(), days=st.integers(0, 6))
    def suspend(self, data, days: int) -> None:
        hold = self.some_hold(data)
        wakes = self.model.today + timedelta(days=days) if days else None
        got = suspend_hold(self.desk(), hold=self.ids[hold.name], wakes_on=wakes)
        assert got.type == self.model.suspend(hold, wakes)

    @precondition(lambda self: any(hold.state in OPEN for hold in self.model.holds))
    @rule(data=st.data())
    def resume(self, data) -> None:
        hold = self.some_hold(data)
        assert resume_hold(self.desk(), hold=self.ids[hold.name]).type == self.model.resume(hold)

    @rule(days=st.integers(1, 5), job_runs=st.booleans())
    def days_pass(self, days: int, job_runs: bool) -> None:
        """The nightly job may miss nights: it computes from the data."""
        self.days_go_by(days, job_runs=job_runs)

    def days_go_by(self, days: int, *, job_runs: bool) -> None:
        self.now += timedelta(days=days)
        self.model.today += timedelta(days=days)
        if job_runs:
            keep_holds(self.now)
            self.model.night(BRANCHES)

    # --- After each step -------------------------------------------------------------------------

    @invariant()
    def is_as_the_reference_says(self) -> None:
        model = self.model
        assert {
            loan.copy.barcode: (loan.patron.name, _day(loan.due_at), loan.renewals)
            for loan in Loan.objects.filter(returned_at=None).select_related("copy", "patron")
        } == {copy: (n.reader, n.due, n.renewals) for copy, n in model.loans.items()}
        assert {
            hold.public_id: (
                hold.state, hold.captured_copy.barcode if hold.captured_copy else None,
                hold.fetch_by if hold.state == "ready" else None,
            )
            for hold in Hold.objects.filter(state__in=OPEN).select_related("captured_copy")
        } == {
            self.ids[h.name]: (h.state, h.kept, h.fetch_by)
            for h in model.holds if h.state in OPEN
        }  # fmt: skip
        assert {
            way.copy.barcode: (way.from_branch.code, way.to_branch.code)
            for way in Transit.objects.filter(ended_at=None).select_related(
                "copy", "from_branch", "to_branch"
            )
        } == model.ways
        self.owes_as_the_reference_says()
        self.is_blocked_as_the_reference_says()
        if self.now.minute % 5 == 0:
            assert contradictions(CHEAP) == []

    def teardown(self) -> None:
        try:
            assert contradictions() == []
        finally:
            self.scope.__exit__(None, None, None)


def _day(moment):
    return moment.astimezone(SHANGHAI).date()


@pytest.mark.slow
@pytest.mark.django_db
def test_random_days_go_as_the_reference_says() -> None:
    run_state_machine_as_test(
        RandomDays,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
