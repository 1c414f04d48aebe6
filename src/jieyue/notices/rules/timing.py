"""When a message may go: the library's hours of sending, the reader's quiet hours, its day."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from jieyue.notices.rules.kinds import COLLECTED, DAILY, REMINDERS, SHORTLY


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """When messages may go, in local time; `quiet_*` are the reader's own, both or neither."""

    zone: ZoneInfo
    sends_from: time
    sends_until: time  # equal to `sends_from`: at any hour
    reminds_at: time
    quiet_from: time | None = None
    quiet_until: time | None = None


def allowed_at(hours: Hours, moment: datetime) -> datetime:
    """Return `moment`, or the first one after it at which a message may go. Aware UTC.

    Where the quiet hours leave nothing of the hours of sending, the reader's are not kept: what
    they have to hear would never go.
    """
    bounds = [(hours.sends_until, hours.sends_from)]
    if hours.quiet_from is not None and hours.quiet_until is not None:
        bounds.append((hours.quiet_from, hours.quiet_until))
    found = moment
    for _ in range(4):  # two kinds of quiet may end in each other
        later = found
        for quiet_from, quiet_until in bounds:
            later = _after_quiet(hours.zone, later, quiet_from, quiet_until)
        if later == found:
            return found
        found = later
    return _after_quiet(hours.zone, moment, *bounds[0])


def _after_quiet(zone: ZoneInfo, moment: datetime, start: time, end: time) -> datetime:
    """Return `moment`, or when the quiet time that it falls into is over."""
    local = moment.astimezone(zone)
    at = local.time().replace(tzinfo=None)
    is_quiet = start <= at < end if start <= end else at >= start or at < end
    if start == end or not is_quiet:
        return moment
    day = local.date() + timedelta(days=1) if start > end and at >= start else local.date()
    return max(moment, at_local(day, end, zone))


def at_local(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Return a local time in UTC, also where the clocks skip or repeat it."""
    return datetime.combine(day, at, zone).astimezone(UTC)


def goes_at(kinds: set[str], hours: Hours, now: datetime) -> datetime:
    """Return when a message of these kinds is to go: as soon as the most urgent of them may.

    What happens by itself waits for the morning, when reminders go. Those are made for a morning,
    shortly before it or after, so they wait for that one only.
    """
    return min(_goes_at(kind, hours, now) for kind in kinds)


def _goes_at(kind: str, hours: Hours, now: datetime) -> datetime:
    if kind not in DAILY:
        return allowed_at(hours, now + COLLECTED.get(kind, SHORTLY))
    today = now.astimezone(hours.zone).date()
    morning = at_local(today, hours.reminds_at, hours.zone)
    if morning < now and kind not in REMINDERS:
        morning = at_local(today + timedelta(days=1), hours.reminds_at, hours.zone)
    return allowed_at(hours, max(morning, now))
