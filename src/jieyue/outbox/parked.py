"""Promises that could not be kept, for staff to see, to try again or to give up for good."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from jieyue.outbox.models import Task
from jieyue.outbox.tasks import MAX_ATTEMPTS, pause_after


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkedKind:
    """How many promises of a kind were given up on, since when, and why the latest one."""

    kind: str
    count: int
    since: datetime
    last_error: str  # kind and place of the error, empty if the worker itself was stopped


def parked_count(now: datetime) -> int:
    """Return how many were given up on in the library in scope. One statement."""
    count: int = _parked(now).count()
    return count


def parked_kinds(now: datetime) -> list[ParkedKind]:
    """Return them by kind, the one that waits longest first. One statement."""
    found: dict[str, ParkedKind] = {}
    for task in _parked(now).order_by("run_at", "id"):
        gave_up_at = task.leased_until or task.run_at - pause_after(task.attempts)
        before = found.get(task.kind)
        found[task.kind] = ParkedKind(
            kind=task.kind,
            count=before.count + 1 if before else 1,
            since=min(before.since, gave_up_at) if before else gave_up_at,
            last_error=task.last_error,
        )
    return list(found.values())


def try_kind_again(kind: str, now: datetime) -> int:
    """Give the parked promises of a kind their attempts back; return how many. One statement."""
    rows = _parked(now).filter(kind=kind)
    return rows.update(attempts=0, run_at=now, leased_until=None)


def give_kind_up(kind: str, now: datetime) -> int:
    """Delete the parked promises of a kind; return how many. One statement."""
    return int(_parked(now).filter(kind=kind).delete()[0])


def _parked(now: datetime) -> QuerySet[Task]:
    free = Q(leased_until=None) | Q(leased_until__lt=now)
    return Task.objects.filter(free, done_at=None, attempts__gte=MAX_ATTEMPTS)
