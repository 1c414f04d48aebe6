"""自动续借: by night, hours ahead of the due date; missed nights are caught up."""

from datetime import date, datetime, timedelta

import pytest

from jieyue.audit.models import Entry
from jieyue.circulation.actions.auto_renew import auto_renew
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.jobs.renewals import renew_due_loans
from jieyue.circulation.models import Hold, Loan
from jieyue.circulation.queries.loans import loans_of
from jieyue.circulation.rules.reasons import Reason, Why
from jieyue.interfaces.worker import schedule
from jieyue.interfaces.worker.registry import HANDLERS
from jieyue.kit.ids import public_id
from jieyue.libraries.actions import ForbiddenError
from jieyue.outbox.models import Schedule, Task
from tests.world import SHANGHAI, World

JOB = next(job for job in schedule.JOBS if job.name == "auto_renew")


def shanghai(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def lend(world: World, patron, copy=None) -> str:
    """Lend on March 2, until April 1."""
    copy = copy or world.copy()
    [lent] = checkout(world.desk(), copy_barcodes=(copy.barcode,), card_barcode=patron.card).results
    return lent.loan


def due_on(loan: str) -> date:
    return Loan.objects.get(public_id=loan).due_at.astimezone(SHANGHAI).date()


def run(text: str) -> dict:
    """Run the job as the schedule does."""
    assert schedule.run_due_jobs(shanghai(text), (JOB,))
    return Schedule.objects.get(job=JOB.name).last_result


@pytest.mark.django_db(transaction=True)
class TestEveryNight:
    @pytest.fixture(autouse=True)
    def _lends_itself_on(self, world: World) -> None:
        world.policy(auto_renews=True, max_renewals=9)

    def test_renews_on_the_morning_of_the_last_day_and_tells_the_reader(self, world: World) -> None:
        """LP#1899976: nobody is overdue between the due time and the job."""
        patron = world.patron()
        loan = lend(world, patron)

        assert run("2026-03-31 05:00") == {"renewed": 0, "refused": 0}
        assert run("2026-04-01 05:00") == {"renewed": 1, "refused": 0}

        assert due_on(loan) == date(2026, 5, 1)  # from the due date: no day is lost
        kept = Loan.objects.get()
        assert (kept.renewals, kept.unseen_renewals) == (1, 1)
        [task] = Task.objects.all()
        assert (task.kind, task.payload) == ("notices.loan_renewed", {"loan": loan})
        assert task.kind in HANDLERS
        entry = Entry.objects.get(action="auto_renew")
        assert (entry.door, entry.outcome, entry.data) == ("worker", "renewed", {"loan": loan})

    def test_runs_twice_and_renews_once(self, world: World) -> None:
        loan = lend(world, world.patron())
        now = shanghai("2026-04-01 05:00")
        assert [renew_due_loans(now)["renewed"] for _ in range(2)] == [1, 0]
        assert due_on(loan) == date(2026, 5, 1)

    def test_a_reason_against_is_kept_for_the_reader(self, world: World) -> None:
        copy = world.copy()
        patron = world.patron()
        loan = lend(world, patron, copy)
        Hold.objects.create(
            library=world.library, public_id=public_id(), title=copy.title,
            patron=world.patron("王小明"), pickup_branch=world.branch, queue_class=1,
            queued_at=world.now, placed_at=world.now,
        )  # fmt: skip

        assert run("2026-04-01 05:00") == {"renewed": 0, "refused": 1}

        desk = world.desk(now=shanghai("2026-04-01 12:00"))
        [shown] = loans_of(desk, patron.pk)
        assert shown.not_renewed_on == date(2026, 4, 1)
        assert shown.not_renewed == (Why(Reason.LOAN_AWAITED, {"waiting": 1}),)
        assert not shown.renews_itself
        assert (due_on(loan), Task.objects.count()) == (date(2026, 4, 1), 0)

    def test_nights_missed_are_caught_up_as_if_they_had_run(self, world: World) -> None:
        patron = world.patron()
        loans = [lend(world, patron), lend(world, patron)]
        run("2026-03-30 05:00")

        assert run("2026-04-06 05:00") == {"renewed": 2, "refused": 0}

        assert [due_on(loan) for loan in loans] == [date(2026, 5, 1)] * 2

    def test_a_long_outage_renews_as_often_as_was_missed(self, world: World) -> None:
        world.policy(renewal_days=3)
        loan = lend(world, world.patron())
        run("2026-03-30 05:00")

        assert run("2026-04-08 05:00")["renewed"] == 3
        assert due_on(loan) == date(2026, 4, 10)

    def test_what_was_late_before_stays_late(self, world: World) -> None:
        world.policy(auto_renews=False)
        loan = lend(world, world.patron())
        run("2026-04-04 05:00")
        world.policy(auto_renews=True)

        assert run("2026-04-05 05:00") == {"renewed": 0, "refused": 0}
        assert due_on(loan) == date(2026, 4, 1)

    def test_only_where_the_terms_say_so(self, world: World) -> None:
        world.policy(auto_renews=False)
        world.policy(category=world.category, auto_renews=True)
        other = world.patron(category=type(world.category).objects.create(
            library=world.library, code="child", name="少儿"
        ))  # fmt: skip
        mine, others = lend(world, world.patron()), lend(world, other)

        run("2026-04-01 05:00")

        assert (due_on(mine), due_on(others)) == (date(2026, 5, 1), date(2026, 4, 1))

    def test_many_loans_go_in_batches(self, world: World, monkeypatch) -> None:
        monkeypatch.setattr("jieyue.circulation.jobs.renewals.BATCH", 2)
        monkeypatch.setattr("jieyue.circulation.jobs.renewals.PAGE", 3)
        patron = world.patron()
        loans = [lend(world, patron) for _ in range(5)]

        assert run("2026-04-01 05:00") == {"renewed": 5, "refused": 0}
        assert {due_on(loan) for loan in loans} == {date(2026, 5, 1)}

    def test_a_loan_renewed_meanwhile_is_left_alone(self, world: World) -> None:
        loan = lend(world, world.patron())
        Loan.objects.update(due_at=world.now + timedelta(days=90))
        desk = world.desk(door=world.desk().door.WORKER, now=shanghai("2026-04-01 05:00"))

        assert auto_renew(desk, loans=(loan,), as_of=desk.now).results == ()
        with pytest.raises(ForbiddenError):
            auto_renew(world.desk(), loans=(loan,), as_of=world.now)

    def test_the_reader_sees_that_it_will_renew_itself(self, world: World) -> None:
        world.policy(renew_window_days=2)
        patron = world.patron()
        lend(world, patron)
        [shown] = loans_of(world.desk(), patron.pk)
        assert shown.renews_itself
        assert shown.renewable_from == date(2026, 3, 30)
