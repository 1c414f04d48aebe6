"""What a browser's session remembers: who signed in, at which branch, and whether it is locked."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.http import HttpRequest
from django.middleware.csrf import rotate_token

from jieyue.accounts import sessions
from jieyue.accounts.queries import AccountView, session_account
from jieyue.accounts.sign_in import SignedIn
from jieyue.interfaces.web.site.addresses import client_address

ACCOUNT: Final = "account"  # id
AUTH_HASH: Final = "auth_hash"  # of the account's password: changing it ends other sessions
PATRONS: Final = "patrons"  # {library id: patron id}
BRANCHES: Final = "branches"  # {library id: branch id}
ACTING: Final = "acting"  # {patron id: public id of the reader they act for}
SEEN: Final = "seen"  # seconds since 1970 of the last staff request
LOCKED: Final = "locked"
SIGN_IN: Final = "sign_in"  # public id of the `SignIn` row
USED: Final = "used"  # seconds since 1970 when that was last noted
ONLY: Final = "only"  # library id; see sign_in_account
PROVED: Final = "proved"  # {patron public id: [patron id, account id, auth hash]}
SHARED_REST: Final = timedelta(minutes=30)  # use is noted every ten: twenty at least
PROVED_BY: Final = "proved_by"  # [way, address hash] of a code


def sign_in_account(
    request: HttpRequest, one: SignedIn, *, how: str, now: datetime, only: int | None = None
) -> None:
    """Start a session for an account. The key changes, so a planted one is worth nothing.

    `how` is what was proved (`SignIn.How`). `only`: a library whose records alone prove who this
    is (a code, a WeChat bound by one); elsewhere nobody is signed in then.
    """
    sign_out(request)
    rotate_token(request)
    request.session[ACCOUNT] = one.account_id
    request.session[AUTH_HASH] = one.auth_hash
    request.session[SIGN_IN] = sessions.open_session(
        one.account_id,
        how=how,
        agent=request.headers.get("User-Agent", ""),
        address=client_address(request),
        now=now,
    )
    if only is not None:
        request.session[ONLY] = only
    request.session[USED] = int(now.timestamp())
    touch(request, now)


def account_of(request: HttpRequest, library_id: int | None = None) -> AccountView | None:
    """Return who is signed in, at a library or on pages outside any. One statement at most."""
    if request.session.get(ONLY, library_id) != library_id:
        return None
    return session_account(
        request.session.get(ACCOUNT),
        request.session.get(AUTH_HASH, ""),
        request.session.get(SIGN_IN, ""),
    )


def is_by_record(request: HttpRequest) -> bool:
    """Say whether nothing but a library's own records says who this is: never enough for staff."""
    return ONLY in request.session


def is_over(request: HttpRequest, library_id: int) -> bool:
    """Say whether somebody was signed in whom `account_of` no longer knows."""
    return ACCOUNT in request.session and request.session.get(ONLY, library_id) == library_id


def note_use(request: HttpRequest, now: datetime) -> None:
    """Note every ten minutes that this browser is used; the cookie lives on from then."""
    seconds = int(now.timestamp())
    if seconds - request.session.get(USED, 0) >= sessions.NOTED_EVERY.total_seconds():
        request.session[USED] = seconds
        sessions.used(this_one(request), address=client_address(request), now=now)


def is_left_lying(request: HttpRequest, now: datetime) -> bool:
    """Say whether somebody left a computer of many without signing out, half an hour ago."""
    rested = int(now.timestamp()) - request.session.get(USED, 0)
    is_shared = request.session.get_expire_at_browser_close()
    return is_shared and rested > SHARED_REST.total_seconds()


def this_one(request: HttpRequest) -> str:
    """Return the public id of this browser's session; empty if nobody is signed in."""
    return str(request.session.get(SIGN_IN, ""))


