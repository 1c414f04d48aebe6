"""What a library has, for readers: new books, and a title's copies with where each is."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from jieyue.circulation.queries.receipts import NOT_SEEN_SINCE
from jieyue.kit import sql

NEWEST: Final = """
SELECT t.public_id, trim(t.name || ' ' || t.volume) AS name, t.authors, t.clc,
       coalesce(v.digest, '') AS cover
  FROM catalog_title t
  LEFT JOIN catalog_cover v ON v.library_id = <library:bigint> AND v.title_id = t.id
 WHERE t.library_id = <library:bigint> AND t.state <> 'draft'
   AND EXISTS (SELECT 1 FROM catalog_copy c
                WHERE c.library_id = <library:bigint> AND c.title_id = t.id
                  AND c.standing <> 'withdrawn')
 ORDER BY t.id DESC LIMIT <limit:int>
"""
# By b.id: for c.branch_id SQLite would walk all copies in an index that has them in this order.
COPIES: Final = f"""
SELECT c.public_id, c.barcode, c.standing, c.shelf, c.call_number, c.parts, c.branch_id,
       b.name AS branch, i.name AS item_type, n.due_at, h.id AS hold_id, v.id AS transit_id,
       EXISTS (SELECT 1 FROM circulation_toshelve s
                WHERE s.library_id = <library:bigint> AND s.copy_id = c.id AND s.ended_at IS NULL
                  AND {NOT_SEEN_SINCE}) AS is_back
  FROM catalog_copy c
  JOIN libraries_branch b ON b.library_id = <library:bigint> AND b.id = c.branch_id
  JOIN catalog_itemtype i ON i.library_id = <library:bigint> AND i.id = c.item_type_id
  LEFT JOIN circulation_loan n
    ON n.library_id = <library:bigint> AND n.copy_id = c.id AND n.returned_at IS NULL
  LEFT JOIN circulation_hold h
    ON h.library_id = <library:bigint> AND h.captured_copy_id = c.id
   AND h.state IN ('in_transit', 'ready')
  LEFT JOIN circulation_transit v
    ON v.library_id = <library:bigint> AND v.copy_id = c.id AND v.ended_at IS NULL
 WHERE c.library_id = <library:bigint> AND c.title_id = <title:bigint>
   AND c.standing NOT IN ('withdrawn', 'lost', 'missing')
 ORDER BY b.id,
          CASE WHEN n.id IS NULL AND h.id IS NULL AND v.id IS NULL THEN 0 ELSE 1 END, c.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBook:
    """A title lately added."""

    public_id: str
    name: str
    authors: str
    clc: str
    cover: str  # digest of its picture, "" without one


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyOnShelf:
    """A copy as readers see it. `due_on` is local; None when it is not on loan."""

    public_id: str
    branch_id: int
    branch: str
    shelf: str
    call_number: str
    item_type: str
    parts: str
    standing: str  # in_use, reference, repair
    due_on: date | None
    is_kept: bool = False  # for a reader who reserved it
    is_travelling: bool = False  # on its way between branches
    is_back: bool = False  # a reader returned it without staff, who have not put it away yet

    @property
    def is_here(self) -> bool:
        """Whether one can take it from the shelf now."""
        is_away = self.due_on is not None or self.is_kept or self.is_travelling
        return not is_away and self.standing in ("in_use", "reference")


def newest_titles(*, limit: int = 12) -> list[NewBook]:
    """Return the titles added last that have a copy. One statement."""
    return [NewBook(**row) for row in sql.rows(NEWEST, limit=limit)]


def copies_on_shelf(zone: ZoneInfo, title_id: int) -> list[CopyOnShelf]:
    """Return a title's copies by branch, those on the shelf first. One statement."""
    return [
        CopyOnShelf(
            public_id=row["public_id"],
            branch_id=row["branch_id"],
            branch=row["branch"],
            shelf=row["shelf"],
            call_number=row["call_number"],
            item_type=row["item_type"],
            parts=row["parts"],
            standing=row["standing"],
            due_on=row["due_at"].astimezone(zone).date() if row["due_at"] else None,
            is_kept=row["hold_id"] is not None,
            is_travelling=row["transit_id"] is not None,
            is_back=bool(row["is_back"]),
        )
        for row in sql.rows(COPIES, title=title_id)
    ]
