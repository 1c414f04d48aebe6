"""SMS as the gateways receive them: their signatures, their numbers, what they answer."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from jieyue.libraries.gateways import GatewayView
from jieyue.notices.channels import sms
from jieyue.notices.channels.base import Failed, Handed, Message
from jieyue.notices.channels.sms.generic import BadFormError, build
from jieyue.notices.channels.sms.numbers import whole_number
from jieyue.notices.channels.sms.signing import aliyun_headers, tencent_authorization
from tests.servers.sms import KEY_SECRET, SmsGateway, Text
from tests.servers.web import Answer

PHONE = "138 1234 5678"
HOME, WHOLE = "13812345678", "+8613812345678"
CLOUDS = ["aliyun", "tencent"]


@pytest.fixture
def server(settings) -> Iterator[SmsGateway]:
    settings.CHANNELS_ALLOW_PRIVATE = True
    with SmsGateway() as running:
        yield running


def gateway(server: SmsGateway, provider: str, **changes: Any) -> GatewayView:
    return GatewayView(kind="sms", provider=provider, settings=server.settings(provider, **changes))


def message(**changes: Any) -> Message:
    given: dict[str, Any] = {
        "id": "n1",
        "subject": "到期提醒",
        "text": "《活着》明天到期。",
        "template": "due_soon",
        "params": {"title": "活着", "on": "3月5日"},
    }
    return Message(**(given | changes))


def test_aliyun_gets_its_template_with_its_names(server: SmsGateway) -> None:
    sent = sms.send(gateway(server, "aliyun"), PHONE, message())

    assert sent == Handed(reference="biz-n1")
    assert server.texts == [
        Text(
            phone=HOME,
            id="n1",
            template="SMS_1",
            params={"title": "活着", "day": "3月5日"},
            sign_name="番薯图书馆",
        )
    ]


def test_tencent_gets_its_template_with_blanks_in_order(server: SmsGateway) -> None:
    sent = sms.send(gateway(server, "tencent"), PHONE, message())

    assert sent == Handed(reference="2:n1")
    assert server.texts == [
        Text(
            phone=WHOLE,
            id="n1",
            template="SMS_1",
            params=["活着", "3月5日"],
            sign_name="番薯图书馆",
        )
    ]


def test_any_other_gateway_is_asked_as_its_manual_says(server: SmsGateway) -> None:
    sent = sms.send(gateway(server, "http"), PHONE, message(text='说 "hi"\n{phone}'))

    assert sent == Handed(reference="m-n1")
    assert server.texts == [Text(phone=HOME, id="n1", text='【番薯图书馆】说 "hi"\n{phone}')]


def test_a_form_and_a_query_are_filled_in_too(server: SmsGateway) -> None:
    form = gateway(
        server,
        "http",
        body_kind="form",
        body="mobile={phone}\nref={id}\ncontent={text}",
        number_format="whole",
    )
    query = gateway(
        server,
        "http",
        method="GET",
        url=f"{server.url}/send?mobile={{phone}}&ref={{id}}&content={{text}}",
        number_format="digits",
    )

    assert sms.send(form, PHONE, message(text="a&mobile=1 +")) == Handed(reference="m-n1")
    assert sms.send(query, PHONE, message(text="a&mobile=1 +")) == Handed(reference="m-n1")
    assert [(text.phone, text.text) for text in server.texts] == [
        (WHOLE, "【番薯图书馆】a&mobile=1 +"),
        (WHOLE[1:], "【番薯图书馆】a&mobile=1 +"),
    ]


@pytest.mark.parametrize("provider", CLOUDS)
def test_a_reader_s_language_chooses_the_text(server: SmsGateway, provider: str) -> None:
    view = gateway(server, provider)

    sms.send(view, PHONE, message(language="en"))
    sms.send(view, PHONE, message(language="en", template="code", params={"code": "123456"}))

    assert [text.template for text in server.texts] == ["SMS_2", "SMS_3"]


@pytest.mark.parametrize("provider", CLOUDS)
def test_long_and_empty_blanks_are_made_to_fit(server: SmsGateway, provider: str) -> None:
    sms.send(gateway(server, provider), PHONE, message(params={"title": "长" * 10_000, "on": ""}))

    params = server.texts[0].params
    values = list(params.values()) if isinstance(params, dict) else params
    assert values == ["长" * 34 + "…", "-"]


@pytest.mark.parametrize("provider", CLOUDS)
def test_a_kind_without_an_approved_text_goes_another_way(
    server: SmsGateway, provider: str
) -> None:
    failed = sms.send(gateway(server, provider), PHONE, message(template="wish_answered"))

    assert failed == Failed(scope="message", code="template_missing")
    assert server.asked == []


@pytest.mark.parametrize("provider", CLOUDS)
def test_a_blank_we_do_not_have_is_a_matter_of_the_settings(
    server: SmsGateway, provider: str
) -> None:
    failed = sms.send(gateway(server, provider), PHONE, message(params={"title": "活着"}))

    assert failed == Failed(scope="setup", code="blank_unknown")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("13812345678", WHOLE),
        ("138-1234-5678", WHOLE),
        ("+86 138 1234 5678", WHOLE),
        ("86 13812345678", WHOLE),
        ("0086 13812345678", WHOLE),
        ("１３８１２３４５６７８", WHOLE),
        ("+852 5123 4567", "+85251234567"),
        ("00852 51234567", "+85251234567"),
        ("010-62345678", None),  # a landline
        ("12345", None),
        ("+86 12345", None),
        ("+0123456789", None),
        ("", None),
        ("9" * 10_000, None),
        ("13812345678\r\nX: y", None),
    ],
)
def test_numbers_as_readers_write_them(text: str, number: str | None) -> None:
    assert whole_number(text) == number


def test_what_is_no_number_is_never_tried(server: SmsGateway) -> None:
    assert sms.send(gateway(server, "aliyun"), "62345678", message()) == Failed(
        scope="address", code="bad_address"
    )
    assert server.asked == []


@pytest.mark.parametrize(
    ("code", "scope", "ours"),
    [
        ("isv.MOBILE_NUMBER_ILLEGAL", "address", "no_such_address"),
        ("isv.BUSINESS_LIMIT_CONTROL", "message", "number_limit"),
        ("isv.AMOUNT_NOT_ENOUGH", "setup", "no_money"),
        ("isv.SMS_TEMPLATE_ILLEGAL", "setup", "template_refused"),
        ("isp.SYSTEM_ERROR", "service", "try_later"),
        ("isv.DAY_LIMIT_CONTROL", "service", "day_limit"),
        ("Throttling.User", "service", "try_later"),
        ("isv.SOMETHING_NEW", "setup", "refused"),
    ],
)
def test_what_aliyun_answers(server: SmsGateway, code: str, scope: str, ours: str) -> None:
    server.refuses[HOME] = code

    failed = sms.send(gateway(server, "aliyun"), PHONE, message())

    assert isinstance(failed, Failed)
    assert (failed.scope, failed.code, failed.detail) == (scope, ours, f"{code} … 不行")


@pytest.mark.parametrize(
    ("code", "scope", "ours"),
    [
        ("InvalidParameterValue.IncorrectPhoneNumber", "address", "no_such_address"),
        ("FailedOperation.PhoneNumberInBlacklist", "address", "opted_out"),
        ("LimitExceeded.PhoneNumberOneHourLimit", "message", "number_limit"),
        ("LimitExceeded.AppDailyLimit", "service", "day_limit"),
        ("FailedOperation.InsufficientBalanceInSmsPackage", "setup", "no_money"),
        ("FailedOperation.TemplateIncorrectOrUnapproved", "setup", "template_refused"),
        ("InternalError.Timeout", "service", "try_later"),
        ("FailedOperation.ContainSensitiveWord", "message", "words_refused"),
    ],
)
def test_what_tencent_answers(server: SmsGateway, code: str, scope: str, ours: str) -> None:
    server.refuses[WHOLE] = code

    failed = sms.send(gateway(server, "tencent"), PHONE, message())

    assert isinstance(failed, Failed)
    assert (failed.scope, failed.code, failed.detail) == (scope, ours, f"{code} … 不行")


@pytest.mark.parametrize(
    ("said", "scope", "ours"),
    [
        (Answer(200, {"code": 5, "msg": "13812345678"}), "message", "refused"),
        (Answer(200, {"msg": "?"}), "message", "refused"),
        (Answer(200, b"<html>"), "message", "refused"),
        (Answer(400, {}), "message", "refused"),
        (Answer(403, {}), "setup", "password_refused"),
        (Answer(404, {}), "setup", "wrong_url"),
        (Answer(302, b"", {"Location": "http://127.0.0.1/"}), "setup", "wrong_url"),
        (Answer(500, {}), "service", "try_later"),
    ],
)
def test_what_another_gateway_answers(
    server: SmsGateway, said: Answer, scope: str, ours: str
) -> None:
    server.says = [said]

    failed = sms.send(gateway(server, "http"), PHONE, message())

    assert isinstance(failed, Failed)
    assert (failed.scope, failed.code) == (scope, ours)
    assert HOME not in failed.detail
    assert len(server.asked) == 1


def test_it_waits_as_long_as_it_is_asked_to(server: SmsGateway) -> None:
    server.says = [
        Answer(429, {}, {"Retry-After": "90"}),
        Answer(503, {}, {"Retry-After": "99999999999999999999"}),
        Answer(503, {}, {"Retry-After": "soon"}),
        Answer(503, {}, {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}),
    ]
    waits = [sms.send(gateway(server, "http"), PHONE, message()) for _ in range(4)]

    assert [failed.again_after for failed in waits if isinstance(failed, Failed)] == [
        timedelta(seconds=90),
        timedelta(days=1),
        None,
        timedelta(),
    ]


@pytest.mark.parametrize("provider", CLOUDS)
def test_a_wrong_secret_is_a_matter_of_the_settings(server: SmsGateway, provider: str) -> None:
    failed = sms.send(gateway(server, provider, key_secret="other"), PHONE, message())

    assert isinstance(failed, Failed)
    assert (failed.scope, failed.code) == ("setup", "password_refused")
    assert server.texts == []


@pytest.mark.parametrize("provider", CLOUDS)
@pytest.mark.parametrize("missing", ["key_id", "key_secret", "sign_name"])
def test_missing_settings_are_said(server: SmsGateway, provider: str, missing: str) -> None:
    failed = sms.send(gateway(server, provider, **{missing: ""}), PHONE, message())

    assert failed == Failed(scope="setup", code="settings_missing")


@pytest.mark.parametrize("provider", [*CLOUDS, "http"])
def test_an_answer_that_makes_no_sense_is_the_service_s(server: SmsGateway, provider: str) -> None:
    server.says = [Answer(502, b"<html>Bad gateway</html>")]

    failed = sms.send(gateway(server, provider), PHONE, message())

    assert isinstance(failed, Failed)
    assert failed.scope == "service"


@pytest.mark.parametrize("provider", [*CLOUDS, "http"])
def test_a_library_s_gateway_stands_in_no_private_network(
    server: SmsGateway, settings, provider: str
) -> None:
    settings.CHANNELS_ALLOW_PRIVATE = False

    assert sms.send(gateway(server, provider), PHONE, message()) == Failed(
        scope="setup", code="address_refused"
    )
    own = GatewayView(
        kind="sms",
        provider=provider,
        settings=server.settings(provider),
        is_installation=True,
    )
    assert isinstance(sms.send(own, PHONE, message()), Handed)


def test_one_session_sends_many(server: SmsGateway) -> None:
    with sms.open_session(gateway(server, "http")) as session:
        sent = [session.send(PHONE, message(id=f"n{i}")) for i in range(3)]

    assert sent == [Handed(reference=f"m-n{i}") for i in range(3)]


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"url": "ftp://sms.example.org"}, "url"),
        ({"url": "https://{phone}.example.org/"}, "url"),
        ({"method": "DELETE"}, "method"),
        ({"body": "{not json"}, "body"),
        ({"headers": "no colon"}, "headers"),
        ({"headers": "Bad Name: x"}, "headers"),
        ({"headers": "X-Text: {text}"}, "headers"),
    ],
)
def test_settings_that_describe_no_request(changes: dict[str, str], where: str) -> None:
    settings = {"url": "https://sms.example.org/", "body": "{}"} | changes
    values = {"phone": "1", "text": "文", "id": "2", "key": KEY_SECRET}

    with pytest.raises(BadFormError) as caught:
        build(settings, values)

    assert caught.value.where == where


def test_the_example_of_aliyun_s_document() -> None:
    """help.aliyun.com, "V3版请求体&签名机制": RunInstances, with the keys it is printed with."""
    headers = aliyun_headers(
        key_id="YourAccessKeyId",
        secret="YourAccessKeySecret",  # so printed
        host="ecs.cn-shanghai.aliyuncs.com",
        action="RunInstances",
        version="2014-05-26",
        query={
            "ImageId": "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd",
            "RegionId": "cn-shanghai",
        },
        now=datetime(2023, 10, 26, 10, 22, 32, tzinfo=UTC),
        nonce="3156853299f313e23d1673dc12e1703d",
    )

    assert headers["authorization"] == (
        "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,"
        "SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;"
        "x-acs-signature-nonce;x-acs-version,"
        "Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
    )


def test_the_example_of_tencent_s_document() -> None:
    """cloud.tencent.com, "签名方法 v3": DescribeInstances, its keys with the stars as printed."""
    body = (
        rb'{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}'
    )
    assert hashlib.sha256(body).hexdigest() == (
        "35e9c5b0e3ae67532d3c9f17ead6c90222632e5b1ff7f6e89887f1398934f064"
    )

    assert tencent_authorization(
        key_id="AKIDz8krbsJ5yKBZQpn74WFkmLPx3*******",
        secret="Gu5t9xGARNpq86cd98joQYCN3*******",  # so printed
        host="cvm.tencentcloudapi.com",
        service="cvm",
        body=body,
        now=datetime.fromtimestamp(1551113065, UTC),
    ) == (
        "TC3-HMAC-SHA256 Credential=AKIDz8krbsJ5yKBZQpn74WFkmLPx3*******"
        "/2019-02-25/cvm/tc3_request, SignedHeaders=content-type;host, "
        "Signature=2230eefd229f582d8b1b891af7107b91597240707d778ab3738f756258d7652c"
    )
