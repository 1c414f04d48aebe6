"""Pictures of every page, for people to look at: JIEYUE_SCREENSHOTS=1 writes `screenshots/`."""

import os
from pathlib import Path

import pytest

from tests.journeys.conftest import PC, PHONE, Windows
from tests.journeys.pages import AREAS, visit
from tests.journeys.stock import Stock

FOLDER = Path(__file__).parents[2] / "screenshots"
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        os.environ.get("JIEYUE_SCREENSHOTS") != "1", reason="pictures are made when asked for"
    ),
]


@pytest.mark.parametrize("area", AREAS)
def test_pictures(area: str, stock: Stock, windows: Windows, live_server) -> None:
    FOLDER.mkdir(exist_ok=True)
    for number, place in enumerate(AREAS[area](stock)):
        page = windows(place.who)
        scheme = "dark" if number % 3 == 2 else "light"
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        visit(page, live_server.url, place)
        for width, window in (("pc", PC), ("phone", PHONE)):
            page.set_viewport_size(window["viewport"])
            page.screenshot(path=FOLDER / f"{place.name}-{width}.png", full_page=True)
