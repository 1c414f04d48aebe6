"""Form fields that several settings pages use."""

from collections.abc import Iterable
from typing import Any

from django import forms

from jieyue.libraries.rules.permissions import OWNER, Permission

Choices = Iterable[tuple[Any, Any]]


def text(label: Any, limit: int, *, required: bool = False, **more: Any) -> forms.CharField:
    """Return a line of text of at most `limit` characters."""
    return forms.CharField(label=label, max_length=limit, required=required, **more)


def number(
    label: Any, low: int, high: int, *, required: bool = False, **more: Any
) -> forms.IntegerField:
    """Return a whole number from `low` to `high`."""
    return forms.IntegerField(label=label, min_value=low, max_value=high, required=required, **more)


def day(label: Any, *, required: bool = True, **more: Any) -> forms.DateField:
    """Return a date; browsers show only one that is written like this."""
    widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, widget=widget, **more)


def pick(label: Any, *, required: bool = True, **more: Any) -> forms.ChoiceField:
    """Return a select whose choices are given with `offer`."""
    return forms.ChoiceField(label=label, required=required, **more)


def several(label: Any, *, required: bool = False, **more: Any) -> forms.MultipleChoiceField:
    """Return check boxes whose choices are given with `offer`."""
    return forms.MultipleChoiceField(
        label=label,
        required=required,
        widget=forms.CheckboxSelectMultiple({"class": "checkbox checkbox-sm"}),
        **more,
    )


def secret(label: Any, *, new: bool = False, **more: Any) -> forms.CharField:
    """Return a password that is never shown again; not stripped, since spaces may belong to it."""
    attributes = {"autocomplete": "new-password" if new else "current-password"}
    return forms.CharField(
        label=label, max_length=128, strip=False, widget=forms.PasswordInput(attributes), **more
    )


def yes(label: Any, **more: Any) -> forms.BooleanField:
    """Return a check box."""
    return forms.BooleanField(label=label, required=False, **more)


def offer(form: forms.Form, **choices: Choices) -> None:
    """Give fields their choices."""
    for name, values in choices.items():
        field = form.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(values)


def rights_in(form: forms.Form, name: str) -> frozenset[Permission]:
    """Return the rights that were ticked."""
    return frozenset(Permission(value) for value in form.cleaned_data[name])


def rights_offered(own: frozenset[Permission]) -> list[Permission]:
    """Return the rights somebody may give: those of a role that they have themselves."""
    return [permission for permission in Permission if permission in own & OWNER]
