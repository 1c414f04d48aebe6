"""Any SMS gateway that is asked over HTTP, described by what its manual says.

Settings: `url`, `method` (POST or GET), `body` and `body_kind` (`json` or `form`), `headers` (one
`Name: value` a line), all with the blanks {phone} {text} {id} {key}; `key` (the secret, kept out of
the rest); `sign_name`; `number_format` (`home`: 13812345678, `whole`: +8613812345678, `digits`:
8613812345678); a good answer: `good_field` and `good_values` (empty: any answer with status 2xx),
`reference_field`.
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import quote

from jieyue.kit.net.http import Reply, Request
from jieyue.libraries.gateways import GatewayView
from jieyue.notices.channels.asking import ask, inside, json_of, retry_after
from jieyue.notices.channels.base import Failed, Handed, Message
from jieyue.notices.channels.sms.numbers import home_number
from jieyue.notices.channels.told import told

BLANKS: Final = ("phone", "text", "id", "key")
_BLANK: Final = re.compile(r"\{(" + "|".join(BLANKS) + r")\}")
_HEADER: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")


class BadFormError(ValueError):
    """The settings describe no request. `where` names the setting."""

    def __init__(self, where: str) -> None:
        super().__init__(where)
        self.where = where


def send(gateway: GatewayView, number: str, message: Message) -> Handed | Failed:
    """Send one message to a whole number."""
    settings: dict[str, Any] = gateway.settings
    values = {
        "phone": in_format(number, str(settings.get("number_format") or "home")),
        "text": signed_text(str(settings.get("sign_name") or ""), message.text),
        "id": message.id,
        "key": str(settings.get("key") or ""),
    }
    try:
        request = build(settings, values)
    except BadFormError:
        return Failed(scope="setup", code="settings_missing")
    reply = ask(request, is_trusted=gateway.is_installation)
    if isinstance(reply, Failed):
        return reply
    return _answer(reply, settings, (number, values["phone"], values["key"], values["text"]))


def in_format(number: str, number_format: str) -> str:
    """Return a whole number as this gateway wants it."""
    return {"whole": number, "digits": number.removeprefix("+")}.get(
        number_format, home_number(number)
    )


def signed_text(sign_name: str, text: str) -> str:
    """Return a text with the sender in 【】 before it, once, as Chinese rules want it."""
    line = text.strip()
    return f"【{sign_name}】{line}" if sign_name and not line.startswith("【") else line


def build(settings: Mapping[str, Any], values: Mapping[str, str]) -> Request:
    """Return the request the settings describe, each blank escaped for the place it stands in.

    Raises:
        BadFormError: it is none.

    """
    url = str(settings.get("url") or "").strip()
    method = str(settings.get("method") or "POST").upper()
    if not url.startswith(("https://", "http://")) or _BLANK.search(_host(url)):
        raise BadFormError("url")
    if method not in {"GET", "POST"}:
        raise BadFormError("method")
    headers = _headers(str(settings.get("headers") or ""), values)
    body, kind = str(settings.get("body") or ""), str(settings.get("body_kind") or "json")
    content = b""
    if method == "POST" and body.strip():
        content = (_json(body, values) if kind == "json" else _form(body, values)).encode()
        named = {name.lower() for name in headers}
        if "content-type" not in named:
            headers["Content-Type"] = {
                "json": "application/json; charset=utf-8",
                "form": "application/x-www-form-urlencoded; charset=utf-8",
            }.get(kind, "text/plain; charset=utf-8")
    return Request(
        url=_fill(url, values, lambda value: quote(value, safe="")),
        method=method,
        headers=headers,
        body=content,
    )


def _fill(text: str, values: Mapping[str, str], escape: Callable[[str], str]) -> str:
    """Fill the blanks in one pass, so that a blank in a value stays what it is."""
    return _BLANK.sub(lambda found: escape(values[found[1]]), text)


def _host(url: str) -> str:
    return re.split(r"[/?#]", url.partition("://")[2], maxsplit=1)[0]


def _headers(text: str, values: Mapping[str, str]) -> dict[str, str]:
    headers = {}
    for line in text.splitlines():
        if not line.strip():
            continue
        name, colon, value = line.partition(":")
        if not colon or not _HEADER.fullmatch(name.strip()):
            raise BadFormError("headers")
        filled = _fill(value.strip(), values, lambda part: " ".join(part.split()))
        if not filled.isascii() or not filled.isprintable():
            raise BadFormError("headers")
        headers[name.strip()] = filled
    return headers


def _json(body: str, values: Mapping[str, str]) -> str:
    """Fill blanks inside the strings of a JSON document, so that no text can add a field."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        raise BadFormError("body") from None

    def walk(part: Any) -> Any:
        match part:
            case str():
                return _fill(part, values, str)
            case list():
                return [walk(inner) for inner in part]
            case dict():
                return {name: walk(inner) for name, inner in part.items()}
            case _:
                return part

    return json.dumps(walk(document), ensure_ascii=False)


def _form(body: str, values: Mapping[str, str]) -> str:
    """Fill `a={phone}&b={text}`; what the settings say themselves is encoded as they have it."""
    joined = "&".join(line.strip().strip("&") for line in body.splitlines() if line.strip())
    return _fill(joined, values, lambda value: quote(value, safe=""))


def _answer(reply: Reply, settings: dict[str, Any], secret: tuple[str, ...]) -> Handed | Failed:
    detail = told(f"HTTP {reply.status} {reply.body[:300].decode('utf-8', 'replace')}", *secret)
    if reply.status in {401, 403}:
        return Failed(scope="setup", code="password_refused", detail=detail)
    if reply.status == 429 or reply.status >= 500:
        wait = retry_after(reply)
        return Failed(scope="service", code="try_later", detail=detail, again_after=wait)
    if 300 <= reply.status < 400 or reply.status == 404:
        return Failed(scope="setup", code="wrong_url", detail=detail)
    if reply.status >= 400:
        return Failed(scope="message", code="refused", detail=detail)
    said = json_of(reply)
    if (field := str(settings.get("good_field") or "")) and not _is_good(said, field, settings):
        return Failed(scope="message", code="refused", detail=detail)
    reference = inside(said, str(settings.get("reference_field") or "-"))
    return Handed(reference="" if reference is None else str(reference)[:100])


def _is_good(said: Any, field: str, settings: dict[str, Any]) -> bool:
    found = inside(said, field)
    text = json.dumps(found) if isinstance(found, bool) else str(found)
    good = [str(value).strip() for value in settings.get("good_values") or ("0",)]
    return found is not None and text in good
