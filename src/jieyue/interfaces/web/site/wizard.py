"""Opening a library in three short steps. Answers are kept in the session until the last one."""

from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from jieyue.accounts.passwords import new_secret
from jieyue.accounts.sign_in import signed_in
from jieyue.circulation.opening import (
    NotOpened,
    Opened,
    OpeningFault,
    Plan,
    login_is_taken,
    open_library,
    slug_of,
)
from jieyue.interfaces.web import session
from jieyue.interfaces.web.access import elsewhere
from jieyue.interfaces.web.rendering import draw
from jieyue.kit import clock
from jieyue.libraries.rules.changes import sign_in_name
from jieyue.libraries.rules.kinds import ITEM_TYPES, STARTS

KEPT: Final = "new_library"
KINDS: Final = (
    (
        "primary",
        "school",
        gettext_lazy("Primary school"),
        gettext_lazy("Classes, teachers, breaks"),
    ),
    (
        "secondary",
        "graduation-cap",
        gettext_lazy("Middle school"),
        gettext_lazy("More books, longer loans"),
    ),
    (
        "community",
        "users-round",
        gettext_lazy("Community"),
        gettext_lazy("A reading room for neighbours"),
    ),
    (
        "public",
        "building-2",
        gettext_lazy("Public library"),
        gettext_lazy("Branches, many readers"),
    ),
    ("company", "briefcase", gettext_lazy("Company"), gettext_lazy("A shelf for colleagues")),
    ("family", "heart", gettext_lazy("Family"), gettext_lazy("Our own books, lent to friends")),
)
ZONES: Final = (
    ("Asia/Shanghai", gettext_lazy("Beijing time")),
    ("Asia/Urumqi", gettext_lazy("Ürümqi")),
    ("Asia/Hong_Kong", gettext_lazy("Hong Kong")),
    ("Asia/Taipei", gettext_lazy("Taipei")),
    ("Asia/Singapore", gettext_lazy("Singapore")),
    ("Asia/Tokyo", gettext_lazy("Tokyo")),
    ("Europe/London", gettext_lazy("London")),
    ("Europe/Paris", gettext_lazy("Paris")),
    ("America/New_York", gettext_lazy("New York")),
    ("America/Los_Angeles", gettext_lazy("Los Angeles")),
    ("Australia/Sydney", gettext_lazy("Sydney")),
)


class LibraryForm(forms.Form):
    """Name and contact."""

    name = forms.CharField(label=gettext_lazy("Name of the library"), max_length=100)
    contact_name = forms.CharField(
        label=gettext_lazy("Whom to ask"), max_length=100, required=False
    )
    contact_phone = forms.CharField(label=gettext_lazy("Phone"), max_length=40, required=False)
    address = forms.CharField(label=gettext_lazy("Address"), max_length=300, required=False)
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"), choices=ZONES, initial="Asia/Shanghai"
    )


