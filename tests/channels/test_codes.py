"""One-time codes on their way: what a phone and a mailbox get, and what becomes of the rest."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest

from jieyue.kit.encryption import keyed_hash
from jieyue.libraries.desk import Desk, Door
from jieyue.libraries.models import Gateway
from jieyue.notices.channels.reach import dead_of
from jieyue.notices.codes import TryAgainError, send_code
from jieyue.notices.models import DeadAddress
from jieyue.patrons.codes import CodeAsked, new_code, send_word
from jieyue.patrons.models import OneTimeCode
from tests.mailing import has_mail
from tests.servers.sms import SmsGateway
from tests.servers.smtp import MailServer
from tests.servers.web import Answer
from tests.world import World

PHONE = "13812345678"


@pytest.fixture
def sms(world: World, settings) -> Iterator[SmsGateway]:
    """An SMS gateway that the library uses."""
    settings.CHANNELS_ALLOW_PRIVATE = True
    with SmsGateway() as running:
        Gateway.objects.create(
            library_id=world.library.pk, kind="sms", provider="http",
            settings=json.dumps(running.settings("http")), cost_cents=5,
        )  # fmt: skip
        yield running


def asked(world: World, **changes) -> str:
    values = {
        "purpose": "apply",
        "way": "sms",
        "address": PHONE,
        "asker": "203.0.113.9",
        "language": "zh-hans",
        "now": world.now,
    }
    found = new_code(**(values | changes))
    assert isinstance(found, CodeAsked)
    return found.code


def worker(world: World) -> Desk:
    return world.desk(door=Door.WORKER)


def row(code: str) -> tuple[str, str, str]:
    found = OneTimeCode.objects.get(public_id=code)
    return found.state, found.code, found.failure


def test_a_phone_gets_the_digits_once_and_they_are_forgotten(world: World, sms) -> None:
    code = asked(world)
    digits = OneTimeCode.objects.get().code
    assert send_code(worker(world), {"code": code}) == "sent"
    assert send_code(worker(world), {"code": code}) == "over"
    [text] = sms.texts
    assert text.phone == PHONE
    assert f"验证码 {digits}" in text.text
    assert row(code) == ("sent", "", "")


def test_it_speaks_the_language_of_the_page(world: World, sms) -> None:
    send_code(worker(world), {"code": asked(world, language="en")})
    assert "your code is" in sms.texts[0].text


def test_a_busy_gateway_is_asked_again_while_the_code_is_good(world: World, sms) -> None:
    code = asked(world)
    sms.says.append(Answer(503))
    with pytest.raises(TryAgainError):
        send_code(worker(world), {"code": code})
    assert row(code)[0] == "waiting"
    assert send_code(worker(world), {"code": code}) == "sent"


def test_nothing_is_sent_when_it_is_too_late(world: World, sms) -> None:
    code = asked(world)
    late = world.desk(door=Door.WORKER, now=world.now + timedelta(minutes=10))
    assert send_code(late, {"code": code}) == "over"
    assert sms.texts == []


def test_a_refused_message_is_not_tried_again(world: World, sms) -> None:
    code = asked(world)
    sms.refuses[PHONE] = "13"
    assert send_code(worker(world), {"code": code}) == "failed"
    state, digits, failure = row(code)
    assert (state, digits) == ("failed", "")
    assert failure
    assert PHONE not in failure


def test_the_librarys_limit_holds_for_codes(world: World, sms) -> None:
    Gateway.objects.update(daily_limit=1)
    first, second = asked(world), asked(world, address="13912345678")
    assert send_code(worker(world), {"code": first}) == "sent"
    assert send_code(worker(world), {"code": second}) == "failed"
    assert row(second) == ("failed", "", "limit")
    assert len(sms.texts) == 1


def test_a_gateway_switched_off_meanwhile_sends_nothing(world: World, sms) -> None:
    code = asked(world)
    Gateway.objects.update(is_active=False)
    assert send_code(worker(world), {"code": code}) == "failed"
    assert row(code) == ("failed", "", "no_gateway")


def test_only_a_readers_number_is_written_to(world: World, sms) -> None:
    code = asked(world, purpose="sign_in")
    assert send_code(worker(world), {"code": code}) == "unknown"
    world.patron(phone=PHONE, phone_hash=keyed_hash(PHONE))
    later = world.now + timedelta(minutes=2)
    code = asked(world, purpose="reset", now=later)
    desk = world.desk(door=Door.WORKER, now=later)
    assert send_code(desk, {"code": code}) == "sent"


def test_a_reader_hears_of_another_number_and_of_a_new_passkey_without_a_code(
    world: World, sms
) -> None:
    word = {"way": "sms", "address": PHONE, "language": "zh-hans", "now": world.now}
    send_word(purpose="changed", **word)
    send_word(purpose="passkey", **word)
    for told in OneTimeCode.objects.order_by("id"):
        assert send_code(worker(world), {"code": told.public_id}) == "sent"
    changed, passkey = sms.texts
    assert {changed.phone, passkey.phone} == {PHONE}
    assert "如果不是您本人操作" in changed.text
    assert "通行密钥" in passkey.text


def test_a_mailbox_that_is_gone_is_remembered_if_it_is_a_readers(world: World, settings) -> None:
    settings.CHANNELS_ALLOW_PRIVATE = True
    gone = "gone@example.com"
    reader = world.patron(email=gone, email_hash=keyed_hash(gone))
    with MailServer() as server:
        has_mail(world, server)
        server.refuses |= dict.fromkeys((gone, "nobody@example.com"), "550 5.1.1 No such user")
        strange = asked(world, way="email", address="nobody@example.com")
        known = asked(world, way="email", address=gone, purpose="reset")
        states = [send_code(worker(world), {"code": code}) for code in (strange, known)]

    assert states == ["failed", "failed"]
    assert [dead.channel for dead in dead_of(reader.pk)] == ["email"]
    assert DeadAddress.objects.count() == 1  # of whoever only typed an address nothing is kept
