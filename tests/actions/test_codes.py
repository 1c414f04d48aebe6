"""One-time codes: asking within limits, sending, and checking what was typed."""

import json
from datetime import timedelta

import pytest

from jieyue.kit.encryption import keyed_hash
from jieyue.libraries.models import Gateway
from jieyue.outbox.models import Task
from jieyue.patrons import codes
from jieyue.patrons.codes import (
    CodeAsked,
    CodeOver,
    CodeRefused,
    CodeRight,
    CodeWrong,
    WhyNot,
    check_code,
    code_to_send,
    code_view,
    new_code,
)
from jieyue.patrons.models import OneTimeCode
from tests.world import World

PHONE = "13812345678"


@pytest.fixture
def world(world: World) -> World:
    """A library that sends both ways."""
    for kind in ("sms", "email"):
        Gateway.objects.create(library_id=world.library.pk, kind=kind, provider="test")
    return world


def asked(world: World, **changes):
    values = {
        "purpose": "apply",
        "way": "sms",
        "address": PHONE,
        "asker": "203.0.113.9",
        "language": "zh-hans",
        "now": world.now,
    }
    return new_code(**(values | changes))


def digits_of(found: CodeAsked) -> str:
    return OneTimeCode.objects.get(public_id=found.code).code


def tried(found: CodeAsked, typed: str, world: World, **changes):
    values = {"code": found.code, "purpose": "apply", "typed": typed, "now": world.now}
    return check_code(**(values | changes))


def test_the_right_digits_prove_the_address_once(world: World) -> None:
    found = asked(world, address="+86 138-1234-5678")
    right = digits_of(found)
    typed = f" {right[:3]} {right[3:]}\N{IDEOGRAPHIC SPACE}"

    assert tried(found, typed, world) == CodeRight(
        way="sms", address=PHONE, address_hash=keyed_hash(PHONE)
    )
    assert tried(found, right, world) == CodeOver()
    row = OneTimeCode.objects.get()
    assert (row.address, row.code) == ("", "")


def test_full_width_digits_are_digits(world: World) -> None:
    found = asked(world)
    wide = digits_of(found).translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)})
    assert isinstance(tried(found, wide, world), CodeRight)


def test_five_tries_and_it_is_over(world: World) -> None:
    found = asked(world)
    right = digits_of(found)
    wrong = f"{(int(right) + 1) % 10**6:06d}"
    lefts = [tried(found, text, world) for text in (wrong, "", "x" * 10_000, "🙂", wrong)]
    assert lefts == [CodeWrong(left=left) for left in (4, 3, 2, 1, 0)]
    assert tried(found, right, world) == CodeOver()
    assert OneTimeCode.objects.get().address == ""


@pytest.mark.parametrize(
    "changes",
    [{"purpose": "sign_in"}, {"code": "NOSUCHCODE"}, {"later": timedelta(minutes=10)}],
)
def test_a_code_is_for_one_purpose_and_ten_minutes(world: World, changes) -> None:
    found = asked(world)
    later = changes.pop("later", timedelta(0))
    answer = tried(found, digits_of(found), world, **({"now": world.now + later} | changes))
    assert answer == CodeOver()


def test_nothing_readable_is_kept(world: World) -> None:
    from django.db import connection

    found = asked(world, way="email", address="Lin@Example.org ")
    digits = digits_of(found)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM patrons_onetimecode")
        stored = repr(cursor.fetchall())
    assert "example" not in stored.casefold()
    assert digits not in stored
    [task] = Task.objects.all()
    assert (task.kind, task.payload) == ("notices.code", {"code": found.code})


@pytest.mark.parametrize(
    ("way", "address"),
    [
        ("sms", ""),
        ("sms", "12345"),
        ("sms", "02288881234567890"),
        ("sms", "+1"),
        ("sms", "x" * 10_000),
        ("email", "nobody"),
        ("email", "a@b"),
        ("email", "a b@example.org"),
        ("email", "me@evil.example,staff@school.example"),  # it would be sent to the first
        ("fax", PHONE),
    ],
)
def test_an_address_that_cannot_be_gets_no_code(world: World, way, address) -> None:
    assert asked(world, way=way, address=address) == CodeRefused(why=WhyNot.ADDRESS_BAD)
    assert not OneTimeCode.objects.exists()


