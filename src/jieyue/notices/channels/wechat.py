"""WeChat subscription messages (订阅消息), of an official account or a mini program.

Settings: `app_id`, `app_secret`, `templates` (ours by kind and language, blanks as `thing1=title`),
`lasting` (ids of 长期订阅); `base_url` only to go elsewhere. An address is what
`consents.address_of` makes: a consent is spent before the message goes, and given back when WeChat
did not take it. developers.weixin.qq.com: message/subscribe/bizsend, message/subscribe/send,
stable_token; one-time messages (`once_template`, see once.py): message/template/subscribe.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from django.db.models import Q

from jieyue.kit import clock
from jieyue.kit.net.http import Request
from jieyue.kit.scope import current_library_id
from jieyue.libraries.gateways import GatewayView
from jieyue.notices.channels.asking import ask, json_of
from jieyue.notices.channels.base import Failed, Handed, Message
from jieyue.notices.channels.consents import give_back, none_left, take_one
from jieyue.notices.channels.once import once_template, scene_of, take_once
from jieyue.notices.channels.sms.templates import Filled, filled
from jieyue.notices.channels.told import told
from jieyue.notices.models import WechatToken
from jieyue.notices.rules.kinds import GRAVE, gravity

API: Final = "https://api.weixin.qq.com"
PATHS: Final = {
    "official_account": "/cgi-bin/message/subscribe/bizsend",
    "mini_program": "/cgi-bin/message/subscribe/send",
}
ONCE: Final = "/cgi-bin/message/template/subscribe"
MOST_TITLE, MOST_CONTENT = 15, 200  # characters, as their documentation says
EARLY: Final = timedelta(minutes=3)  # a token is asked for anew before it ends
ASKING: Final = timedelta(seconds=20)  # one asks; the others use what there is meanwhile
# Characters of a field by its kind; "订阅消息参数值内容限制说明".
LIMITS: Final = {
    "thing": 20,
    "character_string": 32,
    "letter": 32,
    "number": 32,
    "symbol": 5,
    "phrase": 5,
    "name": 10,
    "phone_number": 17,
    "car_number": 8,
    "amount": 12,
}
_TOKEN_BAD: Final = frozenset({40001, 40014, 42001})
_SERVICE: Final = frozenset({-1, 45009, 45011, 45047})
_SETUP: Final = {
    40013: "password_refused",
    40125: "password_refused",
    40164: "ip_refused",
    40037: "template_refused",
    41030: "template_refused",
    48001: "not_subscribed",
    61024: "password_refused",
}


class Sender(Protocol):
    """What a session can do."""

    def send(self, address: str, message: Message) -> Handed | Failed:
        """Send one message."""
        ...


class _Session:
    def __init__(self, gateway: GatewayView) -> None:
        self._gateway = gateway

    def send(self, address: str, message: Message) -> Handed | Failed:
        return send(self._gateway, address, message)


@contextmanager
def open_session(gateway: GatewayView) -> Iterator[Sender]:
    """Yield what sends many messages."""
    yield _Session(gateway)


def send(gateway: GatewayView, address: str, message: Message) -> Handed | Failed:
    """Send one message, if the reader still allows one. Outside any transaction. Raises nothing."""
    path = PATHS.get(gateway.provider)
    text = filled(gateway.settings, message)
    if path is None or not gateway.settings.get("app_id"):
        return Failed(scope="setup", code="settings_missing")
    try:
        given = json.loads(address)
        patron_id, openid = int(given["patron"]), str(given["openid"])
    except (ValueError, KeyError, TypeError):
        return Failed(scope="address", code="bad_address")
    if isinstance(text, Filled):
        leaves = _to_leave(gateway.settings, message.template, text.code)
        if take_one(patron_id, text.code, leaves=leaves, now=clock.now()):
            body = _subscribed(gateway, openid, text, message)
            return _spent(gateway, path, body, patron_id, text.code)
    once = once_template(gateway)
    leaves = 0 if message.template in GRAVE else 1
    taken = take_once(patron_id, once, leaves=leaves, now=clock.now()) if once else None
    if taken is not None:
        body = _once(openid, once, scene_of(taken), message)
        return _spent(gateway, ONCE, body, patron_id, taken)
    return text if isinstance(text, Failed) else Failed(scope="message", code="no_consent")


def _spent(
    gateway: GatewayView, path: str, body: dict[str, Any], patron_id: int, consent: str
) -> Handed | Failed:
    """Send by a consent that is spent already; give it back where WeChat did not take it."""
    result = _send(gateway, path, body)
    if isinstance(result, Failed):
        if result.code == "no_consent":
            none_left(patron_id, consent, now=clock.now())
        else:
            give_back(patron_id, consent, now=clock.now())
    return result


def try_account(gateway: GatewayView) -> Failed | None:
    """Say why WeChat gives this account no token; None if it does. It is asked in any case."""
    mine = WechatToken.objects.filter(app_id=str(gateway.settings.get("app_id", "")))
    mine.update(expires_at=None)
    token = _token(gateway, clock.now(), is_forced=False)
    return token if isinstance(token, Failed) else None


def field_value(name: str, value: str) -> str:
    """Return a blank as its field takes it: no line breaks, and not too long for its kind."""
    line = " ".join(value.split()) or "-"
    most = LIMITS.get(re.sub(r"\d+$", "", name), 100)
    return line if len(line) <= most else f"{line[: most - 1]}…" if most > 5 else line[:most]


def _to_leave(settings: dict[str, Any], kind: str, code: str) -> int:
    """Return how many consents stay for graver kinds that the same template serves."""
    others = [
        other
        for other, languages in settings["templates"].items()
        if any(text.get("code") == code for text in languages.values())
    ]
    return 1 if any(gravity(other) < gravity(kind) for other in others if other != kind) else 0


def _subscribed(
    gateway: GatewayView, openid: str, text: Filled, message: Message
) -> dict[str, Any]:
    body: dict[str, Any] = {
        "touser": openid,
        "template_id": text.code,
        "data": {name: {"value": field_value(name, value)} for name, value in text.blanks},
    }
    if message.link and gateway.provider == "official_account":
        body["page"] = message.link
    return body


def _once(openid: str, template: str, scene: int, message: Message) -> dict[str, Any]:
    """Return a one-time message: our own text, as long as it may be."""
    content = {"value": message.text[:MOST_CONTENT], "color": "#1b1f24"}
    link = {"url": message.link} if message.link else {}
    return {
        "touser": openid,
        "template_id": template,
        **link,
        "scene": str(scene),
        "title": " ".join(message.subject.split())[:MOST_TITLE],
        "data": {"content": content},
    }


def _send(gateway: GatewayView, path: str, body: dict[str, Any]) -> Handed | Failed:
    openid = str(body["touser"])
    said: dict[str, Any] | Failed = {}
    for is_forced in (False, True):
        token = _token(gateway, clock.now(), is_forced=is_forced)
        if isinstance(token, Failed):
            return token
        said = _ask(gateway, f"{path}?access_token={token}", body)
        if isinstance(said, Failed):
            return said
        if said.get("errcode") not in _TOKEN_BAD:
            break
    assert isinstance(said, dict)
    return _meaning(said, openid)


def _meaning(said: dict[str, Any], openid: str = "") -> Handed | Failed:
    number = said.get("errcode", 0)
    detail = told(f"{number} {said.get('errmsg', '')}", openid) if number else ""
    if number == 0:
        return Handed(reference=str(said.get("msgid") or "")[:100])
    if number == 43101:  # refused, or no consent that WeChat knows of
        return Failed(scope="message", code="no_consent", detail=detail)
    if number == 40003:
        return Failed(scope="address", code="no_such_address", detail=detail)
    if number == 47003:
        return Failed(scope="message", code="template_refused", detail=detail)
    if number in _SERVICE:
        wait = timedelta(hours=3) if number == 45009 else None  # the day's calls are used up
        return Failed(scope="service", code="try_later", detail=detail, again_after=wait)
    if number in _TOKEN_BAD:
        return Failed(scope="setup", code="password_refused", detail=detail)
    return Failed(scope="setup", code=_SETUP.get(number, "refused"), detail=detail)


def _token(gateway: GatewayView, now: datetime, *, is_forced: bool) -> str | Failed:
    """Return the account's token, asked for anew when it ends soon; one asks at a time."""
    app_id = str(gateway.settings.get("app_id", ""))
    row, _ = WechatToken.objects.get_or_create(library_id=current_library_id(), app_id=app_id)
    is_good = bool(row.token) and row.expires_at is not None and row.expires_at > now
    if is_good and not is_forced and row.expires_at > now + EARLY:
        return str(row.token)
    mine = WechatToken.objects.filter(pk=row.pk).filter(
        Q(asking_until=None) | Q(asking_until__lt=now)
    )
    if mine.update(asking_until=now + ASKING) != 1:
        if is_good and not is_forced:
            return str(row.token)
        return Failed(scope="service", code="try_later", again_after=ASKING)
    body = {
        "grant_type": "client_credential",
        "appid": app_id,
        "secret": str(gateway.settings.get("app_secret", "")),
        "force_refresh": is_forced,
    }
    said = _ask(gateway, "/cgi-bin/stable_token", body)
    done = WechatToken.objects.filter(pk=row.pk)
    if isinstance(said, dict) and said.get("access_token"):
        row.token, row.asking_until = str(said["access_token"]), None
        row.expires_at = now + timedelta(seconds=int(said.get("expires_in") or 0))
        row.save(update_fields=["token", "expires_at", "asking_until"])
        return str(row.token)
    done.update(asking_until=None)
    if isinstance(said, Failed):
        return said
    meaning = _meaning(said)
    if isinstance(meaning, Handed) or meaning.code == "no_such_address":
        return Failed(scope="service", code="bad_answer")
    return meaning


def _ask(gateway: GatewayView, path: str, body: dict[str, Any]) -> dict[str, Any] | Failed:
    url = str(gateway.settings.get("base_url") or API).rstrip("/")
    request = Request(
        url=url + path,
        method="POST",
        headers={"Content-Type": "application/json; charset=utf-8"},
        body=json.dumps(body, ensure_ascii=False).encode(),
    )
    reply = ask(request, is_trusted=gateway.is_installation)
    if isinstance(reply, Failed):
        return reply
    said = json_of(reply)
    is_answer = reply.status == 200 and isinstance(said, dict)
    return said if is_answer else Failed(scope="service", code="bad_answer")
