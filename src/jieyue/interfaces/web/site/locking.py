"""A shared computer: locking, taking over with a PIN, changing branch, practising."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jieyue.accounts.sign_in import minutes_to_wait, note_failure, signed_in, whose_password
from jieyue.circulation.practice import start_practice, stop_practice
from jieyue.interfaces.web import session
from jieyue.interfaces.web.access import (
    LibraryRequest,
    StaffRequest,
    elsewhere,
    staff_page,
    to_sign_in,
)
from jieyue.interfaces.web.rendering import draw
from jieyue.interfaces.web.site.landing import local_address
from jieyue.interfaces.web.site.sign_in import client_address
from jieyue.kit import clock
from jieyue.libraries.pins import clear_failures, is_blocked, pin_is_right
from jieyue.libraries.queries import Colleague, colleagues_here


@require_http_methods(["GET", "POST"])
def lock(request: LibraryRequest) -> HttpResponse:
    """Lock the staff pages of this browser, and offer colleagues to take over."""
    if session.ACCOUNT not in request.session or getattr(request, "staff", None) is None:
        return to_sign_in(request)
    session.lock(request)
    if request.method == "POST":
        return elsewhere(request, reverse("site:lock", args=[request.library.slug]))
    return _screen(request)


@require_POST
def unlock(request: LibraryRequest) -> HttpResponse:
    """Go on as the colleague who gave their PIN or password."""
    if session.ACCOUNT not in request.session or getattr(request, "staff", None) is None:
        return to_sign_in(request)
    found = {str(c.id): c for c in colleagues_here()}.get(request.POST.get("who", ""))
    if found is None:
        return _screen(request, _("Please choose your name."))
    pin, password = request.POST.get("pin", ""), request.POST.get("password", "")
    name, address, now = f"staff:{found.id}", client_address(request), clock.now()
    if wait := minutes_to_wait(request.library.slug, name, address, now=now):
        return _screen(request, _("Too many attempts. Please wait %s minutes.") % wait)
    if not (pin and pin_is_right(found, pin)) and not _password_is_right(found, password):
        note_failure(request.library.slug, name, address, now=now)
        return _screen(request, _why_not(found, pin), chosen=found.id)
    one = signed_in(found.account_id)
    if one is None:
        return _screen(request, _("This account was closed."))
    session.unlock_as(request, one.account_id, one.auth_hash, now=now)
    fallback = reverse("desk:home", args=[request.library.slug])
    return elsewhere(request, local_address(request, request.POST.get("next", ""), fallback))


def _password_is_right(colleague: Colleague, password: str) -> bool:
    if not password or not whose_password([colleague.account_id], password):
        return False
    clear_failures(colleague.id)
    return True


def _why_not(colleague: Colleague, pin: str) -> str:
    if pin and is_blocked(colleague):
        return _("This PIN was wrong too often. Please use the password.")
    if pin and not colleague.has_pin:
        return _("There is no PIN yet. Please use the password, then set one in the settings.")
    return _("That is not right. Please try again.")


def _screen(request: LibraryRequest, error: str = "", chosen: int = 0) -> HttpResponse:
    context = {
        "colleagues": colleagues_here(),
        "chosen": chosen or getattr(request, "staff").id,  # noqa: B009 (set by the middleware)
        "error": error,
    }
    return draw(request, "site/lock.html", context, status=422 if error else 200)


@require_POST
@staff_page()
def choose_branch(request: StaffRequest) -> HttpResponse:
    """Work at another branch from now on, in this browser."""
    branches = request.page["branches"]
    assert isinstance(branches, list)
    chosen = next((b for b in branches if b.code == request.POST.get("branch")), None)
    if chosen is not None:
        session.choose_branch(request, request.library.id, chosen.id)
    fallback = reverse("desk:home", args=[request.library.slug])
    return elsewhere(request, local_address(request, request.POST.get("next", ""), fallback))


@require_GET
@staff_page()
def awake(request: HttpRequest) -> HttpResponse:
    """Somebody is still reading: the middleware has noted it."""
    return HttpResponse(status=204)


@require_POST
@staff_page()
def practice_start(request: StaffRequest) -> HttpResponse:
    """Make the sandbox library and go to its desk."""
    slug = start_practice(request.desk, account_id=request.staff.account_id)
    return elsewhere(request, reverse("desk:home", args=[slug]))


@require_POST
@staff_page()
def practice_stop(request: StaffRequest) -> HttpResponse:
    """Throw the sandbox away and go back to the real desk."""
    back = request.library.practice_of_slug or request.library.slug
    if request.library.practice_of_slug:
        stop_practice(request.library.id)
    return elsewhere(request, reverse("desk:home", args=[back]))
