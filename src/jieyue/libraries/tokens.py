"""Keys for other programs: issuing, revoking, and signing in with one.

A token belongs to one library and one branch (it may reach all of them) and carries a set of
rights. Only the SHA-256 of its secret is kept; 32 random bytes need no slow hash.
"""

import hashlib
import json
import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

from django.db.models import Q

from jieyue.audit.journal import Note, note
from jieyue.kit import sql
from jieyue.kit.transactions import lock_one
from jieyue.libraries.actions import action, need_branch
from jieyue.libraries.desk import Desk, Door
from jieyue.libraries.models import ApiToken, Branch, Staff, StaffBranch
from jieyue.libraries.rules.permissions import OWNER, Permission

PREFIX: Final = "jy_"  # says in a log or a leak what it is
MAX_NAME: Final = 100
_CALLER: Final = "token:"

# The library is not known before the token is: this module may cross (design §4).
SIGN_IN: Final = """
SELECT t.id, t.library_id, t.branch_id, t.permissions, y.slug, y.time_zone,
       (t.all_branches AND (t.created_by_id IS NULL OR s.all_branches)) AS everywhere
  FROM libraries_apitoken t
  JOIN libraries_library y ON y.id = t.library_id
  LEFT JOIN libraries_staff s ON s.library_id = t.library_id AND s.id = t.created_by_id
 WHERE t.secret_hash = <hash:text> AND t.revoked_at IS NULL
   AND (t.created_by_id IS NULL OR s.is_active)
"""
REACH: Final = """
SELECT t.branch_id, t.permissions,
       (t.all_branches AND (t.created_by_id IS NULL OR s.all_branches)) AS everywhere
  FROM libraries_apitoken t
  LEFT JOIN libraries_staff s ON s.library_id = t.library_id AND s.id = t.created_by_id
 WHERE t.library_id = <library:bigint> AND t.id = <token:bigint> AND t.revoked_at IS NULL
   AND (t.created_by_id IS NULL OR s.is_active)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenIssued:
    """A new token. `secret` is shown once and kept nowhere."""

    type: Literal["token_issued"] = "token_issued"
    name: str
    branch: str
    permissions: tuple[Permission, ...]
    secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRefused:
    """No token: `name_taken`, `name_missing`, `branch_unknown` or `rights_exceed_yours`."""

    type: Literal["refused"] = "refused"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRevoked:
    """From now on the token opens nothing."""

    type: Literal["token_revoked"] = "token_revoked"
    name: str
    was_known: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenView:
    """A token as the settings page lists it."""

    name: str
    branch: str  # code
    branch_name: str
    all_branches: bool
    permissions: tuple[Permission, ...]
    created_at: datetime
    revoked_at: datetime | None


def issue_token(
    desk: Desk,
    *,
    name: str,
    branch: str,
    permissions: frozenset[Permission],
    all_branches: bool = False,
) -> TokenIssued | TokenRefused:
    """Make a token for the branch (its code) with rights the desk has itself.

    With `all_branches` it stands at that branch and may act for every other and the library.
    Not repeated by its idempotency key, whose stored outcome would keep the secret; a second call
    finds the name taken.
    """
    secret = PREFIX + secrets.token_urlsafe(32)
    outcome = _issue_token(
        replace(desk, key=None),
        name=name,
        branch=branch,
        permissions=permissions,
        all_branches=all_branches,
        secret_hash=_hash(secret),
    )
    if isinstance(outcome, TokenRefused):
        return outcome
    return replace(outcome, secret=secret)


@action(needs=Permission.SETTINGS)
def _issue_token(
    desk: Desk,
    *,
    name: str,
    branch: str,
    permissions: frozenset[Permission],
    all_branches: bool,
    secret_hash: str,
) -> TokenIssued | TokenRefused:
    name = name.strip()
    place = lock_one(Branch.objects.filter(code=branch))
    if not name or len(name) > MAX_NAME:
        return TokenRefused(reason="name_missing")
    if place is None:
        return TokenRefused(reason="branch_unknown")
    too_far = all_branches and not desk.works_at(None)
    if too_far or not permissions <= desk.permissions & OWNER or not _works_at(desk, place):
        return TokenRefused(reason="rights_exceed_yours")
    if ApiToken.objects.filter(name=name, revoked_at=None).exists():
        return TokenRefused(reason="name_taken")
    granted = tuple(p for p in Permission if p in permissions)
    ApiToken.objects.create(
        library_id=desk.library_id,
        name=name,
        secret_hash=secret_hash,
        branch_id=place.pk,
        permissions=[p.value for p in granted],
        all_branches=all_branches,
        created_by_id=desk.staff_id,
        created_at=desk.now,
    )
    reach = {"all_branches": True} if all_branches else {}
    note(Note(data={"token": name, "permissions": [p.value for p in granted], **reach}))
    return TokenIssued(name=name, branch=branch, permissions=granted, secret="")


def _works_at(desk: Desk, place: Branch) -> bool:
    """Say whether whoever is at the desk works at the branch: a token is no way to another."""
    if desk.staff_id is None:
        return place.pk == desk.branch_id
    here = Q(all_branches=True) | Q(pk__in=StaffBranch.objects.filter(branch=place).values("staff"))
    return Staff.objects.filter(here, pk=desk.staff_id).exists()


@action(needs=Permission.SETTINGS)
def revoke_token(desk: Desk, *, name: str) -> TokenRevoked:
    """Revoke the token of this name, at once and for good."""
    row = lock_one(ApiToken.objects.filter(name=name, revoked_at=None))
    if row is not None:
        need_branch(desk, None if row.all_branches else row.branch_id)
        ApiToken.objects.filter(pk=row.pk).update(revoked_at=desk.now)
    note(Note(data={"token": name[:MAX_NAME]}))
    return TokenRevoked(name=name, was_known=row is not None)


def tokens() -> list[TokenView]:
    """Return the library's tokens, those in force first, newest first. One statement."""
    found = ApiToken.objects.select_related("branch").order_by("-created_at", "-id")
    views = [
        TokenView(
            name=row.name,
            branch=row.branch.code,
            branch_name=row.branch.name,
            all_branches=row.all_branches,
            permissions=tuple(sorted(_granted(json.dumps(row.permissions)))),
            created_at=row.created_at,
            revoked_at=row.revoked_at,
        )
        for row in found
    ]
    return sorted(views, key=lambda view: view.revoked_at is not None)


