"""Titles as lists show them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from jieyue.catalog.covers import digest_column
from jieyue.catalog.models import Copy, Title

MAX_LIMIT: Final = 200
MAX_OFFSET: Final = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleHit:
    """One title of a list. `copies` are those not withdrawn."""

    id: int
    public_id: str
    name: str
    volume: str
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
    cover: str  # digest of its picture, "" without one

    @property
    def full_name(self) -> str:
        """The name with the volume."""
        return f"{self.name} {self.volume}".rstrip()


@dataclass(frozen=True, slots=True, kw_only=True)
class TitlePage:
    """A page of titles, and how many there are in all.

    `has_more`: so many fit that they were not counted to the end. `did_you_mean`: a name that is
    likelier than what was typed, empty if none is. `found`: row ids of all that fit the words, for
    counting; empty when all were listed.
    """

    hits: tuple[TitleHit, ...]
    total: int
    has_more: bool = False
    did_you_mean: str = ""
    found: tuple[int, ...] = field(default=(), compare=False, repr=False)


def titles_to_look_at(*, limit: int = 20, offset: int = 0) -> TitlePage:
    """Return doubtful titles and drafts, newest first. Two statements."""
    return page_of(_unsure().order_by("-id"), limit, offset)


def count_to_look_at() -> int:
    """Return how many titles want a look. One statement."""
    return _unsure().count()


def _unsure() -> "QuerySet[Title]":
    # Said as the index has it: SQLite would read every title through for "one of the two".
    return Title.objects.exclude(state=Title.State.CONFIRMED)


def page_of(found: "QuerySet[Title]", limit: int, offset: int) -> TitlePage:
    """Count, and read one page. Two statements."""
    total = found.count()
    first = min(max(offset, 0), MAX_OFFSET)
    page = with_copies(found)[first : first + min(max(limit, 1), MAX_LIMIT)]
    return TitlePage(hits=tuple(hit(row) for row in page), total=total)


def hits_of(title_ids: Sequence[int]) -> tuple[TitleHit, ...]:
    """Return titles in the order given. One statement."""
    rows = {row["id"]: row for row in with_copies(Title.objects.filter(pk__in=title_ids))}
    return tuple(hit(rows[title_id]) for title_id in title_ids if title_id in rows)


def with_copies(found: "QuerySet[Title]") -> Any:
    """Return rows of TitleHit's columns."""
    kept = (
        Copy.objects.filter(title_id=OuterRef("pk"))
        .exclude(standing=Copy.Standing.WITHDRAWN)
        .order_by()
        .values("title_id")
        .annotate(n=Count("pk"))
        .values("n")
    )
    shown = found.annotate(copies=Coalesce(Subquery(kept), 0), cover=digest_column())
    return shown.values(*TitleHit.__slots__)


def hit(row: dict[str, Any]) -> TitleHit:
    """Return a row of `with_copies` as a plain value."""
    return TitleHit(**(row | {"doubts": tuple(row["doubts"])}))
