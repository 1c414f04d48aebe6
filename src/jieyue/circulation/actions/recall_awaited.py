"""Recalling by itself: somebody reserves a title, no copy is free, and a loan has run for long.

Off unless the terms say after how many days (`recall_from_days`). A hold that is cancelled later
gives nobody the former date back: its reader was told the new one, and staff can undo it that day.
"""

import json
from dataclasses import dataclass
from typing import Any, Final, Literal

from jieyue.circulation.actions.recall import end_sooner
from jieyue.circulation.queries.facts import LOCK_LOANS
from jieyue.circulation.queries.renewals import (
    awaited_copies,
    read_renewals,
    recall_decision,
)
from jieyue.circulation.queries.rulebook import terms_of
from jieyue.circulation.rules.recalls import runs_long
from jieyue.kit import sql
from jieyue.libraries.actions import action
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.permissions import Permission

LOANS_OF_TITLE: Final = """
SELECT n.public_id AS loan
  FROM catalog_title t
  JOIN catalog_copy c ON c.library_id = <library:bigint> AND c.title_id = t.id
  JOIN circulation_loan n
    ON n.library_id = <library:bigint> AND n.copy_id = c.id AND n.returned_at IS NULL
 WHERE t.library_id = <library:bigint> AND t.public_id = <title:text>
 ORDER BY n.lent_at, n.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class AwaitedRecalled:
    """Which loans (public ids) of a title end sooner now, because readers wait for it."""

    type: Literal["awaited_recalled"] = "awaited_recalled"
    loans: tuple[str, ...]


@action(needs=Permission.RECALL)
def recall_awaited(desk: Desk, *, title: str) -> AwaitedRecalled:
    """Recall loans of a title (public id), one for each reader who waits and nothing else serves.

    Whoever has had it longest first. Only loans whose terms say so, that have run for longer than
    they say, and that would really end sooner. Once a loan; never again after staff undid it. It
    computes from what is there, so running it twice changes nothing.
    """
    loans = [row["loan"] for row in sql.rows(LOANS_OF_TITLE, title=title)]
    sql.lock(LOCK_LOANS, loans=loans)
    rows = {row["loan"]: row for row in read_renewals(desk, loans)} if loans else {}
    done = sum(_is_coming(row) for row in rows.values())
    recalled: list[str] = []
    for row in (rows[loan] for loan in loans if loan in rows):
        if awaited_copies(row) <= done or _was_undone(row):
            continue
        if not runs_long(row["lent_at"], terms_of(row), now=desk.now, zone=desk.zone):
            continue
        decided = recall_decision(desk, row)
        if decided.due is not None:
            end_sooner(desk, row, decided.due)
            recalled.append(row["loan"])
            done += 1
    return AwaitedRecalled(loans=tuple(recalled))


def _is_coming(row: sql.Row) -> bool:
    """Say whether the loan was recalled already, so that its copy serves one who waits."""
    return row["recalled_at"] is not None and row["returned_at"] is None and not row["lost_at"]


def _was_undone(row: sql.Row) -> bool:
    kept: dict[str, Any] | str = row["terms"]
    terms: dict[str, Any] = json.loads(kept) if isinstance(kept, str) else kept
    return bool(terms.get("recall_undone"))
