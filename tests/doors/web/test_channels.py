"""Ways to reach readers: setting a service up, its secrets, its limits, and a test of it."""

import json

import pytest
from django.urls import reverse

from jieyue.audit.models import Entry
from jieyue.libraries.models import Gateway
from tests.doors.web.pages import text_of
from tests.servers.sms import KEY_ID, KEY_SECRET, SmsGateway
from tests.servers.smtp import MailServer
from tests.servers.wechat_messages import MessageServer
from tests.world import World

MAIL = {
    "host": "smtp.example.org",
    "port": "465",
    "security": "tls",
    "user": "lib@example.org",
    "password": "geheim-1",
    "sender": "lib@example.org",
    "daily_limit": "300",
}
ALIYUN = {
    "key_id": KEY_ID,
    "key_secret": KEY_SECRET,
    "sign_name": "番薯图书馆",
    "texts": "code SMS_3: code\ndue_soon SMS_1: title, day=date\nen: due_soon SMS_2：title",
    "cost": "0.05",
    "budget": "20",
}


def at(world: World, name: str, *args: str) -> str:
    return reverse(f"settings:{name}", args=[world.library.slug, *args])


def test_what_a_mailbox_needs_is_kept_and_its_password_never_shown(world: World, staff_client):
    address = at(world, "channel", "email", "smtp")
    assert staff_client.get(at(world, "channels")).status_code == 200

    assert staff_client.post(address, MAIL).status_code == 303

    row = Gateway.objects.get()
    assert (row.kind, row.provider, row.daily_limit, row.is_active) == ("email", "smtp", 300, True)
    assert json.loads(row.settings) == {
        "host": "smtp.example.org",
        "port": 465,
        "security": "tls",
        "user": "lib@example.org",
        "sender": "lib@example.org",
        "password": "geheim-1",
    }
    page = staff_client.get(address).content.decode()
    assert "geheim-1" not in page + staff_client.get(at(world, "channels")).content.decode()
    assert "••••" in page
    assert "geheim-1" not in str(list(Entry.objects.values_list("data", flat=True)))


def test_a_password_left_empty_stays_but_not_for_another_server(world: World, staff_client):
    address = at(world, "channel", "email", "smtp")
    staff_client.post(address, MAIL)

    staff_client.post(address, MAIL | {"password": "", "reply_to": "desk@example.org"})
    assert json.loads(Gateway.objects.get().settings)["password"] == "geheim-1"

    staff_client.post(address, MAIL | {"password": "", "host": "smtp.thief.example"})
    assert "password" not in json.loads(Gateway.objects.get().settings)


def test_approved_texts_are_written_one_a_line(world: World, staff_client):
    address = at(world, "channel", "sms", "aliyun")

    assert staff_client.post(address, ALIYUN).status_code == 303

    row = Gateway.objects.get()
    assert (row.cost_cents, row.monthly_cents, row.daily_limit) == (5, 2000, None)
    assert json.loads(row.settings)["templates"] == {
        "code": {"zh-hans": {"code": "SMS_3", "blanks": ["code"]}},
        "due_soon": {
            "zh-hans": {"code": "SMS_1", "blanks": ["title", "day=date"]},
            "en": {"code": "SMS_2", "blanks": ["title"]},
        },
    }
    assert "en: due_soon SMS_2: title" in staff_client.get(address).content.decode()

    wrong = staff_client.post(address, ALIYUN | {"texts": "code SMS_3: code\n???"})
    assert wrong.status_code == 422
    assert "第 2 行" in text_of(wrong)


@pytest.mark.parametrize(
    ("kind", "provider", "form"),
    [
        ("email", "smtp", MAIL | {"host": ""}),
        ("email", "smtp", MAIL | {"sender": "nobody"}),
        ("email", "smtp", MAIL | {"port": "99999"}),
        ("email", "smtp", MAIL | {"host": "x" * 10_000}),
        ("email", "smtp", MAIL | {"daily_limit": "-1"}),
        ("sms", "aliyun", ALIYUN | {"key_secret": ""}),
        ("sms", "aliyun", ALIYUN | {"cost": "abc"}),
        ("sms", "http", {"url": ""}),
        ("wechat", "official_account", {"app_id": "wx1"}),
    ],
)
def test_what_cannot_work_is_not_saved(world: World, staff_client, kind, provider, form):
    answer = staff_client.post(at(world, "channel", kind, provider), form)

    assert answer.status_code == 422
    assert not Gateway.objects.exists()


@pytest.mark.parametrize("form", [{"url": "ftp://x"}, {"url": "https://{phone}.org/"}])
def test_an_address_that_is_none_is_refused(world: World, staff_client, form):
    form |= {"method": "POST", "body_kind": "json", "number_format": "home", "body": "{}"}

    assert staff_client.post(at(world, "channel", "sms", "http"), form).status_code == 409
    assert not Gateway.objects.exists()


