"""Receipts of borrowing without staff: the key that signs them, the gate that checks them."""

from dataclasses import dataclass
from typing import Final, Literal

from jieyue.audit.journal import Note, note
from jieyue.circulation.models import GateReport, Receipt, ReceiptKey
from jieyue.circulation.rules.receipts import new_key
from jieyue.kit.ids import public_id
from jieyue.kit.transactions import lock_one
from jieyue.libraries.actions import action, need_branch
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.permissions import Permission

MAX_TEXT: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyReady:
    """The library has a key that signs receipts."""

    type: Literal["key_ready"] = "key_ready"
    key: str  # public id


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptPassed:
    """The guard let the reader pass with these books; `was_known`: there is such a receipt."""

    type: Literal["receipt_passed"] = "receipt_passed"
    receipt: str
    was_known: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GateReported:
    """Staff will look into it. "" where there is no such receipt."""

    type: Literal["gate_reported"] = "gate_reported"
    report: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GateSettled:
    """Somebody looked into it; `was_open`: nobody had before."""

    type: Literal["gate_settled"] = "gate_settled"
    report: str
    was_open: bool


def receipt_key(desk: Desk) -> str:
    """Return the id of the key that signs now; the first time one is made."""
    found: str | None = (
        ReceiptKey.objects.filter(retired_at=None).values_list("public_id", flat=True).first()
    )
    return found or _make_receipt_key(desk).key


@action(needs=None)
def _make_receipt_key(desk: Desk) -> KeyReady:
    """Make the first key, whoever comes first: it gives nobody any right. Two at once make one."""
    row = ReceiptKey.objects.filter(retired_at=None).first()
    if row is None:
        private, public = new_key()
        row = ReceiptKey.objects.create(
            library_id=desk.library_id,
            public_id=public_id(),
            private_key=private,
            public_key=public,
            made_at=desk.now,
        )
    return KeyReady(key=row.public_id)


@action(needs=Permission.COPY_SHELVE)
def pass_receipt(desk: Desk, *, receipt: str) -> ReceiptPassed:
    """Note that the books of a receipt went through the gate: the next loan begins a new one."""
    row = lock_one(Receipt.objects.filter(public_id=receipt[:12]))
    if row is not None:
        need_branch(desk, row.branch_id)
        Receipt.objects.filter(pk=row.pk, checked_at=None).update(checked_at=desk.now)
        note(Note(patron_id=row.patron_id))
    return ReceiptPassed(receipt=receipt[:12], was_known=row is not None)


@action(needs=Permission.COPY_SHELVE)
def report_at_gate(desk: Desk, *, kind: str, receipt: str = "", text: str = "") -> GateReported:
    """Leave a task for staff: what leaves is not what the receipt says. Nobody is stopped by it.

    An unknown `kind` raises ValueError.
    """
    if kind not in GateReport.Kind.values:
        raise ValueError(f"no kind of report is called {kind!r}")
    row = Receipt.objects.filter(public_id=receipt[:12]).first() if receipt else None
    if row is not None:
        need_branch(desk, row.branch_id)
    made = GateReport.objects.create(
        library_id=desk.library_id,
        public_id=public_id(),
        branch_id=row.branch_id if row else desk.branch_id,
        receipt=row,
        kind=kind,
        text=text.strip()[:MAX_TEXT],
        reported_by_id=desk.staff_id,
        reported_at=desk.now,
    )
    note(Note(patron_id=row.patron_id if row else None, data={"kind": kind}))
    return GateReported(report=made.public_id)


@action(needs=Permission.COPY_SHELVE)
def settle_report(desk: Desk, *, report: str) -> GateSettled:
    """Take a report off the list: somebody looked into it."""
    row = lock_one(GateReport.objects.filter(public_id=report[:12]))
    was_open = row is not None and row.settled_at is None
    if row is not None:
        need_branch(desk, row.branch_id)
        if was_open:
            GateReport.objects.filter(pk=row.pk).update(
                settled_at=desk.now, settled_by_id=desk.staff_id
            )
    return GateSettled(report=report[:12], was_open=was_open)
