"""When a loan is due (design §3; the order that survives field/circulation.md §2's bugs).

local date arithmetic → vacation → closed-day strategy → ceilings → closed days backwards only →
last instant of that local day → UTC. Never 24 hours: a day may have 23 or 25.

A loan by the hour is due that many hours later, an instant; if the branch is closed then, when it
really opens next on that date's own hours, or when it last closed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from jieyue.circulation.rules.policies import Terms
from jieyue.circulation.rules.vacations import VacationRule, moved_by_vacation
from jieyue.libraries.rules.calendars import Calendar, end_of_day


@dataclass(frozen=True, slots=True)
class Ceiling:
    """A date no loan may pass, and why: `card_expiry`, or `term_end` with its name."""

    on: date
    why: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class TermEndRule:
    """The last day of a term (学期末还书日), for one card type or (None) all."""

    name: str
    on: date
    category_id: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One move of the date and where it led; `at` (UTC) where the hour matters.

    `counted` and `hours` (note: how many), `on_site`, `vacation` and `closed` (note: its name),
    `opening` and `closing` (the hour moved), `ceiling` (note: why) and `term_end` (note: its name),
    `closed_before` (back to an open day under the ceiling), `next_day` (lent in its last second).
    """

    what: str
    on: date
    note: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DueDate:
    """The last local day and the last instant (aware, UTC), with the steps that led there."""

    on: date
    at: datetime
    steps: tuple[Step, ...]

    @property
    def is_hourly(self) -> bool:
        """Whether it was lent by the hour, so that being late counts in hours too."""
        return self.steps[0].what == "hours"


@dataclass(frozen=True, slots=True, kw_only=True)
class DateRules:
    """Everything but the terms that a branch's dates are made of."""

    zone: ZoneInfo
    calendar: Calendar
    vacations: tuple[VacationRule, ...] = ()  # those of the branch
    term_ends: tuple[TermEndRule, ...] = ()

    def ceilings(
        self, today: date, *, category_id: int | None, expires_on: date | None
    ) -> list[Ceiling]:
        """Return what no loan made today may pass; what has passed already sets no ceiling."""
        found = [
            Ceiling(end.on, "term_end", end.name)
            for end in self.term_ends
            if end.on >= today and end.category_id in (None, category_id)
        ]
        if expires_on is not None and expires_on >= today:
            found.append(Ceiling(expires_on, "card_expiry"))
        return found


def loan_due(
    rules: DateRules,
    *,
    terms: Terms,
    now: datetime,
    category_id: int,
    expires_on: date | None,
    days: int | None = None,
    counted_from: datetime | None = None,
    is_on_site: bool = False,
) -> DueDate | None:
    """Return when a loan made (or renewed) `now` under these terms is due: the one way to ask.

    `days` other than the terms' loan days, as for a renewal or while others wait; `counted_from`
    if not from now, as for a renewal from its old date. Terms by the hour use their hours whatever
    `days` says. None: the branch does not open within 400 days; refuse with NO_OPEN_DAY.
    """
    if is_on_site:
        return on_site_due(now, rules.zone, rules.calendar)
    today = now.astimezone(rules.zone).date()
    ceilings = rules.ceilings(today, category_id=category_id, expires_on=expires_on)
    if terms.loan_hours:
        return hourly_due(
            now,
            hours=terms.loan_hours,
            zone=rules.zone,
            calendar=rules.calendar,
            closed_days=terms.closed_days,
            ceilings=ceilings,
            counted_from=counted_from,
        )
    return due_date(
        now,
        days=terms.loan_days if days is None else days,
        zone=rules.zone,
        calendar=rules.calendar,
        closed_days=terms.closed_days,
        ceilings=ceilings,
        vacations=rules.vacations,
        counted_from=counted_from,
    )


def due_date(
    start: datetime,
    *,
    days: int,
    zone: ZoneInfo,
    calendar: Calendar,
    closed_days: str,
    ceilings: Iterable[Ceiling] = (),
    vacations: Sequence[VacationRule] = (),
    counted_from: datetime | None = None,
) -> DueDate | None:
    """Return when a loan or renewal made at `start` (aware) is due.

    `days` are calendar days from the local date of `start`, or of `counted_from`. `closed_days` is
    `next_open`, `previous_open` or `keep`. None: the branch does not open within 400 days. The
    result is never before the local date of `start`.
    """
    first = start.astimezone(zone).date()
    counted = (counted_from or start).astimezone(zone).date() + timedelta(days=days)
    steps = [Step("counted", counted, str(days))]
    day = _on_open_day(
        max(counted, first), first, calendar, closed_days, vacations=vacations, steps=steps
    )
    if day is None:
        return None
    lowest = min(ceilings, key=lambda ceiling: ceiling.on, default=None)
    if lowest is not None and lowest.on < day:
        day = max(lowest.on, first)
        steps.append(_ceiling_step(lowest, day))
        if closed_days != "keep" and not calendar.is_open(day):
            day = calendar.previous_open(day, not_before=first) or day
            steps.append(Step("closed_before", day, calendar.why_closed(lowest.on)))
    at = end_of_day(day, zone)
    if at <= start:  # lent in the very last second of the day
        day += timedelta(days=1)
        at = end_of_day(day, zone)
        steps.append(Step("next_day", day))
    return DueDate(day, at, tuple(steps))


