"""What people do in these journeys, through real pages only."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

PASSWORD = "tea-and-noodles"
# Five of the project's own list, each with the title its record gives.
BOOKS = {
    "9787544222976": "窗边的小豆豆",
    "9787020070480": "城南旧事",
    "9787533256739": "好饿的毛毛虫",
    "9787508646664": "给孩子的诗",
    "9787020008735": "西游记",
}


@dataclass(frozen=True)
class Words:
    """What the pages say, by language."""

    kind: str
    start: str
    onward: str
    open: str
    first_book: str
    add: str
    more: str
    sign_in: str


ZH = Words(
    kind="社区",
    start="创建书馆",
    onward="继续",
    open="创建书馆",
    first_book="扫第一本书",
    add="添加",
    more="更多",
    sign_in="登录",
)
EN = Words(
    kind="Community",
    start="Open a library",
    onward="Continue",
    open="Open the library",
    first_book="Scan your first book",
    add="Add",
    more="More",
    sign_in="Sign in",
)


def scan(page: Page, text: str) -> None:
    """Type as a scanner does: fast, ending with Enter."""
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def photograph(page: Page, name: str) -> None:
    """Keep a picture where JIEYUE_PICTURES says, to look at."""
    if folder := os.environ.get("JIEYUE_PICTURES"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


def listening(box: Locator) -> None:
    """Wait until the page's script has taken the scan box over: then it rests readonly."""
    expect(box).to_have_attribute("readonly", "")
    expect(box).to_be_focused()


def button(page: Page, name: str) -> Locator:
    """Return the button whose words begin with `name`; its key may stand behind them."""
    return page.get_by_role("button", name=re.compile(f"^{re.escape(name)}"))


def open_library(
    page: Page, site: str, *, name: str = "槐树下社区书屋", slug: str = "huaishu", words: Words = ZH
) -> None:
    """Walk through the wizard from the landing page, up to the page that says it is open."""
    fill_wizard(page, site, name=name, slug=slug, words=words)
    button(page, words.open).click()
    expect(page).to_have_url(f"{site}/{slug}/staff/welcome")
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)


def fill_wizard(page: Page, site: str, *, name: str, slug: str, words: Words = ZH) -> None:
    """Walk through the wizard as far as its last page, and stop before opening."""
    page.goto(site)
    page.get_by_role("link", name=words.start).click()
    button(page, words.kind).click()
    page.locator("#id_name").fill(name)
    page.locator("#id_contact_phone").fill("010-88886666")
    page.locator("#id_address").fill("清河路 8 号")
    button(page, words.onward).click()
    page.locator("#id_owner_name").fill("周敏")
    page.locator("#id_owner_login").fill(f"zhoumin-{slug}")
    page.locator("#id_password").fill(PASSWORD)
    button(page, words.onward).click()
    page.locator("#id_slug").fill(slug)


def go_to(page: Page, site: str, tail: str, *, slug: str = "huaishu") -> None:
    """Open a staff page by its address below `/<slug>/staff/`."""
    page.goto(f"{site}/{slug}/staff/{tail}")


def add_book(page: Page, isbn: str, *, copies: int = 1) -> str:
    """Scan an ISBN on the cataloguing page and confirm its record; return the first barcode."""
    listening(page.locator("#scan-field"))
    scan(page, isbn)
    add = page.locator("#result").get_by_role("button", name=re.compile(r"Ctrl\+Enter"))
    expect(page.locator("#result input[name=scanned]")).to_have_value(isbn)
    if copies > 1:
        page.locator("#result input[name$=count]").fill(str(copies))
    add.click()
    newest = page.locator("#recent li").first
    expect(newest).to_contain_text(BOOKS[isbn])
    return re.search(r"3\d{8}", newest.inner_text())[0]


def add_reader(
    page: Page,
    site: str,
    name: str,
    *,
    password: str = "",
    slug: str = "huaishu",
    words: Words = ZH,
) -> str:
    """Add a reader through the form; return the number of the card it was given."""
    go_to(page, site, "patrons/new/", slug=slug)
    page.locator("#id_name").fill(name)
    if password:
        page.locator("main summary", has_text=words.more).click()
        page.locator("#id_password").fill(password)
    page.get_by_role("button", name=words.add, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    return re.search(r"2\d{8}", page.locator("main").inner_text())[0]


def to_the_desk(page: Page, site: str, *, slug: str = "huaishu") -> None:
    """Open the desk and wait until its box listens."""
    go_to(page, site, "desk/", slug=slug)
    listening(page.locator("#q"))


def answer(page: Page) -> Locator:
    """Return what the desk answered last."""
    return page.locator("#answer")


def sign_in(page: Page, site: str, name: str, password: str, *, slug: str = "huaishu") -> None:
    """Sign in on the library's own page."""
    page.goto(f"{site}/{slug}/sign-in")
    page.locator("#name").fill(name)
    page.locator("#password").fill(password)
    page.locator("#password").press("Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)
