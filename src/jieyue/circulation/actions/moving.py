"""Moving dates inside an action: remembered, moved, and readers told, however many loans."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from jieyue.circulation.models import Closure
from jieyue.circulation.queries import moving
from jieyue.circulation.queries.moving import Chosen, due_loans, move_rows, shelf_rows, shelved
from jieyue.circulation.rules.moving import DueLoans, Move, ShelfHolds, ShelfMove
from jieyue.kit import sql
from jieyue.kit.ids import public_id
from jieyue.libraries.desk import Desk
from jieyue.outbox.promises import promise


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What was moved under which closure."""

    closure: Closure
    loans: int
    holds: int = 0


def locked_loans(chosen: Chosen) -> list[DueLoans]:
    """Lock the copies of the loans, then return these by date. Two statements."""
    sql.lock(moving.LOCK_COPIES, **chosen.params())
    return due_loans(chosen)


def locked_shelf(branch_ids: Sequence[int], since: date) -> list[ShelfHolds]:
    """Lock copies and titles of the shelved holds, then return these by date. Two statements."""
    sql.lock(moving.LOCK_SHELF, ours=list(branch_ids), since_on=since)
    return shelved(branch_ids, since)


def move(
    desk: Desk,
    *,
    chosen: Chosen,
    moves: Sequence[Move],
    shelf: Sequence[ShelfMove] = (),
    shelf_since: date | None = None,
    **closure: Any,
) -> Moved:
    """Write the closure, remember every date it moves, and move them; all were locked before.

    `closure` are the values of its row. One promise tells every reader concerned.
    """
    row: Closure = Closure.objects.create(
        library_id=desk.library_id, public_id=public_id(), created_at=desk.now, **closure
    )
    if moves:
        params = {"closure": row.pk, "moves": move_rows(moves), **chosen.params()}
        sql.write([moving.REMEMBER_DATES], **params)
        sql.write([moving.MOVE_DATES], closure=row.pk)
    if shelf:
        params = {"closure": row.pk, "shelf": shelf_rows(shelf), "since_on": shelf_since}
        sql.write([moving.REMEMBER_HOLDS], ours=list(chosen.branch_ids), **params)
        sql.write([moving.MOVE_HOLDS], closure=row.pk)
    if moves or shelf:
        promise("notices.date_moved", {"closure": row.public_id}, at=desk.now)
    return Moved(
        closure=row,
        loans=sum(one.of.loans for one in moves),
        holds=sum(one.of.holds for one in shelf),
    )
