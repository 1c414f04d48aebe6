"""Where readers are reached, what is learnt of dead addresses, and how much may still go."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jieyue.kit.encryption import keyed_hash
from jieyue.kit.ids import public_id
from jieyue.libraries.gateways import GatewayView
from jieyue.libraries.rules.changes import Trouble
from jieyue.libraries.settings.outcomes import NotSaved, Saved
from jieyue.notices.channels.base import Failed, Handed
from jieyue.notices.channels.limits import Allowance, Pace, Spent, allowance, spent
from jieyue.notices.channels.reach import (
    DeadView,
    addresses_of,
    dead_of,
    learn,
    revive_address,
)
from jieyue.notices.models import DeadAddress, Delivery
from jieyue.patrons.models import OneTimeCode, Patron
from tests.world import World

ZONE = ZoneInfo("Asia/Shanghai")
GONE = Failed(scope="address", code="no_such_address", detail="550 …")


def reader(world: World, **values: str) -> Patron:
    patron = world.patron()
    patron.phone, patron.email = values.get("phone", ""), values.get("email", "")
    patron.phone_hash, patron.email_hash = keyed_hash(patron.phone), keyed_hash(patron.email)
    patron.save()
    return patron


def test_readers_are_reached_where_they_have_an_address(world: World) -> None:
    both = reader(world, phone="13812345678", email="a@example.com")
    none = reader(world)
    ids = [both.pk, none.pk]

    assert addresses_of("sms", ids) == {both.pk: ("13812345678",)}
    assert addresses_of("email", ids) == {both.pk: ("a@example.com",)}
    assert addresses_of("push", ids) == {}
    assert addresses_of("wechat", ids) == {}


@pytest.mark.parametrize("channel", ["email", "sms", "push"])
@pytest.mark.parametrize("count", [1, 40])
def test_it_is_one_statement_for_any_number_of_readers(
    world: World, channel: str, count: int
) -> None:
    ids = [reader(world, phone=f"138{n:08}", email=f"r{n}@e.org").pk for n in range(count)]

    with CaptureQueriesContext(connection) as asked:
        addresses_of(channel, ids)

    assert len(asked) == 1


def test_a_dead_address_is_left_out_until_it_changes(world: World) -> None:
    patron = reader(world, email="a@example.com", phone="13812345678")
    now = world.now
    learn("email", " A@Example.com ", GONE, now)
    learn("email", "a@example.com", GONE, now + timedelta(days=1))

    assert addresses_of("email", [patron.pk]) == {}
    assert addresses_of("sms", [patron.pk]) == {patron.pk: ("13812345678",)}
    assert dead_of(patron.pk) == [
        DeadView(channel="email", since=now, code="no_such_address", detail="550 …")
    ]

    patron.email, patron.email_hash = "b@example.com", keyed_hash("b@example.com")
    patron.save()
    assert addresses_of("email", [patron.pk]) == {patron.pk: ("b@example.com",)}
    assert dead_of(patron.pk) == []


@pytest.mark.parametrize(
    "result",
    [
        Handed(),
        Failed(scope="service", code="try_later"),
        Failed(scope="message", code="refused"),
        Failed(scope="setup", code="no_money"),
    ],
)
def test_nothing_else_makes_an_address_dead(world: World, result: Handed | Failed) -> None:
    learn("sms", "13812345678", result, world.now)

    assert not DeadAddress.objects.exists()


def test_staff_have_an_address_tried_again(world: World) -> None:
    patron = reader(world, phone="13812345678")
    learn("sms", "138 1234 5678", GONE, world.now)

    done = revive_address(world.desk(), patron=patron.public_id, channel="sms")

    assert done == Saved()
    assert addresses_of("sms", [patron.pk]) == {patron.pk: ("13812345678",)}
    assert revive_address(world.desk(), patron="nobody", channel="sms") == NotSaved(
        trouble=Trouble.UNKNOWN
    )


def gone(world: World, at: datetime, cents: int = 5, **values: str) -> None:
    given = {"channel": "sms", "state": "handed"} | values
    Delivery.objects.create(
        library_id=world.library.pk,
        public_id=public_id(),
        patron=world.patron(),
        planned_for=at,
        created_at=at,
        ended_at=at,
        cost_cents=cents,
        **given,
    )


def code(world: World, at: datetime, state: str = "sent") -> None:
    OneTimeCode.objects.create(
        library_id=world.library.pk,
        public_id=public_id(),
        purpose="sign_in",
        way="sms",
        state=state,
        address_hash="a",
        code_hash="b",
        asker_hash="c",
        created_at=at,
        expires_at=at,
    )


def sms(**limits: int) -> GatewayView:
    return GatewayView(kind="sms", provider="aliyun", settings={}, cost_cents=5, **limits)


def test_what_has_gone_is_counted_by_the_library_s_days(world: World) -> None:
    now = datetime(2026, 3, 5, 12, tzinfo=ZONE)
    for at in (
        datetime(2026, 3, 5, 0, 0, tzinfo=ZONE),
        datetime(2026, 3, 4, 23, 59, tzinfo=ZONE),
        datetime(2026, 3, 1, 0, 0, tzinfo=ZONE),
        datetime(2026, 2, 28, 23, 59, tzinfo=ZONE),
    ):
        gone(world, at)
    gone(world, now, channel="email")
    gone(world, now, state="failed")
    code(world, now)
    code(world, now, state="failed")

    assert spent(sms(), now, ZONE) == Spent(today=2, this_month=4, month_cents=20)
    assert allowance(sms(daily_limit=3, monthly_cents=29), now, ZONE) == Allowance(
        messages=1, cents=9
    )
    assert allowance(sms(daily_limit=1, monthly_cents=1), now, ZONE) == Allowance(
        messages=0, cents=0
    )


def test_a_service_without_limits_costs_no_statement(world: World) -> None:
    with CaptureQueriesContext(connection) as asked:
        assert allowance(sms(), world.now, ZONE).take(10_000)

    assert len(asked) == 0


def test_an_allowance_is_taken_from_until_it_is_used_up() -> None:
    left = Allowance(messages=3, cents=12)

    assert [left.take(5), left.take(5), left.take(5)] == [True, True, False]
    assert (left.messages, left.cents) == (1, 2)
    assert left.is_used_up(5)
    assert not left.is_used_up(2)
    assert Allowance(messages=0, cents=None).is_used_up(0)
    assert not Allowance(messages=None, cents=None).is_used_up(5)


def test_a_provider_is_not_asked_too_often_in_a_second() -> None:
    now, slept = [100.0], []

    def sleep(seconds: float) -> None:
        slept.append(round(seconds, 3))
        now[0] += seconds

    pace = Pace(
        GatewayView(kind="sms", provider="http", settings={}), clock=lambda: now[0], sleep=sleep
    )
    for _ in range(3):
        pace.wait()
    now[0] += 10
    pace.wait()

    assert slept == [0.2, 0.2]
