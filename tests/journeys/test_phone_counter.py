"""A reader's phone is a counter: from the application to the last return."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from jieyue.circulation.actions.holds import HoldPlaced, place_hold
from jieyue.kit import clock
from tests.journeys.clips import camera_flags, clip, copy_bars, isbn_bars
from tests.journeys.conftest import FLAGS, PATIENCE_MS, PHONE, chromium_path
from tests.journeys.counter import (
    CHINA,
    INSECTS,
    ISBN,
    NUMBER,
    PRINCE,
    SOUTH,
    WANGS,
    ZHAOS,
    Library,
    Phone,
    Services,
    agree_to_push,
    apply,
    picture_of,
    reserve,
    scan_door,
    sign_in,
)
from tests.journeys.steps import answer, scan, to_the_desk
from tests.journeys.worker import working
from tests.servers.push import PushService
from tests.servers.sms import SmsGateway
from tests.servers.smtp import MailServer
from tests.world import SHANGHAI

pytestmark = pytest.mark.django_db(transaction=True)


class Morning:
    """The clock of this process: ten in the morning, or as much later as it was told."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        now = clock.now
        local = now().astimezone(SHANGHAI)
        self.ahead = local.replace(hour=10, minute=0) - local
        for module in (clock, timezone):
            monkeypatch.setattr(module, "now", lambda: now() + self.ahead)

    def goes_on(self, **time: int) -> None:
        """Let time pass."""
        self.ahead += timedelta(**time)


@pytest.fixture
def morning(monkeypatch: pytest.MonkeyPatch) -> Morning:
    return Morning(monkeypatch)


@pytest.fixture
def services(morning: Morning, settings, transactional_db) -> Iterator[Services]:
    settings.CHANNELS_ALLOW_PRIVATE = True
    with MailServer() as mails, SmsGateway() as sms, PushService() as push, working() as worker:
        yield Services(mails, sms, push, worker)


@pytest.fixture
def library(services: Services, world) -> Library:
    return Library(world, services)


@pytest.fixture
def phone(library: Library, browser: Browser, live_server, tmp_path: Path) -> Iterator[Phone]:
    """A phone with a camera, in a browser of its own."""
    camera = clip(tmp_path / "camera.mjpeg", isbn_bars(ISBN))
    chromium = browser.browser_type.launch(
        executable_path=chromium_path(), args=[*FLAGS, *camera_flags(camera)]
    )
    context = chromium.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", **PHONE)
    context.set_default_timeout(PATIENCE_MS)
    context.grant_permissions(["camera", "notifications"])
    page = context.new_page()
    trouble: list[str] = []
    page.on("pageerror", lambda error: trouble.append(str(error)))
    yield Phone(page, f"{live_server.url}/{library.slug}", camera)
    chromium.close()
    assert trouble == []


def approve(staff: Page, at: str) -> None:
    """Approve whoever waits in the queue, and look at the reader's page."""
    staff.goto(f"{at}/staff/joining/")
    staff.get_by_role("link", name="林晓雨").click()
    staff.get_by_role("button", name="通过", exact=True).click()
    expect(staff.locator("main")).to_contain_text("林晓雨 已成为读者")


def take_back(staff: Page, site: str, library: Library) -> None:
    """The book comes back at the desk, and is put aside."""
    to_the_desk(staff, site, slug=library.slug)
    scan(staff, library.prince.barcode)
    expect(answer(staff)).to_contain_text("请放上预约架")


def borrow(phone: Phone, library: Library) -> None:
    """Two books: by the publisher's barcode, and by the library's own."""
    phone.hold_up(isbn_bars(ISBN))
    phone.says("已借到", PRINCE)
    phone.see("10-borrowed")
    phone.hold_up(copy_bars(library.south.barcode))
    phone.says("已借到", "这次借了 2 册")
    phone.see("11-borrowed-both")


def show_receipt(phone: Phone, staff: Page, at: str) -> None:
    """The receipt on the phone is what the gate says."""
    phone.page.locator("a[href*='/r/']").click()
    phone.says(PRINCE, SOUTH)
    phone.see("12-receipt")
    number = phone.page.url.rpartition("/")[2]
    staff.goto(f"{at}/staff/gate/")
    staff.get_by_label("凭条号码").fill(number)
    staff.get_by_role("button", name="核对", exact=True).click()
    expect(staff.locator("main")).to_contain_text("没有问题")
    expect(staff.locator("main")).to_contain_text(SOUTH)


