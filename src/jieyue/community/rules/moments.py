"""Local days and hours as they are typed, across the change of the clock."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo


def month_of(day: date) -> date:
    """Return the first day of a day's month."""
    return day.replace(day=1)


def start_of(day: date, zone: ZoneInfo) -> datetime:
    """Return when a local day begins, in UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def moment_of(local: datetime, zone: ZoneInfo) -> datetime | None:
    """Return a typed local moment in UTC; None for an hour that the clock skips that night.

    Of an hour that comes twice it is the first.
    """
    moment = local.replace(tzinfo=zone).astimezone(UTC)
    return moment if moment.astimezone(zone).replace(tzinfo=None) == local else None


def age_on(born_on: date, day: date) -> int:
    """Return somebody's age in whole years; 29 February counts from 1 March in other years."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))
