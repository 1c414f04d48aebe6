"""No barriers: axe finds nothing serious on any page, light or dark, on a phone or a PC."""

from collections.abc import Iterator
from inspect import getclosurevars
from itertools import cycle
from typing import Any

import pytest
from django.urls import URLResolver, get_resolver, resolve
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
LIBRARY = "<slug:slug>/"
# Files, fragments, and answers that lead on.
NO_PAGES = (
    "activities/<slug:activity>.ics", "app.webmanifest", "calendar/<str:token>.ics",
    "children/find", "children/surprise", "door/<str:code>/now",
    "feedback/<slug:feedback>/picture.webp", "my/wechat/ask", "my/wechat/back",
    "search/suggestions", "sign-in/wechat", "sign-in/wechat/back", "staff/awake",
    "staff/deliveries/sheets/<slug:sheet>/paper/", "staff/imports/<slug:run>/covers/",
    "staff/catalog/copies/<slug:copy>/qr.svg", "staff/classes/room/tiles/",
    "staff/desk/today/", "staff/piles/scanned/", "staff/deliveries/unreached/file/",
    "staff/exports/registers/copies/file/",
    "staff/exports/registers/file/", "staff/exports/titles/<slug:title>/record/file/",
    "staff/gate/keys", "staff/imports/<slug:run>/progress/",
    "staff/imports/<slug:run>/rejected/<slug:file_kind>/",
    "staff/imports/empty/<slug:import_kind>/", "staff/piles/<slug:pile>/progress/",
    "staff/stock/<slug:take>/progress/", "staff/stock/<slug:take>/report.xlsx",
    "staff/voice/feedback/<slug:feedback>/picture.webp", "staff/voice/wishes.xlsx", "sw.js",
    "t/<str:title>/cover/<slug:digest>/<slug:size>.webp",
)  # fmt: skip
# Pages that a place leads to by what is done there.
REACHED = (
    "account/contact/code",
    "join/<slug:name>/",
    "sign-in/change",
    "sign-in/forgotten/new",
    "sign-in/link",
    "staff/lock",
    "staff/settings/staff/<str:staff>/",
)
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


def get_routes(patterns: list[Any], before: str = "") -> Iterator[str]:
    """Yield the route of every address below a library that answers GET."""
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from get_routes(pattern.url_patterns, route)
        elif route.startswith(LIBRARY) and "GET" in methods(pattern.callback):
            yield route.removeprefix(LIBRARY)


def methods(view: Any) -> list[str]:
    """Return what Django's decorators let through to a view."""
    while view is not None:
        found = getclosurevars(view).nonlocals
        if "request_method_list" in found:
            return list(found["request_method_list"])
        view = getattr(view, "__wrapped__", None)
    return ["GET"]


def test_every_page_is_looked_at(stock: Stock) -> None:
    places = [place for area in AREAS.values() for place in area(stock)]
    routes = set(get_routes(get_resolver().url_patterns))
    found = {resolve(one.address.split("?")[0]).route for one in places if one.name != "not-found"}
    looked_at = {route.removeprefix(LIBRARY) for route in found}
    assert routes - looked_at == set(NO_PAGES) | set(REACHED)
