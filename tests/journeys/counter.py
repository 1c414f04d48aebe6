"""A library in which readers help themselves, and what they do there with their phone."""

import json
import re
from datetime import timedelta
from io import BytesIO
from pathlib import Path

from django.db.models import F
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.actions.self_rules import add_return_point
from jieyue.circulation.models import Loan
from jieyue.circulation.queries.self_service import self_rules
from jieyue.circulation.rules.self_service import display_code
from jieyue.kit.encryption import keyed_hash
from jieyue.libraries.models import Gateway
from jieyue.notices.models import NoticeSettings
from tests.actions.joining_case import open_form
from tests.journeys.clips import clip
from tests.journeys.conftest import PATIENCE_MS
from tests.journeys.steps import photograph
from tests.journeys.worker import Worker
from tests.self_service import allow
from tests.servers.push import PushService
from tests.servers.sms import SmsGateway
from tests.servers.smtp import MailServer
from tests.world import World

NUMBER, WANGS, ZHAOS = "13812341234", "13900002222", "zhao@example.org"
PRINCE, SOUTH, INSECTS, CHINA = "小王子", "城南旧事", "昆虫记", "中国通史"
ISBN = "9787020042494"
# The message service of a real browser is on the internet; this one's is ours.
SUBSCRIBES = """(given) => {
  const bytes = (text) => Uint8Array.from(
    atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0)).buffer;
  PushManager.prototype.subscribe = async () => ({
    endpoint: given.endpoint, getKey: (name) => bytes(given[name])});
}"""


class Services:
    """What a library reaches outside, and the worker that does."""

    def __init__(
        self, mails: MailServer, sms: SmsGateway, push: PushService, worker: Worker
    ) -> None:
        self.mails, self.sms, self.push, self.worker = mails, sms, push, worker

    def code(self) -> str:
        """Return the code that the gateway was given last."""
        self.worker.work()
        [text] = [text for text in self.sms.texts if text.phone == NUMBER][-1:]
        return re.search(r"\d{6}", text.text)[0]


class Library:
    """Two books to be borrowed, one of them out; and two readers with loans of their own."""

    def __init__(self, world: World, services: Services) -> None:
        self.world, self.slug = world, world.slug
        used = (
            ("email", "smtp", services.mails.settings),
            ("sms", "http", services.sms.settings("http")),
        )
        for kind, provider, settings in used:
            Gateway.objects.create(
                library_id=world.library.pk, kind=kind, provider=provider,
                settings=json.dumps(settings),
            )  # fmt: skip
        # Text messages cost money: a library has to want them for what can wait.
        ways = {"due_soon": ["push", "email", "sms"]}
        NoticeSettings.objects.create(library_id=world.library.pk, channels=ways)
        open_form(world)
        allow(world)
        add_return_point(world.desk(), branch="main", name="门口还书架", says="放进蓝色的箱子。")
        prince = world.title(PRINCE, isbn13=ISBN, authors="圣埃克苏佩里")
        self.prince = world.copy(prince)
        self.south = world.copy(world.title(SOUTH, authors="林海音"))
        self.zhao = world.patron("赵一一", email=ZHAOS, email_hash=keyed_hash(ZHAOS))
        self.wang = world.patron("王小明", phone=WANGS, phone_hash=keyed_hash(WANGS))
        insects, china = (world.copy(world.title(name)) for name in (INSECTS, CHINA))
        lent = ((self.zhao, self.prince), (self.zhao, insects), (self.wang, china))
        for patron, copy in lent:
            done = checkout(world.desk(), copy_barcodes=(copy.barcode,), card_barcode=patron.card)
            assert done.results[0].type == "lent"

    @property
    def door(self) -> str:
        """The address of the screen at the door."""
        rules = self_rules(self.world.branch.pk)
        assert rules is not None
        return f"/{self.slug}/door/{display_code(rules)}"

    def goes_on(self, days: int) -> None:
        """Let every loan be that much older."""
        back = timedelta(days=days)
        Loan.objects.update(lent_at=F("lent_at") - back, due_at=F("due_at") - back)


