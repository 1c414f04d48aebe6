"""The desk at which the worker keeps a library's promises, and does its recurring jobs."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from jieyue.kit.scope import library_scope
from jieyue.libraries.desk import Desk, Door
from jieyue.libraries.models import Branch, Library
from jieyue.libraries.queries import all_libraries
from jieyue.libraries.rules.permissions import OWNER

T = TypeVar("T")


def worker_desk(library_id: int, now: datetime) -> Desk | None:
    """Return a desk with every right at the library's first branch; None if the library is gone.

    Two statements. What was promised was allowed when it was promised.
    """
    library = Library.objects.filter(pk=library_id).first()
    if library is None:
        return None
    with library_scope(library_id):
        branch = Branch.objects.order_by("id").first()
    return Desk(
        library_id=library_id,
        slug=library.slug,
        branch_id=branch.pk if branch else 0,
        zone=ZoneInfo(library.time_zone),
        door=Door.WORKER,
        now=now,
        permissions=OWNER,
        caller="worker",
    )


def at_every_library(now: datetime, work: Callable[[Desk], T]) -> dict[str, T]:
    """Do a job's work at a desk of every library, in its scope; return what came of it by slug.

    One that fails holds no other up: the first failure is raised when all were done.
    """
    done: dict[str, T] = {}
    failed: list[Exception] = []
    for slug, library_id in all_libraries().items():
        try:
            desk = worker_desk(library_id, now)
            if desk is not None:
                with library_scope(library_id):
                    done[slug] = work(desk)
        except Exception as error:  # noqa: BLE001 (raised below)
            failed.append(error)
    if failed:
        raise failed[0]
    return done
