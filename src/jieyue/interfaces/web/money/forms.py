"""The forms about the drawer and deposits: they read what was typed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as lazy

from jieyue.interfaces.web.catalog.forms import MoneyField
from jieyue.interfaces.web.money_words import METHODS


def _money(label: Any) -> MoneyField:
    widget = forms.TextInput({"inputmode": "decimal", "class": "num", "autocomplete": "off"})
    return MoneyField(label=label, widget=widget)


class CountForm(forms.Form):
    """What was counted; `expected_cents` is what the page said should be there."""

    expected_cents = forms.IntegerField(widget=forms.HiddenInput)
    counted_cents = _money(lazy("Counted, in yuan"))
    note_text = forms.CharField(
        label=lazy("Note"),
        required=False,
        max_length=300,
        help_text=lazy("Needed when it is not the sum expected."),
    )


class DepositForm(forms.Form):
    """A deposit to take."""

    amount_cents = _money(lazy("Amount in yuan"))
    method = forms.ChoiceField(label=lazy("How it was paid"), choices=METHODS.items)


class GiveBackForm(forms.Form):
    """How a deposit is given back."""

    method = forms.ChoiceField(label=lazy("How it is given back"), choices=METHODS.items)
