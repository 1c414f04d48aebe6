"""What lateness costs: the figures of a preview and of a return come from the same place."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from jieyue.circulation.queries.rulebook import rulebook
from jieyue.circulation.rules.fines import Fine, as_json, fine_of, from_json, late_facts, stopped_at
from jieyue.circulation.rules.policies import Terms
from jieyue.circulation.rules.vacations import uncounted_days
from jieyue.kit import sql
from jieyue.libraries.desk import Desk

LATE: Final = "late"  # LedgerLine.reason of such a charge
UNDONE: Final = "undone"  # of the waiver, and of the lifted block, when a return is taken back
FINE_TERMS: Final = (
    "settled_by", "fine_cents", "fine_grace", "fine_spares_grace", "fine_counts_closed",
    "max_fine_cents", "fine_price_cap", "max_fines_cents", "suspension_days",
    "max_suspension_days",
)  # fmt: skip

UNPAID: Final = """
SELECT c.patron_id, sum(c.amount_cents + coalesce((
           SELECT sum(s.amount_cents) FROM fees_ledgerline s
            WHERE s.library_id = <library:bigint> AND s.settles_id = c.id), 0)) AS unpaid_cents
  FROM fees_ledgerline c
 WHERE c.library_id = <library:bigint> AND c.patron_id = ANY(<patrons:bigint[]>)
   AND c.kind = 'charge' AND c.reason = 'late'
 GROUP BY c.patron_id
"""
ASSESSED: Final = """
SELECT a.id, a.loan_id, a.amount_cents, a.charge_id, a.block_id, a.inputs
  FROM circulation_assessment a
 WHERE a.library_id = <library:bigint> AND a.loan_id = ANY(<loans:bigint[]>) AND a.kind = 'late'
 ORDER BY a.at, a.id
"""
TAKEN_BACK: Final = """
SELECT a.id
  FROM circulation_assessment a
 WHERE a.library_id = <library:bigint> AND a.id = ANY(<assessments:bigint[]>)
   AND (EXISTS (SELECT 1 FROM fees_ledgerline s WHERE s.library_id = <library:bigint>
                   AND s.settles_id = a.charge_id AND s.reason = 'undone')
        OR EXISTS (SELECT 1 FROM circulation_block b WHERE b.library_id = <library:bigint>
                      AND b.id = a.block_id AND b.lifted_why = 'undone'))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Late:
    """What a loan's lateness costs until a moment, and what is kept with the assessment."""

    loan_id: int
    loan: str  # public id
    patron_id: int
    period: int  # how many assessments of this loan came before
    fine: Fine
    inputs: dict[str, Any]
    max_suspended_days: int = 0  # from the return on, with what runs already; 0: no cap


@dataclass(slots=True)
class _Before:
    """What was assessed for a loan before, without what was taken back."""

    count: int = 0
    cents: int = 0
    dues: set[datetime] = field(default_factory=set)


def fines_of(
    desk: Desk, rows: Sequence[sql.Row], *, ended_at: datetime, together: bool = True
) -> list[Late]:
    """Return what is to settle for loans that end at `ended_at` (or at their claim or loss).

    `rows` are of CHECKIN_FACTS or of the loans' facts, with an open loan each; loans that cost
    nothing are left out. `together`: each counts against its reader's cap for those after it, as
    when all of them are returned at once. No statement if nothing is late or lateness is free,
    else two, one more for loans assessed before.
    """
    asked = [(row, terms) for row in rows if (terms := _terms_if_late(row, ended_at)) is not None]
    if not asked:
        return []
    patrons = sorted({_patron(row) for row, _ in asked})
    unpaid = {
        row["patron_id"]: int(row["unpaid_cents"]) for row in sql.rows(UNPAID, patrons=patrons)
    }
    before = _before([row["loan_id"] for row, _ in asked])
    found = []
    for row, terms in asked:
        was = before.get(row["loan_id"], _Before())
        if row["due_at"] in was.dues:  # settled when it was reported lost
            continue
        late = _late(desk, row, terms, ended_at, was, max(0, unpaid.get(_patron(row), 0)))
        if late.fine.is_nothing:
            continue
        found.append(late)
        if together:
            unpaid[_patron(row)] = unpaid.get(_patron(row), 0) + late.fine.amount_cents
    return found


def kept_fine(inputs: dict[str, Any]) -> Fine:
    """Return the fine that an assessment kept, calculated anew from what it was made of."""
    return fine_of(from_json(inputs))


def assessed(loan_ids: Sequence[int]) -> list[sql.Row]:
    """Return the assessments of lateness that stand, oldest first; `inputs` is a dict.

    One statement, two if there are any.
    """
    rows = sql.rows(ASSESSED, loans=list(loan_ids))
    if not rows:
        return []
    gone = {row["id"] for row in sql.rows(TAKEN_BACK, assessments=[row["id"] for row in rows])}
    for row in rows:
        if isinstance(row["inputs"], str):
            row["inputs"] = json.loads(row["inputs"])
        row["is_gone"] = row["id"] in gone
    return rows


def _before(loan_ids: Sequence[int]) -> dict[int, _Before]:
    found: dict[int, _Before] = {}
    for row in assessed(loan_ids):
        was = found.setdefault(row["loan_id"], _Before())
        was.count += 1
        if not row["is_gone"]:
            was.cents += row["amount_cents"]
            was.dues.add(datetime.fromisoformat(row["inputs"]["due_at"]))
    return found


def _patron(row: sql.Row) -> int:
    patron_id: int = row["borrower_id"] if "borrower_id" in row else row["patron_id"]
    return patron_id


def _branch(row: sql.Row) -> int:
    """The branch whose calendar and policy applied, which a copy's own may not be."""
    branch_id: int = row["loan_branch_id"] if "loan_branch_id" in row else row["branch_id"]
    return branch_id


def _terms_if_late(row: sql.Row, ended_at: datetime) -> Terms | None:
    if stopped_at(ended_at, row["claimed_at"], row["lost_at"]) <= row["due_at"]:
        return None
    book = rulebook(row["rules_version"])
    terms = book.terms(_branch(row), row["category_id"], row["item_type_id"])
    return None if terms.settled_by == "nothing" else terms


def _late(
    desk: Desk, row: sql.Row, terms: Terms, ended_at: datetime, was: _Before, unpaid_cents: int
) -> Late:
    ends = stopped_at(ended_at, row["claimed_at"], row["lost_at"])
    rules = rulebook(row["rules_version"]).dates(_branch(row), desk.zone)
    facts = late_facts(
        due_at=row["due_at"],
        ended_at=ends,
        zone=desk.zone,
        calendar=rules.calendar,
        is_hourly=row["is_hourly"],
        terms=terms,
        price_cents=row["price_cents"],
        before_cents=was.cents,
        unpaid_cents=unpaid_cents,
        free=uncounted_days(
            rules.vacations,
            due_on=row["due_at"].astimezone(desk.zone).date(),
            returned_on=ends.astimezone(desk.zone).date(),
        ),
    )
    return Late(
        loan_id=row["loan_id"],
        loan=row["loan"],
        patron_id=_patron(row),
        period=was.count,
        fine=fine_of(facts),
        max_suspended_days=terms.max_suspended_days,
        inputs=as_json(facts)
        | {
            "rules_version": row["rules_version"],
            "rows": {name: terms.rows[name] for name in FINE_TERMS},
        },
    )
