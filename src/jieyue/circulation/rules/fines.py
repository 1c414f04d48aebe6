"""What being late costs, in money and in days of 停借: the one function that previews and settles.

Two steps, so that "why?" can rebuild a figure from what was kept with it: `late_facts` looks at
calendar and terms and writes down all that counts, `fine_of` calculates from nothing else.

- Days are local dates after the due date, the last one included. An hourly loan counts the hours
  the branch was open on days that count, put together, the last one begun: nobody brings a book
  back at night. Where no hours are set, or closed days count too, it is the hours that passed.
  Never 24 hours for a day: clocks change. (FOLIO divides the minutes a branch was open by 1,440
  and so charges a third of the days.)
- A day that does not count (closed, vacation) uses up no grace either.
- Grace is all or nothing, unless the terms spare it for good.
- Caps: per loan, with what earlier periods of it cost; the copy's price, if known; per reader, what
  they have not paid yet for being late. Never below zero, never less for coming back later.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from jieyue.circulation.rules.policies import Terms
from jieyue.circulation.rules.vacations import FreeDays
from jieyue.libraries.rules.calendars import Calendar

ONE_DAY: Final = timedelta(days=1)
CLOSED: Final = "closed"
VACATION: Final = "vacation"


@dataclass(frozen=True, slots=True)
class Uncounted:
    """Days in a row that do not count as late: `why` is closed or vacation, `name` of what."""

    first: date
    last: date
    why: str
    name: str = ""

    @property
    def days(self) -> int:
        """How many they are."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class LateFacts:
    """All that the figure is made of. Moments are aware UTC, dates local, money fen.

    `price_cents` None: not known. `before_cents` is what earlier periods of this loan cost,
    `unpaid_cents` what the reader owes for other lateness.
    """

    due_at: datetime
    ended_at: datetime
    zone: str
    is_hourly: bool
    uncounted: tuple[Uncounted, ...]
    settled_by: str
    fine_cents: int
    fine_grace: int
    fine_spares_grace: bool
    max_fine_cents: int
    fine_price_cap: bool
    max_fines_cents: int
    suspension_days: int
    max_suspension_days: int
    price_cents: int | None = None
    before_cents: int = 0
    unpaid_cents: int = 0
    closed_seconds: int = 0  # of an hourly loan: while it was closed on days that do count


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the calculation and the figure after it (units, fen or days).

    `late`, `closed`, `vacation`, `night`, `grace` leave units; `money`, `max_fine`, `price`,
    `reader` fen; `days`, `max_days` days of 停借.
    """

    what: str
    figure: int
    by: int = 0  # how many did not count, or the rate or cap that was applied
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fine:
    """What a loan's lateness costs: units that count, fen, and days of 停借, with every step."""

    units: int
    amount_cents: int
    days: int
    late_days: int  # local dates past the due date, whether they count or not
    facts: LateFacts
    steps: tuple[Step, ...]

    @property
    def is_nothing(self) -> bool:
        """Say whether there is nothing to settle."""
        return not self.amount_cents and not self.days


def stopped_at(ended_at: datetime, *stops: datetime | None) -> datetime:
    """Return when lateness ends: a claim or a loss before the end stops the clock."""
    return min([ended_at, *(stop for stop in stops if stop is not None)])


def late_facts(
    *,
    due_at: datetime,
    ended_at: datetime,
    zone: ZoneInfo,
    calendar: Calendar,
    is_hourly: bool,
    terms: Terms,
    price_cents: int | None = None,
    before_cents: int = 0,
    unpaid_cents: int = 0,
    free: Iterable[FreeDays] = (),
) -> LateFacts:
    """Write down what the figure is made of. `calendar` and `zone` are those of the loan's branch.

    `free` are vacation days that do not count (`vacations.uncounted_days`).
    """
    first, last = _dates(due_at, ended_at, zone, is_hourly=is_hourly)
    uncounted = _uncounted(
        first, last, calendar, tuple(free), counts_closed=terms.fine_counts_closed
    )
    closed_seconds = 0
    if is_hourly and calendar.hours and not terms.fine_counts_closed:
        closed_seconds = _closed_seconds(due_at, ended_at, uncounted, calendar, zone)
    return LateFacts(
        due_at=due_at,
        ended_at=ended_at,
        zone=zone.key,
        is_hourly=is_hourly,
        uncounted=uncounted,
        settled_by=terms.settled_by,
        fine_cents=terms.fine_cents,
        fine_grace=terms.fine_grace,
        fine_spares_grace=terms.fine_spares_grace,
        max_fine_cents=terms.max_fine_cents,
        fine_price_cap=terms.fine_price_cap,
        max_fines_cents=terms.max_fines_cents,
        suspension_days=terms.suspension_days,
        max_suspension_days=terms.max_suspension_days,
        price_cents=price_cents,
        before_cents=before_cents,
        unpaid_cents=unpaid_cents,
        closed_seconds=closed_seconds,
    )