def desk_of_token(secret: str, *, now: datetime, key: str | None) -> Desk | None:
    """Return the desk a secret opens, None if it opens none. One statement; needs no scope.

    The key of a colleague who was shut out opens nothing until they are let in again.
    """
    if not secret.startswith(PREFIX) or len(secret) > 100:
        return None
    found = sql.rows_across(SIGN_IN, hash=_hash(secret))
    if not found:
        return None
    row = found[0]
    return Desk(
        library_id=row["library_id"],
        slug=row["slug"],
        branch_id=row["branch_id"],
        zone=ZoneInfo(row["time_zone"]),
        door=Door.API,
        now=now,
        permissions=_rights(row),
        caller=f"{_CALLER}{row['id']}",
        key=key,
        branch_ids=_branches(row),
    )


def token_at(desk: Desk) -> int | None:
    """Return the id of the token that opened the desk, None if it was no token."""
    number = desk.caller.removeprefix(_CALLER)
    return int(number) if number != desk.caller else None


def with_token(desk: Desk, token_id: int) -> Desk | None:
    """Return the desk with what the token may do now, None if it opens nothing any more.

    For what the worker goes on with in its name. One statement.
    """
    found = sql.rows(REACH, token=token_id)
    if not found:
        return None
    return replace(desk, permissions=_rights(found[0]), branch_ids=_branches(found[0]))


def _rights(row: dict[str, Any]) -> frozenset[Permission]:
    kept = row["permissions"]
    return _granted(kept if isinstance(kept, str) else json.dumps(kept))


def _branches(row: dict[str, Any]) -> frozenset[int] | None:
    return None if row["everywhere"] else frozenset({row["branch_id"]})


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


@lru_cache(maxsize=1024)
def _granted(permissions: str) -> frozenset[Permission]:
    """Read the stored JSON, leaving out names that a later version no longer knows."""
    known = {permission.value for permission in Permission}
    return frozenset(Permission(name) for name in json.loads(permissions) if name in known)
