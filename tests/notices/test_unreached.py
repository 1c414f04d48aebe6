"""Whom no channel of the library reaches: who stands there, why, and in which order."""

import json
import re
from functools import partial

import pytest
from django.db import connection

from jieyue.accounts.models import Account, WechatIdentity
from jieyue.kit.encryption import keyed_hash
from jieyue.kit.ids import public_id
from jieyue.libraries.models import Gateway
from jieyue.notices.house_rules import Wishes, house_rules, wishes_of
from jieyue.notices.models import (
    DeadAddress,
    Delivery,
    NoticePreference,
    NoticeSettings,
    PushSubscription,
    WechatConsent,
)
from jieyue.notices.unreached import (
    Wanted,
    Why,
    every_unreached,
    means_of,
    unreached_count,
    unreached_in,
    unreached_page,
)
from jieyue.notices.ways import reach_of
from jieyue.patrons.linking import make_link, set_family_rules
from tests.mailing import lent
from tests.queries.test_search_plans import asked_of, plan_of


def service(world, kind, **values):
    settings = {"host": "mail.example.com", "sender": "lib@example.com"}
    Gateway.objects.create(
        library_id=world.library.pk, kind=kind, provider="smtp" if kind == "email" else "http",
        settings=json.dumps(settings), **values,
    )  # fmt: skip


@pytest.fixture
def mail(world) -> None:
    service(world, "email")


def found(world, **wanted):
    desk = world.desk()
    page = unreached_page(desk, means_of(desk), Wanted(**wanted))
    return {one.name: {why.value: ways for why, ways in one.why.items()} for one in page.readers}


def with_mail(world, name, **values):
    address = f"{public_id().lower()}@example.com"
    return world.patron(name, email=address, email_hash=keyed_hash(address), **values)


def with_phone(world, name, phone="13900001111", **values):
    return world.patron(name, phone=phone, phone_hash=keyed_hash(phone), **values)


def left(world, patron, *channels):
    NoticePreference.objects.create(
        library_id=world.library.pk, patron=patron, off_channels=list(channels),
        changed_at=world.now,
    )  # fmt: skip


def dead(world, channel, hashed):
    DeadAddress.objects.create(
        library_id=world.library.pk, channel=channel, address_hash=hashed, since=world.now
    )


def device(world, patron):
    PushSubscription.objects.create(
        library_id=world.library.pk, public_id=public_id(), patron=patron, endpoint="https://x",
        endpoint_hash=public_id(), keys='{"p256dh": "k", "auth": "a"}', created_at=world.now,
    )  # fmt: skip


def waiting(world, patron):
    Delivery.objects.create(
        library_id=world.library.pk, public_id=public_id(), patron=patron, channel="",
        state="unreached", planned_for=world.now, created_at=world.now,
    )  # fmt: skip


@pytest.mark.usefixtures("mail")
def test_every_reader_nothing_reaches_stands_there_with_the_reason(world):
    world.patron("甲无")
    dead(world, "email", with_mail(world, "乙坏").email_hash)
    left(world, with_mail(world, "丙关"), "email")
    with_phone(world, "丁话")
    both = with_mail(world, "戊两", phone="139", phone_hash="hash")
    dead(world, "email", both.email_hash)
    with_mail(world, "己好")
    device(world, world.patron("庚机"))
    silent = world.patron("辛机")
    device(world, silent)
    left(world, silent, "push")
    world.patron("壬停", frozen_at=world.now)
    world.patron("癸过", expires_on=world.desk().today.replace(year=2020))

    reasons: dict[str, dict[str, tuple[str, ...]]] = {
        "甲无": {"nothing": ()},
        "乙坏": {"dead": ("email",)},
        "丙关": {"left": ("email",)},
        "丁话": {"no_service": ("sms",)},
        "戊两": {"dead": ("email",), "no_service": ("sms",)},
        "辛机": {"nothing": (), "left": ("push",)},
    }
    assert found(world) == reasons
    for why in Why:
        of_it = {name: said for name, said in reasons.items() if why.value in said}
        assert found(world, why=why) == of_it, why


