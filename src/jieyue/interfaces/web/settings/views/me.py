"""One's own PIN; the password has a page of its own."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_POST

from jieyue.accounts.passwords import new_secret
from jieyue.accounts.sign_in import TooMany, begin, succeeded, whose_password
from jieyue.interfaces.web.access import StaffRequest, staff_page
from jieyue.interfaces.web.settings.answers import press, show, to
from jieyue.interfaces.web.settings.fields import yes
from jieyue.interfaces.web.settings.forms import PinForm
from jieyue.interfaces.web.site.addresses import client_address
from jieyue.interfaces.web.site.sign_in import too_fast_words
from jieyue.libraries.settings.staff import set_own_pin
from jieyue.notices.house_rules import house_rules
from jieyue.notices.teachers import teachers
from jieyue.notices.weekly import MAX_EMAIL, confirm_own_weekly, set_own_weekly


class OwnWeeklyForm(forms.Form):
    """Whether one wants the weekly message about one's classes, and where."""

    wants = yes(lazy("Write to me once a week"))
    email = forms.EmailField(label=lazy("E-mail"), required=False, max_length=MAX_EMAIL)


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


@staff_page()
@require_POST
def weekly(request: StaffRequest) -> HttpResponse:
    """POST whether, and where, one gets the weekly message about one's classes."""
    form = OwnWeeklyForm(request.POST)
    if not form.is_valid():
        return _page(request, {"weekly": form}, status=422)
    given = form.cleaned_data
    return press(
        request,
        lambda: set_own_weekly(request.desk, wants=given["wants"], email=given["email"]),
        lambda trouble, status: _page(request, {"trouble": trouble}, status=status),
        text=_("Saved."),
        address=to(request, "me"),
    )


@staff_page()
@require_POST
def confirmation(request: StaffRequest) -> HttpResponse:
    """POST the code that was sent to one's address."""
    code = request.POST.get("code", "")[:40]
    return press(
        request,
        lambda: confirm_own_weekly(request.desk, code=code),
        lambda trouble, status: _page(request, {"trouble": trouble}, status=status),
        text=_("The address is confirmed."),
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
    own = teachers([request.staff.id])
    context = {"form": PinForm(), "has_pin": request.staff.has_pin, "classes": None}
    if own:
        initial = {"wants": not own[0].is_off, "email": own[0].email}
        context |= {
            "classes": own[0].groups,
            "weekly": OwnWeeklyForm(initial=initial),
            "is_on": house_rules().weekly is not None,
            "is_unproved": bool(own[0].email) and not own[0].is_proved,
        }
    return show(request, "me.html", context | more, status=status)
