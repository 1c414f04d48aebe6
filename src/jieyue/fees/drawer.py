"""The end of a day at a branch's cash drawer: what should be in it, and what was counted.

What is counted is what came in since the last close, not the float that stays in the drawer. Each
cash line belongs to one close: the branch is locked first, and the database allows it once.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, Literal

from jieyue.audit.journal import Note, note
from jieyue.fees.models import DepositLine, DrawerClose, DrawerLine, LedgerLine, Method
from jieyue.kit.ids import public_id
from jieyue.kit.transactions import lock_one
from jieyue.libraries.actions import action
from jieyue.libraries.desk import Desk
from jieyue.libraries.models import Branch, Staff
from jieyue.libraries.rules.permissions import Permission

MAX_CENTS: Final = 100_000_000
MAX_NOTE: Final = 300


class DrawerFault(StrEnum):
    """Why a drawer was not closed. Never rename one."""

    NOTHING_TO_COUNT = "nothing_to_count"
    CHANGED_MEANWHILE = "changed_meanwhile"
    COUNT_BAD = "count_bad"
    DIFFERENCE_UNEXPLAINED = "difference_unexplained"
    NOTE_TOO_LONG = "note_too_long"


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawerClosed:
    """The drawer is closed. `difference_cents`: what was counted too much, or lacks below 0."""

    type: Literal["drawer_closed"] = "drawer_closed"
    close: str  # public id
    expected_cents: int
    counted_cents: int
    difference_cents: int
    lines: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawerRefused:
    """Nothing changed but the journal. `expected_cents` is what should be there now."""

    type: Literal["refused"] = "refused"
    fault: DrawerFault
    expected_cents: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CashLine:
    """A cash line; `cents` is positive for money that came in. `patron` is a public id."""

    line: str
    kind: str
    cents: int
    receipt: int | None
    patron: str
    name: str
    staff: str
    at: datetime  # local


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawerView:
    """What came in since the last close, latest first."""

    lines: tuple[CashLine, ...]
    expected_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseView:
    """A close of the past."""

    close: str
    at: datetime  # local
    expected_cents: int
    counted_cents: int
    note: str
    staff: str

    @property
    def difference_cents(self) -> int:
        """What was counted too much, or lacks below zero."""
        return self.counted_cents - self.expected_cents


@action(needs=Permission.FEES)
def close_drawer(
    desk: Desk, *, expected_cents: int, counted_cents: int, note_text: str = ""
) -> DrawerClosed | DrawerRefused:
    """Close the drawer of this branch. Locks the branch.

    `expected_cents` is what whoever counted was shown: if money came in since, they look again.
    A difference needs a note.
    """
    lock_one(Branch.objects.filter(pk=desk.branch_id))
    paid, deposits = _open_lines(desk.branch_id)
    expected = _expected(paid, deposits)
    text = note_text.strip()
    checks = (
        (DrawerFault.COUNT_BAD, not 0 <= counted_cents <= MAX_CENTS),
        (DrawerFault.NOTE_TOO_LONG, len(text) > MAX_NOTE),
        (DrawerFault.NOTHING_TO_COUNT, not paid and not deposits),
        (DrawerFault.CHANGED_MEANWHILE, expected != expected_cents),
        (DrawerFault.DIFFERENCE_UNEXPLAINED, counted_cents != expected and not text),
    )
    fault = next((fault for fault, applies in checks if applies), None)
    if fault is not None:
        note(Note(outcome="refused", reasons=(fault.value,)))
        return DrawerRefused(fault=fault, expected_cents=expected)
    close = DrawerClose.objects.create(
        library_id=desk.library_id,
        public_id=public_id(),
        branch_id=desk.branch_id,
        closed_at=desk.now,
        expected_cents=expected,
        counted_cents=counted_cents,
        note=text,
        staff_id=desk.staff_id,
    )
    rows = [DrawerLine(library_id=desk.library_id, close=close, ledger_line=line) for line in paid]
    rows += [
        DrawerLine(library_id=desk.library_id, close=close, deposit_line=line) for line in deposits
    ]
    DrawerLine.objects.bulk_create(rows)
    difference = counted_cents - expected
    note(Note(data={"close": close.public_id, "amount_cents": expected, "difference": difference}))
    return DrawerClosed(
        close=close.public_id,
        expected_cents=expected,
        counted_cents=counted_cents,
        difference_cents=difference,
        lines=len(rows),
    )


def drawer_of(desk: Desk) -> DrawerView:
    """Return what came in at the desk's branch since the last close. At most three statements."""
    paid, deposits = _open_lines(desk.branch_id)
    return DrawerView(lines=_shown(desk, paid, deposits), expected_cents=_expected(paid, deposits))


