"""Hourly: 停借 that was waited out settles its charge, so that nobody is asked to pay it as well.

Days begin at another hour in each library's zone, so this runs all day.
"""

from datetime import datetime
from typing import Any, Final

from jieyue.circulation.actions.waiting_out import settle_waited_out
from jieyue.circulation.models import Block
from jieyue.kit.batches import batches
from jieyue.libraries.desk import Desk
from jieyue.libraries.worker_desk import at_every_library

BATCH: Final = 20  # readers of one transaction


def settle_waiting(now: datetime) -> dict[str, Any]:
    """Settle in every library; return how many readers that concerned."""
    return {"readers": sum(at_every_library(now, _settle).values())}


def _settle(desk: Desk) -> int:
    over = Block.objects.filter(kind=Block.Kind.SUSPENSION, lifted_at=None, ends_on__lt=desk.today)
    patrons = sorted(set(over.values_list("patron__public_id", flat=True)))
    piles = batches(patrons, BATCH)
    return sum(settle_waited_out(desk, patrons=pile).readers for pile in piles)
