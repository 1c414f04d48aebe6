"""Signing in: whose password this is, without saying whether the name exists, and not too fast."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.contrib.auth.hashers import check_password, make_password
from django.db.models import Max

from jieyue.accounts.models import Account, SignInAttempt
from jieyue.kit.encryption import keyed_hash

WINDOW: Final = timedelta(minutes=15)
MOST_FOR_A_NAME: Final = 10
MOST_FROM_AN_ADDRESS: Final = 50
MAX_CANDIDATES: Final = 8  # of one phone number; each costs a password hash
MAX_PASSWORD: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """An account whose password was right. `auth_hash` goes into the session."""

    account_id: int
    name: str
    auth_hash: str


def minutes_to_wait(place: str, name: str, address: str, *, now: datetime) -> int:
    """Return how long this name, or this address, has to wait; 0 if it may try. Two statements.

    `place` is the library's slug or empty, so that one library's readers do not lock another's.
    """
    since = now - WINDOW
    for who, most in ((_who(place, name), MOST_FOR_A_NAME), (_from(address), MOST_FROM_AN_ADDRESS)):
        recent = SignInAttempt.objects.filter(who_hash=who, at__gt=since)
        if recent.count() >= most:
            last = recent.aggregate(last=Max("at"))["last"]
            seconds: float = (last + WINDOW - now).total_seconds()
            return max(1, math.ceil(seconds / 60))
    return 0


def note_failure(place: str, name: str, address: str, *, now: datetime) -> None:
    """Remember a failed attempt, hashed. One statement."""
    SignInAttempt.objects.bulk_create(
        SignInAttempt(who_hash=who, at=now) for who in (_who(place, name), _from(address))
    )


def forget_failures(place: str, name: str) -> None:
    """Forget the failures of a name that has now signed in. One statement."""
    SignInAttempt.objects.filter(who_hash=_who(place, name)).delete()


def account_of_login(login: str) -> int | None:
    """Return the active account with a sign-in name. One statement."""
    found = Account.objects.filter(login=login.casefold(), is_active=True)
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
    return [
        SignedIn(
            account_id=account.pk,
            name=account.name,
            auth_hash=account.get_session_auth_hash(),
        )
        for account in accounts
        if check_password(text, account.password)
    ]


def signed_in(account_id: int) -> SignedIn | None:
    """Return what a session needs for an account that has proved itself. One statement."""
    account = Account.objects.filter(pk=account_id, is_active=True).first()
    if account is None:
        return None
    return SignedIn(
        account_id=account.pk, name=account.name, auth_hash=account.get_session_auth_hash()
    )


def _who(place: str, name: str) -> str:
    return keyed_hash(f"name:{place}:{name.casefold()[:200]}")


def _from(address: str) -> str:
    return keyed_hash(f"address:{address}")
