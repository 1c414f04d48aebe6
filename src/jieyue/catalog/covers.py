"""Pictures of titles: which there are, and what to send."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, Literal

from django.db.models import CharField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from jieyue.catalog.models import Cover, Title

Size = Literal["large", "small"]
SIZES: Final[tuple[Size, ...]] = ("large", "small")


@dataclass(frozen=True, slots=True)
class Sent:
    """A picture as it is sent."""

    digest: str
    content: bytes


def digest_column(title_id: str = "pk") -> Any:
    """Return an expression: the digest of a title's picture, "" if it has none."""
    digest = Cover.objects.filter(title_id=OuterRef(title_id)).values("digest")[:1]
    return Coalesce(Subquery(digest), Value(""), output_field=CharField())


def covers_of(titles: Iterable[str]) -> dict[str, str]:
    """Return the digests of pictures by the titles' public ids. One statement, none for none."""
    asked = set(titles)
    if not asked:
        return {}
    found = _of_titles(asked)
    return dict(found.values_list("title__public_id", "digest"))


def picture_to_send(title: str, size: Size) -> Sent | None:
    """Return a title's picture. One statement."""
    found = _of_titles([title]).values_list("digest", size).first()
    return Sent(found[0], bytes(found[1])) if found else None


def _of_titles(titles: Iterable[str]) -> "QuerySet[Cover]":
    # Not by a join: SQLite would begin with every picture there is.
    named = Title.objects.filter(public_id__in=list(titles))
    return Cover.objects.filter(title_id__in=named.values("pk"))


@dataclass(frozen=True, slots=True)
class Uncovered:
    """A title with an ISBN and without a picture."""

    public_id: str
    isbn13: str


def uncovered(title_id: int, *, is_replacing: bool = False) -> Uncovered | None:
    """Return the title if a picture of it could be looked for. One statement.

    `is_replacing`: also if it has one.
    """
    found = Title.objects.filter(pk=title_id).exclude(isbn13="").annotate(cover=digest_column())
    found = found if is_replacing else found.filter(cover="")
    row = found.values_list("public_id", "isbn13").first()
    return Uncovered(*row) if row else None
