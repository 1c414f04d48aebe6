"""What is printed: as wide as an A4 sheet is within its margins, and a table keeps its headings."""

import pytest

from tests.journeys.conftest import Windows
from tests.journeys.pages import AREAS, visit
from tests.journeys.stock import Stock

pytestmark = pytest.mark.django_db(transaction=True)

SHEET = {"width": 680, "height": 960}  # 180 mm at 96 dots an inch
PRINTED = {
    "holds": ("hold-shelf", "hold-picks"),
    "money": ("drawer-closed",),
    "transits": ("manifest", "manifest-sheet"),
}


@pytest.mark.parametrize("area", PRINTED)
def test_tables_keep_their_headings_on_paper(
    area: str, stock: Stock, windows: Windows, live_server
) -> None:
    for place in AREAS[area](stock):
        if place.name not in PRINTED[area]:
            continue
        page = windows(place.who)
        visit(page, live_server.url, place)
        page.set_viewport_size(SHEET)
        page.emulate_media(media="print")
        table = page.locator("main table").first
        row = table.locator("tbody tr").first
        assert table.locator("thead th").last.is_visible(), place.name
        assert row.evaluate("row => getComputedStyle(row).display") == "table-row", place.name
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= SHEET["width"], place.name
        page.emulate_media(media="screen")
