"""A receipt as a few signed bytes, which a gate without network can check.

The text stands behind the `#` of the receipt's address: `<payload>.<signature>`, both base64url
without padding. The payload is JSON with short names; the signature is ECDSA P-256 with SHA-256
over the payload's text, as the 64 bytes r‖s that WebCrypto takes.
"""

import base64
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)

RECEIPT_HOURS: Final = 2  # after the last book of a visit
MOST_BOOKS: Final = 8  # named in the code; more only count, or it would grow too fine to scan
TITLE_LENGTH: Final = 8
_SIZE: Final = 32  # bytes of r and of s


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedBook:
    """A book as the code names it: the barcode's end and the title's beginning."""

    code: str
    title: str


def new_key() -> tuple[str, str]:
    """Return a new private key (PEM) and its public key (base64 of SubjectPublicKeyInfo)."""
    private = ec.generate_private_key(ec.SECP256R1())
    pem = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    public = private.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return pem.decode(), base64.b64encode(public).decode()


def signed(
    private_pem: str,
    *,
    key: str,
    receipt: str,
    library: str,
    at: datetime,
    until: datetime,
    books: list[SignedBook],
) -> str:
    """Return what stands behind the `#`: no name, no number of a reader."""
    payload: dict[str, Any] = {
        "k": key,
        "l": library,
        "r": receipt,
        "t": int(at.timestamp()),
        "e": int(until.timestamp()),
        "n": len(books),
        "b": [[book.code[-5:], book.title[:TITLE_LENGTH]] for book in books[:MOST_BOOKS]],
    }
    text = _encoded(json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode())
    private = serialization.load_pem_private_key(private_pem.encode(), password=None)
    assert isinstance(private, ec.EllipticCurvePrivateKey)
    r, s = decode_dss_signature(private.sign(text.encode(), ec.ECDSA(hashes.SHA256())))
    return f"{text}.{_encoded(r.to_bytes(_SIZE, 'big') + s.to_bytes(_SIZE, 'big'))}"


def verified(public_key: str, text: str) -> dict[str, Any] | None:
    """Return the payload if the key signed it, as the gate's page does; None if not."""
    payload, _, signature = text.partition(".")
    try:
        raw = _decoded(signature)
        public = serialization.load_der_public_key(base64.b64decode(public_key))
        assert isinstance(public, ec.EllipticCurvePublicKey)
        pair = int.from_bytes(raw[:_SIZE], "big"), int.from_bytes(raw[_SIZE:], "big")
        public.verify(encode_dss_signature(*pair), payload.encode(), ec.ECDSA(hashes.SHA256()))
        found: dict[str, Any] = json.loads(_decoded(payload))
    except (InvalidSignature, ValueError):
        return None
    return found


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
