"""Dates that other systems got wrong (field/circulation.md §13), one test for each."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from jieyue.circulation.rules.due_dates import Ceiling, due_date, hourly_due
from jieyue.libraries.rules.calendars import Calendar, Span, end_of_day

ALWAYS = Calendar(frozenset())
OPEN_NINE_TO_FIVE = Calendar(
    frozenset(range(5)), hours=tuple((day, time(9), time(17)) for day in range(5))
)


def at(text: str, zone: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def due(start: datetime, zone: str, *, days: int, calendar: Calendar = ALWAYS, **more):
    found = due_date(
        start, days=days, zone=ZoneInfo(zone), calendar=calendar,
        closed_days=more.pop("closed_days", "next_open"), **more,
    )  # fmt: skip
    assert found is not None
    return found


def test_a_weekly_closed_day_stays_closed_beside_a_yearly_holiday_on_it() -> None:
    """Koha 38633: weekly closures were ignored once a holiday fell on that weekday."""
    sunday = Span(date(2026, 3, 8), date(2026, 3, 8), "妇女节", True)
    calendar = Calendar(frozenset(range(6)), (sunday,))  # closed on Sundays

    assert not calendar.is_open(date(2026, 3, 8))
    assert not calendar.is_open(date(2026, 3, 15))
    assert due(at("2026-03-01T12:00", "Asia/Shanghai"), "Asia/Shanghai", days=14,
               calendar=calendar).on == date(2026, 3, 16)  # fmt: skip


def test_an_hour_on_a_holiday_waits_for_the_real_opening() -> None:
    """Koha: the next open day at a hard-coded 10:00, and holidays ignored by the hours."""
    holiday = Span(date(2026, 3, 3), date(2026, 3, 3), "馆庆", True)
    calendar = Calendar(OPEN_NINE_TO_FIVE.weekdays, (holiday,), OPEN_NINE_TO_FIVE.hours)

    found = hourly_due(
        at("2026-03-02T16:00", "Europe/Paris"), hours=20, zone=ZoneInfo("Europe/Paris"),
        calendar=calendar, closed_days="next_open",
    )  # fmt: skip

    assert found is not None
    assert found.at == at("2026-03-04T09:00", "Europe/Paris")


@pytest.mark.parametrize(
    ("lent", "days", "last"),
    [
        ("2026-03-07T23:30", 1, "2026-03-08T23:59:59"),  # the day of 23 hours
        ("2026-03-08T01:59", 14, "2026-03-22T23:59:59"),
        ("2026-10-31T23:30", 1, "2026-11-01T23:59:59"),  # the day of 25 hours
        ("2026-11-01T00:30", 7, "2026-11-08T23:59:59"),
    ],
)
def test_a_loan_near_a_clock_change_is_due_at_the_end_of_its_local_day(
    lent: str, days: int, last: str
) -> None:
    """LP#1635737: the date was computed in UTC and the library's zone set on it afterwards."""
    zone = "America/New_York"
    assert due(at(lent, zone), zone, days=days).at == at(last, zone)


@pytest.mark.parametrize("zone", ["America/New_York", "Europe/London", "Australia/Sydney"])
def test_renewing_across_a_clock_change_never_fails(zone: str) -> None:
    """LP#2142518: loans and renewals failed in the weeks around the change."""
    for number in range(365):
        start = at("2026-01-01T10:00", zone) + timedelta(days=number)
        base = end_of_day(start.astimezone(ZoneInfo(zone)).date(), ZoneInfo(zone))
        found = due(start, zone, days=21, counted_from=base)
        assert found.at.astimezone(ZoneInfo(zone)).time() == time(23, 59, 59)
        assert found.at > start


def test_an_hour_lent_before_the_clock_changes_is_not_overdue_at_once() -> None:
    """LP#1951024: an hourly loan was shown as overdue when it was lent."""
    zone = ZoneInfo("America/New_York")
    for start in ("2026-03-08T01:30", "2026-11-01T01:30"):
        lent = at(start, zone.key)
        found = hourly_due(lent, hours=2, zone=zone, calendar=ALWAYS, closed_days="keep")
        assert found is not None
        assert found.at - lent == timedelta(hours=2)  # elapsed, whatever the clock on the wall says


