"""One HTTP request with hard limits: total time, size, hosts, and no secrets in what is said.

httpx reads and decodes the answer over a transport of our own, for three things its own one
cannot do: a limit on the whole exchange (its time-outs are per read, so a server that sends one
byte a second never meets them), connecting to the very address that was checked, and keeping
still (its client logs every full address, and with it the key).
"""

import json
import ssl
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from functools import lru_cache
from http import HTTPStatus
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpcore
import httpx

import jieyue
from jieyue.catalog.sources.addresses import (
    AddressRefusedError,
    UnresolvableError,
    host_and_port,
    public_addresses,
)
from jieyue.catalog.sources.base import Failed, FailureKind

MAX_BYTES = 2_000_000
MAX_REDIRECTS = 3


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
        host, port = host_and_port(url)
        if not host:
            return Failed(FailureKind.BAD_ANSWER, "not an http address")
        answer = _exchange(call, url, host, port, web=web, ends_at=ends_at)
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


def _exchange(
    call: Call, url: str, host: str, port: int, *, web: Web, ends_at: float
) -> Page | Failed | str:
    """One request and answer; a string is the address of a redirect."""
    left = ends_at - time.monotonic()
    try:
        addresses = public_addresses(
            host, port, allow_private=web.allow_private, seconds=max(left, 0.0)
        )
        backend = _DeadlineBackend(addresses, ends_at)
        with _Transport(backend) as transport:
            request = httpx.Request(
                "GET" if call.form is None else "POST",
                url,
                headers={
                    "User-Agent": web.user_agent,
                    "Accept-Encoding": "gzip, identity",
                    **call.headers,
                },
                data=call.form,
            )
            with closing(transport.handle_request(request)) as response:
                return _read(response)
    except AddressRefusedError:
        return Failed(FailureKind.ADDRESS_REFUSED, "address is not on the public internet")
    except UnresolvableError:
        return Failed(FailureKind.UNREACHABLE, "name has no address")
    except httpcore.TimeoutException:
        return Failed(FailureKind.TIMEOUT, "no complete answer in time")
    except (httpcore.RemoteProtocolError, httpx.DecodingError):
        return Failed(FailureKind.BAD_ANSWER, "broken HTTP")
    except httpcore.NetworkError:
        if time.monotonic() >= ends_at:
            return Failed(FailureKind.TIMEOUT, "no complete answer in time")
        return Failed(FailureKind.UNREACHABLE, "connection failed")
    except (httpcore.ProtocolError, httpx.InvalidURL, ValueError, OSError, TypeError):
        # httpx and h11 refuse odd addresses and headers in several ways; all came from settings.
        return Failed(FailureKind.UNREACHABLE, "request could not be made")


def _read(response: httpx.Response) -> Page | Failed | str:
    status = response.status_code
    if status in {301, 302, 303, 307, 308}:
        return str(response.headers.get("location", ""))
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        return Failed(FailureKind.KEY_REFUSED, "refused", status)
    if status in {HTTPStatus.PAYMENT_REQUIRED, HTTPStatus.TOO_MANY_REQUESTS}:
        return Failed(FailureKind.QUOTA, "limit reached", status)
    if status not in {HTTPStatus.OK, HTTPStatus.NOT_FOUND}:
        return Failed(FailureKind.HTTP_STATUS, f"HTTP {status}", status)
    body = bytearray()
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) > MAX_BYTES:
            return Failed(FailureKind.BAD_ANSWER, "answer too large", status)
    return Page(status, bytes(body))


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


@lru_cache(maxsize=1)
def tls_context() -> ssl.SSLContext:
    """The certificates to trust; reading them takes long enough to do it once."""
    return httpx.create_ssl_context()


class _Transport(httpx.BaseTransport):
    """httpx requests over httpcore with a network backend of our own."""

    def __init__(self, backend: httpcore.NetworkBackend) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=tls_context(), network_backend=backend, max_connections=1
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = self._pool.handle_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(
                    scheme=request.url.raw_scheme,
                    host=request.url.raw_host,
                    port=request.url.port,
                    target=request.url.raw_path,
                ),
                headers=request.headers.raw,
                content=request.read(),
            )
        )
        stream = response.stream
        assert isinstance(stream, Iterable)
        return httpx.Response(
            status_code=response.status,
            headers=response.headers,
            stream=_Body(stream, response.close),
            request=request,
        )

    def close(self) -> None:
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, chunks: Iterable[bytes], close: Callable[[], None]) -> None:
        self._chunks = chunks
        self._close = close

    def __iter__(self) -> Any:
        yield from self._chunks

    def close(self) -> None:
        self._close()


class _DeadlineBackend(httpcore.NetworkBackend):
    """Connects to the given addresses only, and lets nothing wait past `ends_at`."""

    def __init__(self, addresses: tuple[str, ...], ends_at: float) -> None:
        self._addresses = addresses
        self._ends_at = ends_at
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        for place, address in enumerate(self._addresses, start=1):
            share = _left(self._ends_at) / (len(self._addresses) - place + 1)
            try:
                stream = self._inner.connect_tcp(
                    address, port, share, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if place == len(self._addresses):
                    raise
            else:
                return _DeadlineStream(stream, self._ends_at)
        raise httpcore.ConnectError

    def sleep(self, seconds: float) -> None:
        time.sleep(min(seconds, _left(self._ends_at)))


class _DeadlineStream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream, ends_at: float) -> None:
        self._inner = inner
        self._ends_at = ends_at

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, _left(self._ends_at))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, _left(self._ends_at))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        inner = self._inner.start_tls(ssl_context, server_hostname, _left(self._ends_at))
        return _DeadlineStream(inner, self._ends_at)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


def _left(ends_at: float) -> float:
    """Seconds until `ends_at`. Raises a time-out when there are none: 0 would mean no waiting."""
    left = ends_at - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout
    return left
