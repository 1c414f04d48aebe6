"""The pages that say where a shelf is: what staff write, what readers are told."""

import re

import pytest
from django.urls import reverse

from jieyue.catalog.actions.locations import LocationSaved, add_location
from jieyue.catalog.models import Location
from jieyue.catalog.rules.locations import Directions
from jieyue.kit.scope import library_scope
from tests.doors.web.pages import text_of
from tests.world import World

WORDS = "二楼童书区，进门左手第三架"
MAP = "https://map.example.org/a?b=1&c=2"


def at(world: World, name: str, *args: str) -> str:
    return reverse(f"catalog:{name}", args=[world.library.slug, *args])


@pytest.fixture
def way(world: World) -> str:
    given = Directions(name="童书区", directions=WORDS, map_url=MAP)
    outcome = add_location(world.desk(), branch=world.branch.code, given=given)
    assert isinstance(outcome, LocationSaved)
    return outcome.location


def test_shelves_in_use_are_listed_with_those_that_nobody_described_first_to_do(
    world: World, staff_client, way: str
) -> None:
    for shelf in ("童书区 A3", "童书区 A3", "B10", "B2"):
        world.copy(shelf=shelf)
    page = text_of(staff_client.get(at(world, "locations")))

    assert WORDS in page
    assert re.search(r"童书区 <span[^>]*> ?2 [册本]", page)
    link = f"{at(world, 'new_location')}?branch={world.branch.code}&amp;name="
    assert re.findall(re.escape(link) + r"([^\"]+)\"", page) == ["B2", "B10"]
    assert at(world, "locations") in staff_client.get(at(world, "list")).content.decode()


def test_a_way_is_added_changed_and_removed(world: World, staff_client) -> None:
    world.copy(shelf="A3")
    form = staff_client.get(at(world, "new_location"), {"branch": world.branch.code, "name": "A3"})
    assert '<option value="A3"></option>' in form.content.decode()
    typed = {"branch": world.branch.code, "name": "A3", "directions": WORDS, "map_url": ""}

    added = staff_client.post(at(world, "new_location"), typed)
    one = Location.objects.get()
    changed = staff_client.post(
        at(world, "location", one.public_id), typed | {"directions": "一楼", "map_url": MAP}
    )

    assert [answer.headers["Location"] for answer in (added, changed)] == [
        at(world, "locations")
    ] * 2
    one.refresh_from_db()
    assert (one.branch_id, one.name, one.directions, one.map_url) == (
        world.branch.pk, "A3", "一楼", MAP,
    )  # fmt: skip
    assert "一楼" in staff_client.get(at(world, "location", one.public_id)).content.decode()
    staff_client.post(at(world, "remove_location", one.public_id))
    assert Location.objects.count() == 0


@pytest.mark.parametrize(
    ("typed", "status", "words"),
    [
        ({"name": "童书区", "directions": "x"}, 409, "已经有指引"),
        ({"name": "", "directions": "x"}, 422, "房间或书架"),
        ({"name": "A3"}, 409, "请写下怎么走"),
        ({"name": "A3", "map_url": "http://a.example/"}, 409, "这个链接打不开"),
        ({"name": "A3", "directions": "x", "branch": "nowhere"}, 422, "nowhere"),
        ({"name": "A3", "directions": "x" * 201}, 422, "200"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(
    world: World, staff_client, way: str, typed: dict[str, str], status: int, words: str
) -> None:
    world.east()
    answer = staff_client.post(at(world, "new_location"), {"branch": world.branch.code} | typed)

    page = answer.content.decode()
    assert (answer.status_code, words in page) == (status, True)
    assert all(text in page for text in (typed["name"], typed.get("directions", "")))
    assert Location.objects.count() == 1


def test_readers_are_told_the_way_once_for_copies_side_by_side(
    world: World, client, way: str
) -> None:
    title = world.title("小王子")
    for shelf in ("童书区 A3", "童书区 A3", "", "B1"):
        world.copy(title, shelf=shelf)
    world.copy(title, shelf="童书区 A3", branch=world.east())
    page = text_of(client.get(f"/{world.slug}/t/{title.public_id}"))

    assert page.count(WORDS) == 1
    link = '<a class="link whitespace-nowrap" href="https://map.example.org/a?b=1&amp;c=2"'
    assert f'{link} target="_blank" rel="noopener noreferrer"' in page


def test_another_librarys_ways_are_nobodys_here(world: World, client, way: str) -> None:
    other = World(slug="elsewhere")
    with library_scope(other.library.pk):
        title = other.title()
        other.copy(title, shelf="童书区 A3")
    assert WORDS not in client.get(f"/elsewhere/t/{title.public_id}").content.decode()


def test_shelves_in_use_are_offered_where_one_is_typed(world: World, staff_client) -> None:
    title = world.title()
    copy = world.copy(title, shelf="A3")
    for address in (
        at(world, "scan"),
        at(world, "new_title"),
        at(world, "add_copies", title.public_id),
        at(world, "copy", copy.public_id),
    ):
        page = staff_client.get(address).content.decode()
        assert 'list="copy-shelves"' in page, address
        assert '<datalist id="copy-shelves"><option value="A3">' in page, address
