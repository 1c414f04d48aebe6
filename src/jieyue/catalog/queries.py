"""Reading titles and copies. What is on loan is asked of circulation, one layer up."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.db.models import Count, F, Max, Min, QuerySet

from jieyue.catalog.covers import digest_column
from jieyue.catalog.merged import merged_into
from jieyue.catalog.models import Copy, ItemType, Title
from jieyue.catalog.rules.call_order import call_key, last_key
from jieyue.catalog.rules.descriptions import FIELDS, Description
from jieyue.kit import sql
from jieyue.libraries.desk import Desk

# The two tables cannot share a unique constraint; a label is printed once, so asking is enough.
CARDS_WITH_BARCODES: Final = """
SELECT barcode FROM patrons_card
 WHERE library_id = <library:bigint> AND barcode = ANY(<barcodes:text[]>)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemTypeView:
    """A kind of thing that is lent under its own terms."""

    id: int
    code: str
    name: str
    is_default: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyView:
    """A copy with what one needs to know of its title. `id`s never leave the server."""

    id: int
    public_id: str
    barcode: str
    title_id: int
    title_public_id: str
    title: str
    authors: str
    isbn13: str
    clc: str
    branch_id: int
    branch_code: str
    branch: str
    item_type_code: str
    item_type: str
    shelf: str
    call_number: str
    accession_number: str
    price_cents: int | None
    source: str
    supplier: str
    parts: str
    note: str
    standing: str
    added_at: datetime
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleView:
    """A title with its copies, oldest first; withdrawn ones included."""

    id: int
    public_id: str
    book: Description
    state: str  # confirmed, doubtful, draft
    doubts: tuple[str, ...]
    source: str
    created_at: datetime
    updated_at: datetime
    copies: tuple[CopyView, ...]
    cover: str = ""  # digest of its picture, "" without one
    provenance: dict[str, str] = field(default_factory=dict)  # see rules/provenance.py

    @property
    def copies_kept(self) -> int:
        """How many copies the library still has."""
        return sum(copy.standing != Copy.Standing.WITHDRAWN for copy in self.copies)


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftView:
    """A title nobody knew when it was scanned."""

    public_id: str
    isbn13: str


def draft_of_id(title_id: int) -> DraftView | None:
    """Return the title if it is still a draft with an ISBN. One statement."""
    found = Title.objects.filter(pk=title_id, state=Title.State.DRAFT).exclude(isbn13="")
    row = found.values("public_id", "isbn13").first()
    return DraftView(**row) if row else None


def item_types(*, active_only: bool = True) -> list[ItemTypeView]:
    """Return the kinds of things this library lends, the default first. One statement."""
    found = ItemType.objects.order_by("-is_default", "id")
    if active_only:
        found = found.filter(is_active=True)
    return [ItemTypeView(id=t.pk, code=t.code, name=t.name, is_default=t.is_default) for t in found]


def title_view(public_id: str) -> TitleView | None:
    """Return a title and its copies, or the title it was merged into. Two statements, or four."""
    found = _title_view(Title.objects.filter(public_id=public_id))
    if found is None and (kept := merged_into(public_id)) is not None:
        return _title_view(Title.objects.filter(public_id=kept))
    return found


def title_by_isbn(isbn13: str) -> TitleView | None:
    """Return the title with this ISBN-13. Two statements."""
    return _title_view(Title.objects.filter(isbn13=isbn13)) if isbn13 else None


def title_by_unified_number(number: str) -> TitleView | None:
    """Return the oldest title with this 统一书号. Two statements."""
    return _title_view(Title.objects.filter(unified_number=number)) if number else None


def copy_by_barcode(barcode: str) -> CopyView | None:
    """Return the copy with this barcode. One statement."""
    return _first(Copy.objects.filter(barcode=barcode))


def copy_by_public_id(public_id: str) -> CopyView | None:
    """Return the copy with this public id. One statement."""
    return _first(Copy.objects.filter(public_id=public_id))


