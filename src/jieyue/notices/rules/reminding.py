"""Which reminder, if any, a loan, a hold or a card wants today."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from jieyue.libraries.rules.calendars import Calendar

# A step that was missed while the computer was off is still made up for this many days.
MADE_UP: Final = 30
FAR: Final = 60  # days looked ahead where a branch does not open any more


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """What a library reminds of, in days. `before` holds 0 for the due day itself."""

    before: tuple[int, ...]
    overdue: tuple[int, ...]
    hold_before: int
    card_before: int
    skips_closed_days: bool


@dataclass(frozen=True, slots=True)
class Reminder:
    """A reminder to be given: its kind, and its step in days."""

    kind: str
    step: int


def of_loan(
    steps: Steps, calendar: Calendar, *, due_on: date, since: date, today: date
) -> Reminder | None:
    """Return what is said today of an open loan that runs since `since`.

    Never two at once: of several steps that have come, the last one. What would have been said on
    a closed day is said on the open day before; nobody is reminded on the day they borrowed.
    """
    if steps.skips_closed_days and not calendar.is_open(today):
        return None
    if today > due_on:
        late = (today - due_on).days
        reached = [step for step in steps.overdue if step <= late]
        return (
            Reminder("overdue", max(reached))
            if reached and late - max(reached) <= MADE_UP
            else None
        )
    for step in sorted(steps.before):
        said_on = _said_on(steps, calendar, due_on - timedelta(days=step))
        if since < said_on <= today:
            return Reminder("due_today" if today == due_on else "due_soon", step)
    return None


def of_day(
    steps: Steps, calendar: Calendar, *, last_on: date, before: int, since: date, today: date
) -> Reminder | None:
    """Return what is said today of a last day (to fetch a book, of a card); 0 days: nothing."""
    if not before or today > last_on or (steps.skips_closed_days and not calendar.is_open(today)):
        return None
    said_on = _said_on(steps, calendar, last_on - timedelta(days=before))
    return Reminder("", before) if since < said_on <= today else None


def reach(steps: Steps, calendar: Calendar, *, most: int, today: date) -> date:
    """Return the last day of which something may be said today.

    It lies further off before a vacation: what would be said while it is closed is said now.
    """
    opens = calendar.next_open(today + timedelta(days=1)) if steps.skips_closed_days else None
    quiet = (opens - today).days if opens else 1
    return today + timedelta(days=most + min(quiet, FAR) - 1)


def _said_on(steps: Steps, calendar: Calendar, day: date) -> date:
    if not steps.skips_closed_days:
        return day
    return calendar.previous_open(day, not_before=day - timedelta(days=FAR)) or day