class OwnerForm(forms.Form):
    """The owner's sign-in."""

    owner_name = forms.CharField(label=gettext_lazy("Your name"), max_length=100)
    login = forms.CharField(
        label=gettext_lazy("Sign-in name"),
        max_length=60,
        help_text=gettext_lazy("Your phone number, or a short name you will remember."),
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        min_length=8,
        max_length=200,
        strip=False,
        help_text=gettext_lazy("At least 8 characters."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_login(self) -> str:
        """Check the name's characters, and that nobody has it."""
        login: str = self.cleaned_data["login"]
        if sign_in_name(login) is None:
            raise forms.ValidationError(_("Use 2 to 60 letters, digits, or . - _ @ +"))
        if login_is_taken(login):
            raise forms.ValidationError(
                _("This sign-in name is taken. Choose another, or sign in with it.")
            )
        return login


@require_http_methods(["GET", "POST"])
def kind(request: HttpRequest) -> HttpResponse:
    """Step 1: what kind of library."""
    if request.method == "POST" and request.POST.get("kind") in STARTS:
        _keep(request, kind=request.POST["kind"])
        return elsewhere(request, reverse("site:new_library"))
    error = request.method == "POST"
    context = {"kinds": KINDS, "chosen": _kept(request).get("kind", ""), "error": error, "step": 1}
    return draw(request, "site/new_kind.html", context, status=422 if error else 200)


@require_http_methods(["GET", "POST"])
def library(request: HttpRequest) -> HttpResponse:
    """Step 2: its name and contact."""
    if "kind" not in _kept(request):
        return elsewhere(request, reverse("site:new"))
    form = LibraryForm(request.POST or None, initial=_kept(request))
    if request.method == "POST" and form.is_valid():
        _keep(request, **form.cleaned_data)
        return elsewhere(request, reverse("site:new_owner"))
    context = {"form": form, "step": 2}
    return draw(request, "site/new_library.html", context, status=_status(request))


@require_http_methods(["GET", "POST"])
def owner(request: HttpRequest) -> HttpResponse:
    """Step 3: the owner's sign-in; then the library opens."""
    kept = _kept(request)
    if "name" not in kept:
        return elsewhere(request, reverse("site:new"))
    form = OwnerForm(request.POST or None, initial={"owner_name": kept.get("contact_name", "")})
    if request.method == "POST" and form.is_valid():
        outcome = _open(request, kept, form.cleaned_data)
        if isinstance(outcome, Opened):
            return _welcome(request, outcome)
        for field, fault in outcome.faults:
            form.add_error(field if field in form.fields else None, _fault_words(fault))
    start = STARTS[kept["kind"]]
    context = {
        "form": form,
        "step": 3,
        "kept": kept,
        "kind_name": next(name for code, _icon, name, _text in KINDS if code == kept["kind"]),
        "cards": start.cards,
        "item_types": [name for _code, name in ITEM_TYPES],
        "hours": start.hours,
        "holidays": start.closed_on_holidays,
        "slug": slug_of(kept["name"]),
    }
    return draw(request, "site/new_owner.html", context, status=_status(request))


@require_http_methods(["GET"])
def review(request: HttpRequest) -> HttpResponse:
    """Open: what was set up, and the way to the first book."""
    slug = request.session.get("opened_library", "")
    if not slug:
        return elsewhere(request, reverse("site:new"))
    kind_code = request.session.get("opened_kind", "public")
    context = {"slug": slug, "start": STARTS[kind_code], "name": request.session["opened_name"]}
    return draw(request, "site/new_done.html", context)


def _open(request: HttpRequest, kept: dict[str, Any], owner: dict[str, Any]) -> Opened | NotOpened:
    plan = Plan(
        kind=kept["kind"],
        name=kept["name"],
        contact_name=kept.get("contact_name", ""),
        contact_phone=kept.get("contact_phone", ""),
        address=kept.get("address", ""),
        time_zone=kept.get("time_zone", "Asia/Shanghai"),
        owner_name=owner["owner_name"],
        login=owner["login"],
    )
    return open_library(plan, new_secret(owner["password"]), now=clock.now())


def _welcome(request: HttpRequest, opened: Opened) -> HttpResponse:
    kept = _kept(request)
    one = signed_in(opened.account_id)
    assert one is not None
    session.sign_in_account(request, one.account_id, one.auth_hash, now=clock.now())
    request.session["opened_library"] = opened.slug
    request.session["opened_name"] = kept["name"]
    request.session["opened_kind"] = kept["kind"]
    return elsewhere(request, reverse("site:new_review"))


def _fault_words(fault: OpeningFault) -> str:
    words = {
        OpeningFault.LOGIN_TAKEN: _(
            "This sign-in name is taken. Choose another, or sign in with it."
        ),
        OpeningFault.LOGIN_BAD: _("Use 2 to 60 letters, digits, or . - _ @ +"),
        OpeningFault.TOO_LONG: _("That is too long."),
        OpeningFault.NAME_MISSING: _("Please give a name."),
    }
    return words.get(fault, _("Please go back and check what you entered."))


def _status(request: HttpRequest) -> int:
    return 422 if request.method == "POST" else 200


def _kept(request: HttpRequest) -> dict[str, Any]:
    kept: dict[str, Any] = request.session.get(KEPT, {})
    return kept


def _keep(request: HttpRequest, **answers: str) -> None:
    request.session[KEPT] = _kept(request) | answers
