"""The readers' forms: they read what was typed; what may be is decided by the rules."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jieyue.interfaces.web.catalog.forms import MoneyField
from jieyue.interfaces.web.money_words import METHODS
from jieyue.interfaces.web.patrons.words import fault_words, group_word, has_groups, number_word
from jieyue.interfaces.web.settings.fields import day
from jieyue.kit.money import yuan
from jieyue.libraries.queries import BranchView
from jieyue.patrons.queries import CategoryView, PatronView
from jieyue.patrons.rules.membership import LIMITS, MAX_PASSWORD, MIN_PASSWORD, Fault
from jieyue.patrons.writing import Details

DETAILS = (
    "name",
    "category",
    "branch",
    "student_number",
    "group_name",
    "phone",
    "email",
    "note",
    "born_on",
)


def _text(label: Any, limit: str, *, required: bool = False, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, required=required, max_length=LIMITS[limit], **more)


class DetailsForm(forms.Form):
    """Who a reader is. `first` are the fields everybody fills in, `more` the rest."""

    name = _text(gettext_lazy("Name"), "name", required=True)
    category = forms.ChoiceField(label=gettext_lazy("Card type"))
    group_name = _text("", "group_name", widget=forms.TextInput({"list": "groups"}))
    student_number = _text("", "student_number", widget=forms.TextInput({"class": "num"}))
    phone = _text(
        gettext_lazy("Phone"), "phone", widget=forms.TextInput({"type": "tel", "class": "num"})
    )
    email = _text(gettext_lazy("Email"), "email", widget=forms.TextInput({"inputmode": "email"}))
    born_on = day(
        gettext_lazy("Date of birth"),
        required=False,
        help_text=gettext_lazy(
            "Decides whether a guardian has to agree (under 14), what guardians see, and who may "
            "come to activities with an age limit. Kept encrypted."
        ),
    )
    branch = forms.ChoiceField(label=gettext_lazy("Branch"), required=False)
    note = _text(
        gettext_lazy("Note"),
        "note",
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("Only staff see it, also at the desk."),
    )

    def __init__(
        self,
        *args: Any,
        kind: str,
        categories: Iterable[CategoryView],
        branches: Iterable[BranchView],
        current: PatronView | None = None,
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        self.kind = kind
        self.fields["group_name"].label = group_word(kind)
        self.fields["student_number"].label = number_word(kind)
        for field in self.fields.values():
            field.widget.attrs.setdefault("autocomplete", "off")
        kinds = {c.code: category_words(c) for c in categories}
        places = {b.code: b.name for b in branches}
        if current is not None:  # a card type or branch no longer offered may be kept
            kinds.setdefault(current.category_code, current.category)
            places.setdefault(current.branch_code, current.branch)
        self._offer("category", kinds)
        self._offer("branch", places)
        self.has_branches = len(places) > 1
        if not self.has_branches:
            self.fields["branch"].initial = next(iter(places), "")

    def _offer(self, name: str, choices: dict[str, str]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(choices.items())

    @property
    def first(self) -> list[Any]:
        """The fields that are always shown."""
        names = ["name", "category", "phone"]
        if has_groups(self.kind):
            names = ["name", "category", "group_name", "student_number", "phone"]
        return [self[name] for name in names]

    @property
    def more(self) -> list[Any]:
        """The fields that fold away."""
        shown = {field.name for field in self.first}
        names = ["group_name", "student_number", "born_on", "email", "note"]
        if self.has_branches:
            names.insert(2, "branch")
        return [self[name] for name in names if name not in shown]

    @property
    def more_is_open(self) -> bool:
        """Whether something folded away wants a look."""
        return any(field.errors for field in self.more)

    def details(self, *, branch: str = "") -> Details:
        """Return what was typed; `branch` stands for one that was not asked."""
        values = {name: self.cleaned_data[name] for name in DETAILS}
        born_on = None  # an older page never asked
        if "born_on" in self.data:
            born_on = values["born_on"].isoformat() if values["born_on"] else ""
        return Details(**values | {"branch": values["branch"] or branch, "born_on": born_on})


class AddForm(DetailsForm):
    """A new reader."""

    card_barcode = _text(
        gettext_lazy("Card number"),
        "card_barcode",
        widget=forms.TextInput({"class": "code"}),
        help_text=gettext_lazy("Scan a card, or leave empty: the next number is given."),
    )
    expires_on = day(
        gettext_lazy("Valid until"),
        required=False,
        help_text=gettext_lazy("Empty: as the card type says."),
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        required=False,
        strip=False,
        min_length=MIN_PASSWORD,
        max_length=MAX_PASSWORD,
        widget=forms.TextInput({"class": "code", "spellcheck": "false"}),
        help_text=gettext_lazy("With one, the reader can sign in by card or phone number."),
    )
    may_be_same = forms.BooleanField(
        label=gettext_lazy("This is somebody else: add them all the same"), required=False
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["name"].widget.attrs["autofocus"] = True

    @property
    def first(self) -> list[Any]:
        """The card comes with the first fields."""
        return [*super().first, self["card_barcode"]]

    @property
    def more(self) -> list[Any]:
        """The rest of a new reader."""
        return [*super().more, self["expires_on"], self["password"]]


class SuspendForm(forms.Form):
    """Why a reader may not borrow for now."""

    reason = _text(
        gettext_lazy("Why"),
        "reason",
        required=True,
        widget=forms.TextInput({"autofocus": True, "autocomplete": "off"}),
        help_text=gettext_lazy("The reader and the desk see it."),
    )


class CardForm(forms.Form):
    """The card that takes the old one's place."""

    card_barcode = _text(
        gettext_lazy("Card number"),
        "card_barcode",
        widget=forms.TextInput({"class": "code", "autofocus": True, "autocomplete": "off"}),
        help_text=gettext_lazy("Scan a card, or leave empty: the next number is given."),
    )


