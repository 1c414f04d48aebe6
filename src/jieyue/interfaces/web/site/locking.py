"""A shared computer: locking it, taking over with a PIN, working at another branch."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jieyue.accounts.sign_in import TooMany, begin, signed_in, succeeded, whose_password
from jieyue.interfaces.web import session
from jieyue.interfaces.web.access import (
    LibraryRequest,
    StaffRequest,
    elsewhere,
    staff_page,
    to_sign_in,
)
from jieyue.interfaces.web.rendering import draw
from jieyue.interfaces.web.site.addresses import client_address, local_address
from jieyue.interfaces.web.site.sign_in import too_fast_words
from jieyue.kit import clock
from jieyue.libraries.pins import Colleague, clear_failures, colleagues_here, pin_is_right
from jieyue.libraries.queries import StaffView
from jieyue.libraries.rules.changes import read_pin


@require_http_methods(["GET", "POST"])
def lock(request: LibraryRequest) -> HttpResponse:
    """POST locks the staff pages of this browser; GET shows who may go on."""
    me = _who_is_here(request)
    if me is None:
        return to_sign_in(request)
    slug = request.library.slug
    if request.method == "POST":
        session.lock(request)
        return elsewhere(request, reverse("site:lock", args=[slug]))
    if not session.is_locked(request):
        return elsewhere(request, reverse("desk:home", args=[slug]))
    return _screen(request, me)


@require_POST
def unlock(request: LibraryRequest) -> HttpResponse:
    """Go on as the colleague who gave their PIN or password."""
    me = _who_is_here(request)
    if me is None:
        return to_sign_in(request)
    token, secret = request.POST.get("who", ""), request.POST.get("secret", "")
    found = next((one for one in colleagues_here() if one.token == token), None)
    if found is None:
        return _screen(request, me, error=_("Please choose your name."))
    now = clock.now()
    trouble = _trouble(request, found, secret, now)
    if trouble is not None:
        return _screen(request, me, error=trouble, chosen=found.token)
    one = signed_in(found.account_id)
    if one is None:  # closed this very moment
        return to_sign_in(request)
    if not session.unlock_as(request, one, now=now):
        return to_sign_in(request)
    desk = reverse("desk:home", args=[request.library.slug])
    is_same = found.staff_id == me.id
    return elsewhere(request, _back(request, desk) if is_same else desk)


def _who_is_here(request: LibraryRequest) -> StaffView | None:
    """Return whose session it is, None for a stranger; staff of other libraries find nothing."""
    staff: StaffView | None = getattr(request, "staff", None)
    if staff is None and session.ACCOUNT in request.session:
        raise Http404("not staff of this library")
    return staff


def _trouble(request: LibraryRequest, found: Colleague, secret: str, now: datetime) -> str | None:
    """Say why the PIN or password does not unlock; None if it does."""
    digits = read_pin(secret)
    if digits and found.has_pin and pin_is_right(found.staff_id, digits):
        return None
    name = f"unlock {found.account_id}"
    attempt = begin("", name, client_address(request), now=now)
    if isinstance(attempt, TooMany):
        return too_fast_words(attempt)
    if secret and whose_password([found.account_id], secret):
        succeeded(attempt)
        clear_failures(found.staff_id)
        return None
    after = next((one for one in colleagues_here() if one.token == found.token), found)
    if digits and after.is_blocked:
        return _("This PIN was wrong five times and is off now. Please use the password.")
    if digits and not found.has_pin:
        return _("There is no PIN yet. Please use the password; a PIN is set in the settings.")
    return _("That is not right. Please try again.")


def _back(request: LibraryRequest, desk: str) -> str:
    """Return the staff page of this library where one was; never a page that only takes forms."""
    address = local_address(request, request.POST.get("next", ""), desk)
    return address if address.startswith(f"/{request.library.slug}/staff/") else desk


def _screen(
    request: LibraryRequest, me: StaffView, *, error: str = "", chosen: str = ""
) -> HttpResponse:
    colleagues = [
        one
        for one in colleagues_here()
        if one.staff_id == me.id or one.has_pin or one.token == chosen
    ]
    mine = next((one.token for one in colleagues if one.staff_id == me.id), "")
    context: dict[str, Any] = {
        "colleagues": colleagues,
        "chosen": chosen or mine,
        "error": error,
        "next": request.POST.get("next", request.GET.get("next", "")),
        "is_unsent": "unsent" in request.GET,
    }
    return draw(request, "site/lock.html", context, status=422 if error else 200)


@require_POST
@staff_page()
def choose_branch(request: StaffRequest) -> HttpResponse:
    """Work at another branch from now on, in this browser."""
    branches: Any = request.page["branches"]
    chosen = next((b for b in branches if b.code == request.POST.get("branch")), None)
    if chosen is not None:
        session.choose_branch(request, request.library.id, chosen.id)
    fallback = reverse("desk:home", args=[request.library.slug])
    address = local_address(request, request.POST.get("next", ""), fallback)
    return elsewhere(request, urlsplit(address).path)


@require_GET
@staff_page()
def awake(request: StaffRequest) -> HttpResponse:
    """Somebody is still reading: the middleware has noted it."""
    return HttpResponse(status=204)
