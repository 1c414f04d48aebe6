"""WeChat subscription messages: consents spent, tokens kept, WeChat's answers."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from jieyue.accounts.models import Account, WechatIdentity
from jieyue.kit import clock
from jieyue.kit.encryption import keyed_hash
from jieyue.kit.ids import public_id
from jieyue.libraries.gateways import GatewayView
from jieyue.libraries.models import Gateway
from jieyue.notices.channels import wechat
from jieyue.notices.channels.base import Failed, Handed, Message
from jieyue.notices.channels.consents import (
    address_of,
    consents_of,
    count_consents,
    templates_to_ask,
    wechat_addresses,
)
from jieyue.notices.channels.reach import addresses_of, learn
from jieyue.notices.models import WechatConsent, WechatToken
from jieyue.patrons.models import Patron
from tests.servers.web import Answer
from tests.servers.wechat import APP_ID
from tests.servers.wechat_messages import MessageServer
from tests.world import World

TEMPLATES = {
    "due_soon": {"zh-hans": {"code": "T-due", "blanks": ["thing1=title", "date2=date"]}},
    "overdue": {"zh-hans": {"code": "T-due", "blanks": ["thing1=title", "date2=date"]}},
    "receipt": {"zh-hans": {"code": "T-receipt", "blanks": ["thing1=title"]}},
}


@pytest.fixture
def server(settings) -> Iterator[MessageServer]:
    settings.CHANNELS_ALLOW_PRIVATE = True
    with MessageServer() as running:
        yield running


@pytest.fixture
def reader(world: World, server: MessageServer) -> Patron:
    """A reader who signed in with WeChat, and a library that uses it."""
    Gateway.objects.create(
        library_id=world.library.pk,
        kind="wechat",
        provider="official_account",
        settings=json.dumps(server.settings | {"templates": TEMPLATES}),
    )
    account = Account.objects.create(name="林", created_at=world.now)
    WechatIdentity.objects.create(
        public_id=public_id(),
        account=account,
        app_id=APP_ID,
        openid="o-lin",
        openid_hash=keyed_hash("o-lin"),
        created_at=world.now,
        last_used_at=world.now,
    )
    patron = world.patron()
    patron.account = account
    patron.save()
    server.consents["o-lin"] = 9
    return patron


def test_a_wechat_that_is_gone_is_not_tried_again(world: World, reader: Patron) -> None:
    WechatConsent.objects.create(
        library_id=world.library.pk, patron=reader, template_id="T-due", count=3,
        changed_at=world.now,
    )  # fmt: skip
    [address] = addresses_of("wechat", [reader.pk])[reader.pk]
    learn("wechat", address, Failed(scope="address", code="no_such_address"), world.now)
    assert addresses_of("wechat", [reader.pk]) == {}
    learn("wechat", "nonsense", Failed(scope="address", code="bad_address"), world.now)


def gateway(server: MessageServer, **changes: Any) -> GatewayView:
    return GatewayView(
        kind="wechat",
        provider=changes.pop("provider", "official_account"),
        settings=server.settings | {"templates": TEMPLATES} | changes,
    )


def message(**changes: Any) -> Message:
    given: dict[str, Any] = {
        "id": "n1",
        "subject": "到期",
        "text": "…",
        "link": "https://lib.example/r",
        "template": "overdue",
        "params": {"title": "活着", "date": "3月5日"},
    }
    return Message(**(given | changes))


def taps(world: World, reader: Patron, template: str = "T-due", times: int = 1) -> None:
    for _ in range(times):
        count_consents(world.reader_desk(reader), answers={template: "accept"})


def test_a_consent_is_spent_by_a_message(world: World, server: MessageServer, reader: Patron):
    assert wechat_addresses([reader.pk]) == {}
    taps(world, reader, times=2)
    assert wechat_addresses([reader.pk]) == {reader.pk: (address_of(reader.pk, "o-lin"),)}
    [address] = wechat_addresses([reader.pk])[reader.pk]

    sent = wechat.send(gateway(server), address, message())

    assert sent == Handed(reference="1")
    assert server.messages == [
        {
            "path": "/cgi-bin/message/subscribe/bizsend",
            "touser": "o-lin",
            "template_id": "T-due",
            "page": "https://lib.example/r",
            "data": {"thing1": {"value": "活着"}, "date2": {"value": "3月5日"}},
        }
    ]
    assert consents_of(reader.pk) == {"T-due": 1}
    assert isinstance(wechat.send(gateway(server), address, message()), Handed)
    assert wechat.send(gateway(server), address, message()) == Failed(
        scope="message", code="no_consent"
    )
    assert (consents_of(reader.pk), len(server.messages)) == ({"T-due": 0}, 2)
    assert wechat_addresses([reader.pk]) == {}


def test_the_last_consent_is_left_to_what_is_graver(
    world: World, server: MessageServer, reader: Patron
):
    taps(world, reader)
    address = address_of(reader.pk, "o-lin")

    early = wechat.send(gateway(server), address, message(template="due_soon"))
    late = wechat.send(gateway(server), address, message(template="overdue"))

    assert early == Failed(scope="message", code="no_consent")
    assert isinstance(late, Handed)


@pytest.mark.parametrize(
    ("number", "scope", "code", "left"),
    [
        (43101, "message", "no_consent", 0),
        (40003, "address", "no_such_address", 2),
        (45009, "service", "try_later", 2),
        (47003, "message", "template_refused", 2),
        (40037, "setup", "template_refused", 2),
        (48001, "setup", "not_subscribed", 2),
    ],
)
def test_what_wechat_answers(
    world: World, server: MessageServer, reader: Patron, number: int, scope: str, code: str,
    left: int,
):  # fmt: skip
    taps(world, reader, times=2)
    view, address = gateway(server), address_of(reader.pk, "o-lin")
    assert wechat.try_account(view) is None
    server.says = [Answer(200, {"errcode": number, "errmsg": "said of o-lin"})]

    failed = wechat.send(view, address, message())

    assert isinstance(failed, Failed)
    assert (failed.scope, failed.code, failed.detail) == (scope, code, f"{number} said of …")
    assert consents_of(reader.pk) == {"T-due": left}


def test_a_token_serves_many_and_is_made_anew_once_when_it_is_refused(
    world: World, server: MessageServer, reader: Patron
):
    taps(world, reader, times=3)
    view, address = gateway(server), address_of(reader.pk, "o-lin")

    for _ in range(2):
        assert isinstance(wechat.send(view, address, message()), Handed)
    assert server.asked_tokens == 1
    server.is_token_stale = True
    assert isinstance(wechat.send(view, address, message()), Handed)
    assert server.asked_tokens == 2
    assert server.token not in str(WechatToken.objects.values_list("token").query)


def test_one_asks_for_a_token_at_a_time(world: World, server: MessageServer, reader: Patron):
    taps(world, reader)
    WechatToken.objects.create(
        library_id=world.library.pk,
        app_id=APP_ID,
        asking_until=clock.now() + wechat.ASKING,
    )

    failed = wechat.send(gateway(server), address_of(reader.pk, "o-lin"), message())

    assert isinstance(failed, Failed)
    assert (failed.scope, server.asked_tokens) == ("service", 0)
    assert consents_of(reader.pk) == {"T-due": 1}


def test_a_wrong_secret_is_a_matter_of_the_settings(
    world: World, server: MessageServer, reader: Patron
):
    taps(world, reader)

    failed = wechat.send(
        gateway(server, app_secret="other"), address_of(reader.pk, "o-lin"), message()
    )

    assert isinstance(failed, Failed)
    assert (failed.scope, failed.code) == ("setup", "password_refused")
    assert consents_of(reader.pk) == {"T-due": 1}


def test_a_mini_program_sends_by_its_own_way(world: World, server: MessageServer, reader: Patron):
    taps(world, reader)
    view = gateway(server, provider="mini_program")

    wechat.send(
        view, address_of(reader.pk, "o-lin"), message(params={"title": "长" * 99, "date": "3"})
    )

    [sent] = server.messages
    assert sent["path"] == "/cgi-bin/message/subscribe/send"
    assert "page" not in sent
    assert sent["data"]["thing1"]["value"] == "长" * 19 + "…"


def test_a_lasting_consent_is_not_used_up(world: World, server: MessageServer, reader: Patron):
    taps(world, reader)
    WechatConsent.objects.update(is_lasting=True)

    for _ in range(3):
        sent = wechat.send(gateway(server), address_of(reader.pk, "o-lin"), message())
        assert isinstance(sent, Handed)


@pytest.mark.parametrize(
    ("name", "value", "fits"),
    [
        ("thing1", "长" * 21, "长" * 19 + "…"),
        ("thing1", "a\nb", "a b"),
        ("thing12", "", "-"),
        ("phrase3", "正在配送途中", "正在配送途"),
        ("other9", "x" * 99, "x" * 99),
    ],
)
def test_blanks_fit_their_fields(name: str, value: str, fits: str) -> None:
    assert wechat.field_value(name, value) == fits


def test_a_page_asks_for_the_gravest_templates_first() -> None:
    assert templates_to_ask({"templates": TEMPLATES}) == ["T-due", "T-receipt"]
