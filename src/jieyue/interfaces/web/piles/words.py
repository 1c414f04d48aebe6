"""What a change of a pile says, in words."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jieyue.catalog.queries import item_types
from jieyue.catalog.rules.faults import Fault, FaultCode
from jieyue.circulation.queries.piles import Line, Pile
from jieyue.circulation.rules.piles import PileKind
from jieyue.interfaces.web.catalog.words import STANDINGS, fault_words
from jieyue.kit.money import yuan
from jieyue.libraries.queries import branches

KINDS: Final = {
    PileKind.RELOCATE: (gettext_lazy("Move"), "map-pin"),
    PileKind.STANDING: (gettext_lazy("Change the state"), "tag"),
    PileKind.ITEM_TYPE: (gettext_lazy("Change the item type"), "book-open"),
    PileKind.ORIGIN: (gettext_lazy("Source and price"), "receipt"),
    PileKind.RECLASSIFY: (gettext_lazy("Reclassify"), "list"),
    PileKind.WITHDRAW: (gettext_lazy("Withdraw"), "trash-2"),
}
STATES: Final = {
    "waiting": gettext_lazy("will change"),
    "done": gettext_lazy("changed"),
    "left": gettext_lazy("left out"),
    "undone": gettext_lazy("undone"),
    "stayed": gettext_lazy("stays changed"),
}
_COLUMNS: Final = {
    "branch_id": gettext_lazy("Branch"),
    "shelf": gettext_lazy("Shelf"),
    "standing": gettext_lazy("State"),
    "item_type_id": gettext_lazy("Item type"),
    "source": gettext_lazy("Source"),
    "supplier": gettext_lazy("Supplier"),
    "price_cents": gettext_lazy("Price"),
    "clc": gettext_lazy("Class number"),
    "call_number": gettext_lazy("Call number"),
    "note": gettext_lazy("Note"),
}


def why_words(code: str) -> str:
    """Return why a copy is left out or stays."""
    if code == FaultCode.COPY_UNKNOWN:
        return _("No copy here has this barcode.")
    return fault_words(Fault(FaultCode(code)))


class Words:
    """Names of branches and item types. Two statements."""

    def __init__(self) -> None:
        self._names: dict[str, Mapping[Any, Any]] = {
            "branch_id": {one.id: one.name for one in branches(open_only=False)},
            "item_type_id": {one.id: one.name for one in item_types(active_only=False)},
            "standing": STANDINGS,
        }

    def value(self, name: str, value: Any) -> str:
        """Return a column's value, "–" for nothing."""
        if name == "price_cents" and value is not None:
            return f"¥{yuan(value)}"
        if name in self._names:
            value = self._names[name].get(value, "")
        return str(value or "–")

    def change(self, pile: Pile) -> list[tuple[str, str]]:
        """Return what every copy of the pile gets: labels and values."""
        said = [
            (str(_COLUMNS[name]), self.value(name, value)) for name, value in pile.wanted.items()
        ]
        if pile.kind is PileKind.RECLASSIFY:
            said.append((str(_COLUMNS["call_number"]), _("made anew")))
        return said

    def line(self, line: Line) -> list[tuple[str, str, str]]:
        """Return what changes of a copy: label, before, after."""
        return [
            (str(_COLUMNS[name]), self.value(name, line.before.get(name)), self.value(name, value))
            for name, value in line.after.items()
            if line.before.get(name) != value
        ]
