"""The settings pages: what a form does, what a refusal looks like, and who may open them."""

import re
from datetime import time

import pytest
from django.urls import reverse

from jieyue.accounts.models import Account
from jieyue.catalog.models import ItemType, SourceConfig
from jieyue.catalog.settings_queries import shelving_schemes
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.models import LoanPolicy
from jieyue.kit.clock import now
from jieyue.kit.scope import library_scope
from jieyue.libraries.models import (
    ApiToken,
    Branch,
    Library,
    OpeningHours,
    Role,
    SpecialDays,
    Staff,
)
from jieyue.libraries.rules.permissions import LIBRARIAN
from jieyue.patrons.models import PatronCategory
from tests.doors.web.pages import text_of
from tests.world import World

GETS = [
    "home", "library", "branches", "new_branch", "days", "card_types", "new_card_type",
    "item_types", "rules", "new_rule", "staff", "new_colleague", "roles", "new_role", "tokens",
    "sources", "backup", "me", "shelving",
]  # fmt: skip


def at(world: World, name: str, *args: str) -> str:
    return reverse(f"settings:{name}", args=[world.library.slug, *args])


@pytest.mark.parametrize("name", GETS)
def test_every_page_opens(world: World, staff_client, name: str) -> None:
    answer = staff_client.get(at(world, name))

    assert answer.status_code == 200
    assert "http://" not in answer.content.decode().replace("http://www.w3.org", "")


@pytest.mark.parametrize("name", [name for name in GETS if name not in ("home", "me")])
def test_a_helper_opens_none_of_them(world: World, helper_client, name: str) -> None:
    assert helper_client.get(at(world, name)).status_code == 403
    assert helper_client.post(at(world, name)).status_code == 403


def test_the_overview_puts_together_what_belongs_together(world: World, staff_client) -> None:
    page = staff_client.get(at(world, "home"), headers={"Accept-Language": "en"}).content.decode()

    groups = re.split(r'<h2 class="font-semibold mt-2">', page.split("<dialog")[0])[1:]
    told = {group.split("<")[0]: group.count('class="panel p-4') for group in groups}
    assert told == {
        "The library": 6,
        "Lending": 4,
        "Readers": 4,
        "Messages to readers": 3,
        "Computers": 3,
        "People": 3,
    }


def test_a_helper_sets_their_own_pin(world: World, helper_client) -> None:
    assert helper_client.get(at(world, "home")).status_code == 200
    account = Account.objects.get(login="helper")
    account.set_password("correct horse")
    account.save()
    session = helper_client.session
    session["auth_hash"] = account.get_session_auth_hash()
    session.save()

    wrong = helper_client.post(at(world, "own_pin"), {"password": "nope", "pin": "2468"})
    easy = helper_client.post(at(world, "own_pin"), {"password": "correct horse", "pin": "1111"})
    right = helper_client.post(
        at(world, "own_pin"), {"password": "correct horse", "pin": "２４６８"}
    )

    assert (wrong.status_code, easy.status_code, right.status_code) == (422, 422, 303)
    assert Staff.objects.get(account=account).pin


def test_the_library_is_saved_and_says_so(world: World, staff_client) -> None:
    form = {"name": "青禾", "time_zone": "Asia/Shanghai", "lock_minutes": "5"}

    answer = staff_client.post(at(world, "library"), form, follow=True)

    assert answer.redirect_chain == [(at(world, "library"), 303)]
    assert "已保存" in text_of(answer)
    assert Library.objects.get(pk=world.library.pk).name == "青禾"


def test_a_wrong_form_keeps_what_was_typed(world: World, staff_client) -> None:
    form = {
        "name": "馆" * 101,
        "time_zone": "Asia/Shanghai",
        "lock_minutes": "x",
        "address": "东街",
    }

    answer = staff_client.post(at(world, "library"), form)

    assert answer.status_code == 422
    assert "东街" in text_of(answer)
    assert "馆" * 101 in text_of(answer)


def test_a_refusal_is_said_in_words_and_keeps_the_form(world: World, staff_client) -> None:
    answer = staff_client.post(at(world, "new_branch"), {"name": "总馆", "address": "东街 8 号"})

    assert answer.status_code == 409
    assert "已经有同名的了" in text_of(answer)
    assert "东街 8 号" in text_of(answer)


def test_a_form_sent_twice_makes_one_branch(world: World, staff_client) -> None:
    page = staff_client.get(at(world, "new_branch")).content.decode()
    [key] = set(re.findall(r'name="idempotency_key" value="([0-9a-f]{32})"', page))
    form = {"name": "东馆", "idempotency_key": key}

    first = staff_client.post(at(world, "new_branch"), form)
    again = staff_client.post(at(world, "new_branch"), form)
    other = staff_client.post(at(world, "new_branch"), form | {"name": "西馆"})

    assert (first.status_code, again.status_code, other.status_code) == (303, 303, 422)
    assert Branch.objects.filter(name="东馆").count() == 1
    assert not Branch.objects.filter(name="西馆").exists()


