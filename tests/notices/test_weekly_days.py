"""On which day the weekly message to class teachers goes."""

from datetime import date, time

import pytest

from jieyue.circulation.models import Vacation
from jieyue.libraries.models import SpecialDays
from jieyue.notices.house_rules import house_rules
from jieyue.notices.rules.weekly import Weekly, week_to_send
from tests.mailing import Clock, at
from tests.weekly import MONDAY, on, planned, teacher


@pytest.fixture
def clock(world) -> Clock:
    return Clock(at(world, MONDAY))


def test_switching_it_on_after_its_hour_tells_nobody_until_next_week(world, clock):
    teacher(world)
    clock.goes_on(hours=1)
    on(world, clock)
    assert planned(world, clock) == 0
    assert house_rules().weekly == Weekly(weekday=0, at=time(8), from_on=date(2026, 3, 3))
    on(world, clock, shows_titles=True)
    clock.goes_on(days=7)
    assert planned(world, clock) == 1


@pytest.mark.parametrize(
    ("today", "closed", "week"),
    [
        ("2026-03-06T08:00", set(), date(2026, 3, 2)),
        ("2026-03-06T07:59", set(), None),
        ("2026-03-05T12:00", set(), None),  # last Friday's is long past
        ("2026-03-06T12:00", {6}, None),  # closed
        ("2026-03-07T08:00", {6}, date(2026, 3, 2)),  # the next open day
        ("2026-03-09T08:00", {6, 7, 8}, date(2026, 3, 2)),
        ("2026-03-08T08:00", set(), date(2026, 3, 2)),  # the computer was off
        ("2026-03-09T08:00", set(), None),  # too long
        ("2026-03-13T08:00", set(range(6, 13)), date(2026, 3, 9)),  # only its own week's
    ],
)
def test_it_goes_on_the_chosen_day_or_the_next_open_one(world, today, closed, week):
    weekly = Weekly(weekday=4, at=time(8), from_on=date(2026, 1, 1))
    found = week_to_send(
        weekly, at(world, today), world.desk().zone, lambda day: day.day not in closed
    )
    assert found == week


def test_no_message_on_a_closed_day_or_in_the_holidays(world, clock):
    teacher(world)
    on(world, clock)
    SpecialDays.objects.create(
        library_id=world.library.pk, name="清洁日", starts_on=date(2026, 3, 2),
        ends_on=date(2026, 3, 2),
    )  # fmt: skip
    Vacation.objects.create(
        library_id=world.library.pk, public_id="V1", name="春假", moves="none",
        starts_on=date(2026, 3, 3), ends_on=date(2026, 3, 3), late_days="never",
    )  # fmt: skip
    clock.goes_on(hours=1)
    assert planned(world, clock) == 0
    clock.goes_on(days=1)
    assert planned(world, clock) == 0
    clock.goes_on(days=1)
    assert planned(world, clock) == 1
