"""What a closure would do, and the closures and moved dates there are."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from jieyue.circulation.models import Closure
from jieyue.circulation.queries.moving import Chosen, due_loans, readers_of, shelved
from jieyue.circulation.rules.moving import Move, ShelfMove, moved_by_calendar, shelf_moves
from jieyue.kit import sql
from jieyue.libraries.desk import Desk
from jieyue.libraries.models import Branch
from jieyue.libraries.queries import calendars_of
from jieyue.libraries.rules.calendars import Calendar, Span, end_of_day, start_of_day

KEPT_FOR: Final = timedelta(days=366)  # how long moved dates are listed
COUNTS: Final = """
SELECT c.id,
       (SELECT count(*) FROM circulation_moveddate d
         WHERE d.library_id = <library:bigint> AND d.closure_id = c.id) AS loans,
       (SELECT count(*) FROM circulation_movedhold d
         WHERE d.library_id = <library:bigint> AND d.closure_id = c.id) AS holds
  FROM circulation_closure c
 WHERE c.library_id = <library:bigint> AND c.id = ANY(<closures:bigint[]>)
"""


@dataclass(frozen=True, slots=True)
class NewClosure:
    """Days a branch (or, None, the whole library) will be closed, `ends_on` included."""

    name: str
    starts_on: date
    ends_on: date
    branch_id: int | None


@dataclass(frozen=True, slots=True)
class MovedDay:
    """How many loans or holds move from one local day to another."""

    on: date
    to: date
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MovePreview:
    """What would move, day by day, and how many readers have such loans."""

    loans: tuple[MovedDay, ...]
    holds: tuple[MovedDay, ...] = ()
    readers: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosureView:
    """What moved dates at once. `branch` is a code, empty (like its name) for the whole library."""

    id: str  # public id
    cause: str  # closure, vacation, calendar
    name: str
    branch: str
    branch_name: str
    starts_on: date
    ends_on: date
    created_at: datetime
    is_undone: bool
    loans: int
    holds: int


def closure_preview(desk: Desk, new: NewClosure) -> MovePreview:
    """Say what closing would move. Five statements, six if loans move."""
    before, after = changed_calendars(new)
    chosen = loans_due_in(desk, new, branch_ids=list(after))
    moves = moved_by_calendar(due_loans(chosen), after, desk.zone)
    since = max(desk.today, new.starts_on)
    shelf = shelf_moves(shelved(chosen.branch_ids, since), before, after, since=since)
    return MovePreview(
        loans=loan_days(moves, desk.zone), holds=hold_days(shelf), readers=readers_of(chosen, moves)
    )


def closures(*, since: datetime) -> list[ClosureView]:
    """Return what moved dates since then, latest first. Two statements."""
    rows = list(
        Closure.objects.select_related("branch").filter(created_at__gte=since).order_by("-id")
    )
    counts = {row["id"]: row for row in sql.rows(COUNTS, closures=[row.pk for row in rows])}
    return [
        ClosureView(
            id=row.public_id,
            cause=row.cause,
            name=row.name,
            branch=row.branch.code if row.branch else "",
            branch_name=row.branch.name if row.branch else "",
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            created_at=row.created_at,
            is_undone=row.undone_at is not None,
            loans=counts[row.pk]["loans"],
            holds=counts[row.pk]["holds"],
        )
        for row in rows
    ]


def branch_ids_of(branch_id: int | None) -> list[int]:
    """Return the branch, or all of them for None. One statement."""
    rows = Branch.objects.order_by("id").values_list("id", flat=True)
    return list(rows if branch_id is None else rows.filter(pk=branch_id))


def changed_calendars(new: NewClosure) -> tuple[dict[int, Calendar], dict[int, Calendar]]:
    """Return the calendars of the branches concerned, as they are and with the closure."""
    before = calendars_of(branch_ids_of(new.branch_id))
    span = Span(new.starts_on, new.ends_on, new.name, is_closed=True, is_sudden=True)
    after = {
        branch_id: replace(calendar, spans=(*calendar.spans, span))
        for branch_id, calendar in before.items()
    }
    return before, after


def loans_due_in(desk: Desk, new: NewClosure, *, branch_ids: Sequence[int] | None = None) -> Chosen:
    """Return which loans a closure concerns: those due in it, whatever their terms say."""
    ours = branch_ids_of(new.branch_id) if branch_ids is None else branch_ids
    return Chosen(
        branch_ids=ours,
        since=start_of_day(new.starts_on, desk.zone),
        until=end_of_day(new.ends_on, desk.zone),
        with_kept=True,
    )


def loans_due_later(desk: Desk, branch_ids: Sequence[int]) -> Chosen:
    """Return which loans another change of the calendar concerns: those due from today on."""
    return Chosen(branch_ids=branch_ids, since=start_of_day(desk.today, desk.zone))


def loan_days(moves: Iterable[Move], zone: ZoneInfo) -> tuple[MovedDay, ...]:
    """Return the moves by local days, whatever the branch and hour."""
    days: Counter[tuple[date, date]] = Counter()
    for move in moves:
        on, to = (at.astimezone(zone).date() for at in (move.of.due_at, move.due_after))
        days[on, to] += move.of.loans
    return tuple(MovedDay(on, to, count) for (on, to), count in sorted(days.items()))


def hold_days(moves: Iterable[ShelfMove]) -> tuple[MovedDay, ...]:
    """Return the moves of holds by days."""
    days: Counter[tuple[date, date]] = Counter()
    for move in moves:
        days[move.of.fetch_on, move.fetch_after] += move.of.holds
    return tuple(MovedDay(on, to, count) for (on, to), count in sorted(days.items()))
