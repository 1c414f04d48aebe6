"""Moving the dates of open loans and holds when the calendar changes under them.

Later only: the reader may hold a notice with the old date (RERO's rule). Just for a last day of
term may staff choose to bring dates forward, with days of notice. The next open day is
that of the whole calendar, so weekly closed days and other closures after it count (Evergreen's
emergency closing takes the day after). Loans with the same date move together, so a city's loans
are a handful of moves.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from jieyue.circulation.rules.vacations import VacationRule
from jieyue.libraries.rules.calendars import Calendar, end_of_day

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DueLoans:
    """How many open loans of a branch are due at one instant; `by_hour` if they end at an hour."""

    branch_id: int
    due_at: datetime
    by_hour: bool
    loans: int


@dataclass(frozen=True, slots=True)
class Move:
    """Those loans, due then instead."""

    of: DueLoans
    due_after: datetime


@dataclass(frozen=True, slots=True)
class ShelfHolds:
    """How many holds of a branch wait to be fetched by one day."""

    branch_id: int
    fetch_on: date
    holds: int


@dataclass(frozen=True, slots=True)
class ShelfMove:
    """Those holds, kept longer."""

    of: ShelfHolds
    fetch_after: date


def moved_by_calendar(
    groups: Iterable[DueLoans], calendars: Mapping[int, Calendar], zone: ZoneInfo
) -> list[Move]:
    """Move what is due on a closed day to the next open day, or the next opening hour.

    What would find no open day within 400 days stays.
    """
    moves = []
    for group in groups:
        calendar = calendars[group.branch_id]
        day = group.due_at.astimezone(zone).date()
        if calendar.is_open(day):
            continue
        after = _next(calendar, day, zone, by_hour=group.by_hour)
        if after is not None and after > group.due_at:
            moves.append(Move(group, after))
    return moves


def moved_by_vacation(
    groups: Iterable[DueLoans],
    rule: VacationRule,
    calendars: Mapping[int, Calendar],
    zone: ZoneInfo,
    *,
    before: VacationRule | None = None,
) -> list[Move]:
    """Move what the vacation moves; loans by the hour stay.

    `groups` are those made in its window if it moves those. `before`: what it was before it was
    changed; what it moved then moves on with it.
    """
    moves = []
    for group in groups:
        calendar = calendars[group.branch_id]
        day = group.due_at.astimezone(zone).date()
        follows = before is not None and before.moves == "due" and day == _open(before, calendar)
        asked = rule.window[0] if follows else day
        to = rule.moved_to(asked, made_on=rule.window[0], calendar=calendar)
        on = _open(rule, calendar) if to is not None else None
        if on is not None and on > day and not group.by_hour:
            moves.append(Move(group, end_of_day(on, zone)))
    return moves


def moved_by_term_end(
    groups: Iterable[DueLoans],
    on: date,
    calendars: Mapping[int, Calendar],
    zone: ZoneInfo,
    *,
    not_before: date,
) -> list[Move]:
    """Bring what is due after the last day of a term forward to it, or to the open day before it.

    What would be due before `not_before` stays, and so do loans by the hour.
    """
    moves = []
    for group in groups:
        to = calendars[group.branch_id].previous_open(on, not_before=not_before)
        if to is not None and not group.by_hour and end_of_day(to, zone) < group.due_at:
            moves.append(Move(group, end_of_day(to, zone)))
    return moves


def shelf_moves(
    groups: Iterable[ShelfHolds],
    before: Mapping[int, Calendar],
    after: Mapping[int, Calendar],
    *,
    since: date,
) -> list[ShelfMove]:
    """Give back to readers the open days from `since` on that a change of the calendar took."""
    moves = []
    for group in groups:
        old, new = before[group.branch_id], after[group.branch_id]
        left = ((group.fetch_on - since).days + 1) if group.fetch_on >= since else 0
        days = [since + timedelta(days=n) for n in range(left)]
        lost = sum(old.is_open(day) and not new.is_open(day) for day in days)
        later = new.nth_open(group.fetch_on + ONE_DAY, lost) if lost else None
        if later is not None:
            moves.append(ShelfMove(group, later))
    return moves


def moved_back(
    due_before: datetime,
    due_after: datetime,
    *,
    now: datetime,
    calendar: Calendar,
    zone: ZoneInfo,
    by_hour: bool = False,
) -> datetime:
    """Return the date that undoing a move leads to: the old one, if it is still to come.

    Else the next open day (or, of a loan by the hour whose old day is closed now, its opening), so
    that nobody is late by it; never later than it is now. What was brought forward gets its old
    date back, or the next open day.
    """
    today = now.astimezone(zone).date()
    day = due_before.astimezone(zone).date()
    if due_before > due_after:
        later = None if calendar.is_open(day) else _next(calendar, day, zone, by_hour=by_hour)
        return later or due_before
    is_to_come = due_before >= now
    if is_to_come and calendar.is_open(day):
        return due_before
    back = _next(calendar, max(day, today), zone, by_hour=by_hour and is_to_come)
    return due_after if back is None else min(due_after, back)


def shelf_back(fetch_before: date, fetch_after: date, *, today: date, calendar: Calendar) -> date:
    """Return the last day on the shelf that undoing a move leads to: an open one, today or later.

    Never later than it is now.
    """
    on = calendar.next_open(max(fetch_before, today))
    return fetch_after if on is None else min(fetch_after, on)


def _open(rule: VacationRule, calendar: Calendar) -> date | None:
    """Return the open day that a vacation's loans are due."""
    target = rule.target(calendar)
    return None if target is None else calendar.next_open(target)


def _next(calendar: Calendar, day: date, zone: ZoneInfo, *, by_hour: bool) -> datetime | None:
    if by_hour:
        return calendar.next_opening(end_of_day(day, zone) + timedelta(seconds=1), zone)
    on = calendar.next_open(day)
    return None if on is None else end_of_day(on, zone)
