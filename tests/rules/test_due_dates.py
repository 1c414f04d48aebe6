"""Due dates: tables, and properties over zones, both clock changes, closures and leap days."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jieyue.circulation.rules.due_dates import Ceiling, DueDate, Step, due_date
from jieyue.libraries.rules.calendars import Calendar, Span, end_of_day

ALWAYS = Calendar(frozenset())
WEEKDAYS = Calendar(frozenset(range(5)))
SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 3, 2, 4, tzinfo=UTC)  # noon in Shanghai
ZONES = [
    "Asia/Shanghai", "Asia/Urumqi", "Asia/Tokyo", "Asia/Kolkata", "Asia/Kathmandu", "Asia/Tehran",
    "Asia/Beirut", "Asia/Gaza", "Europe/London", "Europe/Paris", "Europe/Moscow", "Africa/Cairo",
    "Africa/Casablanca", "America/New_York", "America/Los_Angeles", "America/St_Johns",
    "America/Sao_Paulo", "America/Santiago", "America/Havana", "America/Asuncion",
    "Atlantic/Azores",
    "Australia/Sydney", "Australia/Lord_Howe", "Australia/Adelaide", "Pacific/Auckland",
    "Pacific/Chatham", "Pacific/Apia", "Pacific/Kiritimati", "Pacific/Honolulu", "UTC",
]  # fmt: skip


def due(
    start=MONDAY, *, days=30, zone=SHANGHAI, calendar=ALWAYS, closed_days="next_open", ceilings=()
):
    return due_date(
        start, days=days, zone=zone, calendar=calendar, closed_days=closed_days, ceilings=ceilings
    )


def test_counts_calendar_days_to_the_last_second_of_the_local_day() -> None:
    assert due() == DueDate(
        date(2026, 4, 1),
        datetime(2026, 4, 1, 15, 59, 59, tzinfo=UTC),
        (Step("counted", date(2026, 4, 1), "30"),),
    )


@pytest.mark.parametrize(
    ("closed_days", "on"),
    [("next_open", "2026-03-09"), ("previous_open", "2026-03-06"), ("keep", "2026-03-07")],
)
def test_a_closed_saturday(closed_days: str, on: str) -> None:
    assert due(days=5, calendar=WEEKDAYS, closed_days=closed_days).on == date.fromisoformat(on)


def test_a_holiday_is_named_and_a_working_saturday_beats_it() -> None:
    spring = Span(date(2027, 2, 5), date(2027, 2, 11), "春节", True)
    work = Span(date(2027, 2, 7), date(2027, 2, 7), "调休", False)
    start = datetime(2027, 2, 1, 4, tzinfo=UTC)

    closed = due(start, days=5, calendar=Calendar(frozenset(range(7)), (spring,)))
    opened = due(start, days=5, calendar=Calendar(frozenset(range(7)), (spring, work)))

    assert closed.steps[-1] == Step("closed", date(2027, 2, 12), "春节")
    assert opened.on == date(2027, 2, 7)


def test_a_ceiling_on_a_closed_day_goes_back_not_on() -> None:
    capped = due(calendar=WEEKDAYS, ceilings=(Ceiling(date(2026, 3, 8), "card_expiry"),))
    assert capped.on == date(2026, 3, 6)
    assert [step.what for step in capped.steps] == ["counted", "ceiling", "closed_before"]


def test_a_branch_that_never_opens_has_no_due_date() -> None:
    never = Span(date(2026, 1, 1), date(2030, 1, 1), "整修", True)
    assert due(calendar=Calendar(frozenset(range(7)), (never,))) is None


def test_lent_in_the_last_second_of_the_card_is_due_the_day_after() -> None:
    start = datetime(2026, 3, 2, 15, 59, 59, 500000, tzinfo=UTC)
    late = due(start, ceilings=(Ceiling(date(2026, 3, 2), "card_expiry"),))
    assert late.on == date(2026, 3, 3)
    assert late.at > start


@pytest.mark.parametrize(
    ("zone", "day", "seconds"),
    [
        ("America/New_York", "2026-03-08", 23 * 3600),  # spring forward at two
        ("America/New_York", "2026-11-01", 25 * 3600),
        ("Asia/Beirut", "2026-03-29", 23 * 3600),  # midnight itself is skipped
        ("Australia/Lord_Howe", "2026-04-05", 24.5 * 3600),  # half an hour
    ],
)
def test_a_day_is_as_long_as_its_clock_makes_it(zone: str, day: str, seconds: float) -> None:
    here = ZoneInfo(zone)
    on = date.fromisoformat(day)
    length = end_of_day(on, here) - end_of_day(on - timedelta(days=1), here)
    assert length.total_seconds() == seconds


starts = st.datetimes(datetime(2019, 1, 1), datetime(2031, 1, 1)).map(
    lambda d: d.replace(tzinfo=UTC)
)


@given(start=starts, days=st.integers(1, 400), zone=st.sampled_from(ZONES))
def test_without_closures_it_is_exactly_that_many_local_days_later(start, days, zone) -> None:
    here = ZoneInfo(zone)
    found = due(start, days=days, zone=here)
    first = start.astimezone(here).date()
    assert found.on == first + timedelta(days=days)
    assert found.at.astimezone(here).date() == found.on
    assert (found.at + timedelta(seconds=1)).astimezone(here).date() > found.on


@given(
    start=starts,
    days=st.integers(1, 60),
    zone=st.sampled_from(ZONES),
    weekdays=st.frozensets(st.integers(0, 6), min_size=1),
    closures=st.lists(st.tuples(st.integers(0, 90), st.integers(0, 20)), max_size=4),
    expiry=st.none() | st.integers(0, 90),
    closed_days=st.sampled_from(["next_open", "previous_open"]),
)
def test_a_date_is_open_after_the_start_and_under_every_ceiling(
    start, days, zone, weekdays, closures, expiry, closed_days
) -> None:
    here = ZoneInfo(zone)
    first = start.astimezone(here).date()
    spans = tuple(
        Span(first + timedelta(a), first + timedelta(a + length), "closed", True)
        for a, length in closures
    )
    calendar = Calendar(weekdays, spans)
    ceilings = () if expiry is None else (Ceiling(first + timedelta(expiry), "card_expiry"),)
    found = due(
        start, days=days, zone=here, calendar=calendar, closed_days=closed_days, ceilings=ceilings
    )
    assert found is not None
    assert found.at > start
    assert found.on >= first
    if ceilings:
        assert found.on <= max(ceilings[0].on, first + timedelta(1))
        some_open_before = calendar.previous_open(ceilings[0].on, not_before=first) is not None
        assert calendar.is_open(found.on) or not some_open_before
    else:
        assert calendar.is_open(found.on)
