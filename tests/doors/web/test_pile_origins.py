"""What leads to a pile: a book's page and the page of the shelves, as other lists do."""

import re

from django.urls import reverse

from jieyue.catalog.actions.locations import LocationSaved, add_location
from jieyue.catalog.rules.locations import Directions
from jieyue.kit.scope import library_scope
from tests.doors.web.pages import text_of
from tests.doors.web.pile_pages import at, stocked
from tests.world import World


def catalog(world: World, name: str, *args: str) -> str:
    return reverse(f"catalog:{name}", args=[world.library.slug, *args])


def led_to(world: World, client, page: str) -> list[str]:
    """Return the addresses of piles that a page leads to."""
    links = re.findall(rf'href="({at(world, "home")}\?[^"]+)"', text_of(client.get(page)))
    return [link.replace("&amp;", "&") for link in links]


def previewed(world: World, client, link: str) -> tuple[str, str]:
    """Follow the link and preview a move; return what was chosen there, and the preview."""
    form = text_of(client.get(link))
    hidden = r'name="(q|in_shelf|title|way)" value="([^"]*)"'
    chosen = r'<select name="(which|in_branch)"(?:(?!</select>).)*?value="([^"]*)" selected>([^<]+)'
    picked = re.findall(chosen, form)
    kept = re.findall(hidden, form) + [(name, value) for name, value, _ in picked]
    sent = {"kind": "relocate", "shelf": "新架", **dict(kept)}
    made = client.post(at(world, "home"), sent)
    assert made.status_code == 303, text_of(made)
    [words] = [words for name, _, words in picked if name == "which"]
    return words, text_of(client.get(made.headers["Location"]))


def described(world: World, name: str) -> str:
    given = Directions(name=name, directions="二楼左手")
    outcome = add_location(world.desk(), branch=world.branch.code, given=given)
    assert isinstance(outcome, LocationSaved)
    return outcome.location


def test_a_books_page_leads_to_a_pile_of_its_copies(world: World, staff_client) -> None:
    first, second = stocked(world, 2)
    gone = world.copy(first.title, standing="withdrawn", withdrawn_at=world.now)
    other = world.copy(world.title("别的书"))
    page = catalog(world, "title", first.title.public_id)
    [link] = led_to(world, staff_client, page)

    words, preview = previewed(world, staff_client, link)

    assert words == "《活着》的各册"
    assert "2 将修改" in preview
    there = [copy.barcode in preview for copy in (first, second, gone, other)]
    assert there == [True, True, False, False]


def test_a_book_without_copies_leads_to_no_pile(world: World, staff_client) -> None:
    assert led_to(world, staff_client, catalog(world, "title", world.title().public_id)) == []


def test_a_shelf_leads_to_a_pile_of_what_stands_there(world: World, staff_client) -> None:
    here, there = world.copy(shelf="B 2"), world.copy(shelf="B 21")
    east = world.copy(shelf="B 2", branch=world.east())
    links = led_to(world, staff_client, catalog(world, "locations"))
    [link] = [link for link in links if link.endswith(f"?branch={world.branch.code}&shelf=B+2")]

    _, preview = previewed(world, staff_client, link)

    assert [copy.barcode in preview for copy in (here, there, east)] == [True, False, False]


def test_a_described_room_leads_to_a_pile_of_all_its_shelves(world: World, staff_client) -> None:
    way = described(world, "童书区")
    described(world, "童书区 A3")
    copies = [
        world.copy(shelf=shelf) for shelf in ("童书区", "童书区 A2", "童书区 A3", "童书", "B2")
    ]
    elsewhere = world.copy(shelf="童书区", branch=world.east())
    links = led_to(world, staff_client, catalog(world, "locations"))
    assert f"{at(world, 'home')}?way={way}" in links

    words, preview = previewed(world, staff_client, f"{at(world, 'home')}?way={way}")

    assert words == "“童书区”的各册"
    assert [copy.barcode in preview for copy in (*copies, elsewhere)] == [
        *(True, True, False, False, False, False),
    ]


def test_another_librarys_book_and_room_lead_to_no_pile(world: World, staff_client) -> None:
    other = World(slug="southfield")
    with library_scope(other.library.pk):
        theirs = {"title": other.title().public_id, "way": described(other, "童书区")}
    for name, value in theirs.items():
        sent = {"kind": "relocate", "shelf": "C", "which": name, name: value}
        asked = staff_client.get(at(world, "home"), {name: value})
        posted = staff_client.post(at(world, "home"), sent)
        assert (asked.status_code, posted.status_code) == (404, 404)