def test_spent_money_reaches_nobody_until_the_month_is_over(world):
    service(world, "sms", cost_cents=5, monthly_cents=4)
    with_phone(world, "甲话")
    assert found(world) == {"甲话": {"over_budget": ("sms",)}}
    Gateway.objects.update(monthly_cents=500)
    assert found(world) == {}


@pytest.mark.usefixtures("mail")
def test_whoever_waits_to_be_told_comes_first_then_whoever_has_books(world):
    world.patron("甲", sort_key="a")
    lent(world, "活着", "2026-03-05", world.patron("乙", sort_key="b"))
    told = world.patron("丙", sort_key="c")
    lent(world, "兄弟", "2026-03-05", told)
    waiting(world, told)
    desk = world.desk()
    means = means_of(desk)

    page = unreached_page(desk, means, Wanted())
    assert [(one.name, one.books) for one in page.readers] == [("丙", 1), ("乙", 1), ("甲", 0)]
    names, after = [], ""
    for _ in range(3):
        page = unreached_page(desk, means, Wanted(), after=after, most=1)
        names += [one.name for one in page.readers]
        after = page.after
    assert (names, after) == (["丙", "乙", "甲"], "")
    assert [one.name for one in every_unreached(desk, means, Wanted())] == ["丙", "乙", "甲"]
    assert unreached_count(desk, means, Wanted()) == 3


@pytest.mark.usefixtures("mail")
def test_readers_of_one_name_stand_on_one_page_each(world):
    for _ in range(5):
        world.patron("王芳", sort_key="wang fang")
    desk = world.desk()
    seen, after = [], ""
    for _ in range(3):
        page = unreached_page(desk, means_of(desk), Wanted(), after=after, most=2)
        seen += [one.public_id for one in page.readers]
        after = page.after
    assert (len(set(seen)), len(seen), after) == (5, 5, "")


@pytest.mark.usefixtures("mail")
def test_a_child_whose_guardian_is_told_is_reached(world):
    child, mother = world.patron("王小明"), with_mail(world, "王芳")
    make_link(world.desk(), actor=mother.public_id, reader=child.public_id, kind="guardian")
    assert found(world) == {}

    rules = {"titles_until_age": 14, "guardians_until_age": 18, "readers_may_ask": True}
    set_family_rules(world.desk(), reminds="never", **rules)
    assert list(found(world)) == ["王小明"]
    set_family_rules(world.desk(), reminds="no_phone", **rules)
    dead(world, "email", mother.email_hash)
    assert set(found(world)) == {"王芳", "王小明"}


def test_paper_and_telephone_reach_where_the_library_uses_them(world):
    world.patron("甲", group_name="三年级2班")
    world.patron("乙")
    with_phone(world, "丙")
    assert set(found(world)) == {"甲", "乙", "丙"}
    by_hand = {"ways": ["paper", "phone"]}
    NoticeSettings.objects.create(library_id=world.library.pk, by_hand=by_hand)
    assert found(world) == {"乙": {"nothing": ()}}
    left(world, world.patron("丁", group_name="三年级2班"), "paper")
    assert found(world)["丁"] == {"nothing": (), "left": ("paper",)}


def test_asking_for_a_class_or_some_branches_shows_theirs_alone(world):
    world.patron("甲", group_name="三年级2班")
    world.patron("乙", group_name="三年级3班", branch=world.east())
    assert list(found(world, group="三年级2班")) == ["甲"]
    assert list(found(world, branch_ids=frozenset({world.east().pk}))) == ["乙"]
    desk = world.desk()
    assert unreached_in(desk, means_of(desk), {"三年级2班"}) == {"三年级2班": ("甲",)}


def test_a_place_that_is_none_is_the_beginning(world):
    reader = world.patron("甲")
    for after in ("", "9.x", "2", "1.NOSUCH", f"7.{reader.public_id}", "3." + "x" * 9999):
        page = unreached_page(world.desk(), means_of(world.desk()), Wanted(), after=after)
        assert [one.name for one in page.readers] == ["甲"], after


