"""Which books to write out, and as what kind of file."""

from collections.abc import Iterable
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jieyue.catalog.exporting import TAKES_ENCODING, Choice, ExportFormat
from jieyue.catalog.rules.copies import LIMITS, read_barcodes
from jieyue.catalog.rules.descriptions import LIMITS as BOOK_LIMITS
from jieyue.catalog.rules.faults import Fault, FaultCode
from jieyue.catalog.rules.marc.findings import Encoding
from jieyue.interfaces.web.catalog.words import fault_words
from jieyue.interfaces.web.settings.fields import day
from jieyue.libraries.queries import BranchView

MAX_PILE: Final = 20_000  # barcodes typed or scanned into the box
WHICH_WORDS: Final = {
    "all": gettext_lazy("All books"),
    "search": gettext_lazy("What a search finds"),
    "pile": gettext_lazy("A pile, barcode by barcode"),
    "look": gettext_lazy("Those that need a look"),
}
KIND_WORDS: Final = {
    ExportFormat.XLSX: (
        gettext_lazy("Excel"),
        gettext_lazy("A row for each copy. Can be changed and imported again."),
    ),
    ExportFormat.CSV: (
        gettext_lazy("CSV"),
        gettext_lazy("The same as plain text, for any other program."),
    ),
    ExportFormat.CNMARC: (
        gettext_lazy("CNMARC"),
        gettext_lazy("For library systems in China (ISO 2709)."),
    ),
    ExportFormat.MARC21: (
        gettext_lazy("MARC21"),
        gettext_lazy("For library systems elsewhere (ISO 2709)."),
    ),
    ExportFormat.CNMARC_XML: (
        gettext_lazy("CNMARC as XML"),
        gettext_lazy("Records of any length; not every system reads it."),
    ),
    ExportFormat.MARC21_XML: (
        gettext_lazy("MARC21 as XML"),
        gettext_lazy("MARCXML, for records of any length."),
    ),
}
ENCODINGS: Final = {
    Encoding.UTF8.value: gettext_lazy("UTF-8: right for nearly all"),
    Encoding.GB18030.value: gettext_lazy("GB18030 (GBK): only if an old program shows nonsense"),
}


class ExportForm(forms.Form):
    """What to write out."""

    which = forms.ChoiceField(
        label=gettext_lazy("Which books"),
        choices=list(WHICH_WORDS.items()),
        initial="all",
        widget=forms.RadioSelect,
    )
    q = forms.CharField(label=gettext_lazy("Search words"), required=False, max_length=200)
    barcodes = forms.CharField(
        label=gettext_lazy("Barcodes"),
        required=False,
        max_length=MAX_PILE * 42,
        widget=forms.Textarea(attrs={"rows": 3, "class": "code"}),
        help_text=gettext_lazy("One a line; the file keeps this order."),
    )
    branch = forms.ChoiceField(label=gettext_lazy("Branch"), required=False)
    shelf = forms.CharField(label=gettext_lazy("Shelf"), required=False, max_length=LIMITS["shelf"])
    clc = forms.CharField(
        label=gettext_lazy("Class begins with"), required=False, max_length=BOOK_LIMITS["clc"]
    )
    added_from = day(gettext_lazy("Added from"), required=False)
    added_to = day(gettext_lazy("Added until"), required=False)
    with_withdrawn = forms.BooleanField(label=gettext_lazy("Withdrawn copies, too"), required=False)
    kind = forms.ChoiceField(
        label=gettext_lazy("File"),
        choices=[(kind.value, words) for kind, (words, _help) in KIND_WORDS.items()],
        initial=ExportFormat.XLSX.value,
        widget=forms.RadioSelect,
    )
    encoding = forms.ChoiceField(
        label=gettext_lazy("Characters"),
        choices=list(ENCODINGS.items()),
        initial=Encoding.UTF8.value,
        required=False,
    )

    def __init__(self, *args: Any, branches: Iterable[BranchView], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["branch"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("All branches")), *((one.code, one.name) for one in branches)]

    def clean(self) -> dict[str, Any]:
        """A search needs words, a pile barcodes; days must not run backwards."""
        given = super().clean() or self.cleaned_data
        if given.get("which") == "search" and not given.get("q", "").strip():
            self.add_error("q", _("Please say what to search for."))
        if given.get("which") == "pile":
            pile = self.pile()
            if not pile:
                self.add_error("barcodes", _("Please scan or paste the barcodes."))
            elif len(pile) > MAX_PILE:
                too_large = Fault(FaultCode.PILE_TOO_LARGE, value=str(MAX_PILE))
                self.add_error("barcodes", fault_words(too_large))
        first, last = given.get("added_from"), given.get("added_to")
        if first and last and first > last:
            self.add_error("added_to", _("This day is before the first one."))
        return given

    def pile(self) -> tuple[str, ...]:
        """Return the barcodes of the box, tidied."""
        return tuple(read_barcodes(self.cleaned_data.get("barcodes", "")))

    def choice(self) -> Choice:
        """Return what was chosen."""
        given = self.cleaned_data
        which = given["which"]
        narrowed = ("branch", "shelf", "clc", "added_from", "added_to", "with_withdrawn")
        return Choice(
            text=given["q"] if which == "search" else "",
            barcodes=self.pile() if which == "pile" else (),
            is_unsure=which == "look",
            **{name: given[name] for name in narrowed},
        )

    def format(self) -> ExportFormat:
        """Return the kind of file."""
        return ExportFormat(self.cleaned_data["kind"])

    def encoding_chosen(self) -> Encoding:
        """Return the encoding; workbooks and XML have only one."""
        if self.format() not in TAKES_ENCODING:
            return Encoding.UTF8
        return Encoding(self.cleaned_data["encoding"] or Encoding.UTF8.value)

    def kinds(self) -> list[dict[str, Any]]:
        """Return the kinds of file as the page shows them."""
        now = self["kind"].value()
        return [
            {"value": kind.value, "words": words, "help": text, "is_chosen": kind.value == now}
            for kind, (words, text) in KIND_WORDS.items()
        ]

    def is_narrowed(self) -> bool:
        """Whether the part below is in use, so that it stands open."""
        names = ("branch", "shelf", "clc", "added_from", "added_to")
        return any(self[name].value() or self[name].errors for name in names)
