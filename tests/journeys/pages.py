"""Every page of the product, with the way there: what barriers and screenshots are looked for on.

A way is an address, then what to do there: nothing is posted that a later page would notice.
"""

from collections.abc import Callable
from datetime import timedelta
from itertools import count

from playwright.sync_api import Page, expect

from jieyue.kit import clock
from tests.journeys import counting, lending, lists, longer, piles, reading, selfhelp
from tests.journeys.places import Place, visit
from tests.journeys.steps import answer, fill_wizard, listening, scan
from tests.journeys.stock import Stock

NUMBERS = count(10_000_000)  # of phones


def desk_after(*scans: str) -> Callable[[Page], None]:
    """Scan these at the desk, one answer at a time."""

    def do(page: Page) -> None:
        listening(page.locator("#q"))
        for text in scans:
            with page.expect_response("**/scans/"):
                scan(page, text)
        expect(answer(page)).to_be_visible()

    return do


def after_scan(*isbns: str) -> Callable[[Page], None]:
    """Scan these on the cataloguing page."""

    def do(page: Page) -> None:
        listening(page.locator("#scan-field"))
        for isbn in isbns:
            with page.expect_response("**/catalog/scan/"):
                scan(page, isbn)
        expect(page.locator("#result > *").first).to_be_visible()

    return do


def follow(selector: str) -> Callable[[Page], None]:
    """Follow a link whose address is not known beforehand."""
    return lambda page: page.locator(selector).first.click()


def look_first(**values: str) -> Callable[[Page], None]:
    """Fill a form in, and look what it would do."""

    def do(page: Page) -> None:
        for name, value in values.items():
            page.locator(f"#id_{name}").fill(value)
        page.locator("main form").first.locator(".btn-primary").click()
        expect(page.locator("main section[role=status]")).to_be_visible()

    return do


def try_the_rule(page: Page) -> None:
    """Rehearse lending to adults for ten days."""
    page.locator("#id_loan_days").fill("10")
    page.locator("main button[name=try]").first.click()
    expect(page.locator("main")).to_contain_text("90 天")


def start_practice(page: Page) -> None:
    """Make the practice library, and see who is there to practise with."""
    page.get_by_role("button", name="开始练习").click()
    expect(page.locator(".practice")).to_be_visible()


def lock(page: Page) -> None:
    """Leave the computer to a colleague."""
    page.locator("[data-lock]:visible").get_by_role("button").click()
    expect(page.locator("#secret")).to_be_focused()


def wizard_until(step: int) -> Callable[[Page], None]:
    """Walk through the wizard as far as a step."""

    def do(page: Page) -> None:
        site = page.url.removesuffix("/new/")
        fill_wizard(page, site, name="槐树下社区书屋", slug="huaishu")
        for _ in range(4 - step):
            page.locator("a.btn-ghost", has_text="返回").click()

    return do


def ask_for_code(page: Page) -> None:
    """Have a code sent, to another number each time: one gets one a minute."""
    page.locator("input[name=address]").fill(f"138{next(NUMBERS):08d}")
    page.locator("form[action$=codes] button").click()
    page.wait_for_selector("input[name=digits]")


def site(stock: Stock) -> list[Place]:
    """Landing, wizard, signing in, locking, errors."""
    slug = stock.world.slug
    return [
        Place("landing", "/", "nobody"),
        Place("landing-signed-in", "/"),
        Place("wizard-1-kind", "/new/", "nobody"),
        Place("wizard-2-library", "/new/", "nobody", wizard_until(2)),
        Place("wizard-3-owner", "/new/", "nobody", wizard_until(3)),
        Place("wizard-4-review", "/new/", "nobody", wizard_until(4)),
        Place("welcome", f"/{slug}/staff/welcome"),
        Place("sign-in", f"/{slug}/sign-in", "nobody"),
        Place("sign-in-password", f"/{slug}/sign-in?by=password", "nobody"),
        Place("sign-in-code", f"/{slug}/sign-in", "nobody", ask_for_code),
        Place("forgotten", f"/{slug}/sign-in/forgotten", "nobody"),
        Place("account", f"/{slug}/account", "reader"),
        Place("account-staff", f"/{slug}/account"),
        Place("account-contact", f"/{slug}/account/contact", "reader"),
        Place("sign-in-staff", "/sign-in", "nobody"),
        Place("password", f"/{slug}/password"),
        Place("practice", f"/{slug}/staff/practice"),
        Place("not-found", f"/{slug}/staff/nothing-here"),
        Place("not-found-outside", "/nowhere/"),
        Place("forbidden", f"/{slug}/staff/settings/rules/", "helper"),
        Place("practice-on", f"/{slug}/staff/practice", "leaver", start_practice),
        Place("lock", f"/{slug}/staff/journal/", "leaver", lock),
    ]


