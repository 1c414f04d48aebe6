"""When a branch is open: by local date, and by the hours of that date."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

MAX_DAYS_CLOSED: Final = 400
_EARLIEST, _LATEST = date(1900, 1, 1), date(2999, 12, 31)


@dataclass(frozen=True, slots=True)
class Span:
    """Days that differ from the week, `ends_on` included.

    `is_sudden` marks a closure that came up: it closes even a day that is open by exception.
    """

    starts_on: date
    ends_on: date
    name: str
    is_closed: bool
    is_sudden: bool = False


@dataclass(frozen=True, slots=True)
class Calendar:
    """A branch's weekdays and special days. No weekday at all means no hours were set: open."""

    weekdays: frozenset[int]  # 0 is Monday
    spans: tuple[Span, ...] = ()
    hours: tuple[tuple[int, time, time], ...] = ()  # weekday, opens, closes: local, in order

    def is_open(self, day: date) -> bool:
        """Say whether the branch opens that day.

        Open by exception (调休) beats closed, and a closure that came up beats both.
        """
        covering = [span for span in self.spans if span.starts_on <= day <= span.ends_on]
        if covering:
            if any(span.is_sudden for span in covering):
                return False
            return any(not span.is_closed for span in covering)
        return not self.weekdays or day.weekday() in self.weekdays

    def why_closed(self, day: date) -> str:
        """Return the name of the closure that covers the day; empty for a weekly closed day."""
        return next(
            (s.name for s in self.spans if s.is_closed and s.starts_on <= day <= s.ends_on), ""
        )

    def next_open(self, day: date) -> date | None:
        """Return the first open day from `day` on; None if there is none in 400 days."""
        return self._search(day, 1)

    def previous_open(self, day: date, *, not_before: date) -> date | None:
        """Return the last open day up to `day`, or None if that is before `not_before`."""
        found = self._search(day, -1)
        return found if found is not None and found >= not_before else None

    def nth_open(self, day: date, count: int) -> date | None:
        """Return the `count`th open day from `day` on (1: the first); None if it never comes."""
        found = self.next_open(day)
        for _ in range(count - 1):
            if found is None:
                return None
            found = self.next_open(found + timedelta(days=1))
        return found

    def openings(self, day: date, zone: ZoneInfo) -> list[tuple[datetime, datetime]]:
        """Return when it opens and closes on a local day, in order, as UTC instants.

        Empty on a closed day. Without hours the day is open from its first second to its last. A
        working weekend day (调休) without hours of its own has those of the weekday before it.
        """
        if not self.is_open(day):
            return []
        if not self.hours:
            return [(start_of_day(day, zone), end_of_day(day, zone))]
        spans = next(
            found
            for back in range(7)
            if (found := [(a, b) for d, a, b in self.hours if d == (day.weekday() - back) % 7])
        )
        return [(_instant(day, opens, zone), _last(day, closes, zone)) for opens, closes in spans]

    def next_opening(self, at: datetime, zone: ZoneInfo) -> datetime | None:
        """Return `at` if the branch is open then, else when it next opens; None if never."""
        day = at.astimezone(zone).date()
        for ahead in range(MAX_DAYS_CLOSED):
            for opens, closes in self.openings(day + timedelta(days=ahead), zone):
                if at <= closes:
                    return max(at, opens)
        return None

    def last_closing(self, at: datetime, zone: ZoneInfo, *, after: datetime) -> datetime | None:
        """Return `at` if the branch is open then, else when it last closed, if after `after`."""
        day = at.astimezone(zone).date()
        first = after.astimezone(zone).date()
        while day >= first:
            for opens, closes in reversed(self.openings(day, zone)):
                if opens <= at and min(at, closes) > after:
                    return min(at, closes)
            day -= timedelta(days=1)
        return None

    def _search(self, day: date, step: int) -> date | None:
        for _ in range(MAX_DAYS_CLOSED):
            if self.is_open(day):
                return day
            day += timedelta(days=step)
        return None


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """Return the first instant of a local day, in UTC, also when midnight is skipped."""
    return _instant(day, time(0), zone)


def days_between(first: date, last: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the first instants of a local day and of the one after another, whatever is asked.

    No day is taken from before 1900 or after 2999: nearer the ends of the calendar a day cannot be
    told in every zone.
    """
    first, last = (min(max(day, _EARLIEST), _LATEST) for day in (first, last))
    return start_of_day(first, zone), start_of_day(last + timedelta(days=1), zone)


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """Return the last second of a local day, in UTC, also when midnight is skipped or repeated."""
    return start_of_day(day + timedelta(days=1), zone) - timedelta(seconds=1)


def _instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Return a local time in UTC: the first one of two, the clock's jump if it is skipped."""
    return datetime.combine(day, at, zone).astimezone(UTC)


def _last(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Return a local time in UTC, the later one of two: a library closes when the hour is over."""
    local = datetime.combine(day, at, zone)
    return max(local.astimezone(UTC), local.replace(fold=1).astimezone(UTC))
