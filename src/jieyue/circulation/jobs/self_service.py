"""Nightly work on what readers did without staff: receipts and shelving lists are not kept."""

from datetime import datetime, timedelta
from typing import Final

from jieyue.circulation.models import GateReport, Receipt, ToShelve
from jieyue.circulation.queries.receipts import END_SEEN
from jieyue.kit import sql
from jieyue.kit.batches import delete_in_batches
from jieyue.kit.scope import library_scope
from jieyue.libraries.queries import all_libraries

RECEIPTS_KEPT: Final = timedelta(days=7)  # they say who borrowed what; loans have their own rule
LISTS_KEPT: Final = timedelta(days=90)


def forget_old_receipts(now: datetime) -> int:
    """Delete receipts of a week ago, and what was shelved or settled 90 days ago; count them.

    What is to be shelved no longer, since it was seen elsewhere, comes off that list first.

    A receipt that somebody still has to look into stays.
    """
    count = 0
    for library_id in all_libraries().values():
        with library_scope(library_id):
            sql.write([END_SEEN], at=now)
            asked = GateReport.objects.filter(settled_at=None, receipt__isnull=False)
            old = Receipt.objects.filter(valid_until__lt=now - RECEIPTS_KEPT).exclude(
                pk__in=asked.values("receipt_id")
            )
            count += delete_in_batches(old)
            count += delete_in_batches(ToShelve.objects.filter(ended_at__lt=now - LISTS_KEPT))
            count += delete_in_batches(GateReport.objects.filter(settled_at__lt=now - LISTS_KEPT))
    return count