def test_hours_are_set_copied_and_checked(world: World, staff_client) -> None:
    monday = {"d0a_opens": "09:00", "d0a_closes": "17:00"}
    address = at(world, "hours", "main")

    copied = staff_client.post(address, monday | {"copy": "5"})
    half = staff_client.post(address, {"d2a_opens": "09:00"})
    backwards = staff_client.post(address, {"d0a_opens": "17:00", "d0a_closes": "09:00"})
    assert (copied.status_code, half.status_code, backwards.status_code) == (200, 422, 409)
    assert copied.content.decode().count('value="17:00"') == 5
    assert not OpeningHours.objects.exists()

    assert staff_client.post(address, monday).status_code == 303
    row = OpeningHours.objects.get()
    assert (row.weekday, row.opens_at_time, row.closes_at_time) == (0, time(9), time(17))


def test_the_only_branch_is_not_closed(world: World, staff_client) -> None:
    answer = staff_client.post(at(world, "close_branch", "main"))

    assert answer.status_code == 409
    assert "唯一开放的分馆" in text_of(answer)


def test_a_branch_where_readers_wait_closes_once_another_takes_over(
    world: World, staff_client
) -> None:
    hold = world.hold(world.patron(), world.title(), pickup_branch=world.east())
    page = text_of(staff_client.get(at(world, "branch", "east")))
    assert "有 1 位读者的预约要在这里取书" in page

    refused = staff_client.post(at(world, "close_branch", "east"))
    assert (refused.status_code, "请选择接手的分馆" in text_of(refused)) == (409, True)
    closed = staff_client.post(at(world, "close_branch", "east"), {"takes_over": "main"})
    assert closed.status_code == 303
    hold.refresh_from_db()
    assert hold.pickup_branch == world.branch


def test_days_are_added_and_removed(world: World, staff_client) -> None:
    form = {"name": "国庆节", "what": "closed", "starts_on": "2099-10-01", "ends_on": "2099-10-07"}

    assert staff_client.post(at(world, "days"), form | {"branch": "*"}).status_code == 303
    assert "国庆节" in text_of(staff_client.get(at(world, "days")))
    named = {key: form[key] for key in ("name", "starts_on", "ends_on")}
    assert staff_client.post(at(world, "remove_days"), named).status_code == 303
    assert staff_client.post(at(world, "remove_days"), named).status_code == 404
    assert not SpecialDays.objects.exists()


def test_a_card_type_is_made_changed_and_put_away(world: World, staff_client) -> None:
    form = {"name": "少儿", "max_loans": "3", "item_types": ["book"], "queue_class": "5"}

    assert staff_client.post(at(world, "new_card_type"), form).status_code == 303
    card = PatronCategory.objects.get(name="少儿")
    address = at(world, "card_type", card.code)
    page = staff_client.get(address).content.decode()
    assert 'value="3"' in page
    changed = form | {"max_loans": "4", "yearly_fee_cents": "12.50"}
    assert staff_client.post(address, changed).status_code == 303
    card.refresh_from_db()
    assert card.yearly_fee_cents == 1250
    assert LoanPolicy.objects.get(category=card).max_loans == 4
    assert staff_client.post(address, form | {"max_loans": "-1"}).status_code == 422
    away = staff_client.post(at(world, "use_card_type", card.code), {"to": "off"})
    default = staff_client.post(at(world, "use_card_type", "adult"), {"to": "off"})
    assert (away.status_code, default.status_code) == (303, 409)


def test_an_item_type_is_made_and_renamed(world: World, staff_client) -> None:
    assert staff_client.post(at(world, "item_types"), {"name": "期刊"}).status_code == 303
    kind = ItemType.objects.get(name="期刊")
    address = at(world, "item_type", kind.code)
    assert staff_client.get(address).status_code == 200
    assert staff_client.post(address, {"name": "杂志"}).status_code == 303
    assert staff_client.post(at(world, "item_types"), {"name": "杂志"}).status_code == 409
    assert (
        staff_client.post(at(world, "use_item_type", kind.code), {"to": "off"}).status_code == 303
    )


