"""Asking a book source: redirects on its own host only, and its status as a kind of failure."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import urlencode, urljoin, urlsplit

import jieyue
from jieyue.catalog.sources.base import Failed, FailureKind
from jieyue.kit.net.addresses import host_and_port
from jieyue.kit.net.http import MAX_BYTES, NoReply, Reply, Request, exchange

__all__ = ["MAX_BYTES", "Call", "Page", "Web", "fetch", "json_of"]
MAX_REDIRECTS = 3
READ = frozenset({HTTPStatus.OK, HTTPStatus.NOT_FOUND})


@dataclass(frozen=True, slots=True, kw_only=True)
class Web:
    """How this installation goes out. `contact` is an e-mail or web address services may use.

    `allow_private` is the installation's decision, never a library's: sources may then live in
    the local network.
    """

    contact: str = ""
    allow_private: bool = False

    @property
    def user_agent(self) -> str:
        """`Jieyue/0.1.0 (+contact)`."""
        contact = "".join(char for char in self.contact if 32 < ord(char) < 127)
        return f"Jieyue/{jieyue.__version__}" + (f" (+{contact})" if contact else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What to ask. `url` and `headers` may hold a key, so neither is shown by repr."""

    url: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    form: Mapping[str, str] | None = field(default=None, repr=False)
    """Fields to POST; None makes it a GET."""


@dataclass(frozen=True, slots=True)
class Page:
    """An answer with status 200 or 404. `body` is at most `MAX_BYTES` long, decoded."""

    status: int
    body: bytes = field(repr=False)


def fetch(call: Call, *, web: Web, seconds: float, may_leave: bool = False) -> Page | Failed:
    """Make one request that is over after `seconds`, whatever the server does.

    Follows redirects on the same host only, and never from https to http. `may_leave`: to any
    public host, for what carries no key. Raises nothing.
    """
    ends_at = time.monotonic() + seconds
    url = call.url
    for _ in range(MAX_REDIRECTS + 1):
        answer = _ask(call, url, web=web, seconds=ends_at - time.monotonic())
        if not isinstance(answer, str):
            return answer
        # A POST is not repeated at a new address: its form may hold the key.
        target = _join(url, answer)
        is_fit = _is_same_place(url, target) or (may_leave and _is_no_less_safe(url, target))
        if call.form is not None or not is_fit:
            return Failed(FailureKind.BAD_ANSWER, "sent us to another host")
        url = target
    return Failed(FailureKind.BAD_ANSWER, "too many redirects")


def json_of(page: Page) -> object:
    """The JSON value in `page`, or a `Failed`: some services answer in GBK, some in HTML."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            value: object = json.loads(page.body.decode(encoding))
        except (ValueError, RecursionError):
            continue
        return value
    return Failed(FailureKind.BAD_ANSWER, "not JSON", page.status)


def _ask(call: Call, url: str, *, web: Web, seconds: float) -> Page | Failed | str:
    """One request and answer; a string is the address of a redirect."""
    form = {} if call.form is None else {"Content-Type": "application/x-www-form-urlencoded"}
    request = Request(
        url=url,
        method="GET" if call.form is None else "POST",
        headers={"User-Agent": web.user_agent, **form, **call.headers},
        body=urlencode(call.form or {}).encode(),
    )
    reply = exchange(
        request, seconds=seconds, allow_private=web.allow_private, reads=lambda s: s in READ
    )
    if isinstance(reply, NoReply):
        return Failed(FailureKind(reply.kind.value), reply.detail, reply.status)
    return _page(reply)


def _page(reply: Reply) -> Page | Failed | str:
    status = reply.status
    if status in {301, 302, 303, 307, 308}:
        return reply.headers.get("location", "")
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        return Failed(FailureKind.KEY_REFUSED, "refused", status)
    if status in {HTTPStatus.PAYMENT_REQUIRED, HTTPStatus.TOO_MANY_REQUESTS}:
        return Failed(FailureKind.QUOTA, "limit reached", status)
    if status not in READ:
        return Failed(FailureKind.HTTP_STATUS, f"HTTP {status}", status)
    return Page(status, reply.body)


def _join(url: str, target: str) -> str:
    try:
        return urljoin(url, target)
    except ValueError:
        return ""


def _is_same_place(url: str, target: str) -> bool:
    """Same host and port; http may become https, never the other way."""
    old, new = host_and_port(url), host_and_port(target)
    if not new[0] or old[0] != new[0]:
        return False
    schemes = (urlsplit(url).scheme, urlsplit(target).scheme)
    if schemes == ("http", "https"):
        return (old[1], new[1]) == (80, 443)
    return schemes[0] == schemes[1] and old[1] == new[1]


def _is_no_less_safe(url: str, target: str) -> bool:
    return bool(host_and_port(target)[0]) and (
        urlsplit(target).scheme == "https" or urlsplit(url).scheme == "http"
    )
