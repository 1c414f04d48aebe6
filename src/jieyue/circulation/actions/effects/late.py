"""Settling that a loan was late: a charge, 停借, or both where the reader may pay or wait.

Inside an action that has locked the copies and the borrowers. A loan that is not late, or whose
lateness is free, costs no statement; the figures are those of `queries/fines.py`, which previews.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from jieyue.circulation.models import Assessment, Block
from jieyue.circulation.queries.fines import LATE, UNDONE, Late, assessed, fines_of
from jieyue.circulation.rules.suspensions import Suspension, suspended
from jieyue.fees.models import LedgerLine
from jieyue.kit import sql
from jieyue.kit.ids import public_id
from jieyue.libraries.desk import Desk
from jieyue.outbox.promises import promise


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What being late cost: fen, and 停借 with its last local day. Nothing written if forgiven."""

    amount_cents: int = 0
    days: int = 0
    suspended_until: date | None = None
    forgiven: bool = False


IN_TIME: Final = Settled()


def late_effect(
    desk: Desk, rows: Sequence[sql.Row], *, ended_at: datetime, amnesty: bool = False
) -> dict[int, Settled]:
    """Settle the lateness of loans that end at `ended_at`, in order; by loan id, only what costs.

    `rows` are those of `fines_of`. `amnesty` forgives: nothing is written; the journal says what.
    """
    late = fines_of(desk, rows, ended_at=ended_at)
    if not late:
        return {}
    if amnesty:
        return {
            one.loan_id: Settled(
                amount_cents=one.fine.amount_cents, days=one.fine.days, forgiven=True
            )
            for one in late
        }
    charges = _charges(desk, late)
    blocks, moved = _blocks(desk, late, ended_at.astimezone(desk.zone).date())
    _assess(desk, late, charges, blocks, moved)
    return {
        one.loan_id: Settled(
            amount_cents=one.fine.amount_cents,
            days=one.fine.days,
            suspended_until=blocks[one.loan_id].ends_on if one.loan_id in blocks else None,
        )
        for one in late
    }


def _charges(desk: Desk, late: Sequence[Late]) -> dict[int, LedgerLine]:
    owing = [one for one in late if one.fine.amount_cents]
    lines = LedgerLine.objects.bulk_create(
        LedgerLine(
            library_id=desk.library_id,
            public_id=public_id(),
            patron_id=one.patron_id,
            kind=LedgerLine.Kind.CHARGE,
            amount_cents=one.fine.amount_cents,
            reason=LATE,
            branch_id=desk.branch_id,
            staff_id=desk.staff_id,
            at=desk.now,
        )
        for one in owing
    )
    return {one.loan_id: line for one, line in zip(owing, lines, strict=True)}


def _blocks(
    desk: Desk, late: Sequence[Late], returned_on: date
) -> tuple[dict[int, Block], dict[int, list[list[str | int]]]]:
    """Make the suspensions; say for each loan which earlier ones moved, and from when."""
    waiting = [one for one in late if one.fine.days]
    if not waiting:
        return {}, {}
    running = {
        block.pk: block
        for block in Block.objects.filter(
            patron_id__in={one.patron_id for one in waiting},
            kind=Block.Kind.SUSPENSION,
            lifted_at=None,
        )
    }
    made: dict[int, Block] = {}
    moved: dict[int, list[list[str | int]]] = {}
    for one in waiting:
        mine = [
            Suspension(block.starts_on, block.ends_on, pk)
            for pk, block in running.items()
            if block.patron_id == one.patron_id and block.ends_on is not None
        ]
        moves, new = suspended(
            mine,
            due_on=one.fine.facts.due_at.astimezone(desk.zone).date(),
            returned_on=returned_on,
            days=one.fine.days,
            most=one.max_suspended_days,
        )
        for move in moves:
            block = running[move.id]
            dates = [block.pk, block.starts_on.isoformat(), str(block.ends_on)]
            moved.setdefault(one.loan_id, []).append(dates)
            block.starts_on, block.ends_on = move.starts_on, move.ends_on
            block.save(update_fields=["starts_on", "ends_on"])
        made[one.loan_id] = _block(desk, one, new)
        running[made[one.loan_id].pk] = made[one.loan_id]
    return made, moved


