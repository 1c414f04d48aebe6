"""Aliyun 短信服务 (Dysmsapi 2017-05-25, SendSms).

Settings: `key_id`, `key_secret`, `sign_name`, `templates`; `base_url` only to go elsewhere.
"""

import json
import secrets
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from jieyue.kit import clock
from jieyue.kit.net.http import Reply, Request
from jieyue.libraries.gateways import GatewayView
from jieyue.notices.channels.asking import ask, json_of, retry_after
from jieyue.notices.channels.base import Failed, Handed, Message
from jieyue.notices.channels.sms.numbers import home_number
from jieyue.notices.channels.sms.signing import aliyun_headers, canonical_query
from jieyue.notices.channels.sms.templates import filled
from jieyue.notices.channels.told import told

URL: Final = "https://dysmsapi.aliyuncs.com"
NEEDED: Final = ("key_id", "key_secret", "sign_name")
_ADDRESS: Final = frozenset({"isv.MOBILE_NUMBER_ILLEGAL", "isv.DOMESTIC_NUMBER_NOT_SUPPORTED"})
_MESSAGE: Final = {
    "isv.BUSINESS_LIMIT_CONTROL": "number_limit",  # of this number: a minute, an hour, a day
    "isv.BLACK_KEY_CONTROL_LIMIT": "words_refused",
    "isv.PARAM_LENGTH_LIMIT": "too_long",
    "isv.PARAM_NOT_SUPPORT_URL": "words_refused",
    "isv.SMS_CONTENT_ILLEGAL": "words_refused",
    "isv.SMS_CONTENT_MISMATCH_TEMPLATE_TYPE": "words_refused",
}
_SETUP: Final = {
    "isv.OUT_OF_SERVICE": "no_money",
    "isv.AMOUNT_NOT_ENOUGH": "no_money",
    "isv.SMS_TEMPLATE_ILLEGAL": "template_refused",
    "isv.TEMPLATE_MISSING_PARAMETERS": "template_refused",
    "isv.TEMPLATE_PARAMS_ILLEGAL": "template_refused",
    "isv.SMS_SIGNATURE_ILLEGAL": "sign_name_refused",
    "isv.SMS_SIGNATURE_SCENE_ILLEGAL": "sign_name_refused",
    "isv.SMS_SIGN_ILLEGAL": "sign_name_refused",
    "isv.PRODUCT_UN_SUBSCRIPT": "not_subscribed",
    "isv.PRODUCT_UNSUBSCRIBE": "not_subscribed",
}
_KEY: Final = ("InvalidAccessKeyId", "SignatureDoesNotMatch", "Forbidden", "NoPermission")
_BUSY: Final = ("isp.SYSTEM", "isp.GATEWAY", "Throttling", "ServiceUnavailable", "InternalError")
_LATER: Final = {"isv.DAY_LIMIT_CONTROL": timedelta(hours=6)}


def send(gateway: GatewayView, number: str, message: Message) -> Handed | Failed:
    """Send one approved text to a whole number."""
    settings: dict[str, Any] = gateway.settings
    if not all(settings.get(name) for name in NEEDED):
        return Failed(scope="setup", code="settings_missing")
    text = filled(settings, message)
    if isinstance(text, Failed):
        return text
    url = str(settings.get("base_url") or URL).rstrip("/")
    query = {
        "PhoneNumbers": home_number(number),
        "SignName": str(settings["sign_name"]),
        "TemplateCode": text.code,
        "TemplateParam": json.dumps(dict(text.blanks), ensure_ascii=False),
        "OutId": message.id,
    }
    headers = aliyun_headers(
        key_id=str(settings["key_id"]),
        secret=str(settings["key_secret"]),
        host=urlsplit(url).netloc,
        action="SendSms",
        version="2017-05-25",
        query=query,
        now=clock.now(),
        nonce=secrets.token_hex(16),
    )
    request = Request(
        url=f"{url}/?{canonical_query(query)}",
        method="POST",
        headers=headers | {"Accept": "application/json"},
    )
    reply = ask(request, is_trusted=gateway.is_installation)
    return reply if isinstance(reply, Failed) else _answer(reply, number, settings)


def _answer(reply: Reply, number: str, settings: dict[str, Any]) -> Handed | Failed:
    said = json_of(reply)
    if not isinstance(said, dict) or not isinstance(said.get("Code"), str):
        return Failed(scope="service", code="bad_answer", detail=f"HTTP {reply.status}")
    code = said["Code"]
    if code == "OK":
        return Handed(reference=str(said.get("BizId") or "")[:100])
    detail = told(
        f"{code} {said.get('Message') or ''}", number, home_number(number), settings["key_id"]
    )
    if code in _ADDRESS:
        return Failed(scope="address", code="no_such_address", detail=detail)
    if code in _MESSAGE:
        return Failed(scope="message", code=_MESSAGE[code], detail=detail)
    if code in _LATER:
        wait = _LATER[code]
        return Failed(scope="service", code="day_limit", detail=detail, again_after=wait)
    if code.startswith(_KEY):
        return Failed(scope="setup", code="password_refused", detail=detail)
    if code.startswith(_BUSY):
        wait_said = retry_after(reply)
        return Failed(scope="service", code="try_later", detail=detail, again_after=wait_said)
    return Failed(scope="setup", code=_SETUP.get(code, "refused"), detail=detail)
