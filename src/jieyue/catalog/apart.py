"""Records that look like one book, and which staff said are different ones (不是重复)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations

from django.db.models import Q

from jieyue.catalog.models import DifferentTitles, Title
from jieyue.libraries.desk import Desk

Pair = tuple[int, int]  # ids of titles, the smaller first


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Two records are different books: public ids, names, and who said so when."""

    one: str
    one_name: str
    other: str
    other_name: str
    staff_id: int | None
    said_at: datetime


def pairs_of(titles: Collection[int]) -> set[Pair]:
    """Return which others each of these titles (ids) is different from. One statement."""
    found = DifferentTitles.objects.filter(one__in=titles)
    return set(found.values_list("one_id", "other_id"))


def recently_told_apart(*, limit: int = 50) -> list[Said]:
    """Return what was said, the latest first. One statement."""
    rows = DifferentTitles.objects.select_related("one", "other").order_by("-said_at", "-id")
    return [_said(row) for row in rows[:limit]]


def told_apart(one: int, other: int) -> Said | None:
    """Return what was said of these two titles (ids), None if nothing. One statement."""
    low, high = sorted((one, other))
    rows = DifferentTitles.objects.select_related("one", "other")
    row = rows.filter(one=low, other=high).first()
    return _said(row) if row else None


def tell(desk: Desk, titles: Iterable[int]) -> list[Pair]:
    """Write that each of these titles (ids, locked) is another book; return what is new."""
    ids = sorted(set(titles))
    there = pairs_of(ids)
    new = [pair for pair in combinations(ids, 2) if pair not in there]
    DifferentTitles.objects.bulk_create(
        DifferentTitles(
            library_id=desk.library_id,
            one_id=one,
            other_id=other,
            staff_id=desk.staff_id,
            said_at=desk.now,
        )
        for one, other in new
    )
    return new


def forget(pairs: Iterable[Pair]) -> int:
    """Take away that these are different; return how many said so."""
    found = 0
    for pair in pairs:
        low, high = sorted(pair)
        found += DifferentTitles.objects.filter(one=low, other=high).delete()[0]
    return found


def apart_from(title: int) -> list[int]:
    """Return the titles (ids) that this one is different from. One statement."""
    rows = DifferentTitles.objects.filter(Q(one=title) | Q(other=title)).order_by("pk")
    return [other if one == title else one for one, other in rows.values_list("one_id", "other_id")]


def handed_over(desk: Desk, *, kept: int, dropped: int) -> dict[str, list[int]]:
    """Let the kept record of a merge be different from whatever the other one is different from.

    Returns what `handed_back` needs.
    """
    others = apart_from(dropped)
    new = [other for other in others if other != kept and tell(desk, [kept, other])]
    return {"apart": others, "apart_new": new}


def handed_back(desk: Desk, left: dict[str, list[int]], *, kept: int, back: int) -> None:
    """Put back what `handed_over` changed; what has gone since is left out."""
    forget((kept, other) for other in left.get("apart_new", ()))
    there = Title.objects.filter(pk__in=left.get("apart", ())).values_list("pk", flat=True)
    for other in list(there):
        tell(desk, [back, other])


def _said(row: DifferentTitles) -> Said:
    return Said(
        one=row.one.public_id,
        one_name=full_name(row.one),
        other=row.other.public_id,
        other_name=full_name(row.other),
        staff_id=row.staff_id,
        said_at=row.said_at,
    )


def full_name(title: Title) -> str:
    """`红楼梦 上册`: what tells volumes and editions of one name."""
    return " ".join(part for part in (title.name, title.volume, title.edition) if part)
