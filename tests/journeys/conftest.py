"""What every journey shares: one Chromium, fresh windows, and no trouble in them unnoticed."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright

from jieyue.accounts.models import Account
from jieyue.kit import clock
from jieyue.kit.scope import library_scope
from tests.doors.conftest import signed_in
from tests.journeys.stock import Stock
from tests.world import World

# No sandbox, because root has none to give; and quiet, because the machine may be offline.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
HERE = {"localhost", "127.0.0.1", ""}  # "": data: and blob: addresses
PATIENCE_MS = 30_000  # a busy machine is slow, not wrong
PC = {"viewport": {"width": 1366, "height": 860}}
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "has_touch": True,
    "is_mobile": True,
}

AXE = Path(__file__).parent / "vendor" / "axe.min.js"

Open = Callable[..., Page]
Windows = Callable[[str], Page]


def chromium_path() -> str | None:
    """Return where Chromium is, if there is one."""
    return os.environ.get("JIEYUE_CHROMIUM") or shutil.which("chromium")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One headless Chromium for the whole run; skips when there is none, fails under CI."""
    path = chromium_path()
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail("No Chromium, and CI leaves nothing out.")
        pytest.skip("No Chromium: bin/test --journeys installs it where it can.")
    # Playwright's loop runs in this thread, and Django takes that for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def open_window(browser: Browser) -> Iterator[Open]:
    """Open windows that share nothing, by default Chinese on a PC: `open_window(**PHONE)`.

    At the end no window may have met a script error, a blocked resource, or a request elsewhere.
    """
    contexts = []
    trouble: list[str] = []

    def note_request(request: Request) -> None:
        if urlsplit(request.url).hostname not in {*HERE, None}:
            trouble.append(f"request to another host: {request.url}")

    def open_one(**options: object) -> Page:
        defaults = {**PC, "locale": "zh-CN", "timezone_id": "Asia/Shanghai"}
        context = browser.new_context(**{**defaults, **options})
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("request", note_request)
        page.on("pageerror", lambda error: trouble.append(f"script error: {error}"))
        page.on(
            "console",
            # A refusal is a 409 and a form error a 422 (design §6); Chromium logs both as errors.
            lambda message: (
                trouble.append(f"console: {message.text}")
                if message.type == "error"
                and "status of 409" not in message.text
                and "status of 422" not in message.text
                else None
            ),
        )
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert trouble == []


@pytest.fixture
def page(open_window: Open) -> Page:
    """A window on a PC, in Chinese."""
    return open_window()


@pytest.fixture
def phone(open_window: Open) -> Page:
    """A window on a phone, in Chinese."""
    return open_window(**PHONE)


@pytest.fixture
def world(transactional_db) -> Iterator[World]:
    """One stocked library of today, its scope open."""
    made = World(now=clock.now())
    with library_scope(made.library.pk):
        yield made


@pytest.fixture
def as_owner(live_server, world: World) -> Callable[[Page], None]:
    """Return a function that signs a window in as the owner of `world`."""
    client = signed_in(Account.objects.get(pk=world.staff.account_id))
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value

    def sign_in(page: Page) -> None:
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
        )

    return sign_in


@pytest.fixture
def stock(world) -> Stock:
    return Stock(world)


@pytest.fixture
def windows(browser: Browser, live_server, stock: Stock) -> Iterator[Windows]:
    """Return a function that gives each kind of person one window, signed in as they are.

    `bypass_csp` lets axe in; that the policy holds is the business of the other journeys.
    """
    opened: dict[str, BrowserContext] = {}
    world = stock.world

    def client_of(who: str):
        if who == "reader":
            return signed_in(stock.reader_account, patron=(world.library.pk, stock.reader.pk))
        if who == "helper":
            return signed_in(stock.helper_account)
        return signed_in(Account.objects.get(pk=world.staff.account_id))

    def window(who: str) -> Page:
        if who not in opened:
            context = browser.new_context(locale="zh-CN", bypass_csp=True, **PC)
            context.set_default_timeout(PATIENCE_MS)
            context.add_init_script(path=AXE)
            name = settings.SESSION_COOKIE_NAME
            if who != "nobody":
                cookie = client_of(who).cookies[name].value
                context.add_cookies([{"name": name, "value": cookie, "url": live_server.url}])
            opened[who] = context
            context.new_page()
        return opened[who].pages[0]

    yield window
    for context in opened.values():
        context.close()
