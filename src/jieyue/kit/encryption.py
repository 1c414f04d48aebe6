"""Personal data that no search needs is encrypted at rest, with a keyed hash to find it again.

A ciphertext names its key (`k2:<token>`), so keys can be rotated while old rows stay readable.
Keys and the separate hash key live outside the database and its backups (settings.KEYS_DIR).
"""

import hashlib
import hmac
from base64 import urlsafe_b64decode
from functools import cache
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.db import models

if TYPE_CHECKING:
    _TextField = models.TextField[str, str]
else:
    _TextField = models.TextField  # Django's fields take type arguments only while checking


class UnreadableSecretError(RuntimeError):
    """A stored secret cannot be read: its key is missing or it was tampered with."""


@cache
def _keys(configured: str) -> dict[str, Fernet]:
    pairs = (line.split(":", 1) for line in configured.replace(",", "\n").split() if line)
    return {name: Fernet(key.encode()) for name, key in pairs}


def encrypt(text: str) -> str:
    """Encrypt with the newest key; the empty string stays empty."""
    if not text:
        return ""
    name, key = next(iter(_keys(settings.FIELD_KEYS).items()))
    return f"{name}:{key.encrypt(text.encode()).decode()}"


def decrypt(token: str) -> str:
    """Return the text of a ciphertext of any key still configured.

    Raises:
        UnreadableSecretError: the key is gone or the token was changed.

    """
    if not token:
        return ""
    name, _, body = token.partition(":")
    key = _keys(settings.FIELD_KEYS).get(name)
    if key is None:
        raise UnreadableSecretError(f"no field key named {name!r} is configured")
    try:
        return key.decrypt(body.encode()).decode()
    except InvalidToken as error:
        raise UnreadableSecretError("a stored secret was changed or its key is wrong") from error


def keyed_hash(text: str) -> str:
    """Return the look-up hash of a normalised phone number or address; empty for empty."""
    if not text:
        return ""
    key = urlsafe_b64decode(settings.FIELD_HASH_KEY)
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


class EncryptedField(_TextField):
    """Text that is ciphertext in the database and plain text in Python."""

    def get_prep_value(self, value: Any) -> Any:
        """Encrypt on the way in."""
        return None if value is None else encrypt(str(value))

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        """Decrypt on the way out."""
        return None if value is None else decrypt(value)
