"""Making a promise."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q

from jieyue.kit.scope import current_library_id
from jieyue.outbox.models import Task


def is_promised(kind: str, payload: Mapping[str, Any], *, after: datetime) -> bool:
    """Say whether just this is waiting to be done after `after`. One statement.

    For a promise renewed by the keeping of an earlier one, which may run more than once.
    """
    waiting = Task.objects.filter(kind=kind, done_at=None, run_at__gt=after)
    return waiting.filter(payload=dict(payload)).exists()


def is_hopeful(kind: str, payload: Mapping[str, Any], *, now: datetime, tries: int) -> bool:
    """Say whether just this still waits, tried fewer than `tries` times, or is being kept now.

    One statement.
    """
    waiting = Task.objects.filter(kind=kind, done_at=None, payload=dict(payload))
    return waiting.filter(Q(attempts__lt=tries) | Q(leased_until__gte=now)).exists()


def hopeful_payloads(kind: str, *, now: datetime, tries: int) -> list[dict[str, Any]]:
    """Return of what promises of a kind still wait, as in `is_hopeful`. One statement."""
    waiting = Task.objects.filter(kind=kind, done_at=None)
    hopeful = waiting.filter(Q(attempts__lt=tries) | Q(leased_until__gte=now))
    return list(hopeful.values_list("payload", flat=True))


def promise(kind: str, payload: Mapping[str, Any], *, at: datetime) -> None:
    """Have `kind` done at or after `at` (aware), if and only if the transaction commits."""
    Task.objects.create(
        library_id=current_library_id(), kind=kind, payload=dict(payload), run_at=at
    )


def promise_many(kind: str, promises: Iterable[tuple[Mapping[str, Any], datetime]]) -> None:
    """Promise `kind` with each payload at its moment. One statement."""
    library_id = current_library_id()
    Task.objects.bulk_create(
        Task(library_id=library_id, kind=kind, payload=dict(payload), run_at=at)
        for payload, at in promises
    )


def promised_at(kind: str, *, after: datetime) -> list[datetime]:
    """Return when each promise of a kind that still waits is to be kept. One statement."""
    waiting = Task.objects.filter(kind=kind, done_at=None, run_at__gte=after)
    return list(waiting.values_list("run_at", flat=True))
