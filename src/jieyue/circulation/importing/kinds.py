"""Every kind of file a library brings along: who reads it, and what may be said of it.

It stands here because books, readers and loans are all in sight.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from jieyue.catalog.importing.books import BOOKS
from jieyue.catalog.importing.marc import MARC, is_marc
from jieyue.catalog.rules.importing.columns import NAMES as BOOK_COLUMNS
from jieyue.circulation.importing.deposits import DEPOSITS
from jieyue.circulation.importing.dues import DUES
from jieyue.circulation.importing.holds import HOLDS
from jieyue.circulation.importing.loans import LOANS
from jieyue.circulation.rules.importing.columns import (
    DEPOSIT_KINDS,
    DUE_KINDS,
    HOLD_KINDS,
    LOAN_KINDS,
)
from jieyue.imports.rules.rights import NEEDS
from jieyue.imports.rules.runs import Kind
from jieyue.imports.works import Work
from jieyue.libraries.rules.permissions import Permission
from jieyue.patrons.importing.readers import READERS
from jieyue.patrons.rules.importing.columns import NAMES as READER_COLUMNS


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What may be said of a kind of file.

    `columns`: what they may hold. `better`: columns that may replace what is here, and the field
    they fill. `options`: what holds for rows that say nothing.
    """

    work: Work
    columns: tuple[str, ...] = ()
    better: Mapping[str, str] = field(default_factory=dict)
    options: tuple[str, ...] = ()


_BETTER_BOOKS: Final = {
    **{
        name: name
        for name in (
            *("name", "subtitle", "volume", "authors", "translators", "publisher", "place"),
            *("edition", "year", "pages", "series", "subjects", "clc", "language", "audience"),
            "summary",
        )
    },
    "price": "price_cents",
}
_BETTER_READERS: Final = {
    "name": "name",
    "grade": "group_name",
    "group": "group_name",
    "phone": "phone",
    "email": "email",
    "category": "category",
    "branch": "branch",
    "expires_on": "expires_on",
    "note": "note",
}
_OF_COPIES: Final = ("branch", "item_type", "call_numbers")
OFFERS: Final = {
    Kind.BOOKS: Offer(
        work=BOOKS, columns=BOOK_COLUMNS, better=_BETTER_BOOKS, options=(*_OF_COPIES, "replaces")
    ),
    Kind.MARC: Offer(work=MARC, options=_OF_COPIES),
    Kind.READERS: Offer(
        work=READERS,
        columns=READER_COLUMNS,
        better=_BETTER_READERS,
        options=("branch", "category", "categories", "card_is_student_number", "replaces"),
    ),
    Kind.LOANS: Offer(work=LOANS, columns=tuple(k.name for k in LOAN_KINDS), options=("branch",)),
    Kind.HOLDS: Offer(work=HOLDS, columns=tuple(k.name for k in HOLD_KINDS), options=("branch",)),
    Kind.DUES: Offer(work=DUES, columns=tuple(k.name for k in DUE_KINDS)),
    Kind.DEPOSITS: Offer(work=DEPOSITS, columns=tuple(k.name for k in DEPOSIT_KINDS)),
}


def kinds_for(rights: Collection[Permission]) -> list[Kind]:
    """Return the kinds of file that somebody with these rights may bring."""
    return [kind for kind in OFFERS if NEEDS[kind] in rights]


def work_of(kind: str, path: Path) -> Work:
    """Return who reads a file: a list of books that holds MARC records is told by its content."""
    if kind == Kind.BOOKS and is_marc(path):
        return MARC
    return OFFERS[Kind(kind)].work