def test_a_rule_is_added_explained_and_deleted(world: World, staff_client) -> None:
    keys = {"branch": "", "card_type": "adult", "item_type": ""}
    row = ("-", "adult", "-")

    chosen = staff_client.get(at(world, "new_rule"), keys)
    made = staff_client.post(at(world, "rule", *row), {"loan_days": "7", "fine_cents": "0.10"})
    empty = staff_client.post(at(world, "rule", "-", "adult", "book"), {"may_borrow": ""})
    asked = {"branch": "main", "card_type": "adult", "item_type": "book"}
    page = text_of(staff_client.get(at(world, "rules"), asked))

    assert chosen.url == at(world, "rule", *row)
    assert (made.status_code, empty.status_code) == (303, 409)
    assert "7 天" in page
    assert "¥0.10" in page
    assert "来自" in page
    unknown = staff_client.get(at(world, "rules"), asked | {"branch": "nope"})
    assert unknown.status_code == 404
    assert staff_client.get(at(world, "rule", *row)).status_code == 200
    assert staff_client.post(at(world, "rule", *row), {"loan_days": "0"}).status_code == 422
    assert staff_client.post(at(world, "delete_rule", *row)).status_code == 303
    assert "0.10" not in text_of(staff_client.get(at(world, "rule", *row)))
    assert staff_client.get(at(world, "rule", "-", "nope", "-")).status_code == 404
    assert staff_client.post(at(world, "delete_rule", "-", "-", "-")).status_code == 409


def test_a_colleague_is_added_changed_and_shut_out(world: World, staff_client) -> None:
    helper = Role.objects.create(library=world.library, code="helper", name="志愿者")
    form = {"name": "林岚", "login": "linlan", "role": helper.code, "where": "all"}

    short = staff_client.post(at(world, "new_colleague"), form | {"password": "short"})
    made = staff_client.post(at(world, "new_colleague"), form | {"password": "eight or more"})
    taken = staff_client.post(at(world, "new_colleague"), form | {"password": "eight or more"})
    assert (short.status_code, made.status_code, taken.status_code) == (422, 303, 409)
    assert "eight or more" not in taken.content.decode()

    nowhere = form | {"where": "some"}
    assert staff_client.post(at(world, "colleague", "linlan"), nowhere).status_code == 409
    assert staff_client.post(at(world, "colleague", "linlan"), form).status_code == 303
    new = {"password": "another long one"}
    assert staff_client.post(at(world, "colleague_password", "linlan"), new).status_code == 303
    assert Account.objects.get(login="linlan").check_password("another long one")
    assert staff_client.post(at(world, "colleague_pin", "linlan")).status_code == 303
    assert (
        staff_client.post(at(world, "colleague_access", "linlan"), {"to": "off"}).status_code == 303
    )
    myself = staff_client.post(at(world, "colleague_access", "owner-northfield"), {"to": "off"})
    assert myself.status_code == 409
    assert "不能停用自己" in text_of(myself)


def test_another_librarys_colleague_is_not_there(world: World, staff_client) -> None:
    World(slug="southfield")

    assert staff_client.get(at(world, "colleague", "owner-southfield")).status_code == 404
    assert staff_client.post(at(world, "colleague_pin", "owner-southfield")).status_code == 404


def test_a_role_gets_its_rights(world: World, staff_client) -> None:
    form = {"name": "馆员", "permissions": sorted(LIBRARIAN)}

    assert staff_client.post(at(world, "new_role"), form).status_code == 303
    role = Role.objects.get(name="馆员")
    fewer = form | {"permissions": ["checkin"]}
    assert staff_client.post(at(world, "role", role.code), fewer).status_code == 303
    role.refresh_from_db()
    assert role.permissions == ["checkin"]
    assert staff_client.post(at(world, "role", "owner"), fewer).status_code == 409
    assert staff_client.post(at(world, "role", "helper"), form).status_code == 404


def test_a_key_is_shown_once_and_revoked(world: World, staff_client) -> None:
    form = {"name": "网站", "branch": "main", "permissions": ["catalog_view"]}

    made = staff_client.post(at(world, "tokens"), form)
    [secret] = re.findall(r"jy_[\w-]{40,}", made.content.decode())

    assert (made.status_code, made.headers["Cache-Control"]) == (201, "no-store")
    assert secret not in staff_client.get(at(world, "tokens")).content.decode()
    assert staff_client.post(at(world, "tokens"), form).status_code == 409
    assert staff_client.post(at(world, "revoke_token"), {"token": "网站"}).status_code == 303
    assert staff_client.post(at(world, "revoke_token"), {"token": "网站"}).status_code == 404
    assert ApiToken.objects.get().revoked_at is not None


