"""A browser's push service on this machine, and the browser behind it that decrypts.

Encryption and signature are undone here after RFC 8188, 8291 and 8292, by nothing the product has.
"""

import hashlib
import hmac
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from jieyue.kit import clock
from tests.servers.web import Answer, Asked, WebService


@dataclass
class Shown:
    """A message as the browser would show it, with the headers it came with."""

    browser: str
    said: dict[str, Any]
    headers: dict[str, str]


class Browser:
    """A browser with an agreement: its keys, and where it is reached."""

    def __init__(self, service: "PushService", name: str) -> None:
        self.name = name
        self.endpoint = f"{service.url}/push/{name}"
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.secret = secrets.token_bytes(16)

    @property
    def p256dh(self) -> str:
        """Its public key as pages get it."""
        return _text(_point(self.private.public_key()))

    @property
    def auth(self) -> str:
        """Its secret as pages get it."""
        return _text(self.secret)

    @property
    def address(self) -> str:
        """What the channel takes."""
        given = {"endpoint": self.endpoint, "p256dh": self.p256dh, "auth": self.auth}
        return json.dumps(given)

    def decrypt(self, body: bytes) -> bytes:
        """Return what a message says (one record is all that Web Push has)."""
        salt, length = body[:16], body[20]
        sender, sealed = body[21 : 21 + length], body[21 + length :]
        theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender)
        shared = self.private.exchange(ec.ECDH(), theirs)
        info = b"WebPush: info\0" + _point(self.private.public_key()) + sender
        material = _expand(_extract(self.secret, shared), info, 32)
        base = _extract(salt, material)
        key = _expand(base, b"Content-Encoding: aes128gcm\0", 16)
        nonce = _expand(base, b"Content-Encoding: nonce\0", 12)
        padded = AESGCM(key).decrypt(nonce, sealed, None)
        plain, mark = padded.rstrip(b"\0")[:-1], padded.rstrip(b"\0")[-1:]
        assert mark == b"\x02", "the last record ends with a 2"
        return plain


class PushService(WebService):
    """Takes messages for its browsers; `shown` holds what they decrypted.

    `gone` names browsers that took their agreement back. `key` is the one public key it knows us
    by, from the first message on.
    """

    def __init__(self, port: int = 0) -> None:
        super().__init__(port)
        self.browsers: dict[str, Browser] = {}
        self.shown: list[Shown] = []
        self.gone: set[str] = set()
        self.key = ""

    def browser(self, name: str = "phone") -> Browser:
        """Return a browser, agreed."""
        return self.browsers.setdefault(name, Browser(self, name))

    def answer(self, asked: Asked) -> Answer:
        name = asked.path.rpartition("/")[2]
        if name in self.gone or name not in self.browsers:
            return Answer(410)
        if len(asked.body) > 4096:
            return Answer(413)
        if not self._knows(asked.headers.get("authorization", "")):
            return Answer(403, b"not signed by who was agreed with")
        if asked.headers.get("content-encoding") != "aes128gcm":
            return Answer(400)
        if not asked.headers.get("ttl", "").isdecimal() or len(asked.headers.get("topic", "")) > 32:
            return Answer(400)
        said = json.loads(self.browsers[name].decrypt(asked.body))
        self.shown.append(Shown(name, said, dict(asked.headers)))
        return Answer(201, headers={"Location": f"{self.url}/m/{len(self.shown)}"})

    def _knows(self, authorization: str) -> bool:
        scheme, _, rest = authorization.partition(" ")
        parts = dict(part.strip().split("=", 1) for part in rest.split(",") if "=" in part)
        if scheme.lower() != "vapid" or not {"t", "k"} <= set(parts):
            return False
        head, claims, signature = parts["t"].split(".")
        said, raw = json.loads(_bytes(claims)), _bytes(signature)
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _bytes(parts["k"]))
        der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
        try:
            key.verify(der, f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
        except InvalidSignature:
            return False
        self.key = self.key or parts["k"].rstrip("=")
        now = clock.now().timestamp()
        return (
            json.loads(_bytes(head))["alg"] == "ES256"
            and said["aud"] == self.url
            and now < said["exp"] <= now + 24 * 3600
            and said["sub"].startswith(("mailto:", "https:"))
            and parts["k"].rstrip("=") == self.key
        )


def _extract(salt: bytes, material: bytes) -> bytes:
    return hmac.new(salt, material, hashlib.sha256).digest()


def _expand(key: bytes, info: bytes, length: int) -> bytes:
    return hmac.new(key, info + b"\x01", hashlib.sha256).digest()[:length]


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )


def _text(value: bytes) -> str:
    return urlsafe_b64encode(value).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
