"""Web Push as a browser's push service receives it, and the browser decrypts it."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from jieyue.libraries.actions import ForbiddenError
from jieyue.notices.channels import push
from jieyue.notices.channels.base import Failed, Handed, Message
from jieyue.notices.channels.subscriptions import (
    MAX_DEVICES,
    NotSubscribed,
    Subscribed,
    Unsubscribed,
    devices_of,
    forget_device,
    heard_from,
    push_addresses,
    subscribe_device,
    unsubscribe_device,
)
from jieyue.notices.models import PushSubscription
from tests.servers.push import Browser, PushService
from tests.servers.web import Answer
from tests.world import World


@pytest.fixture
def service(settings, tmp_path: Path) -> Iterator[PushService]:
    settings.CHANNELS_ALLOW_PRIVATE = True
    settings.KEYS_DIR = tmp_path
    with PushService() as running:
        yield running


def message(**changes: str) -> Message:
    given = {"id": "n1", "subject": "《活着》明天到期", "text": "请在明天归还。"} | changes
    return Message(**given)


def test_the_browser_shows_what_was_said(service: PushService) -> None:
    phone = service.browser()

    sent = push.send(None, phone.address, message(link="https://lib.example/r", template="overdue"))

    assert sent == Handed(reference="1")
    [shown] = service.shown
    assert shown.said == {
        "title": "《活着》明天到期",
        "body": "请在明天归还。",
        "url": "https://lib.example/r",
        "tag": "n1",
        "lang": "zh-CN",
    }
    assert (shown.headers["ttl"], shown.headers["urgency"]) == ("172800", "high")
    assert service.key == push.public_key()


def test_the_installation_keeps_its_key(service: PushService, tmp_path: Path) -> None:
    before = push.public_key()
    push._kept.cache_clear()

    assert push.public_key() == before
    assert (tmp_path / "push_key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["push_key"]


def test_a_very_long_message_still_fits(service: PushService) -> None:
    sent = push.send(
        None, service.browser().address, message(subject="题" * 10_000, text="长𠮷" * 10_000)
    )

    assert isinstance(sent, Handed)
    assert len(service.shown[0].said["title"]) == 80
    assert len(service.shown[0].said["body"]) == 400


@pytest.mark.parametrize(
    ("said", "scope", "code"),
    [
        (Answer(404), "address", "gone"),
        (Answer(410), "address", "gone"),
        (Answer(403), "address", "key_refused"),
        (Answer(413), "message", "too_long"),
        (Answer(500), "service", "try_later"),
        (Answer(301, headers={"Location": "http://127.0.0.1/"}), "message", "refused"),
    ],
)
def test_what_a_push_service_answers(
    service: PushService, said: Answer, scope: str, code: str
) -> None:
    service.says = [said]

    failed = push.send(None, service.browser().address, message())

    assert isinstance(failed, Failed)
    assert (failed.scope, failed.code) == (scope, code)


def test_a_host_that_does_not_work_is_left_alone_and_holds_no_other_up(
    service: PushService,
) -> None:
    phone = service.browser()
    broken = json.loads(phone.address)
    broken["endpoint"] = broken["endpoint"].replace("127.0.0.1", "localhost")
    service.says = [Answer(503)] * push.IN_A_ROW
    with push.open_session(None) as session:
        failed = [session.send(json.dumps(broken), message()) for _ in range(push.IN_A_ROW + 2)]
        assert {one.scope for one in failed if isinstance(one, Failed)} == {"service"}
        assert len(service.asked) == push.IN_A_ROW
        assert isinstance(session.send(phone.address, message()), Handed)


def test_it_waits_as_long_as_it_is_asked_to(service: PushService) -> None:
    service.says = [Answer(429, headers={"Retry-After": "120"})]

    failed = push.send(None, service.browser().address, message())

    assert isinstance(failed, Failed)
    assert failed.again_after == timedelta(minutes=2)


def test_a_message_for_another_browser_cannot_be_read(service: PushService) -> None:
    phone, other = service.browser("phone"), Browser(service, "other")
    body = json.loads(phone.address) | {"p256dh": other.p256dh}

    push.send(None, json.dumps(body), message())

    assert service.shown == []


def test_only_public_https_addresses_are_sent_to(service: PushService, settings) -> None:
    settings.CHANNELS_ALLOW_PRIVATE = False
    phone = service.browser()
    inside = json.loads(phone.address) | {"endpoint": f"https://127.0.0.1:{service.port}/x"}

    assert push.send(None, phone.address, message()) == Failed(scope="address", code="bad_address")
    assert push.send(None, json.dumps(inside), message()) == Failed(
        scope="address", code="address_refused"
    )
    assert service.asked == []


@pytest.mark.parametrize(
    "changes",
    [
        {"p256dh": ""},
        {"p256dh": "AAAA"},
        {"p256dh": "BBB*"},
        {"auth": "AAAA"},
        {"endpoint": "file:///etc/passwd"},
        {"endpoint": "https://x.example/" + "a" * 10_000},
        {"endpoint": "https://user:word@x.example/"},
    ],
)
def test_what_is_no_agreement_is_refused(
    world: World, service: PushService, changes: dict[str, str]
) -> None:
    phone = service.browser()
    given = {"endpoint": phone.endpoint, "p256dh": phone.p256dh, "auth": phone.auth} | changes
    reader = world.reader_desk(world.patron())

    assert subscribe_device(reader, device="手机", **given) == NotSubscribed()
    assert not PushSubscription.objects.exists()
    assert push.send(None, json.dumps(given), message()) == Failed(
        scope="address", code="bad_address"
    )


def agree(desk: object, phone: Browser, device: str = "Chrome · Android") -> Subscribed:
    made = subscribe_device(
        desk, endpoint=phone.endpoint, p256dh=phone.p256dh, auth=phone.auth, device=device
    )
    assert isinstance(made, Subscribed)
    return made


def test_a_reader_agrees_is_reached_and_takes_it_back(world: World, service: PushService) -> None:
    patron, phone = world.patron(), service.browser()
    desk = world.reader_desk(patron)

    made = agree(desk, phone)
    again = agree(desk, phone)

    assert again == made
    assert push_addresses([patron.pk]) == {patron.pk: (phone.address,)}
    [device] = devices_of(patron.pk)
    assert (device.device, device.last_ok_at) == ("Chrome · Android", None)
    heard_from(phone.address, desk.now)
    assert devices_of(patron.pk)[0].last_ok_at == desk.now

    assert unsubscribe_device(desk, device=made.device) == Unsubscribed(was_there=True)
    assert unsubscribe_device(desk, device=made.device) == Unsubscribed(was_there=False)
    assert push_addresses([patron.pk]) == {}


def test_what_is_stored_of_a_device_is_encrypted(world: World, service: PushService) -> None:
    phone = service.browser()
    agree(world.reader_desk(world.patron()), phone)

    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT endpoint, keys FROM notices_pushsubscription")
        [(endpoint, keys)] = cursor.fetchall()
    assert phone.endpoint not in endpoint
    assert phone.auth not in keys


def test_a_device_belongs_to_who_asked_last(world: World, service: PushService) -> None:
    first, second, phone = world.patron(), world.patron(), service.browser()
    made = agree(world.reader_desk(first), phone)
    agree(world.reader_desk(second), phone)

    assert push_addresses([first.pk, second.pk]) == {second.pk: (phone.address,)}
    # The first can no longer take it from the second.
    assert unsubscribe_device(world.reader_desk(first), device=made.device) == Unsubscribed(
        was_there=False
    )
    assert unsubscribe_device(world.reader_desk(first), endpoint=phone.endpoint) == Unsubscribed(
        was_there=False
    )


def test_a_reader_has_so_many_devices_at_most(world: World, service: PushService) -> None:
    patron = world.patron()
    for number in range(MAX_DEVICES + 2):
        agree(world.reader_desk(patron), service.browser(f"p{number}"), f"{number}\n" + "x" * 999)

    devices = devices_of(patron.pk)

    assert [device.device[:2] for device in devices] == [
        f"{number} " for number in range(MAX_DEVICES + 1, 1, -1)
    ]
    assert {len(device.device) for device in devices} == {60}


def test_a_device_that_is_gone_is_forgotten(world: World, service: PushService) -> None:
    patron, phone = world.patron(), service.browser()
    agree(world.reader_desk(patron), phone)

    forget_device(phone.address)

    assert push_addresses([patron.pk]) == {}


def test_only_a_reader_has_devices(world: World, service: PushService) -> None:
    with pytest.raises(ForbiddenError):
        agree(world.desk(), service.browser())
