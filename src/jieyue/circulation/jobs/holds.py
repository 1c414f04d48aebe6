"""Hourly: books that nobody fetched go to the next reader, suspended holds wake.

Days begin at another hour in each library's zone, so this runs all day. It computes from dates that
were stored when the book was ready: a run that was missed changes none of them (Koha 40636).
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final

from jieyue.circulation.actions.hold_upkeep import expire_holds, wake_holds
from jieyue.circulation.models import Hold
from jieyue.kit.batches import batches
from jieyue.libraries.desk import Desk
from jieyue.libraries.worker_desk import at_every_library

BATCH: Final = 20  # holds of one transaction


def keep_holds(now: datetime) -> dict[str, Any]:
    """Expire and wake in every library; return how many of each."""
    done = at_every_library(now, _keep).values()
    return {
        "expired": sum(expired for expired, _ in done),
        "woken": sum(woken for _, woken in done),
    }


def _keep(desk: Desk) -> tuple[int, int]:
    ids = Hold.objects.order_by("id").values_list("public_id", flat=True)
    late = list(ids.filter(state=Hold.State.READY, fetch_by__lt=desk.today))
    due = list(ids.filter(state=Hold.State.WAITING, wakes_on__lte=desk.today))
    return _in_batches(expire_holds, desk, late), _in_batches(wake_holds, desk, due)


def _in_batches(work: Callable[..., Any], desk: Desk, holds: Sequence[str]) -> int:
    return sum(work(desk, holds=pile).holds for pile in batches(holds, BATCH))
