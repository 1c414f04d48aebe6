"""Pages of readers who help themselves, and of the staff they leave it to, as in pages.py."""

from jieyue.circulation.actions.self_checkout import self_checkout
from jieyue.circulation.actions.self_rules import add_return_point
from jieyue.circulation.queries.self_service import self_rules
from jieyue.circulation.rules.self_service import display_code
from jieyue.kit import clock
from jieyue.patrons.joining.applications import token_of
from jieyue.patrons.promoting import Move, PromotionBegun, begin_promotion, step_promotion
from tests.actions.joining_case import open_form, send
from tests.doors.voices import voices
from tests.journeys.places import Place
from tests.journeys.stock import Stock
from tests.self_service import allow, at_the_door


def _places(name: str, at: str, tails: str, **who: str) -> list[Place]:
    """Return a place for each tail of an address; `.` is the address itself."""
    return [
        Place(f"{name}-{tail.strip('./').replace('/', '-')}", at + tail.lstrip("."), **who)
        for tail in tails.split()
    ]


def telling(stock: Stock) -> list[Place]:
    """What readers are told: staff's lists, then the settings of it."""
    staff = f"/{stock.world.slug}/staff"
    return [
        *_places("told", f"{staff}/deliveries/", ". unreached/ sheets/ calls/ calls/paper/"),
        *_places(
            "settings",
            f"{staff}/settings/",
            "history/ notices/ notices/by-hand/ weekly/ words/ words/due_soon/email/zh-hans/ "
            "channels/ channels/email/smtp/ channels/sms/http/ channels/sms/aliyun/ "
            "channels/wechat/official_account/",
        ),
    ]


def helping(stock: Stock) -> list[Place]:
    """Classes, families, and self-service: the rules, the gate, the door, the receipt."""
    world, staff = stock.world, f"/{stock.world.slug}/staff"
    allow(world, by_sign=True)
    add_return_point(world.desk(), branch="main", name="门口还书架", says="放进蓝色的箱子。")
    world.now = clock.now()
    # Nothing of theirs is late.
    phone = at_the_door(world, world.patron("周小满"))
    lent = self_checkout(phone, scan=world.copy(world.title("夏洛的网")).barcode)
    assert lent.type == "self_lent", lent
    room, slug = f"?group={stock.reader.group_name}", world.slug
    world.patron("韩梅梅", group_name="六年级一班")
    moves = (Move(was="六年级一班", now="2026届六年级一班", leaves=True),)
    begun = begin_promotion(world.desk(), moves=moves, leave_on=world.desk().today)
    assert isinstance(begun, PromotionBegun), begun
    years = begun.promotion
    while not step_promotion(world.desk(), promotion=years).is_last:
        pass
    rules = self_rules(world.branch.pk)
    assert rules is not None
    return [
        *_places("classes", f"{staff}/classes/", f". room/{room} list/{room} sheet/{room} years/"),
        *_places("family", f"{staff}/family/", "rules/ teachers/ waiting/"),
        *_places("family", f"{staff}/family/", f"{stock.reader.public_id}/"),
        *_places("classes", f"{staff}/classes/years/", f"{years}/ {years}/lists/"),
        Place("labels-cards", f"{staff}/labels/cards/"),
        *_places("self", f"{staff}/", f"self-service/ gate/ gate/{lent.receipt}/"),
        *_places("self", f"{staff}/settings/self-service/", ". main/ main/signs/"),
        Place("self-door", f"/{slug}/door/{display_code(rules)}", "nobody"),
        Place("self-receipt", f"/{slug}/r/{lent.receipt}", "nobody"),
        Place("self-scan", f"/{slug}/scan", "reader"),
        Place("self-copy", f"/{slug}/c/{stock.in_repair.public_id}", "reader"),
    ]


def voice(stock: Stock) -> list[Place]:
    """What readers say and what they are invited to: staff's pages, then the readers'."""
    slug, made = stock.world.slug, voices(stock.world, stock.reader)
    feedback, news = f"feedback/{made['feedback']}/", f"announcements/{made['announcement']}"
    party, mail = f"activities/{made['activity']}", f"messages/{made['message']}/"
    return [
        *_places(
            "voice",
            f"/{slug}/staff/voice/",
            f". {feedback} wishes/ announcements/ announcements/new/ {news}/ {news}/edit/ "
            f"activities/ activities/new/ {party}/ {party}/edit/ {party}/list/ messages/ "
            f"messages/new/ {mail} {mail}edit/ survey/ settings/ readers/{stock.reader.public_id}/",
        ),
        *_places(
            "reader",
            f"/{slug}/",
            f"feedback feedback/new wishes wishes/new announcements {news} activities {party} "
            f"messages/{made['recipient']} my/agreement",
            who="reader",
        ),
    ]


def joining(stock: Stock) -> list[Place]:
    """Applying for a card: staff's queue and form, then the applicant's pages."""
    world, slug = stock.world, stock.world.slug
    open_form(world)
    made = send(world).application
    return [
        *_places(
            "joining",
            f"/{slug}/staff/joining/",
            f". {made}/ form/ poster/ invitations/ words/guardian/",
        ),
        *_places("join", f"/{slug}/join/", f". a/{made}/{token_of(made)}/", who="nobody"),
        Place(
            "join-first",
            f"/{slug}/join/",
            "nobody",
            lambda page: page.get_by_role("button", name="开始").click(),
        ),
    ]


def library(stock: Stock) -> list[Place]:
    """The library's own pages, the children's, and what readers set for themselves."""
    slug = stock.world.slug
    return [
        *_places("library", f"/{slug}/", "about help children/", who="nobody"),
        *_places(
            "children",
            f"/{slug}/children/",
            f"about/animals b/{stock.title.public_id}",
            who="nobody",
        ),
        *_places(
            "mine",
            f"/{slug}/my/",
            "family/ devices calendar wechat notices notices/wishes",
            who="reader",
        ),
    ]