def desk(stock: Stock) -> list[Place]:
    """The desk in all its states, and the journal."""
    at = f"/{stock.world.slug}/staff/desk/"
    shelf, frozen = stock.copies[1].barcode, stock.frozen.card
    return [
        Place("desk-empty", at),
        Place("desk-help", at, do=lambda page: page.keyboard.press("F1")),
        Place("desk-reader", at, do=desk_after(stock.reader.card)),
        Place("desk-waiting-book", at, do=desk_after(shelf)),
        Place("desk-refused", at, do=desk_after(frozen, stock.in_repair.barcode)),
        Place("desk-choices", at, do=desk_after(stock.title.isbn13)),
        Place("desk-choices-names", at, do=desk_after("zyy")),
        Place("desk-unknown", at, do=desk_after("300000000")),
        Place("desk-return-only", f"{at}?mode=return"),
        Place("desk-helper", at, "helper"),
        Place("journal", f"/{stock.world.slug}/staff/journal/"),
    ]


def catalog(stock: Stock) -> list[Place]:
    """Cataloguing."""
    at = f"/{stock.world.slug}/staff/catalog"
    merge = f"{at}/titles/{stock.others[2].title.public_id}/merge/"
    split = f"{at}/titles/{stock.title.public_id}/split/"
    return [
        Place("catalog-doubles", f"{at}/doubles/"),
        Place("catalog-merge", f"{merge}?with={stock.double.public_id}"),
        Place("catalog-merge-long", f"{merge}?with={stock.long.public_id}"),
        Place("catalog-merge-find", merge),
        Place("catalog-split", split),
        Place("catalog-split-find", f"{split}?copy={stock.copies[0].public_id}"),
        Place("catalog-split-new", f"{split}?copy={stock.copies[0].public_id}&new=1"),
        Place("catalog-sources", split.replace("split", "sources")),
        Place("catalog-locations", f"{at}/locations/"),
        Place("catalog-location-new", f"{at}/locations/new/?name=B"),
        Place("catalog-location", f"{at}/locations/{stock.location}/"),
        Place("catalog-list", f"{at}/"),
        Place("catalog-none", f"{at}/?q=恐龙百科"),
        Place("catalog-look", f"{at}/?show=look"),
        Place("catalog-scan", f"{at}/scan/"),
        Place("catalog-scan-card", f"{at}/scan/", do=after_scan("9787020070480")),
        Place("catalog-scan-here", f"{at}/scan/", do=after_scan(stock.title.isbn13)),
        Place("catalog-scan-wrong", f"{at}/scan/", do=after_scan("9787020070481")),
        Place("catalog-title", f"{at}/titles/{stock.title.public_id}/"),
        Place("catalog-title-long", f"{at}/titles/{stock.long.public_id}/"),
        Place("catalog-title-draft", f"{at}/titles/{stock.draft.public_id}/"),
        Place("catalog-cover", f"{at}/titles/{stock.title.public_id}/cover/"),
        Place("catalog-title-edit", f"{at}/titles/{stock.title.public_id}/edit/"),
        Place("catalog-new", f"{at}/titles/new/"),
        Place("catalog-add-copies", f"{at}/titles/{stock.title.public_id}/copies/"),
        Place("catalog-copy", f"{at}/copies/{stock.copies[0].public_id}/"),
        Place("catalog-copy-repair", f"{at}/copies/{stock.in_repair.public_id}/"),
        Place("catalog-labels", f"{at}/labels/?title={stock.title.public_id}"),
    ]


def holds(stock: Stock) -> list[Place]:
    """Reservations: the readers' own pages, then the staff's."""
    slug, title = stock.world.slug, stock.title.public_id
    at = f"/{slug}/staff/holds"
    stock.reserve()
    return [
        Place("reader-holds", f"/{slug}/my/holds", "reader"),
        Place("reader-notices", f"/{slug}/my/notices", "reader"),
        Place("reader-reserve", f"/{slug}/t/{stock.others[2].title.public_id}", "reader"),
        Place("hold-shelf", f"{at}/"),
        Place("hold-picks", f"{at}/picks"),
        Place("hold-slips", f"{at}/slips"),
        Place("hold-queue", f"{at}/titles/{title}"),
        Place("hold-for-title", f"{at}/new?title={title}&q=林"),
        Place("hold-for-reader", f"{at}/new?title={title}&patron={stock.frozen.public_id}"),
    ]


