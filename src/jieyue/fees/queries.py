"""What readers owe, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Sum

from jieyue.fees.models import LedgerLine
from jieyue.libraries.models import Staff


@dataclass(frozen=True, slots=True, kw_only=True)
class LineView:
    """A line of a reader's ledger. Charges are positive, payments and waivers negative (fen)."""

    public_id: str
    kind: str
    amount_cents: int
    reason: str
    staff: str
    at: datetime


def owed_cents(patron_ids: Sequence[int]) -> dict[int, int]:
    """Return what each reader owes, in fen; who has no line is missing. One statement."""
    rows = LedgerLine.objects.filter(patron_id__in=list(patron_ids)).values_list("patron_id")
    return dict(rows.annotate(owed=Sum("amount_cents")).order_by())


def ledger_of(patron_id: int, *, limit: int = 100) -> list[LineView]:
    """Return a reader's ledger, latest first. Two statements."""
    rows = list(LedgerLine.objects.filter(patron_id=patron_id).order_by("-at", "-id")[:limit])
    staff_ids = {row.staff_id for row in rows if row.staff_id}
    names = dict(Staff.objects.filter(pk__in=staff_ids).values_list("pk", "name"))
    return [
        LineView(
            public_id=row.public_id,
            kind=row.kind,
            amount_cents=row.amount_cents,
            reason=row.reason,
            staff=names.get(row.staff_id or 0, ""),
            at=row.at,
        )
        for row in rows
    ]
