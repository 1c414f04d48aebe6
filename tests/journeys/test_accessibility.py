"""No barriers: axe finds nothing serious on any page, light or dark, on a phone or a PC."""

from itertools import cycle

import pytest
from playwright.sync_api import Page

from tests.journeys.conftest import PC, PHONE, Windows
from tests.journeys.pages import AREAS, visit
from tests.journeys.stock import Stock

pytestmark = pytest.mark.django_db(transaction=True)
# Without `preload` it does not fetch every style sheet again, for a rule on turned screens.
RUN = """async (only) => {
  const found = await axe.run(
    document, {resultTypes: ["violations"], preload: false, ...(only && {runOnly: only})});
  return found.violations
    .filter((one) => ["serious", "critical"].includes(one.impact))
    .map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) =>
      node.target.join(" ") + " " + (node.any[0]?.message || node.failureSummary)).join(" | ")}`);
}"""
# Else colours are measured on their way from light to dark.
STILL = "*, *::before, *::after { transition: none !important; animation: none !important; }"
WIDE = "document.documentElement.scrollWidth > innerWidth + 1"
# Each page in two of four ways, by all rules in the first and for its colours in the second; its
# neighbours, made of the same parts, in the other two.
WAYS = (
    (("pc", PC, "light", None), ("phone", PHONE, "dark", ["color-contrast"])),
    (("phone", PHONE, "light", None), ("pc", PC, "dark", ["color-contrast"])),
)


def barriers(page: Page, ways) -> list[str]:
    """Return what is in somebody's way."""
    found = []
    page.add_style_tag(content=STILL)
    for width, window, scheme, only in ways:
        page.set_viewport_size(window["viewport"])
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found += [f"{width} {scheme} {one}" for one in page.evaluate(RUN, only)]
        if page.evaluate(WIDE):
            found.append(f"{width}: the page is wider than the window")
    return found


@pytest.mark.parametrize("area", AREAS)
def test_no_page_is_in_anybodys_way(area: str, stock: Stock, windows: Windows, live_server) -> None:
    found = []
    for place, ways in zip(AREAS[area](stock), cycle(WAYS), strict=False):
        page = windows(place.who)
        visit(page, live_server.url, place)
        found += [f"{place.name} {one}" for one in barriers(page, ways)]
    assert not found, "\n".join(found)
