"""The catalogue's forms: they read what was typed; what may be is decided by the rules."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jieyue.catalog.queries import CopyView, ItemTypeView
from jieyue.catalog.rules.copies import LIMITS as COPY_LIMITS
from jieyue.catalog.rules.copies import MAX_COPIES, CopyDetails, NewCopies, read_barcodes
from jieyue.catalog.rules.descriptions import AUDIENCES, LIMITS, RANGES, Description
from jieyue.catalog.rules.faults import Fault
from jieyue.catalog.rules.isbn import Isbn, UnifiedNumber, parse
from jieyue.interfaces.web.catalog.words import fault_words, not_an_isbn
from jieyue.interfaces.web.class_words import LANGUAGE_WORDS
from jieyue.kit.money import cents_of, yuan
from jieyue.libraries.queries import BranchView

AUDIENCE_WORDS = {
    "early": gettext_lazy("Up to 6"),
    "child": gettext_lazy("7 to 10"),
    "teen": gettext_lazy("11 to 17"),
    "adult": gettext_lazy("Adults"),
}


class MoneyField(forms.CharField):
    """An amount in yuan, kept as fen; empty is None."""

    def prepare_value(self, value: Any) -> Any:
        """Show fen as yuan."""
        return yuan(value) if isinstance(value, int) else value

    def to_python(self, value: Any) -> Any:
        """Read what was typed."""
        text = str(value or "").strip()
        if not text:
            return None
        cents = cents_of(text)
        if cents is None or cents < 0:
            raise forms.ValidationError(_("Please write an amount such as 39.50."))
        return cents


class IsbnField(forms.CharField):
    """An ISBN in any form, kept as its 13 digits."""

    def to_python(self, value: Any) -> str:
        """Read what was typed."""
        text = str(value or "").strip()
        parsed = parse(text)
        if not text or isinstance(parsed, Isbn):
            return parsed.isbn13 if isinstance(parsed, Isbn) else ""
        raise forms.ValidationError(not_an_isbn(parsed) or _("This is not an ISBN."))


def _text(label: Any, limit: int, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=limit, **more)


def _languages(given: str) -> list[tuple[str, Any]]:
    """Return the languages to choose from; `given` keeps its code, though it is another one."""
    offered = {str(words): code for code, words in LANGUAGE_WORDS.items() if len(code) == 2}
    if given and given.isalpha() and len(given) <= LIMITS["language"]:
        offered[str(LANGUAGE_WORDS.get(given, given))] = given
    return [(code, words) for words, code in offered.items()]


class BookForm(forms.Form):
    """What a title says of a book."""

    name = forms.CharField(label=gettext_lazy("Title"), max_length=LIMITS["name"])
    subtitle = _text(gettext_lazy("Subtitle"), LIMITS["subtitle"])
    authors = _text(
        gettext_lazy("Author"),
        LIMITS["authors"],
        help_text=gettext_lazy("Several people: put / between them."),
    )
    translators = _text(gettext_lazy("Translator"), LIMITS["translators"])
    publisher = _text(gettext_lazy("Publisher"), LIMITS["publisher"])
    year = forms.IntegerField(
        label=gettext_lazy("Year"),
        required=False,
        min_value=RANGES["year"][0],
        max_value=RANGES["year"][1],
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    price_cents = MoneyField(
        label=gettext_lazy("Printed price"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    pages = forms.IntegerField(
        label=gettext_lazy("Number of pages"),
        required=False,
        min_value=RANGES["pages"][0],
        max_value=RANGES["pages"][1],
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    place = _text(gettext_lazy("Place of publication"), LIMITS["place"])
    edition = _text(
        gettext_lazy("Edition"), LIMITS["edition"], help_text=gettext_lazy("Such as 2nd edition.")
    )
    volume = _text(
        gettext_lazy("Volume"),
        LIMITS["volume"],
        help_text=gettext_lazy("If it is part of a set: volume 2, part 1."),
    )
    series = _text(gettext_lazy("Series"), LIMITS["series"])
    subjects = _text(
        gettext_lazy("Subjects"),
        LIMITS["subjects"],
        help_text=gettext_lazy("What it is about, in words. Several: put / between them."),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)
    clc = _text(gettext_lazy("Class number"), LIMITS["clc"])
    audience = forms.ChoiceField(label=gettext_lazy("For readers aged"), required=False)
    isbn13 = IsbnField(label="ISBN", required=False)
    unified_number = _text(
        gettext_lazy("Book number"),
        LIMITS["unified_number"],
        help_text=gettext_lazy("Books before 1987, such as 10019·1234."),
    )
    summary = forms.CharField(
        label=gettext_lazy("Summary"),
        required=False,
        max_length=LIMITS["summary"],
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ages = [(code, AUDIENCE_WORDS[code]) for code in AUDIENCES]
        self.choice("audience").choices = [("", "—"), *ages]
        given = self.data.get(self.add_prefix("language")) or self.initial.get("language", "")
        self.choice("language").choices = [("", "—"), *_languages(str(given))]

    def choice(self, name: str) -> forms.ChoiceField:
        """Return a field that is a choice."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        return field

    def clean_unified_number(self) -> str:
        """Write a 统一书号 as it is printed."""
        text: str = self.cleaned_data["unified_number"]
        parsed = parse(text)
        return parsed.text if isinstance(parsed, UnifiedNumber) else text

    def book(self, *, isbn13: str = "") -> Description:
        """Return the description; `isbn13`, if given, is the one that was scanned."""
        values = {name: self.cleaned_data[name] for name in self.fields}
        return Description(**(values | ({"isbn13": isbn13} if isbn13 else {})))


