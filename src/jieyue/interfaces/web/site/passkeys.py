"""Passkeys in the browser: signing in with one, making one, naming and removing one's own."""

import json
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jieyue.accounts.counting import is_too_often
from jieyue.accounts.passkeys import (
    Challenge,
    register_begin,
    register_complete,
    remove_passkey,
    rename_passkey,
    sign_in_begin,
    sign_in_complete,
)
from jieyue.accounts.rules.devices import device_of
from jieyue.accounts.sign_in import TooMany, begin, succeeded
from jieyue.interfaces.web import session
from jieyue.interfaces.web.access import LibraryRequest, elsewhere
from jieyue.interfaces.web.site import ways
from jieyue.interfaces.web.site.account_page import (
    account_or_sign_in,
    device_words,
    no_stranger,
    site_of,
)
from jieyue.interfaces.web.site.addresses import client_address
from jieyue.interfaces.web.site.asking import address_of
from jieyue.interfaces.web.site.entering import Entering, enter
from jieyue.interfaces.web.site.sign_in import as_staff, too_fast_words
from jieyue.kit import clock
from jieyue.libraries.queries import staff_member
from jieyue.patrons.own import make_passkey
from jieyue.patrons.readers import readers_of_accounts

SIGNING_IN: Final = "passkey_sign_in"
MAKING: Final = "passkey_making"
SECONDS: Final = 300
MOST_ASKED: Final = 600  # an hour, by new browsers, from a network: a school goes out by one


@require_POST
def challenge(request: LibraryRequest) -> HttpResponse:
    """What the browser signs to sign in."""
    now = clock.now()
    is_new = not list(request.session.keys())
    if is_new and is_too_often("passkey", client_address(request), most=MOST_ASKED, now=now):
        return HttpResponse(status=429)
    session.keep_short(request, days=1)
    return _given(request, SIGNING_IN, sign_in_begin(site_of(request)))


@require_POST
def sign_in(request: LibraryRequest) -> HttpResponse:
    """Sign in whose passkey answered, as staff or as a reader."""
    now, state = clock.now(), _taken(request, SIGNING_IN)
    attempt = begin("", f"passkey {client_address(request)}", client_address(request), now=now)
    if isinstance(attempt, TooMany):
        return ways.page(request, by="password", error=too_fast_words(attempt), status=429)
    answer = request.POST.get("answer", "")
    one = sign_in_complete(answer, state, site=site_of(request), now=now) if state else None
    if one is None:
        error = _("This passkey does not sign you in here. Please sign in another way.")
        return ways.page(request, by="password", error=error, status=422)
    succeeded(attempt)
    readers = readers_of_accounts([one.account_id])
    if staff_member(one.account_id) is not None:
        return as_staff(request, one, readers, how="passkey", now=now)
    if not readers:
        error = _("You have no card at this library. Please ask at the desk.")
        return ways.page(request, by="password", error=error, status=422)
    way = Entering(
        how="passkey",
        next=request.POST.get("next", ""),
        is_shared=bool(request.POST.get("shared")),
    )
    return enter(request, readers, way, now)


@require_POST
def making(request: LibraryRequest) -> HttpResponse:
    """What the browser needs to make a passkey for whoever is signed in."""
    account = account_or_sign_in(request)
    if isinstance(account, HttpResponse):
        return HttpResponse(status=403)
    if not no_stranger(request, account):
        return HttpResponse(status=403)
    return _given(request, MAKING, register_begin(account.id, account.name, site_of(request)))


@require_POST
def make(request: LibraryRequest) -> HttpResponse:
    """Keep the passkey that the browser has made."""
    account = account_or_sign_in(request)
    if isinstance(account, HttpResponse):
        return account
    state = _taken(request, MAKING)
    name = request.POST.get("name", "") or device_words(
        *device_of(request.headers.get("User-Agent", "")).split(" ", 1)
    )
    now = clock.now()
    made = state and no_stranger(request, account) and make_passkey(
        account.id,
        lambda: register_complete(
            account.id, request.POST.get("answer", ""), state, name=name, site=site_of(request),
            now=now,
        ),
        language=get_language() or "", now=now,
    )  # fmt: skip
    if made:
        messages.success(request, _("The passkey is kept. Next time it signs you in."))
    else:
        messages.error(request, _("No passkey was made. Please try again."))
    return elsewhere(request, address_of(request, "account"))


@require_POST
def rename(request: LibraryRequest, passkey: str) -> HttpResponse:
    """Give one's own passkey another name."""
    account = account_or_sign_in(request)
    if isinstance(account, HttpResponse):
        return account
    if not rename_passkey(account.id, passkey, request.POST.get("name", "")):
        raise Http404("no such passkey")
    return elsewhere(request, address_of(request, "account"))


@require_POST
def remove(request: LibraryRequest, passkey: str) -> HttpResponse:
    """Remove one's own passkey."""
    account = account_or_sign_in(request)
    if isinstance(account, HttpResponse):
        return account
    if not remove_passkey(account.id, passkey):
        raise Http404("no such passkey")
    messages.success(request, _("This passkey no longer signs you in."))
    return elsewhere(request, address_of(request, "account"))


def _given(request: HttpRequest, name: str, made: Challenge) -> HttpResponse:
    until = int(clock.now().timestamp()) + SECONDS
    request.session[name] = {"state": json.dumps(made.state), "until": until}
    return JsonResponse(made.options)


def _taken(request: HttpRequest, name: str) -> dict[str, Any] | None:
    """Return the challenge of this browser, once."""
    kept = request.session.pop(name, None)
    if kept is None or kept["until"] < clock.now().timestamp():
        return None
    state: dict[str, Any] = json.loads(kept["state"])
    return state
