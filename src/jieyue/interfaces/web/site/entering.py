"""What every way of signing in ends with: whose session begins, for which reader, and where to."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.http import HttpResponse
from django.urls import reverse

from jieyue.accounts.sign_in import SignedIn, signed_in
from jieyue.accounts.wechat import WechatUser, bind
from jieyue.interfaces.web import session
from jieyue.interfaces.web.access import LibraryRequest, elsewhere, to_sign_in
from jieyue.interfaces.web.rendering import draw
from jieyue.interfaces.web.site.addresses import local_address
from jieyue.kit.encryption import decrypt, encrypt
from jieyue.libraries.settings.elsewhere import who_work, who_worked
from jieyue.patrons.readers import SignInCandidate, is_reader_elsewhere, readers_of_address

PENDING: Final = "pending_readers"
PENDING_SECONDS: Final = 300
UNBOUND: Final = "unbound_wechat"
UNBOUND_SECONDS: Final = 900


@dataclass(frozen=True, slots=True, kw_only=True)
class Entering:
    """How somebody comes in: what they proved (`how`), where to then, on whose computer.

    `only_here`: nothing but this library's own records says who they are. `address`: the way and
    hash of the address that a code proved, for as long as it stands on the reader's record.
    """

    how: str
    next: str = ""
    is_shared: bool = False
    only_here: bool = False
    address: tuple[str, str] | None = None


def enter(
    request: LibraryRequest, readers: Sequence[SignInCandidate], way: Entering, now: datetime
) -> HttpResponse:
    """Sign in the reader; of several, ask for whom. Each has a login; there is at least one."""
    if len(readers) == 1:
        return _as_reader(request, list(readers), readers[0].public_id, way, now)
    request.session.cycle_key()  # who knew this browser's before may not choose
    request.session[PENDING] = {
        "until": int(now.timestamp()) + PENDING_SECONDS,
        "library": request.library.id,
        "readers": {one.public_id: [one.id, one.account_id, one.name] for one in readers},
        "way": [way.how, way.next, way.is_shared, way.only_here, way.address],
    }
    return draw(request, "site/which_reader.html", {"readers": readers, "next": way.next})


def chosen(request: LibraryRequest, reader: str, now: datetime) -> HttpResponse:
    """Sign in the one who was chosen of several; the choice is good for five minutes."""
    pending = request.session.pop(PENDING, {})
    if pending.get("library") != request.library.id or pending["until"] < now.timestamp():
        return to_sign_in(request)
    readers = [
        SignInCandidate(id=row[0], public_id=name, name=row[2], account_id=row[1])
        for name, row in pending["readers"].items()
    ]
    how, back, is_shared, only_here, address = pending["way"]
    way = Entering(
        how=how,
        next=back,
        is_shared=is_shared,
        only_here=only_here,
        address=(address[0], address[1]) if address else None,
    )
    return _as_reader(request, readers, reader, way, now)


def _as_reader(
    request: LibraryRequest,
    readers: list[SignInCandidate],
    reader: str,
    way: Entering,
    now: datetime,
) -> HttpResponse:
    logins = {one.public_id: signed_in(one.account_id) for one in readers}
    mine = logins.get(reader)
    if mine is None:
        return to_sign_in(request)
    only = request.library.id if way.only_here else None
    wechat = _to_bind(request, now)
    session.sign_in_account(request, mine, how=way.how, now=now, only=only)
    if way.is_shared or not who_work([mine.account_id]):
        session.stay_long(request, is_shared=way.is_shared)
    patron_id = next(one.id for one in readers if one.public_id == reader)
    session.choose_patron(request, request.library.id, patron_id)
    session.remember_proved(
        request,
        request.library.id,
        {
            one.public_id: (one.id, login.account_id, login.auth_hash)
            for one in readers
            if (login := logins[one.public_id]) is not None
        },
        way.address,
    )
    if wechat is not None:
        bind(_bindable(readers, way), wechat, now=now)
    return elsewhere(request, reader_address(request, way.next))


def wait_for_binding(request: LibraryRequest, wechat: str, now: datetime) -> None:
    """Remember a WeChat nobody is known by yet, until its owner has signed in another way."""
    request.session[UNBOUND] = {
        "wechat": encrypt(wechat),
        "library": request.library.id,
        "until": int(now.timestamp()) + UNBOUND_SECONDS,
    }


def _to_bind(request: LibraryRequest, now: datetime) -> WechatUser | None:
    kept = request.session.get(UNBOUND, {})
    if kept.get("library") != request.library.id or kept["until"] < now.timestamp():
        return None
    app_id, openid, unionid = json.loads(decrypt(kept["wechat"]))
    return WechatUser(app_id=app_id, openid=openid, unionid=unionid)


def _bindable(readers: Sequence[SignInCandidate], way: Entering) -> list[int]:
    """Return the logins a WeChat may be tied to: records of one library open no other's pages."""
    ids = [one.account_id for one in readers]
    if not way.only_here:
        return ids
    staff = who_worked(ids)
    return [one for one in ids if one not in staff and not is_reader_elsewhere([one])]


def reader_address(request: LibraryRequest, address: str) -> str:
    """Return where a reader goes on: the page they wanted, never a staff page."""
    loans = reverse("reader:loans", args=[request.library.slug])
    found = local_address(request, address, loans)
    return loans if "/staff/" in found else found


def still_proved(request: LibraryRequest) -> dict[str, tuple[int, int, str]]:
    """Return as whom this browser may go on: while the number it proved is still theirs."""
    proved = session.proved(request, request.library.id)
    address = session.proved_address(request)
    if not proved or address is None:
        return proved
    theirs = {one.public_id for one in readers_of_address(*address)}
    return {name: row for name, row in proved.items() if name in theirs}


def go_on_as(request: LibraryRequest, reader: str, now: datetime) -> bool:
    """Change for whom this browser acts, among those it has proved; False if it may not."""
    row = still_proved(request).get(reader)
    one: SignedIn | None = signed_in(row[1]) if row else None
    if row is None or one is None or one.auth_hash != row[2]:
        return False  # a new password meanwhile: that reader proves it again
    if not session.go_on_as(request, one, how="", now=now):
        return False
    session.choose_only_patron(request, request.library.id, row[0])
    return True
