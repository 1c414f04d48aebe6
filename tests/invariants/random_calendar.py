"""Random days: time passes, nights are missed, branches close. Rules of `test_random_days`."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from jieyue.circulation.actions.closures import close_suddenly, undo_closure
from jieyue.circulation.jobs.dates import move_dates
from jieyue.circulation.jobs.holds import keep_holds
from jieyue.circulation.jobs.losses import lose_overdue_loans
from jieyue.circulation.jobs.recalls import recall_awaited_loans
from jieyue.circulation.jobs.renewals import renew_due_loans
from tests.invariants.random_library import BRANCHES, RandomLibrary, branches, seldom

NIGHT = (move_dates, renew_due_loans, recall_awaited_loans, lose_overdue_loans, keep_holds)


class CalendarSteps(RandomLibrary):
    def __init__(self) -> None:
        super().__init__()
        self.closures: list[str] = []  # public ids of the reference's closings, in its order

    @rule(days=st.sampled_from([1, 2, 3, 4, 7, 12]), job_runs=st.sampled_from([True, True, False]))
    def days_pass(self, days: int, job_runs: bool) -> None:
        """The nightly jobs may miss nights: they compute from the data."""
        self.days_go_by(days, job_runs=job_runs)

    @precondition(lambda self: self.model.loans)
    @rule(data=st.data())
    def last_day_comes(self, data) -> None:
        """Of a loan that may renew itself that night."""
        loan = self.model.loans[self.one_of(data, self.model.loans)]
        self.days_go_by(max(0, (loan.due - self.model.today).days), job_runs=True)

    def days_go_by(self, days: int, *, job_runs: bool) -> None:
        self.now += timedelta(days=days)
        self.model.today += timedelta(days=days)
        if job_runs:
            for job in NIGHT:
                job(self.now)
            self.model.night(BRANCHES)
            self.learn_charges()

    @precondition(lambda self: len(self.closures) < 6)
    @seldom(5)
    @rule(branch=branches, ahead=st.integers(0, 6), days=st.integers(1, 4))
    def close(self, branch: str, ahead: int, days: int) -> None:
        first = self.model.today + timedelta(days=ahead)
        last = first + timedelta(days=days - 1)
        desk = self.desk()
        got = close_suddenly(desk, name="停电", starts_on=first, ends_on=last, branch=branch)
        assert got.type == "saved"
        self.model.close(branch, first, last)
        self.closures.append(got.code)

    @precondition(lambda self: self.closures)
    @seldom(3)
    @rule(data=st.data())
    def open_again(self, data) -> None:
        place = data.draw(st.integers(0, len(self.closures) - 1))
        got = undo_closure(self.desk(), closure=self.closures[place])
        wanted = self.model.open_again(self.model.closings[place])
        assert (got.type == "saved") == (wanted == "saved")
