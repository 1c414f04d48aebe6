"""寒暑假: which loans a vacation moves, which of its days count as late, how many more may be lent.

The four switches are independent of each other; schools use every combination (field/china.md §4).
A vacation never brings a date forward.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from jieyue.libraries.rules.calendars import Calendar
from jieyue.libraries.rules.changes import LAST_DAY, Trouble, name_trouble, span_trouble

MOVES: Final = ("none", "all", "made", "due")
LATE_DAYS: Final = ("never", "if_late_before", "if_late_after")
MAX_NUMBER: Final = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class VacationRule:
    """One vacation; local dates, inclusive. `models.Vacation` says what each switch means."""

    name: str
    starts_on: date
    ends_on: date
    moves: str = "none"  # none, all, made, due
    window_starts_on: date | None = None
    window_ends_on: date | None = None
    due_on: date | None = None
    due_after_open_days: int | None = None
    late_days: str = "never"  # never, if_late_before, if_late_after
    grace_days: int = 0
    extra_loans: int = 0
    branch_id: int | None = None

    @property
    def window(self) -> tuple[date, date]:
        """The days its first and last switch look at: the vacation itself unless given."""
        return self.window_starts_on or self.starts_on, self.window_ends_on or self.ends_on

    def target(self, calendar: Calendar) -> date | None:
        """Return the day its loans are due: a fixed one or the nth open day after its last."""
        if self.due_on is not None or self.due_after_open_days is None:
            return self.due_on
        return calendar.nth_open(self.ends_on + timedelta(days=1), max(1, self.due_after_open_days))

    def moved_to(self, due_on: date, *, made_on: date, calendar: Calendar) -> date | None:
        """Return where a loan made and due then is due instead; None if it stays."""
        first, last = self.window
        if self.moves == "none" or (self.moves != "made" and due_on < first):
            return None
        asked = made_on if self.moves == "made" else due_on
        if self.moves != "all" and not first <= asked <= last:
            return None
        target = self.target(calendar)
        return target if target is not None and target > due_on else None


@dataclass(frozen=True, slots=True)
class FreeDays:
    """Days that do not count as late, `ends_on` included, and the vacation they belong to."""

    starts_on: date
    ends_on: date
    name: str

    def holds(self, day: date) -> bool:
        """Say whether a day is one of them."""
        return self.starts_on <= day <= self.ends_on


def vacation_trouble(rule: VacationRule) -> Trouble | None:
    """Say why there cannot be such a vacation."""
    first, last = rule.window
    numbers = (rule.grace_days, rule.extra_loans, rule.due_after_open_days or 1)
    trouble = (
        name_trouble(rule.name)
        or span_trouble(rule.starts_on, rule.ends_on)
        or span_trouble(first, last)
    )
    if trouble is not None:
        return trouble
    if not all(0 <= number <= MAX_NUMBER for number in numbers):
        return Trouble.NUMBER_BAD
    if rule.moves not in MOVES or rule.late_days not in LATE_DAYS:
        return Trouble.NUMBER_BAD
    if rule.moves != "none" and (rule.due_on is None) == (rule.due_after_open_days is None):
        return Trouble.WHEN_MISSING
    is_inside = rule.due_on is not None and rule.due_on <= max(rule.ends_on, last)
    if rule.due_on is not None and rule.due_on > LAST_DAY:
        return Trouble.DAY_TOO_FAR
    return Trouble.RETURNS_BEFORE_END if rule.moves != "none" and is_inside else None


def moved_by_vacation(
    vacations: Iterable[VacationRule], due_on: date, *, made_on: date, calendar: Calendar
) -> tuple[date, str] | None:
    """Return the latest date that a vacation moves this loan to, and its name; None if none does.

    A date it is moved to may fall into another vacation: ask again with it.
    """
    found = [
        (to, rule.name)
        for rule in vacations
        if (to := rule.moved_to(due_on, made_on=made_on, calendar=calendar)) is not None
    ]
    return max(found, default=None)


def uncounted_days(
    vacations: Iterable[VacationRule], *, due_on: date, returned_on: date
) -> tuple[FreeDays, ...]:
    """Return the vacation days that do not count as late for a loan due and returned then.

    They may overlap each other and closed days. With a grace after the vacation, coming back in it
    is not late, so its days are free too; coming back later, the whole vacation counts.
    """
    free = []
    for rule in vacations:
        ends_on = rule.ends_on
        if rule.late_days == "if_late_before" and due_on < rule.starts_on:
            continue
        if rule.late_days == "if_late_after":
            ends_on += timedelta(days=rule.grace_days)
            if returned_on > ends_on:
                continue
        if due_on < ends_on and returned_on >= rule.starts_on:
            free.append(FreeDays(rule.starts_on, ends_on, rule.name))
    return tuple(free)


def extra_loans(vacations: Iterable[VacationRule], today: date) -> int:
    """Return how many loans above the limit are allowed today: the most that a vacation gives."""
    return max(
        (rule.extra_loans for rule in vacations if rule.window[0] <= today <= rule.window[1]),
        default=0,
    )
