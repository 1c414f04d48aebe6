"""The small forms of a loan's page: they read what was typed; the actions decide."""

from django import forms
from django.utils.translation import gettext_lazy

from jieyue.interfaces.web.catalog.forms import MoneyField

NUMBER = {"class": "num", "inputmode": "decimal", "autocomplete": "off", "maxlength": "20"}


class CostForm(forms.Form):
    """What a loss costs; empty: as the rule says."""

    cost_cents = MoneyField(
        label=gettext_lazy("Cost in yuan"),
        required=False,
        widget=forms.TextInput(NUMBER),
    )


class ReplacementForm(forms.Form):
    """The label and price of the copy that replaces the lost one."""

    barcode = forms.CharField(
        label=gettext_lazy("Barcode of the new copy"),
        required=False,
        max_length=40,
        widget=forms.TextInput({"class": "code", "autocomplete": "off"}),
        help_text=gettext_lazy(
            "Empty: it takes over the old label. A new number joins the same book. For a newer "
            "edition, add it as a book first and scan its label here."
        ),
    )
    price_cents = MoneyField(
        label=gettext_lazy("Its price in yuan"),
        required=False,
        widget=forms.TextInput(NUMBER),
    )


class DamageForm(forms.Form):
    """What is damaged, what it costs, and whether the copy is to be mended."""

    reason = forms.CharField(
        label=gettext_lazy("What is damaged"),
        max_length=200,
        help_text=gettext_lazy("The reader sees it."),
    )
    cost_cents = MoneyField(
        label=gettext_lazy("Cost in yuan"),
        required=False,
        widget=forms.TextInput(NUMBER),
    )
    to_repair = forms.BooleanField(
        label=gettext_lazy("Take it off the shelf to be mended"), required=False, initial=True
    )


class ClaimForm(CostForm):
    """What became of a claim whose copy did not turn up."""

    resolution = forms.ChoiceField(
        choices=[
            ("not_found", gettext_lazy("Not found: it is lost")),
            ("never_lent", gettext_lazy("Never lent: the copy is missing, nobody owes anything")),
            ("withdrawn", gettext_lazy("The reader has it after all: the loan goes on")),
        ],
        label=gettext_lazy("What came of it"),
        widget=forms.RadioSelect({"class": "radio radio-sm"}),
    )
    field_order = ("resolution", "cost_cents")
