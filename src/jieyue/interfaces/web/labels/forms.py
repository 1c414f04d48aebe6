"""What to print on sheets of labels, and how the sheet in the printer is cut."""

from collections.abc import Iterable
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jieyue.catalog.queries import Shelves
from jieyue.catalog.rules.copies import LIMITS, read_barcodes
from jieyue.interfaces.web.settings.fields import day
from jieyue.kit.paper.sheets import MOST_SHIFT, SHEETS, Sheet
from jieyue.libraries.queries import BranchView

OWN: Final = "own"
MEASURES: Final = ("columns", "rows", "width", "height", "left", "top", "across", "down")
KEPT: Final = ("kind", "symbology", "sheet", "right", "lower", *MEASURES)
"""What a browser remembers from one print to the next."""

KIND_WORDS: Final = {
    "spine": gettext_lazy("Spine label: the call number"),
    "code": gettext_lazy("Label with the barcode or QR code"),
}
SYMBOLOGY_WORDS: Final = {
    "code128": "Code 128",
    "code39": "Code 39",
    "qr": gettext_lazy("QR code"),
}
WHICH_WORDS: Final = {
    "chosen": gettext_lazy("Those you come from"),
    "import": gettext_lazy("Those of the imported list"),
    "barcodes": gettext_lazy("A pile, barcode by barcode"),
    "added": gettext_lazy("Those added on a day"),
    "shelves": gettext_lazy("A part of the shelves"),
}
COME_FROM: Final = {"chosen": "chosen", "import": "run"}
"""Offered only to whoever comes from there: the choice, and the hidden field that says which."""
MAX_PILE: Final = 5_000  # barcodes typed or scanned into the box
MAX_CHOSEN: Final = 500


def _number(label: Any, low: float, high: float, **more: Any) -> forms.FloatField:
    return forms.FloatField(
        label=label,
        required=False,
        min_value=low,
        max_value=high,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        **more,
    )


def _count(label: Any, high: int, **more: Any) -> forms.IntegerField:
    numeric = forms.TextInput(attrs={"inputmode": "numeric"})
    return forms.IntegerField(
        label=label, required=False, min_value=1, max_value=high, widget=numeric, **more
    )


