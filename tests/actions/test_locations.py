"""Saying where a room or a shelf is, and who may."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jieyue.catalog.actions.locations import (
    LocationRemoved,
    LocationSaved,
    add_location,
    edit_location,
    remove_location,
)
from jieyue.catalog.actions.making import Refused
from jieyue.catalog.locations import (
    LocationView,
    ShelfInUse,
    location,
    locations,
    shelf_names,
    shelves_in_use,
)
from jieyue.catalog.models import Location
from jieyue.catalog.rules.faults import Fault, FaultCode
from jieyue.catalog.rules.locations import Directions
from jieyue.kit.scope import library_scope
from jieyue.libraries.actions import OtherBranchError
from tests.world import World

CHILDREN = Directions(name="童书区", directions="二楼上楼右转，地上有彩虹的房间")


def said(world: World, name: str, words: str, branch: str = "", **more: Any) -> str:
    given = Directions(name=name, directions=words, **more)
    outcome = add_location(world.desk(), branch=branch or world.branch.code, given=given)
    assert isinstance(outcome, LocationSaved)
    return outcome.location


def test_a_way_holds_for_every_copy_whose_shelf_begins_so_at_that_branch(world: World) -> None:
    east = world.east()
    room = said(world, "童书区", "二楼右转")
    shelf = said(world, "童书区 A3", "二楼右转，第三架", map_url="https://map.example.org/1")
    there = said(world, "童书区", "一楼窗边", branch="east")

    found = locations()

    assert found.of(world.branch.pk, "童书区A3 下层") == LocationView(
        public_id=shelf, branch_id=world.branch.pk, name="童书区 A3",
        directions="二楼右转，第三架", map_url="https://map.example.org/1",
    )  # fmt: skip
    ways = [(world.branch.pk, "童书区A30"), (east.pk, "童书区 A3"), (east.pk, "A3"), (east.pk, "")]
    told = [found.of(branch, shelf) for branch, shelf in ways]
    assert [one and one.public_id for one in told] == [room, there, None, None]
    assert [one.public_id for one in locations([east.pk]).all] == [there]
    assert locations([]).all == []


def test_a_way_is_described_anew_and_forgotten(world: World) -> None:
    made = said(world, "A3", "左手")
    given = Directions(name="a3", directions="右手")

    assert edit_location(world.desk(), location=made, given=given) == LocationSaved(
        location=made, name="a3"
    )
    assert location(made) == LocationView(
        public_id=made, branch_id=world.branch.pk, name="a3", directions="右手", map_url=""
    )
    assert remove_location(world.desk(), location=made) == LocationRemoved(name="a3")
    assert location(made) is None
    unknown = Refused(faults=(Fault(FaultCode.LOCATION_UNKNOWN, "location", made),))
    assert remove_location(world.desk(), location=made) == unknown
    assert edit_location(world.desk(), location=made, given=given) == unknown


def test_one_room_has_one_way_at_a_branch(world: World) -> None:
    made = said(world, "童书区 A3", "左手")
    other = said(world, "B1", "右手")
    taken = Refused(faults=(Fault(FaultCode.LOCATION_TAKEN, "name", "童书区Ａ3"),))
    again = Directions(name="童书区Ａ3", directions="x")

    assert add_location(world.desk(), branch=world.branch.code, given=again) == taken
    assert edit_location(world.desk(), location=other, given=again) == taken
    assert isinstance(edit_location(world.desk(), location=made, given=again), LocationSaved)


@pytest.mark.parametrize(
    ("branch", "given", "fault"),
    [
        ("nowhere", CHILDREN, Fault(FaultCode.BRANCH_UNKNOWN, "branch", "nowhere")),
        ("", Directions(name="A3"), Fault(FaultCode.DIRECTIONS_MISSING, "directions")),
        ("", Directions(name="A3", map_url="http://a.b"), Fault(FaultCode.LINK_BAD, "map_url")),
    ],
)
def test_what_leads_nowhere_is_refused(
    world: World, branch: str, given: Directions, fault: Fault
) -> None:
    outcome = add_location(world.desk(), branch=branch or world.branch.code, given=given)

    assert outcome == Refused(faults=(fault,))
    assert Location.objects.count() == 0


def test_who_works_at_one_branch_describes_only_that(world: World) -> None:
    east = world.east()
    here = said(world, "A3", "左手")
    desk = world.desk(branch_id=east.pk, branch_ids=frozenset({east.pk}))

    assert isinstance(add_location(desk, branch="east", given=CHILDREN), LocationSaved)
    for change in (
        lambda: add_location(desk, branch=world.branch.code, given=CHILDREN),
        lambda: edit_location(desk, location=here, given=CHILDREN),
        lambda: remove_location(desk, location=here),
    ):
        with pytest.raises(OtherBranchError):
            change()


def test_shelves_in_use_are_counted_and_offered(world: World) -> None:
    east = world.east()
    title = world.title()
    for shelf in ("A3", "A3", "B1", ""):
        world.copy(title, shelf=shelf)
    world.copy(title, shelf="A3", branch=east)
    world.copy(title, shelf="C9", standing="withdrawn", withdrawn_at=world.now)
    other = World(slug="elsewhere")
    with library_scope(other.library.pk):
        other.copy(shelf="Z")

    here = world.branch.pk
    assert sorted(shelves_in_use(), key=lambda one: (one.branch_id, one.name)) == [
        ShelfInUse(branch_id=here, name="A3", copies=2),
        ShelfInUse(branch_id=here, name="B1", copies=1),
        ShelfInUse(branch_id=east.pk, name="A3", copies=1),
    ]
    with CaptureQueriesContext(connection) as asked:
        assert shelf_names() == ["A3", "B1", "C9"]
    assert len(asked) == 1
