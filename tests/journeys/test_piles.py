"""A pile is put together book by book at the shelf, looked at, changed, and put back."""

import pytest
from playwright.sync_api import Page, expect

from jieyue.catalog.models import Copy
from jieyue.circulation.models import PileScan
from tests.journeys.steps import button, listening, photograph, scan
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)


def shelves() -> set[str]:
    return set(Copy.objects.values_list("shelf", flat=True))


def test_scanned_books_are_moved_together_and_back(
    phone: Page, world: World, as_owner, live_server
) -> None:
    first, second = (world.copy(world.title(name), shelf="A-1") for name in ("呐喊", "边城"))
    as_owner(phone)
    phone.goto(f"{live_server.url}/{world.slug}/staff/catalog/")
    phone.locator("summary", has_text="工具").click()
    phone.get_by_role("link", name="批量修改").click()
    listening(phone.locator("#q"))

    # Two books, and a barcode that is on none.
    newest = phone.locator("#seen > li").first
    for barcode, words in (
        (first.barcode, "呐喊"),
        ("0000999", "本馆没有这个条码的馆藏"),
        (second.barcode, "边城"),
    ):
        scan(phone, barcode)
        expect(newest).to_contain_text(words)
    expect(phone.get_by_role("status").filter(has_text="册已扫入")).to_contain_text("2")
    photograph(phone, "pile-scanned")

    # It is looked at before anything changes.
    phone.get_by_label("移到书架").fill("B-7")
    button(phone, "预览结果").last.click()
    expect(phone.get_by_role("status")).to_contain_text("2 将修改")
    photograph(phone, "pile-preview")
    assert shelves() == {"A-1"}
    button(phone, "修改 2 册").click()
    expect(phone.get_by_role("status")).to_contain_text("2 已修改")
    assert (shelves(), PileScan.objects.count()) == ({"B-7"}, 0)

    phone.once("dialog", lambda dialog: dialog.accept())
    photograph(phone, "pile-done")
    button(phone, "整批撤销").click()
    expect(phone.get_by_role("status")).to_contain_text("2 已撤销")
    photograph(phone, "pile-undone")
    assert shelves() == {"A-1"}
