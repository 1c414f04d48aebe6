"""On which day the weekly message to class teachers goes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from jieyue.notices.rules.timing import at_local

# A day the computer was off is made up for while it is still the same week's news.
MADE_UP: Final = timedelta(days=2)
WEEK: Final = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Weekly:
    """When it goes, in local time; `from_on`: not for a weekday that came before this day."""

    weekday: int  # 0 is Monday
    at: time
    from_on: date
    shows_titles: bool = False


def chosen_day(weekly: Weekly, today: date) -> date:
    """Return the last day that was the chosen weekday, today included."""
    return today - timedelta(days=(today.weekday() - weekly.weekday) % WEEK)


def week_of(day: date) -> date:
    """Return the Monday that a week is named by."""
    return day - timedelta(days=day.weekday())


def week_to_send(
    weekly: Weekly, now: datetime, zone: ZoneInfo, is_open: Callable[[date], bool]
) -> date | None:
    """Return the week (its Monday) whose message is due now; None: none is.

    Where the chosen day is a closed one it goes on the next open day, and not at all where that is
    no sooner than the next week's.
    """
    today = now.astimezone(zone).date()
    chosen = chosen_day(weekly, today)
    days = [chosen + timedelta(days=number) for number in range(WEEK)]
    first = next((day for day in days if is_open(day)), None)
    if first is None or chosen < weekly.from_on or not is_open(today):
        return None
    is_time = first <= today <= first + MADE_UP and now >= at_local(today, weekly.at, zone)
    return week_of(chosen) if is_time else None