def fine_of(facts: LateFacts) -> Fine:
    """Calculate the fine of a loan that ended (or ends now) at `facts.ended_at`."""
    zone = ZoneInfo(facts.zone)
    first, last = _dates(facts.due_at, facts.ended_at, zone, is_hourly=facts.is_hourly)
    due_on = facts.due_at.astimezone(zone).date()
    late_days = max(0, (facts.ended_at.astimezone(zone).date() - due_on).days)
    if facts.ended_at <= facts.due_at or first > last or facts.settled_by == "nothing":
        late_days = late_days if facts.ended_at > facts.due_at else 0
        return Fine(units=0, amount_cents=0, days=0, late_days=late_days, facts=facts, steps=())
    steps: list[Step] = []
    dates = (last - first).days + 1 - sum(run.days for run in facts.uncounted)
    units = _count(facts, first, last, zone, steps)
    if units <= facts.fine_grace or facts.fine_spares_grace:
        spared = min(units, facts.fine_grace)
        units -= spared
        if spared:
            steps.append(Step("grace", units, spared))
    amount = _money(facts, units, steps) if facts.settled_by in ("money", "either") else 0
    days = 0
    # Where one pays or waits, nothing to pay (a cap took it all) is nothing to wait out.
    if facts.settled_by == "days" or (
        facts.settled_by == "either" and (amount or not facts.fine_cents)
    ):
        days = _days(facts, min(units, dates), steps)
    return Fine(
        units=units,
        amount_cents=amount,
        days=days,
        late_days=late_days,
        facts=facts,
        steps=tuple(steps),
    )


def as_json(facts: LateFacts) -> dict[str, Any]:
    """Return the facts as plain values, to be kept with the assessment."""
    plain = asdict(facts)
    plain["due_at"], plain["ended_at"] = facts.due_at.isoformat(), facts.ended_at.isoformat()
    plain["uncounted"] = [
        [run.first.isoformat(), run.last.isoformat(), run.why, run.name] for run in facts.uncounted
    ]
    return plain


def from_json(kept: dict[str, Any]) -> LateFacts:
    """Return the facts that `as_json` kept; other keys beside them do not matter."""
    values = {item.name: kept[item.name] for item in fields(LateFacts) if item.name in kept}
    values["due_at"] = datetime.fromisoformat(values["due_at"])
    values["ended_at"] = datetime.fromisoformat(values["ended_at"])
    values["uncounted"] = tuple(
        Uncounted(date.fromisoformat(first), date.fromisoformat(last), why, name)
        for first, last, why, name in values["uncounted"]
    )
    return LateFacts(**values)


def _dates(
    due_at: datetime, ended_at: datetime, zone: ZoneInfo, *, is_hourly: bool
) -> tuple[date, date]:
    """Return the first and last local date with lateness; an hourly loan's may be the due date."""
    due_on = due_at.astimezone(zone).date()
    return (due_on if is_hourly else due_on + ONE_DAY), ended_at.astimezone(zone).date()


