"""What a branch has to do for readers who wait: its hold shelf, and what to fetch for them."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from jieyue.circulation.queries.facts import waiting_for
from jieyue.circulation.queries.receipts import NOT_SEEN_SINCE
from jieyue.circulation.rules.picks import FreeCopy, picks
from jieyue.kit import sql
from jieyue.libraries.desk import Desk

CLEARED_DAYS: Final = 30  # how long a copy to be taken off the shelf is asked for
READY: Final = """
SELECT h.public_id AS hold, t.public_id AS title_key, t.name AS title, c.barcode, c.call_number,
       p.public_id AS patron, p.name AS patron_name, k.barcode AS card, h.ready_at,
       h.fetch_by AS fetch_by_on
  FROM circulation_hold h
  JOIN catalog_title t ON t.library_id = <library:bigint> AND t.id = h.title_id
  JOIN catalog_copy c ON c.library_id = <library:bigint> AND c.id = h.captured_copy_id
  JOIN patrons_patron p ON p.library_id = <library:bigint> AND p.id = h.patron_id
  LEFT JOIN patrons_card k
    ON k.library_id = <library:bigint> AND k.patron_id = p.id AND k.ended_at IS NULL
 WHERE h.library_id = <library:bigint> AND h.pickup_branch_id = <branch:bigint>
   AND h.state = 'ready'
 ORDER BY h.fetch_by, p.name_key, h.id
"""
# Whose hold ended while the book stood here, and nobody has scanned the book since.
LEFT_OVER: Final = """
SELECT h.public_id AS hold, t.public_id AS title_key, t.name AS title, c.barcode, c.call_number,
       h.state, h.ended_at,
       n.public_id AS next_hold, n.pickup_branch_id AS next_branch_id, v.id AS transit_id,
       d.name AS to_branch
  FROM circulation_hold h
  JOIN catalog_title t ON t.library_id = <library:bigint> AND t.id = h.title_id
  JOIN catalog_copy c ON c.library_id = <library:bigint> AND c.id = h.captured_copy_id
  LEFT JOIN circulation_hold n
    ON n.library_id = <library:bigint> AND n.captured_copy_id = c.id
   AND n.state IN ('in_transit', 'ready')
  LEFT JOIN circulation_transit v
    ON v.library_id = <library:bigint> AND v.copy_id = c.id AND v.ended_at IS NULL
  LEFT JOIN libraries_branch d ON d.library_id = <library:bigint> AND d.id = v.to_branch_id
 WHERE h.library_id = <library:bigint> AND h.pickup_branch_id = <branch:bigint>
   AND h.state IN ('expired', 'cancelled') AND h.ready_at IS NOT NULL
   AND h.ended_at >= <since:timestamptz>
   AND NOT EXISTS (SELECT 1 FROM audit_entry e
                    WHERE e.library_id = <library:bigint> AND e.copy_id = c.id
                      AND e.at > coalesce(
                          (SELECT max(x.at) FROM audit_entry x
                            WHERE x.library_id = <library:bigint> AND x.copy_id = c.id
                              AND x.action IN ('expire_holds', 'cancel_hold')), h.ended_at)
                      AND e.outcome IN ('lent', 'returned', 'not_on_loan', 'standing_set',
                                        'withdrawn'))
 ORDER BY h.ended_at, h.id
"""
# Titles somebody waits for of which this branch has a copy that is free.
FREE: Final = f"""
SELECT c.id AS copy_id, c.public_id AS copy, c.title_id, c.branch_id, c.barcode, c.call_number,
       c.shelf, c.parts, t.public_id AS title_key, t.name AS title, t.authors,
       (SELECT r.name FROM circulation_toshelve s
          JOIN circulation_returnpoint r ON r.library_id = <library:bigint> AND r.id = s.point_id
         WHERE s.library_id = <library:bigint> AND s.copy_id = c.id AND s.ended_at IS NULL
           AND {NOT_SEEN_SINCE}) AS point
  FROM catalog_copy c
  JOIN catalog_title t ON t.library_id = <library:bigint> AND t.id = c.title_id
 WHERE c.library_id = <library:bigint> AND c.standing = 'in_use'
   AND c.title_id IN (SELECT h.title_id FROM circulation_hold h
                       WHERE h.library_id = <library:bigint> AND h.state = 'waiting'
                         AND (h.suspended_at IS NULL OR h.wakes_on <= <today:date>))
   AND NOT EXISTS (SELECT 1 FROM circulation_loan n WHERE n.library_id = <library:bigint>
                      AND n.copy_id = c.id AND n.returned_at IS NULL)
   AND NOT EXISTS (SELECT 1 FROM circulation_hold h WHERE h.library_id = <library:bigint>
                      AND h.captured_copy_id = c.id AND h.state IN ('in_transit', 'ready'))
   AND NOT EXISTS (SELECT 1 FROM circulation_transit v WHERE v.library_id = <library:bigint>
                      AND v.copy_id = c.id AND v.ended_at IS NULL)
 ORDER BY c.call_key, c.id
