"""Titles that are likely one book twice, for people to look at; what was merged or split lately."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Count, F

from jieyue.catalog.apart import Pair, full_name, pairs_of
from jieyue.catalog.models import Copy, MergedTitle, SplitTitle, Title
from jieyue.catalog.queries import book_of
from jieyue.catalog.rules.descriptions import FIELDS, Description
from jieyue.catalog.rules.importing.matching import Identity, are_one, identity_of

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Parting:
    """Copies of a record that went to another one: public ids, names, and how many went."""

    split: str
    title: str
    title_name: str
    into: str
    into_name: str
    copies: int
    staff_id: int | None
    split_at: datetime


def likely_doubles(*, after: str = "", limit: int = 20) -> tuple[list[Doubles], str]:
    """Return sets of likely doubles, and what to go on `after`; "" at the end.

    Four statements for every 200 names that several titles have; at most five times.
    """
    found: list[Doubles] = []
    for _ in range(_ROUNDS):
        keys = _shared_names(after)
        records = _records_of(keys)
        apart = pairs_of([record.id for one in records.values() for record in one])
        for key in keys:
            found += _parted(records[key], apart)
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


def recent_splits(*, since: datetime, limit: int = 50) -> list[Parting]:
    """Return what was split since, the latest first. One statement."""
    rows = (
        SplitTitle.objects.filter(split_at__gte=since)
        .exclude(into=F("title"))  # merged again
        .select_related("title", "into")
        .order_by("-split_at", "-id")
    )
    return [
        Parting(
            split=row.public_id,
            title=row.title.public_id,
            title_name=full_name(row.title),
            into=row.into.public_id,
            into_name=full_name(row.into),
            copies=len(row.left.get("copies", ())),
            staff_id=row.staff_id,
            split_at=row.split_at,
        )
        for row in rows[:limit]
    ]


def _shared_names(after: str) -> list[str]:
    names = Title.objects.exclude(match_key="").filter(match_key__gt=after).order_by("match_key")
    # Rows, not ids: those PostgreSQL would fetch from the table, one by one.
    shared = names.values("match_key").annotate(titles=Count("*")).filter(titles__gt=1)
    return list(shared.values_list("match_key", flat=True)[:_NAMES])


def _records_of(keys: Iterable[str]) -> dict[str, list[Record]]:
    """Return the titles of each name, the oldest first. Two statements."""
    # Put in order here: SQLite would walk every title by its id rather than look the names up.
    rows = sorted(Title.objects.filter(match_key__in=list(keys)), key=lambda row: row.pk)
    kept = Copy.objects.filter(title__in=[row.pk for row in rows]).exclude(standing="withdrawn")
    copies = dict(kept.values_list("title_id").annotate(n=Count("id")).order_by())
    found: dict[str, list[Record]] = defaultdict(list)
    for row in rows:
        found[row.match_key].append(
            Record(row.pk, row.public_id, book_of(row), row.state, copies.get(row.pk, 0))
        )
    return found


def _parted(records: Iterable[Record], apart: set[Pair]) -> list[Doubles]:
    """Part the titles of a name into those that are one book; single ones are left out.

    Whom staff told `apart` never stand together.
    """
    sets: list[tuple[Identity, list[Record]]] = []
    for record in records:
        mine = identity_of(record.book)
        known = (one for first, one in sets if are_one(first, mine))
        alike = next((one for one in known if not _are_apart(record, one, apart)), None)
        if alike is None:
            sets.append((mine, [record]))
        else:
            alike.append(record)
    return [
        Doubles(tuple(sorted(one, key=lambda record: record.worth, reverse=True)))
        for _, one in sets
        if len(one) > 1
    ]


def _are_apart(record: Record, others: Iterable[Record], apart: set[Pair]) -> bool:
    # Records come in order of their ids, as pairs have them.
    return any((other.id, record.id) in apart for other in others)
