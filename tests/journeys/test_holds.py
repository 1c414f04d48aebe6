"""A book is reserved on the phone, kept at the desk, and fetched; another one comes back late."""

from contextvars import copy_context
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from jieyue.accounts.models import Account
from jieyue.circulation.actions.checkout import checkout
from jieyue.interfaces.worker.loop import keep_one_promise
from jieyue.patrons.models import Patron
from tests.journeys.steps import PASSWORD, answer, button, scan, sign_in, to_the_desk
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)


def reader_with_password(world: World, name: str) -> Patron:
    """Add a reader who can sign in."""
    patron = world.patron(name)
    account = Account.objects.create(name=name, created_at=world.now)
    account.set_password(PASSWORD)
    account.save()
    patron.account = account
    patron.save(update_fields=["account"])
    return patron


def lend(world: World, copy, patron: Patron, *, days_ago: int) -> None:
    desk = world.desk(now=world.now - timedelta(days=days_ago))
    [one] = checkout(desk, copy_barcodes=(copy.barcode,), card_barcode=patron.card).results
    assert one.type == "lent", one


def let_the_worker_catch_up() -> None:
    """Keep every promise that is due, as the worker's process does."""
    while copy_context().run(keep_one_promise):
        pass


def test_a_book_is_reserved_kept_and_fetched(
    page: Page, phone: Page, world: World, as_owner, live_server
) -> None:
    site, slug = live_server.url, world.slug
    reader = reader_with_password(world, "林晓雨")
    copy = world.copy(world.title("活着", authors="余华"))
    lend(world, copy, world.patron("赵一一"), days_ago=3)
    as_owner(page)

    # The reader, on the sofa.
    sign_in(phone, site, reader.card, PASSWORD, slug=slug)
    phone.goto(f"{site}/{slug}/search?q=活着")
    phone.get_by_role("link", name="活着").first.click()
    button(phone, "预约").click()
    expect(phone.locator("body")).to_contain_text("已预约《活着》，排在第 1 位")
    expect(phone.locator("main")).to_contain_text("第 1 位")

    # It comes back to the desk.
    to_the_desk(page, site, slug=slug)
    scan(page, copy.barcode)
    expect(answer(page)).to_contain_text("已还")
    expect(answer(page)).to_contain_text("请放上预约架")
    let_the_worker_catch_up()

    # The reader hears of it.
    phone.goto(f"{site}/{slug}/my/notices")
    expect(phone.locator("main")).to_contain_text("《活着》已为您留在总馆")
    phone.goto(f"{site}/{slug}/my/holds")
    expect(phone.locator("main")).to_contain_text("有 1 本书在等您来取")

    # And fetches it.
    scan(page, reader.card)
    expect(answer(page)).to_contain_text("林晓雨")
    scan(page, copy.barcode)
    expect(answer(page)).to_contain_text("已借出")
    expect(page.locator("#reader")).to_contain_text("1 / 5")
    phone.reload()
    expect(phone.locator("main")).not_to_contain_text("活着")
    phone.goto(f"{site}/{slug}/my/loans")
    expect(phone.locator("main")).to_contain_text("活着")


def test_a_late_book_is_paid_for_and_there_is_a_receipt(
    page: Page, phone: Page, world: World, as_owner, live_server
) -> None:
    site, slug = live_server.url, world.slug
    reader, copy = reader_with_password(world, "林晓雨"), world.copy(world.title("城南旧事"))
    world.policy(settled_by="money", fine_cents=10, fine_counts_closed=True, closed_days="ignore")
    lend(world, copy, reader, days_ago=40)  # for 30 days
    as_owner(page)

    to_the_desk(page, site, slug=slug)
    scan(page, copy.barcode)
    expect(answer(page)).to_contain_text("逾期 10 天")
    expect(answer(page)).to_contain_text("¥1.00")

    answer(page).get_by_role("link", name="收款").click()
    page.locator("dialog[open] button").click()
    expect(page.locator("main")).to_contain_text("已收款 ¥1.00。 当前欠费 ¥0.00")
    page.get_by_role("link", name="打印收据").click()
    for words in (f"书馆 {slug}", "林晓雨", "城南旧事", "1.00", "陈静"):
        expect(page.locator("main")).to_contain_text(words)

    sign_in(phone, site, reader.card, PASSWORD, slug=slug)
    phone.goto(f"{site}/{slug}/my/fees")
    expect(phone.locator("main")).to_contain_text("¥0.00")
    expect(phone.locator("main")).to_contain_text("城南旧事")
