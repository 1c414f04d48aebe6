"""Allowing WeChat messages one by one: to WeChat's page and back, and the messages it allows."""

import json
from collections.abc import Iterator
from urllib.parse import urlencode, urlsplit

import pytest
from django.test import Client

from jieyue.accounts.models import WechatIdentity
from jieyue.kit import clock
from jieyue.kit.encryption import keyed_hash
from jieyue.kit.ids import public_id
from jieyue.kit.scope import library_scope
from jieyue.libraries.gateways import gateway
from jieyue.libraries.models import Gateway
from jieyue.notices.channels import wechat
from jieyue.notices.channels.base import Failed, Handed, Message
from jieyue.notices.channels.consents import address_of, wechat_addresses
from jieyue.notices.channels.once import MOST, offer_of
from jieyue.notices.models import WechatConsent
from jieyue.patrons.models import Patron
from tests.doors.web.test_sign_in_wechat import WECHAT, way_back
from tests.servers.wechat import APP_ID
from tests.servers.wechat_messages import MessageServer
from tests.world import World

PAGE = "/northfield/my/wechat"
ONCE = "T-once"


@pytest.fixture
def server(world: World, settings) -> Iterator[MessageServer]:
    """WeChat, and a library with one-time messages."""
    settings.CHANNELS_ALLOW_PRIVATE = True
    with MessageServer() as running:
        Gateway.objects.create(
            library_id=world.library.pk, kind="wechat", provider="official_account",
            settings=json.dumps(running.settings | {"once_template": ONCE}),
        )  # fmt: skip
        yield running


@pytest.fixture
def reader(world: World, server: MessageServer) -> Patron:
    """A reader of that library."""
    return world.patron()


@pytest.fixture
def phone(world: World, server: MessageServer, reader: Patron, reader_client) -> Client:
    """WeChat on the reader's phone, tied to their card."""
    made: Client = reader_client(reader)
    made.defaults["HTTP_USER_AGENT"] = WECHAT["User-Agent"]
    reader.refresh_from_db()
    assert reader.account_id is not None
    openid = server.person.openid(APP_ID)
    WechatIdentity.objects.create(
        public_id=public_id(), account_id=reader.account_id, app_id=APP_ID, openid=openid,
        openid_hash=keyed_hash(openid), created_at=world.now, last_used_at=world.now,
    )  # fmt: skip
    return made


def allow(client: Client) -> str:
    """Go to WeChat's page, say yes or no there, come back; return what our page then says."""
    there = client.get(f"{PAGE}/ask")
    assert there.status_code == 303
    assert there.headers["Location"].endswith("#wechat_redirect")
    return client.get(way_back(there.headers["Location"]), follow=True).content.decode()


def send(world: World, patron: Patron, server: MessageServer, kind: str) -> Handed | Failed:
    with library_scope(world.library.pk):
        service = gateway("wechat")
        assert service is not None
        message = Message(
            id="n1", subject="《活着》今天到期了，请记得按时归还", text="长" * 300,
            link="https://lib.example/r", template=kind, params={},
        )  # fmt: skip
        address = address_of(patron.pk, server.person.openid(APP_ID))
        return wechat.send(service, address, message)


def test_two_are_allowed_and_two_messages_go(world, server, reader, phone) -> None:
    assert "再允许一条" in phone.get(PAGE).content.decode()
    assert "已允许 1 条微信消息" in allow(phone)
    assert "已允许 2 条微信消息" in allow(phone)
    with library_scope(world.library.pk):
        assert list(wechat_addresses([reader.pk])) == [reader.pk]

    results = [send(world, reader, server, "overdue") for _ in "abc"]
    assert [type(one) for one in results] == [Handed, Handed, Failed]
    assert results[2].code == "template_missing"
    first = server.messages[0]
    assert (first["path"], first["scene"], first["template_id"], first["url"]) == (
        wechat.ONCE, "1", ONCE, "https://lib.example/r",
    )  # fmt: skip
    assert first["title"] == "《活着》今天到期了，请记得按时"
    assert len(first["data"]["content"]["value"]) == 200
    assert "再允许一条" in phone.get(PAGE).content.decode()
    assert "已允许 1 条微信消息" in allow(phone)  # a scene that was used is asked for again


