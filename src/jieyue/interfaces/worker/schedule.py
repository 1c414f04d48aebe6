"""Recurring jobs of the installation: what, when, and running those that are due."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.conf import settings

from jieyue.interfaces.worker.registry import named
from jieyue.kit.errors import describe
from jieyue.outbox.schedule import Daily, Every, Turn, take_turn, turn_done, turn_failed

log = logging.getLogger("jieyue.worker")

ZONE: Final = ZoneInfo(settings.TIME_ZONE)
LEASE: Final = timedelta(hours=1)
AGAIN_AFTER: Final = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Job:
    """A function(now) that computes from the data, so that running it late or twice is safe."""

    name: str
    rule: Daily | Every
    function: str


JOBS: Final = (
    Job("backup", Daily(time(2, 30), ZONE), "jieyue.kit.backup:nightly"),
    Job("holds", Every(timedelta(hours=1)), "jieyue.circulation.jobs.holds:keep_holds"),
    Job(
        "stop_imports",
        Every(timedelta(minutes=10)),
        "jieyue.imports.jobs:stop_hopeless_imports",
    ),
    Job(
        "stop_piles",
        Every(timedelta(minutes=10)),
        "jieyue.circulation.jobs.piles:stop_hopeless_piles",
    ),
    Job("fines", Every(timedelta(hours=1)), "jieyue.circulation.jobs.fines:settle_waiting"),
    Job(
        "lose_overdue",
        Daily(time(3, 30), ZONE),
        "jieyue.circulation.jobs.losses:lose_overdue_loans",
    ),
    Job("move_dates", Daily(time(3, 45), ZONE), "jieyue.circulation.jobs.dates:move_dates"),
    Job(
        "activities",
        Every(timedelta(minutes=30)),
        "jieyue.community.jobs:remind_of_activities",
    ),
    Job("index", Daily(time(2, 0), ZONE), "jieyue.catalog.jobs:keep_index"),
    Job("check", Daily(time(3, 0), ZONE), "jieyue.circulation.jobs.checks:check_libraries"),
    Job("tidy_up", Daily(time(4, 0), ZONE), "jieyue.interfaces.worker.tidying:tidy_up"),
    Job(
        "forget_histories",
        Daily(time(4, 15), ZONE),
        "jieyue.circulation.jobs.history:forget_histories",
    ),
    Job(
        "recall_awaited",
        Daily(time(4, 30), ZONE),
        "jieyue.circulation.jobs.recalls:recall_awaited_loans",
    ),
    # Once a day for each library, at the hour it chose, in its own zone.
    Job("reminders", Every(timedelta(minutes=5)), "jieyue.notices.reminders:remind"),
    # Once a week for each library that wants it, on the day it chose.
    Job("weekly", Every(timedelta(minutes=5)), "jieyue.notices.weekly_sending:plan_weekly"),
    # Hours ahead of what falls due tonight: nobody is late for want of it (LP#1899976).
    Job("auto_renew", Daily(time(5, 0), ZONE), "jieyue.circulation.jobs.renewals:renew_due_loans"),
)


def run_due_jobs(now: datetime, jobs: tuple[Job, ...] = JOBS) -> bool:
    """Run what is due, each under a lease of its own; say whether anything ran."""
    ran = False
    for job in jobs:
        turn = take_turn(job.name, job.rule, now, LEASE)
        if turn is not None:
            ran = True
            _run(named(job.function), turn, now)
    return ran


def _run(function: Callable[[datetime], Any], turn: Turn, now: datetime) -> None:
    try:
        result = function(now)
    except Exception as error:  # noqa: BLE001 (noted on its row, tried again)
        words = describe(error)
        log.warning("Job %s failed: %s", turn.job, words)
        turn_failed(turn, words, now + AGAIN_AFTER)
        return
    turn_done(turn, now, result if isinstance(result, dict) else {"count": result})
