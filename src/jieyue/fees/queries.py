"""What readers owe."""

from collections.abc import Sequence

from django.db.models import Sum

from jieyue.fees.models import LedgerLine


def owed_cents(patron_ids: Sequence[int]) -> dict[int, int]:
    """Return what each reader owes, in fen; who has no line is missing. One statement."""
    rows = LedgerLine.objects.filter(patron_id__in=list(patron_ids)).values_list("patron_id")
    return dict(rows.annotate(owed=Sum("amount_cents")).order_by())
