"""The main job, by somebody who has never seen the project: from an empty site to a first renewal.

Every step goes through real pages in a real browser; nothing is put into the database by hand.
"""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.steps import (
    BOOKS,
    EN,
    PASSWORD,
    add_book,
    add_reader,
    answer,
    button,
    go_to,
    open_library,
    scan,
    sign_in,
    to_the_desk,
)

pytestmark = pytest.mark.django_db(transaction=True)


def suspend(page: Page, reason: str) -> None:
    """On a reader's page."""
    page.get_by_role("link", name="暂停借书").click()
    page.locator("dialog[open] input[name=reason]").fill(reason)
    page.locator("dialog[open] button").click()
    expect(page.locator("main")).to_contain_text("已停借")


def limit_loans(page: Page, site: str, limit: int) -> None:
    """In the lending rules, for everybody."""
    go_to(page, site, "settings/rules/")
    page.get_by_role("link", name="其他所有情况").first.click()
    page.locator("main [name$=max_loans]").fill(str(limit))
    button(page, "保存").click()
    expect(page.locator("main")).to_contain_text("已保存")


def send_to_repair(page: Page, site: str, title: str, barcode: str) -> None:
    """Find the book in the catalogue, and say of its copy that it is being mended."""
    go_to(page, site, f"catalog/?q={title}")
    page.get_by_role("link", name=title).click()
    page.get_by_role("link", name=barcode).click()
    button(page, "修补中").click()
    expect(button(page, "修补中")).to_have_attribute("aria-pressed", "true")


def look_from_the_sofa(page: Page, phone: Page, site: str, card: str, readers_page: str) -> None:
    """The reader sees the loans and why none can be renewed; staff lift the suspension."""
    sign_in(phone, site, card, PASSWORD)
    phone.goto(f"{site}/huaishu/my/loans")
    for title in list(BOOKS.values())[:3]:
        expect(phone.locator("main")).to_contain_text(title)
    expect(phone.locator("main")).not_to_contain_text("西游记")
    expect(phone.locator("main li").first).to_contain_text("停借")

    page.goto(readers_page)
    button(page, "恢复借书").click()
    expect(page.locator("main")).not_to_contain_text("已停借")
    phone.reload()
    expect(phone.locator("main li").first).not_to_contain_text("停借")


def test_a_first_day(page: Page, phone: Page, live_server) -> None:
    site = live_server.url
    open_library(page, site)
    expect(page.locator("main")).to_contain_text("槐树下社区书屋建好了")

    # Five real books; one of them three times.
    page.get_by_role("link", name="扫第一本书").click()
    barcodes = {isbn: add_book(page, isbn, copies=1 + 2 * (n == 2)) for n, isbn in enumerate(BOOKS)}
    expect(page.locator("#recent li")).to_have_count(5)
    expect(page.locator("#recent")).to_contain_text("3 册")
    first, second, third, fourth, _ = barcodes.values()

    card = add_reader(page, site, "林晓雨", password=PASSWORD)
    expect(page.locator("main")).to_contain_text("成人")
    readers_page = page.url

    # Three loans, scanned as fast as a scanner goes.
    to_the_desk(page, site)
    scan(page, card)
    expect(answer(page)).to_contain_text("林晓雨")
    for barcode in (first, second, third):
        scan(page, barcode)
    expect(answer(page)).to_contain_text("好饿的毛毛虫")
    expect(answer(page)).to_contain_text("已借出")
    expect(page.locator("#reader")).to_contain_text("3 / 5")

    # A refusal gives every reason there is.
    page.goto(readers_page)
    suspend(page, "请先换新证")
    limit_loans(page, site, 3)
    send_to_repair(page, site, "给孩子的诗", fourth)
    to_the_desk(page, site)
    scan(page, card)
    scan(page, fourth)
    for words in ("不能借", "已停借：请先换新证", "最多可借 3 本，已经借满", "这一册正在修补"):
        expect(answer(page)).to_contain_text(words)
    expect(page.locator("#reader")).to_contain_text("3 / 3")

    # A return, and the return undone.
    page.keyboard.press("Escape")
    expect(page.locator("#reader")).to_have_count(0)
    scan(page, first)
    expect(answer(page)).to_contain_text("已还")
    expect(page.locator("#today")).to_contain_text("窗边的小豆豆")
    page.keyboard.press("Control+z")
    expect(answer(page)).to_contain_text("还书已撤销，借阅继续")
    expect(page.locator("#today")).to_contain_text("还没有还书")
    look_from_the_sofa(page, phone, site, card, readers_page)


def test_a_first_day_in_english(open_window, live_server) -> None:
    site = live_server.url
    page = open_window(locale="en-GB")
    open_library(page, site, name="Elm Street Readers", words=EN)
    expect(page.locator("main")).to_contain_text("Elm Street Readers is open")

    page.get_by_role("link", name="Scan your first book").click()
    barcode = add_book(page, "9787020070480")
    card = add_reader(page, site, "Zoë Müller", words=EN)
    to_the_desk(page, site)
    scan(page, barcode)
    expect(answer(page)).to_contain_text("Now the reader's card")
    scan(page, card)
    expect(answer(page)).to_contain_text("Lent")
    scan(page, barcode)  # by mistake, a second time
    expect(answer(page)).to_contain_text("Scanned twice? It stays lent.")
    answer(page).get_by_role("button", name="Take back").click()
    expect(answer(page)).to_contain_text("Taken back")
