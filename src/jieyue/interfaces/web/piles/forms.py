"""Which copies, and what shall be said of all of them."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jieyue.catalog.exporting import Choice
from jieyue.catalog.rules.copies import LIMITS, read_barcodes
from jieyue.catalog.rules.descriptions import LIMITS as BOOK_LIMITS
from jieyue.circulation.rules.piles import MAX_PILE, STANDINGS, Change, PileKind
from jieyue.interfaces.web.catalog.forms import MoneyField
from jieyue.interfaces.web.catalog.words import STANDINGS as STANDING_WORDS
from jieyue.interfaces.web.settings.fields import Choices, offer, pick, text

WHICH_WORDS: Final = {
    "barcodes": gettext_lazy("Scanned, typed or pasted barcodes"),
    "search": gettext_lazy("What a search finds"),
}
FIELDS: Final = {
    PileKind.RELOCATE: ("branch", "shelf"),
    PileKind.STANDING: ("standing",),
    PileKind.ITEM_TYPE: ("item_type",),
    PileKind.ORIGIN: ("source", "supplier", "price_cents"),
    PileKind.RECLASSIFY: ("clc",),
    PileKind.WITHDRAW: ("reason",),
}
"""What is asked for each kind of change."""


class PileForm(forms.Form):
    """A pile and its change; only the fields of one kind are shown, the others are kept."""

    which = pick(gettext_lazy("Which books"))
    barcodes = forms.CharField(
        label=gettext_lazy("Barcodes, typed or pasted"),
        required=False,
        max_length=MAX_PILE * 42,
        widget=forms.Textarea(attrs={"rows": 5, "class": "code"}),
        help_text=gettext_lazy("One a line. They come after those that were scanned."),
    )
    q = text(gettext_lazy("Search"), 200)
    in_branch = pick(gettext_lazy("Belongs to"), required=False)
    in_shelf = text(gettext_lazy("Stands at shelf"), LIMITS["shelf"])
    in_clc = text(gettext_lazy("Class begins with"), BOOK_LIMITS["clc"])
    run = forms.CharField(required=False, max_length=12, widget=forms.HiddenInput)
    take = forms.CharField(required=False, max_length=12, widget=forms.HiddenInput)
    title = forms.CharField(required=False, max_length=12, widget=forms.HiddenInput)
    way = forms.CharField(required=False, max_length=12, widget=forms.HiddenInput)
    show = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    place = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
    branch = pick(gettext_lazy("To branch"), required=False)
    shelf = text(gettext_lazy("To shelf"), LIMITS["shelf"])
    standing = pick(gettext_lazy("State"), required=False)
    item_type = pick(gettext_lazy("Item type"), required=False)
    source = text(gettext_lazy("Source"), LIMITS["source"])
    supplier = text(gettext_lazy("Supplier"), LIMITS["supplier"])
    price_cents = MoneyField(
        label=gettext_lazy("Price paid for each"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    clc = text(
        gettext_lazy("New class number"),
        BOOK_LIMITS["clc"],
        help_text=gettext_lazy("Empty: the class stays, only call numbers are made anew."),
    )
    reason = text(gettext_lazy("Why they are withdrawn"), LIMITS["note"])

    def __init__(
        self,
        *args: Any,
        came_from: Choices,
        branches: Choices,
        item_types: Choices,
        is_scanned: bool,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self._is_scanned = is_scanned
        stays = [("", _("stays as it is"))]
        offer(
            self,
            which=[*came_from, *WHICH_WORDS.items()],
            in_branch=[("", _("All branches")), *branches],
            branch=[*stays, *branches],
            item_type=list(item_types),
            standing=[(code, str(STANDING_WORDS[code])) for code in STANDINGS],
        )

    def change(self, kind: PileKind) -> Change:
        """Return what shall be changed."""
        return Change(kind=kind, **{name: self.cleaned_data[name] for name in FIELDS[kind]})

    def asked(self) -> dict[str, Any]:
        """Return which copies, as `make_pile` takes them."""
        given = self.cleaned_data
        if given["which"] == "run":
            return {"run": given["run"]}
        if given["which"] == "barcodes":
            return {"barcodes": tuple(read_barcodes(given["barcodes"]))}
        choice = Choice(
            text=given["q"],
            branch=given["in_branch"],
            shelf=given["in_shelf"],
            clc=given["in_clc"],
        )
        parts = [given[name] for name in ("q", "in_branch", "in_shelf", "in_clc") if given[name]]
        return {"choice": choice, "came_from": " · ".join(parts)}

    def clean(self) -> dict[str, Any]:
        """Say what is missing for the books that were asked for: never all by an empty field."""
        given = super().clean() or self.cleaned_data
        search = ("q", "in_branch", "in_shelf", "in_clc")
        is_typed = bool(given.get("barcodes", "").strip())
        if given.get("which") == "barcodes" and not is_typed and not self._is_scanned:
            self.add_error("barcodes", _("Please scan or type the barcodes."))
        if given.get("which") == "search" and not any(given.get(name) for name in search):
            self.add_error("q", _("Please say which books: words, a branch, a shelf or a class."))
        return given