def test_the_last_one_is_kept_for_what_is_urgent(world, server, reader, phone) -> None:
    allow(phone)
    assert isinstance(send(world, reader, server, "receipt"), Failed)
    assert isinstance(send(world, reader, server, "due_today"), Handed)


def test_what_wechat_does_not_take_is_given_back(world, server, reader, phone) -> None:
    allow(phone)
    server.is_token_stale = True
    server.apps[APP_ID] = "changed"
    assert isinstance(send(world, reader, server, "overdue"), Failed)
    with library_scope(world.library.pk):
        assert offer_of(reader.pk).left == 1


def test_a_no_in_wechat_changes_nothing(world, server, reader, phone) -> None:
    server.says_yes = False
    assert "您没有在微信里同意" in allow(phone)
    assert WechatConsent.across_libraries.count() == 0


@pytest.mark.parametrize("wrong", ["reserved", "scene", "openid", "twice", "nobody asked"])
def test_an_answer_that_was_not_asked_for_counts_nothing(
    world, server, reader, phone, wrong: str
) -> None:
    there = phone.get(f"{PAGE}/ask")
    back = way_back(there.headers["Location"])
    path, _, query = back.partition("?")
    given = dict(part.split("=", 1) for part in query.split("&"))
    if wrong in given:
        given[wrong] = "2" if wrong == "scene" else "someoneelse"
    if wrong == "nobody asked":
        phone.session.flush()
    if wrong == "twice":
        phone.get(back)
        WechatConsent.across_libraries.all().delete()
    phone.get(f"{path}?{urlencode(given)}")
    assert WechatConsent.across_libraries.filter(count__gt=0).count() == 0


def test_no_more_than_enough_are_allowed_ahead(world, server, reader, phone) -> None:
    with library_scope(world.library.pk):
        WechatConsent.objects.bulk_create(
            WechatConsent(
                library_id=world.library.pk, patron=reader, template_id=f"{ONCE}#{scene}",
                count=1, changed_at=clock.now(),
            )
            for scene in range(1, MOST + 1)
        )  # fmt: skip
    assert "再允许一条" not in phone.get(PAGE).content.decode()
    assert phone.get(f"{PAGE}/ask").headers["Location"] == PAGE


def test_elsewhere_the_page_says_to_open_it_in_wechat(world, server, reader_client, reader) -> None:
    client = reader_client(reader)
    page = client.get(PAGE).content.decode()
    assert "用微信扫" in page and "/ask" not in page
    assert client.get(f"{PAGE}/ask").headers["Location"] == PAGE
    assert PAGE in client.get("/northfield/my/notices/wishes").content.decode()


def test_a_wechat_that_is_not_tied_yet_is_tied_first(world, server, reader_client) -> None:
    client = reader_client(world.patron("别人"))
    client.defaults["HTTP_USER_AGENT"] = WECHAT["User-Agent"]
    page = client.get(PAGE).content.decode()
    assert "/northfield/sign-in/wechat?bind=1" in page
    assert client.get(f"{PAGE}/ask").headers["Location"] == PAGE


def test_without_such_messages_there_is_no_page(world, reader_client) -> None:
    client = reader_client(world.patron())
    assert [client.get(PAGE + more).status_code for more in ("", "/ask", "/back")] == [404] * 3
    assert PAGE not in client.get("/northfield/my/notices/wishes").content.decode()


def test_the_address_is_wechats_own(world, server, reader, phone) -> None:
    there = urlsplit(phone.get(f"{PAGE}/ask").headers["Location"])
    assert (there.path, there.fragment) == ("/mp/subscribemsg", "wechat_redirect")
