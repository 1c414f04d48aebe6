"""The reader app: light to load, and still there when the network is gone."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from django.test.testcases import LiveServerThread, QuietWSGIRequestHandler
from playwright.sync_api import Browser, Page, expect

from tests.doors.conftest import signed_in
from tests.journeys.conftest import PATIENCE_MS, PHONE
from tests.journeys.stock import Stock

pytestmark = pytest.mark.django_db(transaction=True)
BUDGET = 150_000  # bytes over the wire, headers and all
KEPT = """async () => {
  const names = (await caches.keys()).filter((name) => name.startsWith("jieyue-mine-"));
  const pages = [];
  for (const name of names) {
    for (const one of await (await caches.open(name)).keys()) {
      pages.push(`${name.split("-").pop()} ${new URL(one.url).pathname}`);
    }
  }
  return pages.sort();
}"""


class OneAnswer(QuietWSGIRequestHandler):
    """Closes after each answer: a connection that stays open would outlive its server."""

    protocol_version = "HTTP/1.0"


class Server(LiveServerThread):
    """The application as it is served, its own static files included; it can be switched off."""

    def _create_server(self, connections_override: Any = None) -> Any:
        return self.server_class((self.host, self.port), OneAnswer, allow_reuse_address=False)


@pytest.fixture
def server() -> Iterator[Server]:
    thread = Server("localhost", static_handler=lambda handler: handler)
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    yield thread
    thread.terminate()


def loaded(page: Page, address: str) -> tuple[int, set[str | None]]:
    """Open a page and return how many bytes that took, and from which hosts."""
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    lengths: list[float] = []
    hosts: set[str | None] = set()
    wire.on("Network.loadingFinished", lambda event: lengths.append(event["encodedDataLength"]))
    wire.on(
        "Network.requestWillBeSent",
        lambda event: hosts.add(urlsplit(event["request"]["url"]).hostname),
    )
    page.goto(address, wait_until="networkidle")
    wire.detach()
    return int(sum(lengths)), hosts


def wait_until(page: Page, done: Callable[[], bool]) -> None:
    for _ in range(PATIENCE_MS // 100):
        if done():
            return
        page.wait_for_timeout(100)
    pytest.fail("it did not come about")


def cookie_of(client: Client, site: str, *, is_shared: bool) -> Any:
    """Return a client's session for a browser; `is_shared`: on a device of many."""
    if is_shared:
        mine = client.session
        mine.set_expiry(0)
        mine.save()
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value, "url": site}


def test_the_app_is_light_and_shows_what_it_last_saw_without_a_network(
    stock: Stock, server: Server, browser: Browser
) -> None:
    slug, library = stock.world.slug, stock.world.library.pk
    site = f"http://localhost:{server.port}"
    context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", **PHONE)
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()

    def sign_in(account, patron, *, is_shared: bool = False) -> None:
        client = signed_in(account, patron=(library, patron.pk))
        context.add_cookies([cookie_of(client, site, is_shared=is_shared)])

    def pages_of(patron) -> list[str]:
        return sorted(
            f"{patron.public_id} /{slug}/{path}" for path in ("", "my/loans", "my/card", "my/holds")
        )

    try:
        sign_in(stock.reader_account, stock.reader)
        size, hosts = loaded(page, f"{site}/{slug}/")
        assert hosts <= {"localhost", None}
        assert 20_000 < size < BUDGET

        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        page.goto(f"{site}/{slug}/")
        wait_until(page, lambda: page.evaluate(KEPT) == pages_of(stock.reader))
        assert page.locator("#kept").is_hidden()

        neighbour = f"jieyue-mine-{slug}-east-ABC"  # of a library called like this one and more
        page.evaluate("name => caches.open(name).then(() => true)", neighbour)
        sign_in(stock.reader_account, stock.reader, is_shared=True)  # a device of many
        page.goto(f"{site}/{slug}/")
        wait_until(page, lambda: page.evaluate(KEPT) == [])
        assert page.evaluate("name => caches.has(name)", neighbour)
        page.goto(f"{site}/{slug}/my/card")
        assert page.evaluate(KEPT) == []

        sign_in(stock.reader_account, stock.reader)
        page.goto(f"{site}/{slug}/")
        wait_until(page, lambda: page.evaluate(KEPT) == pages_of(stock.reader))
        server.terminate()  # nobody answers any more

        page.goto(f"{site}/{slug}/")
        expect(page.locator("#kept")).to_contain_text("离线：这是")
        page.goto(f"{site}/{slug}/my/card")
        expect(page.locator(".code-qr").first).to_be_visible()
        expect(page.locator("#kept")).to_be_visible()
        page.goto(f"{site}/{slug}/my/loans")
        expect(page.locator("main li").first).to_contain_text("应还")
        for button in page.locator("main form[method=post] button").all():
            expect(button).to_be_disabled()
            expect(button).to_contain_text("需要联网")
        page.goto(f"{site}/{slug}/search?q=x")
        expect(page.get_by_role("heading", level=1)).to_have_text("没有网络")
    finally:
        context.close()