def losses(stock: Stock) -> list[Place]:
    """Lost books and books said to be returned, and blocks: a reader's pages, then the staff's."""
    slug, found = stock.world.slug, lending.lose(stock)
    lending.stop(stock)
    my, at = f"/{slug}/my/loans", f"/{slug}/staff/losses"
    return [
        Place("reader-loans-lost", my, "reader"),
        Place("reader-report", f"{my}/{found.open}/report", "reader"),
        Place("reader-report-lost", f"{my}/{found.lost}/report", "reader"),
        Place("reader-report-claimed", f"{my}/{found.claimed}/report", "reader"),
        Place("losses", f"{at}/"),
        Place("losses-open", f"{at}/{found.open}/"),
        Place("losses-lost", f"{at}/{found.lost}/"),
        Place("losses-claimed", f"{at}/{found.claimed}/"),
        Place("losses-returned", f"{at}/{found.returned}/"),
        Place("patron-blocks", f"/{slug}/staff/patrons/{stock.reader.public_id}/blocks/"),
        Place("return-date", f"/{slug}/staff/patrons/returns/{found.returned}/"),
    ]


def money(stock: Stock) -> list[Place]:
    """Fines, receipts, deposits, the drawer, and why: a reader's pages, then the staff's."""
    slug, owed = stock.world.slug, lending.owe(stock)
    staff, who = f"/{slug}/staff", stock.reader.public_id
    account = f"{staff}/patrons/{who}/account/"
    return [
        Place("reader-fees", f"/{slug}/my/fees", "reader"),
        Place("reader-why-charge", f"/{slug}/my/charges/{owed.charge}/why", "reader"),
        Place("reader-why-loan", f"/{slug}/my/loans/{owed.loan}/why", "reader"),
        Place("why-charge", f"{staff}/why/charges/{owed.charge}/"),
        Place("why-loan", f"{staff}/why/loans/{owed.loan}/"),
        Place("account", account),
        Place("receipt", f"{account}receipts/{owed.receipt}/"),
        Place("drawer", f"{staff}/money/drawer/"),
        Place("drawer-closed", f"{staff}/money/drawer/closes/{owed.close}/"),
        Place("deposits", f"{staff}/money/deposits/"),
        Place("deposit", f"{staff}/money/deposits/{who}/"),
    ]


def transits(stock: Stock) -> list[Place]:
    """What travels between branches."""
    at, number = f"/{stock.world.slug}/staff/transits", lending.send(stock)
    return [
        Place("transits", f"{at}/"),
        Place("transits-elsewhere", f"{at}/elsewhere/"),
        Place("transits-slips", f"{at}/slips/?branch=south"),
        Place("manifest", f"{at}/manifests/{number}/"),
        Place("manifest-sheet", f"{at}/manifests/{number}/sheet/"),
    ]


def patrons(stock: Stock) -> list[Place]:
    """Readers, as staff see them."""
    at = f"/{stock.world.slug}/staff/patrons"
    reader_page, frozen_page = f"{at}/{stock.reader.public_id}/", f"{at}/{stock.frozen.public_id}/"
    return [
        Place("patrons-list", f"{at}/"),
        Place("patrons-none", f"{at}/?q=没有这个人"),
        Place("patrons-add", f"{at}/new/"),
        Place("patron", reader_page),
        Place("patron-frozen", frozen_page),
        Place("patron-suspend", f"{reader_page}?do=suspension"),
        Place("patron-payment", f"{reader_page}?do=payments"),
        Place("patron-edit", f"{reader_page}edit/"),
        Place("patron-history", f"{reader_page}history/"),
    ]


def settings(stock: Stock) -> list[Place]:
    """Settings."""
    at = f"/{stock.world.slug}/staff/settings"
    places = [
        Place(f"settings-{tail.strip('/').replace('/', '-') or 'home'}", f"{at}/{tail}")
        for tail in (
            "", "library/", "branches/", "branches/new/", "branches/main/", "days/",
            "card-types/", "card-types/new/", "card-types/child/", "item-types/",
            "item-types/book/", "rules/", "rules/new/", "staff/", "staff/new/", "roles/",
            "roles/new/", "roles/owner/", "tokens/", "sources/", "sources/new/openlibrary/",
            "backup/", "me/", "vacations/", "vacations/new/", "closures/",
            "call-numbers/",
        )
    ]  # fmt: skip
    rule = "main ol a[href*='/rules/']"
    return [
        *places,
        Place("settings-rule", f"{at}/rules/", do=follow(rule)),
        Place(
            "settings-colleague",
            f"{at}/staff/",
            do=follow("main a[href*='/staff/settings/staff/']:not([href$='/new/'])"),
        ),
    ]


