"""Hourly: books that nobody fetched go to the next reader, suspended holds wake.

Days begin at another hour in each library's zone, so this runs all day. It computes from dates that
were stored when the book was ready: a run that was missed changes none of them (Koha 40636).
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final

from jieyue.circulation.actions.hold_upkeep import expire_holds, wake_holds
from jieyue.circulation.models import Hold
from jieyue.kit.scope import library_scope
from jieyue.libraries.desk import Desk
from jieyue.libraries.queries import all_libraries
from jieyue.libraries.worker_desk import worker_desk

BATCH: Final = 20  # holds of one transaction


def keep_holds(now: datetime) -> dict[str, Any]:
    """Expire and wake in every library; one that fails holds no other up."""
    count = {"expired": 0, "woken": 0}
    failed: list[Exception] = []
    for library_id in all_libraries().values():
        try:
            expired, woken = keep_holds_of(library_id, now)
        except Exception as error:  # noqa: BLE001 (raised below)
            failed.append(error)
            continue
        count["expired"] += expired
        count["woken"] += woken
    if failed:
        raise failed[0]
    return count


def keep_holds_of(library_id: int, now: datetime) -> tuple[int, int]:
    """Expire and wake what is due in one library; return how many of each."""
    desk = worker_desk(library_id, now)
    if desk is None:
        return 0, 0
    with library_scope(library_id):
        ids = Hold.objects.order_by("id").values_list("public_id", flat=True)
        late = list(ids.filter(state=Hold.State.READY, fetch_by__lt=desk.today))
        due = list(ids.filter(state=Hold.State.WAITING, wakes_on__lte=desk.today))
    return _in_batches(expire_holds, desk, late), _in_batches(wake_holds, desk, due)


def _in_batches(work: Callable[..., Any], desk: Desk, holds: Sequence[str]) -> int:
    return sum(
        work(desk, holds=tuple(holds[start : start + BATCH])).holds
        for start in range(0, len(holds), BATCH)
    )
