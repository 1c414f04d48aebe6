"""Signing in, at a library or by sign-in name alone, and signing out."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from jieyue.accounts.sign_in import (
    Attempt,
    SignedIn,
    TooMany,
    account_of_login,
    begin,
    succeeded,
    typed_name,
    whose_password,
)
from jieyue.interfaces.web import session
from jieyue.interfaces.web.access import LibraryRequest, elsewhere
from jieyue.interfaces.web.reader.for_whom import forget_here
from jieyue.interfaces.web.rendering import draw
from jieyue.interfaces.web.site import ways
from jieyue.interfaces.web.site.addresses import client_address, local_address
from jieyue.interfaces.web.site.entering import Entering, enter
from jieyue.interfaces.web.site.landing import account_of
from jieyue.kit import clock
from jieyue.libraries.pins import clear_failures
from jieyue.libraries.queries import staff_member, workplaces_of
from jieyue.patrons.readers import MIN_PHONE, SignInCandidate, sign_in_candidates
from jieyue.patrons.rules.names import normal_phone


@require_http_methods(["GET", "POST"])
def here(request: LibraryRequest) -> HttpResponse:
    """Sign in at one library: staff by sign-in name, readers by card or phone number."""
    if request.method == "GET":
        return ways.page(request)
    name, now = typed_name(request.POST.get("name", "")), clock.now()
    account_id = account_of_login(name)
    attempt = _begin(request, name, account_id, now)
    if isinstance(attempt, TooMany):
        return _too_fast(request, attempt)
    readers = sign_in_candidates(name, account_id)
    asked = [account_id] if account_id else []
    known = whose_password(
        [*asked, *(reader.account_id for reader in readers)], request.POST.get("password", "")
    )
    ids = {one.account_id for one in known}
    mine = [reader for reader in readers if reader.account_id in ids]
    staff = staff_member(account_id) if account_id in ids and account_id else None
    if staff is None and not mine:
        return _wrong(request)
    succeeded(attempt)
    if staff is not None:
        own = [reader for reader in mine if reader.account_id == account_id]
        clear_failures(staff.id)
        one = next(found for found in known if found.account_id == account_id)
        return as_staff(request, one, own, how="password", now=now)
    return enter(request, mine, _way(request), now)


def _way(request: LibraryRequest) -> Entering:
    return Entering(
        how="password",
        next=request.POST.get("next", ""),
        is_shared="shared" in request.POST,
    )


def _begin(
    request: HttpRequest, name: str, account_id: int | None, now: datetime
) -> Attempt | TooMany:
    """A sign-in name is the same everywhere; a card number is one library's own.

    A phone number is the same however its digits are set apart, and counts as one name.
    """
    library = getattr(request, "library", None)
    place = library.slug if library is not None and account_id is None else ""
    if place:
        number = normal_phone(name)
        name = number if len(number) >= MIN_PHONE else name
    return begin(place, name, client_address(request), now=now)


def as_staff(
    request: LibraryRequest,
    one: SignedIn,
    own: list[SignInCandidate],
    *,
    how: str,
    now: datetime,
) -> HttpResponse:
    """Sign in somebody who works here; `own` is their own card, if they have one."""
    slug = request.library.slug
    had_reader = session.PATRONS in request.session
    session.sign_in_account(request, one, how=how, now=now)
    if request.POST.get("shared"):
        session.stay_long(request, is_shared=True)
    if len(own) == 1:
        session.choose_patron(request, request.library.id, own[0].id)
    desk = reverse("desk:home", args=[slug])
    address = local_address(request, request.POST.get("next", ""), desk)
    # Somebody without a card of their own would be asked to sign in again and again.
    answer = elsewhere(request, desk if address.startswith(f"/{slug}/my/") and not own else address)
    return forget_here(answer) if had_reader else answer


@require_http_methods(["GET", "POST"])
def anywhere(request: HttpRequest) -> HttpResponse:
    """Sign in by sign-in name alone: staff who do not remember their library's address."""
    if request.method == "GET":
        account = account_of(request)
        return _workplaces(request, account.id) if account else _form(request)
    name, now = typed_name(request.POST.get("name", "")), clock.now()
    account_id = account_of_login(name)
    attempt = _begin(request, name, account_id, now)
    if isinstance(attempt, TooMany):
        return _too_fast(request, attempt)
    known = whose_password([account_id] if account_id else [], request.POST.get("password", ""))
    if not known:
        return _wrong(request)
    succeeded(attempt)
    had_reader = session.PATRONS in request.session
    session.sign_in_account(request, known[0], how="password", now=now)
    answer = _workplaces(request, known[0].account_id)
    return forget_here(answer) if had_reader else answer


def _workplaces(request: HttpRequest, account_id: int) -> HttpResponse:
    """Go to the desk of the only library, or say which there are."""
    places = workplaces_of(account_id)
    if len(places) == 1:
        return elsewhere(request, reverse("desk:home", args=[places[0].slug]))
    if request.method == "POST":
        return elsewhere(request, reverse("site:sign_in"))
    return draw(request, "site/workplaces.html", {"places": places})


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Sign out and forget everything; `next` may name a page to go to.

    The phone forgets a reader's pages, too: the next to hold it may be somebody else.
    """
    is_reader, is_somebody = (
        name in request.session for name in (session.PATRONS, session.ACCOUNT)
    )
    session.sign_out(request)
    answer = elsewhere(request, local_address(request, request.POST.get("next", "")))
    if is_reader:
        return forget_here(answer)
    if is_somebody:  # no Back button shows the readers a colleague looked at
        answer["Clear-Site-Data"] = '"cache"'
    return answer


def _form(request: HttpRequest, error: str = "", status: int = 200) -> HttpResponse:
    if getattr(request, "library", None) is not None:
        here: Any = request
        return ways.page(here, by="password", error=error, status=status)
    context: dict[str, Any] = {
        "next": request.POST.get("next", request.GET.get("next", "")),
        "error": error,
        "name": request.POST.get("name", "")[:200],
    }
    return draw(request, "site/sign_in.html", context, status=status)


def _wrong(request: HttpRequest) -> HttpResponse:
    error = _("That name and password do not belong together. Please check both.")
    return _form(request, error, status=422)


def _too_fast(request: HttpRequest, found: TooMany) -> HttpResponse:
    return _form(request, too_fast_words(found), status=429)


def too_fast_words(found: TooMany) -> str:
    """Say how long to wait."""
    return ngettext(
        "Too many attempts. Please wait %(n)s minute, or ask at the desk.",
        "Too many attempts. Please wait %(n)s minutes, or ask at the desk.",
        found.minutes,
    ) % {"n": found.minutes}