"""
FOR_READER: Final = """
SELECT h.public_id AS hold, t.name AS title, c.barcode, b.name AS branch,
       h.pickup_branch_id, h.fetch_by AS fetch_by_on
  FROM circulation_hold h
  JOIN catalog_title t ON t.library_id = <library:bigint> AND t.id = h.title_id
  JOIN catalog_copy c ON c.library_id = <library:bigint> AND c.id = h.captured_copy_id
  JOIN libraries_branch b ON b.library_id = <library:bigint> AND b.id = h.pickup_branch_id
 WHERE h.library_id = <library:bigint> AND h.patron_id = <patron:bigint>
   AND h.state IN ('waiting', 'in_transit', 'ready')  -- as its index says
   AND h.state = 'ready'
 ORDER BY CASE WHEN h.pickup_branch_id = <branch:bigint> THEN 0 ELSE 1 END, h.fetch_by, h.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class OnShelf:
    """A book that waits for its reader. `fetch_by` is local; it has passed below 0 `days_left`."""

    hold: str
    title_id: str
    title: str
    barcode: str
    call_number: str
    patron: str
    patron_name: str
    card: str  # empty without a current one
    ready_on: date
    fetch_by: date
    days_left: int

    @property
    def state(self) -> Literal["expired", "last_day", "ready"]:
        """Whether its last day has passed, is today, or is still to come."""
        return "expired" if self.days_left < 0 else "ready" if self.days_left else "last_day"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOver:
    """A book whose hold has ended and that is to leave its place on the hold shelf.

    `goes`: to the next reader here, into a box to `to_branch`, or to its own shelf.
    """

    hold: str
    title_id: str
    title: str
    barcode: str
    call_number: str
    why: Literal["expired", "cancelled"]
    goes: Literal["next_reader", "branch", "shelf"]
    to_branch: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """A free copy of this branch to fetch from its shelf, because somebody waits for it.

    One that its reader returned by themselves lies at the return point still: that is its `shelf`.
    """

    copy: str  # public id
    barcode: str
    title_id: str
    title: str
    authors: str
    call_number: str
    shelf: str
    parts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitsForReader:
    """A book on a hold shelf, for the reader at the desk. `is_here`: at this branch."""

    hold: str
    title: str
    barcode: str
    branch: str
    is_here: bool
    fetch_by: date


def hold_shelf(desk: Desk) -> list[OnShelf]:
    """Return what waits on this branch's hold shelf, the last day soonest first. One statement."""
    return [
        OnShelf(
            hold=row["hold"],
            title_id=row["title_key"],
            title=row["title"],
            barcode=row["barcode"],
            call_number=row["call_number"],
            patron=row["patron"],
            patron_name=row["patron_name"],
            card=row["card"] or "",
            ready_on=row["ready_at"].astimezone(desk.zone).date(),
            fetch_by=row["fetch_by_on"],
            days_left=(row["fetch_by_on"] - desk.today).days,
        )
        for row in sql.rows(READY, branch=desk.branch_id)
    ]


def left_over(desk: Desk) -> list[LeftOver]:
    """Return what is to leave this branch's hold shelf; a scan takes it off. One statement."""
    since = desk.now - timedelta(days=CLEARED_DAYS)
    rows = sql.rows(LEFT_OVER, branch=desk.branch_id, since=since)
    latest = {row["barcode"]: row for row in rows}  # a book may have disappointed several
    return [
        LeftOver(
            hold=row["hold"],
            title_id=row["title_key"],
            title=row["title"],
            barcode=row["barcode"],
            call_number=row["call_number"],
            why=row["state"],
            goes=_goes(desk, row),
            to_branch=row["to_branch"] or "",
        )
        for row in latest.values()
    ]


def pick_list(desk: Desk) -> list[Pick]:
    """Return the copies to fetch at this branch, in shelf order. Two statements, one if none.

    Every branch computes the same choice, so that no two fetch a copy for one reader.
    """
    free = sql.rows(FREE, today=desk.today)
    titles = sorted({row["title_id"] for row in free if row["branch_id"] == desk.branch_id})
    if not titles:
        return []
    chosen = picks(
        waiting_for(titles, desk.today),
        [FreeCopy(row["copy_id"], row["title_id"], row["branch_id"]) for row in free],
    )
    return [
        Pick(
            copy=row["copy"],
            barcode=row["barcode"],
            title_id=row["title_key"],
            title=row["title"],
            authors=row["authors"],
            call_number=row["call_number"],
            shelf=row["point"] or row["shelf"],
            parts=row["parts"],
        )
        for row in free
        if row["copy_id"] in chosen and row["branch_id"] == desk.branch_id
    ]


def waits_for_reader(desk: Desk, patron_id: int) -> list[WaitsForReader]:
    """Return what waits on hold shelves for a reader, this branch's first. One statement."""
    return [
        WaitsForReader(
            hold=row["hold"],
            title=row["title"],
            barcode=row["barcode"],
            branch=row["branch"],
            is_here=row["pickup_branch_id"] == desk.branch_id,
            fetch_by=row["fetch_by_on"],
        )
        for row in sql.rows(FOR_READER, patron=patron_id, branch=desk.branch_id)
    ]


def _goes(desk: Desk, row: sql.Row) -> Literal["next_reader", "branch", "shelf"]:
    if row["transit_id"] is not None:
        return "branch"
    if row["next_hold"] is not None and row["next_branch_id"] == desk.branch_id:
        return "next_reader"
    return "shelf"
