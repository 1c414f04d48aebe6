"""Changing one's own password, as a reader or as staff."""

from typing import Any, Final

from django import forms
from django.contrib.auth.password_validation import (
    CommonPasswordValidator,
    MinimumLengthValidator,
    validate_password,
)
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from jieyue.accounts.passwords import new_secret, set_password
from jieyue.accounts.queries import has_password
from jieyue.accounts.sessions import end_sessions
from jieyue.accounts.sign_in import TooMany, begin, signed_in, succeeded, whose_password
from jieyue.interfaces.web import session
from jieyue.interfaces.web.access import LibraryRequest, elsewhere, to_sign_in
from jieyue.interfaces.web.rendering import draw
from jieyue.interfaces.web.site.addresses import client_address
from jieyue.interfaces.web.site.sign_in import too_fast_words
from jieyue.kit import clock
from jieyue.libraries.queries import staff_member

VALIDATORS: Final[tuple[Any, ...]] = (MinimumLengthValidator(8), CommonPasswordValidator())


class NewPasswordField(forms.CharField):
    """A password that is new: long enough, and not one of the 20,000 most common."""

    def __init__(self, **more: Any) -> None:
        defaults: dict[str, Any] = {
            "label": gettext_lazy("Password"),
            "max_length": 200,
            "strip": False,
            "help_text": gettext_lazy("At least 8 characters, and not too easy to guess."),
            "widget": forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        }
        super().__init__(**(defaults | more))

    def validate(self, value: Any) -> None:
        """Check it; an empty one is fine where it is not required."""
        super().validate(value)
        if value:
            validate_password(value, password_validators=VALIDATORS)


class PasswordForm(forms.Form):
    """The present password, and the new one twice."""

    old = forms.CharField(
        label=gettext_lazy("Present password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new = NewPasswordField(label=gettext_lazy("New password"))
    again = forms.CharField(
        label=gettext_lazy("New password again"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_again(self) -> str:
        """The second must be the first."""
        again: str = self.cleaned_data["again"]
        if "new" in self.cleaned_data and again != self.cleaned_data["new"]:
            raise forms.ValidationError(_("The two new passwords differ."))
        return again


@require_http_methods(["GET", "POST"])
def password(request: LibraryRequest) -> HttpResponse:
    """Change one's own password; every other session of the account ends."""
    account = session.account_of(request, request.library.id)
    if account is None:
        return to_sign_in(request)
    staff = staff_member(account.id)
    if staff is not None and session.is_locked(request):
        return elsewhere(request, reverse("site:lock", args=[request.library.slug]))
    if staff is None and getattr(request, "desk", None) is None:
        return to_sign_in(request)
    if not has_password(account.id):
        return elsewhere(request, reverse("site:forgotten", args=[request.library.slug]))
    form, status = PasswordForm(request.POST or None), 200
    if request.method == "POST":
        if form.is_valid() and _is_oneself(request, account.id, form):
            return _changed(request, account.id, form.cleaned_data["new"])
        status = 422
    return draw(request, "site/password.html", {"form": form, "is_staff": staff}, status=status)


def _is_oneself(request: LibraryRequest, account_id: int, form: PasswordForm) -> bool:
    attempt = begin("", f"password of {account_id}", client_address(request), now=clock.now())
    if isinstance(attempt, TooMany):
        form.add_error("old", too_fast_words(attempt))
        return False
    if not whose_password([account_id], form.cleaned_data["old"]):
        form.add_error("old", _("This is not your present password."))
        return False
    succeeded(attempt)
    return True


def _changed(request: LibraryRequest, account_id: int, new: str) -> HttpResponse:
    set_password(account_id, new_secret(new))
    one = signed_in(account_id)
    if one is not None:
        session.renew_hash(request, one.auth_hash)
        end_sessions(account_id, but=session.this_one(request))
    return draw(
        request, "site/password.html", {"done": True, "is_staff": request.page.get("is_staff")}
    )
