"""What the wizard asks."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jieyue.circulation.opening import (
    LIMITS,
    OpeningFault,
    is_login_taken,
    slug_fault,
)
from jieyue.interfaces.web.site.own_password import NewPasswordField
from jieyue.libraries.rules.changes import sign_in_name
from jieyue.libraries.rules.slugs import MAX_SLUG

# Code, icon, name, and what it is like.
KINDS: Final = (
    (
        "primary",
        "school",
        gettext_lazy("Primary school"),
        gettext_lazy("Pupils, teachers and class shelves"),
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
        gettext_lazy("Branches, many kinds of readers"),
    ),
    ("company", "briefcase", gettext_lazy("Company"), gettext_lazy("A shelf for colleagues")),
    ("family", "heart", gettext_lazy("Family"), gettext_lazy("Our own books, lent to friends")),
)
ZONES: Final = (
    ("Asia/Shanghai", gettext_lazy("Beijing time")),
    ("Asia/Urumqi", gettext_lazy("Ürümqi")),
    ("Asia/Hong_Kong", gettext_lazy("Hong Kong")),
    ("Asia/Macau", gettext_lazy("Macao")),
    ("Asia/Taipei", gettext_lazy("Taipei")),
    ("Asia/Singapore", gettext_lazy("Singapore")),
    ("Asia/Kuala_Lumpur", gettext_lazy("Kuala Lumpur")),
    ("Asia/Tokyo", gettext_lazy("Tokyo")),
    ("Europe/London", gettext_lazy("London")),
    ("Europe/Paris", gettext_lazy("Paris")),
    ("America/New_York", gettext_lazy("New York")),
    ("America/Los_Angeles", gettext_lazy("Los Angeles")),
    ("Australia/Sydney", gettext_lazy("Sydney")),
)


def fault_words(fault: OpeningFault) -> str:
    """Say what is wrong with a field."""
    words = {
        OpeningFault.MISSING: _("Please fill this in."),
        OpeningFault.TOO_LONG: _("That is too long."),
        OpeningFault.KIND_UNKNOWN: _("Please choose one."),
        OpeningFault.ZONE_UNKNOWN: _("Please choose one."),
        OpeningFault.SLUG_BAD: _("Use 2 to 30 small letters, digits and single hyphens."),
        OpeningFault.SLUG_RESERVED: _("This address is kept for the system. Choose another."),
        OpeningFault.SLUG_TAKEN: _("Another library has this address. Choose another."),
        OpeningFault.LOGIN_BAD: _("Use 2 to 60 letters, digits, or . - _ @ +"),
        OpeningFault.LOGIN_TAKEN: _(
            "This sign-in name is taken. Choose another, or sign in with it first."
        ),
        OpeningFault.ACCOUNT_UNKNOWN: _("Please sign in again."),
    }
    return words[fault]


class LibraryForm(forms.Form):
    """Name and contact."""

    name = forms.CharField(
        label=gettext_lazy("Name of the library"),
        max_length=LIMITS["name"],
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "organization"}),
    )
    contact_name = forms.CharField(
        label=gettext_lazy("Contact person"),
        max_length=LIMITS["contact_name"],
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    contact_phone = forms.CharField(
        label=gettext_lazy("Contact phone"),
        max_length=LIMITS["contact_phone"],
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    address = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=LIMITS["address"],
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"), choices=ZONES, initial="Asia/Shanghai"
    )


class OwnerForm(forms.Form):
    """The owner's sign-in. A password typed before is kept unless another is typed."""

    owner_name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=LIMITS["owner_name"],
        widget=forms.TextInput(attrs={"autocomplete": "name", "autofocus": True}),
    )
    owner_login = forms.CharField(
        label=gettext_lazy("Sign-in name"),
        max_length=60,
        help_text=gettext_lazy("Your phone number, or a short name you will remember."),
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    password = NewPasswordField()

    def __init__(self, *args: Any, has_password: bool = False, **more: Any) -> None:
        super().__init__(*args, **more)
        if has_password:
            field = self.fields["password"]
            field.required = False
            field.help_text = _("Already set; type only to change it.")

    def clean_owner_login(self) -> str:
        """Check the name's characters, and that nobody has it."""
        login: str = self.cleaned_data["owner_login"].strip()
        if sign_in_name(login) is None:
            raise forms.ValidationError(fault_words(OpeningFault.LOGIN_BAD))
        if is_login_taken(login):
            raise forms.ValidationError(fault_words(OpeningFault.LOGIN_TAKEN))
        return login

    def clean(self) -> dict[str, Any]:
        """A password that is the sign-in name is the first that anybody tries."""
        data = super().clean() or self.cleaned_data
        password, login = data.get("password", ""), data.get("owner_login", "")
        if password and password.casefold() == login.casefold():
            self.add_error("password", _("The password must not be the sign-in name."))
        return data


class AddressForm(forms.Form):
    """The library's address on this installation, made of its name."""

    slug = forms.CharField(
        label=gettext_lazy("Web address"),
        max_length=MAX_SLUG,
        help_text=gettext_lazy("Stands on labels and cards; better not changed later."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )

    def clean_slug(self) -> str:
        """Check its form; whether it is still free is seen when the library opens."""
        slug: str = self.cleaned_data["slug"].strip().lower()
        fault = slug_fault(slug)
        if fault is not None:
            raise forms.ValidationError(fault_words(fault))
        return slug
