"""What placing, changing and ending a hold is decided on: first lock, then read."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from jieyue.circulation.queries.blocks import with_details
from jieyue.circulation.queries.facts import PATRON, patron_facts
from jieyue.circulation.queries.rulebook import rulebook
from jieyue.circulation.rules.blocks import PatronFacts
from jieyue.circulation.rules.placing import HoldFacts, hold_refusals
from jieyue.circulation.rules.queue_moves import Place
from jieyue.circulation.rules.reasons import Reason, Why
from jieyue.kit import sql
from jieyue.libraries.desk import Desk

# The title, so that nobody is captured for while the queue changes; then the reader; then the
# branch, which must not close for good meanwhile.
LOCK_TITLE_AND_PATRON: Final = """
WITH t AS (SELECT id FROM catalog_title
            WHERE library_id = <library:bigint> AND public_id = <title:text>
            FOR NO KEY UPDATE),
     p AS (SELECT id FROM patrons_patron
            WHERE library_id = <library:bigint>
              AND (public_id = <patron:text> OR id = <patron_id:bigint>)
            FOR NO KEY UPDATE),
     b AS (SELECT id FROM libraries_branch
            WHERE library_id = <library:bigint> AND code = <pickup:text>
            FOR KEY SHARE)
SELECT id FROM t UNION ALL SELECT id FROM p UNION ALL SELECT id FROM b
"""
# Every copy counts that is asked for: all of the title's, or the one.
PLACE_FACTS: Final = f"""
SELECT y.rules_version, who.*, what.*, b.id AS pickup_id, b.name AS pickup, b.is_open,
       (SELECT o.public_id FROM circulation_hold o
         WHERE o.library_id = <library:bigint> AND o.title_id = what.title_id
           AND o.patron_id = who.patron_id
           AND o.state IN ('waiting', 'in_transit', 'ready')) AS own_hold,
       (SELECT count(*) FROM circulation_hold o
         WHERE o.library_id = <library:bigint> AND o.patron_id = who.patron_id
           AND o.state IN ('waiting', 'in_transit', 'ready')) AS open_holds,
       (SELECT count(*) FROM circulation_hold o
         WHERE o.library_id = <library:bigint> AND o.title_id = what.title_id
           AND o.state = 'waiting' AND o.queue_class <= who.queue_class) AS ahead
  FROM libraries_library y
  LEFT JOIN (
       SELECT {PATRON}, p.public_id AS patron, g.queue_class,
              k.lost_at AS card_lost_at, k.ended_at AS card_ended_at
         FROM patrons_patron p
         JOIN patrons_patroncategory g
           ON g.library_id = <library:bigint> AND g.id = p.category_id
         LEFT JOIN patrons_card k
           ON k.library_id = <library:bigint> AND k.id = (
              SELECT x.id FROM patrons_card x
               WHERE x.library_id = <library:bigint> AND x.patron_id = p.id
               ORDER BY CASE WHEN x.ended_at IS NULL THEN 0 ELSE 1 END, x.id DESC LIMIT 1)
        WHERE p.library_id = <library:bigint>
          AND (p.public_id = <patron:text> OR p.id = <patron_id:bigint>)) who ON 1 = 1
  LEFT JOIN (
       SELECT t.id AS title_id, t.public_id AS title_key, t.name AS title, c.id AS copy_id,
              c.barcode, c.standing, c.item_type_id, n.patron_id AS borrower_id
         FROM catalog_title t
         LEFT JOIN catalog_copy c
           ON c.library_id = <library:bigint> AND c.title_id = t.id
         LEFT JOIN circulation_loan n
           ON n.library_id = <library:bigint> AND n.copy_id = c.id AND n.returned_at IS NULL
        WHERE t.library_id = <library:bigint> AND t.public_id = <title:text>) what ON 1 = 1
  LEFT JOIN libraries_branch b
    ON b.library_id = <library:bigint> AND b.code = <pickup:text>
 WHERE y.id = <library:bigint>
"""
TITLE_OF_COPY: Final = """
SELECT t.public_id AS title FROM catalog_copy c
  JOIN catalog_title t ON t.library_id = <library:bigint> AND t.id = c.title_id
 WHERE c.library_id = <library:bigint> AND c.barcode = <barcode:text>
"""
# The title's lock keeps what is captured as it is. Copies come first, as everywhere. A hold's title
# changes only when two titles become one: whoever waited for that locks once more, the other one.
LOCK_TITLES_OF_HOLDS: Final = """
WITH h AS (SELECT title_id, captured_copy_id FROM circulation_hold
            WHERE library_id = <library:bigint> AND public_id = ANY(<holds:text[]>)),
     c AS (SELECT id FROM catalog_copy
            WHERE library_id = <library:bigint> AND id IN (SELECT captured_copy_id FROM h)
            ORDER BY id FOR NO KEY UPDATE),
     t AS (SELECT id FROM catalog_title
            WHERE library_id = <library:bigint> AND id IN (SELECT title_id FROM h)
            ORDER BY id FOR NO KEY UPDATE)
