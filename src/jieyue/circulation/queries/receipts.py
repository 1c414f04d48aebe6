"""Receipts: what a reader shows on the way out, and what is true of it now."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import Q

from jieyue.catalog.covers import covers_of
from jieyue.circulation.models import (
    GateReport,
    Receipt,
    ReceiptKey,
    ReceiptLine,
)
from jieyue.circulation.rules.receipts import RECEIPT_HOURS, SignedBook, signed
from jieyue.kit import sql
from jieyue.libraries.desk import Desk

SHOWN: Final = 200
# Nobody has had the copy in hand since a reader returned it: neither lent nor scanned by staff.
NOT_SEEN_SINCE: Final = """
       NOT EXISTS (SELECT 1 FROM circulation_loan n
                    WHERE n.library_id = <library:bigint> AND n.copy_id = s.copy_id
                      AND (n.returned_at IS NULL OR n.lent_at > s.returned_at))
   AND NOT EXISTS (SELECT 1 FROM audit_entry e
                    WHERE e.library_id = <library:bigint> AND e.copy_id = s.copy_id
                      AND e.at > s.returned_at
                      AND e.outcome IN ('lent', 'returned', 'not_on_loan', 'standing_set',
                                        'withdrawn'))
"""
TO_SHELVE: Final = f"""
SELECT c.barcode, c.public_id AS copy, t.public_id AS title_id, t.name AS title, c.call_number,
       c.shelf, coalesce(p.name, '') AS point, s.returned_at,
       h.id IS NOT NULL OR EXISTS (
           SELECT 1 FROM circulation_hold w
            WHERE w.library_id = <library:bigint> AND w.title_id = c.title_id
              AND w.state = 'waiting' AND (w.copy_id IS NULL OR w.copy_id = c.id)
              AND (w.suspended_at IS NULL OR w.wakes_on <= <today:date>)) AS is_awaited,
       coalesce(b.name, '') AS to_branch
  FROM circulation_toshelve s
  JOIN catalog_copy c ON c.library_id = <library:bigint> AND c.id = s.copy_id
  JOIN catalog_title t ON t.library_id = <library:bigint> AND t.id = c.title_id
  LEFT JOIN circulation_returnpoint p ON p.library_id = <library:bigint> AND p.id = s.point_id
  LEFT JOIN circulation_hold h
    ON h.library_id = <library:bigint> AND h.captured_copy_id = c.id
   AND h.state IN ('in_transit', 'ready')
  LEFT JOIN circulation_transit v
    ON v.library_id = <library:bigint> AND v.copy_id = c.id AND v.ended_at IS NULL
  LEFT JOIN libraries_branch b ON b.library_id = <library:bigint> AND b.id = v.to_branch_id
 WHERE s.library_id = <library:bigint> AND s.branch_id = <at_branch:bigint>
   AND s.ended_at IS NULL AND {NOT_SEEN_SINCE}
 ORDER BY s.returned_at, s.id LIMIT <most:int>
"""
# The list leaves these out by itself; the night ends their rows.
END_SEEN: Final = f"""
UPDATE circulation_toshelve SET ended_at = <at:timestamptz>, ending = 'elsewhere'
 WHERE library_id = <library:bigint> AND ended_at IS NULL
   AND id IN (SELECT s.id FROM circulation_toshelve s
               WHERE s.library_id = <library:bigint> AND s.ended_at IS NULL
                 AND NOT ({NOT_SEEN_SINCE}))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptBook:
    """A book on a receipt. `is_out`: it is still lent to the reader whose receipt it is."""

    loan: str  # public id, like that of the title
    title_id: str
    title: str
    clc: str
    cover: str
    barcode: str
    parts: str
    due_on: date
    is_out: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptView:
    """A receipt and what is true of it now. Names no reader."""

    public_id: str
    branch_id: int
    branch: str
    patron_id: int
    made_at: datetime
    valid_until: datetime
    checked_at: datetime | None
    books: tuple[ReceiptBook, ...]
    is_expired: bool

    @property
    def out(self) -> int:
        """How many books may leave the library with it."""
        return sum(book.is_out for book in self.books)

    @property
    def is_good(self) -> bool:
        """Say whether it holds now: in time, and every book on it is the reader's."""
        return not self.is_expired and self.out == len(self.books) > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class GateTask:
    """Something reported at the gate that nobody has looked into yet."""

    public_id: str
    kind: str
    text: str
    reported_at: datetime
    receipt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelvingRow:
    """A copy to be shelved.

    `is_awaited`: somebody may get it next, a scan says who. `to_branch` is where it travels, or "".
    """

    barcode: str
    copy: str
    title_id: str
    title: str
    call_number: str
    shelf: str
    point: str
    returned_at: datetime
    is_awaited: bool
    to_branch: str


