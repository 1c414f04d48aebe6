"""A forgotten password: a code to what the library has on record, then a new one."""

from datetime import datetime
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from jieyue.accounts.passwords import new_secret
from jieyue.interfaces.web.access import LibraryRequest, elsewhere
from jieyue.interfaces.web.rendering import draw
from jieyue.interfaces.web.site import asking
from jieyue.interfaces.web.site.asking import address_of
from jieyue.interfaces.web.site.by_code import proved_readers
from jieyue.interfaces.web.site.entering import Entering, enter
from jieyue.interfaces.web.site.own_password import NewPasswordField
from jieyue.kit import clock
from jieyue.libraries.settings.elsewhere import who_worked
from jieyue.notices.channels.subscriptions import forget_devices_of
from jieyue.patrons.codes import ways_offered
from jieyue.patrons.own import has_other_ways, reset_password
from jieyue.patrons.readers import SignInCandidate, is_reader_elsewhere

RESET: Final = "reset"
PROVED: Final = "reset_readers"
SECONDS: Final = 600


class NewPasswordForm(forms.Form):
    """The new password, twice."""

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
def forgotten(request: LibraryRequest) -> HttpResponse:
    """Where the code is to be sent; says the same whether anybody here has that address."""
    have = ways_offered()
    given = request.POST.get("way", request.GET.get("way", ""))
    way = given if given in have else next(iter(have), "")
    if request.method == "GET" or not way:
        return _form(request, way, have)
    now = clock.now()
    before = asking.under_way(request, RESET)
    view = asking.view_of(before.code, now) if before and "again" in request.POST else None
    address = view.address if view else request.POST.get("address", "")
    error = asking.ask(request, purpose=RESET, way=way, address=address, now=now)
    if error and view and before:
        page = _page(request, way)
        return asking.digits_page(request, before, page=page, now=now, error=error, status=429)
    if error:
        return _form(request, way, have, error=error, address=address[:200])
    return elsewhere(request, address_of(request, "forgotten_code"))


@require_http_methods(["GET", "POST"])
def code(request: LibraryRequest) -> HttpResponse:
    """Take the digits."""
    asked, now = asking.under_way(request, RESET), clock.now()
    if asked is None:
        return elsewhere(request, address_of(request, "forgotten"))
    page = _page(request, asked.way)
    if request.method == "GET":
        return asking.digits_page(request, asked, page=page, now=now)
    found = asking.tried(asked, request.POST.get("digits", ""), now)
    if isinstance(found, str):
        if asking.view_of(asked.code, now) is None:
            return _form(request, asked.way, ways_offered(), error=found)
        return asking.digits_page(request, asked, page=page, now=now, error=found, status=422)
    request.session.pop(asking.ASKED, None)
    readers, why = proved_readers(found.way, found.address_hash, now)
    desks = who_worked(one.account_id for one in readers)
    mine = [
        one
        for one in readers
        if one.account_id not in desks and not is_reader_elsewhere([one.account_id])
    ]
    if not mine:
        elsewhere_words = _(
            "Your sign-in opens more than your card at this library, so a code is not enough to "
            "change its password. Please ask at the desk."
        )
        return _form(request, asked.way, ways_offered(), error=why or elsewhere_words)
    request.session.cycle_key()  # who knew this browser's before sets no password
    request.session[PROVED] = {
        "until": int(now.timestamp()) + SECONDS,
        "library": request.library.id,
        "readers": {one.public_id: [one.id, one.account_id, one.name] for one in mine},
        "shared": asked.is_shared,
    }
    return elsewhere(request, address_of(request, "new_password"))


@require_http_methods(["GET", "POST"])
def new_password(request: LibraryRequest) -> HttpResponse:
    """Take the new password; every session of the account ends, and this one begins."""
    now = clock.now()
    readers = _proved(request, now)
    if not readers:
        return elsewhere(request, address_of(request, "forgotten"))
    form = NewPasswordForm(request.POST or None)
    wanted = request.POST.get("reader", "")
    one = readers[0] if len(readers) == 1 else next(
        (reader for reader in readers if reader.public_id == wanted), None
    )  # fmt: skip
    if request.method == "POST" and form.is_valid() and one is not None:
        is_shared = request.session.pop(PROVED).get("shared", False)
        ended = reset_password(
            one.account_id,
            one.id,
            new_secret(form.cleaned_data["new"]),
            ends_other_ways="ends" in request.POST,
        )
        forget_devices_of(one.account_id)
        messages.success(
            request, _("The password is changed. Other devices have to sign in again.")
        )
        if ended:
            messages.info(
                request, _("Passkeys, WeChat sign-in and the calendar's address are ended, too.")
            )
        way = Entering(how="code", is_shared=is_shared, only_here=True)
        return enter(request, [one], way, now)
    error = _("Please choose whose password it is.") if request.POST and one is None else ""
    context: dict[str, Any] = {
        "form": form,
        "readers": readers,
        "chosen": wanted,
        "error": error,
        "has_other_ways": has_other_ways(
            [reader.account_id for reader in readers], [reader.id for reader in readers]
        ),
        "ends": request.method == "GET" or "ends" in request.POST,
    }
    return draw(request, "site/new_password.html", context, status=422 if request.POST else 200)


def _proved(request: LibraryRequest, now: datetime) -> list[SignInCandidate]:
    kept = request.session.get(PROVED, {})
    if kept.get("library") != request.library.id or kept["until"] < now.timestamp():
        return []
    return [
        SignInCandidate(id=row[0], public_id=name, name=row[2], account_id=row[1])
        for name, row in kept["readers"].items()
    ]


def _page(request: LibraryRequest, way: str) -> dict[str, Any]:
    return {
        "heading": _("Type the code"),
        "button": _("Go on"),
        "check": address_of(request, "forgotten_code"),
        "again": address_of(request, "forgotten"),
        "back": f"{address_of(request, 'forgotten')}?way={way}",
        "is_sure": False,
    }


def _form(
    request: LibraryRequest, way: str, have: list[str], *, error: str = "", address: str = ""
) -> HttpResponse:
    context = {"by": way, "have": have, "error": error, "address": address}
    return draw(request, "site/forgotten.html", context, status=422 if error else 200)
