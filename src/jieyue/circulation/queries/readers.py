"""What the readers' staff pages show of loans and of what happened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from jieyue.kit import sql

OPEN_LOANS: Final = """
SELECT patron_id, count(*) AS loans,
       sum(CASE WHEN due_at < <now:timestamptz> THEN 1 ELSE 0 END) AS overdue
  FROM circulation_loan
 WHERE library_id = <library:bigint> AND patron_id = ANY(<patrons:bigint[]>)
   AND returned_at IS NULL
 GROUP BY patron_id
"""
JOURNAL: Final = """
SELECT e.at AS happened_at, e.action, e.outcome, e.door, coalesce(s.name, '') AS staff,
       coalesce(t.name, '') AS title
  FROM audit_entry e
  LEFT JOIN libraries_staff s ON s.library_id = <library:bigint> AND s.id = e.staff_id
  LEFT JOIN catalog_title t ON t.library_id = <library:bigint> AND t.id = e.title_id
 WHERE e.library_id = <library:bigint> AND e.patron_id = <patron:bigint>
 ORDER BY e.at DESC, e.id DESC LIMIT <limit:int>
"""


@dataclass(frozen=True, slots=True)
class OpenLoans:
    """How many copies a reader has, and how many of them are late."""

    loans: int = 0
    overdue: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PatronEvent:
    """A journal row about a reader. `staff` and `title` are empty where there is none."""

    at: datetime
    action: str
    outcome: str
    door: str
    staff: str
    title: str


def open_loans_of(patron_ids: Sequence[int], *, now: datetime) -> dict[int, OpenLoans]:
    """Return each reader's open loans; who has none is missing. One statement."""
    found = sql.rows(OPEN_LOANS, patrons=list(patron_ids), now=now)
    return {row["patron_id"]: OpenLoans(int(row["loans"]), int(row["overdue"])) for row in found}


def journal_of(patron_id: int, *, limit: int = 30) -> list[PatronEvent]:
    """Return what happened to a reader, latest first. One statement."""
    return [
        PatronEvent(
            at=row["happened_at"],
            action=row["action"],
            outcome=row["outcome"],
            door=row["door"],
            staff=row["staff"],
            title=row["title"],
        )
        for row in sql.rows(JOURNAL, patron=patron_id, limit=limit)
    ]