def receipt_view(now: datetime, zone: ZoneInfo, public_id: str) -> ReceiptView | None:
    """Return a receipt by its public id, None if there is none. Three statements."""
    row = Receipt.objects.select_related("branch").filter(public_id=public_id[:12]).first()
    return _view(row, now, zone) if row else None


def current_receipt(desk: Desk) -> ReceiptView | None:
    """Return the receipt of the reader's visit that goes on, None if there is none."""
    row = (
        Receipt.objects.select_related("branch")
        .filter(patron_id=desk.patron_id, valid_until__gt=desk.now, checked_at=None)
        .order_by("-pk")
        .first()
    )
    return _view(row, desk.now, desk.zone) if row else None


def _view(row: Receipt, now: datetime, zone: ZoneInfo) -> ReceiptView:
    lines = list(
        ReceiptLine.objects.filter(receipt=row)
        .select_related("loan__copy__title")
        .order_by("pk")[:SHOWN]
    )
    covers = covers_of(line.loan.copy.title_id for line in lines)
    return ReceiptView(
        public_id=row.public_id,
        branch_id=row.branch_id,
        branch=row.branch.name,
        patron_id=row.patron_id,
        made_at=row.made_at,
        valid_until=row.valid_until,
        checked_at=row.checked_at,
        is_expired=row.valid_until <= now,
        books=tuple(
            ReceiptBook(
                loan=line.loan.public_id,
                title_id=line.loan.copy.title.public_id,
                title=line.loan.copy.title.name,
                clc=line.loan.copy.title.clc,
                cover=covers.get(line.loan.copy.title_id, ""),
                barcode=line.loan.copy.barcode,
                parts=line.loan.copy.parts,
                due_on=line.loan.due_at.astimezone(zone).date(),
                is_out=line.loan.returned_at is None and line.loan.patron_id == row.patron_id,
            )
            for line in lines
        ),
    )


def signed_text(desk: Desk, receipt: ReceiptView, *, names: bool = True) -> str:
    """Return the signed text of a receipt for its code; "" until the library has a key.

    Without `names` it holds the ends of the barcodes alone.
    """
    key = ReceiptKey.objects.filter(retired_at=None).first()
    if key is None:
        return ""
    out = [book for book in receipt.books if book.is_out]
    books = [SignedBook(code=b.barcode, title=b.title if names else "") for b in out]
    return signed(
        key.private_key,
        key=key.public_id,
        receipt=receipt.public_id,
        library=desk.slug,
        at=desk.now,
        until=receipt.valid_until,
        books=books,
    )


def public_keys(now: datetime) -> dict[str, str]:
    """Return the keys that may have signed a receipt still in force, by id. One statement.

    A key that was taken out of use, since it leaked, say, is good for the receipts of its time.
    """
    ago = now - timedelta(hours=RECEIPT_HOURS)
    rows = ReceiptKey.objects.filter(Q(retired_at=None) | Q(retired_at__gt=ago)).order_by("pk")
    return {row.public_id: row.public_key for row in rows}


def gate_tasks(branch_ids: frozenset[int] | None) -> list[GateTask]:
    """Return what was reported at gates and nobody settled, newest first. One statement."""
    rows = GateReport.objects.filter(settled_at=None).select_related("receipt")
    if branch_ids is not None:
        rows = rows.filter(branch_id__in=branch_ids)
    return [
        GateTask(
            public_id=row.public_id,
            kind=row.kind,
            text=row.text,
            reported_at=row.reported_at,
            receipt=row.receipt.public_id if row.receipt else "",
        )
        for row in rows.order_by("-reported_at")[:SHOWN]
    ]


def to_shelve(desk: Desk) -> list[ShelvingRow]:
    """Return this branch's copies to be shelved, longest first; not those lent or scanned since."""
    rows = sql.rows(TO_SHELVE, at_branch=desk.branch_id, today=desk.today, most=SHOWN)
    return [ShelvingRow(**row | {"is_awaited": bool(row["is_awaited"])}) for row in rows]
