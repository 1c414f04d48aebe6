"""The forms of card types and lending rules."""

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from jieyue.circulation.actions.card_types import CardTypeValues
from jieyue.circulation.queries.policies import CardTypeView, Choice, RuleTable
from jieyue.circulation.rules.policies import COLUMNS
from jieyue.circulation.rules.rule_values import LIMITS, RuleValues
from jieyue.interfaces.web.catalog.forms import MoneyField
from jieyue.interfaces.web.settings.fields import number, offer, pick, several, text, yes
from jieyue.interfaces.web.settings.words import CLOSED_DAYS, term_words
from jieyue.interfaces.web.settings.words import COLUMNS as COLUMN_WORDS

TERMS: Final = ("max_loans", "loan_days", "max_renewals", "renewal_days", "max_holds")
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
        for term in TERMS:
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
            **{term: data[term] for term in TERMS},
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
    } | {term: card.own_terms[term] for term in TERMS}


class RuleForm(forms.Form):
    """The terms of one row of the lending rules; empty falls through."""

    may_borrow = pick(COLUMN_WORDS["may_borrow"], required=False)
    max_loans = number(COLUMN_WORDS["max_loans"], *LIMITS["max_loans"])
    loan_days = number(COLUMN_WORDS["loan_days"], *LIMITS["loan_days"])
    max_renewals = number(COLUMN_WORDS["max_renewals"], *LIMITS["max_renewals"])
    renewal_days = number(COLUMN_WORDS["renewal_days"], *LIMITS["renewal_days"])
    max_holds = number(COLUMN_WORDS["max_holds"], *LIMITS["max_holds"])
    max_overdue = number(
        COLUMN_WORDS["max_overdue"],
        *LIMITS["max_overdue"],
        help_text=lazy("0: with one overdue book nothing more is lent."),
    )
    max_owed_cents = MoneyField(
        label=COLUMN_WORDS["max_owed_cents"], required=False, widget=MONEY,
        help_text=lazy("In yuan; who owes more borrows nothing."),
    )  # fmt: skip
    closed_days = pick(
        COLUMN_WORDS["closed_days"],
        required=False,
        help_text=lazy("If the last day falls on a closed day, the book is due on …"),
    )

    def __init__(self, *args: Any, is_default: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        empty = [] if is_default else [("", _("(from the rows below)"))]
        offer(
            self,
            may_borrow=[*empty, ("yes", _("Yes")), ("no", _("No"))],
            closed_days=[*empty, *CLOSED_DAYS.items()],
        )
        for column in COLUMNS:
            self.fields[column].required = is_default

    def values(self) -> RuleValues:
        """Return what the action takes."""
        data = {column: self.cleaned_data[column] for column in COLUMNS}
        data["may_borrow"] = {"yes": True, "no": False}.get(data["may_borrow"])
        data["closed_days"] = data["closed_days"] or None
        return RuleValues(**data)


def rule_initial(terms: dict[str, Any]) -> dict[str, Any]:
    """Return a row's terms as the form's values."""
    may = {True: "yes", False: "no", None: ""}[terms["may_borrow"]]
    return terms | {"may_borrow": may, "closed_days": terms["closed_days"] or ""}


class KeysForm(forms.Form):
    """For which branch, card type and item type a row is; empty is any."""

    branch = pick(lazy("Branch"), required=False)
    card_type = pick(lazy("Card type"), required=False)
    item_type = pick(lazy("Item type"), required=False)

    def __init__(self, *args: Any, table: RuleTable, any_of: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (
            ("branch", table.branches),
            ("card_type", table.card_types),
            ("item_type", table.item_types),
        ):
            first = [("", _("any"))] if any_of else []
            self.fields[name].required = not any_of
            offer(self, **{name: first + [(c.code, c.name) for c in choices if c.is_active]})
