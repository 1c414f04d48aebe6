"""Which part of the shelves is counted."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jieyue.circulation.rules.stocktaking import MAX_CALL_NUMBER, MAX_NAME, MAX_SHELF
from jieyue.interfaces.web.settings.fields import Choices, offer, pick, text, yes


class StartForm(forms.Form):
    """What a stock-take is called, and what it counts; empty is everything."""

    name = text(gettext_lazy("Name of the stock-take"), MAX_NAME, required=True)
    branch = pick(gettext_lazy("Branch"), required=False)
    shelf = text(
        gettext_lazy("Shelf"),
        MAX_SHELF,
        help_text=gettext_lazy("As it is written in the catalogue, such as A-07."),
    )
    first = text(
        gettext_lazy("Call numbers from"),
        MAX_CALL_NUMBER,
        help_text=gettext_lazy("A class such as I247 will do; the same in both is one class."),
    )
    last = text(gettext_lazy("up to"), MAX_CALL_NUMBER)
    checks_order = yes(gettext_lazy("Warn when a book is in the wrong place on its shelf"))

    def __init__(self, *args: Any, branches: Choices, may_all: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        everywhere = [("", _("All branches"))] if may_all else []
        offer(self, branch=[*everywhere, *branches])
