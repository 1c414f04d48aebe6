"""Nightly work on the journals of every library."""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q

from jieyue.audit.models import Entry
from jieyue.kit.batches import delete_in_batches

REFUSALS_KEPT: Final = timedelta(days=90)  # design §3: turned-away demand is data, for a while


def forget_old_refusals(now: datetime) -> int:
    """Delete what was refused more than 90 days ago; what was done stays. Returns how many."""
    return delete_in_batches(
        Entry.across_libraries.filter(outcome="refused", at__lt=now - REFUSALS_KEPT)
    )


def forget_reader_of(patron_ids: list[int], before: datetime) -> None:
    """Take these readers off what was done with a copy or a title before a moment. One statement.

    What was done stays in the journal of the library in scope, and with which copy.
    """
    Entry.objects.filter(patron_id__in=patron_ids, at__lt=before).filter(
        Q(copy_id__isnull=False) | Q(title_id__isnull=False)
    ).update(patron_id=None, acting_patron_id=None)
