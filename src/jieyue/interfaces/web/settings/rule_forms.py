"""The forms of card types and lending rules."""

from collections.abc import Container, Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from jieyue.circulation.actions.card_types import OWN_TERMS, CardTypeValues
from jieyue.circulation.queries.policies import CardTypeView, Choice, Explained, RuleRow, RuleTable
from jieyue.circulation.rules.policies import REQUIRED, TERMS, RuleValues
from jieyue.circulation.rules.rule_values import LIMITS, SWITCHES
from jieyue.interfaces.web.catalog.forms import MoneyField
from jieyue.interfaces.web.settings.fields import number, offer, pick, several, text, yes
from jieyue.interfaces.web.settings.rule_words import (
    CHOICES,
    GROUPS,
    Group,
    group_words,
    term_words,
)
from jieyue.interfaces.web.settings.rule_words import TERMS as TERM_WORDS

MONEY: Final = forms.TextInput({"inputmode": "decimal"})


class CardTypeForm(forms.Form):
    """A card type: who it is for and what it grants."""

    name = text(
        lazy("Name of the card type"),
        50,
        required=True,
        help_text=lazy("Such as adult, child, teacher."),
    )
    max_loans = number(lazy("Books at the same time"), *LIMITS["max_loans"])
    loan_days = number(lazy("Days per loan"), *LIMITS["loan_days"])
    max_renewals = number(lazy("Renewals"), *LIMITS["max_renewals"])
    renewal_days = number(lazy("Days per renewal"), *LIMITS["renewal_days"])
    max_holds = number(lazy("Holds at the same time"), *LIMITS["max_holds"])
    item_types = several(lazy("May borrow"))
    valid_months = number(
        lazy("Card valid for (months)"), 1, 1200, help_text=lazy("Empty: it never expires.")
    )
    yearly_fee_cents = MoneyField(
        label=lazy("Yearly fee (yuan)"), required=False, widget=MONEY,
        help_text=lazy("Empty: free."),
    )  # fmt: skip
    queue_class = pick(
        lazy("Place in the queue for reserved books"),
        help_text=lazy("Readers with a smaller number get a reserved book first."),
    )
    is_default = yes(lazy("Offer this one first for new readers"))

    def __init__(
        self,
        *args: Any,
        item_types: Sequence[Choice],
        defaults: dict[str, Any],
        card: CardTypeView | None = None,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("initial", _card_initial(card, item_types))
        super().__init__(*args, **kwargs)
        named = {1: _("1: served first"), 5: _("5: ordinary"), 9: _("9: served last")}
        offer(
            self,
            item_types=[(kind.code, kind.name) for kind in item_types],
            queue_class=[(n, named.get(n, str(n))) for n in range(1, 10)],
        )
        for term in OWN_TERMS:
            self.fields[term].help_text = _("Empty: as in the lending rules (%(value)s).") % {
                "value": term_words(term, defaults[term])
            }

    def values(self) -> CardTypeValues:
        """Return what the action takes."""
        data = self.cleaned_data
        return CardTypeValues(
            name=data["name"],
            item_types=frozenset(data["item_types"]),
            is_default=data["is_default"],
            valid_months=data["valid_months"],
            yearly_fee_cents=data["yearly_fee_cents"] or 0,
            queue_class=int(data["queue_class"]),
            **{term: data[term] for term in OWN_TERMS},
        )


def _card_initial(card: CardTypeView | None, item_types: Sequence[Choice]) -> dict[str, Any]:
    if card is None:
        return {"item_types": [kind.code for kind in item_types], "queue_class": 5}
    return {
        "name": card.name,
        "valid_months": card.valid_months,
        "yearly_fee_cents": card.yearly_fee_cents or None,
        "queue_class": card.queue_class,
        "is_default": card.is_default,
        "item_types": list(card.item_types),
    } | {term: card.own_terms[term] for term in OWN_TERMS}


class RuleForm(forms.Form):
    """The terms of one row of the lending rules; empty falls through to what `below` says."""

    def __init__(
        self, *args: Any, row: RuleRow, below: dict[str, Explained], **kwargs: Any
    ) -> None:
        kwargs.setdefault("initial", {t: _typed(t, value) for t, value in row.terms.items()})
        super().__init__(*args, **kwargs)
        self.row = row
        self.explained = below
        self.below = {term: one.value for term, one in below.items()}
        for term in TERMS:
            self.fields[term] = _term_field(
                term, below.get(term), is_required=row.is_default and term in REQUIRED
            )

    def values(self) -> RuleValues:
        """Return what the action takes."""
        return RuleValues(**{term: _meant(term, self.cleaned_data[term]) for term in TERMS})

    def groups(self) -> list[dict[str, Any]]:
        """Return the fields as the page lays them out, with a line that says what holds."""
        own = self.values().terms() if self.is_bound and self.is_valid() else self.row.terms
        holds = self.below | {term: value for term, value in own.items() if value is not None}
        return [
            {
                "name": group.name,
                "is_open": self._is_open(group),
                "words": group_words(group, holds),
                "fields": [(self[term], _unit_name(term)) for term in group.terms],
            }
            for group in GROUPS
        ]

    def _is_open(self, group: Group) -> bool:
        own = any(self.row.terms[term] is not None for term in group.terms)
        is_own = own and not self.row.is_default
        return group.is_open or is_own or any(self[term].errors for term in group.terms)


def _term_field(term: str, below: Explained | None, *, is_required: bool) -> forms.Field:
    words = TERM_WORDS[term]
    otherwise = _otherwise(below)
    if term in CHOICES or term in SWITCHES:
        chosen = CHOICES.get(term) or {"yes": _("Yes"), "no": _("No")}
        field: forms.Field = pick(
            words.name,
            required=is_required,
            help_text=words.hint,
            choices=([] if is_required else [("", otherwise)]) + list(chosen.items()),
        )
    else:
        hint = " ".join(
            str(part) for part in (words.hint, "" if is_required else otherwise) if part
        )
        low, high = LIMITS[term]
        if term.endswith("_cents"):
            field = MoneyField(
                label=words.name, required=is_required, help_text=hint, widget=MONEY
            )  # fmt: skip
        else:
            field = number(words.name, low, high, required=is_required, help_text=hint)
    return field


def _otherwise(below: Explained | None) -> str:
    """Say what an empty field means."""
    if below is None:
        return ""
    value = term_words(below.term, below.value)
    if below.row is None:
        return _("Empty: %(value)s (as delivered)") % {"value": value}
    return _("Empty: %(value)s (%(row)s)") % {"value": value, "row": row_words(below.row)}


def row_words(row: RuleRow) -> str:
    """Return for whom a row is."""
    names = [row.branch_name, row.card_type_name, row.item_type_name]
    return " × ".join(name for name in names if name) or _("Everything else")


def _unit_name(term: str) -> Any:
    unit = TERM_WORDS[term].unit
    return unit.name if unit else ""


def _typed(term: str, value: Any) -> Any:
    """Return a value as the form shows it."""
    if term in SWITCHES:
        return {True: "yes", False: "no", None: ""}[value]
    return "" if value is None and term in CHOICES else value


def _meant(term: str, value: Any) -> Any:
    """Return a cleaned value as the rules keep it."""
    if term in SWITCHES:
        return {"yes": True, "no": False}.get(value)
    return None if value == "" else value


class KeysForm(forms.Form):
    """For which branch, card type and item type a row is; empty is any."""

    branch = pick(lazy("Branch"), required=False)
    card_type = pick(lazy("Card type"), required=False)
    item_type = pick(lazy("Item type"), required=False)

    def __init__(
        self,
        *args: Any,
        table: RuleTable,
        any_of: bool,
        reach: Container[str] | None = None,
        **kwargs: Any,
    ) -> None:
        """`reach` holds the codes of the branches to choose from; None: all, and any."""
        super().__init__(*args, **kwargs)
        for name, choices in (
            ("branch", table.branches),
            ("card_type", table.card_types),
            ("item_type", table.item_types),
        ):
            near = reach if name == "branch" else None
            is_free = any_of and (near is None or "" in near)
            first = [("", _("any"))] if is_free else []
            self.fields[name].required = not is_free
            named = [(c.code, c.name) for c in choices if c.is_active]
            offer(self, **{name: first + [one for one in named if near is None or one[0] in near]})