def test_a_ceiling_west_of_greenwich_is_not_a_day_early() -> None:
    """CIRC-1625: a negative time zone and a fixed schedule made the date one day early."""
    zone = "America/Los_Angeles"
    lent = at("2026-05-01T20:00", zone)  # 2 May in UTC
    found = due(lent, zone, days=60, ceilings=(Ceiling(date(2026, 5, 31), "term_end", "spring"),))
    assert (found.on, found.at) == (date(2026, 5, 31), at("2026-05-31T23:59:59", zone))


@pytest.mark.parametrize(
    ("zone", "lent"),
    [
        ("Europe/Zurich", "2026-03-28T23:30"),  # rero #599: the day before the clock changes
        ("Europe/Zurich", "2026-10-25T00:30"),  # rero #684: the hour that comes twice
        ("Europe/Zurich", "2026-07-01T00:15"),  # rero #2198: still yesterday in UTC
    ],
)
def test_days_are_counted_from_the_local_date(zone: str, lent: str) -> None:
    """Rero #599, #684, #2198: the date was one day off."""
    first = date.fromisoformat(lent[:10])
    assert due(at(lent, zone), zone, days=28).on == first + timedelta(days=28)


def test_a_morning_in_sydneys_summer_is_not_yesterday() -> None:
    """Librarika #536: what happened before about 11:00 counted for the day before."""
    zone = ZoneInfo("Australia/Sydney")
    morning = at("2026-01-15T08:00", zone.key)  # 14 January, 21:00 in UTC
    assert due(morning, zone.key, days=1).on == date(2026, 1, 16)
    assert morning <= end_of_day(date(2026, 1, 15), zone)
    assert morning > end_of_day(date(2026, 1, 14), zone)


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Pacific/Honolulu", "Pacific/Kiritimati"])
def test_the_librarys_zone_counts_not_the_servers(zone: str) -> None:
    """LP#1705524: dates followed the zone of the server."""
    now = datetime(2026, 6, 1, 3, tzinfo=UTC)
    local = now.astimezone(ZoneInfo(zone)).date()
    found = due(now, zone, days=1)
    assert found.on == local + timedelta(days=1)
    assert found.at.astimezone(ZoneInfo(zone)).isoformat()[:19] == f"{found.on}T23:59:59"


def test_without_any_open_day_there_is_no_date_to_promise() -> None:
    """LP#1944601: with every weekday closed, a checkout failed without a word."""
    closed = Span(date(2026, 1, 1), date(2027, 12, 31), "装修", True)
    start = at("2026-03-02T12:00", "Asia/Shanghai")
    shanghai = ZoneInfo("Asia/Shanghai")
    never = Calendar(frozenset(), (closed,))
    for strategy in ("next_open", "previous_open"):
        assert due_date(start, days=30, zone=shanghai, calendar=never, closed_days=strategy) is None
        assert (
            hourly_due(start, hours=2, zone=shanghai, calendar=never, closed_days=strategy) is None
        )


def test_a_working_weekend_has_the_hours_of_the_weekday_before_it() -> None:
    """调休: a Saturday that is worked has no hours of its own in the week."""
    saturday = Span(date(2026, 2, 14), date(2026, 2, 14), "调休", False)
    calendar = Calendar(OPEN_NINE_TO_FIVE.weekdays, (saturday,), OPEN_NINE_TO_FIVE.hours)
    shanghai = ZoneInfo("Asia/Shanghai")
    assert calendar.openings(date(2026, 2, 14), shanghai) == [
        (at("2026-02-14T09:00", shanghai.key), at("2026-02-14T17:00", shanghai.key))
    ]
    assert calendar.openings(date(2026, 2, 15), shanghai) == []
