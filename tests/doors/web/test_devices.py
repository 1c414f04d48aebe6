"""Messages on a reader's device: the page that asks, what a browser hands over, taking it back."""

from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone

from jieyue.kit.encryption import keyed_hash
from jieyue.libraries.models import Gateway
from jieyue.notices.channels.base import Failed
from jieyue.notices.channels.consents import consents_of
from jieyue.notices.channels.push import public_key
from jieyue.notices.channels.reach import learn
from jieyue.notices.models import PushSubscription
from tests.doors.web.pages import text_of
from tests.servers.push import PushService
from tests.world import World

AGENT = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36"


def at(world: World, name: str) -> str:
    return reverse(f"reader:{name}", args=[world.library.slug])


@pytest.fixture
def phone_client(world: World, reader_client):
    return reader_client(world.patron())


@pytest.fixture(autouse=True)
def _keys(settings, tmp_path: Path) -> None:
    settings.KEYS_DIR = tmp_path
    settings.CHANNELS_ALLOW_PRIVATE = True


def test_a_reader_agrees_and_takes_it_back(world: World, phone_client):
    page = phone_client.get(at(world, "devices")).content.decode()
    assert f'data-push="{public_key()}"' in page
    with PushService() as service:
        phone = service.browser()
        given = {"endpoint": phone.endpoint, "p256dh": phone.p256dh, "auth": phone.auth}
        done = phone_client.post(at(world, "agree"), given, HTTP_USER_AGENT=AGENT)

    assert done.status_code == 303
    row = PushSubscription.objects.get()
    assert (row.device, row.endpoint) == ("chrome android", phone.endpoint)
    shown = text_of(phone_client.get(at(world, "devices")))
    assert "Chrome" in shown
    assert f"{timezone.localtime(row.created_at):%Y-%m-%d} 起" in shown

    unknown = phone_client.post(at(world, "remove_device"), {"device": "somebodys"})
    assert (unknown.status_code, PushSubscription.objects.count()) == (303, 1)
    phone_client.post(at(world, "remove_device"), {"device": ""})
    assert PushSubscription.objects.count() == 1
    phone_client.post(at(world, "remove_device"), {"device": row.public_id})
    assert not PushSubscription.objects.exists()


@pytest.mark.parametrize("given", [{}, {"endpoint": "x" * 10_000, "p256dh": "a", "auth": "b"}])
def test_what_is_no_agreement_is_refused_in_words(world: World, phone_client, given):
    answer = phone_client.post(at(world, "agree"), given)

    assert answer.status_code == 409
    assert "请重试" in text_of(answer)
    assert not PushSubscription.objects.exists()


def test_what_was_tapped_in_wechat_is_counted(world: World, phone_client):
    Gateway.objects.create(
        library_id=world.library.pk,
        kind="wechat",
        provider="official_account",
        settings='{"app_id": "wx1", "templates": {"due_soon": {"zh-hans": {"code": "T1"}}}}',
    )
    address = at(world, "consents")

    for answers in ('{"T1": "accept", "T9": "accept"}', '{"T1": "accept"}', '{"T1": "reject"}'):
        answer = phone_client.post(address, {"answers": answers})
    assert answer.json() == {"accepted": 0, "refused": 1}
    [(patron, count)] = _counts()
    assert count == {"T1": 2}
    phone_client.post(address, {"answers": '{"T1": "ban"}'})
    assert consents_of(patron) == {"T1": 0}

    for nonsense in ("", "[]", "{", '{"a": 1' + "}" * 9):
        assert phone_client.post(address, {"answers": nonsense}).status_code == 422


def _counts():
    from jieyue.notices.models import WechatConsent

    found = {row.patron_id for row in WechatConsent.objects.all()}
    return [(patron, consents_of(patron)) for patron in found]


def test_a_reader_is_told_that_nothing_arrives_at_their_address(world: World, reader_client):
    patron = world.patron(email="lin@example.com", email_hash=keyed_hash("lin@example.com"))
    Gateway.objects.create(library_id=world.library.pk, kind="email", provider="smtp")
    client = reader_client(patron)
    assert "收不到" not in text_of(client.get(at(world, "wishes")))

    gone = Failed(scope="address", code="no_such_address")
    learn("email", "lin@example.com", gone, world.now)

    assert "现有的联系方式收不到消息" in text_of(client.get(at(world, "wishes")))


def test_a_stranger_has_no_devices(world: World, client):
    assert client.get(at(world, "devices")).status_code in {302, 303}
    assert client.post(at(world, "agree"), {}).status_code in {302, 303, 403}
    assert not PushSubscription.objects.exists()


def test_who_has_no_device_is_told_that_none_shows_messages(world: World, reader_client) -> None:
    client = reader_client(world.patron())
    assert "还没有在任何设备上开启。" in text_of(client.get(at(world, "wishes")))
