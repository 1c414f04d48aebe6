"""Encrypting personal data anew with the newest key, library by library and field by field."""

import base64
import secrets
from collections.abc import Iterator
from typing import Any, Final

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import CharField, F
from django.db.models.functions import Cast, Substr

from jieyue.kit.encryption import EncryptedField, UnreadableSecretError, decrypt

BATCH: Final = 500


def encrypted_fields() -> Iterator[tuple[type[models.Model], str]]:
    """Yield every model with each of its encrypted fields."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, EncryptedField):
                yield model, field.name


def key_names() -> list[str]:
    """Return the names of the configured keys, newest first."""
    lines = settings.FIELD_KEYS.replace(",", "\n").split()
    return [line.split(":", 1)[0] for line in lines]


def with_new_key(configured: str) -> str:
    """Return the text of the key file with a new key in front."""
    taken = {line.split(":", 1)[0] for line in configured.replace(",", "\n").split()}
    number = next(n for n in range(1, len(taken) + 2) if f"k{n}" not in taken)
    key = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    return "\n".join([f"k{number}:{key}", *configured.replace(",", "\n").split()]) + "\n"


def rows_by_key() -> dict[str, int]:
    """Return how many secrets each key's name stands on. One statement a field."""
    counts: dict[str, int] = {}
    for model, name in encrypted_fields():
        for token in _tokens(model, name).values_list("token_", flat=True).iterator():
            key = token.partition(":")[0]
            counts[key] = counts.get(key, 0) + 1
    return counts


def unreadable_keys() -> list[str]:
    """Return the names of keys whose secrets cannot be read: gone, or another of the same name.

    Every installation calls its first key k1, so a name alone proves nothing.
    """
    tried: dict[str, bool] = {}
    for model, name in encrypted_fields():
        for token in _tokens(model, name).values_list("token_", flat=True).iterator():
            key = token.partition(":")[0]
            if key not in tried:
                tried[key] = _is_readable(token)
    return sorted(key for key, is_readable in tried.items() if not is_readable)


def _is_readable(token: str) -> bool:
    try:
        decrypt(token)
    except UnreadableSecretError:
        return False
    return True


def rotate() -> int:
    """Encrypt every secret of an older key with the newest; return how many.

    May be stopped and run again. A row that changes meanwhile is left to the next batch: each
    update still finds the token it read, or nothing.
    """
    newest = key_names()[0] + ":"
    return sum(_rotate_field(model, name, newest) for model, name in encrypted_fields())


def _rotate_field(model: type[models.Model], name: str, newest: str) -> int:
    total = 0
    old = (
        _tokens(model, name)
        .annotate(key_=Substr(F("token_"), 1, len(newest)))
        .exclude(key_=newest)
        .order_by("pk")
    )
    while batch := list(old.values_list("pk", "token_", name)[:BATCH]):
        for key, token, text in batch:
            row = _tokens(model, name).filter(pk=key, token_=token)
            total += row.update(**{name: text})
    return total


def _tokens(model: type[models.Model], name: str) -> "models.QuerySet[Any]":
    """Return the rows that hold a secret, with its ciphertext as `token_`."""
    manager: Any = getattr(model, "across_libraries", model._default_manager)
    token = Cast(F(name), CharField())
    rows: models.QuerySet[Any] = manager.annotate(token_=token)
    return rows.exclude(token_="").exclude(token_=None)
