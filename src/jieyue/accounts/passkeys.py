"""Passkeys (WebAuthn): registering, listing, and whose one is. The protocol is `fido2`'s.

A key is good for one host name. The challenge is made here and kept by the door in its session;
each is taken once. https://www.w3.org/TR/webauthn-3/
"""

import json
import struct
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import ip_address
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.db.models import Q
from fido2 import cbor
from fido2.cose import CoseKey
from fido2.server import Fido2Server
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialDescriptor,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialType,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from jieyue.accounts.models import Passkey
from jieyue.accounts.sign_in import SignedIn, signed_in
from jieyue.kit.encryption import keyed_hash
from jieyue.kit.ids import public_id

MOST: Final = 20  # of one account
MAX_ANSWER: Final = 20_000  # characters
# Whatever may be wrong with an answer: no JSON, no CBOR, cut off, nested without end, not signed.
UNREADABLE: Final = (
    *(ValueError, LookupError, TypeError, AttributeError),
    *(struct.error, RecursionError, OverflowError),
)
MAX_CREDENTIAL: Final = 1400  # base64url characters of an id of 1023 bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Where a browser is: `origin` as it says (https://lib.example:8443), `host` without port."""

    origin: str
    host: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """What the browser's script is given, and what the session keeps until it answers."""

    options: dict[str, Any]
    state: dict[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PasskeyView:
    """A passkey in its owner's list."""

    public_id: str
    name: str
    host: str
    created_at: datetime
    last_used_at: datetime | None


def obstacle(site: Site) -> str:
    """Say why a browser makes no passkeys here: "name", "https", or "" if it does."""
    try:
        ip_address(site.host.strip("[]"))
    except ValueError:
        is_secure = site.origin.startswith("https://") or site.host == "localhost"
        return "" if is_secure else "https"
    return "name"


def register_begin(account_id: int, name: str, site: Site) -> Challenge:
    """Begin to make a passkey. One statement."""
    known = Passkey.objects.filter(account_id=account_id, host=site.host)
    options, state = _server(site).register_begin(
        PublicKeyCredentialUserEntity(
            id=bytes.fromhex(keyed_hash(f"passkey:{account_id}")), name=name, display_name=name
        ),
        [_descriptor(row) for row in known],
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return Challenge(options=dict(options), state=state)


def register_complete(
    account_id: int, answer: str, state: dict[str, Any], *, name: str, site: Site, now: datetime
) -> PasskeyView | None:
    """Keep the new passkey; None if the answer proves nothing, or there are too many."""
    try:
        found = _server(site).register_complete(
            state, RegistrationResponse.from_dict(_read(answer))
        )
        data = found.credential_data
        if data is None:
            return None
        credential = websafe_encode(data.credential_id)
    except UNREADABLE:
        return None
    mine = Passkey.objects.filter(account_id=account_id)
    taken = Passkey.objects.filter(credential=credential).exists()
    if taken or len(credential) > MAX_CREDENTIAL or mine.count() >= MOST:
        return None
    try:
        with transaction.atomic():  # what goes wrong spoils nothing around it
            made = Passkey.objects.create(
                public_id=public_id(),
                account_id=account_id,
                name=" ".join(name.split())[:60] or site.host[:60],
                host=site.host,
                credential=credential,
                public_key=cbor.encode(data.public_key),
                sign_count=found.counter,
                created_at=now,
            )
    except IntegrityError:  # the same answer sent twice at once
        return None
    return _view(made)


def sign_in_begin(site: Site) -> Challenge:
    """Begin to sign in; the browser offers the passkeys it has for this name. No statement."""
    options, state = _server(site).authenticate_begin(
        user_verification=UserVerificationRequirement.REQUIRED
    )
    return Challenge(options=dict(options), state=state)


def sign_in_complete(
    answer: str, state: dict[str, Any], *, site: Site, now: datetime
) -> SignedIn | None:
    """Return whose passkey answered; None if it proves nothing. At most three statements.

    A counter that does not grow means that a key was copied: it signs nobody in.
    """
    try:
        given = AuthenticationResponse.from_dict(_read(answer))
        credential = websafe_encode(given.raw_id)
        row = Passkey.objects.filter(credential=credential[: MAX_CREDENTIAL + 1]).first()
        if row is None or row.host != site.host:
            return None
        public_key: Any = cbor.decode(bytes(row.public_key))
        key = AttestedCredentialData.create(Aaguid.NONE, given.raw_id, CoseKey.parse(public_key))
        _server(site).authenticate_complete(state, [key], given)
        count = given.response.authenticator_data.counter
    except UNREADABLE:
        return None
    fresh = Q(sign_count=0) if count == 0 else Q(sign_count__lt=count)
    noted = Passkey.objects.filter(fresh, pk=row.pk).update(sign_count=count, last_used_at=now)
    return signed_in(row.account_id) if noted else None


def passkeys_of(account_id: int) -> list[PasskeyView]:
    """Return an account's passkeys, the latest made first. One statement."""
    return [_view(row) for row in Passkey.objects.filter(account_id=account_id).order_by("-id")]


def remove_passkey(account_id: int, passkey: str) -> bool:
    """Remove one of the account's own; another's is not there. One statement."""
    return bool(Passkey.objects.filter(account_id=account_id, public_id=passkey).delete()[0])


def has_passkeys(account_ids: Iterable[int]) -> bool:
    """Say whether any of the accounts has one. One statement."""
    return Passkey.objects.filter(account_id__in=list(account_ids)).exists()


def remove_passkeys(account_id: int) -> int:
    """Remove all of an account. Returns how many. One statement."""
    return Passkey.objects.filter(account_id=account_id).delete()[0]


def rename_passkey(account_id: int, passkey: str, name: str) -> bool:
    """Give one of the account's own another name. One statement."""
    mine = Passkey.objects.filter(account_id=account_id, public_id=passkey)
    text = " ".join(name.split())[:60]
    return bool(text and mine.update(name=text))


def _server(site: Site) -> Fido2Server:
    return Fido2Server(
        PublicKeyCredentialRpEntity(id=site.host, name=site.name),
        verify_origin=lambda origin: origin == site.origin,
    )


def _descriptor(row: Passkey) -> PublicKeyCredentialDescriptor:
    return PublicKeyCredentialDescriptor(
        type=PublicKeyCredentialType.PUBLIC_KEY, id=websafe_decode(row.credential)
    )


def _read(answer: str) -> dict[str, Any]:
    if len(answer) > MAX_ANSWER:
        raise ValueError("too long")
    found = json.loads(answer)
    if not isinstance(found, dict):
        raise TypeError("no object")
    return found


def _view(row: Passkey) -> PasskeyView:
    return PasskeyView(
        public_id=row.public_id,
        name=row.name,
        host=row.host,
        created_at=row.created_at,
        last_used_at=row.last_used_at,
    )
