"""Along a shelf with a phone: three books that are odd, a stretch without network, a short list."""

import pytest
from playwright.sync_api import Page, expect

from jieyue.catalog.models import Copy
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.actions.withdraw import withdraw_copy
from jieyue.circulation.models import Loan, StockLine, StockTake
from tests.journeys.steps import button, listening, photograph, scan
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)

NAMES = ("呐喊", "边城", "围城", "活着", "家", "骆驼祥子", "茶馆")


def shelf_of_books(world: World) -> list[Copy]:
    """Add seven books of one shelf, in the order they stand in."""
    return [
        world.copy(world.title(name), shelf="A-07", call_number=f"I246.5/{number + 1}")
        for number, name in enumerate(NAMES)
    ]


def newest(page: Page):
    return page.locator("#seen > li").first


def deal_with_what_is_odd(page: Page, gone: Copy, moved: Copy) -> None:
    """Press a button for each book of the short list."""
    photograph(page, "stock-found")
    button(page, "收还").click()
    expect(page.locator("main")).to_contain_text("《边城》：已收还")
    assert Loan.objects.get().ending == "returned"
    button(page, "恢复使用").click()
    expect(page.locator("main")).to_contain_text("《围城》：已恢复使用")
    button(page, "改归此处").click()
    expect(page.locator("main")).to_contain_text("没有记录")
    assert Copy.objects.get(pk=moved.pk).shelf == "A-07"
    assert Copy.objects.get(pk=gone.pk).standing == "in_use"


def mark_and_close(page: Page, nowhere: Copy) -> None:
    """Say that the last book is missing, close, and look at the report."""
    page.get_by_role("link", name="未找到").first.click()
    expect(page.locator("main")).to_contain_text("茶馆")
    page.on("dialog", lambda dialog: dialog.accept())
    photograph(page, "stock-missing")
    button(page, "把 1 册标为缺失").click()
    assert Copy.objects.get(pk=nowhere.pk).standing == "missing"
    button(page, "撤销 1 册").click()
    button(page, "把 1 册标为缺失").click()
    expect(page.locator("main")).to_contain_text("1 册已标为缺失")

    button(page, "结束盘点").click()
    expect(page.locator("main")).to_contain_text("报告就此固定")
    totals = StockTake.objects.get().totals
    assert (totals["expected"], totals["seen"], totals["marked"]) == (5, 4, 1)
    page.get_by_role("link", name="打印报告").click()
    expect(page.locator("main")).to_contain_text("盘点报告")
    expect(page.locator("main")).to_contain_text("未知条码")
    photograph(page, "stock-report")


def test_a_shelf_is_counted_with_a_phone(
    page: Page, phone: Page, world: World, as_owner, live_server
) -> None:
    site, slug = live_server.url, world.slug
    fine, lent, gone, moved, late_one, late_two, nowhere = shelf_of_books(world)
    reader = world.patron()
    checkout(world.desk(), copy_barcodes=(lent.barcode,), card_barcode=reader.card)
    withdraw_copy(world.desk(), copy=gone.public_id, reason="破损")
    Copy.objects.filter(pk=moved.pk).update(shelf="B-01")
    as_owner(page)
    as_owner(phone)

    # It is begun on the phone.
    phone.goto(f"{site}/{slug}/staff/stock/")
    phone.get_by_role("link", name="开始盘点").click()
    phone.locator("#id_shelf").fill("A-07")
    photograph(phone, "stock-new")
    button(phone, "开始扫描").click()
    listening(phone.locator("#q"))
    expect(phone.locator("#progress")).to_contain_text("/ 5")

    # One book is fine, three are odd, one barcode is unknown.
    for barcode, words in (
        (fine.barcode, "呐喊"),
        (lent.barcode, "已借出，却在架"),
        (gone.barcode, "已剔旧，却在架"),
        (moved.barcode, "架位不对"),
        ("0000999", "条码不认识"),
    ):
        scan(phone, barcode)
        expect(newest(phone)).to_contain_text(words)
    photograph(phone, "stock-odd")

    # Between the shelves there is no network; even a reload loses nothing.
    phone.context.set_offline(True)
    for copy in (late_one, late_two, fine):
        scan(phone, copy.barcode)
    expect(phone.locator("#waiting")).to_contain_text("3 条等待网络")
    photograph(phone, "stock-offline")
    assert StockLine.objects.filter(seen_at__isnull=False).count() == 5
    phone.context.set_offline(False)
    expect(phone.locator("#waiting")).to_be_hidden()
    expect(phone.locator("#seen")).to_contain_text("骆驼祥子")
    expect(newest(phone)).to_contain_text("已经清点过")
    expect(phone.locator("#progress [data-seen]")).to_have_text("4")
    assert StockLine.objects.filter(seen_at__isnull=False).count() == 7

    # At the desk the short list is worked off.
    page.goto(f"{site}/{slug}/staff/stock/")
    photograph(page, "stock-list")
    page.locator("main ul a").first.click()
    expect(page.locator("#progress [data-seen]")).to_have_text("4")
    page.get_by_role("link", name="结果").click()
    deal_with_what_is_odd(page, gone, moved)
    mark_and_close(page, nowhere)


def test_scans_wait_in_the_browser_through_a_reload(
    phone: Page, world: World, as_owner, live_server
) -> None:
    site, slug = live_server.url, world.slug
    first, second = shelf_of_books(world)[:2]
    as_owner(phone)
    phone.goto(f"{site}/{slug}/staff/stock/new/")
    button(phone, "开始扫描").click()
    listening(phone.locator("#q"))
    take = StockTake.objects.get()
    # The colleague at the desk pauses; what is scanned meanwhile waits on the phone.
    StockTake.objects.filter(pk=take.pk).update(state="paused", paused_at=take.started_at)
    for copy in (first, second):
        scan(phone, copy.barcode)
    expect(phone.locator("#stock-answer")).to_contain_text("已暂停")
    expect(phone.locator("#waiting")).to_contain_text("2 条")

    phone.reload()
    expect(phone.locator("#waiting")).to_contain_text(first.barcode)
    assert not StockLine.objects.filter(seen_at__isnull=False).exists()
    StockTake.objects.filter(pk=take.pk).update(state="open", paused_at=None)
    expect(phone.locator("#seen")).to_contain_text("边城")
    expect(phone.locator("#waiting")).to_be_hidden()
    assert StockLine.objects.filter(seen_at__isnull=False).count() == 2
