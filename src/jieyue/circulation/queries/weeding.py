"""Weeding (剔旧): which copies one may do without, and why, from the rows as they are."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final

from jieyue.circulation.rules.stocktaking import between
from jieyue.kit import sql
from jieyue.libraries.desk import Desk

YEAR: Final = timedelta(days=365)
PAGE: Final = 50


class Weed(StrEnum):
    """Why a copy is proposed."""

    UNLENT = "unlent"  # nobody has borrowed it for years
    DOUBLE = "double"  # there are many copies, and this one was not needed lately
    SUPERSEDED = "superseded"  # the library has a later edition
    DAMAGED = "damaged"


# In use, here, for nobody: what can be withdrawn today.
_FREE: Final = """
  c.library_id = <library:bigint> AND c.standing IN ('in_use', 'reference', 'repair')
  AND NOT EXISTS (SELECT 1 FROM circulation_loan n
       WHERE n.library_id = <library:bigint> AND n.copy_id = c.id AND n.returned_at IS NULL)
  AND NOT EXISTS (SELECT 1 FROM circulation_hold h
       WHERE h.library_id = <library:bigint> AND h.captured_copy_id = c.id
         AND h.state IN ('in_transit', 'ready'))
"""
_UNLENT: Final = """(c.added_at < <since:timestamptz> AND NOT EXISTS (
       SELECT 1 FROM circulation_loan n
        WHERE n.library_id = <library:bigint> AND n.copy_id = c.id
          AND n.lent_at >= <since:timestamptz>))"""
# CROSS JOIN: SQLite would walk all copies of the library for each one that it looks at.
_CONDITIONS: Final = {
    Weed.UNLENT: _UNLENT,
    Weed.DOUBLE: f"""({_UNLENT} AND <keep:int> <= (
       SELECT count(*) FROM catalog_copy x
        WHERE x.library_id = <library:bigint> AND x.title_id = c.title_id AND x.id < c.id
          AND x.standing IN ('in_use', 'reference', 'repair')))""",
    Weed.SUPERSEDED: """(t.match_key <> '' AND t.year IS NOT NULL AND EXISTS (
       SELECT 1 FROM catalog_title z CROSS JOIN catalog_copy y
        WHERE t.match_key <> '' AND z.library_id = <library:bigint>
          AND z.match_key = t.match_key AND z.id <> t.id
          AND z.authors = t.authors AND z.year > t.year
          AND y.library_id = <library:bigint> AND y.title_id = z.id
          AND y.standing IN ('in_use', 'reference')))""",
    Weed.DAMAGED: """(c.standing = 'repair' OR EXISTS (
       SELECT 1 FROM circulation_loan n
         JOIN circulation_assessment a ON a.library_id = <library:bigint> AND a.loan_id = n.id
        WHERE n.library_id = <library:bigint> AND n.copy_id = c.id AND a.kind = 'damaged'))""",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A copy one may do without, with every reason. `last_lent_on` is None if it never was."""

    copy: str  # public id
    barcode: str
    title: str
    title_id: str
    authors: str
    year: int | None
    call_number: str
    branch: str
    shelf: str
    price_cents: int | None
    added_on: date
    last_lent_on: date | None
    whys: tuple[Weed, ...]


def proposals(
    desk: Desk,
    why: Collection[Weed],
    *,
    years: int = 5,
    keep: int = 3,
    branch: str = "",
    clc: str = "",
    limit: int = PAGE,
    offset: int = 0,
) -> list[Proposal]:
    """Return copies for any of these reasons, in the order of the shelves. One statement.

    `years` without a loan; `keep` copies of a title stay, the oldest; `branch` is a code, `clc` a
    class or call number. Whoever works at some branches sees theirs.
    """
    asked = [reason for reason in Weed if reason in why]
    if not asked:
        return []
    low, high = between(clc, clc)
    params: dict[str, Any] = {
        "since": desk.now - years * YEAR,
        "keep": keep,
        "low": low,
        "high": high or "{",
        "branch": branch,
        "limit": limit,
        "offset": offset,
    }
    where = ""
    if branch:
        where += " AND b.code = <branch:text>"
    if desk.branch_ids is not None:
        where += " AND c.branch_id = ANY(<mine:bigint[]>)"
        params["mine"] = sorted(desk.branch_ids)
    flags = ", ".join(f"{_CONDITIONS[reason]} AS is_{reason}" for reason in Weed)
    any_of = " OR ".join(f"is_{reason}" for reason in asked)
    rows = sql.rows(
        f"""
SELECT * FROM (
SELECT c.id, c.public_id AS copy, c.barcode, c.call_number, c.call_key, c.shelf, c.price_cents,
       c.added_at, t.public_id AS title_id, t.name AS title, t.authors, t.year, b.name AS branch,
       (SELECT max(n.lent_at) FROM circulation_loan n
         WHERE n.library_id = <library:bigint> AND n.copy_id = c.id) AS last_lent_at, {flags}
  FROM catalog_copy c
  JOIN catalog_title t ON t.library_id = <library:bigint> AND t.id = c.title_id
  JOIN libraries_branch b ON b.library_id = <library:bigint> AND b.id = c.branch_id
 WHERE {_FREE} AND c.call_key >= <low:text> AND c.call_key < <high:text>{where}) AS looked
 WHERE {any_of} ORDER BY call_key, id LIMIT <limit:int> OFFSET <offset:int>
""",
        **params,
    )
    return [_proposal(desk, row) for row in rows]


def _proposal(desk: Desk, row: sql.Row) -> Proposal:
    lent = row["last_lent_at"]
    names = ("copy", "barcode", "title", "title_id", "authors", "year", "call_number")
    return Proposal(
        **{name: row[name] for name in names},
        branch=row["branch"],
        shelf=row["shelf"],
        price_cents=row["price_cents"],
        added_on=row["added_at"].astimezone(desk.zone).date(),
        last_lent_on=lent.astimezone(desk.zone).date() if lent else None,
        whys=tuple(reason for reason in Weed if row[f"is_{reason}"]),
    )
