"""The forms of the library, its branches, calendar, item types and one's own PIN."""

from collections.abc import Sequence
from datetime import time
from typing import Any, Final
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from jieyue.interfaces.web.settings.fields import number, offer, pick, secret, text, yes
from jieyue.interfaces.web.settings.words import WEEKDAYS
from jieyue.interfaces.web.site.wizard_forms import ZONES
from jieyue.libraries.rules.changes import read_pin
from jieyue.libraries.settings.queries import BranchDetails

TIME: Final = {"type": "time", "step": "300"}


class LibraryForm(forms.Form):
    """What the library says of itself."""

    name = text(lazy("Name of the library"), 100, required=True)
    contact_name = text(lazy("Contact person"), 100)
    contact_phone = text(lazy("Telephone"), 40)
    address = text(lazy("Address"), 300)
    time_zone = pick(lazy("Time zone"))
    lock_minutes = number(
        lazy("Lock staff pages after (minutes)"),
        0,
        240,
        required=True,
        help_text=lazy(
            "Minutes without a key or a touch. 0: never; only for a computer of your own."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rest = sorted(available_timezones() - set(dict(ZONES)))
        offer(self, time_zone=[*ZONES, *((zone, zone) for zone in rest)])


class BranchForm(forms.Form):
    """A branch's name and how to find it."""

    name = text(lazy("Name of the branch"), 100, required=True)
    address = text(lazy("Address"), 300)
    phone = text(lazy("Telephone"), 40)


class HoursForm(forms.Form):
    """A week: two times a day, all optional. `hours` after cleaning is what the action takes."""

    hours: tuple[tuple[int, time, time], ...] = ()

    def __init__(self, *args: Any, branch: BranchDetails, **kwargs: Any) -> None:
        kwargs.setdefault("initial", hours_as_initial(branch.hours))
        super().__init__(*args, **kwargs)
        for weekday, name in enumerate(WEEKDAYS):
            for part in ("a", "b"):
                for end, word in (("opens", lazy("opens")), ("closes", lazy("closes"))):
                    widget = forms.TimeInput(
                        {**TIME, "class": "input input-sm w-full", "aria-label": f"{name} {word}"},
                        format="%H:%M",
                    )
                    self.fields[f"d{weekday}{part}_{end}"] = forms.TimeField(
                        required=False, widget=widget
                    )

    def clean(self) -> dict[str, Any]:
        """Read the week; a time without its other end is an error on its day."""
        cleaned = super().clean() or {}
        found = []
        for weekday in range(7):
            for part in ("a", "b"):
                opens = cleaned.get(f"d{weekday}{part}_opens")
                closes = cleaned.get(f"d{weekday}{part}_closes")
                if opens and closes:
                    found.append((weekday, opens, closes))
                elif (opens or closes) and not self.errors:
                    self.add_error(
                        f"d{weekday}{part}_opens",
                        _("%(day)s: please give both times, or none.") % {"day": WEEKDAYS[weekday]},
                    )
        self.hours = tuple(sorted(found))
        return cleaned

    def days(self) -> list[dict[str, Any]]:
        """Return the fields by day, as the template lays them out."""
        return [
            {
                "name": name,
                "parts": [
                    (self[f"d{weekday}{part}_opens"], self[f"d{weekday}{part}_closes"])
                    for part in ("a", "b")
                ],
                "errors": [
                    error
                    for part in ("a", "b")
                    for end in ("opens", "closes")
                    for error in self[f"d{weekday}{part}_{end}"].errors
                ],
            }
            for weekday, name in enumerate(WEEKDAYS)
        ]


def hours_as_initial(hours: Sequence[tuple[int, time, time]]) -> dict[str, time]:
    """Return a week as the form's values; a third time on a day does not fit and is left out."""
    values: dict[str, time] = {}
    for weekday, opens, closes in hours:
        part = "b" if f"d{weekday}a_opens" in values else "a"
        if f"d{weekday}{part}_opens" not in values:
            values[f"d{weekday}{part}_opens"] = opens
            values[f"d{weekday}{part}_closes"] = closes
    return values


class ItemTypeForm(forms.Form):
    """A kind of thing that is lent."""

    name = text(
        lazy("Name of the item type"),
        50,
        required=True,
        help_text=lazy("Such as magazine or picture book."),
    )
    is_default = yes(lazy("Offer this one first for new books"))
    floats = yes(
        lazy("Stays where it comes back"),
        help_text=lazy(
            "A book returned at another branch belongs there from then on, instead of being sent"
            " home. Saves vans; choose it for what may stand anywhere."
        ),
    )


class PinForm(forms.Form):
    """One's own PIN; the password shows that it is oneself."""

    password = secret(lazy("Your password"))
    pin = secret(lazy("New PIN"), new=True, help_text=lazy("4 to 8 digits. Not your birthday."))

    def clean_pin(self) -> str:
        """Read the digits."""
        pin = read_pin(self.cleaned_data["pin"])
        if pin is None:
            raise forms.ValidationError(_("A PIN has 4 to 8 digits."))
        if len(set(pin)) == 1 or pin in "0123456789876543210":
            raise forms.ValidationError(_("This PIN is too easy to guess."))
        return pin
