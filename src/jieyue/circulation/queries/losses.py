"""Lost and claimed books: one of them, and all that wait for staff."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from jieyue.circulation.queries.rulebook import terms_of
from jieyue.circulation.rules.losses import Cost, lost_cost, refund_due
from jieyue.kit import sql
from jieyue.libraries.desk import Desk

# What is left of a charge, and what was paid for it (refunds taken off).
_CASE: Final = """
SELECT n.id AS loan_id, n.public_id AS loan, n.lent_at, n.due_at, n.returned_at, n.ending,
       n.claimed_at, n.lost_at, n.lost_how, n.branch_id, c.barcode, c.standing, c.price_cents,
       c.item_type_id, t.public_id AS title_key, t.name AS title, t.authors, t.clc,
       p.id AS patron_id, p.public_id AS patron, p.name AS patron_name, p.category_id,
       y.rules_version, a.amount_cents AS cost_cents, a.at AS priced_at, a.inputs,
       l.id AS charge_id, l.public_id AS charge,
       coalesce(l.amount_cents, 0)
         + (SELECT coalesce(sum(s.amount_cents), 0) FROM fees_ledgerline s
             WHERE s.library_id = <library:bigint> AND s.settles_id = l.id) AS left_cents,
       (SELECT count(*) FROM circulation_loan f
         WHERE f.library_id = <library:bigint> AND f.copy_id = n.copy_id
           AND f.id > n.id) AS later_loans,
       (SELECT count(*) FROM circulation_assessment d
         WHERE d.library_id = <library:bigint> AND d.loan_id = n.id
           AND d.kind = 'damaged') AS damages
  FROM circulation_loan n
  JOIN libraries_library y ON y.id = <library:bigint>
  JOIN catalog_copy c ON c.library_id = <library:bigint> AND c.id = n.copy_id
  JOIN catalog_title t ON t.library_id = <library:bigint> AND t.id = c.title_id
  JOIN patrons_patron p ON p.library_id = <library:bigint> AND p.id = n.patron_id
  LEFT JOIN circulation_assessment a
    ON a.library_id = <library:bigint> AND a.id = (
       SELECT x.id FROM circulation_assessment x
        WHERE x.library_id = <library:bigint> AND x.loan_id = n.id AND x.kind = 'lost'
        ORDER BY x.period DESC LIMIT 1)
  LEFT JOIN fees_ledgerline l ON l.library_id = <library:bigint> AND l.id = a.charge_id
 WHERE n.library_id = <library:bigint>
"""
CASE: Final = f"{_CASE} AND n.public_id = <loan:text>"
OPEN_CASES: Final = f"""{_CASE} AND n.returned_at IS NULL
   AND (n.lost_at IS NOT NULL OR n.claimed_at IS NOT NULL)
 ORDER BY n.due_at, n.id LIMIT <most:int>
"""
# Found again after money was paid for it: the loan ended with a return, and paid money is left.
FOUND_AND_PAID: Final = f"""{_CASE} AND n.ending = 'returned' AND a.charge_id IS NOT NULL
   AND n.id IN (SELECT x.loan_id FROM circulation_assessment x
                  JOIN fees_ledgerline m ON m.library_id = <library:bigint>
                   AND m.settles_id = x.charge_id AND m.kind = 'payment'
                 WHERE x.library_id = <library:bigint> AND x.kind = 'lost')
 ORDER BY n.returned_at DESC, n.id LIMIT <most:int>