def test_a_test_mail_is_sent_and_the_answer_told(world: World, staff_client, settings):
    settings.CHANNELS_ALLOW_PRIVATE = True
    with MailServer() as server:
        Gateway.objects.create(
            library_id=world.library.pk,
            kind="email",
            provider="smtp",
            settings=json.dumps(server.settings),
        )
        server.refuses["gone@example.com"] = "550 5.1.1 No such user"
        address = at(world, "try_channel", "email")
        sent = staff_client.post(address, {"to": "me@example.com"})
        refused = staff_client.post(address, {"to": "gone@example.com"})
        empty = staff_client.post(address, {"to": ""})

    assert (sent.status_code, refused.status_code, empty.status_code) == (200, 200, 422)
    assert "对方已接收" in text_of(sent)
    assert "550 5.1.1 No such user" in text_of(refused)
    [mail] = server.mails
    assert mail.recipients == ["me@example.com"]
    assert world.library.name in str(mail.letter["Subject"])


def test_a_test_message_goes_through_the_gateway_and_its_limits(
    world: World, staff_client, settings
):
    settings.CHANNELS_ALLOW_PRIVATE = True
    with SmsGateway() as gateway:
        row = Gateway.objects.create(
            library_id=world.library.pk,
            kind="sms",
            provider="aliyun",
            settings=json.dumps(gateway.settings("aliyun")),
            cost_cents=5,
        )
        address = at(world, "try_channel", "sms")
        sent = staff_client.post(address, {"to": "13812345678"})
        row.monthly_cents = 4
        row.save()
        over = staff_client.post(address, {"to": "13812345678"})

    assert (sent.status_code, over.status_code) == (200, 409)
    assert [text.template for text in gateway.texts] == ["SMS_3"]
    assert "用完" in text_of(over)


def test_a_service_is_switched_off_and_forgotten(world: World, staff_client):
    staff_client.post(at(world, "channel", "email", "smtp"), MAIL)

    staff_client.post(at(world, "switch_channel", "email"), {"to": "off"})
    assert not Gateway.objects.get().is_active
    assert "已停用" in text_of(staff_client.get(at(world, "channels")))
    staff_client.post(at(world, "switch_channel", "email"), {"to": "on"})
    assert Gateway.objects.get().is_active
    assert staff_client.post(at(world, "remove_channel", "email")).status_code == 303
    assert not Gateway.objects.exists()


def test_what_is_not_there_is_not_found(world: World, staff_client):
    assert staff_client.get(at(world, "channel", "email", "pigeon")).status_code == 404
    assert staff_client.post(at(world, "switch_channel", "sms"), {"to": "on"}).status_code == 404
    assert staff_client.post(at(world, "remove_channel", "sms")).status_code == 404
    assert staff_client.post(at(world, "try_channel", "sms"), {"to": "1"}).status_code == 404
    assert staff_client.post(at(world, "try_channel", "push"), {"to": "1"}).status_code == 404


def test_a_helper_sets_nothing_up(world: World, helper_client):
    assert helper_client.get(at(world, "channels")).status_code == 403
    assert helper_client.post(at(world, "channel", "email", "smtp"), MAIL).status_code == 403
    assert (
        helper_client.post(at(world, "try_channel", "email"), {"to": "a@b.cd"}).status_code == 403
    )
    assert not Gateway.objects.exists()


def test_the_mini_program_and_the_website_of_an_account_are_kept_with_it(
    world: World, staff_client
):
    typed = {
        "app_id": "wx1",
        "app_secret": "geheim-1",
        "once_template": "T-once",
        "scope": "snsapi_userinfo",
        "web_app_id": "wx2",
        "web_app_secret": "geheim-2",
        "mini_app_id": "wx3",
        "mini_app_secret": "geheim-3",
    }
    address = at(world, "channel", "wechat", "official_account")

    assert staff_client.post(address, typed).status_code == 303
    secrets = ("app_secret", "web_app_secret", "mini_app_secret")
    assert staff_client.post(address, typed | dict.fromkeys(secrets, "")).status_code == 303

    assert json.loads(Gateway.objects.get().settings) == typed | {"templates": {}}
    page = staff_client.get(address).content.decode()
    assert "小程序的 AppID" in page
    assert "geheim" not in page


def test_an_account_of_wechat_is_checked_with_the_secret_that_is_kept_now(
    world: World, staff_client, settings
):
    settings.CHANNELS_ALLOW_PRIVATE = True
    with MessageServer() as server:
        Gateway.objects.create(
            library_id=world.library.pk, kind="wechat", provider="official_account",
            settings=json.dumps(server.settings),
        )  # fmt: skip
        good = staff_client.post(at(world, "try_channel", "wechat"))
        Gateway.objects.update(settings=json.dumps(server.settings | {"app_secret": "other"}))
        bad = staff_client.post(at(world, "try_channel", "wechat"))

    assert "微信认可这个账号和密钥。" in text_of(good)
    assert "对方不认可用户名、密钥或密码。" in text_of(bad)
    assert "检查账号" in text_of(bad)