def plans(stock: Stock) -> list[Place]:
    """Rules rehearsed, the grid of blocks, and what moves dates."""
    at, vacation = f"/{stock.world.slug}/staff/settings", lending.plan(stock)
    day = (clock.now() + timedelta(days=12)).date()
    days = {"starts_on": day.isoformat(), "ends_on": (day + timedelta(days=2)).isoformat()}
    term = lending.term_day().isoformat()
    typhoon = look_first(name="台风", **days)
    winter = look_first(name="长寒假", due_after_open_days="3", **days)
    return [
        Place("settings-checked", f"{at}/"),
        Place("settings-background", f"{at}/background/"),
        Place("settings-rule-tried", f"{at}/rules/-/adult/-/", do=try_the_rule),
        Place("settings-rule-new", f"{at}/rules/south/child/book/"),
        Place("settings-blocks", f"{at}/blocks/"),
        Place("settings-closures-looked", f"{at}/closures/", do=typhoon),
        Place("settings-vacations-planned", f"{at}/vacations/"),
        Place("settings-vacation", f"{at}/vacations/{vacation}/"),
        Place("settings-term-end-looked", f"{at}/term-ends/dates/?on={term}", do=look_first()),
        Place("settings-vacation-looked", f"{at}/vacations/new/", do=winter),
    ]


def exports(stock: Stock) -> list[Place]:
    """What the catalogue writes out: files, records, registers."""
    at = f"/{stock.world.slug}/staff/exports"
    record = f"{at}/titles/{stock.title.public_id}/record/"

    def ask_in_vain(page: Page) -> None:
        page.locator("[name=which][value=pile]").check()
        page.locator("[name=barcodes]").fill("00009999")
        page.locator("button[value=file]").click()
        expect(page.locator(".notice").first).to_be_visible()

    return [
        Place("exports-books", f"{at}/books/"),
        Place("exports-books-refused", f"{at}/books/", do=ask_in_vain),
        Place("exports-readers", f"{at}/readers/"),
        Place("exports-record", record),
        Place("exports-record-marc21", f"{record}?format=marc21"),
        Place("exports-registers", f"{at}/registers/"),
        Place("exports-register-sheet", f"{at}/registers/sheet/"),
        Place("exports-accessions", f"{at}/registers/copies/"),
        Place("exports-accessions-sheet", f"{at}/registers/copies/sheet/"),
        Place(
            "exports-accessions-none", f"{at}/registers/copies/?last=2001-01-01&first=2001-01-01"
        ),
    ]


def stock_takes(stock: Stock) -> list[Place]:
    """Counting the shelves: begun, scanned, worked off, reported; and what to weed."""
    at, counts = f"/{stock.world.slug}/staff/stock", counting.count_shelves(stock)
    found = f"{at}/{counts.open}/found/"
    return [
        Place("stock-takes", f"{at}/"),
        Place("stock-new", f"{at}/new/"),
        Place("stock-scan", f"{at}/{counts.open}/"),
        Place("stock-scan-closed", f"{at}/{counts.closed}/"),
        Place("stock-odd", found),
        Place("stock-not-found", f"{found}?show=not_found"),
        Place("stock-unknown", f"{found}?show=unknown"),
        Place("stock-closed", f"{at}/{counts.closed}/found/"),
        Place("stock-report", f"{at}/{counts.closed}/report/"),
        Place("stock-weeding", f"{at}/weeding/"),
        Place("stock-weeding-none", f"{at}/weeding/?clc=ZZ"),
    ]


__all__ = ["AREAS", "visit"]
AREAS = {
    "site": site,
    "reader": reading.reader,
    "desk": desk,
    "catalog": catalog,
    "exports": exports,
    "patrons": patrons,
    "holds": holds,
    "losses": losses,
    "money": money,
    "transits": transits,
    "settings": settings,
    "plans": plans,
    "piles": piles.piles,
    "imports": lists.imports,
    "stock-takes": stock_takes,
    "telling": selfhelp.telling,
    "helping": selfhelp.helping,
    "voice": selfhelp.voice,
    "joining": selfhelp.joining,
    "library": selfhelp.library,
    "longer": longer.longer,
}
