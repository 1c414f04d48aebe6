"""Web Push: messages a browser shows though no page is open (RFC 8030, 8291, 8292).

There is nothing to set up: the installation signs with a key of its own, made on first use. An
address is what `subscriptions.push_address` makes of a reader's device.
"""

import json
import os
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

import http_ece
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings as installation
from py_vapid import Vapid02, VapidException

from jieyue.kit import clock
from jieyue.kit.net.addresses import host_and_port
from jieyue.kit.net.http import Reply, Request
from jieyue.notices.channels.asking import ask, retry_after
from jieyue.notices.channels.base import Failed, Handed, Message
from jieyue.notices.channels.letters import one_line
from jieyue.notices.channels.told import told

TTL_SECONDS: Final = 2 * 24 * 3600  # how long the push service keeps it for a phone that is off
MAX_TITLE: Final = 80
MAX_TEXT: Final = 400
MAX_PAYLOAD: Final = 3_000  # bytes; push services take 4,096 with everything around it
SIGNED_FOR_SECONDS: Final = 12 * 3600
SECONDS: Final = 5.0  # the browser chose whom we ask, and a slow one holds up everybody
IN_A_ROW: Final = 3  # failures after which a session asks a host no more
URGENT: Final = frozenset({"code", "hold_ready", "due_today", "loan_recalled", "overdue"})


@dataclass(frozen=True, slots=True)
class Device:
    """A browser that agreed: where to send, and with which of its keys."""

    endpoint: str
    p256dh: str
    auth: str


def address_of(device: Device) -> str:
    """Return a device as one text, for `send`."""
    return json.dumps({"endpoint": device.endpoint, "p256dh": device.p256dh, "auth": device.auth})


def device_of(address: str) -> Device | None:
    """Return the device in an address; None if it is none that could be sent to."""
    try:
        given = json.loads(address)
        device = Device(str(given["endpoint"]), str(given["p256dh"]), str(given["auth"]))
        key, auth = _bytes(device.p256dh), _bytes(device.auth)
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), key)
    except (ValueError, KeyError, TypeError):
        return None
    return device if len(auth) == 16 and is_fit(device.endpoint) else None


def is_fit(endpoint: str) -> bool:
    """Say whether an endpoint is one a browser could have: https, unless tests allow else."""
    host, _ = host_and_port(endpoint)
    is_https = endpoint.startswith("https://") or installation.CHANNELS_ALLOW_PRIVATE
    return bool(host) and is_https and len(endpoint) <= 1_000


def send(gateway: Any, address: str, message: Message) -> Handed | Failed:
    """Send one message to one device. `gateway` has nothing that is needed. Raises nothing."""
    del gateway
    device = device_of(address)
    if device is None:
        return Failed(scope="address", code="bad_address")
    try:
        body = http_ece.encrypt(
            payload(message),
            private_key=ec.generate_private_key(ec.SECP256R1()),
            dh=_bytes(device.p256dh),
            auth_secret=_bytes(device.auth),
            version="aes128gcm",
        )
        headers = _headers(device, message)
    except (http_ece.ECEException, VapidException, ValueError):
        return Failed(scope="address", code="bad_address")
    reply = ask(
        Request(url=device.endpoint, method="POST", headers=headers, body=body),
        is_trusted=False,
        seconds=SECONDS,
    )
    if isinstance(reply, Failed):
        # Nobody of the library can set anything right: the browser chose where it is.
        return Failed(scope="address", code=reply.code) if reply.scope == "setup" else reply
    return _answer(reply)


class Sender(Protocol):
    """What a session can do."""

    def send(self, address: str, message: Message) -> Handed | Failed:
        """Send one message."""
        ...


class _Session:
    """Every device names its own service, so each host rests by itself and holds no other up."""

    def __init__(self) -> None:
        self._failures: Counter[str] = Counter()

    def send(self, address: str, message: Message) -> Handed | Failed:
        device = device_of(address)
        host = host_and_port(device.endpoint)[0] if device else ""
        if self._failures[host] >= IN_A_ROW:
            return Failed(scope="service", code="unreachable")
        result = send(None, address, message)
        is_down = isinstance(result, Failed) and result.scope == "service"
        self._failures[host] = self._failures[host] + 1 if is_down else 0
        return result


@contextmanager
def open_session(gateway: Any) -> Iterator[Sender]:
    """Yield what sends many messages."""
    del gateway
    yield _Session()


def payload(message: Message) -> bytes:
    """Return what the service worker is given: title, text, address, and a tag that replaces."""
    text = message.text.strip()
    while True:
        said = {
            "title": one_line(message.subject, MAX_TITLE),
            "body": text if len(text) <= MAX_TEXT else f"{text[: MAX_TEXT - 1]}…",
            "url": message.link if message.link.startswith(("https://", "http://", "/")) else "",
            "tag": message.id,
            "lang": "en" if message.language.startswith("en") else "zh-CN",
        }
        made = json.dumps(said, ensure_ascii=False).encode()
        if len(made) <= MAX_PAYLOAD or not text:
            return made
        text = text[: min(len(text), MAX_TEXT) // 2]


def public_key() -> str:
    """Return the installation's public key as pages hand it to the browser (base64url)."""
    point = _signer().public_key.public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    return urlsafe_b64encode(point).decode().rstrip("=")


def _headers(device: Device, message: Message) -> dict[str, str]:
    parts = urlsplit(device.endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int(clock.now().timestamp()) + SIGNED_FOR_SECONDS,
        "sub": installation.PUSH_CONTACT,
    }
    signed: dict[str, str] = _signer().sign(claims)
    return signed | {
        "Content-Type": "application/octet-stream",
        "Content-Encoding": "aes128gcm",
        "TTL": str(TTL_SECONDS),
        "Urgency": "high" if message.template in URGENT else "normal",
        # A newer one of the same id takes the place of one not shown yet: at most 32 characters.
        "Topic": urlsafe_b64encode(message.id.encode()).decode().rstrip("=")[:32],
    }


def _answer(reply: Reply) -> Handed | Failed:
    detail = told(f"HTTP {reply.status} {reply.body[:200].decode('utf-8', 'replace')}")
    match reply.status:
        case 200 | 201 | 202 | 204:
            return Handed(reference=reply.headers.get("location", "").rpartition("/")[2][:100])
        case 404 | 410:  # the reader or their browser took it back
            return Failed(scope="address", code="gone", detail=detail)
        case 413:
            return Failed(scope="message", code="too_long", detail=detail)
        case 429:
            wait = retry_after(reply)
            return Failed(scope="message", code="number_limit", detail=detail, again_after=wait)
        case 400 | 401 | 403:  # made with another key than ours, as a rule
            return Failed(scope="address", code="key_refused", detail=detail)
        case status if status >= 500:
            wait = retry_after(reply)
            return Failed(scope="service", code="try_later", detail=detail, again_after=wait)
        case _:
            return Failed(scope="message", code="refused", detail=detail)


def _signer() -> Vapid02:
    return _kept(str(Path(installation.KEYS_DIR) / "push_key"))


@cache
def _kept(name: str) -> Vapid02:
    """Return the key kept in a file, made (mode 600) the first time; the first maker wins."""
    path = Path(name)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = ec.generate_private_key(ec.SECP256R1()).private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        temporary = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        temporary.touch(mode=0o600)
        temporary.write_bytes(made)
        with suppress(FileExistsError):
            os.link(temporary, path)
        temporary.unlink()
    return Vapid02.from_pem(path.read_bytes())


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
