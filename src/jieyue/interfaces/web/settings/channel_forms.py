"""The form of a service: exactly what its provider needs, secrets never shown again."""

from decimal import Decimal
from typing import Any, Final, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from jieyue.interfaces.web.settings.channel_words import CHOICES, LABELS
from jieyue.interfaces.web.settings.fields import number, text
from jieyue.notices.channels.providers import (
    LONG,
    MAX_LONG,
    MAX_VALUE,
    ChannelView,
    Provider,
)

LINES: Final = frozenset({"headers", "body"})


class ChannelForm(forms.Form):
    """A service of the library's own; its fields follow from the provider."""

    def __init__(
        self, *args: Any, asked: Provider, view: ChannelView | None = None, **kwargs: Any
    ) -> None:
        mine = view if view is not None and view.provider == asked.code else None
        values = dict(mine.values) if mine else {}
        if isinstance(values.get("good_values"), list):
            values["good_values"] = ", ".join(values["good_values"])
        initial = values | {
            "cost": f"{mine.cost_cents / 100:.2f}" if mine and mine.cost_cents else None,
            "daily_limit": mine.daily_limit if mine else None,
            "budget": mine.monthly_cents // 100 if mine and mine.monthly_cents else None,
        }
        super().__init__(*args, **({"initial": initial} | kwargs))
        self._asked, stored = asked, mine.stored if mine else frozenset()
        for name in (*asked.plain, *asked.secret):
            self.fields[name] = _secret(name, stored) if name in asked.secret else _plain(name)
            self.fields[name].required = name in asked.needed and name not in stored
        if asked.code in {"aliyun", "tencent", "http"}:
            self.fields["cost"] = forms.DecimalField(
                label=_("Price of a message (yuan)"),
                required=False,
                min_value=Decimal(0),
                max_value=Decimal(100),
                decimal_places=2,
                help_text=_("Such as 0.05. The month's budget is reckoned with it."),
            )
            self.fields["budget"] = number(
                lazy("At most a month (yuan)"), 0, 1_000_000,
                help_text=lazy("Empty: no limit. Then the next way is taken, and you see it here."),
            )  # fmt: skip
        self.fields["daily_limit"] = number(
            lazy("At most a day (messages)"), 0, 1_000_000, help_text=lazy("Empty: no limit.")
        )

    def values(self) -> dict[str, Any]:
        """Return what the action takes."""
        data = self.cleaned_data
        plain = {name: data.get(name) for name in self._asked.plain}
        if good := plain.get("good_values"):
            plain["good_values"] = [part.strip() for part in good.replace("，", ",").split(",")]
        budget = data.get("budget")
        return {
            "values": plain,
            "secrets": {name: data.get(name) or "" for name in self._asked.secret},
            "cost_cents": int((data.get("cost") or 0) * 100),
            "daily_limit": data.get("daily_limit"),
            "monthly_cents": None if budget is None else budget * 100,
        }


class TestForm(forms.Form):
    """Where a test goes."""

    to = text(lazy("Send a test to"), 200, required=True)


def _plain(name: str) -> forms.Field:
    words = LABELS[name]
    common: dict[str, Any] = {"label": words.name, "required": False, "help_text": words.text}
    if name in CHOICES:
        return forms.ChoiceField(**common, choices=CHOICES[name])
    if name == "port":
        return forms.IntegerField(**common, min_value=1, max_value=65_535)
    if name in {"sender", "reply_to"}:
        return forms.EmailField(**common, max_length=MAX_VALUE)
    limit = MAX_LONG if name in LONG else MAX_VALUE
    if name in LINES:
        area = forms.Textarea({"rows": 3, "spellcheck": "false", "class": "code"})
        return forms.CharField(**common, max_length=limit, widget=area)
    return forms.CharField(**common, max_length=limit)


def _secret(name: str, stored: frozenset[str]) -> forms.Field:
    keeps = _("A key is stored (••••). Leave this empty to keep it.")
    new = _("You get it from the service. It is stored encrypted and never shown again.")
    return forms.CharField(
        label=cast("str", LABELS[name].name),
        required=False,
        max_length=MAX_VALUE,
        widget=forms.PasswordInput({"autocomplete": "off"}),
        help_text=keeps if name in stored else new,
    )
