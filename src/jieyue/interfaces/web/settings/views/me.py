"""One's own PIN; the password has a page of its own."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from jieyue.accounts.passwords import new_secret
from jieyue.accounts.sign_in import TooMany, begin, succeeded, whose_password
from jieyue.interfaces.web.access import StaffRequest, staff_page
from jieyue.interfaces.web.settings.answers import press, show, to
from jieyue.interfaces.web.settings.forms import PinForm
from jieyue.interfaces.web.site.addresses import client_address
from jieyue.interfaces.web.site.sign_in import too_fast_words
from jieyue.libraries.settings.staff import set_own_pin


@staff_page()
@require_GET
def me(request: StaffRequest) -> HttpResponse:
    """GET the form for one's PIN, and the way to the password's page."""
    return _page(request, {})


@staff_page()
@require_POST
def pin(request: StaffRequest) -> HttpResponse:
    """POST a new PIN, or with `remove` none; the password shows that it is oneself."""
    form = PinForm(request.POST)
    if request.POST.get("remove"):
        del form.fields["pin"]
    if not form.is_valid() or not _is_oneself(request, form):
        return _page(request, {"form": form}, status=422)
    digits = form.cleaned_data.get("pin")
    return press(
        request,
        lambda: set_own_pin(request.desk, pin=new_secret(digits) if digits else None),
        lambda trouble, status: _page(request, {"trouble": trouble}, status=status),
        text=_("Your PIN is set.") if digits else _("Your PIN is removed."),
        address=to(request, "me"),
    )


def _is_oneself(request: StaffRequest, form: PinForm) -> bool:
    """Ask for the password, no faster than signing in allows."""
    mine = request.staff.account_id
    attempt = begin("", f"password of {mine}", client_address(request), now=request.desk.now)
    if isinstance(attempt, TooMany):
        form.add_error("password", too_fast_words(attempt))
        return False
    if not whose_password([mine], form.cleaned_data["password"]):
        form.add_error("password", _("This is not your password."))
        return False
    succeeded(attempt)
    return True


def _page(request: StaffRequest, more: dict[str, Any], *, status: int = 200) -> HttpResponse:
    context = {"form": PinForm(), "has_pin": request.staff.has_pin}
    return show(request, "me.html", context | more, status=status)
