"""Signing in: whose password this is, without saying whether the name exists, and not too fast.

Every try is written down before the password is looked at and taken back when it was right, so
that many tries at once do not get past the limit. Names and addresses are kept as keyed hashes.
"""

import math
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.contrib.auth.hashers import check_password, make_password

from jieyue.accounts.models import Account, SignInAttempt
from jieyue.accounts.rules.devices import source_of
from jieyue.kit.encryption import keyed_hash

WINDOW: Final = timedelta(minutes=15)
MOST_FOR_A_NAME: Final = 10  # failures in the window, from one network address
MOST_FROM_EVERYWHERE: Final = 30  # for a name: one stranger locks nobody out
MOST_FROM_AN_ADDRESS: Final = 50
MAX_CANDIDATES: Final = 8  # of one phone number; each costs a password hash
MAX_PASSWORD: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """An account whose password was right. `auth_hash` goes into the session."""

    account_id: int
    name: str
    auth_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A try under way, to be taken back with `succeeded`."""

    ids: tuple[int, ...]
    name_hashes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TooMany:
    """Nothing may be tried: there were too many failures. Whole minutes until the next try."""

    minutes: int


def typed_name(text: str) -> str:
    """Return a sign-in name, card or phone number as people mean it: plain characters, small."""
    return unicodedata.normalize("NFKC", text).strip().casefold()[:200]


def begin(place: str, name: str, address: str, *, now: datetime) -> Attempt | TooMany:
    """Write a try down, unless there were too many failures. Four statements, one more then.

    `place` is the slug of the library where a card or phone number was typed, so that one
    library's readers do not lock another's; empty for a sign-in name, which is the same
    everywhere. `address` is the network address it comes from.
    """
    source = source_of(address)
    names = {
        keyed_hash(f"name:{place}:{name}"): MOST_FROM_EVERYWHERE,
        keyed_hash(f"name from:{source}:{place}:{name}"): MOST_FOR_A_NAME,
    }
    limits = names | {keyed_hash(f"address:{source}"): MOST_FROM_AN_ADDRESS}
    written = SignInAttempt.objects.bulk_create(
        [SignInAttempt(who_hash=who, at=now) for who in limits]
    )
    ids = tuple(row.pk for row in written)
    wait = max(_wait(who, most, now) for who, most in limits.items())
    if wait > timedelta(0):
        SignInAttempt.objects.filter(pk__in=ids).delete()  # trying does not make the wait longer
        return TooMany(minutes=math.ceil(wait.total_seconds() / 60))
    return Attempt(ids=ids, name_hashes=tuple(names))


def _wait(who_hash: str, most: int, now: datetime) -> timedelta:
    """Return how long until one more try keeps within the limit; this one is counted."""
    recent = SignInAttempt.objects.filter(who_hash=who_hash, at__gt=now - WINDOW)
    times = list(recent.order_by("-at", "-id").values_list("at", flat=True)[: most + 1])
    return times[-1] + WINDOW - now if len(times) > most else timedelta(0)


def succeeded(attempt: Attempt) -> None:
    """Take back a try that was right, and forget the name's failures. Two statements."""
    SignInAttempt.objects.filter(pk__in=attempt.ids).delete()
    SignInAttempt.objects.filter(who_hash__in=attempt.name_hashes).delete()


def account_of_login(name: str) -> int | None:
    """Return the active account with a sign-in name (see `typed_name`). One statement."""
    found = Account.objects.filter(login=typed_name(name) or None, is_active=True)
    return found.values_list("pk", flat=True).first()


def whose_password(account_ids: Iterable[int], password: str) -> list[SignedIn]:
    """Return those of the accounts whose password it is. One statement.

    Takes as long for nobody as for one account, so that time tells no names.
    """
    ids = list(dict.fromkeys(account_ids))[:MAX_CANDIDATES]
    text = password[:MAX_PASSWORD]
    accounts = list(Account.objects.filter(pk__in=ids, is_active=True).order_by("pk"))
    if not accounts:
        make_password(text)
    return [_signed_in(one) for one in accounts if check_password(text, one.password)]


def signed_in(account_id: int) -> SignedIn | None:
    """Return what a session needs for an account that has proved itself. One statement."""
    account = Account.objects.filter(pk=account_id, is_active=True).first()
    return _signed_in(account) if account else None


def _signed_in(account: Account) -> SignedIn:
    return SignedIn(
        account_id=account.pk, name=account.name, auth_hash=account.get_session_auth_hash()
    )
