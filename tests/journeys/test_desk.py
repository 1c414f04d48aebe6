"""A day at the desk, in a real browser, with the keyboard only."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, expect

from jieyue.accounts.models import Account
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.models import Loan
from jieyue.kit import clock
from jieyue.kit.scope import library_scope
from tests.doors.conftest import signed_in
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db) -> Iterator[World]:
    made = World(now=clock.now())
    with library_scope(made.library.pk):
        yield made


@pytest.fixture
def offline_page(browser: Browser) -> Iterator[Page]:
    """A window that may meet trouble, because here the network fails on purpose."""
    context = browser.new_context(locale="zh-CN")
    yield context.new_page()
    context.close()


@pytest.fixture
def open_desk(live_server, world):
    """Return a function that signs a window in and opens the desk in it."""
    client = signed_in(Account.objects.get(pk=world.staff.account_id))
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value

    def open_in(page: Page) -> Page:
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
        )
        page.goto(f"{live_server.url}/{world.slug}/staff/desk/")
        expect(page.locator("#q")).to_be_focused()
        return page

    return open_in


def scan(page: Page, text: str) -> None:
    """Type as a scanner does: fast, ending with Enter."""
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def headline(page: Page):
    return page.locator("#answer h2")


def loans() -> int:
    return Loan.objects.filter(returned_at=None).count()


def test_a_visit_with_the_keyboard_only(page: Page, world: World, open_desk) -> None:
    patron = world.patron()
    first, second, disc = world.copy(), world.copy(), world.copy(parts="CD 1 张")
    open_desk(page)

    scan(page, patron.card)
    expect(headline(page)).to_have_text("林晓雨")
    scan(page, first.barcode)
    scan(page, second.barcode)  # without waiting: scans queue up
    expect(page.locator("#answer")).to_contain_text(second.title.name)
    expect(page.locator("#reader")).to_contain_text("2 / 5")
    scan(page, disc.barcode)
    expect(page.locator("#answer")).to_contain_text("请一并借出：CD 1 张")
    assert page.locator("#answer").get_attribute("data-sound") == "look"
    page.keyboard.press("Control+z")
    expect(headline(page)).to_have_text("已撤销")
    page.keyboard.press("Escape")
    expect(page.locator("#reader")).to_have_count(0)

    assert loans() == 2
    scan(page, first.barcode)
    expect(headline(page)).to_have_text("已还")
    expect(page.locator("#today")).to_contain_text(first.barcode)
    page.keyboard.press("F3")
    expect(page).to_have_url(f"{page.url.split('?')[0]}?mode=return")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.press("F1")
    expect(page.locator("#help")).to_contain_text("Ctrl Enter")


def test_a_refusal_says_why_and_is_waived_by_name(page: Page, world: World, open_desk) -> None:
    patron = world.patron(frozen_at=world.now, frozen_reason="换班")
    world.policy(max_loans=0)
    copy = world.copy(standing="repair")
    open_desk(page)
    scan(page, patron.card)
    scan(page, copy.barcode)

    for words in ("已停借：换班", "正在修补", "已经借满"):
        expect(page.locator("#answer")).to_contain_text(words)
    assert loans() == 0
    page.keyboard.press("Control+Enter")

    expect(headline(page)).to_have_text("已借出")
    assert loans() == 1


def test_a_choice_by_its_number(page: Page, world: World, open_desk) -> None:
    title = world.title("小王子", isbn13="9787020002207")
    copies, patron = [world.copy(title) for _ in range(3)], world.patron()
    checkout(
        world.desk(now=clock.now()), copy_barcodes=(copies[1].barcode,), card_barcode=patron.card
    )
    open_desk(page)

    scan(page, "978-7-02-000220-7")
    expect(page.locator("#answer ol > li")).to_have_count(3)
    expect(page.locator("#answer ol > li").first).to_contain_text("林晓雨")
    scan(page, "1")

    expect(headline(page)).to_have_text("已还")
    assert loans() == 0


def test_without_a_network_nothing_is_done_twice_and_nothing_lost(
    offline_page: Page, world: World, open_desk
) -> None:
    patron, copy = world.patron(), world.copy()
    page = open_desk(offline_page)
    scan(page, patron.card)
    expect(headline(page)).to_have_text("林晓雨")

    page.route("**/scans/", lambda route: route.abort())
    scan(page, copy.barcode)
    expect(page.locator("#trouble")).to_be_visible()
    expect(page.locator("#q")).to_have_attribute("placeholder", copy.barcode)
    page.unroute("**/scans/")
    page.keyboard.press("Enter")

    expect(headline(page)).to_have_text("已借出")
    assert loans() == 1


def test_a_key_that_finds_no_network_is_not_silent_but_what_refreshes_itself_is(
    offline_page: Page, world: World, open_desk
) -> None:
    page = open_desk(offline_page)
    page.route("**/staff/desk/**", lambda route: route.abort())

    page.evaluate("htmx.trigger(document.body, 'desk-changed')")
    page.wait_for_timeout(200)
    expect(page.locator("#trouble")).to_be_hidden()
    page.keyboard.press("F3")
    expect(page.locator("#trouble")).to_be_visible()
