"""Asking a service over HTTPS on behalf of a channel, and reading what it says."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Final

from django.conf import settings as installation

import jieyue
from jieyue.kit import clock
from jieyue.kit.net.http import NoReply, NoReplyKind, Reply, Request, exchange
from jieyue.notices.channels.base import Failed

SECONDS: Final = 15.0
LONGEST_WAIT: Final = timedelta(days=1)
_NO_REPLY: Final[Mapping[NoReplyKind, Failed]] = {
    NoReplyKind.TIMEOUT: Failed(scope="service", code="timeout"),
    NoReplyKind.UNREACHABLE: Failed(scope="service", code="unreachable"),
    NoReplyKind.ADDRESS_REFUSED: Failed(scope="setup", code="address_refused"),
    NoReplyKind.BAD_ANSWER: Failed(scope="service", code="bad_answer"),
}


def ask(request: Request, *, is_trusted: bool, seconds: float = SECONDS) -> Reply | Failed:
    """Send a request and return the answer, whatever its status. Raises nothing.

    `is_trusted`: the installation's operator chose the address, so it may be a private one.
    """
    reply = exchange(
        replace(request, headers={"User-Agent": f"Jieyue/{jieyue.__version__}", **request.headers}),
        seconds=seconds,
        allow_private=is_trusted or installation.CHANNELS_ALLOW_PRIVATE,
    )
    return _NO_REPLY[reply.kind] if isinstance(reply, NoReply) else reply


def json_of(reply: Reply) -> Any:
    """Return the JSON value of an answer; None if it is none. Some services answer in GBK."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return json.loads(reply.body.decode(encoding))
        except (ValueError, RecursionError):
            continue
    return None


def inside(value: Any, path: str) -> Any:
    """Return what stands at `data.list.0.code` in a JSON value; None if nothing does."""
    for name in path.split("."):
        if isinstance(value, dict):
            value = value.get(name)
        elif isinstance(value, list) and name.isdecimal() and int(name) < len(value):
            value = value[int(name)]
        else:
            return None
    return value


def retry_after(reply: Reply) -> timedelta | None:
    """Return how long the service asks us to wait, at most a day; None if it does not say."""
    said = reply.headers.get("retry-after", "").strip()
    if said.isascii() and said.isdecimal():
        return min(timedelta(seconds=int(said[:9])), LONGEST_WAIT)
    try:
        at = parsedate_to_datetime(said)
        wait = at - clock.now()
    except (ValueError, TypeError):
        return None
    return min(max(wait, timedelta()), LONGEST_WAIT)