def copies_by_public_id(public_ids: Iterable[str]) -> list[CopyView]:
    """Return the copies with these public ids, oldest first. One statement."""
    return _views(Copy.objects.filter(public_id__in=list(public_ids)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelves:
    """Which copies: those that match everything that is given. Call numbers: both included."""

    first: str = ""
    last: str = ""
    branch: str = ""  # code
    shelf: str = ""
    added_on: date | None = None  # the branch's local day


def copies_on_shelves(
    desk: Desk, shelves: Shelves, *, limit: int, offset: int = 0
) -> tuple[list[CopyView], int]:
    """Return kept copies in the order they stand in, and how many there are. Two statements."""
    found = Copy.objects.exclude(standing=Copy.Standing.WITHDRAWN)
    if shelves.first:
        found = found.filter(call_key__gte=call_key(shelves.first)[:-1])
    if shelves.last:
        found = found.filter(call_key__lt=last_key(shelves.last))
    if shelves.branch:
        found = found.filter(branch__code=shelves.branch)
    if shelves.shelf:
        found = found.filter(shelf=shelves.shelf)
    if shelves.added_on:
        start = datetime.combine(shelves.added_on, time.min, desk.zone)
        found = found.filter(added_at__gte=start, added_at__lt=start + timedelta(days=1))
    ordered = found.order_by("call_key", "id")
    return _views(ordered[offset : offset + limit]), found.count()


def copies_by_barcode(barcodes: Iterable[str]) -> list[CopyView]:
    """Return the copies with these barcodes, in the order given, once each. One statement."""
    asked = list(dict.fromkeys(barcodes))
    known = {copy.barcode: copy for copy in _views(Copy.objects.filter(barcode__in=asked))}
    return [known[barcode] for barcode in asked if barcode in known]


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """Copies of one title that came in one step. `copy` is the public id of one of them."""

    title_public_id: str
    name: str
    authors: str
    publisher: str
    isbn13: str
    clc: str
    state: str
    copy: str
    copies: int
    first_barcode: str
    last_barcode: str
    added_at: datetime


def recent_additions(desk: Desk, *, limit: int = 20) -> list[Addition]:
    """Return what came in today, newest first. One statement."""
    start = datetime.combine(desk.today, time.min, desk.zone)
    rows = (
        Copy.objects.filter(added_at__gte=start)
        .order_by()
        .values("title_id", "added_at", **{n: F(c) for n, c in _ADDITION.items()})
        .annotate(
            copy=Min("public_id"),
            copies=Count("pk"),
            first_barcode=Min("barcode"),
            last_barcode=Max("barcode"),
            newest=Max("pk"),
        )
        .order_by("-newest")
    )
    return [Addition(**{name: row[name] for name in Addition.__slots__}) for row in rows[:limit]]


def added_together(copy: str) -> tuple[str, ...]:
    """Return the public ids of all copies that came in one step with this one. Two statements."""
    one = Copy.objects.filter(public_id=copy).values("title_id", "added_at").first()
    if one is None:
        return ()
    return tuple(Copy.objects.filter(**one).order_by("id").values_list("public_id", flat=True))


_ADDITION: Final = {
    "title_public_id": "title__public_id",
    "name": "title__name",
    "authors": "title__authors",
    "publisher": "title__publisher",
    "isbn13": "title__isbn13",
    "clc": "title__clc",
    "state": "title__state",
}


def taken_barcodes(barcodes: Iterable[str]) -> tuple[set[str], set[str]]:
    """Return which of them are on a copy, and which on a reader's card. Two statements."""
    asked = list(barcodes)
    copies = set(Copy.objects.filter(barcode__in=asked).values_list("barcode", flat=True))
    return copies, cards_among(asked)


def cards_among(codes: Iterable[str]) -> set[str]:
    """Return which of these are on a reader's card. One statement, none without any."""
    asked = list(codes)
    rows = sql.rows(CARDS_WITH_BARCODES, barcodes=asked) if asked else []
    return {row["barcode"] for row in rows}


def taken_accessions(numbers: Iterable[str]) -> set[str]:
    """Return which of the accession numbers are in use. One statement."""
    taken = Copy.objects.filter(accession_number__in=list(numbers))
    return set(taken.values_list("accession_number", flat=True))


def book_of(title: Title) -> Description:
    """Return what a row says of its book."""
    return Description(**{name: getattr(title, name) for name in FIELDS})


def _title_view(found: "QuerySet[Title]") -> TitleView | None:
    title = found.annotate(cover=digest_column()).order_by("id").first()
    if title is None:
        return None
    return TitleView(
        id=title.pk,
        public_id=title.public_id,
        book=book_of(title),
        state=title.state,
        doubts=tuple(title.doubts),
        source=title.source,
        created_at=title.created_at,
        updated_at=title.updated_at,
        copies=tuple(_views(Copy.objects.filter(title_id=title.pk))),
        cover=title.cover,
        provenance=title.provenance,
    )


def _first(found: "QuerySet[Copy]") -> CopyView | None:
    views = _views(found[:1])
    return views[0] if views else None


_COLUMNS: Final = {
    "title_public_id": "title__public_id",
    "title": "title__name",
    "authors": "title__authors",
    "isbn13": "title__isbn13",
    "clc": "title__clc",
    "branch_code": "branch__code",
    "branch": "branch__name",
    "item_type_code": "item_type__code",
    "item_type": "item_type__name",
}
_FIELDS: Final = {name: _COLUMNS.get(name, name) for name in CopyView.__slots__}


def _views(found: "QuerySet[Copy]") -> list[CopyView]:
    rows: Any = found.order_by("id") if not found.query.is_sliced else found
    return [
        CopyView(**{name: row[column] for name, column in _FIELDS.items()})
        for row in rows.values(*_FIELDS.values())
    ]
