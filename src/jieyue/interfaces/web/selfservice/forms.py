"""What readers may do without staff at a branch, as a form."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as lazy

from jieyue.circulation.actions.self_rules import MAX_MOST, MAX_NAME, MAX_SAYS
from jieyue.circulation.rules.self_service import MAX_MINUTES, SelfRules
from jieyue.interfaces.web.settings.fields import number, several, text, yes

WEEKDAYS = (
    ("0", lazy("Monday")), ("1", lazy("Tuesday")), ("2", lazy("Wednesday")),
    ("3", lazy("Thursday")), ("4", lazy("Friday")), ("5", lazy("Saturday")), ("6", lazy("Sunday")),
)  # fmt: skip
WHEN = (
    ("open", lazy("While the branch is open")),
    ("windows", lazy("At hours of its own, also after closing")),
    ("always", lazy("At any time")),
)


def _time(label: Any) -> forms.TimeField:
    widget = forms.TimeInput({"type": "time"}, format="%H:%M")
    return forms.TimeField(label=label, required=False, widget=widget)


class SelfServiceForm(forms.Form):
    """Where, when and for whom."""

    may_borrow = yes(lazy("Readers may borrow by themselves"))
    may_return = yes(lazy("Readers may return by themselves at a return point"))
    by_door = yes(
        lazy("By the code on a screen at the door"),
        help_text=lazy("The safest: it changes every 30 seconds, so a photo of it soon fails."),
    )
    by_network = yes(
        lazy("By the library's network"),
        help_text=lazy("Whoever is in the library's Wi-Fi is here. Readers need scan nothing."),
    )
    networks = forms.CharField(
        label=lazy("Networks of the library"),
        required=False,
        max_length=1000,
        widget=forms.Textarea({"rows": 2, "placeholder": "192.168.1.0/24"}),
        help_text=lazy("One a line, as seen by this server."),
    )
    by_sign = yes(
        lazy("By a printed sign at the shelves"),
        help_text=lazy("Weaker: a photo of the sign works at home, too, until you print new ones."),
    )
    minutes = number(
        lazy("A scanned code counts for so many minutes"), 1, MAX_MINUTES, required=True
    )
    when = forms.ChoiceField(
        label=lazy("When readers may borrow by themselves"),
        choices=WHEN,
        widget=forms.RadioSelect({"class": "radio radio-sm"}),
    )
    days = several(lazy("Days of hours of its own"))
    starts = _time(lazy("Begins at"))
    ends = _time(lazy("Ends at"))
    most = number(
        lazy("At most so many books a visit"), 1, MAX_MOST, help_text=lazy("Empty: no limit.")
    )
    not_for = several(lazy("Not with these cards"))

    def __init__(self, *args: Any, card_types: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("days", list(WEEKDAYS)), ("not_for", card_types)):
            field: Any = self.fields[name]
            field.choices = choices

    def values(self) -> dict[str, Any]:
        """Return what the action takes."""
        given = dict(self.cleaned_data)
        days, starts, ends = given.pop("days"), given.pop("starts"), given.pop("ends")
        span = (f"{starts:%H:%M}" if starts else "", f"{ends:%H:%M}" if ends else "")
        windows = tuple((int(day), *span) for day in days) if given["when"] == "windows" else ()
        return given | {"windows": windows, "not_for": tuple(given["not_for"])}


def entries_of(rules: SelfRules | None) -> dict[str, Any]:
    """Return what the form shows of a branch's rules."""
    if rules is None:
        return {"by_door": True, "minutes": 30, "when": "open"}
    first = rules.windows[0] if rules.windows else None
    return {
        "may_borrow": rules.may_borrow,
        "may_return": rules.may_return,
        "by_door": rules.by_door,
        "by_network": rules.by_network,
        "networks": "\n".join(rules.networks),
        "by_sign": rules.by_sign,
        "minutes": rules.minutes,
        "when": rules.when,
        "days": [str(window[0]) for window in rules.windows],
        "starts": first[1] if first else None,
        "ends": first[2] if first else None,
        "most": rules.most,
        "not_for": sorted(rules.not_for),
    }


class PointForm(forms.Form):
    """A return point."""

    name = text(lazy("Name of the return point"), MAX_NAME, required=True)
    says = text(lazy("Where to put the books, in your words"), MAX_SAYS)