def _on_open_day(
    day: date,
    first: date,
    calendar: Calendar,
    closed_days: str,
    *,
    vacations: Sequence[VacationRule],
    steps: list[Step],
) -> date | None:
    """Apply vacations and the closed-day strategy until neither moves the date; note each step.

    From a vacation on, closed days only move it later: going back would undo the vacation.
    """
    goes_back = closed_days == "previous_open"
    for _ in range(2 * len(vacations) + 2):
        vacation = moved_by_vacation(vacations, day, made_on=first, calendar=calendar)
        if vacation is not None:
            day, name = vacation
            goes_back = False
            steps.append(Step("vacation", day, name))
        elif closed_days == "keep" or calendar.is_open(day):
            break
        else:
            note = calendar.why_closed(day)
            back = calendar.previous_open(day, not_before=first) if goes_back else None
            moved = back or calendar.next_open(day)
            if moved is None:
                return None
            day = moved
            steps.append(Step("closed", day, note))
    return day


def hourly_due(
    start: datetime,
    *,
    hours: int,
    zone: ZoneInfo,
    calendar: Calendar,
    closed_days: str,
    ceilings: Iterable[Ceiling] = (),
    counted_from: datetime | None = None,
) -> DueDate | None:
    """Return when a loan by the hour is due: elapsed hours, so a changed clock changes nothing.

    If the branch is closed then: `next_open` waits for its next real opening, `previous_open` ends
    at its last closing (or waits, if that was before the loan), `keep` leaves the hour as it is.
    Special days count, with the hours of that date. None: it does not open within 400 days.
    """
    at = ((counted_from or start) + timedelta(hours=hours)).replace(microsecond=0)
    at = max(at, start.replace(microsecond=0) + timedelta(seconds=1))
    steps = [_instant_step("hours", at, zone, str(hours))]
    if closed_days != "keep" and calendar.next_opening(at, zone) != at:
        note = calendar.why_closed(at.astimezone(zone).date())
        back = (
            calendar.last_closing(at, zone, after=start) if closed_days == "previous_open" else None
        )
        moved = back or calendar.next_opening(at, zone)
        if moved is None:
            return None
        at = moved
        steps.append(_instant_step("closing" if back else "opening", at, zone, note))
    lowest = min(ceilings, key=lambda ceiling: ceiling.on, default=None)
    if lowest is not None and end_of_day(lowest.on, zone) < at:
        at = max(end_of_day(lowest.on, zone), end_of_day(start.astimezone(zone).date(), zone))
        steps.append(_ceiling_step(lowest, at.astimezone(zone).date()))
        back = calendar.last_closing(at, zone, after=start)
        if closed_days != "keep" and back is not None and back != at:
            at = back
            steps.append(_instant_step("closing", at, zone))
    return _after(start, at, zone, steps)


def on_site_due(start: datetime, zone: ZoneInfo, calendar: Calendar) -> DueDate:
    """Return when something read in the library is due: today's closing.

    The end of today if it has closed already, or no hours are set.
    """
    today = start.astimezone(zone).date()
    closings = [closes for _, closes in calendar.openings(today, zone) if closes > start]
    at = closings[-1] if closings else end_of_day(today, zone)
    return _after(start, at, zone, [_instant_step("on_site", at, zone)])


def _after(start: datetime, at: datetime, zone: ZoneInfo, steps: list[Step]) -> DueDate:
    """Return an hour as a due date; lent in the last second of the day, it is the next day's."""
    on = at.astimezone(zone).date()
    if at <= start:
        on += timedelta(days=1)
        at = end_of_day(on, zone)
        steps.append(_instant_step("next_day", at, zone))
    return DueDate(on, at, tuple(steps))


def _ceiling_step(ceiling: Ceiling, day: date) -> Step:
    if ceiling.why == "term_end":
        return Step("term_end", day, ceiling.name)
    return Step("ceiling", day, ceiling.why)


def _instant_step(what: str, at: datetime, zone: ZoneInfo, note: str = "") -> Step:
    return Step(what, at.astimezone(zone).date(), note, at)
