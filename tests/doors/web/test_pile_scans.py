"""Scanning a pile on its page, with a script and without, and what lists lead into a pile."""

import json
import re

from django.urls import reverse

from jieyue.catalog.models import Copy
from jieyue.circulation.models import PileScan
from jieyue.kit.scope import library_scope
from tests.world import World


def at(world: World, name: str, *args: str) -> str:
    return reverse(f"piles:{name}", args=[world.library.slug, *args])


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def stocked(world: World, count: int, **values) -> list[Copy]:
    with library_scope(world.library.pk):
        title = world.title("活着")
        return [world.copy(title, **values) for _ in range(count)]


def kept(*texts: str) -> dict[str, str]:
    """Return scans as the script of the page sends them."""
    scans = [{"id": f"n{n}", "text": text, "age": 1} for n, text in enumerate(texts)]
    return {"scans": json.dumps(scans)}


def test_each_scan_says_at_once_what_it_is_or_why_it_cannot_be_changed(
    world: World, staff_client
) -> None:
    [copy] = stocked(world, 1, shelf="A-1")
    [gone] = stocked(world, 1, standing="withdrawn", withdrawn_at=world.now)
    scans = kept(copy.barcode, copy.barcode, gone.barcode, "9787506365437", "NOWHERE9", "")

    page = text_of(staff_client.post(at(world, "scans"), scans))

    tones = re.findall(r'data-answer="(n\d)" data-tone="(\w+)"', page)
    assert tones == [
        ("n5", "refused"),
        ("n4", "refused"),
        ("n3", "refused"),
        ("n2", "refused"),
        ("n1", "look"),
        ("n0", "done"),
    ]
    assert f"{copy.barcode} · A-1" in page
    for words in (
        "活着",
        "这一册已经扫过了",
        "本馆没有这个条码的馆藏",
        "这是 ISBN",
        "这一册已剔旧",
    ):
        assert words in page
    assert PileScan.across_libraries.count() == 1


def test_a_scanned_pile_survives_a_reload_and_is_changed_with_what_was_typed(
    world: World, staff_client
) -> None:
    first, second, third = stocked(world, 3, shelf="A-1")
    without_script = staff_client.post(at(world, "scans"), {"q": first.barcode})
    assert f"{first.barcode} · A-1" in text_of(without_script)
    staff_client.post(at(world, "scans"), kept(second.barcode))

    page = text_of(staff_client.get(at(world, "home")))
    assert page.index(second.barcode) < page.index(first.barcode)
    assert '<strong class="num text-2xl">2</strong> 册已扫入' in page
    sent = {"kind": "relocate", "which": "barcodes", "shelf": "B-7", "barcodes": third.barcode}
    preview = staff_client.post(at(world, "home"), sent).headers["Location"]
    assert "3 将修改" in text_of(staff_client.get(preview))
    assert "2" in text_of(staff_client.get(at(world, "count")))

    staff_client.post(f"{preview}beginning/")
    assert set(Copy.across_libraries.values_list("shelf", flat=True)) == {"B-7"}
    assert PileScan.across_libraries.count() == 0


def test_a_copy_is_taken_off_the_pile_and_nothing_that_was_typed_is_lost(
    world: World, staff_client
) -> None:
    first, second = stocked(world, 2)
    staff_client.post(at(world, "scans"), kept(first.barcode, second.barcode))
    sent = {"kind": "relocate", "which": "barcodes", "shelf": "B-7", "off": first.public_id}

    page = text_of(staff_client.post(at(world, "home"), sent))
    assert (first.barcode in page, second.barcode in page, 'value="B-7"' in page) == (
        *(False, True, True),
    )
    staff_client.post(at(world, "home"), sent | {"off": "all"})
    assert PileScan.across_libraries.count() == 0
    empty = staff_client.post(at(world, "home"), sent | {"off": ""})
    assert (empty.status_code, "请扫描或输入条形码" in text_of(empty)) == (422, True)


def test_the_count_is_sent_again_only_when_it_changed(world: World, staff_client) -> None:
    [copy] = stocked(world, 1)
    tag = staff_client.get(at(world, "count")).headers["ETag"]
    same = {"headers": {"If-None-Match": tag}}
    assert staff_client.get(at(world, "count"), **same).status_code == 304
    staff_client.post(at(world, "scans"), kept(copy.barcode))
    assert staff_client.get(at(world, "count"), **same).status_code == 200


def test_what_is_no_list_of_scans_is_a_bad_request(world: World, staff_client) -> None:
    for scans in ("[", "[]", "[1]", "[" * 50_000):
        assert staff_client.post(at(world, "scans"), {"scans": scans}).status_code == 400
    assert staff_client.post(at(world, "scans"), {"q": " \x00"}).status_code == 200
    assert PileScan.across_libraries.count() == 0


def test_another_librarys_copy_is_on_none_of_our_piles(world: World, staff_client) -> None:
    other = World(slug="southfield")
    with library_scope(other.library.pk):
        theirs = other.copy()
    page = text_of(staff_client.post(at(world, "scans"), kept(f"{theirs.barcode}9")))
    assert "本馆没有这个条码的馆藏" in page
    address = f"https://x.cn/southfield/c/{theirs.public_id}"
    assert 'data-tone="refused"' in text_of(staff_client.post(at(world, "scans"), kept(address)))
