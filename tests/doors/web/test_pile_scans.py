"""Scanning a pile on its page, with a script and without, and what lists lead into a pile."""

import json
import re

from django.urls import reverse

from jieyue.catalog.models import Copy
from jieyue.circulation.models import PileScan, StockTake
from jieyue.kit import clock
from jieyue.kit.scope import library_scope
from jieyue.libraries.models import Role
from jieyue.libraries.rules.permissions import Permission
from tests.doors.web.pages import text_of
from tests.doors.web.pile_pages import at, stocked
from tests.world import World


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
    card = staff_client.post(at(world, "scans"), kept(world.patron().card))
    assert "这是读者的借阅证" in text_of(card)
    assert PileScan.across_libraries.count() == 0


def test_another_librarys_copy_is_on_none_of_our_piles(world: World, staff_client) -> None:
    other = World(slug="southfield")
    with library_scope(other.library.pk):
        theirs = other.copy()
    page = text_of(staff_client.post(at(world, "scans"), kept(f"{theirs.barcode}9")))
    assert "本馆没有这个条码的馆藏" in page
    address = f"https://x.cn/southfield/c/{theirs.public_id}"
    assert 'data-tone="refused"' in text_of(staff_client.post(at(world, "scans"), kept(address)))


def test_a_list_of_a_stock_take_is_changed_together(world: World, staff_client) -> None:
    seen, missing = stocked(world, 2, shelf="A-1")
    stock = reverse("stock:new", args=[world.library.slug])
    begun = {"name": "春季盘点", "branch": world.branch.code, "checks_order": "on"}
    take = staff_client.post(stock, begun).headers["Location"]
    scan = {"id": "n", "text": seen.barcode, "age": 0, "shelf": ""}
    staff_client.post(f"{take}scans/", {"scans": json.dumps([scan])})
    found = text_of(staff_client.get(f"{take}found/?show=not_found"))
    link = re.search(rf'href="({at(world, "home")}[^"]+)"', found)
    assert link

    page = text_of(staff_client.get(link[1].replace("&amp;", "&")))
    hidden = dict(re.findall(r'type="hidden" name="(take|show|place)" value="([^"]*)"', page))
    assert '<option value="take" selected>' in page
    sent = {"kind": "standing", "standing": "missing", "which": "take"} | hidden
    preview = staff_client.post(at(world, "home"), sent).headers["Location"]
    page = text_of(staff_client.get(preview))
    assert ("1 将修改" in page, missing.barcode in page, "春季盘点 · 未找到" in page) == (
        *(True, True, True),
    )
    for odd in ({"take": "NOWHERE"}, {"show": "unknown"}):
        assert staff_client.post(at(world, "home"), sent | odd).status_code == 404
    other = StockTake.across_libraries.create(
        library=World(slug="southfield").library,
        public_id="THEIRS",
        name="别馆",
        expected=1,
        started_at=clock.now(),
    )
    asked = {"take": other.public_id}
    assert staff_client.get(at(world, "home"), asked).status_code == 404


def test_whoever_may_only_withdraw_or_only_catalogue_finds_the_way_to_it(
    world: World, helper_client
) -> None:
    books = reverse("catalog:list", args=[world.library.slug])
    stocked(world, 1)
    for right, value, others in (
        (Permission.COPY_WITHDRAW, "withdraw", ("relocate", "reclassify")),
        (Permission.CATALOG_EDIT, "reclassify", ("relocate", "withdraw")),
        (Permission.COPY_SHELVE, "relocate", ("reclassify", "withdraw")),
    ):
        Role.across_libraries.filter(code="helper").update(
            permissions=sorted([Permission.CATALOG_VIEW, right])
        )
        page = text_of(helper_client.get(books, {"q": "活着"}))
        assert f'href="{at(world, "home")}"' in page
        assert f'href="{at(world, "home")}?q=' in page
        assert ("stock/weeding/" in page) == (right is Permission.COPY_WITHDRAW)
        page = text_of(helper_client.get(at(world, "home")))
        assert f'name="do" value="{value}"' in page
        assert not any(f'name="do" value="{other}"' in page for other in others)
    Role.across_libraries.filter(code="helper").update(permissions=[Permission.CATALOG_VIEW.value])
    page = text_of(helper_client.get(books, {"q": "活着"}))
    assert at(world, "home") not in page
    assert helper_client.get(at(world, "home")).status_code == 403


def test_the_scan_box_has_words_ready_for_a_camera_that_stays_closed(
    world: World, staff_client
) -> None:
    page = staff_client.get(at(world, "home")).content.decode()

    [words] = re.findall(r"<div[^>]*data-camera-refused hidden>(.*?)</div></div>", page, re.DOTALL)
    assert "摄像头打不开。" in words
    assert "请在浏览器设置里允许本页使用摄像头，或直接输入条码。" in words
