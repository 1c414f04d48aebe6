"""Whose past loans are to be forgotten, and what a library says about it."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final

from jieyue.circulation.models import Retention
from jieyue.circulation.rules.history import RetentionRules, built_in
from jieyue.circulation.rules.losses import refund_due
from jieyue.kit import sql
from jieyue.kit.scope import current_library_id
from jieyue.libraries.models import Library
from jieyue.patrons.models import Consent

KIND: Final = "history"
PAGE: Final = 2_000  # readers looked at in one statement

# A reader a step: SQLite and PostgreSQL both walk one index of loans for each.
READERS: Final = """
SELECT p.id FROM patrons_patron p
 WHERE p.library_id = <library:bigint> AND p.id > <after:bigint>
 ORDER BY p.id LIMIT <most:int>
"""
FORGETTABLE: Final = """
SELECT n.id, n.patron_id
  FROM circulation_loan n
 WHERE n.library_id = <library:bigint> AND n.patron_id = ANY(<patrons:bigint[]>)
   AND n.returned_at < <before:timestamptz> AND NOT (n.id = ANY(<kept:bigint[]>))
 ORDER BY n.id LIMIT <most:int>
"""
# 停借 that is not over: what it is for stays known.
SUSPENDING: Final = """
SELECT b.loan_id
  FROM circulation_block b
 WHERE b.library_id = <library:bigint> AND b.patron_id = ANY(<patrons:bigint[]>)
   AND b.lifted_at IS NULL AND b.loan_id IS NOT NULL
"""
# What was paid for lost books (refunds too), which may be due back.
PAID_LOSSES: Final = """
SELECT a.loan_id, a.inputs, n.ending, n.returned_at, m.amount_cents, m.at AS paid_at, m.kind
  FROM fees_ledgerline l
  JOIN circulation_assessment a
    ON a.library_id = <library:bigint> AND a.charge_id = l.id AND a.kind = 'lost'
  JOIN circulation_loan n ON n.library_id = <library:bigint> AND n.id = a.loan_id
  JOIN fees_ledgerline m ON m.library_id = <library:bigint> AND m.settles_id = l.id
   AND m.kind IN ('payment', 'refund')
 WHERE l.library_id = <library:bigint> AND l.patron_id = ANY(<patrons:bigint[]>)
   AND l.kind = 'charge'
"""


def retention() -> RetentionRules:
    """Return what holds at the library in scope. At most two statements."""
    row = Retention.objects.first()
    if row is not None:
        return RetentionRules(row.unchosen_days, row.grace_days)
    return built_in(Library.objects.values_list("kind", flat=True).get(pk=current_library_id()))


def choices_of(patron_ids: list[int]) -> Mapping[int, bool]:
    """Return which of these readers said yes or no; the others never chose. One statement."""
    rows = Consent.objects.filter(kind=KIND, patron_id__in=patron_ids)
    found: dict[int, bool] = {}
    for patron_id, withdrawn_at in rows.values_list("patron_id", "withdrawn_at"):
        found[patron_id] = found.get(patron_id, False) or withdrawn_at is None
    return found


def readers_after(after: int) -> list[int]:
    """Return the next readers by row id. One statement."""
    return [row["id"] for row in sql.rows(READERS, after=after, most=PAGE)]


def forgettable(
    patron_ids: list[int], before: datetime, most: int, *, kept: Collection[int] = ()
) -> list[tuple[int, int]]:
    """Return (loan, reader) of loans returned before a moment, without `kept`. One statement."""
    found = {"patrons": patron_ids, "before": before, "most": most, "kept": sorted(kept)}
    return [(row["id"], row["patron_id"]) for row in sql.rows(FORGETTABLE, **found)]


def unsettled(patron_ids: list[int], now: datetime) -> set[int]:
    """Return the loans of readers who owe nothing that something still hangs on. Two statements.

    A 停借 that is not over, or money paid for a lost book that is due back, or would be if the book
    came back now.
    """
    found = {row["loan_id"] for row in sql.rows(SUSPENDING, patrons=patron_ids)}
    paid: defaultdict[int, list[sql.Row]] = defaultdict(list)
    for row in sql.rows(PAID_LOSSES, patrons=patron_ids):
        paid[row["loan_id"]].append(row)
    return found | {loan for loan, rows in paid.items() if _is_due_back(rows, now)}


def _is_due_back(rows: list[sql.Row], now: datetime) -> bool:
    row = rows[0]
    kept: dict[str, Any] | str = row["inputs"]
    inputs = json.loads(kept) if isinstance(kept, str) else kept
    due = refund_due(
        [(-one["amount_cents"], one["paid_at"]) for one in rows if one["kind"] == "payment"],
        paid_cents=-sum(one["amount_cents"] for one in rows),
        refund_days=int(inputs.get("refund_days", 0)),
        now=row["returned_at"] if row["ending"] == "returned" else now,
    )
    return due > 0