def test_a_library_without_a_gateway_offers_no_codes(world: World) -> None:
    assert codes.ways_offered() == ["sms", "email"]
    Gateway.objects.filter(kind="sms").update(is_active=False)
    assert codes.ways_offered() == ["email"]
    assert asked(world) == CodeRefused(why=WhyNot.NO_GATEWAY)


def test_one_code_a_minute_for_an_address(world: World) -> None:
    first = asked(world)
    soon = asked(world, asker="198.51.100.1", now=world.now + timedelta(seconds=20))
    assert soon == CodeRefused(why=WhyNot.TOO_SOON, seconds=41)
    assert isinstance(asked(world, now=world.now + timedelta(seconds=60)), CodeAsked)
    assert isinstance(tried(first, digits_of(first), world), CodeRight)  # the older one, too


def test_five_codes_an_hour_for_an_address(world: World) -> None:
    for minute in range(5):
        assert isinstance(asked(world, now=world.now + timedelta(minutes=minute)), CodeAsked)
    assert asked(world, now=world.now + timedelta(minutes=9)) == CodeRefused(
        why=WhyNot.TOO_MANY, seconds=51 * 60 + 1
    )
    assert isinstance(asked(world, now=world.now + timedelta(minutes=61)), CodeAsked)


def test_one_network_address_cannot_run_up_the_bill(world: World, monkeypatch) -> None:
    monkeypatch.setattr(codes, "MOST_FROM_AN_ASKER", 3)
    answers = [asked(world, address=f"1381234567{n}") for n in range(4)]
    assert [type(answer) for answer in answers] == [CodeAsked, CodeAsked, CodeAsked, CodeRefused]
    assert answers[-1].why == WhyNot.TOO_MANY
    assert isinstance(asked(world, address="13912345678", asker="198.51.100.1"), CodeAsked)


def test_strangers_do_not_use_up_what_readers_sign_in_with(world: World, monkeypatch) -> None:
    monkeypatch.setattr(codes, "MOST_TO_STRANGERS", 2)
    for n in range(2):
        answer = asked(world, address=f"1381234567{n}", asker=f"203.0.113.{n}")
        assert isinstance(answer, CodeAsked)
    assert asked(world).why == WhyNot.LIBRARY_LIMIT
    assert isinstance(asked(world, purpose="sign_in"), CodeAsked)


def test_one_network_leaves_a_library_half_of_what_is_left(world: World, monkeypatch) -> None:
    """Or one stranger, all day, would keep everybody from applying."""
    monkeypatch.setattr(codes, "MOST_TO_STRANGERS", 8)

    def most_of(asker: str, first: int) -> int:
        numbers = (f"138123{n:05d}" for n in range(first, first + 9))
        answers = [asked(world, address=number, asker=asker) for number in numbers]
        assert {one.why for one in answers if isinstance(one, CodeRefused)} == {WhyNot.TOO_MANY}
        return sum(isinstance(one, CodeAsked) for one in answers)

    assert [most_of(f"203.0.113.{n}", n * 100) for n in range(3)] == [4, 2, 1]
    assert isinstance(asked(world, asker="198.51.100.1"), CodeAsked)


def test_codes_still_being_judged_count(world: World, monkeypatch) -> None:
    """Many at once would each find that none has been sent."""
    monkeypatch.setattr(codes, "MOST_TO_STRANGERS", 1)
    asked(world)
    OneTimeCode.objects.update(state="asked")
    other = asked(world, address="13912345678", asker="198.51.100.1")
    assert other.why == WhyNot.LIBRARY_LIMIT


def test_one_stranger_leaves_codes_to_whose_number_it_is(world: World) -> None:
    minutes = (world.now + timedelta(minutes=n) for n in range(10))
    stranger = [asked(world, asker="198.51.100.1", now=next(minutes)) for _ in range(6)]
    assert [type(one) for one in stranger] == [*[CodeAsked] * 5, CodeRefused]
    assert isinstance(asked(world, now=next(minutes)), CodeAsked)


