"""What goes wrong at real desks: two clicks, endless texts, rare characters, no network, no script.

Nothing is done twice, nothing is lost, and nothing is silent.
"""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from jieyue.circulation.models import Loan
from jieyue.libraries.models import Library
from jieyue.patrons.models import Patron
from tests.journeys.conftest import PATIENCE_MS
from tests.journeys.steps import (
    add_book,
    add_reader,
    answer,
    button,
    fill_wizard,
    go_to,
    scan,
    to_the_desk,
)
from tests.sources.server import FakeSources

pytestmark = pytest.mark.django_db(transaction=True)
RARE = "㛃䶮𠮷 👧🏽"


@pytest.fixture
def rough_page(browser: Browser) -> Iterator[Page]:
    """A window that may meet trouble, because here things fail on purpose."""
    context = browser.new_context(locale="zh-CN", viewport={"width": 1366, "height": 860})
    context.set_default_timeout(PATIENCE_MS)
    yield context.new_page()
    context.close()


def patrons() -> list[str]:
    return list(Patron.across_libraries.values_list("name", flat=True))


def loans() -> int:
    return Loan.across_libraries.filter(returned_at=None).count()


def test_a_double_click_opens_one_library_and_adds_one_reader(
    rough_page: Page, live_server, transactional_db
) -> None:
    page = rough_page
    fill_wizard(page, live_server.url, name="双击书屋", slug="shuangji")
    button(page, "创建书馆").dblclick()
    page.wait_for_url("**/staff/welcome")
    assert Library.objects.count() == 1

    go_to(page, live_server.url, "patrons/new/", slug="shuangji")
    page.locator("#id_name").fill("王小双")
    page.get_by_role("button", name="添加", exact=True).dblclick()
    expect(page.get_by_role("heading", level=1)).to_have_text("王小双")
    assert patrons() == ["王小双"]


def test_ten_thousand_characters_get_an_answer_and_are_kept(
    page: Page, live_server, world, as_owner
) -> None:
    long = "龙" * 10_000
    as_owner(page)
    go_to(page, live_server.url, "patrons/new/", slug=world.slug)
    page.locator("#id_name").evaluate("(field) => field.removeAttribute('maxlength')")
    page.locator("#id_name").fill(long)
    page.locator("#id_phone").fill("13900001111")
    page.get_by_role("button", name="添加", exact=True).click()
    expect(page.locator("[aria-invalid=true]")).to_have_count(1)
    expect(page.locator("#id_name")).to_have_value(long)
    expect(page.locator("#id_phone")).to_have_value("13900001111")
    assert patrons() == []

    to_the_desk(page, live_server.url, slug=world.slug)
    page.locator("#q").evaluate("(field) => field.removeAttribute('maxlength')")
    scan(page, "9" * 1_500)
    expect(answer(page)).to_have_attribute("data-tone", "refused")
    page.goto(f"{live_server.url}/{world.slug}/search?q={'长' * 2_000}")
    expect(page.locator("main")).to_contain_text("没有找到")
    width = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert width <= 0, "the page is wider than the window"


def test_rare_characters_and_emoji_come_back_as_they_were(
    page: Page, live_server, world, as_owner
) -> None:
    as_owner(page)
    card = add_reader(page, live_server.url, RARE, slug=world.slug)
    page.locator("main").get_by_role("link", name="修改").click()
    expect(page.locator("#id_name")).to_have_value(RARE)
    page.locator("textarea[name=note]").fill("<b>不是粗体</b> & 𠮷野家")
    button(page, "保存").click()
    expect(page.locator("main")).to_contain_text("<b>不是粗体</b> & 𠮷野家")

    to_the_desk(page, live_server.url, slug=world.slug)
    scan(page, card)
    expect(page.locator("#reader h2")).to_have_text(RARE)
    go_to(page, live_server.url, "patrons/?q=𠮷", slug=world.slug)
    expect(page.locator("main")).to_contain_text(RARE)


def test_a_scan_without_a_network_waits_and_is_done_once(
    rough_page: Page, live_server, world, as_owner
) -> None:
    page, patron, copy = rough_page, world.patron(), world.copy()
    as_owner(page)
    to_the_desk(page, live_server.url, slug=world.slug)
    scan(page, patron.card)
    expect(answer(page)).to_contain_text("林晓雨")

    page.context.set_offline(True)
    scan(page, copy.barcode)
    expect(page.locator("#trouble")).to_contain_text("还没有发出去")
    assert loans() == 0
    page.context.set_offline(False)
    page.keyboard.press("Enter")

    expect(answer(page)).to_contain_text("已借出")
    expect(page.locator("#trouble")).to_be_hidden()
    assert loans() == 1


