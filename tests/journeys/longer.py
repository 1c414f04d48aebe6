"""Pages that only a longer way leads to, as in pages.py: a code typed, a mail opened, a slip."""

from collections.abc import Callable
from datetime import datetime, time, timedelta

from playwright.sync_api import Page

from jieyue.community.actions.survey import set_survey
from jieyue.community.models import Feedback, Wish
from jieyue.kit.encryption import keyed_hash
from jieyue.kit.ids import public_id
from jieyue.notices.by_hand_rules import set_by_hand
from jieyue.notices.paper import SheetMade, make_sheet
from jieyue.notices.unsubscribing import leaving_token
from jieyue.notices.weekly_leaving import leaving_token as weekly_token
from jieyue.notices.weekly_proving import proving_token
from jieyue.patrons.joining.invitations import make_invitation
from jieyue.patrons.linking import LinkSaved, make_link
from jieyue.patrons.models import OneTimeCode
from tests.journeys.places import Place
from tests.journeys.stock import Stock
from tests.mailing import Clock, lent, reminded, sent

FAMILY, OTHERS, ALONE, NEW = "13912345678", "13812345678", "13712345678", "13612345678"


def longer(stock: Stock) -> list[Place]:
    """Codes and who is meant by them, links from messages, and what is cut into slips."""
    world, slug = stock.world, stock.world.slug
    mother, _child = _readers(stock, FAMILY, "许文静", "许小满")
    _readers(stock, OTHERS, "李建国", "李小红")
    _readers(stock, ALONE, "孙爱华")
    linked = make_link(
        world.desk(), actor=stock.reader.public_id, reader=mother.public_id, kind="helper"
    )
    assert isinstance(linked, LinkSaved), linked
    invited = make_invitation(world.desk(), name="三（2）班", places=3, is_slips=True)
    set_survey(world.desk(), text="这次借书顺利吗？", is_asked=True)
    feedback, wish = _said(stock)
    staff, me = f"/{slug}/staff", f"/{slug}/account"
    left = leaving_token(slug, stock.reader.public_id, "email")
    login = world.staff.account.login
    weekly, mine = weekly_token(slug, login), proving_token(slug, login, "chen@example.com")
    start = f"/{slug}/sign-in"
    return [
        Place("joining-slips", f"{staff}/joining/invitations/{invited.invitation}/slips/"),
        Place("told-sheet", f"{staff}/deliveries/sheets/{_sheet(stock)}/"),
        Place("settings-source", f"{staff}/settings/sources/one/?source=Open+Library"),
        Place("reader-feedback", f"/{slug}/feedback/{feedback}", "reader"),
        Place("reader-wish", f"/{slug}/wishes/{wish}", "reader"),
        Place("reader-survey", f"/{slug}/survey", "reader"),
        Place("reader-family", f"/{slug}/my/family/{mother.public_id}/", "reader"),
        Place("account-contact-code", f"{me}/contact", "reader", _asked(NEW)),
        Place("not-here", f"/{slug}/here/OLDCODE", "nobody"),
        Place("unsubscribe", f"/{slug}/unsubscribe/{left}", "nobody"),
        Place("unsubscribe-weekly", f"/{slug}/unsubscribe/classes/{weekly}", "nobody"),
        Place("confirm-weekly", f"/{slug}/confirm/classes/{mine}", "nobody"),
        Place("forgotten-code", f"{start}/forgotten", "nobody", _asked(ALONE)),
        Place("forgotten-new", f"{start}/forgotten/code", "nobody", _typed),
        Place("sign-in-link", start, "nobody", _opened(FAMILY)),
        Place("sign-in-for-whom", f"{start}/code", "nobody", _typed),
        Place("sign-in-change", start, "nobody", _changing),
    ]


def _readers(stock: Stock, number: str, *names: str) -> list:
    return [stock.world.patron(name, phone=number, phone_hash=keyed_hash(number)) for name in names]


def _said(stock: Stock) -> tuple[str, str]:
    world = stock.world
    mine = {"library_id": world.library.pk, "patron": stock.reader, "created_at": world.now}
    said = Feedback.objects.create(
        **mine, public_id=public_id(), changed_at=world.now, kind="problem", text="二楼的灯不亮。"
    )
    wish = Wish.objects.create(
        library_id=world.library.pk, created_at=world.now, changed_at=world.now,
        public_id=public_id(), key="name:三体|刘慈欣", name="三体", authors="刘慈欣",
    )  # fmt: skip
    return said.public_id, wish.public_id


def _sheet(stock: Stock) -> str:
    """Make a class sheet of what is due to somebody whom nothing else reaches."""
    world, zone = stock.world, stock.world.desk().zone
    set_by_hand(world.desk(), ways=("paper",), class_ways={}, calls=3, shows_titles=False)
    day = world.desk().today + timedelta(days=1)
    while day.weekday() > 4:  # an open day
        day += timedelta(days=1)
    clock = Clock(datetime.combine(day, time(10), zone))
    pupil = world.patron("王小明", group_name="三年级二班", student_number="20260302")
    lent(world, "活着", day.isoformat(), pupil)
    reminded(world, clock())
    sent(world, clock)
    made = make_sheet(world.desk(now=clock()), group="三年级二班")
    assert isinstance(made, SheetMade), made
    return made.sheet


def _asked(number: str) -> Callable[[Page], None]:
    """Have a code sent to a number."""

    def do(page: Page) -> None:
        page.locator("#address").fill(number)
        page.get_by_role("button", name="获取验证码").click()
        page.wait_for_selector("#digits")

    return do


def _opened(number: str) -> Callable[[Page], None]:
    """Open the link of a code that was sent, as a mail has it."""

    def do(page: Page) -> None:
        _asked(number)(page)
        code = OneTimeCode.objects.latest("id")
        page.goto(page.url.replace("/sign-in/code", f"/sign-in/link?code={code.public_id}."))

    return do


def _typed(page: Page) -> None:
    """Type the digits that were sent; the sixth sends them."""
    page.locator("#digits").fill(OneTimeCode.objects.latest("id").code)
    page.wait_for_selector("[name=reader], #id_new")


def _changing(page: Page) -> None:
    """Go on as one of a family, and change one's mind."""
    _asked(OTHERS)(page)
    _typed(page)
    page.locator("[name=reader]").first.click()
    page.wait_for_url("**/my/loans")
    page.goto(page.url.replace("/my/loans", "/sign-in/change"))