SELECT id FROM c UNION ALL SELECT id FROM t
"""
HOLD_FACTS: Final = """
SELECT h.id AS hold_id, h.public_id AS hold, h.title_id, t.public_id AS title_key,
       t.name AS title, h.copy_id, h.patron_id, p.public_id AS patron, h.pickup_branch_id,
       h.queue_class, h.queued_at, h.state, h.suspended_at, h.wakes_on, h.captured_copy_id,
       h.fetch_by AS fetch_by_on, c.barcode, b.code AS pickup_code
  FROM circulation_hold h
  JOIN catalog_title t ON t.library_id = <library:bigint> AND t.id = h.title_id
  JOIN libraries_branch b ON b.library_id = <library:bigint> AND b.id = h.pickup_branch_id
  LEFT JOIN patrons_patron p ON p.library_id = <library:bigint> AND p.id = h.patron_id
  LEFT JOIN catalog_copy c ON c.library_id = <library:bigint> AND c.id = h.captured_copy_id
 WHERE h.library_id = <library:bigint> AND h.public_id = ANY(<holds:text[]>)
 ORDER BY h.title_id, h.queue_class, h.queued_at, h.id
"""
# Everybody's place, also of those who are suspended: they keep it.
PLACES: Final = """
SELECT id AS hold_id, queue_class, queued_at FROM circulation_hold
 WHERE library_id = <library:bigint> AND title_id = <title:bigint> AND state = 'waiting'
 ORDER BY queue_class, queued_at, id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Who asks for what, where to fetch it. Public ids and codes.

    `copy_barcode` empty: any copy of the title will do. `patron` empty: the desk's own reader.
    """

    title: str
    copy_barcode: str
    patron: str
    pickup: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceDecision:
    """What placing the hold would do. `row` holds its names and ids; `reasons` empty: place it."""

    row: sql.Row
    patron: PatronFacts | None
    copy_id: int | None
    reasons: tuple[Why, ...]


def title_of_copy(barcode: str) -> str:
    """Return the public id of the title of a copy, empty if there is none. One statement."""
    found = sql.rows(TITLE_OF_COPY, barcode=barcode)
    return str(found[0]["title"]) if found else ""


def lock_and_decide(desk: Desk, asked: Asked) -> PlaceDecision:
    """Lock the title and the reader, then decide. Two statements (see `decide_hold`)."""
    who = _who(desk, asked)
    sql.lock(LOCK_TITLE_AND_PATRON, title=asked.title, pickup=asked.pickup, **who)
    return decide_hold(desk, asked)


def decide_hold(desk: Desk, asked: Asked) -> PlaceDecision:
    """Decide a hold without a lock, for a page. One statement, five more when rules moved.

    One more for a reader with blocks, one for a reader with no-shows.
    """
    rows = sql.rows(
        PLACE_FACTS, title=asked.title, pickup=asked.pickup, now=desk.now, **_who(desk, asked)
    )
    first = rows[0]
    copies = [row for row in rows if row["copy_id"] is not None]
    if asked.copy_barcode:
        copies = [row for row in copies if row["barcode"] == asked.copy_barcode]
    checks = (
        (Reason.TITLE_UNKNOWN, first["title_id"] is None),
        (Reason.PATRON_UNKNOWN, first["patron_id"] is None),
        (Reason.COPY_UNKNOWN, bool(asked.copy_barcode) and not copies),
        (Reason.PICKUP_UNKNOWN, first["pickup_id"] is None),
    )
    if unknown := tuple(Why(reason) for reason, applies in checks if applies):
        return PlaceDecision(row=first, patron=None, copy_id=None, reasons=unknown)
    with_details([first], now=desk.now)
    patron = patron_facts(first)
    book = rulebook(first["rules_version"])
    facts = HoldFacts(
        pickup_is_open=bool(first["is_open"]),
        copies=tuple((row["standing"], row["item_type_id"]) for row in copies),
        has_hold=first["own_hold"] is not None,
        has_loan=any(row["borrower_id"] == patron.patron_id for row in rows),
        open_holds=first["open_holds"],
    )
    terms = {
        item_type: book.terms(first["pickup_id"], patron.category_id, item_type)
        for _, item_type in facts.copies
    }
    return PlaceDecision(
        row=first,
        patron=patron,
        copy_id=copies[0]["copy_id"] if asked.copy_barcode else None,
        reasons=hold_refusals(patron, facts, terms=terms, today=desk.today),
    )


def lock_and_read_holds(holds: list[str]) -> list[sql.Row]:
    """Lock the titles of these holds (public ids), then read them. Three statements."""
    sql.lock(LOCK_TITLES_OF_HOLDS, holds=holds)
    sql.lock(LOCK_TITLES_OF_HOLDS, holds=holds)
    return sql.rows(HOLD_FACTS, holds=holds)


def places_of(title_id: int) -> list[Place]:
    """Return who waits for a title, in order. One statement."""
    return [Place(**row) for row in sql.rows(PLACES, title=title_id)]


def is_suspended(row: sql.Row, today: date) -> bool:
    """Say whether a hold is passed over today; it wakes by itself on `wakes_on`."""
    suspended_at: datetime | None = row["suspended_at"]
    wakes_on: date | None = row["wakes_on"]
    return suspended_at is not None and (wakes_on is None or wakes_on > today)


def _who(desk: Desk, asked: Asked) -> dict[str, str | int]:
    return {"patron": asked.patron, "patron_id": 0 if asked.patron else desk.patron_id or 0}