def test_many_strangers_do_not_keep_a_browser_waiting_that_proved_the_number(world: World) -> None:
    for n in range(8):
        later = world.now + timedelta(minutes=n)
        assert isinstance(asked(world, asker=f"198.51.100.{n}", now=later), CodeAsked)
    just_now = later + timedelta(seconds=5)
    assert asked(world, now=just_now).why == WhyNot.TOO_SOON
    assert asked(world, now=later + timedelta(minutes=2)).why == WhyNot.TOO_MANY
    assert isinstance(asked(world, device="mine", now=just_now), CodeAsked)
    assert asked(world, device="mine", now=just_now).why == WhyNot.TOO_SOON
    mine = [asked(world, device="mine", now=later + timedelta(minutes=n)) for n in range(2, 7)]
    assert [type(one) for one in mine] == [*[CodeAsked] * 4, CodeRefused]


def test_nobodys_phone_is_made_to_ring_all_day(world: World) -> None:
    hours = [world.now + timedelta(minutes=8 * n) for n in range(100)]
    answers = [asked(world, asker=f"198.51.100.{n}", now=at) for n, at in enumerate(hours)]
    assert sum(isinstance(one, CodeAsked) for one in answers) == 20


def test_one_line_with_many_ipv6_addresses_is_one_asker(world: World, monkeypatch) -> None:
    monkeypatch.setattr(codes, "MOST_FROM_AN_ASKER", 2)
    answers = [
        asked(world, address=f"1381234567{n}", asker=f"2001:db8:1:2:{n}::{n}") for n in range(3)
    ]
    assert [type(answer) for answer in answers] == [CodeAsked, CodeAsked, CodeRefused]
    next_door = asked(world, address="13912345678", asker="2001:db8:1:3::1")
    assert isinstance(next_door, CodeAsked)


def test_only_readers_are_sent_a_code_to_sign_in(world: World) -> None:
    world.patron(phone="13912345678", phone_hash=keyed_hash("13912345678"))
    stranger = asked(world, purpose="sign_in")
    reader = asked(world, purpose="sign_in", address="13912345678")
    to_send = [code_to_send(code=one.code, now=world.now) for one in (stranger, reader)]
    assert [found.is_wanted for found in to_send] == [False, True]
    assert type(stranger) is type(reader)


def test_the_page_shows_enough_of_an_address_to_know_ones_own(world: World) -> None:
    views = [
        code_view(code=found.code, now=world.now).masked
        for found in (asked(world), asked(world, way="email", address="lin@example.org"))
    ]
    assert views == ["138****5678", "l***@example.org"]


def test_old_codes_are_emptied_and_forgotten(world: World) -> None:
    asked(world)
    codes.empty_old_codes(world.now + timedelta(minutes=11))
    row = OneTimeCode.objects.get()
    assert (row.address, row.code) == ("", "")
    assert codes.empty_old_codes(world.now + timedelta(days=3)) == 1


def abroad(world: World, countries: str = "") -> None:
    settings = json.dumps({"countries": countries})
    Gateway.objects.filter(library_id=world.library.pk, kind="sms").update(settings=settings)


@pytest.mark.parametrize("purpose", ["apply", "guardian", "change_address"])
def test_who_types_a_number_abroad_gets_codes_only_where_the_library_pays(world, purpose) -> None:
    to = {"purpose": purpose, "address": "+852 9123 4567"}
    assert asked(world, **to) == CodeRefused(why=WhyNot.COUNTRY)
    abroad(world, "853 和 ＋65")
    assert asked(world, **to) == CodeRefused(why=WhyNot.COUNTRY, countries=("853", "65"))
    assert not OneTimeCode.objects.exists()
    abroad(world, "+852")
    assert isinstance(asked(world, **to), CodeAsked)


def test_a_number_on_record_is_written_to_anywhere(world: World) -> None:
    to = {"purpose": "sign_in", "address": "+852 9123 4567"}
    assert isinstance(asked(world, **to), CodeAsked)
    assert isinstance(asked(world, address="+86 139 1234 5678"), CodeAsked)


def test_an_address_that_begins_like_a_number_abroad_is_none(world: World) -> None:
    assert isinstance(asked(world, way="email", address="+852@example.com"), CodeAsked)