def closes_of(desk: Desk, *, limit: int = 30) -> list[CloseView]:
    """Return the latest closes at the desk's branch. Two statements."""
    rows = list(
        DrawerClose.objects.filter(branch_id=desk.branch_id).order_by("-closed_at", "-id")[:limit]
    )
    names = _names(row.staff_id for row in rows)
    return [_close(desk, row, names) for row in rows]


def close_of(desk: Desk, close: str) -> tuple[CloseView, tuple[CashLine, ...]] | None:
    """Return a close with the lines it counted; None for one of elsewhere. Four statements."""
    row = DrawerClose.objects.filter(public_id=close).first()
    if row is None or not desk.works_at(row.branch_id):
        return None
    lines = DrawerLine.objects.filter(close=row)
    paid = list(
        LedgerLine.objects.filter(pk__in=lines.values("ledger_line_id")).select_related("patron")
    )
    deposits = list(
        DepositLine.objects.filter(pk__in=lines.values("deposit_line_id")).select_related("patron")
    )
    return _close(desk, row, _names([row.staff_id])), _shown(desk, paid, deposits)


def _open_lines(branch_id: int) -> tuple[list[LedgerLine], list[DepositLine]]:
    counted = DrawerLine.objects.all()
    cash = {"branch_id": branch_id, "method": Method.CASH}
    paid = LedgerLine.objects.filter(**cash).select_related("patron").order_by("id")
    paid = paid.exclude(pk__in=counted.filter(ledger_line__isnull=False).values("ledger_line_id"))
    deposits = DepositLine.objects.filter(**cash).select_related("patron").order_by("id")
    deposits = deposits.exclude(
        pk__in=counted.filter(deposit_line__isnull=False).values("deposit_line_id")
    )
    return list(paid), list(deposits)


def _expected(paid: list[LedgerLine], deposits: list[DepositLine]) -> int:
    """Money that came in less what was given back; a ledger's payments are negative."""
    owed = sum(line.amount_cents for line in paid)
    return sum(line.amount_cents for line in deposits) - owed


def _shown(desk: Desk, paid: list[LedgerLine], deposits: list[DepositLine]) -> tuple[CashLine, ...]:
    names = _names([*(line.staff_id for line in paid), *(line.staff_id for line in deposits)])
    found = [
        CashLine(
            line=line.public_id,
            kind=line.kind,
            cents=line.amount_cents * sign,
            receipt=line.receipt_number,
            patron=line.patron.public_id,
            name=line.patron.name,
            staff=names.get(line.staff_id or 0, ""),
            at=line.at.astimezone(desk.zone),
        )
        for lines, sign in ((paid, -1), (deposits, 1))
        for line in lines
    ]
    return tuple(sorted(found, key=lambda line: line.at, reverse=True))


def _close(desk: Desk, row: DrawerClose, names: dict[int, str]) -> CloseView:
    return CloseView(
        close=row.public_id,
        at=row.closed_at.astimezone(desk.zone),
        expected_cents=row.expected_cents,
        counted_cents=row.counted_cents,
        note=row.note,
        staff=names.get(row.staff_id or 0, ""),
    )


def _names(ids: Iterable[int | None]) -> dict[int, str]:
    wanted = {id_ for id_ in ids if id_}
    return dict(Staff.objects.filter(pk__in=wanted).values_list("pk", "name")) if wanted else {}
