"""What a browser's session remembers: who signed in, at which branch, and whether it is locked."""

from datetime import datetime
from typing import Final

from django.http import HttpRequest

ACCOUNT: Final = "account"  # id
AUTH_HASH: Final = "auth_hash"  # of the account's password: changing it ends other sessions
PATRONS: Final = "patrons"  # {library id: patron id}
BRANCHES: Final = "branches"  # {library id: branch id}
SEEN: Final = "seen"  # seconds since 1970 of the last staff request
LOCKED: Final = "locked"


def sign_in_account(
    request: HttpRequest, account_id: int, auth_hash: str, *, now: datetime
) -> None:
    """Start a session for an account. The key changes, so a planted one is worth nothing."""
    request.session.flush()
    request.session[ACCOUNT] = account_id
    request.session[AUTH_HASH] = auth_hash
    touch(request, now)


def choose_patron(request: HttpRequest, library_id: int, patron_id: int) -> None:
    """Say which reader of a library this session acts as."""
    request.session[PATRONS] = request.session.get(PATRONS, {}) | {str(library_id): patron_id}


def chosen_patron(request: HttpRequest, library_id: int) -> int | None:
    """Return the reader this session acts as in a library."""
    chosen: int | None = request.session.get(PATRONS, {}).get(str(library_id))
    return chosen


def choose_branch(request: HttpRequest, library_id: int, branch_id: int) -> None:
    """Remember at which branch this browser stands."""
    request.session[BRANCHES] = request.session.get(BRANCHES, {}) | {str(library_id): branch_id}


def chosen_branch(request: HttpRequest, library_id: int) -> int | None:
    """Return the branch this browser stands at, if it was chosen."""
    chosen: int | None = request.session.get(BRANCHES, {}).get(str(library_id))
    return chosen


def touch(request: HttpRequest, now: datetime) -> None:
    """Note that staff are active (written at most twice a minute)."""
    seconds = int(now.timestamp())
    if seconds - request.session.get(SEEN, 0) >= 30:
        request.session[SEEN] = seconds


def idle_seconds(request: HttpRequest, now: datetime) -> int:
    """Return how long staff have been away."""
    return int(now.timestamp()) - int(request.session.get(SEEN, now.timestamp()))


def lock(request: HttpRequest) -> None:
    """Lock the staff pages; the session stays."""
    request.session[LOCKED] = True


def is_locked(request: HttpRequest) -> bool:
    """Say whether the staff pages are locked."""
    return bool(request.session.get(LOCKED))


def unlock_as(request: HttpRequest, account_id: int, auth_hash: str, *, now: datetime) -> None:
    """Unlock for whoever gave their PIN or password; the branch stays, the reader does not."""
    branches = request.session.get(BRANCHES, {})
    request.session.cycle_key()
    request.session[ACCOUNT] = account_id
    request.session[AUTH_HASH] = auth_hash
    request.session[BRANCHES] = branches
    request.session.pop(PATRONS, None)
    request.session.pop(LOCKED, None)
    request.session[SEEN] = int(now.timestamp())


def sign_out(request: HttpRequest) -> None:
    """Forget everything."""
    request.session.flush()
