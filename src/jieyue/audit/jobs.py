"""Nightly work on the journals of every library."""

from datetime import datetime, timedelta
from typing import Final

from jieyue.audit.models import Entry
from jieyue.kit.batches import delete_in_batches

REFUSALS_KEPT: Final = timedelta(days=90)  # design §3: turned-away demand is data, for a while


def forget_old_refusals(now: datetime) -> int:
    """Delete what was refused more than 90 days ago; what was done stays. Returns how many."""
    return delete_in_batches(
        Entry.across_libraries.filter(outcome="refused", at__lt=now - REFUSALS_KEPT)
    )