def stay_long(request: HttpRequest, *, is_shared: bool) -> None:
    """Keep a reader signed in for 90 days of rest; on a shared computer until it is closed."""
    request.session.set_expiry(0 if is_shared else int(sessions.KEPT.total_seconds()))


def keep_short(request: HttpRequest, days: int = 3) -> None:
    """Keep what somebody has typed for some days of rest; who is signed in stays so as long."""
    if ACCOUNT not in request.session:
        request.session.set_expiry(days * 24 * 3600)


def remember_proved(
    request: HttpRequest,
    library_id: int,
    readers: Mapping[str, tuple[int, int, str]],
    address: tuple[str, str] | None,
) -> None:
    """Remember as whom this browser may go on: (patron id, account id, auth hash) by public id.

    `address`: the way and hash of the number or e-mail address that a code proved, if one did.
    """
    request.session[PROVED_BY] = address
    request.session[PROVED] = {
        str(library_id): {name: list(values) for name, values in readers.items()}
    }


def proved_address(request: HttpRequest) -> tuple[str, str] | None:
    """Return the way and hash of the address that a code proved; None if it was no code."""
    found = request.session.get(PROVED_BY)
    return (found[0], found[1]) if found else None


def proved(request: HttpRequest, library_id: int) -> dict[str, tuple[int, int, str]]:
    """Return as whom this browser may go on at a library, without proving it again."""
    found: dict[str, list[Any]] = request.session.get(PROVED, {}).get(str(library_id), {})
    return {name: (row[0], row[1], row[2]) for name, row in found.items()}


def go_on_as(request: HttpRequest, one: SignedIn, *, how: str, now: datetime) -> bool:
    """Let this browser be another account from now on; what it remembers otherwise stays.

    False if it has been signed out meanwhile.
    """
    if not sessions.hand_over(this_one(request), one.account_id, how=how, now=now):
        return False
    request.session.cycle_key()
    request.session[ACCOUNT] = one.account_id
    request.session[AUTH_HASH] = one.auth_hash
    return True


def renew_hash(request: HttpRequest, auth_hash: str) -> None:
    """Stay signed in after one's own password changed."""
    request.session.cycle_key()
    request.session[AUTH_HASH] = auth_hash


def choose_patron(request: HttpRequest, library_id: int, patron_id: int) -> None:
    """Say which reader of a library this session acts as."""
    request.session[PATRONS] = request.session.get(PATRONS, {}) | {str(library_id): patron_id}


def choose_only_patron(request: HttpRequest, library_id: int, patron_id: int) -> None:
    """Act as this reader from now on, and as nobody at any other library."""
    request.session[PATRONS] = {str(library_id): patron_id}


def chosen_patron(request: HttpRequest, library_id: int) -> int | None:
    """Return the reader this session acts as in a library."""
    chosen: int | None = request.session.get(PATRONS, {}).get(str(library_id))
    return chosen


def choose_acting(request: HttpRequest, patron_id: int, reader: str) -> None:
    """Remember for whom (public id) this reader reserves and borrows; empty: themself."""
    request.session[ACTING] = {str(patron_id): reader}


def chosen_acting(request: HttpRequest, patron_id: int) -> str:
    """Return for whom this reader chose to reserve and borrow; empty: themself."""
    chosen: str = request.session.get(ACTING, {}).get(str(patron_id), "")
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


def unlock_as(request: HttpRequest, one: SignedIn, *, now: datetime) -> bool:
    """Unlock for whoever gave their PIN or password; the branch stays, the reader does not."""
    if not go_on_as(request, one, how="pin", now=now):
        return False
    for name in (PATRONS, PROVED, PROVED_BY, ONLY, LOCKED):
        request.session.pop(name, None)
    request.session[SEEN] = request.session[USED] = int(now.timestamp())
    return True


def sign_out(request: HttpRequest) -> None:
    """Forget everything."""
    account_id = request.session.get(ACCOUNT)
    if account_id is not None:
        sessions.end_session(account_id, this_one(request))
    request.session.flush()