def _uncounted(
    first: date,
    last: date,
    calendar: Calendar,
    free: tuple[FreeDays, ...],
    *,
    counts_closed: bool,
) -> tuple[Uncounted, ...]:
    runs: list[Uncounted] = []
    day = first
    while day <= last:
        why, name = "", ""
        vacation = next((days for days in free if days.holds(day)), None)
        if vacation is not None:
            why, name = VACATION, vacation.name
        elif not counts_closed and not calendar.is_open(day):
            why, name = CLOSED, calendar.why_closed(day)
        if why:
            before = runs[-1] if runs else None
            if before and (before.last, before.why, before.name) == (day - ONE_DAY, why, name):
                runs[-1] = Uncounted(before.first, day, why, name)
            else:
                runs.append(Uncounted(day, day, why, name))
        day += ONE_DAY
    return tuple(runs)


def _count(facts: LateFacts, first: date, last: date, zone: ZoneInfo, steps: list[Step]) -> int:
    """Return the days or hours that count, before any grace."""
    late = _hours(facts, (), zone) if facts.is_hourly else (last - first).days + 1
    steps.append(Step("late", late))
    for why in (CLOSED, VACATION):
        runs = tuple(run for run in facts.uncounted if run.why == why)
        if not runs:
            continue
        taken = runs if why == CLOSED else facts.uncounted
        left = (
            _hours(facts, taken, zone) if facts.is_hourly else late - sum(run.days for run in runs)
        )
        names = "、".join(dict.fromkeys(run.name for run in runs if run.name))
        steps.append(Step(why, left, late - left, names))
        late = left
    if facts.closed_seconds:
        left = _hours(facts, facts.uncounted, zone, closed=facts.closed_seconds)
        steps.append(Step("night", left, late - left))
        late = left
    return late


def _hours(
    facts: LateFacts, without: tuple[Uncounted, ...], zone: ZoneInfo, *, closed: int = 0
) -> int:
    """Return the hours begun between due and end, less `closed` and the days of `without`."""
    seconds = _counted_seconds(facts.due_at, facts.ended_at, without, zone) - closed
    return max(0, int(-(-seconds // 3600)))


def _counted_seconds(
    due_at: datetime, ended_at: datetime, without: tuple[Uncounted, ...], zone: ZoneInfo
) -> float:
    """Return the seconds between due and end, less those on the days of `without`."""
    seconds = (ended_at - due_at).total_seconds()
    for run in without:
        starts = datetime.combine(run.first, time(0), zone).astimezone(UTC)
        ends = datetime.combine(run.last + ONE_DAY, time(0), zone).astimezone(UTC)
        inside = min(ends, ended_at) - max(starts, due_at)
        seconds -= max(0.0, inside.total_seconds())
    return seconds


def _closed_seconds(
    due_at: datetime,
    ended_at: datetime,
    uncounted: tuple[Uncounted, ...],
    calendar: Calendar,
    zone: ZoneInfo,
) -> int:
    """Return how long the branch was closed between due and end on days that count."""
    if ended_at <= due_at:
        return 0
    seconds = _counted_seconds(due_at, ended_at, uncounted, zone)
    day, last = (at.astimezone(zone).date() for at in (due_at, ended_at))
    while day <= last:
        if not any(run.first <= day <= run.last for run in uncounted):
            for opens, closes in calendar.openings(day, zone):
                inside = min(closes, ended_at) - max(opens, due_at)
                seconds -= max(0.0, inside.total_seconds())
        day += ONE_DAY
    return max(0, int(seconds))


def _money(facts: LateFacts, units: int, steps: list[Step]) -> int:
    amount = units * facts.fine_cents
    steps.append(Step("money", amount, facts.fine_cents))
    caps: list[tuple[str, int | None, int]] = [
        ("max_fine", facts.max_fine_cents or None, facts.before_cents),
        ("price", facts.price_cents if facts.fine_price_cap else None, facts.before_cents),
        ("reader", facts.max_fines_cents or None, facts.unpaid_cents),
    ]
    for what, cap, used in caps:
        if cap is not None and max(0, cap - used) < amount:
            amount = max(0, cap - used)
            steps.append(Step(what, amount, cap))
    return amount


def _days(facts: LateFacts, units: int, steps: list[Step]) -> int:
    days = units * facts.suspension_days
    steps.append(Step("days", days, facts.suspension_days))
    if 0 < facts.max_suspension_days < days:
        days = facts.max_suspension_days
        steps.append(Step("max_days", days, facts.max_suspension_days))
    return days
