"""Changing the library itself, its branches, hours and special days."""

from datetime import date, time

import pytest

from jieyue.audit.models import Entry
from jieyue.circulation.actions.closing_branches import close_branch
from jieyue.kit.scope import library_scope
from jieyue.libraries.actions import ForbiddenError
from jieyue.libraries.models import Branch, Library, OpeningHours, SpecialDays, Staff, StaffBranch
from jieyue.libraries.queries import calendars_of
from jieyue.libraries.rules.changes import Trouble
from jieyue.libraries.rules.permissions import LIBRARIAN
from jieyue.libraries.settings.branches import (
    add_branch,
    edit_branch,
    reopen_branch,
    set_hours,
)
from jieyue.libraries.settings.days import add_special_days, remove_special_days
from jieyue.libraries.settings.library import edit_library
from jieyue.libraries.settings.outcomes import NotSaved, Saved
from tests.world import World

MORNING = (time(9), time(12))
AFTERNOON = (time(14), time(18))


def version(world: World) -> int:
    return Library.objects.get(pk=world.library.pk).rules_version


def last() -> tuple[object, ...]:
    entry = Entry.objects.order_by("-id")[0]
    return entry.action, entry.outcome, entry.reasons, entry.data


def test_the_library_is_renamed_and_the_journal_says_what_changed(world: World) -> None:
    outcome = edit_library(
        world.desk(),
        name=" 青禾图书馆 ",
        time_zone="Asia/Urumqi",
        lock_minutes=0,
        contact_phone="010-5555",
    )

    row = Library.objects.get(pk=world.library.pk)
    assert outcome == Saved()
    assert (row.name, row.time_zone, row.lock_minutes) == ("青禾图书馆", "Asia/Urumqi", 0)
    assert (row.contact_phone, row.rules_version) == ("010-5555", 2)
    assert last() == (
        "edit_library",
        "saved",
        [],
        {"changed": ["contact_phone", "name", "time_zone", "lock_minutes"]},
    )


@pytest.mark.parametrize(
    ("change", "trouble"),
    [
        ({"name": "  "}, Trouble.NAME_MISSING),
        ({"name": "馆" * 101}, Trouble.TOO_LONG),
        ({"address": "路" * 301}, Trouble.TOO_LONG),
        ({"time_zone": "Mars/Olympus"}, Trouble.ZONE_UNKNOWN),
        ({"lock_minutes": 241}, Trouble.NUMBER_BAD),
    ],
)
def test_what_the_library_cannot_be(world: World, change, trouble) -> None:
    values = {"name": "馆", "time_zone": "Asia/Shanghai", "lock_minutes": 5} | change

    assert edit_library(world.desk(), **values) == NotSaved(trouble=trouble)
    assert Library.objects.get(pk=world.library.pk).name == world.library.name
    assert last() == ("edit_library", "refused", [trouble.value], {})


def test_settings_need_their_right(world: World) -> None:
    with pytest.raises(ForbiddenError):
        add_branch(world.desk(permissions=LIBRARIAN), name="东馆")
    assert not Entry.objects.exists()


def test_a_branch_opens_once_and_the_rules_move(world: World) -> None:
    first = add_branch(world.desk(key="k"), name="东馆", address="东街 1 号")
    again = add_branch(world.desk(key="k"), name="东馆", address="东街 1 号")
    other = add_branch(world.desk(), name="东馆")

    assert first == again == Saved(code="b2")
    assert other == NotSaved(trouble=Trouble.NAME_TAKEN)
    assert [b.name for b in Branch.objects.order_by("id")] == ["总馆", "东馆"]
    assert version(world) == 2


def test_a_branch_is_edited_by_its_code(world: World) -> None:
    add_branch(world.desk(), name="东馆")

    assert edit_branch(world.desk(), branch="b2", name="总馆") == NotSaved(
        trouble=Trouble.NAME_TAKEN
    )
    assert edit_branch(world.desk(), branch="nope", name="西馆") == NotSaved(
        trouble=Trouble.UNKNOWN
    )
    assert edit_branch(world.desk(), branch="b2", name="西馆", phone="123") == Saved(code="b2")
    assert last()[3] == {"branch": "b2", "changed": ["name", "phone"]}


