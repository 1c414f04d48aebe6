"""When a branch is open, by local date."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

MAX_DAYS_CLOSED: Final = 400


@dataclass(frozen=True, slots=True)
class Span:
    """Days that differ from the week, `ends_on` included."""

    starts_on: date
    ends_on: date
    name: str
    is_closed: bool


@dataclass(frozen=True, slots=True)
class Calendar:
    """A branch's weekdays and special days. No weekday at all means no hours were set: open."""

    weekdays: frozenset[int]  # 0 is Monday
    spans: tuple[Span, ...] = ()

    def is_open(self, day: date) -> bool:
        """Say whether the branch opens that day; open by exception (调休) beats closed."""
        covering = [span for span in self.spans if span.starts_on <= day <= span.ends_on]
        if covering:
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

    def _search(self, day: date, step: int) -> date | None:
        for _ in range(MAX_DAYS_CLOSED):
            if self.is_open(day):
                return day
            day += timedelta(days=step)
        return None
