"""Reading where the shelves are, and which shelves are in use."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from jieyue.catalog.models import Copy, Location
from jieyue.catalog.rules.locations import longest, shelf_key
from jieyue.kit import sql
from jieyue.kit.batches import batches

SHELVES_OFFERED: Final = 300  # while somebody types one
_LOT: Final = 500

# Each step looks one name up in the index, however many copies stand there.
NAMES: Final = """
WITH RECURSIVE known(shelf, n) AS (
  SELECT min(c.shelf), 1 FROM catalog_copy c
   WHERE c.library_id = <library:bigint> AND c.shelf > ''
  UNION ALL
  SELECT (SELECT min(c.shelf) FROM catalog_copy c
           WHERE c.library_id = <library:bigint> AND c.shelf > known.shelf), known.n + 1
    FROM known WHERE known.shelf IS NOT NULL AND known.n < <limit:int>
)
SELECT shelf FROM known WHERE shelf IS NOT NULL
"""
IN_USE: Final = """
SELECT c.shelf, c.branch_id, count(*) AS copies
  FROM catalog_copy c
 WHERE c.library_id = <library:bigint> AND c.shelf > '' AND c.standing <> 'withdrawn'
 GROUP BY c.shelf, c.branch_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class LocationView:
    """A room or shelf of a branch with the way there."""

    public_id: str
    branch_id: int
    name: str
    directions: str
    map_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelfInUse:
    """A shelf as it is written in copies that the library still has."""

    branch_id: int
    name: str
    copies: int


class Locations:
    """Where shelves are, to be asked for many copies without another statement."""

    def __init__(self, found: Collection[LocationView]) -> None:
        self.all = list(found)
        self._known: dict[int, dict[str, LocationView]] = {}
        for one in self.all:
            self._known.setdefault(one.branch_id, {})[shelf_key(one.name)] = one

    def of(self, branch_id: int, shelf: str) -> LocationView | None:
        """Return the way to a shelf of the branch, if somebody described it."""
        known = self._known.get(branch_id, {})
        name = longest(known, shelf) if shelf else None
        return known[name] if name is not None else None


def locations(branch_ids: Collection[int] | None = None) -> Locations:
    """Return what is described, of these branches or of all. One statement, none for no branch."""
    if branch_ids is not None and not branch_ids:
        return Locations([])
    rows = Location.objects.order_by("branch_id", "name", "id")
    if branch_ids is not None:
        rows = rows.filter(branch_id__in=set(branch_ids))
    return Locations([LocationView(**row) for row in rows.values(*LocationView.__slots__)])


def location(public_id: str) -> LocationView | None:
    """Return one of them. One statement."""
    row = Location.objects.filter(public_id=public_id).values(*LocationView.__slots__).first()
    return LocationView(**row) if row else None


def shelves_in_use() -> list[ShelfInUse]:
    """Return every shelf with its copies, in no order. One statement."""
    return [
        ShelfInUse(branch_id=row["branch_id"], name=row["shelf"], copies=int(row["copies"]))
        for row in sql.rows(IN_USE)
    ]


def copies_served(way: LocationView, *, limit: int) -> list[str]:
    """Return the public ids of the copies that stand there, shelf by shelf. Three statements."""
    known = locations([way.branch_id])
    names = [
        shelf.name
        for shelf in shelves_in_use()
        if shelf.branch_id == way.branch_id and known.of(way.branch_id, shelf.name) == way
    ]
    found: list[str] = []
    for lot in batches(sorted(names), _LOT):
        copies = Copy.objects.filter(branch_id=way.branch_id, shelf__in=lot)
        there = copies.exclude(standing=Copy.Standing.WITHDRAWN).order_by("shelf", "call_key", "id")
        found += there.values_list("public_id", flat=True)[: limit - len(found)]
    return found


def shelf_names() -> list[str]:
    """Return names of shelves to choose from while one is typed, at most 300. One statement."""
    return sorted(row["shelf"] for row in sql.rows(NAMES, limit=SHELVES_OFFERED))