class SheetForm(forms.Form):
    """How codes look and where labels lie on the sheet."""

    symbology = forms.ChoiceField(
        label=gettext_lazy("Kind of code"), choices=list(SYMBOLOGY_WORDS.items()), initial="code128"
    )
    sheet = forms.ChoiceField(label=gettext_lazy("Sheet"), initial="24")
    start = _count(gettext_lazy("First free label"), 200, initial=1)
    part = _count(gettext_lazy("Which part"), 10_000, initial=1)
    right = _number(gettext_lazy("Shift to the right, mm"), -MOST_SHIFT, MOST_SHIFT)
    lower = _number(gettext_lazy("Shift down, mm"), -MOST_SHIFT, MOST_SHIFT)
    columns = _count(gettext_lazy("Labels across"), 20)
    rows = _count(gettext_lazy("Labels down"), 40)
    width = _number(gettext_lazy("Width of a label, mm"), 10, 210)
    height = _number(gettext_lazy("Height of a label, mm"), 10, 297)
    left = _number(gettext_lazy("Margin at the left, mm"), 0, 100)
    top = _number(gettext_lazy("Margin above, mm"), 0, 100)
    across = _number(gettext_lazy("From one label to the next across, mm"), 10, 210)
    down = _number(gettext_lazy("From one label to the next down, mm"), 10, 297)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        named = [(name, sheet_words(sheet)) for name, sheet in SHEETS.items()]
        self.offer("sheet", [*named, (OWN, _("Another sheet, measured below"))])

    def offer(self, name: str, choices: Iterable[tuple[str, Any]]) -> None:
        """Fill the choices of a field."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(choices)

    def clean(self) -> dict[str, Any]:
        """Check that an own sheet is one, and that the first label is on the sheet."""
        given = super().clean() or self.cleaned_data
        if self.errors:
            return given
        if given["sheet"] == OWN and (missing := [m for m in MEASURES[:6] if given[m] is None]):
            for name in missing:
                self.add_error(name, _("Please measure this on your sheet."))
        elif not (sheet := self.sheet_chosen()).fits:
            self.add_error("sheet", _("With these measures labels overlap or leave the paper."))
        elif (given["start"] or 1) > sheet.labels:
            words = _("This sheet has %(n)s labels.") % {"n": sheet.labels}
            self.add_error("start", words)
        return given

    def sheet_chosen(self) -> Sheet:
        """Return the sheet as it is sold; labels of an own one touch unless said otherwise."""
        given = self.cleaned_data
        if given["sheet"] != OWN:
            return SHEETS[given["sheet"]]
        measures = {name: given[name] for name in MEASURES}
        measures["across"] = measures["across"] or measures["width"]
        measures["down"] = measures["down"] or measures["height"]
        return Sheet(**measures)

    def shifted_sheet(self) -> Sheet:
        """Return the sheet as this printer needs it."""
        given = self.cleaned_data
        return self.sheet_chosen().shifted(given["right"] or 0, given["lower"] or 0)


class BooksForm(SheetForm):
    """Labels of copies."""

    which = forms.ChoiceField(
        label=gettext_lazy("Which books"),
        choices=[(name, words) for name, words in WHICH_WORDS.items() if name not in COME_FROM],
        initial="barcodes",
        widget=forms.RadioSelect,
    )
    chosen = forms.CharField(
        required=False, max_length=MAX_CHOSEN * 13, widget=forms.HiddenInput
    )  # public ids
    run = forms.CharField(required=False, max_length=12, widget=forms.HiddenInput)  # an import
    barcodes = forms.CharField(
        label=gettext_lazy("Barcodes"),
        required=False,
        max_length=MAX_PILE * 42,
        widget=forms.Textarea(attrs={"rows": 4, "class": "code"}),
        help_text=gettext_lazy("One a line, in the order the labels shall have."),
    )
    added_on = day(gettext_lazy("Added on"), required=False)
    first = forms.CharField(
        label=gettext_lazy("Call numbers from"), required=False, max_length=LIMITS["call_number"]
    )
    last = forms.CharField(
        label=gettext_lazy("up to"), required=False, max_length=LIMITS["call_number"]
    )
    shelf = forms.CharField(label=gettext_lazy("Shelf"), required=False, max_length=LIMITS["shelf"])
    branch = forms.ChoiceField(label=gettext_lazy("Branch"), required=False)
    kind = forms.ChoiceField(
        label=gettext_lazy("Label"), choices=list(KIND_WORDS.items()), initial="code"
    )

    def __init__(self, *args: Any, branches: Iterable[BranchView], **options: Any) -> None:
        super().__init__(*args, **options)
        self.offer("branch", [("", _("All branches")), *((b.code, b.name) for b in branches)])
        elsewhere = {choice for choice, name in COME_FROM.items() if not self[name].value()}
        offered = [(name, words) for name, words in WHICH_WORDS.items() if name not in elsewhere]
        self.offer("which", offered)

    def pile(self) -> list[str]:
        """Return the barcodes of the box, tidied."""
        return read_barcodes(self.cleaned_data["barcodes"])

    def shelves(self) -> Shelves:
        """Return the part of the shelves, or the day."""
        given = self.cleaned_data
        if given["which"] == "added":
            return Shelves(added_on=given["added_on"])
        names = ("first", "last", "shelf", "branch")
        return Shelves(**{name: given[name].strip() for name in names})

    def clean(self) -> dict[str, Any]:
        """Say what is missing for the books that were asked for."""
        given = super().clean()
        if self.data.get("do") == "calibrate":
            return given
        if given.get("which") == "added" and not given.get("added_on"):
            self.add_error("added_on", _("Please say which day."))
        if given.get("which") == "barcodes" and not given.get("barcodes"):
            self.add_error("barcodes", _("Please scan or type the barcodes."))
        return given


class CardsForm(SheetForm):
    """Cards of readers."""

    q = forms.CharField(label=gettext_lazy("Name, number or card"), required=False, max_length=100)
    group = forms.ChoiceField(label=gettext_lazy("Class or department"), required=False)
    category = forms.ChoiceField(label=gettext_lazy("Card type"), required=False)


def sheet_words(sheet: Sheet) -> str:
    """Name a sheet by what one can measure: 24 labels, 70 × 37 mm."""
    return _("%(n)s labels, %(width)s × %(height)s mm") % {
        "n": sheet.labels,
        "width": f"{sheet.width:g}",
        "height": f"{sheet.height:g}",
    }
