"""What this browser gives every scanned book: kept in the session, one set a library."""

from dataclasses import dataclass
from typing import Any, Final

from jieyue.catalog.queries import ItemTypeView, item_types
from jieyue.catalog.rules.copies import NewCopies
from jieyue.catalog.settings_queries import shelving_schemes
from jieyue.interfaces.web.access import StaffRequest
from jieyue.libraries.queries import BranchView

SESSION: Final = "cataloguing"  # {library id: values}
REMEMBERED: Final = (
    "count",
    "branch",
    "item_type",
    "shelf",
    "source",
    "supplier",
    "price_cents",
    "suggests_call_number",
    "numbers_accession",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """Continuous or one by one, and what copies get. Codes are ones still on offer."""

    is_continuous: bool
    values: dict[str, Any]
    branches: tuple[BranchView, ...]
    item_types: tuple[ItemTypeView, ...]

    def copies(self, *, printed_cents: int | None) -> NewCopies:
        """Return the copies a scanned book gets."""
        values = {name: self.values[name] for name in REMEMBERED}
        if values["price_cents"] is None:
            values["price_cents"] = printed_cents
        return NewCopies(**values)


def defaults_of(request: StaffRequest) -> Defaults:
    """Return what this browser remembers for this library. Two statements.

    Call numbers are suggested by themselves where the library has said how they are made.
    """
    branches = tuple(_branches(request))
    types = tuple(item_types())
    kept = dict(request.session.get(SESSION, {}).get(str(request.library.id), {}))
    here = next((b.code for b in branches if b.id == request.desk.branch_id), "")
    values = {
        "count": 1,
        "branch": here,
        "item_type": types[0].code if types else "",
        "shelf": "",
        "source": "",
        "supplier": "",
        "price_cents": None,
        "suggests_call_number": bool(shelving_schemes()),
        "numbers_accession": False,
    }
    values |= {name: kept[name] for name in REMEMBERED if name in kept}
    if values["branch"] not in {b.code for b in branches}:
        values["branch"] = here
    if values["item_type"] not in {t.code for t in types}:
        values["item_type"] = types[0].code if types else ""
    return Defaults(
        is_continuous=bool(kept.get("is_continuous")),
        values=values,
        branches=branches,
        item_types=types,
    )


def remember(request: StaffRequest, **values: Any) -> None:
    """Keep values for the next book."""
    everything = dict(request.session.get(SESSION, {}))
    mine = dict(everything.get(str(request.library.id), {})) | values
    request.session[SESSION] = everything | {str(request.library.id): mine}


def _branches(request: StaffRequest) -> list[BranchView]:
    branches: list[BranchView] = request.page["branches"]  # type: ignore[assignment]
    return branches
