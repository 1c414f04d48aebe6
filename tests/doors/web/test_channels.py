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
    "text-code-zh-hans-code": "SMS_3",
    "text-code-zh-hans-blanks": "验证码",
    "text-due_soon-zh-hans-code": "SMS_1",
    "text-due_soon-zh-hans-blanks": "书名，day=日期",
    "text-due_soon-en-code": "SMS_2",
    "text-due_soon-en-blanks": "${title}",
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


def test_an_approved_text_has_a_row_for_each_kind_and_language(world: World, staff_client):
    address = at(world, "channel", "sms", "aliyun")
    new = text_of(staff_client.get(address))
    assert "${reader}，您好：您借的${title}将于${date}到期，请按时归还或续借。" in new
    assert "林晓雨，您好：您借的《活着》和另外1册将于" in new

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
    page = staff_client.get(address).content.decode()
    assert 'value="title=书名，day=日期"' in page and 'value="title=book"' in page
    assert staff_client.post(address, ALIYUN | {"key_secret": ""}).status_code == 303
    assert json.loads(Gateway.objects.get().settings)["templates"]["code"]["zh-hans"]


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("due_soon-zh-hans-blanks", "书名，书号", "“书号”无法填入。这里可用：读者姓名"),
        ("due_soon-zh-hans-blanks", "1=书名", "“1”不是变量名"),
        ("due_soon-zh-hans-blanks", "a=书名，a=日期", "“a”写了两次"),
        ("due_soon-zh-hans-blanks", "，".join(["书名"] * 13), "最多 12 个变量"),
        ("due_soon-zh-hans-code", "", "请把服务商给的模板编号也填上"),
        ("due_soon-zh-hans-code", "SMS 1", "模板编号只含字母、数字"),
        ("code-zh-hans-blanks", "书名", "这里可用：验证码、有效分钟、馆名"),
    ],
)
def test_what_is_wrong_with_a_text_is_said_at_its_row(
    world: World, staff_client, field: str, typed: str, said: str
):
    address = at(world, "channel", "sms", "aliyun")
    wrong = staff_client.post(address, ALIYUN | {f"text-{field}": typed})

    assert wrong.status_code == 422
    assert said in text_of(wrong)
    assert not Gateway.objects.exists()

    name, _sign, _part = field.rpartition("-")
    row = ALIYUN | {f"text-{field}": typed, "row": f"text-{name}"}
    seen = staff_client.post(at(world, "preview_text", "sms", "aliyun"), row)
    assert seen.status_code == 200 and said in text_of(seen)


def test_a_row_is_looked_at_while_it_is_typed(world: World, staff_client):
    address = at(world, "preview_text", "sms", "tencent")
    typed = {
        "row": "text-due_soon-zh-hans",
        "text-due_soon-zh-hans-code": "449739",
        "text-due_soon-zh-hans-blanks": "日期，书名",
    }
    seen = text_of(staff_client.post(address, typed))
    assert "《活着》和另外1册" in seen
    ours = typed | {"text-due_soon-zh-hans-blanks": "读者姓名，书名，日期"}
    assert "请按时归还或续借。" in text_of(staff_client.post(address, ours))
    assert "{1}，您好：您借的{2}将于{3}到期" in text_of(
        staff_client.get(at(world, "channel", "sms", "tencent"))
    )
    for row in ("", "text-nothing-en", "text-due_soon-fr"):
        assert staff_client.post(address, typed | {"row": row}).status_code == 404
    other = at(world, "preview_text", "email", "smtp")
    assert staff_client.post(other, typed).status_code == 404
    assert not Gateway.objects.exists()


def test_wechat_wants_the_field_for_every_blank_and_has_no_codes(world: World, staff_client):
    address = at(world, "channel", "wechat", "mini_program")
    account = {"app_id": "wx1", "app_secret": "geheim-1", "text-overdue-zh-hans-code": "Tmpl-1"}
    assert "登录验证码" not in text_of(staff_client.get(address))
    wrong = staff_client.post(address, account | {"text-overdue-zh-hans-blanks": "书名"})
    assert wrong.status_code == 422 and "例如 thing1=书名" in text_of(wrong)
    good = account | {"text-overdue-zh-hans-blanks": "thing1=书名、time2＝日期"}
    assert staff_client.post(address, good).status_code == 303
    assert json.loads(Gateway.objects.get().settings)["templates"] == {
        "overdue": {"zh-hans": {"code": "Tmpl-1", "blanks": ["thing1=title", "time2=date"]}}
    }


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