def renew(phone: Phone, library: Library) -> None:
    """One tap renews a book; for another somebody waits meanwhile, and it says what to do."""
    phone.go("my/loans")
    phone.see("15-loans")
    phone.book(SOUTH).get_by_role("button", name="续借").click()
    phone.says(f"《{SOUTH}》已续借到")
    title = library.prince.title.public_id
    wang = library.world.reader_desk(library.wang, now=clock.now())
    assert isinstance(place_hold(wang, title=title, pickup="main"), HoldPlaced)
    phone.book(PRINCE).get_by_role("button", name="续借").click()
    phone.says("有 1 位读者在等这本书", "请按时归还，之后可以再预约")
    expect(phone.book(PRINCE).get_by_role("button", name="续借")).to_have_count(0)
    phone.see("16-renewed-and-refused")


def reminded(services: Services, due_on: date) -> None:
    """Each reader by their own way, in words that say what to do; the paid one in one part."""
    services.worker.work()
    day = f"{due_on.month}月{due_on.day}日"
    [mail] = services.mails.mails
    assert mail.recipients == [ZHAOS]
    assert f"您借的书快到期了：\n· 《{INSECTS}》，{day}\n\n请按时归还，或办理续借。" in mail.text
    [text] = [text.text for text in services.sms.texts if text.phone == WANGS]
    said = f"您借的《{CHINA}》将于{day}到期，请按时归还或续借。"
    assert text == f"【番薯图书馆】王小明，您好：{said}"
    [_receipt, shown] = services.push.shown
    assert shown.said["title"] == f"《{PRINCE}》将于{day}到期"
    assert shown.said["body"] == f"您借的《{PRINCE}》将于{day}到期，请按时归还或续借。"


def give_back(phone: Phone, library: Library, sign: Image.Image) -> None:
    """At the return point, by what each book has on it."""
    phone.go("scan")
    phone.hold_up(sign)
    phone.says("放进蓝色的箱子")
    phone.hold_up(copy_bars(library.south.barcode))
    phone.says("已还", SOUTH)
    phone.see("17-returned")
    phone.hold_up(copy_bars(library.prince.barcode))
    phone.says("有人在等这本书，请放到做了标记的架子上")
    phone.see("18-returned-awaited")
    phone.go("my/loans")
    phone.says("现在没有在借的书")
    phone.see("19-nothing-due")


def test_a_phone_is_all_that_a_reader_needs(
    library: Library,
    services: Services,
    phone: Phone,
    page: Page,
    open_window,
    as_owner,
    live_server,
    morning: Morning,
) -> None:
    site, at = live_server.url, phone.site
    as_owner(page)

    apply(phone, services)
    approve(page, at)
    morning.goes_on(minutes=2)  # a number gets one code a minute
    sign_in(phone, services)
    reserve(phone)
    take_back(page, site, library)
    door = open_window()
    door.goto(site + library.door)
    scan_door(phone, door)
    borrow(phone, library)
    show_receipt(phone, page, at)
    agree_to_push(phone, services.push)
    page.goto(f"{at}/staff/settings/self-service/main/signs/")
    sign = picture_of(page.locator("main svg").first)

    services.worker.work()
    morning.goes_on(minutes=30)  # what comes together is said together
    services.worker.work()
    [receipt] = services.push.shown
    assert "和另外1册，应还日期" in receipt.said["body"]

    library.goes_on(days=26)  # lent for 30 days, and it is the day after
    morning.goes_on(days=1)
    renew(phone, library)
    reminded(services, clock.now().astimezone(SHANGHAI).date() + timedelta(days=3))
    give_back(phone, library, sign)
    for _ in range(4):  # past the day on which they would be overdue
        morning.goes_on(days=1)
        services.worker.work()
    [returned] = [shown.said["title"] for shown in services.push.shown[2:]]
    assert returned.startswith("已还：")
    assert len([text for text in services.sms.texts if text.phone == NUMBER]) == 3
