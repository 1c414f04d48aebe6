"""Titles as lists show them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from django.db.models import F, QuerySet

from jieyue.catalog.models import Title
from jieyue.kit import sql

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
    """Return doubtful titles and drafts, newest first. Three statements."""
    # Plus nothing: in order of plain ids SQLite would read every title through.
    return page_of(_unsure().order_by((F("id") + 0).desc()), limit, offset)


def count_to_look_at() -> int:
    """Return how many titles want a look. One statement."""
    return _unsure().count()


def _unsure() -> "QuerySet[Title]":
    # Said as the index has it: SQLite would read every title through for "one of the two".
    return Title.objects.exclude(state=Title.State.CONFIRMED)


def page_of(found: "QuerySet[Title]", limit: int, offset: int) -> TitlePage:
    """Count, find one page, and read it. Three statements."""
    total = found.count()
    first = min(max(offset, 0), MAX_OFFSET)
    page = found.values_list("pk", flat=True)[first : first + min(max(limit, 1), MAX_LIMIT)]
    return TitlePage(hits=hits_of(list(page)), total=total)


_HITS: Final = """
SELECT t.id, t.public_id, t.name, t.volume, t.subtitle, t.authors, t.publisher, t.year, t.isbn13,
       t.unified_number, t.clc, t.state, t.doubts,
       (SELECT count(*) FROM catalog_copy c WHERE c.library_id = <library:bigint>
           AND c.title_id = t.id AND c.standing <> 'withdrawn') AS copies,
       coalesce((SELECT v.digest FROM catalog_cover v WHERE v.library_id = <library:bigint>
           AND v.title_id = t.id), '') AS cover
  FROM catalog_title t
 WHERE t.library_id = <library:bigint> AND t.id = ANY(<titles:bigint[]>)
"""


def hits_of(title_ids: Sequence[int]) -> tuple[TitleHit, ...]:
    """Return titles in the order given. One statement, none for no titles."""
    if not title_ids:
        return ()
    rows = {row["id"]: row for row in sql.rows(_HITS, titles=list(title_ids))}
    return tuple(_hit(rows[title_id]) for title_id in title_ids if title_id in rows)


def _hit(row: sql.Row) -> TitleHit:
    doubts = row["doubts"]  # JSON, which SQLite has none of
    said = json.loads(doubts) if isinstance(doubts, str) else doubts
    return TitleHit(**row | {"doubts": tuple(said)})