"""
MONEY: Final = """
SELECT s.settles_id, s.amount_cents, s.at AS paid_at, s.kind
  FROM fees_ledgerline s
 WHERE s.library_id = <library:bigint> AND s.settles_id = ANY(<charges:bigint[]>)
   AND s.kind IN ('payment', 'refund')
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class LossCase:
    """A loan whose copy is lost, claimed, or could be. Dates are local, money fen.

    `cost_cents` is what was said of the loss; None: nothing yet. `rule_cost` is what the rule
    gives, None where no price is known. `refund_cents` is due back of what was paid.
    """

    loan: str
    title_id: str  # public
    title: str
    authors: str
    clc: str
    barcode: str
    standing: str
    patron: str
    patron_name: str
    lent_on: date
    due_on: date
    days_overdue: int
    returned_on: date | None
    ending: str
    lost_on: date | None
    lost_how: str
    claimed_on: date | None
    price_cents: int | None
    rule_cost: Cost | None
    cost_cents: int | None
    left_cents: int
    refund_cents: int
    charge: str
    is_latest: bool
    is_damage_said: bool

    @property
    def is_open(self) -> bool:
        """Say whether the loan is still open."""
        return self.returned_on is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cases:
    """What waits for staff, the longest due first."""

    lost: tuple[LossCase, ...]
    claimed: tuple[LossCase, ...]
    refunds: tuple[LossCase, ...]


def loss_case(desk: Desk, loan: str) -> LossCase | None:
    """Return a loan (public id) with all that concerns its loss. Two statements at most."""
    found = sql.rows(CASE, loan=loan)
    return _cases(desk, found)[0] if found else None


def open_cases(desk: Desk, *, limit: int = 500) -> Cases:
    """Return the open losses, the claims, and what is due back to readers. Three statements."""
    waiting = _cases(desk, sql.rows(OPEN_CASES, most=limit))
    paid = _cases(desk, sql.rows(FOUND_AND_PAID, most=limit))
    return Cases(
        lost=tuple(case for case in waiting if case.claimed_on is None),
        claimed=tuple(case for case in waiting if case.claimed_on is not None),
        refunds=tuple(case for case in paid if case.refund_cents),
    )


def _cases(desk: Desk, rows: list[sql.Row]) -> list[LossCase]:
    charges = [row["charge_id"] for row in rows if row["ending"] == "returned" and row["charge_id"]]
    money = sql.rows(MONEY, charges=charges) if charges else []
    return [_case(desk, row, money) for row in rows]


def _case(desk: Desk, row: sql.Row, money: list[sql.Row]) -> LossCase:
    lost_at, priced_at = row["lost_at"], row["priced_at"]
    is_priced = priced_at is not None and (lost_at is None or priced_at >= lost_at)
    due_on = _on(row["due_at"], desk.zone)
    assert due_on is not None
    return LossCase(
        loan=row["loan"],
        title_id=row["title_key"],
        title=row["title"],
        authors=row["authors"],
        clc=row["clc"],
        barcode=row["barcode"],
        standing=row["standing"],
        patron=row["patron"],
        patron_name=row["patron_name"],
        lent_on=row["lent_at"].astimezone(desk.zone).date(),
        due_on=due_on,
        days_overdue=max(0, (desk.today - due_on).days) if row["returned_at"] is None else 0,
        returned_on=_on(row["returned_at"], desk.zone),
        ending=row["ending"] or "",
        lost_on=_on(lost_at, desk.zone),
        lost_how=row["lost_how"] or "",
        claimed_on=_on(row["claimed_at"], desk.zone),
        price_cents=row["price_cents"],
        rule_cost=lost_cost(row["price_cents"], terms_of(row)),
        cost_cents=row["cost_cents"] if is_priced else None,
        left_cents=max(0, int(row["left_cents"])),
        refund_cents=_refund(row, money),
        charge=row["charge"] or "",
        is_latest=row["later_loans"] == 0,
        is_damage_said=row["damages"] > 0,
    )


def _refund(row: sql.Row, money: list[sql.Row]) -> int:
    if row["ending"] != "returned" or row["charge_id"] is None:
        return 0
    mine = [line for line in money if line["settles_id"] == row["charge_id"]]
    return refund_due(
        [(-line["amount_cents"], line["paid_at"]) for line in mine if line["kind"] == "payment"],
        paid_cents=-sum(line["amount_cents"] for line in mine),
        refund_days=int(_inputs(row).get("refund_days", 0)),
        now=row["returned_at"],
    )


def _inputs(row: sql.Row) -> dict[str, Any]:
    kept: dict[str, Any] | str = row["inputs"]
    return json.loads(kept) if isinstance(kept, str) else kept


def _on(at: datetime | None, zone: ZoneInfo) -> date | None:
    return at.astimezone(zone).date() if at else None