def test_an_answer_lost_on_the_way_lends_once(
    rough_page: Page, live_server, world, as_owner
) -> None:
    """The loan is made, the answer never arrives: the retry must find it, not repeat it."""
    page, patron, copy = rough_page, world.patron(), world.copy()
    as_owner(page)
    to_the_desk(page, live_server.url, slug=world.slug)
    scan(page, patron.card)
    expect(answer(page)).to_contain_text("林晓雨")

    def lose(route) -> None:
        route.fetch()
        route.abort()

    page.route("**/scans/", lose, times=1)
    scan(page, copy.barcode)
    expect(page.locator("#trouble")).to_be_visible()
    page.keyboard.press("Enter")

    expect(page.locator("#trouble")).to_be_hidden()
    expect(answer(page)).to_contain_text("已借出")
    assert Loan.across_libraries.count() == 1


@pytest.mark.parametrize("mode", ["hang", "garbage"])
def test_a_broken_book_source_never_stops_the_scanning(
    page: Page, live_server, world, as_owner, settings, mode: str
) -> None:
    settings.SOURCES_ALLOW_PRIVATE = True
    as_owner(page)
    with FakeSources() as sources:
        sources.mode = mode
        go_to(page, live_server.url, "settings/sources/new/openlibrary/", slug=world.slug)
        page.locator("[name$=base_url]").fill(sources.url)
        page.locator("[name$=timeout_seconds]").fill("1")
        page.locator("main form[method=post] .btn-primary").first.click()
        go_to(page, live_server.url, "catalog/scan/", slug=world.slug)

        add_book(page, "9787020070480")  # of the built-in list: nobody has to be asked
        scan(page, "9787111999997")
        expect(page.locator("#result")).to_contain_text("没有回应")
        button(page, "先存为草稿").click()
        expect(page.locator("#recent li").first).to_contain_text("草稿")
        assert sources.requests


def test_back_after_a_loan_repeats_nothing(page: Page, live_server, world, as_owner) -> None:
    patron, copy = world.patron(), world.copy()
    as_owner(page)
    to_the_desk(page, live_server.url, slug=world.slug)
    scan(page, patron.card)
    scan(page, copy.barcode)
    expect(answer(page)).to_contain_text("已借出")
    go_to(page, live_server.url, "patrons/new/", slug=world.slug)
    page.locator("#id_name").fill("赵一一")
    page.get_by_role("button", name="添加", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("赵一一")

    page.go_back()
    expect(page.locator("#id_name")).to_be_visible()
    page.go_back()
    expect(page.locator("#q")).to_be_focused()
    page.go_forward()
    page.go_forward()
    expect(page.get_by_role("heading", level=1)).to_have_text("赵一一")
    assert sorted(patrons()) == ["林晓雨", "赵一一"]
    assert Loan.across_libraries.count() == 1


def test_the_next_reader_is_next_for_a_scan_that_follows_at_once(
    page: Page, live_server, world, as_owner
) -> None:
    """Esc, then a book at once on a slow line: it must not go to the reader who left."""
    patron, copy = world.patron(), world.copy()
    as_owner(page)
    to_the_desk(page, live_server.url, slug=world.slug)
    scan(page, patron.card)
    expect(page.locator("#reader")).to_contain_text("林晓雨")
    page.keyboard.press("Escape")
    scan(page, copy.barcode)
    expect(answer(page)).to_contain_text("请扫借阅卡")
    assert loans() == 0


def test_the_desk_works_without_scripts(open_window, live_server, world, as_owner) -> None:
    patron, copy = world.patron(), world.copy()
    page = open_window(java_script_enabled=False)
    as_owner(page)
    go_to(page, live_server.url, "desk/", slug=world.slug)
    for text in (patron.card, copy.barcode):
        page.locator("#q").fill(text)
        page.locator("#q").press("Enter")
    expect(answer(page)).to_contain_text("已借出")
    assert loans() == 1

    page.get_by_role("button", name=re.compile("^还入")).click()
    expect(answer(page)).to_contain_text("已还")
    button(page, "撤销").click()
    expect(answer(page)).to_contain_text("已撤销")
    assert loans() == 1
