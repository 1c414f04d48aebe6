"""Which call number a title gets, from those that are given and the library's schemes.

A suggestion: two who ask at once are told the same one. An action holds the library's call
numbers first (`actions/making.py`).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from django.db.models import QuerySet

from jieyue.catalog.models import Copy, ShelvingScheme, Title
from jieyue.catalog.rules.call_order import call_key, class_key
from jieyue.catalog.rules.copies import LIMITS
from jieyue.catalog.rules.descriptions import Description
from jieyue.catalog.rules.importing.matching import Identity, identity_of
from jieyue.catalog.rules.shelving import (
    Scheme,
    author_of,
    further_number,
    marked,
    stem_of,
    unmarked,
)

_MANY: Final = 200  # copies of other volumes and editions that are looked at
_VOLUMES: Final = ("", *"上中下", *(str(n) for n in range(1, 31)))  # of sets, as they are compared


@dataclass(frozen=True, slots=True)
class Shelves:
    """The copies that stand in one order, and how their numbers are made."""

    scheme: Scheme
    branch_id: int | None  # None: every branch but those with an order of their own
    others: tuple[int, ...] = ()

    def copies(self) -> "QuerySet[Copy]":
        """Return the copies in this order, withdrawn ones too: no number is given twice."""
        if self.branch_id is not None:
            return Copy.objects.filter(branch_id=self.branch_id)
        return (
            Copy.objects.exclude(branch_id__in=self.others) if self.others else Copy.objects.all()
        )


def kinds_of_shelves() -> dict[int | None, str]:
    """Return how numbers are made by branch; None is the library. One statement."""
    return dict(ShelvingScheme.objects.values_list("branch_id", "kind"))


def shelves_of(branch_id: int) -> Shelves:
    """Return the order a branch's copies stand in. One statement."""
    return shelves_among(kinds_of_shelves(), branch_id)


def shelves_among(rows: Mapping[int | None, str], branch_id: int) -> Shelves:
    """Return the order a branch's copies stand in, from `kinds_of_shelves`."""
    if branch_id in rows:
        return Shelves(Scheme(rows[branch_id]), branch_id)
    others = tuple(sorted(one for one in rows if one is not None))
    return Shelves(Scheme(rows.get(None, Scheme.RUNNING)), None, others)


def suggested_call_number(
    book: Description, *, branch_id: int, title_id: int | None = None, anew: bool = False
) -> str:
    """Return the title's own call number at the branch, or one by its scheme, "" for none.

    `anew`: its own does not count, nor does it take a number from itself. At most six statements.
    """
    shelves = shelves_of(branch_id)
    if title_id is not None and not anew and (own := _own(shelves, title_id)):
        return own
    return _made(shelves, book, title_id)[: LIMITS["call_number"]]


def own_call_number(title_id: int, *, branch_id: int) -> str:
    """Return the call number the title has where this branch's order holds. Two statements."""
    return _own(shelves_of(branch_id), title_id)


def _own(shelves: Shelves, title_id: int) -> str:
    own = shelves.copies().filter(title_id=title_id).exclude(call_number="").order_by("id")
    return own.values_list("call_number", flat=True).first() or ""


def _made(shelves: Shelves, book: Description, title_id: int | None) -> str:
    stem = stem_of(shelves.scheme, book)
    if stem is None or not stem.first_key:
        return stem.call_number if stem else ""
    others = shelves.copies().exclude(title_id=title_id) if title_id else shelves.copies()
    if base := _of_the_work(others, book):
        numbers = marked(base, book)
        keys = {call_key(number): number for number in numbers}
        taken = set(others.filter(call_key__in=keys).values_list("call_key", flat=True))
        if free := next((number for key, number in keys.items() if key not in taken), ""):
            return free
    lying = others.filter(call_key__gte=stem.first_key, call_key__lt=stem.end_key)
    last = lying.order_by("-call_key").values_list("call_number", flat=True).first() or ""
    return further_number(stem, book, last)


def work_keys(identity: Identity) -> set[str]:
    """Return the keys under which volumes and editions of a work are found."""
    return {replace(identity, volume=one).key for one in (identity.volume, *_VOLUMES)}


def titles_of_works(keys: Collection[str]) -> list[int]:
    """Return the row ids of titles found under these keys. One statement."""
    return list(Title.objects.filter(match_key__in=keys).values_list("pk", flat=True))


def _of_the_work(others: "QuerySet[Copy]", book: Description) -> str:
    """Return the number of another volume or edition of the same work in the same class, or ""."""
    identity, author = identity_of(book), author_of(book.authors)
    if not identity.key or not author:
        return ""
    # The titles first: SQLite would look at every copy of the class instead.
    found = others.filter(title_id__in=titles_of_works(work_keys(identity)))
    names = ("id", "call_key", "call_number", "title__authors")
    start = class_key(book.clc)
    lying = (
        (number, by)
        for _, key, number, by in sorted(found.values_list(*names))
        if f"{start}a" <= key < f"{start}zz"
    )
    return next(
        (unmarked(number) for number, by in islice(lying, _MANY) if author_of(by) == author), ""
    )
