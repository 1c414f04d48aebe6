"""Nightly work on the rows of every library."""

from datetime import datetime, timedelta
from typing import Final

from jieyue.kit.batches import delete_in_batches
from jieyue.libraries.models import IdempotencyKey

KEYS_KEPT: Final = timedelta(days=7)  # a caller that repeats later than that gets a new run


def forget_old_keys(now: datetime) -> int:
    """Delete idempotency keys and the answers kept with them; returns how many."""
    return delete_in_batches(IdempotencyKey.across_libraries.filter(created_at__lt=now - KEYS_KEPT))
