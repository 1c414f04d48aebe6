"""Open loans and shelved holds by their dates, and the statements that move those dates.

Loans that fall due at the same instant move together, so each of these is one statement for a
village and for a city. `ours` are branch ids.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Final

from jieyue.circulation.rules.moving import DueLoans, Move, ShelfHolds, ShelfMove
from jieyue.kit import sql

_ALWAYS: Final = (datetime(1900, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC))
_BY_HOUR: Final = "CASE WHEN n.is_hourly OR n.is_on_site THEN 1 ELSE 0 END"
# Loans whose terms say "that very day" stay on closed days, but not when a closure came up.
_CHOSEN: Final = """
       n.library_id = <library:bigint> AND n.returned_at IS NULL AND n.lost_at IS NULL
   AND n.due_at >= <since:timestamptz> AND n.due_at <= <until:timestamptz>
   AND coalesce(n.renewed_at, n.lent_at) >= <made_since:timestamptz>
   AND coalesce(n.renewed_at, n.lent_at) <= <made_until:timestamptz>
   AND n.branch_id = ANY(<ours:bigint[]>)
   AND (<kept:bigint> = 1 OR coalesce(n.terms ->> 'closed_days', '') <> 'keep')
   AND (<category:bigint> = 0 OR n.patron_id IN (
        SELECT p.id FROM patrons_patron p
         WHERE p.library_id = <library:bigint> AND p.category_id = <category:bigint>))
"""
DUE_LOANS: Final = f"""
SELECT n.branch_id, n.due_at, {_BY_HOUR} AS by_hour, count(*) AS loans
  FROM circulation_loan n WHERE {_CHOSEN}
 GROUP BY n.branch_id, n.due_at, {_BY_HOUR} ORDER BY n.due_at, n.branch_id, 3
"""
LOCK_COPIES: Final = f"""
SELECT id FROM catalog_copy
 WHERE library_id = <library:bigint>
   AND id IN (SELECT n.copy_id FROM circulation_loan n WHERE {_CHOSEN})
 ORDER BY id FOR NO KEY UPDATE
"""
READERS: Final = f"""
SELECT count(DISTINCT n.patron_id) AS readers
  FROM circulation_loan n
  JOIN <moves:(branch_id bigint, due_at timestamptz, by_hour bigint)>
    ON moves.branch_id = n.branch_id AND moves.due_at = n.due_at AND moves.by_hour = {_BY_HOUR}
 WHERE {_CHOSEN}
"""
REMEMBER_DATES: Final = f"""
INSERT INTO circulation_moveddate (library_id, closure_id, loan_id, due_before, due_after)
SELECT <library:bigint>, <closure:bigint>, n.id, n.due_at, moves.due_after
  FROM circulation_loan n
  JOIN <moves:(branch_id bigint, due_at timestamptz, by_hour bigint, due_after timestamptz)>
    ON moves.branch_id = n.branch_id AND moves.due_at = n.due_at AND moves.by_hour = {_BY_HOUR}
 WHERE {_CHOSEN}
"""
MOVE_DATES: Final = """
UPDATE circulation_loan SET due_at = d.due_after
  FROM circulation_moveddate d
 WHERE d.library_id = <library:bigint> AND d.closure_id = <closure:bigint>
   AND d.loan_id = circulation_loan.id AND circulation_loan.library_id = <library:bigint>
"""
_SHELVED: Final = """
       h.library_id = <library:bigint> AND h.state = 'ready' AND h.fetch_by >= <since_on:date>
   AND h.pickup_branch_id = ANY(<ours:bigint[]>)
"""
SHELF: Final = f"""
SELECT h.pickup_branch_id AS branch_id, h.fetch_by AS fetch_on, count(*) AS holds
  FROM circulation_hold h WHERE {_SHELVED}
 GROUP BY h.pickup_branch_id, h.fetch_by ORDER BY h.fetch_by, h.pickup_branch_id
"""
LOCK_SHELF: Final = f"""
WITH c AS (SELECT id FROM catalog_copy
            WHERE library_id = <library:bigint>
              AND id IN (SELECT h.captured_copy_id FROM circulation_hold h WHERE {_SHELVED})
            ORDER BY id FOR NO KEY UPDATE),
     t AS (SELECT id FROM catalog_title
            WHERE library_id = <library:bigint>
              AND id IN (SELECT h.title_id FROM circulation_hold h WHERE {_SHELVED})
            ORDER BY id FOR NO KEY UPDATE)
SELECT id FROM c UNION ALL SELECT id FROM t
"""
REMEMBER_HOLDS: Final = f"""
INSERT INTO circulation_movedhold (library_id, closure_id, hold_id, fetch_before, fetch_after)
SELECT <library:bigint>, <closure:bigint>, h.id, h.fetch_by, shelf.fetch_after
  FROM circulation_hold h
  JOIN <shelf:(branch_id bigint, fetch_on date, fetch_after date)>
    ON shelf.branch_id = h.pickup_branch_id AND shelf.fetch_on = h.fetch_by
 WHERE {_SHELVED}
"""
MOVE_HOLDS: Final = """
UPDATE circulation_hold SET fetch_by = d.fetch_after
  FROM circulation_movedhold d
 WHERE d.library_id = <library:bigint> AND d.closure_id = <closure:bigint>
   AND d.hold_id = circulation_hold.id AND circulation_hold.library_id = <library:bigint>
