"""A reader's account: each charge, what it is for, what became of it, and what each line was."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from jieyue.circulation.queries.fines import LATE, kept_fine
from jieyue.circulation.rules.fines import Fine
from jieyue.fees.models import DepositLine, LedgerLine
from jieyue.fees.rules import Line, balances
from jieyue.kit import sql
from jieyue.libraries.desk import Desk
from jieyue.libraries.models import Staff

FOR: Final = """
SELECT a.charge_id, a.kind, a.inputs, t.public_id AS title_key, t.name AS title, c.barcode,
       n.public_id AS loan, b.public_id AS block, b.ends_on AS block_ends_on,
       b.lifted_at AS block_lifted_at
  FROM circulation_assessment a
  JOIN circulation_loan n ON n.library_id = <library:bigint> AND n.id = a.loan_id
  JOIN catalog_copy c ON c.library_id = <library:bigint> AND c.id = n.copy_id
  JOIN catalog_title t ON t.library_id = <library:bigint> AND t.id = c.title_id
  LEFT JOIN circulation_block b ON b.library_id = <library:bigint> AND b.id = a.block_id
 WHERE a.library_id = <library:bigint> AND a.charge_id = ANY(<charges:bigint[]>)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A payment, waiver or refund. `cents` is positive; `receipt` None without one."""

    line: str  # public id
    kind: str
    cents: int
    method: str
    reason: str
    receipt: int | None
    staff: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeView:
    """A charge (fen). `fine` is set for lateness: the figure, with every step it came from.

    `reason` is a code (`late`, `yearly_fee`, …) or staff's own words. `waits_until` is the last day
    of the 停借 that settles it as well.
    """

    charge: str  # public id
    reason: str
    on: date
    charged_cents: int
    paid_cents: int
    waived_cents: int
    left_cents: int
    staff: str
    title: str = ""
    title_id: str = ""  # public
    barcode: str = ""
    loan: str = ""
    waits_until: date | None = None
    fine: Fine | None = None
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountView:
    """A reader's charges, latest first, and what they owe in all (fen)."""

    owed_cents: int
    charges: tuple[ChargeView, ...]

    @property
    def due(self) -> tuple[ChargeView, ...]:
        """The charges something is left of, oldest first, as payments settle them."""
        return tuple(charge for charge in reversed(self.charges) if charge.left_cents > 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptLine:
    """One line of a receipt; `cents` is positive for money taken."""

    reason: str
    title: str
    cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What is printed: who paid (or was paid) what, for what, when, to whom."""

    number: int
    kind: str  # payment, refund, paid_in, paid_back
    patron: str  # public id
    name: str
    method: str
    staff: str
    branch: str
    at: datetime
    lines: tuple[ReceiptLine, ...]

    @property
    def cents(self) -> int:
        """The sum, positive for money taken."""
        return sum(line.cents for line in self.lines)


def account_view(desk: Desk, patron_id: int) -> AccountView:
    """Return a reader's account. Three statements, one for a reader without one."""
    rows = list(LedgerLine.objects.filter(patron_id=patron_id).order_by("at", "id"))
    if not rows:
        return AccountView(owed_cents=0, charges=())
    found = balances(Line(r.pk, r.kind, r.amount_cents, r.settles_id) for r in rows)
    about = _about([balance.charge for balance in found])
    names = _names(rows)
    steps: dict[int, list[Step]] = {}
    for row in rows:
        if row.settles_id is not None:
            steps.setdefault(row.settles_id, []).append(_step(desk, row, names))
    by_id = {row.pk: row for row in rows}
    views = []
    for balance in found:
        row, what = by_id[balance.charge], about.get(balance.charge)
        views.append(
            ChargeView(
                charge=row.public_id,
                reason=row.reason,
                on=row.at.astimezone(desk.zone).date(),
                charged_cents=balance.charged_cents,
                paid_cents=balance.paid_cents,
                waived_cents=balance.waived_cents,
                left_cents=balance.left_cents,
                staff=names.get(row.staff_id or 0, ""),
                steps=tuple(steps.get(row.pk, ())),
                **(_shown(what) if what else {}),
            )
        )
    owed = sum(row.amount_cents for row in rows)
    return AccountView(owed_cents=owed, charges=tuple(reversed(views)))


def receipt_of(desk: Desk, patron_id: int, number: int) -> Receipt | None:
    """Return a reader's receipt by its number. At most six statements."""
    lines = list(
        LedgerLine.objects.filter(patron_id=patron_id, receipt_number=number)
        .select_related("settles", "patron", "branch")
        .order_by("id")
    )
    if not lines:
        return _deposit_receipt(desk, patron_id, number)
    about = _about([line.settles_id for line in lines if line.settles_id])
    shown = [
        ReceiptLine(
            reason=line.settles.reason if line.settles else line.reason,
            title=str(about.get(line.settles_id, {}).get("title", "")),
            cents=-line.amount_cents,
        )
        for line in lines
    ]
    return _receipt(desk, lines[0], number, shown)


def _deposit_receipt(desk: Desk, patron_id: int, number: int) -> Receipt | None:
    line = (
        DepositLine.objects.filter(patron_id=patron_id, receipt_number=number)
        .select_related("patron", "branch")
        .first()
    )
    if line is None:
        return None
    shown = ReceiptLine(reason="deposit", title="", cents=line.amount_cents)
    return _receipt(desk, line, number, [shown])


def _receipt(
    desk: Desk, line: LedgerLine | DepositLine, number: int, shown: Sequence[ReceiptLine]
) -> Receipt:
    return Receipt(
        number=number,
        kind=line.kind,
        patron=line.patron.public_id,
        name=line.patron.name,
        method=line.method,
        staff=_names([line]).get(line.staff_id or 0, ""),
        branch=line.branch.name if line.branch else "",
        at=line.at.astimezone(desk.zone),
        lines=tuple(shown),
    )


def _about(charges: Sequence[int]) -> dict[int, sql.Row]:
    if not charges:
        return {}
    return {row["charge_id"]: row for row in sql.rows(FOR, charges=list(charges))}


def _names(rows: Sequence[LedgerLine | DepositLine]) -> dict[int, str]:
    ids = {row.staff_id for row in rows if row.staff_id}
    if not ids:
        return {}
    return dict(Staff.objects.filter(pk__in=ids).values_list("pk", "name"))


def _step(desk: Desk, row: LedgerLine, names: dict[int, str]) -> Step:
    return Step(
        line=row.public_id,
        kind=row.kind,
        cents=abs(row.amount_cents),
        method=row.method,
        reason=row.reason,
        receipt=row.receipt_number,
        staff=names.get(row.staff_id or 0, ""),
        on=row.at.astimezone(desk.zone).date(),
    )


def _shown(row: sql.Row) -> dict[str, Any]:
    inputs = row["inputs"]
    kept = json.loads(inputs) if isinstance(inputs, str) else inputs
    waits = row["block"] is not None and row["block_lifted_at"] is None
    return {
        "title": row["title"],
        "title_id": row["title_key"],
        "barcode": row["barcode"],
        "loan": row["loan"],
        "waits_until": row["block_ends_on"] if waits else None,
        "fine": kept_fine(kept) if row["kind"] == LATE else None,
    }
