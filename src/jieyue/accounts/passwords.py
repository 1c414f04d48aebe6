"""Passwords and PINs on their way into the database.

A new one is hashed before the action that keeps it: hashing is slow on purpose, and the action
holds the lock of everybody who writes. The idempotency key's fingerprint must not help to guess
one either, so what stands for it there is a keyed hash, worthless without the installation's keys.
"""

from dataclasses import dataclass, field

from django.contrib.auth.hashers import make_password

from jieyue.accounts.models import Account
from jieyue.kit.encryption import keyed_hash


@dataclass(frozen=True, slots=True)
class NewSecret:
    """A new password or PIN: `stored` as the database keeps it, `proof` to know a repeat by."""

    stored: str = field(repr=False)
    proof: str = field(repr=False)

    def __str__(self) -> str:
        """Return what an idempotency key's fingerprint is made of."""
        return self.proof


def new_secret(text: str) -> NewSecret:
    """Hash a new password or PIN (about 0.2 s for a real one). Call it outside any transaction."""
    return NewSecret(make_password(text), keyed_hash(f"secret:{text}"))


def set_password(account_id: int, secret: NewSecret) -> None:
    """Give an account a new password; its other sessions end with the old hash. One statement."""
    Account.objects.filter(pk=account_id).update(password=secret.stored)
