"""When a loan is due (design §3; the order that survives field/circulation.md §2's bugs).

local date arithmetic → closed-day strategy → ceilings → closed days backwards only → last instant
of that local day → UTC. Never 24 hours: a day may have 23 or 25.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from jieyue.libraries.rules.calendars import Calendar


@dataclass(frozen=True, slots=True)
class Ceiling:
    """A date no loan may pass, and why (`card_expiry`)."""

    on: date
    why: str


@dataclass(frozen=True, slots=True)
class Step:
    """One move of the date: `counted`, `closed`, `ceiling` or `closed_before`, and to where."""

    what: str
    on: date
    note: str = ""


@dataclass(frozen=True, slots=True)
class DueDate:
    """The last local day and the last instant (aware, UTC), with the steps that led there."""

    on: date
    at: datetime
    steps: tuple[Step, ...]


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """Return the last second of a local day, in UTC, also when midnight is skipped or repeated."""
    midnight = datetime.combine(day + timedelta(days=1), time(0), zone)
    return midnight.astimezone(UTC) - timedelta(seconds=1)


def due_date(
    start: datetime,
    *,
    days: int,
    zone: ZoneInfo,
    calendar: Calendar,
    closed_days: str,
    ceilings: Iterable[Ceiling] = (),
) -> DueDate | None:
    """Return when a loan or renewal counted from `start` (aware) is due.

    `days` are calendar days from the local date of `start`. `closed_days` is `next_open`,
    `previous_open` or `keep`. None: the branch does not open within 400 days. The result is never
    before the local date of `start`.
    """
    first = start.astimezone(zone).date()
    day = first + timedelta(days=days)
    steps = [Step("counted", day, str(days))]
    if closed_days != "keep" and not calendar.is_open(day):
        note = calendar.why_closed(day)
        moved = (
            calendar.next_open(day)
            if closed_days == "next_open"
            else calendar.previous_open(day, not_before=first) or calendar.next_open(day)
        )
        if moved is None:
            return None
        day = moved
        steps.append(Step("closed", day, note))
    lowest = min(ceilings, key=lambda ceiling: ceiling.on, default=None)
    if lowest is not None and lowest.on < day:
        day = max(lowest.on, first)
        steps.append(Step("ceiling", day, lowest.why))
        if closed_days != "keep" and not calendar.is_open(day):
            day = calendar.previous_open(day, not_before=first) or day
            steps.append(Step("closed_before", day, calendar.why_closed(lowest.on)))
    at = end_of_day(day, zone)
    if at <= start:  # lent in the very last second of the day
        day += timedelta(days=1)
        at = end_of_day(day, zone)
    return DueDate(day, at, tuple(steps))
