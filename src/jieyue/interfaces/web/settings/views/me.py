"""One's own PIN and password."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from jieyue.accounts.passwords import knows_password, new_secret, session_auth_hash
from jieyue.interfaces.web import session
from jieyue.interfaces.web.access import StaffRequest, staff_page
from jieyue.interfaces.web.settings.answers import press, show, to
from jieyue.interfaces.web.settings.forms import OwnPasswordForm, PinForm
from jieyue.libraries.settings.staff import set_own_password, set_own_pin


@staff_page()
@require_GET
def me(request: StaffRequest) -> HttpResponse:
    """GET both forms."""
    return _page(request, {})


@staff_page()
@require_POST
def pin(request: StaffRequest) -> HttpResponse:
    """POST a new PIN, or with `remove` none; the password shows that it is oneself."""
    form = PinForm(request.POST)
    if request.POST.get("remove"):
        del form.fields["pin"]
    if not form.is_valid() or not _is_oneself(request, form):
        return _page(request, {"pin": form}, status=422)
    digits = form.cleaned_data.get("pin")
    hashed = new_secret(digits) if digits else None
    return press(
        request,
        lambda: set_own_pin(request.desk, pin=hashed),
        lambda trouble, status: _page(request, {"trouble": trouble}, status=status),
        text=_("Your PIN is set.") if hashed else _("Your PIN is removed."),
        address=to(request, "me"),
    )


@staff_page()
@require_POST
def password(request: StaffRequest) -> HttpResponse:
    """POST a new password; this browser stays signed in, others do not."""
    form = OwnPasswordForm(request.POST)
    if not form.is_valid() or not _is_oneself(request, form):
        return _page(request, {"password": form}, status=422)
    hashed = new_secret(form.cleaned_data["new_password"])
    answer = press(
        request,
        lambda: set_own_password(request.desk, password=hashed),
        lambda trouble, status: _page(request, {"trouble": trouble}, status=status),
        text=_("Your new password holds."),
        address=to(request, "me"),
    )
    request.session[session.AUTH_HASH] = session_auth_hash(request.staff.account_id)
    return answer


def _is_oneself(request: StaffRequest, form: Any) -> bool:
    if knows_password(request.staff.account_id, form.cleaned_data["password"]):
        return True
    form.add_error("password", _("This is not your password."))
    return False


def _page(request: StaffRequest, forms: dict[str, Any], *, status: int = 200) -> HttpResponse:
    empty = {"pin": PinForm(auto_id="pin_%s"), "password": OwnPasswordForm(auto_id="password_%s")}
    context = {**empty, **forms, "has_pin": request.staff.has_pin}
    return show(request, "me.html", context, status=status)
