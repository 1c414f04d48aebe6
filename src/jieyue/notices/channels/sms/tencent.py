"""Tencent Cloud 短信 (SendSms 2021-01-11).

Settings: `key_id` (SecretId), `key_secret`, `app_id` (SmsSdkAppId), `sign_name`, `templates`,
`region` (ap-guangzhou); `base_url` only to go elsewhere.
"""

import json
from typing import Any, Final
from urllib.parse import urlsplit

from jieyue.kit import clock
from jieyue.kit.net.http import Reply, Request
from jieyue.libraries.gateways import GatewayView
from jieyue.notices.channels.asking import ask, inside, json_of, retry_after
from jieyue.notices.channels.base import Failed, Handed, Message
from jieyue.notices.channels.sms.numbers import home_number
from jieyue.notices.channels.sms.signing import tencent_authorization
from jieyue.notices.channels.sms.templates import filled
from jieyue.notices.channels.told import told

URL: Final = "https://sms.tencentcloudapi.com"
NEEDED: Final = ("key_id", "key_secret", "app_id", "sign_name")
_ADDRESS: Final = {
    "InvalidParameterValue.IncorrectPhoneNumber": "no_such_address",
    "FailedOperation.PhoneNumberInBlacklist": "opted_out",  # the reader answered T
}
_MESSAGE: Final = {
    "LimitExceeded.DeliveryFrequencyLimit": "number_limit",
    "FailedOperation.ContainSensitiveWord": "words_refused",
    "FailedOperation.ProhibitedUseUrlInTemplateParameter": "words_refused",
    "InvalidParameterValue.ProhibitedUseUrlInTemplateParameter": "words_refused",
    "InvalidParameterValue.ContentLengthLimit": "too_long",
    "InvalidParameterValue.TemplateParameterLengthLimit": "too_long",
}
_SETUP: Final = {
    "FailedOperation.InsufficientBalanceInSmsPackage": "no_money",
    "UnauthorizedOperation.ServiceSuspendDueToArrears": "no_money",
    "FailedOperation.SignatureIncorrectOrUnapproved": "sign_name_refused",
    "FailedOperation.TemplateIncorrectOrUnapproved": "template_refused",
    "FailedOperation.TemplateUnapprovedOrNotExist": "template_refused",
    "FailedOperation.TemplateParamSetNotMatchApprovedTemplate": "template_refused",
    "InvalidParameterValue.TemplateParameterFormatError": "template_refused",
}


def send(gateway: GatewayView, number: str, message: Message) -> Handed | Failed:
    """Send one approved text to a whole number."""
    settings: dict[str, Any] = gateway.settings
    if not all(settings.get(name) for name in NEEDED):
        return Failed(scope="setup", code="settings_missing")
    text = filled(settings, message)
    if isinstance(text, Failed):
        return text
    url = str(settings.get("base_url") or URL).rstrip("/")
    host, now = urlsplit(url).netloc, clock.now()
    given = {
        "PhoneNumberSet": [number],
        "SmsSdkAppId": str(settings["app_id"]),
        "SignName": str(settings["sign_name"]),
        "TemplateId": text.code,
        "TemplateParamSet": [value for _, value in text.blanks],
        "SessionContext": message.id,
    }
    body = json.dumps(given, ensure_ascii=False).encode()
    authorization = tencent_authorization(
        key_id=str(settings["key_id"]),
        secret=str(settings["key_secret"]),
        host=host,
        service="sms",
        body=body,
        now=now,
    )
    request = Request(
        url=f"{url}/",
        method="POST",
        headers={
            "Host": host,
            "Content-Type": "application/json; charset=utf-8",
            "Authorization": authorization,
            "X-TC-Action": "SendSms",
            "X-TC-Version": "2021-01-11",
            "X-TC-Timestamp": str(int(now.timestamp())),
            "X-TC-Region": str(settings.get("region") or "ap-guangzhou"),
        },
        body=body,
    )
    reply = ask(request, is_trusted=gateway.is_installation)
    return reply if isinstance(reply, Failed) else _answer(reply, number, settings)


def _answer(reply: Reply, number: str, settings: dict[str, Any]) -> Handed | Failed:
    said = json_of(reply)
    status = inside(said, "Response.SendStatusSet.0") or inside(said, "Response.Error")
    if not isinstance(status, dict) or not isinstance(status.get("Code"), str):
        return Failed(scope="service", code="bad_answer", detail=f"HTTP {reply.status}")
    code = status["Code"]
    if code == "Ok":
        return Handed(reference=str(status.get("SerialNo") or "")[:100])
    detail = told(
        f"{code} {status.get('Message') or ''}", number, home_number(number), settings["key_id"]
    )
    if code in _ADDRESS:
        return Failed(scope="address", code=_ADDRESS[code], detail=detail)
    if code in _MESSAGE or code.startswith("LimitExceeded.PhoneNumber"):
        return Failed(scope="message", code=_MESSAGE.get(code, "number_limit"), detail=detail)
    if code.startswith(("InternalError", "RequestLimitExceeded", "LimitExceeded")):
        is_day = "DailyLimit" in code
        return Failed(
            scope="service",
            code="day_limit" if is_day else "try_later",
            detail=detail,
            again_after=retry_after(reply),
        )
    if code.startswith("AuthFailure"):
        return Failed(scope="setup", code="password_refused", detail=detail)
    return Failed(scope="setup", code=_SETUP.get(code, "refused"), detail=detail)
