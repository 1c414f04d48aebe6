"""One HTTP exchange with hard limits: total time, size, addresses, and no secrets in what is said.

httpx reads and decodes the answer over a transport of our own, for three things its own one
cannot do: a limit on the whole exchange (its time-outs are per read, so a server that sends one
byte a second never meets them), connecting to the very address that was checked, and keeping
still (its client logs every full address, and with it the key).
"""

import ssl
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Any

import httpcore
import httpx

from jieyue.kit.net.addresses import (
    AddressRefusedError,
    UnresolvableError,
    host_and_port,
    public_addresses,
)

MAX_BYTES = 2_000_000
# Packed once at most: packed twice, a few kilobytes unpack to more than there is memory for.
PACKED = frozenset({"", "identity", "gzip", "x-gzip"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What to send. `url`, `headers` and `body` may hold keys, so none is shown by repr."""

    url: str = field(repr=False)
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, whatever its status. Names of headers are small; `body` is decoded."""

    status: int
    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


class NoReplyKind(StrEnum):
    """Why there is no answer."""

    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    ADDRESS_REFUSED = "address_refused"
    BAD_ANSWER = "bad_answer"


@dataclass(frozen=True, slots=True)
class NoReply:
    """There is no usable answer. `detail` is a short phrase of our own, without key or address."""

    kind: NoReplyKind
    detail: str = ""
    status: int | None = None


def exchange(
    request: Request,
    *,
    seconds: float,
    allow_private: bool,
    reads: Callable[[int], bool] = lambda _: True,
) -> Reply | NoReply:
    """Send one request and read its answer, over after `seconds` whatever the server does.

    `reads` says of which status the body is wanted (else it is empty). Follows no redirect.
    Raises nothing.
    """
    host, port = host_and_port(request.url)
    if not host:
        return NoReply(NoReplyKind.BAD_ANSWER, "not an http address")
    ends_at = time.monotonic() + seconds
    try:
        addresses = public_addresses(
            host, port, allow_private=allow_private, seconds=max(seconds, 0.0)
        )
        backend = _DeadlineBackend(addresses, ends_at)
        with _Transport(backend) as transport:
            made = httpx.Request(
                request.method,
                request.url,
                headers={"Accept-Encoding": "gzip, identity", **request.headers},
                content=request.body or None,
            )
            with closing(transport.handle_request(made)) as response:
                return _read(response, reads)
    except (
        AddressRefusedError,
        UnresolvableError,
        httpcore.TimeoutException,
        httpcore.NetworkError,
        httpcore.ProtocolError,
        httpx.DecodingError,
        httpx.InvalidURL,
        # httpx and h11 refuse odd addresses and headers in several ways; all came from settings.
        ValueError,
        OSError,
        TypeError,
    ) as error:
        return _why(error, is_late=time.monotonic() >= ends_at)


def _why(error: Exception, *, is_late: bool) -> NoReply:
    match error:
        case AddressRefusedError():
            return NoReply(NoReplyKind.ADDRESS_REFUSED, "address is not on the public internet")
        case UnresolvableError():
            return NoReply(NoReplyKind.UNREACHABLE, "name has no address")
        case httpcore.TimeoutException():
            return NoReply(NoReplyKind.TIMEOUT, "no complete answer in time")
        case httpcore.RemoteProtocolError() | httpx.DecodingError():
            return NoReply(NoReplyKind.BAD_ANSWER, "broken HTTP")
        case httpcore.NetworkError() if is_late:
            return NoReply(NoReplyKind.TIMEOUT, "no complete answer in time")
        case httpcore.NetworkError():
            return NoReply(NoReplyKind.UNREACHABLE, "connection failed")
        case _:
            return NoReply(NoReplyKind.UNREACHABLE, "request could not be made")


def _read(response: httpx.Response, reads: Callable[[int], bool]) -> Reply | NoReply:
    status = response.status_code
    headers = {name.lower(): value for name, value in response.headers.items()}
    body = bytearray()
    if headers.get("content-encoding", "").strip().lower() not in PACKED:
        return NoReply(NoReplyKind.BAD_ANSWER, "packed in an unknown way", status)
    if reads(status):
        for chunk in response.iter_bytes():
            body += chunk
            if len(body) > MAX_BYTES:
                return NoReply(NoReplyKind.BAD_ANSWER, "answer too large", status)
    return Reply(status, bytes(body), headers)


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