def _block(desk: Desk, late: Late, dates: Suspension) -> Block:
    block: Block = Block.objects.create(
        library_id=desk.library_id,
        public_id=public_id(),
        patron_id=late.patron_id,
        kind=Block.Kind.SUSPENSION,
        starts_on=dates.starts_on,
        ends_on=dates.ends_on,
        loan_id=late.loan_id,
        created_at=desk.now,
        staff_id=desk.staff_id,
    )
    promise("notices.suspended", {"block": block.public_id}, at=desk.now)
    return block


def _assess(
    desk: Desk,
    late: Sequence[Late],
    charges: dict[int, LedgerLine],
    blocks: dict[int, Block],
    moved: dict[int, list[list[str | int]]],
) -> None:
    Assessment.objects.bulk_create(
        Assessment(
            library_id=desk.library_id,
            public_id=public_id(),
            loan_id=one.loan_id,
            kind=Assessment.Kind.LATE,
            period=one.period,
            units=one.fine.units,
            amount_cents=one.fine.amount_cents,
            days=one.fine.days,
            charge=charges.get(one.loan_id),
            block=blocks.get(one.loan_id),
            inputs=one.inputs | {"moved": moved.get(one.loan_id, [])},
            at=desk.now,
        )
        for one in late
    )


# --- Taking it back ----------------------------------------------------------------------------


def was_paid(loan_id: int, due_at: datetime) -> bool:
    """Say whether money was taken for the lateness of that period: it must be given back first."""
    charges = [row["charge_id"] for row in _standing(loan_id, due_at) if row["charge_id"]]
    if not charges:
        return False
    found = LedgerLine.objects.filter(settles_id__in=charges)
    money = found.filter(kind__in=[LedgerLine.Kind.PAYMENT, LedgerLine.Kind.REFUND])
    total: int = sum(money.values_list("amount_cents", flat=True))
    return total < 0


def take_back_late(desk: Desk, loan_id: int, due_at: datetime) -> list[str]:
    """Undo what the end of that period cost: waive the charge, lift the block; say which lines."""
    lines: list[str] = []
    for row in _standing(loan_id, due_at):
        if row["charge_id"] is not None:
            lines += _waived(desk, row["charge_id"])
        if row["block_id"] is not None:
            Block.objects.filter(pk=row["block_id"], lifted_at=None).update(
                lifted_at=desk.now, lifted_why=UNDONE
            )
            for pk, starts_on, ends_on in row["inputs"].get("moved", []):
                Block.objects.filter(pk=pk, lifted_at=None).update(
                    starts_on=date.fromisoformat(starts_on), ends_on=date.fromisoformat(ends_on)
                )
    return lines


def waived_lines(lines: list[str]) -> dict[str, list[str]]:
    """Return for the journal which waivers (public ids) took back what being late had cost."""
    return {"waived": lines} if lines else {}


def _standing(loan_id: int, due_at: datetime) -> list[sql.Row]:
    return [
        row
        for row in assessed([loan_id])
        if not row["is_gone"] and datetime.fromisoformat(row["inputs"]["due_at"]) == due_at
    ]


def _waived(desk: Desk, charge_id: int) -> list[str]:
    charge = LedgerLine.objects.get(pk=charge_id)
    settled = LedgerLine.objects.filter(settles_id=charge_id).values_list("amount_cents", flat=True)
    left = charge.amount_cents + sum(settled)
    if left <= 0:
        return []
    line = LedgerLine.objects.create(
        library_id=desk.library_id,
        public_id=public_id(),
        patron_id=charge.patron_id,
        kind=LedgerLine.Kind.WAIVER,
        amount_cents=-left,
        reason=UNDONE,
        settles=charge,
        branch_id=desk.branch_id,
        staff_id=desk.staff_id,
        at=desk.now,
    )
    return [line.public_id]
