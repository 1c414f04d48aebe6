"""When a recurring job of the installation is due, and who runs it.

A job computes what to do from the data, so one that was missed is simply run once, late.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q

from jieyue.outbox.models import Schedule


@dataclass(frozen=True, slots=True)
class Daily:
    """Once a day, at a local time."""

    at: time
    zone: ZoneInfo

    def latest(self, now: datetime) -> datetime:
        """Return the last moment up to `now` at which it was to run, aware UTC."""
        local = now.astimezone(self.zone)
        moment = datetime.combine(local.date(), self.at, self.zone)
        if moment > local:
            moment = datetime.combine(local.date() - timedelta(days=1), self.at, self.zone)
        return moment.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Every:
    """Again and again, this long after the last run."""

    interval: timedelta

    def latest(self, now: datetime) -> datetime:
        """Return the moment before which the last run must lie for it to be due."""
        return now - self.interval


@dataclass(frozen=True, slots=True)
class Turn:
    """A run of a job that this worker has for itself until `leased_until`."""

    job: str
    leased_until: datetime


def take_turn(job: str, rule: Daily | Every, now: datetime, lease: timedelta) -> Turn | None:
    """Lease the job's run that is due; None when none is or another worker has it.

    A job that never ran is due at once. At most three statements.
    """
    row, _ = Schedule.objects.get_or_create(job=job)
    if row.last_run_at is not None and row.last_run_at >= rule.latest(now):
        return None
    free = Q(leased_until=None) | Q(leased_until__lt=now)
    mine = Schedule.objects.filter(free, job=job, last_run_at=row.last_run_at)
    until = now + lease
    return Turn(job, until) if mine.update(leased_until=until) == 1 else None


def turn_done(turn: Turn, now: datetime, result: dict[str, Any]) -> None:
    """Note a run that went well; `now` is when it began."""
    _mine(turn).update(last_run_at=now, leased_until=None, last_result=result)


def turn_failed(turn: Turn, error: str, again_at: datetime) -> None:
    """Note a run that failed; the job stays due, but not before `again_at`."""
    _mine(turn).update(leased_until=again_at, last_result={"error": error[:500]})


def _mine(turn: Turn) -> Any:
    return Schedule.objects.filter(job=turn.job, leased_until=turn.leased_until)
