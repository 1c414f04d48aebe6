"""Large type: a link switches it on every page a reader opens, signed in or not."""

from html import unescape

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from jieyue.interfaces.web.large_type import LargeTypeMiddleware


@pytest.mark.parametrize("page", ["", "search?q=%E7%BA%A2&here=1", "sign-in", "me"])
def test_a_link_switches_large_type_on_and_off(world, client, page) -> None:
    address = f"/{world.slug}/{page}"
    joint = "&" if "?" in page else "?"

    answer = client.get(f"{address}{joint}large=1")
    assert (answer.status_code, answer.headers["Location"]) == (303, address)
    large = unescape(client.get(address).content.decode())
    answer = client.get(f"{address}{joint}large=0")
    assert (answer.status_code, answer.headers["Location"]) == (303, address)
    normal = unescape(client.get(address).content.decode())

    assert ['data-type="large"' in html for html in (large, normal)] == [True, False]
    # The switch stands on the page itself, and keeps what was asked for.
    asked = page.partition("?")[2]
    assert f'"?{asked}{"&" if asked else ""}large=0"' in large
    assert f'"?{asked}{"&" if asked else ""}large=1"' in normal


def test_large_type_leads_to_no_other_site() -> None:
    request = RequestFactory().get("/?large=1")
    request.path = "//elsewhere.example/"
    answer = LargeTypeMiddleware(lambda _: HttpResponse())(request)
    assert answer.headers["Location"] == "/%2Felsewhere.example/"


def test_other_values_and_forms_are_none_of_its_business(world, client) -> None:
    assert client.get(f"/{world.slug}/?large=yes").status_code == 200
    assert client.post(f"/{world.slug}/sign-in?large=1", {"name": "x"}).status_code == 422


def test_large_type_shows_fewer_things_at_once(world, client) -> None:
    for number in range(12):
        world.copy(world.title(f"第{number}本"))
    pages = []
    for large in ("0", "1"):
        client.cookies["jieyue_large"] = large
        pages.append(client.get(f"/{world.slug}/").content.decode())
    assert [html.count('class="cover') for html in pages] == [8, 4]
