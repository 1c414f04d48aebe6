"""Moving dates inside an action: remembered, moved, and readers told, however many loans."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from jieyue.circulation.models import Closure
from jieyue.circulation.queries import moving
from jieyue.circulation.queries.moving import Chosen, due_loans, move_rows, shelf_rows, shelved
from jieyue.circulation.rules.moving import (
    DueLoans,
    Move,
    ShelfHolds,
    ShelfMove,
    moved_back,
    shelf_back,
)
from jieyue.kit import sql
from jieyue.kit.ids import public_id
from jieyue.libraries.desk import Desk
from jieyue.libraries.models import Branch
from jieyue.libraries.queries import calendars_of
from jieyue.libraries.rules.calendars import Calendar
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


def locked_moves(closure: Closure) -> list[sql.Row]:
    """Lock the copies of the loans it moved that nobody moved since; return these by date."""
    sql.lock(moving.LOCK_MOVED, closure=closure.pk)
    return sql.rows(moving.MOVED_DATES, closure=closure.pk)


def put_back(desk: Desk, closure: Closure, groups: Sequence[sql.Row]) -> int:
    """Move back what was locked, and the holds; readers are told. Return how many loans it was.

    By the calendar as it is now: take the closure off it first.
    """
    calendars = calendars_of(list(Branch.objects.values_list("id", flat=True)))
    backs = [_back(desk, group, calendars[group["branch_id"]]) for group in groups]
    backs = [back for back in backs if back["back_to"] != back["due_after"]]
    if backs:
        sql.write([moving.MOVE_BACK], closure=closure.pk, backs=backs)
    holds = [
        _hold_back(desk, group, calendars[group["branch_id"]])
        for group in sql.rows(moving.MOVED_HOLDS, closure=closure.pk)
    ]
    holds = [back for back in holds if back["back_to"] < back["fetch_after"]]
    if holds:
        sql.write([moving.HOLDS_BACK], closure=closure.pk, backs=holds)
    promise("notices.date_moved", {"closure": closure.public_id}, at=desk.now)
    Closure.objects.filter(pk=closure.pk).update(
        undone_at=desk.now, special_days_id=None, term_end_id=None
    )
    return sum(group["loans"] for group in groups)


def _back(desk: Desk, group: sql.Row, calendar: Calendar) -> dict[str, Any]:
    before, after = group["due_before_at"], group["due_after_at"]
    return {
        "branch_id": group["branch_id"],
        "due_before": before,
        "due_after": after,
        "by_hour": group["by_hour"],
        "back_to": moved_back(
            before,
            after,
            now=desk.now,
            calendar=calendar,
            zone=desk.zone,
            by_hour=bool(group["by_hour"]),
        ),
    }


def _hold_back(desk: Desk, group: sql.Row, calendar: Calendar) -> dict[str, Any]:
    before, after = group["fetch_before_on"], group["fetch_after_on"]
    return {
        "branch_id": group["branch_id"],
        "fetch_before": before,
        "fetch_after": after,
        "back_to": shelf_back(before, after, today=desk.today, calendar=calendar),
    }
