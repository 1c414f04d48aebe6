"""When a copy really came back."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jieyue.circulation.rules.returns import (
    ReturnDateError,
    days_late,
    drop_moment,
    is_beyond_drop,
)
from jieyue.libraries.rules.calendars import Calendar, Span
from tests.world import day

SHANGHAI = ZoneInfo("Asia/Shanghai")
NINE, NOON, TWO, FIVE = time(9), time(12), time(14), time(17)
HOURS = tuple(
    (weekday, opens, closes)
    for weekday in range(5)
    for opens, closes in ((NINE, NOON), (TWO, FIVE))
)
OPEN = Calendar(frozenset(range(5)), hours=HOURS)
NATIONAL_DAY = Span(day("2026-03-03"), day("2026-03-05"), "闭馆", is_closed=True)


def shanghai(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "closed"),
    [
        ("2026-03-03 09:05", "2026-03-02 17:00"),  # in the morning: yesterday evening
        ("2026-03-03 08:30", "2026-03-02 17:00"),  # before opening
        ("2026-03-03 14:05", "2026-03-03 12:00"),  # after the break at noon
        ("2026-03-02 09:05", "2026-02-27 17:00"),  # on Monday: Friday evening
        ("2026-03-01 12:00", "2026-02-27 17:00"),  # on Sunday
    ],
)
def test_what_lies_in_the_drop_came_before_the_last_closing(now: str, closed: str) -> None:
    assert drop_moment(shanghai(now), zone=SHANGHAI, calendar=OPEN) == shanghai(closed)


def test_closures_count() -> None:
    calendar = Calendar(frozenset(range(5)), (NATIONAL_DAY,), HOURS)
    now = shanghai("2026-03-06 09:05")
    assert drop_moment(now, zone=SHANGHAI, calendar=calendar) == shanghai("2026-03-02 17:00")


def test_without_hours_it_is_the_end_of_the_last_open_day() -> None:
    now = shanghai("2026-03-03 09:05")
    everyday, weekdays = Calendar(frozenset()), Calendar(frozenset({4}))
    assert drop_moment(now, zone=SHANGHAI, calendar=everyday) == shanghai("2026-03-02 23:59:59")
    assert drop_moment(now, zone=SHANGHAI, calendar=weekdays) == shanghai("2026-02-27 23:59:59")


def test_a_branch_that_never_opens_has_no_drop() -> None:
    closed = Calendar(
        frozenset(), (Span(day("2020-01-01"), day("2030-01-01"), "", is_closed=True),)
    )
    now = shanghai("2026-03-03 09:05")
    assert drop_moment(now, zone=SHANGHAI, calendar=closed) == now


def test_more_than_the_drop_takes_a_right_and_has_an_end() -> None:
    now, drop = shanghai("2026-03-03 09:05"), shanghai("2026-03-02 17:00")
    assert not is_beyond_drop(now, now, drop=drop)
    assert not is_beyond_drop(drop, now, drop=drop)
    assert is_beyond_drop(drop - timedelta(seconds=1), now, drop=drop)
    assert is_beyond_drop(now - timedelta(days=30), now, drop=drop)
    for as_of, fault in (
        (now + timedelta(seconds=1), "in_future"), (now - timedelta(days=31), "too_long_ago"),
    ):  # fmt: skip
        with pytest.raises(ReturnDateError, match=fault):
            is_beyond_drop(as_of, now, drop=drop)


def test_a_drop_that_was_closed_all_summer_reaches_as_far_as_that() -> None:
    now, drop = shanghai("2026-09-01 09:05"), shanghai("2026-06-30 17:00")
    assert not is_beyond_drop(drop, now, drop=drop)


def test_days_late_are_local_dates() -> None:
    """Librarika 536: a return at half past seven was counted on the day before."""
    due = shanghai("2026-03-02 23:59:59")
    assert days_late(due, shanghai("2026-03-03 07:30"), SHANGHAI) == 1
    assert days_late(due, shanghai("2026-03-02 07:30"), SHANGHAI) == 0


@given(
    now=st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1)),
    zone=st.sampled_from(["Asia/Shanghai", "America/New_York", "Australia/Lord_Howe", "UTC"]),
)
def test_the_drop_lies_before_now_in_every_zone(now: datetime, zone: str) -> None:
    at = now.replace(tzinfo=UTC)
    closed = drop_moment(at, zone=ZoneInfo(zone), calendar=OPEN)
    assert timedelta(0) < at - closed < timedelta(days=4)
    local = closed.astimezone(ZoneInfo(zone))
    assert (local.time(), local.weekday() < 5) in {(NOON, True), (FIVE, True)}
