"""What is sent compressed, and what never is."""

import gzip
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

GZIP = {"HTTP_ACCEPT_ENCODING": "gzip, deflate, br"}


def test_a_page_is_compressed_for_who_takes_it(world, client) -> None:
    plain = client.get(f"/{world.slug}/search")
    small = client.get(f"/{world.slug}/search", **GZIP)
    refused = client.get(f"/{world.slug}/search", HTTP_ACCEPT_ENCODING="gzip;q=0, identity")

    assert small.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in small.headers["Vary"]
    assert "Accept-Encoding" in plain.headers["Vary"]
    assert small.headers["Content-Length"] == str(len(small.content))
    assert b"</html>" in gzip.decompress(small.content)
    assert len(small.content) < len(plain.content) / 2
    assert not plain.has_header("Content-Encoding")
    assert not refused.has_header("Content-Encoding")


def test_the_same_page_has_many_lengths(world, client) -> None:
    """So that its length says little of what stands in it."""
    lengths = {len(client.get(f"/{world.slug}/search", **GZIP).content) for _ in range(12)}
    assert len(lengths) > 3


@pytest.mark.parametrize(
    ("site", "signed_in", "is_compressed"),
    [
        ("cross-site", True, False),
        ("same-site", True, False),
        ("same-origin", True, True),
        ("none", True, True),
        ("cross-site", False, True),
    ],
)
def test_what_another_site_has_fetched_of_ones_own_is_not(
    world, client, reader_client, site, signed_in, is_compressed
) -> None:
    who = reader_client(world.patron()) if signed_in else client
    answer = who.get(f"/{world.slug}/", **GZIP, HTTP_SEC_FETCH_SITE=site)
    assert answer.has_header("Content-Encoding") is is_compressed


def test_static_files_are_compressed_and_the_same(client) -> None:
    found = finders.find("jieyue/app.css")
    for _ in range(2):
        answer = client.get(f"{settings.STATIC_URL}jieyue/app.css", **GZIP)
        assert answer.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(answer.content) == Path(found).read_bytes()
    again = client.get(
        f"{settings.STATIC_URL}jieyue/app.css", **GZIP, HTTP_IF_NONE_MATCH=answer.headers["ETag"]
    )
    assert again.status_code == 304


def test_pictures_and_short_answers_are_sent_as_they_are(world, client) -> None:
    picture = client.get(f"{settings.STATIC_URL}jieyue/app/icon-192.png", **GZIP)
    short = client.get(f"/{world.slug}/search/suggestions?q=x", **GZIP)
    assert not picture.has_header("Content-Encoding")
    assert not short.has_header("Content-Encoding")