class ExtendForm(forms.Form):
    """Until when a card is valid."""

    expires_on = day(gettext_lazy("Another last day"), required=False)


class PasswordForm(forms.Form):
    """A reader's new password."""

    password = forms.CharField(
        label=gettext_lazy("New password"),
        strip=False,
        min_length=MIN_PASSWORD,
        max_length=MAX_PASSWORD,
        widget=forms.TextInput(
            {"class": "code", "autofocus": True, "autocomplete": "off", "spellcheck": "false"}
        ),
        help_text=gettext_lazy("At least 8 characters. Let the reader type it if you can."),
    )


class MethodField(forms.ChoiceField):
    """How money changes hands; cash unless another way was chosen."""

    def clean(self, value: Any) -> Any:
        """Return the code of the way."""
        return super().clean(value or "cash")


class MoneyForm(forms.Form):
    """An amount, for which charge, how it changed hands, and why; `name` is its dialog's."""

    charge = forms.CharField(required=False, max_length=12, widget=forms.HiddenInput)

    amount_cents = MoneyField(
        label=gettext_lazy("Amount in yuan"),
        widget=forms.TextInput(
            {"inputmode": "decimal", "class": "num", "autofocus": True, "autocomplete": "off"}
        ),
    )
    method = MethodField(label=gettext_lazy("How it was paid"), choices=METHODS.items)
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=200)

    def __init__(self, *args: Any, name: str, **more: Any) -> None:
        super().__init__(*args, **more)
        reason = self.fields["reason"]
        reason.widget.attrs |= {"list": f"{name}-words", "autocomplete": "off"}
        if name == "charges":
            reason.label = _("What it is for")
            del self.fields["charge"]
        if name == "payments":
            reason.label, reason.required = _("Note"), False
        if name == "refunds":
            self.fields["method"].label = _("How it is given back")
        if name in ("charges", "waivers"):
            del self.fields["method"]


def category_words(category: CategoryView) -> str:
    """Return a card type's name, with its yearly fee if it has one."""
    if not category.yearly_fee_cents:
        return category.name
    return _("%(name)s (¥%(fee)s a year)") % {
        "name": category.name,
        "fee": yuan(category.yearly_fee_cents),
    }


def show_faults(form: forms.Form, faults: Iterable[Fault]) -> list[str]:
    """Put each fault beside its field; return the words of those that have none here."""
    rest = []
    for fault in faults:
        if fault.field in form.fields:
            form.add_error(fault.field, fault_words(fault))
        else:
            rest.append(fault_words(fault))
    return rest


def chosen_day(form: forms.Form) -> date | None:
    """Return the day of a form that has one."""
    day: date | None = form.cleaned_data["expires_on"]
    return day
