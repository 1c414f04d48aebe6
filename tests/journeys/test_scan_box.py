"""The scan box alone, in a real browser, before a server that is slow or gone: no scan is lost."""

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs

import django_htmx
import pytest
from playwright.sync_api import Browser, Page, Route

JS = Path(__file__).parents[2] / "src/jieyue/interfaces/web/static/jieyue/js"
HTMX = Path(django_htmx.__file__).parent / "static/django_htmx/htmx-2.min.js"
HOME = "http://localhost/"
PAGE = """<!doctype html><html lang="zh-CN"><meta charset="utf-8">
<meta name="htmx-config" content='{"allowEval":false,"includeIndicatorStyles":false}'>
<script src="/js/htmx.js" defer></script><script type="module" src="/js/app.js"></script>
<body><form data-scan hx-post="/scans" hx-target="#out" hx-swap="beforeend">
<input type="hidden" name="idempotency_key" data-idempotency>
<label>Scan <input id="q" name="q" data-scan-field placeholder="here"></label></form>
<form id="other" hx-post="/others" hx-target="#out" hx-swap="beforeend">
<button>Other</button></form><input id="name" aria-label="name"><div id="out"></div>
<div id="trouble" hidden data-waiting="waiting" data-failed="failed"><p data-text></p></div>"""


class Desk:
    """Answers scans when the test says so, and keeps what came in: (path, text, key)."""

    def __init__(self, page: Page) -> None:
        self.came: list[tuple[str, str, str]] = []
        self.waiting: list[Route] = []
        self.is_slow = False
        self.is_gone = False
        page.route("http://localhost/**", self.answer)

    def answer(self, route: Route) -> None:
        """Serve the page and its scripts, and take what is posted."""
        path = route.request.url.removeprefix("http://localhost")
        if route.request.method == "POST":
            sent = parse_qs(route.request.post_data or "")
            self.came.append((path, sent.get("q", [""])[0], sent.get("idempotency_key", [""])[0]))
            if self.is_gone:
                route.abort()
            elif self.is_slow:
                self.waiting.append(route)
            else:
                route.fulfill(body="ok ", content_type="text/html")
        elif path == "/js/htmx.js":
            route.fulfill(path=HTMX)
        elif path.startswith("/js/"):
            route.fulfill(path=JS / path.removeprefix("/js/"), content_type="text/javascript")
        else:
            route.fulfill(body=PAGE, content_type="text/html")

    @property
    def texts(self) -> list[str]:
        """Return what was scanned, in the order it came."""
        return [text for _, text, _ in self.came]


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A window that may meet trouble, because here the network fails on purpose."""
    context = browser.new_context(locale="zh-CN")
    yield context.new_page()
    context.close()


@pytest.fixture
def desk(page: Page) -> Desk:
    served = Desk(page)
    page.goto(HOME)
    page.wait_for_selector("#q:focus")
    return served


def settle(page: Page, done: Callable[[], bool]) -> None:
    """Wait until `done`, for at most three seconds."""
    for _ in range(60):
        if done():
            return
        page.wait_for_timeout(50)
    assert done()


def scan(page: Page, code: str) -> None:
    """Type as a scanner does: keys, then Enter, into whatever has the focus."""
    for key in [*code, "Enter"]:
        page.keyboard.press(key)


def test_a_scan_is_sent_with_its_own_key(page: Page, desk: Desk) -> None:
    scan(page, "300000019")
    scan(page, "300000027")
    settle(page, lambda: len(desk.came) == 2)
    assert desk.texts == ["300000019", "300000027"]
    assert len({key for _, _, key in desk.came} - {""}) == 2
    assert page.input_value("#q") == ""


def test_scans_read_while_an_answer_is_awaited_are_neither_mixed_nor_lost(
    page: Page, desk: Desk
) -> None:
    desk.is_slow = True
    for code in ["300000019", "300000027", "300000035"]:
        scan(page, code)
    page.keyboard.type("3000")
    settle(page, lambda: bool(desk.waiting))
    assert desk.texts == ["300000019"]
    for _ in range(3):
        settle(page, lambda: bool(desk.waiting))
        desk.waiting.pop().fulfill(body="ok ", content_type="text/html")
    settle(page, lambda: page.inner_text("#out").count("ok") == 3)
    assert desk.texts == ["300000019", "300000027", "300000035"]
    assert page.input_value("#q") == "3000", "what was being typed is still there"


def test_without_a_network_every_scan_waits_and_goes_with_its_first_key(
    page: Page, desk: Desk
) -> None:
    desk.is_gone = True
    scan(page, "300000019")
    page.wait_for_selector("#trouble:not([hidden])")
    scan(page, "300000027")
    settle(page, lambda: len(desk.came) == 2)
    page.wait_for_selector("form[data-failed]")
    desk.is_gone = False
    page.keyboard.press("Enter")
    settle(page, lambda: page.inner_text("#out").count("ok") == 2)
    assert desk.texts == ["300000019", "300000019", "300000019", "300000027"]
    assert len({key for _, text, key in desk.came if text == "300000019"}) == 1
    assert not page.is_visible("#trouble")


def test_escape_gives_up_what_could_not_be_sent(page: Page, desk: Desk) -> None:
    desk.is_gone = True
    scan(page, "300000019")
    page.wait_for_selector("#trouble:not([hidden])")
    page.keyboard.press("Escape")
    desk.is_gone = False
    scan(page, "300000027")
    settle(page, lambda: desk.texts[1:] == ["300000027"])
    settle(page, lambda: page.get_attribute("#q", "placeholder") == "here")


def test_a_scan_while_a_button_has_the_focus_does_not_press_it(page: Page, desk: Desk) -> None:
    page.focus("#other button")
    scan(page, "300000019")
    settle(page, lambda: len(desk.came) == 1)
    assert [path for path, _, _ in desk.came] == ["/scans"]


def test_a_scan_waits_for_another_change_of_the_page(page: Page, desk: Desk) -> None:
    desk.is_slow = True
    page.click("#other button")
    settle(page, lambda: bool(desk.waiting))
    scan(page, "300000019")
    page.wait_for_timeout(200)
    assert [path for path, _, _ in desk.came] == ["/others"]
    desk.is_slow = False
    desk.waiting.pop().fulfill(body="ok ", content_type="text/html")
    settle(page, lambda: [path for path, _, _ in desk.came] == ["/others", "/scans"])


def test_words_are_typed_after_f6_and_the_box_rests_again(page: Page, desk: Desk) -> None:
    assert page.locator("#q").evaluate("e => e.readOnly")
    page.keyboard.press("F6")
    assert not page.locator("#q").evaluate("e => e.readOnly")
    page.keyboard.insert_text("红楼梦")
    page.keyboard.press("Enter")
    settle(page, lambda: desk.texts == ["红楼梦"])
    assert page.locator("#q").evaluate("e => e.readOnly")


def test_another_field_keeps_its_keys(page: Page, desk: Desk) -> None:
    page.focus("#name")
    page.keyboard.type("abc123")
    assert page.input_value("#name") == "abc123"
    assert desk.came == []