def test_a_source_takes_what_its_kind_needs_and_hides_its_key(world: World, staff_client) -> None:
    address = at(world, "new_source", "juhe")
    form = {"name": "聚合", "timeout_seconds": "4"}

    assert staff_client.get(at(world, "new_source", "nope")).status_code == 404
    assert staff_client.post(address, form).status_code == 422
    assert staff_client.post(address, form | {"key": "k-12345"}).status_code == 303
    page = staff_client.get(at(world, "source") + "?source=聚合").content.decode()
    listed = staff_client.get(at(world, "sources")).content.decode()
    assert "k-12345" not in page + listed
    assert "••••" in page
    kept = staff_client.post(at(world, "source") + "?source=聚合", form | {"timeout_seconds": "6"})
    assert kept.status_code == 303
    assert SourceConfig.objects.get().secret == "k-12345"
    for name, to in (("switch_source", "off"), ("move_source", "up"), ("remove_source", "")):
        answer = staff_client.post(at(world, name), {"source": "聚合", "to": to})
        assert answer.status_code == 303, name
        unknown = staff_client.post(at(world, name), {"source": "nobody's", "to": to})
        assert unknown.status_code == 404, name


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000", "http://169.254.169.254/", "ftp://x"])
def test_no_source_lives_in_our_own_network(world: World, staff_client, url: str) -> None:
    form = {"name": "源", "timeout_seconds": "4", "base_url": url}

    answer = staff_client.post(at(world, "new_source", "openlibrary"), form)

    assert answer.status_code == 422
    assert not SourceConfig.objects.exists()


def test_a_source_is_tried_out(world: World, staff_client, settings) -> None:
    from tests.sources.answers import BOOK
    from tests.sources.server import FakeSources

    settings.SOURCES_ALLOW_PRIVATE = True
    with FakeSources() as sources:
        SourceConfig.objects.create(
            library=world.library, kind="openlibrary", name="源", base_url=sources.url
        )
        asked = {"source": "源", "isbn": BOOK.isbn}
        found = staff_client.post(at(world, "try_source"), asked)
        sources.mode = "http_500"
        broken = staff_client.post(at(world, "try_source"), asked)
    settings.SOURCES_ALLOW_PRIVATE = False
    inside = staff_client.post(at(world, "try_source"), asked)
    nonsense = staff_client.post(at(world, "try_source"), asked | {"isbn": "12"})
    unknown = staff_client.post(at(world, "try_source"), asked | {"source": "?"})

    assert (found.status_code, broken.status_code, inside.status_code) == (200, 200, 200)
    assert BOOK.title in text_of(found)
    assert "它答复说出错了" in text_of(broken)
    assert "内部网络" in text_of(inside)
    assert (nonsense.status_code, unknown.status_code) == (422, 404)


def test_a_trial_run_says_what_would_change_and_saves_nothing(world: World, staff_client) -> None:
    patron = world.patron("林晓雨")
    copies = (world.copy().barcode,)
    checkout(world.desk(now=now()), copy_barcodes=copies, card_barcode=patron.card)
    default = at(world, "rule", "-", "-", "-")
    typed = {
        "may_borrow": "yes", "max_loans": "5", "loan_days": "7", "max_renewals": "2",
        "renewal_days": "30", "max_holds": "5", "max_overdue": "0", "max_owed_cents": "0",
        "closed_days": "next_open",
    }  # fmt: skip

    shown = text_of(staff_client.post(default, typed | {"try": "save"}))
    wrong = staff_client.post(default, typed | {"try": "save", "loan_days": "0"})
    empty = staff_client.post(at(world, "rule", "-", "adult", "-"), {"try": "save"})
    last = staff_client.post(default, {"try": "delete"})
    gone = staff_client.post(at(world, "rule", "-", "adult", "-"), {"try": "delete"})

    assert "有 1 个到期日会提前 23 天" in shown
    assert "林晓雨" in shown
    assert [one.status_code for one in (wrong, empty, last, gone)] == [422, 409, 409, 200]
    assert "什么都不会变" in text_of(gone)
    assert [row.loan_days for row in LoanPolicy.objects.all()] == [30]


def test_call_numbers_are_made_as_the_library_says_and_a_branch_differs(
    world: World, staff_client
) -> None:
    world.east()
    page = at(world, "shelving")
    assert text_of(staff_client.get(page)).count("checked") == 1

    assert staff_client.post(page, {"scheme": "author"}).status_code == 303
    assert staff_client.post(page, {"scheme": "year", "branch": "east"}).status_code == 303
    with library_scope(world.library.pk):
        assert shelving_schemes() == {"": "author", "east": "year"}
    assert staff_client.post(page, {"scheme": "", "branch": "east"}).status_code == 303
    with library_scope(world.library.pk):
        assert shelving_schemes() == {"": "author"}

    assert staff_client.post(page, {"scheme": "colour"}).status_code == 422
    assert staff_client.post(page, {"scheme": ""}).status_code == 409
    assert staff_client.post(page, {"scheme": "year", "branch": "west"}).status_code == 404
