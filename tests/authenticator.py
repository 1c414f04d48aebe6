"""A passkey device in software: answers WebAuthn as a phone does, and lies when told to."""

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData

FLAG = AuthenticatorData.FLAG


@dataclass
class Authenticator:
    """Holds one key. A `count` that stays 0 is that of a synced passkey."""

    count: int = 0
    credential: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def create(self, options: dict[str, Any], *, origin: str) -> dict[str, Any]:
        """Answer `navigator.credentials.create`."""
        asked = options["publicKey"]
        data = AttestedCredentialData.create(
            Aaguid.NONE, self.credential, ES256.from_cryptography_key(self.key.public_key())
        )
        found = AuthenticatorData.create(
            hashlib.sha256(asked["rp"]["id"].encode()).digest(),
            FLAG.UP | FLAG.UV | FLAG.AT,
            self.count,
            data,
        )
        return self._answer(
            clientDataJSON=_client_data("webauthn.create", asked, origin),
            attestationObject=bytes(AttestationObject.create("none", found, {})),
        )

    def get(
        self, options: dict[str, Any], *, origin: str, rp_id: str = "", verified: bool = True
    ) -> dict[str, Any]:
        """Answer `navigator.credentials.get`."""
        asked = options["publicKey"]
        client_data = _client_data("webauthn.get", asked, origin)
        found = AuthenticatorData.create(
            hashlib.sha256((rp_id or asked["rpId"]).encode()).digest(),
            FLAG.UP | (FLAG.UV if verified else FLAG(0)),
            self.count,
        )
        signed = bytes(found) + hashlib.sha256(client_data).digest()
        return self._answer(
            clientDataJSON=client_data,
            authenticatorData=bytes(found),
            signature=self.key.sign(signed, ec.ECDSA(hashes.SHA256())),
        )

    def _answer(self, **parts: bytes) -> dict[str, Any]:
        name = websafe_encode(self.credential)
        return {
            "id": name,
            "rawId": name,
            "type": "public-key",
            "clientExtensionResults": {},
            "response": {key: websafe_encode(value) for key, value in parts.items()},
        }


def _client_data(kind: str, asked: dict[str, Any], origin: str) -> bytes:
    found = {"type": kind, "challenge": asked["challenge"], "origin": origin, "crossOrigin": False}
    return json.dumps(found).encode()