class _Placed(forms.Form):
    """Fields that offer the library's branches and item types."""

    def offer(
        self, branches: Iterable[BranchView], item_types: Iterable[ItemTypeView], **current: str
    ) -> None:
        """Fill the choices; `current` values stay choosable though no longer offered."""
        offered = {
            "branch": [(b.code, b.name) for b in branches],
            "item_type": [(t.code, t.name) for t in item_types],
        }
        for name, choices in offered.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            label = current.get(f"{name}_name")
            code = current.get(name)
            is_gone = code and label and code not in dict(choices)
            field.choices = [*choices, (code, label)] if is_gone else choices


class CopiesForm(_Placed):
    """Copies to add."""

    count = forms.IntegerField(
        label=gettext_lazy("How many copies"),
        min_value=1,
        max_value=MAX_COPIES,
        initial=1,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    branch = forms.ChoiceField(label=gettext_lazy("Branch"))
    item_type = forms.ChoiceField(label=gettext_lazy("Item type"))
    shelf = _text(
        gettext_lazy("Shelf"),
        COPY_LIMITS["shelf"],
        widget=forms.TextInput(attrs={"list": "copy-shelves"}),
    )
    call_number = _text(gettext_lazy("Call number"), COPY_LIMITS["call_number"])
    suggested = forms.CharField(
        required=False, max_length=COPY_LIMITS["call_number"], widget=forms.HiddenInput
    )  # what was offered as the call number; kept by nobody, somebody else may save it first
    price_cents = MoneyField(
        label=gettext_lazy("Price paid"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    source = _text(
        gettext_lazy("Where it came from"),
        COPY_LIMITS["source"],
        widget=forms.TextInput(attrs={"list": "copy-sources"}),
    )
    supplier = _text(gettext_lazy("Supplier"), COPY_LIMITS["supplier"])
    parts = _text(
        gettext_lazy("What belongs to it"),
        COPY_LIMITS["parts"],
        help_text=gettext_lazy("Such as a CD: the desk reminds of it at loan and return."),
    )
    barcodes = forms.CharField(
        label=gettext_lazy("Labels already on the books"),
        required=False,
        max_length=MAX_COPIES * 42,
        widget=forms.Textarea(attrs={"rows": 2, "class": "code"}),
        help_text=gettext_lazy("One barcode a line. Leave empty to get new consecutive numbers."),
    )
    accession = _text(
        gettext_lazy("First accession number"),
        40,
        help_text=gettext_lazy("The other copies are numbered on from it."),
    )
    numbers_accession = forms.BooleanField(
        label=gettext_lazy("Give accession numbers by itself"), required=False
    )

    def barcodes_given(self) -> tuple[str, ...]:
        """Return the scanned barcodes, tidied."""
        return tuple(read_barcodes(self.cleaned_data["barcodes"]))

    def copies(self) -> NewCopies:
        """Return the copies to add; scanned barcodes say how many if only one was asked for."""
        given = self.barcodes_given()
        names = (
            *("branch", "item_type", "shelf", "call_number", "suggested"),
            *("price_cents", "source", "supplier", "parts"),
        )
        values = {name: self.cleaned_data[name] for name in names}
        count = self.cleaned_data["count"]
        return NewCopies(
            count=len(given) if given and count == 1 else count,
            barcodes=given,
            suggests_call_number=bool(values["suggested"] and values["call_number"]),
            accession=self.cleaned_data["accession"],
            numbers_accession=self.cleaned_data["numbers_accession"],
            **values,
        )


class DefaultsForm(_Placed):
    """What every scanned book gets, remembered by this browser."""

    count = forms.IntegerField(
        label=gettext_lazy("Copies of each"),
        min_value=1,
        max_value=MAX_COPIES,
        initial=1,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    branch = forms.ChoiceField(label=gettext_lazy("Branch"))
    item_type = forms.ChoiceField(label=gettext_lazy("Item type"))
    shelf = _text(
        gettext_lazy("Shelf"),
        COPY_LIMITS["shelf"],
        widget=forms.TextInput(attrs={"list": "copy-shelves"}),
    )
    source = _text(
        gettext_lazy("Where it came from"),
        COPY_LIMITS["source"],
        widget=forms.TextInput(attrs={"list": "copy-sources"}),
    )
    supplier = _text(gettext_lazy("Supplier"), COPY_LIMITS["supplier"])
    price_cents = MoneyField(
        label=gettext_lazy("Price paid"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        help_text=gettext_lazy("Empty: the printed price."),
    )
    suggests_call_number = forms.BooleanField(
        label=gettext_lazy("Give call numbers by itself"), required=False
    )
    numbers_accession = forms.BooleanField(
        label=gettext_lazy("Give accession numbers by itself"), required=False
    )


class CopyForm(_Placed):
    """One copy."""

    barcode = forms.CharField(label=gettext_lazy("Barcode"), max_length=60)
    branch = forms.ChoiceField(label=gettext_lazy("Branch"))
    item_type = forms.ChoiceField(label=gettext_lazy("Item type"))
    shelf = _text(
        gettext_lazy("Shelf"),
        COPY_LIMITS["shelf"],
        widget=forms.TextInput(attrs={"list": "copy-shelves"}),
    )
    call_number = _text(gettext_lazy("Call number"), COPY_LIMITS["call_number"])
    accession_number = _text(gettext_lazy("Accession number"), 40)
    price_cents = MoneyField(
        label=gettext_lazy("Price paid"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    source = _text(
        gettext_lazy("Where it came from"),
        COPY_LIMITS["source"],
        widget=forms.TextInput(attrs={"list": "copy-sources"}),
    )
    supplier = _text(gettext_lazy("Supplier"), COPY_LIMITS["supplier"])
    parts = _text(
        gettext_lazy("What belongs to it"),
        COPY_LIMITS["parts"],
        help_text=gettext_lazy("Such as a CD: the desk reminds of it at loan and return."),
    )
    note = _text(gettext_lazy("Note"), COPY_LIMITS["note"])

    def details(self) -> CopyDetails:
        """Return what was typed."""
        return CopyDetails(**{name: self.cleaned_data[name] for name in self.fields})


class WithdrawForm(forms.Form):
    """Why a copy leaves the library."""

    reason = forms.CharField(label=gettext_lazy("Why"), max_length=COPY_LIMITS["note"])


def show_faults(form: forms.Form, faults: Iterable[Fault]) -> list[str]:
    """Put each fault beside its field; return the words of those that have none here."""
    rest: list[str] = []
    for fault in faults:
        name = "accession_number" if fault.field == "accession" else fault.field
        name = fault.field if fault.field in form.fields else name
        name = "barcode" if name == "barcodes" and "barcode" in form.fields else name
        if name in form.fields:
            form.add_error(name, fault_words(fault))
        else:
            rest.append(fault_words(fault))
    return rest


def copy_values(copy: CopyView) -> Mapping[str, Any]:
    """Return a copy's values as the form shows them."""
    values = {name: getattr(copy, name) for name in CopyForm.base_fields if name in _SAME}
    return values | {"branch": copy.branch_code, "item_type": copy.item_type_code}


_SAME = frozenset(CopyForm.base_fields) - {"branch", "item_type"}