class Phone:
    """A reader's phone: a window, and what is held before its camera."""

    def __init__(self, page: Page, site: str, camera: Path) -> None:
        self.page, self.site, self.camera = page, site, camera

    def go(self, tail: str = "") -> None:
        """Open a page of the library."""
        self.page.goto(f"{self.site}/{tail}")

    def press(self, name: str) -> None:
        """Press the button with this name."""
        self.page.locator("main").get_by_role("button", name=name).first.click()

    def book(self, name: str) -> Locator:
        """Return what the list says of a book."""
        return self.page.locator("main li", has_text=name)

    def says(self, *words: str) -> None:
        """Wait until the page says this."""
        for one in words:
            expect(self.page.locator("main")).to_contain_text(one, timeout=PATIENCE_MS)

    def hold_up(self, code: Image.Image) -> None:
        """Open the camera before a code; the one before it was closed."""
        button = self.page.locator("[data-camera]")
        expect(button).to_be_visible(timeout=PATIENCE_MS)
        if self.page.locator("[data-when-open]").is_visible():
            button.click()
            expect(self.page.locator("[data-when-closed]")).to_be_visible(timeout=PATIENCE_MS)
        clip(self.camera, code)  # not while the camera is open: its picture would break off
        button.click()
        expect(self.page.locator("[data-when-open]")).to_be_visible(timeout=PATIENCE_MS)

    def see(self, name: str) -> None:
        """Keep a picture where one was asked for."""
        photograph(self.page, f"counter-{name}")


def picture_of(place: Locator) -> Image.Image:
    """Return what somebody sees there, as their camera does."""
    return Image.open(BytesIO(place.screenshot())).convert("RGB")


def apply(phone: Phone, services: Services) -> None:
    """Ask for a card, the phone proved by a code."""
    phone.go()
    phone.see("1-home")
    phone.go("join/")
    phone.press("开始")
    phone.page.locator("#id_name").fill("林晓雨")
    phone.page.locator("#id_born_on").fill("1990-05-01")
    phone.page.locator("main form .btn-primary").click()
    phone.page.locator("#id_phone").fill(NUMBER)
    phone.page.locator("button[value='code:phone']").click()
    phone.page.locator("#digits_phone").fill(services.code())
    phone.see("2-join-code")
    phone.page.locator("main form .btn-primary").click()
    phone.page.locator("input[name=consent_privacy]").check()
    phone.see("3-join-check")
    phone.page.locator("main form .btn-primary").click()
    expect(phone.page).to_have_url(re.compile("/join/a/"))
    phone.see("4-join-sent")


def sign_in(phone: Phone, services: Services) -> None:
    """By the code that comes to the phone."""
    phone.go("sign-in")
    phone.page.locator("#address").fill(NUMBER)
    phone.page.locator("main form .btn-primary").click()
    phone.page.locator("#digits").fill(services.code())
    phone.page.wait_for_url(lambda url: "/sign-in" not in url)
    phone.see("6-signed-in")


def reserve(phone: Phone) -> None:
    """Find the book by the first letters of its name, and have it kept."""
    phone.go()
    field = phone.page.locator("main input[name=q]").first
    field.fill("xwz")
    field.press("Enter")
    phone.see("7-found")
    phone.page.locator("main").get_by_role("link", name=PRINCE).first.click()
    phone.press("预约")
    phone.says(PRINCE)
    phone.see("8-reserved")


def scan_door(phone: Phone, door: Page) -> None:
    """Scan the code that the screen at the door shows now."""
    phone.go("scan")
    phone.see("9-scan-outside")
    phone.hold_up(picture_of(door.locator("main svg").first))
    phone.says("您在馆内")


def agree_to_push(phone: Phone, push: PushService) -> None:
    """Have messages shown on this phone, before any other way."""
    browser = push.browser()
    given = {"endpoint": browser.endpoint, "p256dh": browser.p256dh, "auth": browser.auth}
    phone.go("my/devices")
    phone.page.evaluate(SUBSCRIBES, given)
    phone.page.locator("[data-push-button]").click()
    phone.says("从现在起，这台设备会显示通知")
    phone.see("13-devices")
    phone.go("my/notices/wishes")
    phone.page.locator("select[name=first]").select_option("push")
    phone.page.locator("main form .btn-primary").click()
    phone.says("已保存")
    phone.see("14-wishes")
