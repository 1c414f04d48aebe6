"""When a copy really came back: now, before the branch last closed (the book drop), or earlier."""

from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from jieyue.libraries.rules.calendars import MAX_DAYS_CLOSED, Calendar

MAX_DAYS_BACK: Final = 30  # for who may back-date; the book drop reaches to the last closing
MAX_DAYS_TO_CORRECT: Final = 7  # how long the day of a return can be corrected


class ReturnDateError(ValueError):
    """A moment that no return can be of: `in_future` or `too_long_ago`."""

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault


def drop_moment(now: datetime, *, zone: ZoneInfo, calendar: Calendar) -> datetime:
    """Return when the branch last closed before `now`: what lies in the book drop came before.

    A branch without hours closes at the end of each open day. One that has been closed for 400
    days has no book drop: now.
    """
    today = now.astimezone(zone).date()
    for back in range(MAX_DAYS_CLOSED):
        for _, closes in reversed(calendar.openings(today - timedelta(days=back), zone)):
            if closes < now:
                return closes
    return now


def is_beyond_drop(as_of: datetime, now: datetime, *, drop: datetime) -> bool:
    """Say whether returning as of that moment takes a right of its own.

    Raises:
        ReturnDateError: nothing can have come back then.

    """
    if as_of > now:
        raise ReturnDateError("in_future")
    if as_of >= drop:
        return False
    if as_of < now - timedelta(days=MAX_DAYS_BACK):
        raise ReturnDateError("too_long_ago")
    return True


def can_redate(scanned_at: datetime, now: datetime) -> bool:
    """Say whether the day of a return can still be corrected."""
    return scanned_at >= now - timedelta(days=MAX_DAYS_TO_CORRECT)


def days_late(due_at: datetime, back: datetime, zone: ZoneInfo) -> int:
    """Return how many local dates late a copy came back; 0 in time."""
    return max(0, (_day(back, zone) - _day(due_at, zone)).days)


def _day(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()
