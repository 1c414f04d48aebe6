"""Promises that could not be kept, for staff to see and to try again."""

from dataclasses import dataclass
from datetime import datetime

from jieyue.outbox.models import Task
from jieyue.outbox.tasks import MAX_ATTEMPTS


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkedTask:
    """A promise given up on after the last attempt."""

    id: int
    kind: str
    run_at: datetime  # of the next try, had there been one
    last_error: str


def parked(now: datetime) -> list[ParkedTask]:
    """Return what was given up on in the library in scope, oldest first. One statement."""
    rows = (
        Task.objects.filter(done_at=None, attempts__gte=MAX_ATTEMPTS)
        .exclude(leased_until__gte=now)
        .order_by("run_at", "id")
    )
    return [
        ParkedTask(id=t.pk, kind=t.kind, run_at=t.run_at, last_error=t.last_error) for t in rows
    ]


def try_again(task_id: int, now: datetime) -> bool:
    """Give a parked promise its attempts back. One statement; False when there is none."""
    parked_one = Task.objects.filter(pk=task_id, done_at=None, attempts__gte=MAX_ATTEMPTS)
    return bool(parked_one.update(attempts=0, run_at=now, leased_until=None))
