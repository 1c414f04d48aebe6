"""Titles that are likely one book twice, for people to look at, and what was merged of late."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Count

from jieyue.catalog.models import Copy, MergedTitle, Title
from jieyue.catalog.queries import book_of
from jieyue.catalog.rules.descriptions import FIELDS, Description
from jieyue.catalog.rules.importing.matching import are_one, identity_of

_NAMES: Final = 200  # looked at in one statement
_ROUNDS: Final = 5


@dataclass(frozen=True, slots=True)
class Record:
    """One of several records of a book."""

    id: int
    public_id: str
    book: Description
    state: str
    copies: int  # kept ones

    @property
    def worth(self) -> tuple[bool, int, int, int]:
        """What the better record has more of: looked at, copies, fields with something in them."""
        filled = sum(getattr(self.book, name) not in ("", None) for name in FIELDS)
        return self.state == "confirmed", self.copies, filled, -self.id


@dataclass(frozen=True, slots=True)
class Doubles:
    """Records that say the same book, the best first."""

    records: tuple[Record, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """Two records that were merged: the id and name of the one that went, and where it leads."""

    was: str
    name: str
    title: str  # public id
    title_name: str
    staff_id: int | None
    merged_at: datetime


def likely_doubles(*, after: str = "", limit: int = 20) -> tuple[list[Doubles], str]:
    """Return sets of likely doubles, and what to go on `after`; "" at the end.

    Three statements for every 200 names that several titles have; at most five times.
    """
    found: list[Doubles] = []
    for _ in range(_ROUNDS):
        keys = _shared_names(after)
        sets = _sets_of(keys)
        for key in keys:
            found += sets[key]
            after = key
            if len(found) >= limit:
                return found, after
        if len(keys) < _NAMES:
            return found, ""
    return found, after


def recent_merges(*, since: datetime, limit: int = 50) -> list[Merge]:
    """Return what was merged since, the latest first. One statement."""
    rows = (
        MergedTitle.objects.filter(merged_at__gte=since)
        .select_related("into")
        .order_by("-merged_at", "-id")
    )
    return [
        Merge(
            was=row.public_id,
            name=row.name,
            title=row.into.public_id,
            title_name=row.into.name,
            staff_id=row.staff_id,
            merged_at=row.merged_at,
        )
        for row in rows[:limit]
    ]


def _shared_names(after: str) -> list[str]:
    names = Title.objects.exclude(match_key="").filter(match_key__gt=after).order_by("match_key")
    shared = names.values("match_key").annotate(titles=Count("id")).filter(titles__gt=1)
    return list(shared.values_list("match_key", flat=True)[:_NAMES])


def _sets_of(keys: Iterable[str]) -> dict[str, list[Doubles]]:
    """Part the titles of each name into those that are one book; single ones are left out."""
    rows = list(Title.objects.filter(match_key__in=list(keys)).order_by("id"))
    kept = Copy.objects.filter(title__in=[row.pk for row in rows]).exclude(standing="withdrawn")
    copies = dict(kept.values_list("title_id").annotate(n=Count("id")).order_by())
    sets: dict[str, list[list[Record]]] = defaultdict(list)
    for row in rows:
        record = Record(row.pk, row.public_id, book_of(row), row.state, copies.get(row.pk, 0))
        mine = identity_of(record.book)
        alike = (one for one in sets[row.match_key] if are_one(identity_of(one[0].book), mine))
        first = next(alike, None)
        if first is None:
            sets[row.match_key].append([record])
        else:
            first.append(record)
    return defaultdict(
        list,
        {
            key: [
                Doubles(tuple(sorted(one, key=lambda record: record.worth, reverse=True)))
                for one in parted
                if len(one) > 1
            ]
            for key, parted in sets.items()
        },
    )
