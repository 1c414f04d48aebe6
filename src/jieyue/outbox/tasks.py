"""Claiming promises and settling what became of them (scale decision 6).

Crosses libraries: one worker keeps the promises of all of them, each inside its own scope.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import F, Q

from jieyue.outbox.models import Task

LEASE: Final = timedelta(minutes=5)
MAX_ATTEMPTS: Final = 8
FIRST_PAUSE: Final = timedelta(seconds=15)
MAX_PAUSE: Final = timedelta(hours=6)
KEPT_DONE: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A promise leased to one worker. `leased_until` proves it when the task is settled."""

    id: int
    library_id: int
    kind: str
    payload: dict[str, Any]
    attempts: int
    leased_until: datetime


def claim(now: datetime) -> Claimed | None:
    """Lease the next due task to this worker, or None. Safe for any number of workers.

    Compare-and-set instead of SKIP LOCKED, so that SQLite and PostgreSQL run the same code:
    whoever's UPDATE still matches the row has it. A worker that dies leaves a lease that ends by
    itself; the attempt counts, so a task that kills its worker is parked like any other.
    """
    free = Q(leased_until=None) | Q(leased_until__lt=now)
    waiting = Task.across_libraries.filter(
        free, done_at=None, run_at__lte=now, attempts__lt=MAX_ATTEMPTS
    )
    until = now + LEASE
    while (task := waiting.order_by("run_at", "id").first()) is not None:
        mine = waiting.filter(pk=task.pk, attempts=task.attempts)
        if mine.update(leased_until=until, attempts=F("attempts") + 1) == 1:
            return Claimed(
                id=task.pk,
                library_id=task.library_id,
                kind=task.kind,
                payload=task.payload,
                attempts=task.attempts + 1,
                leased_until=until,
            )
    return None


def done(claimed: Claimed, now: datetime) -> bool:
    """Note that it was kept. False: the lease had ended and another worker has it now."""
    return _settle(claimed, done_at=now, leased_until=None, last_error="")


def failed(claimed: Claimed, now: datetime, error: str) -> bool:
    """Note that it was not kept, and try again later; after MAX_ATTEMPTS it stays parked.

    `error` must hold no personal data: it is shown to staff and kept.
    """
    return _settle(
        claimed,
        leased_until=None,
        run_at=now + pause_after(claimed.attempts),
        last_error=error[:500],
    )


def pause_after(attempts: int) -> timedelta:
    """Return how long to wait after that many failures: 15 s, 1 min, 4 min … at most 6 hours."""
    return min(FIRST_PAUSE * int(4 ** (attempts - 1)), MAX_PAUSE)


def _settle(claimed: Claimed, **values: Any) -> bool:
    mine = Task.across_libraries.filter(
        pk=claimed.id, leased_until=claimed.leased_until, done_at=None
    )
    return bool(mine.update(**values))


def forget_done(now: datetime) -> int:
    """Delete promises kept more than a week ago. One statement; returns how many."""
    count, _ = Task.across_libraries.filter(done_at__lt=now - KEPT_DONE).delete()
    return count
