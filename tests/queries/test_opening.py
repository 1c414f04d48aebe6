"""Whether a branch is open now, and how that is said; holidays a reservation may sleep through."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from jieyue.interfaces.web.reader.home import opening_words
from jieyue.interfaces.web.reader.snoozing import snoozes
from jieyue.libraries.models import OpeningHours, SpecialDays
from jieyue.libraries.queries import branches, holidays, open_now
from tests.world import World

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY = date(2026, 11, 23)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """Return a moment by the library's clock."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=SHANGHAI).astimezone(UTC)


def said(now: datetime) -> tuple[bool, str, str]:
    """Return what the page says of the only branch."""
    [found] = open_now(branches(), now, SHANGHAI)
    return found.is_open, opening_words(found, now.astimezone(SHANGHAI).date()), found.why_closed


@pytest.fixture
def hours(world: World) -> None:
    """Open from Monday to Friday, with a rest at noon."""
    for weekday in range(5):
        for opens, closes in ((time(9), time(12)), (time(14), time(18))):
            OpeningHours.objects.create(
                library_id=world.library.pk,
                branch=world.branch,
                weekday=weekday,
                opens_at_time=opens,
                closes_at_time=closes,
            )


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (at(MONDAY, 8, 59), (False, "09:00 开门", "")),
        (at(MONDAY, 9), (True, "12:00 闭馆", "")),
        (at(MONDAY, 12), (False, "14:00 开门", "")),
        (at(MONDAY, 17, 59), (True, "18:00 闭馆", "")),
        (at(MONDAY, 18), (False, "明天 09:00 开门", "")),
        (at(MONDAY + timedelta(days=5), 10), (False, "11月30日 星期一 09:00 开门", "")),
    ],
)
def test_a_branch_is_open_until_or_from_when(world, hours, now, expected) -> None:
    assert said(now) == expected


def test_a_holiday_says_its_name_and_when_it_opens_again(world, hours) -> None:
    SpecialDays.objects.create(
        library_id=world.library.pk,
        name="馆庆",
        starts_on=MONDAY,
        ends_on=MONDAY + timedelta(days=1),
    )
    assert said(at(MONDAY, 10)) == (False, "11月25日 星期三 09:00 开门", "馆庆")


def test_without_hours_it_is_open_and_no_hour_is_made_up(world) -> None:
    assert said(at(MONDAY, 3)) == (True, "", "")


def test_a_reservation_may_sleep_until_after_the_holidays_that_come(world) -> None:
    def closed(name: str, first: int, last: int, **more: object) -> None:
        SpecialDays.objects.create(
            library_id=world.library.pk,
            name=name,
            starts_on=MONDAY + timedelta(days=first),
            ends_on=MONDAY + timedelta(days=last),
            **more,
        )

    closed("元旦", 39, 41)
    closed("一天", 10, 10)
    closed("临时停电", 3, 5, is_sudden=True)
    closed("调休", 20, 21, is_closed=False)
    closed("春节", 70, 76)
    closed("明年", 200, 206)
    closed("只有那边", 4, 6, branch=world.branch)

    assert [one.name for one in holidays(MONDAY, MONDAY + timedelta(days=90))] == ["元旦", "春节"]
    assert [(one.on, one.words) for one in snoozes(MONDAY)] == [
        (date(2026, 11, 30), "过一周"),
        (date(2026, 12, 21), "过四周"),
        (date(2027, 1, 4), "元旦之后（2027年1月4日）"),
        (date(2027, 2, 8), "春节之后（2027年2月8日）"),
    ]
