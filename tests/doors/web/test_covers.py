"""Covers in pages: sent in by staff, shown to readers, served for good."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from jieyue.catalog.actions.covers import keep_cover
from jieyue.catalog.models import Cover
from jieyue.catalog.rules.pictures import Picture, picture_of
from jieyue.circulation.actions.checkout import checkout
from tests.pictures import opened, picture
from tests.world import World


def file_of(content: bytes, name: str = "cover.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="image/jpeg")


def covered(world: World, title, color: str = "teal") -> str:
    """Give a title a picture; return its digest."""
    found = picture_of(picture(300, 450, color=color))
    assert isinstance(found, Picture)
    keep_cover(world.desk(), title=title.public_id, picture=found)
    return found.digest


@pytest.mark.parametrize("field", ["photo", "picture"])
def test_staff_send_a_picture_in_and_take_it_away(
    world: World, staff_client, client, field: str
) -> None:
    title = world.title("三体")
    url = reverse("catalog:cover", args=[world.slug, title.public_id])
    assert 'capture="environment"' in staff_client.get(url).text

    done = staff_client.post(url, {field: file_of(picture(1500, 2100))})
    page = reverse("catalog:title", args=[world.slug, title.public_id])
    assert (done.status_code, done.headers["Location"]) == (303, page)
    digest = Cover.across_libraries.get().digest
    address = f"/{world.slug}/t/{title.public_id}/cover/{digest}/large.webp"
    assert address in staff_client.get(page).text
    assert address in client.get(f"/{world.slug}/t/{title.public_id}").text
    sent = client.get(address)
    assert (sent.status_code, sent.headers["Content-Type"], sent.headers["Cache-Control"]) == (
        *(200, "image/webp", "public, max-age=31536000, immutable"),
    )
    assert sent.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "Set-Cookie" not in sent.headers
    assert opened(sent.content).size == (480, 672)

    gone = staff_client.post(reverse("catalog:uncover", args=[world.slug, title.public_id]))
    assert gone.status_code == 303
    assert client.get(address).status_code == 404


def test_what_is_no_picture_is_refused_in_plain_words(world: World, staff_client) -> None:
    title = world.title("三体")
    url = reverse("catalog:cover", args=[world.slug, title.public_id])
    for sent, said in (
        ({}, "请先选择图片"),
        ({"picture": file_of(b"%PDF-1.7", "cover.pdf")}, "不是能识别的图片"),
        ({"picture": file_of(picture(20, 20))}, "图片太小"),
    ):
        answer = staff_client.post(url, sent)
        assert answer.status_code == 422
        assert said in answer.text
    assert not Cover.across_libraries.exists()


def test_an_old_address_leads_to_the_picture_there_is_now(world: World, client) -> None:
    title = world.title("三体")
    old = covered(world, title)
    new = covered(world, title, "olive")
    start = f"/{world.slug}/t/{title.public_id}/cover"
    answer = client.get(f"{start}/{old}/small.webp")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{start}/{new}/small.webp")
    assert client.get(f"{start}/{new}/huge.webp").status_code == 404
    assert client.get(f"/{world.slug}/t/nobody/cover/{new}/small.webp").status_code == 404


def test_readers_see_covers_wherever_books_stand(world: World, client, reader_client) -> None:
    title = world.title("三体", authors="刘慈欣", year=2008)
    other = world.title("三体", authors="刘慈欣", year=2010)
    copy = world.copy(title)
    digest = covered(world, title)
    patron = world.patron()
    checkout(world.desk(), copy_barcodes=(copy.barcode,), card_barcode=patron.card)
    small = f"/t/{title.public_id}/cover/{digest}/small.webp"
    reader = reader_client(patron)
    for path in ("", "search?q=三体", f"t/{other.public_id}", "my/loans"):
        assert small in reader.get(f"/{world.slug}/{path}").text, path
    page = client.get(f"/{world.slug}/t/{title.public_id}").text
    whole = f"http://testserver/{world.slug}/t/{title.public_id}/cover/{digest}/large.webp"
    assert f'<meta property="og:image" content="{whole}">' in page
    assert f'<link itemprop="image" href="{whole}">' in page
