"""A reader who remembers little of a book finds it."""

from playwright.sync_api import expect

from tests.journeys.conftest import Windows
from tests.world import World


def test_a_reader_finds_a_book_by_the_initials_of_its_name(
    live_server, world: World, windows: Windows
) -> None:
    world.copy(world.title("三国演义", authors="罗贯中"))
    world.copy(world.title("水浒传", authors="施耐庵"))
    page = windows("reader")
    page.goto(f"{live_server.url}/{world.library.slug}/search")
    page.locator("input[name=q]").fill("sgyy")
    page.locator("input[name=q]").press("Enter")
    found = page.get_by_role("link", name="三国演义").first
    expect(found).to_be_visible()
    expect(page.get_by_text("水浒传")).to_have_count(0)

    found.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("三国演义")
