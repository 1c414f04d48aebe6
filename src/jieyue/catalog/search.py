"""Finding titles by what people type: words of title, author, publisher, numbers, pinyin."""

from dataclasses import dataclass
from typing import Final

from django.db.models import Case, Count, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Length, StrIndex
from django.db.models.lookups import GreaterThan, LessThan

from jieyue.catalog.models import Copy, Title
from jieyue.catalog.rules.search_key import (
    AUTHORS,
    BETWEEN,
    INITIALS,
    MORE,
    PINYIN,
    PUBLISHER,
    TITLE,
    terms_of,
)

MAX_LIMIT: Final = 200
MAX_OFFSET: Final = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleHit:
    """One title of a list. `copies` are those not withdrawn."""

    id: int
    public_id: str
    name: str
    subtitle: str
    authors: str
    publisher: str
    year: int | None
    isbn13: str
    unified_number: str
    clc: str
    state: str
    doubts: tuple[str, ...]
    copies: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TitlePage:
    """A page of titles, and how many there are in all."""

    hits: tuple[TitleHit, ...]
    total: int


def search_titles(text: str, *, limit: int = 20, offset: int = 0) -> TitlePage:
    """Return the titles in which every word of `text` is found, best first. Two statements.

    Words are looked for in title, subtitle, series, authors, publisher, ISBN (10 and 13),
    统一书号, toneless pinyin and initials. An empty text lists all titles, newest first; one with
    nothing searchable in it finds none.
    """
    terms = terms_of(text)
    if not terms and text.strip():
        return TitlePage(hits=(), total=0)
    found = Title.objects.all()
    for term in terms:
        found = found.filter(search_key__contains=term)
    if not terms:
        return _page(found.order_by("-id"), limit, offset)
    whole = "".join(terms)
    rank: Combinable = _rank(whole)
    for term in terms if len(terms) > 1 else ():
        rank = rank + _rank(term)
    ranked = found.annotate(rank=rank, length=Length("name"))
    return _page(ranked.order_by("rank", "length", "id"), limit, offset)


def titles_to_look_at(*, limit: int = 20, offset: int = 0) -> TitlePage:
    """Return doubtful titles and drafts, newest first. Two statements."""
    unsure = Title.objects.filter(state__in=[Title.State.DOUBTFUL, Title.State.DRAFT])
    return _page(unsure.order_by("-id"), limit, offset)


def count_to_look_at() -> int:
    """Return how many titles want a look. One statement."""
    unsure = Title.objects.filter(state__in=[Title.State.DOUBTFUL, Title.State.DRAFT])
    return unsure.count()


def _rank(term: str) -> Case:
    """0 for the whole title, 9 for somewhere else; the key's signs say where a term stands."""
    return Case(
        When(_holds(f"{TITLE}{term}{MORE}"), then=0),
        When(_holds(f"{TITLE}{term}"), then=1),
        When(_before(term, MORE), then=2),
        When(_holds(f"{AUTHORS}{term}{BETWEEN}"), then=3),
        When(_holds(f"{BETWEEN}{term}{BETWEEN}") & _before(term, PUBLISHER), then=3),
        When(_before(term, PUBLISHER), then=4),
        When(_holds(f"{PINYIN}{term}{BETWEEN}"), then=5),
        When(_holds(f"{PINYIN}{term}"), then=6),
        When(_holds(f"{INITIALS}{term}{BETWEEN}"), then=6),
        When(_holds(f"{INITIALS}{term}"), then=7),
        When(_before(term, INITIALS), then=8),
        default=9,
        output_field=IntegerField(),
    )


def _holds(text: str) -> Q:
    return Q(search_key__contains=text)


def _before(term: str, sign: str) -> Q:
    """Whether the term's first place in the key is before the segment that `sign` opens."""
    place = StrIndex("search_key", Value(term))
    found = GreaterThan(place, Value(0))
    return Q(found) & Q(LessThan(place, StrIndex("search_key", Value(sign))))


def _page(found: "QuerySet[Title]", limit: int, offset: int) -> TitlePage:
    """Count, and read one page with its numbers of copies. Two statements."""
    total = found.count()
    first = min(max(offset, 0), MAX_OFFSET)
    kept = (
        Copy.objects.filter(title_id=OuterRef("pk"))
        .exclude(standing=Copy.Standing.WITHDRAWN)
        .order_by()
        .values("title_id")
        .annotate(n=Count("pk"))
        .values("n")
    )
    rows = found.annotate(copies=Coalesce(Subquery(kept), 0)).values(*TitleHit.__slots__)
    page = rows[first : first + min(max(limit, 1), MAX_LIMIT)]
    hits = tuple(TitleHit(**(row | {"doubts": tuple(row["doubts"])})) for row in page)
    return TitlePage(hits=hits, total=total)
