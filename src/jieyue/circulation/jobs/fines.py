"""Hourly: 停借 that was waited out settles its charge, so that nobody is asked to pay it as well.

Days begin at another hour in each library's zone, so this runs all day.
"""

from datetime import datetime
from typing import Any, Final

from jieyue.circulation.actions.waiting_out import settle_waited_out
from jieyue.circulation.models import Block
from jieyue.kit.scope import library_scope
from jieyue.libraries.queries import all_libraries
from jieyue.libraries.worker_desk import worker_desk

BATCH: Final = 20  # readers of one transaction


def settle_waiting(now: datetime) -> dict[str, Any]:
    """Settle in every library; one that fails holds no other up."""
    settled = 0
    failed: list[Exception] = []
    for library_id in all_libraries().values():
        try:
            settled += settle_waiting_of(library_id, now)
        except Exception as error:  # noqa: BLE001 (raised below)
            failed.append(error)
    if failed:
        raise failed[0]
    return {"readers": settled}


def settle_waiting_of(library_id: int, now: datetime) -> int:
    """Settle what is over in one library; return how many readers that concerned."""
    desk = worker_desk(library_id, now)
    if desk is None:
        return 0
    with library_scope(library_id):
        over = Block.objects.filter(
            kind=Block.Kind.SUSPENSION, lifted_at=None, ends_on__lt=desk.today
        )
        patrons = sorted(set(over.values_list("patron__public_id", flat=True)))
    return sum(
        settle_waited_out(desk, patrons=tuple(patrons[start : start + BATCH])).readers
        for start in range(0, len(patrons), BATCH)
    )