def test_the_last_open_branch_stays_open(world: World) -> None:
    add_branch(world.desk(), name="东馆")

    assert close_branch(world.desk(), branch="b2") == Saved(code="b2")
    assert close_branch(world.desk(), branch="main") == NotSaved(trouble=Trouble.ONLY_OPEN_BRANCH)
    assert reopen_branch(world.desk(), branch="b2") == Saved(code="b2")
    assert close_branch(world.desk(), branch="main") == Saved(code="main")


def test_a_branch_where_somebody_works_only_stays_open(world: World) -> None:
    add_branch(world.desk(), name="东馆")
    Staff.objects.filter(pk=world.staff.pk).update(all_branches=False)
    StaffBranch.objects.create(library=world.library, staff=world.staff, branch=world.branch)

    assert close_branch(world.desk(), branch="main") == NotSaved(
        trouble=Trouble.SOMEBODY_WORKS_ONLY_HERE
    )


def test_a_week_of_hours_replaces_the_one_before(world: World) -> None:
    set_hours(world.desk(), branch="main", hours=((6, *MORNING),))

    outcome = set_hours(
        world.desk(), branch="main", hours=((0, *AFTERNOON), (0, *MORNING), (2, *MORNING))
    )

    assert outcome == Saved(code="main")
    rows = OpeningHours.objects.order_by("weekday", "opens_at_time")
    assert list(rows.values_list("weekday", "opens_at_time", "closes_at_time")) == [
        (0, *MORNING),
        (0, *AFTERNOON),
        (2, *MORNING),
    ]
    calendar = calendars_of([world.branch.pk])[world.branch.pk]
    assert calendar.is_open(date(2026, 3, 2))
    assert not calendar.is_open(date(2026, 3, 3))
    assert version(world) == 3


@pytest.mark.parametrize(
    ("hours", "trouble"),
    [
        (((0, time(9), time(9)),), Trouble.CLOSES_BEFORE_OPENING),
        (((0, time(9), time(12)), (0, time(11), time(13))), Trouble.HOURS_OVERLAP),
        (((7, time(9), time(12)),), Trouble.NUMBER_BAD),
    ],
)
def test_hours_that_cannot_be(world: World, hours, trouble) -> None:
    assert set_hours(world.desk(), branch="main", hours=hours) == NotSaved(trouble=trouble)
    assert not OpeningHours.objects.exists()
    assert version(world) == 1


def test_a_holiday_closes_and_is_taken_off_again(world: World) -> None:
    days = {"name": "国庆节", "starts_on": date(2026, 10, 1), "ends_on": date(2026, 10, 7)}

    assert add_special_days(world.desk(), **days, is_closed=True) == Saved()
    assert add_special_days(world.desk(), **days, is_closed=True) == NotSaved(
        trouble=Trouble.DAYS_THERE_ALREADY
    )
    assert not calendars_of([world.branch.pk])[world.branch.pk].is_open(date(2026, 10, 7))
    assert remove_special_days(world.desk(), **days, branch="main") == NotSaved(
        trouble=Trouble.UNKNOWN
    )
    assert remove_special_days(world.desk(), **days) == Saved()
    assert not SpecialDays.objects.exists()
    assert version(world) == 3


@pytest.mark.parametrize(
    ("change", "trouble"),
    [
        ({"ends_on": date(2026, 9, 30)}, Trouble.ENDS_BEFORE_START),
        ({"ends_on": date(2027, 10, 2)}, Trouble.SPAN_TOO_LONG),
        ({"branch": "nope"}, Trouble.UNKNOWN),
        ({"name": ""}, Trouble.NAME_MISSING),
    ],
)
def test_special_days_that_cannot_be(world: World, change, trouble) -> None:
    days = {"name": "休", "starts_on": date(2026, 10, 1), "ends_on": date(2026, 10, 7)} | change

    assert add_special_days(world.desk(), **days, is_closed=True) == NotSaved(trouble=trouble)
    assert not SpecialDays.objects.exists()


def test_another_librarys_branch_is_not_there(world: World) -> None:
    other = World(slug="southfield")
    with library_scope(other.library.pk):
        add_branch(other.desk(), name="南馆")

    unknown = NotSaved(trouble=Trouble.UNKNOWN)
    assert edit_branch(world.desk(), branch="b2", name="北馆") == unknown
    assert close_branch(world.desk(), branch="b2") == unknown
    assert set_hours(world.desk(), branch="b2", hours=()) == unknown
