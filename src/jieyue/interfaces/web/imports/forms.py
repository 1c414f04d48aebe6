"""What is asked before a check: how a list is read, what its columns hold, what it leaves open."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jieyue.catalog.queries import ItemTypeView
from jieyue.imports.tables import ways_to_read
from jieyue.interfaces.web.imports.words import DELIMITERS, ENCODINGS
from jieyue.libraries.queries import BranchView
from jieyue.patrons.queries import CategoryView


class BooksOptions(forms.Form):
    """What holds for rows that do not say it themselves."""

    branch = forms.ChoiceField(label=gettext_lazy("Branch"))
    item_type = forms.ChoiceField(label=gettext_lazy("Item type"))
    call_numbers = forms.BooleanField(
        label=gettext_lazy("Give call numbers by the shelving scheme"),
        help_text=gettext_lazy(
            "Rows with a class number and no call number get one; copies of one book get the same."
        ),
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        branches: Iterable[BranchView],
        item_types: Iterable[ItemTypeView],
        has_scheme: bool,
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        if not has_scheme:
            del self.fields["call_numbers"]
        for name, offered in (("branch", branches), ("item_type", item_types)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [(one.code, one.name) for one in offered]


class ReadersOptions(forms.Form):
    """What holds for readers whose row does not say it, and whether pupils' numbers are cards'."""

    branch = forms.ChoiceField(label=gettext_lazy("Branch"))
    category = forms.ChoiceField(label=gettext_lazy("Card type"))
    card_is_student_number = forms.BooleanField(
        label=gettext_lazy("Without a card number, the student number is the card number"),
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        branches: Iterable[BranchView],
        categories: Iterable[CategoryView],
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        for name, offered in (("branch", branches), ("category", categories)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [(one.code, one.name) for one in offered]


def shape_choices(shape: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what may be chosen of how a file is read: name, label, value, options."""
    asked: dict[str, tuple[str, Mapping[str, Any]]] = {
        "sheet": (_("Sheet"), {}),
        "encoding": (_("Encoding"), ENCODINGS),
        "delimiter": (_("Separated by"), DELIMITERS),
    }
    found = []
    for name, codes in ways_to_read(shape).items():
        label, names = asked[name]
        value = shape.get(name, "")
        # Of two codes of one name, such as UTF-8, the one in use is offered.
        shown = {str(names.get(code, code)): code for code in (*codes, value) if code}
        options = [(code, text) for text, code in shown.items()]
        found.append({"name": name, "label": label, "value": value, "options": options})
    return found


def chosen_shape(data: Mapping[str, str], shape: Mapping[str, Any]) -> dict[str, str]:
    """Return what was chosen of `shape_choices`; what was not offered is not taken."""
    return {
        choice["name"]: given
        for choice in shape_choices(shape)
        if (given := data.get(choice["name"], "")) in dict(choice["options"])
    }


def chosen_columns(data: Mapping[str, str], count: int, offered: Sequence[str]) -> list[str]:
    """Return what each column was said to hold; anything that is not offered leaves it out."""
    given = [data.get(f"column-{at}", "") for at in range(count)]
    return [name if name in offered else "" for name in given]


def chosen_better(
    data: Mapping[str, str], columns: Sequence[str], better: Mapping[str, str]
) -> list[str]:
    """Return the fields in which the list was said to be better; `better` is of the kind."""
    ticked = [name for at, name in enumerate(columns) if f"better-{at}" in data]
    return [better[name] for name in dict.fromkeys(ticked) if name in better]