"""
# Undoing: only what nobody changed since.
_MOVED: Final = """
       circulation_moveddate d
  JOIN circulation_loan n ON n.library_id = <library:bigint> AND n.id = d.loan_id
   AND n.returned_at IS NULL AND n.due_at = d.due_after
 WHERE d.library_id = <library:bigint> AND d.closure_id = <closure:bigint>
"""
LOCK_MOVED: Final = f"""
SELECT id FROM catalog_copy
 WHERE library_id = <library:bigint> AND id IN (SELECT n.copy_id FROM {_MOVED})
 ORDER BY id FOR NO KEY UPDATE
"""
MOVED_DATES: Final = f"""
SELECT n.branch_id, d.due_before AS due_before_at, d.due_after AS due_after_at,
       {_BY_HOUR} AS by_hour, count(*) AS loans
  FROM {_MOVED} GROUP BY n.branch_id, d.due_before, d.due_after, {_BY_HOUR}
"""
MOVE_BACK: Final = f"""
UPDATE circulation_loan SET due_at = backs.back_to
  FROM circulation_moveddate d
  JOIN <backs:(branch_id bigint, due_before timestamptz, due_after timestamptz, by_hour bigint,
               back_to timestamptz)>
    ON backs.due_before = d.due_before AND backs.due_after = d.due_after
 WHERE d.library_id = <library:bigint> AND d.closure_id = <closure:bigint>
   AND circulation_loan.library_id = <library:bigint> AND circulation_loan.id = d.loan_id
   AND circulation_loan.returned_at IS NULL AND circulation_loan.due_at = d.due_after
   AND circulation_loan.branch_id = backs.branch_id
   AND backs.by_hour = {_BY_HOUR.replace("n.", "circulation_loan.")}
"""
MOVED_HOLDS: Final = """
SELECT h.pickup_branch_id AS branch_id, d.fetch_before AS fetch_before_on,
       d.fetch_after AS fetch_after_on
  FROM circulation_movedhold d
  JOIN circulation_hold h ON h.library_id = <library:bigint> AND h.id = d.hold_id
   AND h.state = 'ready' AND h.fetch_by = d.fetch_after
 WHERE d.library_id = <library:bigint> AND d.closure_id = <closure:bigint>
 GROUP BY h.pickup_branch_id, d.fetch_before, d.fetch_after
"""
HOLDS_BACK: Final = """
UPDATE circulation_hold SET fetch_by = backs.back_to
  FROM circulation_movedhold d
  JOIN <backs:(branch_id bigint, fetch_before date, fetch_after date, back_to date)>
    ON backs.fetch_before = d.fetch_before AND backs.fetch_after = d.fetch_after
 WHERE d.library_id = <library:bigint> AND d.closure_id = <closure:bigint>
   AND circulation_hold.library_id = <library:bigint> AND circulation_hold.id = d.hold_id
   AND circulation_hold.state = 'ready' AND circulation_hold.fetch_by = d.fetch_after
   AND circulation_hold.pickup_branch_id = backs.branch_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Which open loans are looked at: due and made (or last renewed) in these times, inclusive."""

    branch_ids: Sequence[int]
    since: datetime = _ALWAYS[0]
    until: datetime = _ALWAYS[1]
    made: tuple[datetime, datetime] = field(default=_ALWAYS)
    with_kept: bool = False  # also those that may be due on a closed day
    category_id: int | None = None  # only of readers with this card type

    def params(self) -> dict[str, Any]:
        """Return it for the statements."""
        return {
            "ours": list(self.branch_ids),
            "since": self.since,
            "until": self.until,
            "made_since": self.made[0],
            "made_until": self.made[1],
            "kept": int(self.with_kept),
            "category": self.category_id or 0,
        }


def due_loans(chosen: Chosen) -> list[DueLoans]:
    """Return the loans by branch and date, earliest first. One statement."""
    return [
        DueLoans(row["branch_id"], row["due_at"], bool(row["by_hour"]), row["loans"])
        for row in sql.rows(DUE_LOANS, **chosen.params())
    ]


def readers_of(chosen: Chosen, moves: Sequence[Move]) -> int:
    """Return how many readers have loans that move. One statement, none without moves."""
    if not moves:
        return 0
    [row] = sql.rows(READERS, moves=move_rows(moves), **chosen.params())
    return int(row["readers"])


def shelved(branch_ids: Sequence[int], since: date) -> list[ShelfHolds]:
    """Return the holds on the shelves to be fetched from `since` on, by branch and date."""
    rows = sql.rows(SHELF, ours=list(branch_ids), since_on=since)
    return [ShelfHolds(row["branch_id"], row["fetch_on"], row["holds"]) for row in rows]


def move_rows(moves: Iterable[Move]) -> list[dict[str, Any]]:
    """Return the moves as the statements take them."""
    return [
        {
            "branch_id": move.of.branch_id,
            "due_at": move.of.due_at,
            "by_hour": int(move.of.by_hour),
            "due_after": move.due_after,
        }
        for move in moves
    ]


def shelf_rows(moves: Iterable[ShelfMove]) -> list[dict[str, Any]]:
    """Return the moves of holds as the statements take them."""
    return [
        {
            "branch_id": move.of.branch_id,
            "fetch_on": move.of.fetch_on,
            "fetch_after": move.fetch_after,
        }
        for move in moves
    ]
