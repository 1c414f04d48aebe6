"""What differs from kind to kind: who reads the file, what its columns hold, what is asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django import forms
from django.utils.functional import Promise

from jieyue.catalog.queries import item_types
from jieyue.catalog.rules.shelving import Scheme
from jieyue.catalog.settings_queries import shelving_schemes
from jieyue.circulation.importing.kinds import OFFERS, kinds_for
from jieyue.imports.rules.runs import Kind
from jieyue.imports.works import Work
from jieyue.interfaces.web.access import StaffRequest
from jieyue.interfaces.web.imports import people_words as people
from jieyue.interfaces.web.imports.forms import BooksOptions, ReadersOptions
from jieyue.interfaces.web.imports.words import COLUMNS
from jieyue.patrons.queries import categories


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """A kind of file. `better`: columns that may replace what is here, and the field they fill."""

    work: Work
    columns: Mapping[str, str | Promise]
    better: Mapping[str, str] = field(default_factory=dict)
    has_copies: bool = False  # branch and item type are asked for


_COLUMNS: Final = {Kind.BOOKS: COLUMNS, Kind.MARC: COLUMNS, **people.COLUMNS}
BROUGHT: Final = {
    kind: Brought(
        work=offer.work,
        columns=_COLUMNS.get(kind, {}),
        better=offer.better,
        has_copies=kind in {Kind.BOOKS, Kind.MARC},
    )
    for kind, offer in OFFERS.items()
}


def offered(request: StaffRequest) -> list[Kind]:
    """Return the kinds that whoever asks may bring in."""
    return kinds_for(request.desk.permissions)


def options_form(
    request: StaffRequest, kind: Kind, kept: Mapping[str, Any], data: Any = None
) -> forms.Form | None:
    """Return what is asked besides the columns, None if nothing is."""
    branches: Any = request.page["branches"]
    here: Any = request.page["branch"]
    if kind == Kind.READERS:
        cards = categories()
        usual = next((one.code for one in cards if one.is_default), "")
        initial = {"branch": here.code, "category": usual} | dict(kept)
        return ReadersOptions(data, branches=branches, categories=cards, initial=initial)
    if not BROUGHT[kind].has_copies:
        return None
    types = item_types()
    schemes = {"": Scheme.RUNNING} | shelving_schemes()
    initial = {"branch": here.code, "item_type": types[0].code, "call_numbers": True} | dict(kept)
    return BooksOptions(
        data,
        branches=branches,
        item_types=types,
        has_scheme=set(schemes.values()) != {Scheme.FREE},
        initial=initial,
    )