@pytest.mark.usefixtures("mail")
def test_a_page_costs_the_same_for_one_reader_and_for_many(world):
    def statements() -> int:
        desk = world.desk()
        return len(asked_of(lambda: unreached_page(desk, means_of(desk), Wanted())))

    world.patron("甲")
    few = statements()
    for number in range(8):
        waiting(world, world.patron(f"乙{number}"))
    assert statements() == few


@pytest.mark.skipif(connection.vendor != "sqlite", reason="its own way of explaining")
@pytest.mark.usefixtures("mail")
def test_sqlite_walks_readers_in_order_and_looks_everything_else_up(world):
    service(world, "sms", cost_cents=5, monthly_cents=400)
    service(world, "wechat")
    first = world.patron("甲")
    desk, means = world.desk(), means_of(world.desk())
    wanted = Wanted(why=Why.DEAD, branch_ids=frozenset({world.branch.pk}))
    places = ("", f"2.{first.public_id}", f"3.{first.public_id}")
    walks = [
        step
        for place in places
        for text, params in asked_of(partial(unreached_page, desk, means, wanted, after=place))
        for step in plan_of(text, params)
        if step.startswith("SCAN") or step.endswith("(library_id=?)")
        if not re.search(r"INDEX (patron_in_order|delivery_open)", step)
    ]  # fmt: skip
    assert walks == []


def test_wechat_reaches_whoever_still_allows_a_message_there(world):
    Gateway.objects.create(
        library_id=world.library.pk, kind="wechat", provider="official_account",
        settings=json.dumps({"app_id": "wx1"}),
    )  # fmt: skip
    account = Account.objects.create(name="林", created_at=world.now)
    identity = WechatIdentity.objects.create(
        public_id=public_id(), account=account, app_id="wx1", openid="o1",
        openid_hash=keyed_hash("o1"), created_at=world.now, last_used_at=world.now,
    )  # fmt: skip
    reader = with_phone(world, "林", account=account)
    consent = WechatConsent.objects.create(
        library_id=world.library.pk, patron=reader, template_id="T", count=1, changed_at=world.now
    )
    no_sms: dict[str, tuple[str, ...]] = {"no_service": ("sms",)}
    assert found(world) == {}
    WechatConsent.objects.filter(pk=consent.pk).update(count=0)
    assert found(world) == {"林": {"no_consent": ("wechat",)} | no_sms}
    WechatConsent.objects.filter(pk=consent.pk).update(is_lasting=True)
    left(world, reader, "wechat")
    assert found(world) == {"林": {"left": ("wechat",)} | no_sms}
    NoticePreference.objects.all().delete()
    dead(world, "wechat", keyed_hash("o1"))
    assert found(world) == {"林": {"dead": ("wechat",)} | no_sms}
    WechatIdentity.objects.filter(pk=identity.pk).update(app_id="another")
    assert found(world) == {"林": no_sms}


@pytest.mark.usefixtures("mail")
def test_the_list_agrees_with_what_carries_messages(world):
    """Whom `ways.reach_of` has no way to is on the list, and nobody else."""
    readers = [
        world.patron("甲"),
        with_mail(world, "乙"),
        with_phone(world, "丙"),
        with_mail(world, "丁"),
        with_mail(world, "戊"),
        world.patron("己"),
    ]
    dead(world, "email", readers[3].email_hash)
    left(world, readers[4], "email", "push")
    device(world, readers[4])
    device(world, readers[5])
    rules, ids = house_rules(), [one.pk for one in readers]
    reach, wishes = reach_of(ids, rules), wishes_of(set(ids))
    without = {
        one.name
        for one in readers
        if not reach.way(
            one.pk, ["overdue"], rules=rules, wishes=wishes.get(one.pk, Wishes())
        ).channel
    }
    assert set(found(world)) == without == {"甲", "丙", "丁", "戊"}
