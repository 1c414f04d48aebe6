"""Signing in and out; changing one's password."""

from typing import Any, Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from jieyue.accounts.passwords import knows_password, new_secret, set_password
from jieyue.accounts.sign_in import (
    SignedIn,
    account_of_login,
    forget_failures,
    minutes_to_wait,
    note_failure,
    signed_in,
    whose_password,
)
from jieyue.interfaces.web import session
from jieyue.interfaces.web.access import LibraryRequest, elsewhere, to_sign_in
from jieyue.interfaces.web.rendering import draw
from jieyue.interfaces.web.site.landing import local_address
from jieyue.kit import clock
from jieyue.libraries.pins import clear_failures
from jieyue.libraries.queries import staff_member, workplaces_of
from jieyue.patrons.readers import SignInCandidate, sign_in_candidates

PENDING: Final = "pending_readers"
MIN_PASSWORD: Final = 8


@require_http_methods(["GET", "POST"])
def here(request: LibraryRequest) -> HttpResponse:
    """Sign in at one library: staff by sign-in name, readers by card or phone number."""
    back = request.POST.get("next", request.GET.get("next", ""))
    if request.method == "GET":
        return _form(request, back)
    name, now = request.POST.get("name", "").strip()[:200], clock.now()
    place, address = request.library.slug, client_address(request)
    if wait := minutes_to_wait(place, name, address, now=now):
        return _too_fast(request, back, wait)
    account_id = account_of_login(name)
    readers = sign_in_candidates(name, account_id)
    known = whose_password(
        [i for i in (account_id, *(r.account_id for r in readers)) if i],
        request.POST.get("password", ""),
    )
    ids = {one.account_id for one in known}
    mine = [reader for reader in readers if reader.account_id in ids]
    staff = staff_member(account_id) if account_id in ids and account_id else None
    if not known or (staff is None and not mine):
        note_failure(place, name, address, now=now)
        return _wrong(request, back)
    forget_failures(place, name)
    if staff is not None:
        one = next(k for k in known if k.account_id == account_id)
        session.sign_in_account(request, one.account_id, one.auth_hash, now=now)
        clear_failures(staff.id)
        return elsewhere(request, local_address(request, back, reverse("desk:home", args=[place])))
    if len(mine) > 1:
        return _ask_which(request, mine, back)
    return _as_reader(request, mine[0], known, back)


def _as_reader(
    request: LibraryRequest, reader: SignInCandidate, known: list[SignedIn], back: str
) -> HttpResponse:
    one = next(k for k in known if k.account_id == reader.account_id)
    session.sign_in_account(request, one.account_id, one.auth_hash, now=clock.now())
    session.choose_patron(request, request.library.id, reader.id)
    fallback = reverse("reader:loans", args=[request.library.slug])
    return elsewhere(request, local_address(request, back, fallback))


def _ask_which(request: LibraryRequest, readers: list[SignInCandidate], back: str) -> HttpResponse:
    request.session[PENDING] = {
        reader.public_id: [reader.id, reader.account_id] for reader in readers
    }
    return draw(request, "site/which_reader.html", {"readers": readers, "next": back})


@require_POST
def which_reader(request: LibraryRequest) -> HttpResponse:
    """One phone number and password serve several of a family: the one who was chosen."""
    chosen = request.session.pop(PENDING, {}).get(request.POST.get("reader", ""))
    one = signed_in(chosen[1]) if chosen else None
    if one is None:
        return to_sign_in(request)
    reader = SignInCandidate(id=chosen[0], public_id="", name="", account_id=chosen[1])
    return _as_reader(request, reader, [one], request.POST.get("next", ""))


@require_http_methods(["GET", "POST"])
def anywhere(request: HttpRequest) -> HttpResponse:
    """Sign in by sign-in name alone: staff who do not remember their library's address."""
    if request.method == "GET":
        return _form(request, "")
    name, now = request.POST.get("name", "").strip()[:200], clock.now()
    address = client_address(request)
    if wait := minutes_to_wait("", name, address, now=now):
        return _too_fast(request, "", wait)
    account_id = account_of_login(name)
    known = whose_password([account_id] if account_id else [], request.POST.get("password", ""))
    if not known:
        note_failure("", name, address, now=now)
        return _wrong(request, "")
    forget_failures("", name)
    session.sign_in_account(request, known[0].account_id, known[0].auth_hash, now=now)
    places = workplaces_of(known[0].account_id)
    if len(places) == 1:
        return elsewhere(request, reverse("desk:home", args=[places[0].slug]))
    return draw(request, "site/workplaces.html", {"places": places})


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Sign out and forget everything."""
    session.sign_out(request)
    return elsewhere(request, "/")


@require_http_methods(["GET", "POST"])
def password(request: LibraryRequest) -> HttpResponse:
    """Change one's own password; every other session of the account ends."""
    account_id = request.session.get(session.ACCOUNT)
    staff = staff_member(account_id) if account_id else None
    if account_id is None or (staff is None and request.desk is None):  # type: ignore[attr-defined]
        return to_sign_in(request)
    error = ""
    if request.method == "POST":
        new, again = request.POST.get("new", ""), request.POST.get("again", "")
        if not knows_password(account_id, request.POST.get("old", "")[:200]):
            error = _("The present password is not right.")
        elif len(new) < MIN_PASSWORD or len(new) > 200:
            error = _("A password has 8 to 200 characters.")
        elif new != again:
            error = _("The two new passwords differ.")
        else:
            return _changed(request, account_id, new)
    return draw(request, "site/password.html", {"error": error}, status=422 if error else 200)


def _changed(request: LibraryRequest, account_id: int, new: str) -> HttpResponse:
    set_password(account_id, new_secret(new))
    one = signed_in(account_id)
    if one is None:
        raise Http404("the account was closed")
    request.session[session.AUTH_HASH] = one.auth_hash
    request.session.cycle_key()
    return draw(request, "site/password.html", {"done": True})


def client_address(request: HttpRequest) -> str:
    """Return who asks; behind our own proxy, the address it saw."""
    if settings.BEHIND_HTTPS:
        forwarded: str = request.headers.get("X-Forwarded-For", "")
        return forwarded.rsplit(",", maxsplit=1)[-1].strip() or str(
            request.META.get("REMOTE_ADDR", "")
        )
    return str(request.META.get("REMOTE_ADDR", ""))


def _form(request: HttpRequest, back: str, error: str = "", status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {
        "next": back,
        "error": error,
        "name": request.POST.get("name", "")[:200],
    }
    return draw(request, "site/sign_in.html", context, status=status)


def _wrong(request: HttpRequest, back: str) -> HttpResponse:
    error = _("That name and password do not belong together. Please check both.")
    return _form(request, back, error, status=422)


def _too_fast(request: HttpRequest, back: str, minutes: int) -> HttpResponse:
    error = ngettext(
        "Too many attempts. Please wait %(n)s minute, or ask at the desk.",
        "Too many attempts. Please wait %(n)s minutes, or ask at the desk.",
        minutes,
    ) % {"n": minutes}
    return _form(request, back, error, status=429)
