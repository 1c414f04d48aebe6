"""The browsers in which an account is signed in: listed, and ended at once.

The row is what counts: a browser whose row is gone is signed out with its next request, because
`queries.session_account` asks for both in one statement.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from jieyue.accounts.models import SignIn
from jieyue.accounts.rules.devices import device_of, network_of
from jieyue.kit.batches import delete_in_batches
from jieyue.kit.ids import public_id

NOTED_EVERY: Final = timedelta(minutes=10)
KEPT: Final = timedelta(days=90)  # unused; as long as a reader's cookie lives
MOST: Final = 50  # of one account; the oldest go


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInView:
    """A browser somebody is signed in with. `browser` and `system` as in rules/devices.py."""

    public_id: str
    browser: str
    system: str
    network: str  # 203.0.113.*
    how: str
    created_at: datetime
    last_used_at: datetime
    is_this: bool


def open_session(account_id: int, *, how: str, agent: str, address: str, now: datetime) -> str:
    """Note that the account is signed in with a browser; returns the session's public id."""
    made = SignIn.objects.create(
        public_id=public_id(20),
        account_id=account_id,
        how=SignIn.How(how),
        device=device_of(agent),
        network=network_of(address),
        created_at=now,
        last_used_at=now,
    )
    mine = SignIn.objects.filter(account_id=account_id).order_by("-last_used_at", "-id")
    if extra := list(mine.values_list("pk", flat=True)[MOST : MOST + 50]):
        SignIn.objects.filter(pk__in=extra).delete()
    return made.public_id


def hand_over(session: str, account_id: int, *, how: str, now: datetime) -> bool:
    """Let a browser go on as another account. One statement; False if its session has ended.

    `how` is empty where it was proved before.
    """
    mine = SignIn.objects.filter(public_id=session)
    changes: dict[str, Any] = {"how": SignIn.How(how)} if how else {}
    return bool(mine.update(account_id=account_id, last_used_at=now, **changes))


def used(session: str, *, address: str, now: datetime) -> None:
    """Note that a browser was used just now, from where. One statement."""
    SignIn.objects.filter(public_id=session).update(last_used_at=now, network=network_of(address))


def sessions_of(account_id: int, this: str) -> list[SignInView]:
    """Return where the account is signed in, this browser first, then the latest used."""
    rows = SignIn.objects.filter(account_id=account_id).order_by("-last_used_at", "-id")
    found = [
        SignInView(
            public_id=row.public_id,
            browser=row.device.partition(" ")[0],
            system=row.device.partition(" ")[2],
            network=row.network,
            how=row.how,
            created_at=row.created_at,
            last_used_at=row.last_used_at,
            is_this=row.public_id == this,
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: not one.is_this)


def end_session(account_id: int, session: str) -> bool:
    """End one session of the account at once; another's is not there. One statement."""
    return bool(SignIn.objects.filter(account_id=account_id, public_id=session).delete()[0])


def end_sessions(account_id: int, *, but: str = "") -> int:
    """End every session of the account but one. Returns how many. One statement."""
    return SignIn.objects.filter(account_id=account_id).exclude(public_id=but).delete()[0]


def forget_unused(now: datetime) -> int:
    """Delete sessions that nobody has used for 90 days; returns how many."""
    return delete_in_batches(SignIn.objects.filter(last_used_at__lt=now - KEPT))
