"""Recurring jobs: due once a night, caught up after days off, one worker at a time."""

from datetime import UTC, datetime, time, timedelta

import pytest

from jieyue.interfaces.worker import schedule, tidying
from jieyue.interfaces.worker.registry import named
from jieyue.interfaces.worker.schedule import Job, run_due_jobs
from jieyue.outbox.models import Schedule
from jieyue.outbox.schedule import Daily, Every
from tests.world import NOON, SHANGHAI

NIGHTLY = Daily(time(2, 30), SHANGHAI)
RUNS: list[datetime] = []


def job_that_works(now):
    """Note the run."""
    RUNS.append(now)
    return {"rows": 3}


def job_that_fails(now):
    """Fail."""
    RUNS.append(now)
    raise OSError(28, "secret path")


WORKS = (Job("works", NIGHTLY, f"{__name__}:job_that_works"),)
FAILS = (Job("fails", NIGHTLY, f"{__name__}:job_that_fails"),)


@pytest.fixture(autouse=True)
def _no_runs():
    RUNS.clear()


def shanghai(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


def test_the_last_moment_of_a_daily_job_is_by_the_local_clock():
    assert NIGHTLY.latest(shanghai("2026-03-02 02:29")) == shanghai("2026-03-01 02:30")
    assert NIGHTLY.latest(shanghai("2026-03-02 02:30")) == shanghai("2026-03-02 02:30")
    assert Every(timedelta(hours=1)).latest(NOON) == NOON - timedelta(hours=1)


@pytest.mark.django_db
def test_a_job_runs_at_once_the_first_time_then_once_a_night():
    moments = ["2026-03-02 12:00", "2026-03-02 23:00", "2026-03-03 02:30", "2026-03-03 02:31"]
    ran = [run_due_jobs(shanghai(moment), WORKS) for moment in moments]

    assert ran == [True, False, True, False]
    assert Schedule.objects.get().last_result == {"rows": 3}


@pytest.mark.django_db
def test_nights_missed_are_caught_up_with_one_run():
    run_due_jobs(shanghai("2026-03-02 12:00"), WORKS)
    after_holidays = shanghai("2026-03-09 09:00")

    assert run_due_jobs(after_holidays, WORKS) is True
    assert run_due_jobs(after_holidays, WORKS) is False
    assert [shanghai("2026-03-02 12:00"), after_holidays] == RUNS


@pytest.mark.django_db
def test_two_workers_share_a_turn_not():
    from jieyue.outbox.schedule import take_turn, turn_done

    first = take_turn("works", NIGHTLY, NOON, schedule.LEASE)
    assert first is not None
    assert take_turn("works", NIGHTLY, NOON, schedule.LEASE) is None
    # The first was killed: when its lease is over, another goes on.
    later = NOON + schedule.LEASE + timedelta(seconds=1)
    second = take_turn("works", NIGHTLY, later, schedule.LEASE)
    assert second is not None
    turn_done(first, NOON, {"late": True})
    assert Schedule.objects.get().last_run_at is None
    turn_done(second, later, {})
    assert Schedule.objects.get().last_run_at == later


@pytest.mark.django_db
def test_a_job_that_failed_is_tried_again_half_an_hour_later_and_says_what_not_whom():
    run_due_jobs(NOON, FAILS)
    assert "secret" not in Schedule.objects.get().last_result["error"]
    assert run_due_jobs(NOON + timedelta(minutes=29), FAILS) is False
    assert run_due_jobs(NOON + timedelta(minutes=31), FAILS) is True
    assert len(RUNS) == 2


def test_every_job_and_every_sweep_leads_to_a_function():
    paths = [job.function for job in schedule.JOBS] + list(tidying.SWEEPS.values())

    assert all(callable(named(path)) for path in paths)
