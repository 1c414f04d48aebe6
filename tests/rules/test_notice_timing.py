"""When a message may go."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from jieyue.notices.rules.timing import Hours, allowed_at, goes_at
from tests.world import SHANGHAI

NEW_YORK = ZoneInfo("America/New_York")


def hours(zone=SHANGHAI, **changes) -> Hours:
    values = {"sends_from": time(8), "sends_until": time(21), "reminds_at": time(9)}
    return Hours(zone=zone, **(values | changes))


def local(text: str, zone=SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "goes"),
    [
        ("2026-03-02T12:00", "2026-03-02T12:00"),
        ("2026-03-02T08:00", "2026-03-02T08:00"),
        ("2026-03-02T07:59", "2026-03-02T08:00"),
        ("2026-03-02T21:00", "2026-03-03T08:00"),
        ("2026-03-02T23:59", "2026-03-03T08:00"),
        ("2026-03-03T00:00", "2026-03-03T08:00"),
    ],
)
def test_messages_go_in_the_library_s_hours(now, goes):
    assert allowed_at(hours(), local(now)) == local(goes)


def test_a_reader_s_quiet_hours_come_on_top():
    own = hours(quiet_from=time(12), quiet_until=time(14))
    assert allowed_at(own, local("2026-03-02T12:30")) == local("2026-03-02T14:00")
    late = hours(quiet_from=time(20), quiet_until=time(10))
    assert allowed_at(late, local("2026-03-02T20:30")) == local("2026-03-03T10:00")


def test_a_reader_who_is_always_quiet_is_told_in_the_library_s_hours():
    own = hours(quiet_from=time(7), quiet_until=time(22))
    assert allowed_at(own, local("2026-03-02T12:00")) == local("2026-03-02T12:00")
    assert allowed_at(own, local("2026-03-02T23:00")) == local("2026-03-03T08:00")


def test_hours_that_are_equal_stop_nothing():
    assert allowed_at(
        hours(sends_from=time(0), sends_until=time(0)), local("2026-03-02T03:00")
    ) == local("2026-03-02T03:00")


def test_the_hour_is_the_local_one_on_both_sides_of_a_clock_change():
    """New York goes to summer time on 8 March 2026."""
    before = allowed_at(hours(NEW_YORK), local("2026-03-07T22:00", NEW_YORK))
    assert before == local("2026-03-08T08:00", NEW_YORK)
    assert (before - local("2026-03-07T22:00", NEW_YORK)).total_seconds() == 9 * 3600


@pytest.mark.parametrize(
    ("kinds", "now", "goes"),
    [
        ({"hold_ready"}, "2026-03-02T12:00", "2026-03-02T12:01"),
        ({"receipt"}, "2026-03-02T12:00", "2026-03-02T12:05"),
        ({"receipt", "hold_ready"}, "2026-03-02T12:00", "2026-03-02T12:01"),
        ({"due_soon"}, "2026-03-02T08:50", "2026-03-02T09:00"),
        ({"due_soon"}, "2026-03-02T14:00", "2026-03-02T14:00"),
        ({"loan_renewed"}, "2026-03-02T05:00", "2026-03-02T09:00"),
        ({"loan_renewed"}, "2026-03-02T14:00", "2026-03-03T09:00"),
        ({"hold_ready"}, "2026-03-02T22:00", "2026-03-03T08:00"),
    ],
)
def test_what_is_urgent_goes_soon_and_the_rest_in_the_morning(kinds, now, goes):
    assert goes_at(kinds, hours(), local(now)) == local(goes)
