"""The statements of the hot path: first lock, then read, then write (design §3).

Counting in the locking statement once lent 8 books against a limit of 3: its snapshot is older than
its lock. So locking statements return nothing of use, and a later one reads the facts.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from jieyue.circulation.queries.blocks import HINTS, ZONE, local_day, with_details
from jieyue.circulation.rules.checkout import CopyFacts, PatronFacts
from jieyue.circulation.rules.deposits import Deposit
from jieyue.circulation.rules.holds import Waiting
from jieyue.kit import sql

_IN_ORDER: Final = "ORDER BY id FOR NO KEY UPDATE"
_IS_OPEN: Final = "state IN ('waiting', 'in_transit', 'ready')"
_IS_AWAKE: Final = "(w.suspended_at IS NULL OR w.wakes_on <= <today:date>)"
# The titles with open holds of the copies `x` that a condition is added for: OFFSET has the
# planner look for holds of each of these copies' titles, where it else reads all open holds.
_QUEUES_OF: Final = f"""SELECT id FROM catalog_title
            WHERE library_id = <library:bigint>
              AND id = ANY(ARRAY(
                  SELECT x.title_id FROM catalog_copy x
                   WHERE x.library_id = <library:bigint>
                     AND EXISTS (SELECT 1 FROM circulation_hold h
                                  WHERE h.library_id = <library:bigint>
                                    AND h.title_id = x.title_id AND h.{_IS_OPEN} OFFSET 0)"""

# Copies by id, those kept for the patron too, titles whose queue may move, then the patron: an
# Append runs its parts in order.
LOCK_COPIES_AND_PATRON: Final = f"""
WITH c AS (SELECT id FROM catalog_copy
            WHERE library_id = <library:bigint>
              AND barcode = ANY(<barcodes:text[]>)
            {_IN_ORDER}),
     k AS (SELECT id FROM catalog_copy
            WHERE library_id = <library:bigint>
              AND id = ANY(ARRAY(
                  SELECT o.captured_copy_id FROM circulation_hold o
                   WHERE o.library_id = <library:bigint> AND o.{_IS_OPEN}
                     AND o.patron_id = (SELECT patron_id FROM patrons_card
                                         WHERE library_id = <library:bigint>
                                           AND barcode = <card:text>)))
            {_IN_ORDER}),
     t AS ({_QUEUES_OF} AND x.barcode = ANY(<barcodes:text[]>))) {_IN_ORDER}),
     p AS (SELECT id FROM patrons_patron
            WHERE library_id = <library:bigint>
              AND id = (SELECT patron_id FROM patrons_card
                         WHERE library_id = <library:bigint> AND barcode = <card:text>)
            FOR NO KEY UPDATE)
SELECT id FROM c UNION ALL SELECT id FROM k UNION ALL SELECT id FROM t UNION ALL SELECT id FROM p
"""
LOCK_COPIES: Final = f"""
SELECT id FROM catalog_copy
 WHERE library_id = <library:bigint> AND barcode = ANY(<barcodes:text[]>)
 {_IN_ORDER}
"""
# After LOCK_COPIES, so that it sees who has them now: queues that may move, and whoever may owe.
LOCK_QUEUES_AND_BORROWERS: Final = f"""
WITH t AS ({_QUEUES_OF} AND x.barcode = ANY(<barcodes:text[]>))) {_IN_ORDER}),
     p AS (SELECT id FROM patrons_patron
            WHERE library_id = <library:bigint>
              AND id = ANY(ARRAY(
                  SELECT n.patron_id FROM catalog_copy x
                    JOIN circulation_loan n ON n.library_id = <library:bigint>
                     AND n.copy_id = x.id AND n.returned_at IS NULL
                     AND (n.due_at < <now:timestamptz> OR n.lost_at IS NOT NULL)
                   WHERE x.library_id = <library:bigint> AND x.barcode = ANY(<barcodes:text[]>)))
            {_IN_ORDER})
SELECT id FROM t UNION ALL SELECT id FROM p
"""
LOCK_LOANS: Final = f"""
WITH n AS (SELECT copy_id, patron_id FROM circulation_loan
            WHERE library_id = <library:bigint> AND public_id = ANY(<loans:text[]>)),
     c AS (SELECT id FROM catalog_copy
            WHERE library_id = <library:bigint> AND id IN (SELECT copy_id FROM n)
            {_IN_ORDER}),
     t AS ({_QUEUES_OF} AND x.id IN (SELECT copy_id FROM n))) {_IN_ORDER}),
     p AS (SELECT id FROM patrons_patron
            WHERE library_id = <library:bigint> AND id IN (SELECT patron_id FROM n)
            {_IN_ORDER})
SELECT id FROM c UNION ALL SELECT id FROM t UNION ALL SELECT id FROM p
"""

# Claimed loans count as nothing; lost ones are open, but not overdue (rules/blocks.py). No index on
# due dates may serve here: with few open loans PostgreSQL's planner picks it for one reader's.
_OPEN_LOANS: Final = """FROM circulation_loan o
         WHERE o.library_id = <library:bigint> AND o.patron_id = p.id
           AND o.returned_at IS NULL AND o.claimed_at IS NULL"""
_PATRON: Final = "p.id AS patron_id, p.category_id, p.expires_on, p.frozen_at, p.frozen_reason"
_OWED: Final = """
       (SELECT coalesce(sum(l.amount_cents), 0) FROM fees_ledgerline l
         WHERE l.library_id = <library:bigint> AND l.patron_id = p.id) AS owed_cents
"""
PATRON: Final = f"""
       {_PATRON}, {ZONE}, {HINTS}, {_OWED},
       (SELECT count(*) {_OPEN_LOANS} AND NOT o.is_on_site) AS open_loans,
       (SELECT coalesce(sum(CASE WHEN o.due_at < <now:timestamptz> AND o.lost_at IS NULL
                                 THEN 1 ELSE 0 END), 0)
          {_OPEN_LOANS}) AS overdue_loans,
       (SELECT min(CASE WHEN o.due_at < <now:timestamptz> AND o.lost_at IS NULL
                        THEN o.due_at END)
          {_OPEN_LOANS}) AS overdue_since_at,
       (SELECT coalesce(sum(CASE WHEN o.lost_at IS NULL THEN 0 ELSE 1 END), 0)
          {_OPEN_LOANS}) AS lost_loans
"""
# The same figures of the loans of one reader, whose card it is, looked at once.
_LOANS_OF_CARD: Final = """
       SELECT count(CASE WHEN NOT o.is_on_site THEN 1 END) AS open_loans,
              count(CASE WHEN o.due_at < <now:timestamptz> AND o.lost_at IS NULL
                         THEN 1 END) AS overdue_loans,
              min(CASE WHEN o.due_at < <now:timestamptz> AND o.lost_at IS NULL
                       THEN o.due_at END) AS overdue_since_at,
              count(o.lost_at) AS lost_loans
         FROM circulation_loan o
        WHERE o.library_id = <library:bigint> AND o.returned_at IS NULL AND o.claimed_at IS NULL
          AND o.patron_id = (SELECT patron_id FROM patrons_card
                              WHERE library_id = <library:bigint> AND barcode = <card:text>)
"""
ON_SITE: Final = """
SELECT count(*) AS loans FROM circulation_loan
 WHERE library_id = <library:bigint> AND patron_id = <patron:bigint> AND returned_at IS NULL
   AND is_on_site
"""
_COPY: Final = """
       c.id AS copy_id, c.barcode, c.item_type_id, c.standing, c.parts, c.branch_id,
       t.id AS title_id, t.name AS title,
       c.price_cents,
       n.id AS loan_id, n.public_id AS loan, n.patron_id AS borrower_id, n.lent_at, n.due_at,
       n.renewals, h.id AS held_id, h.public_id AS hold, h.state AS hold_state,
       h.patron_id AS held_for, h.pickup_branch_id, h.fetch_by AS fetch_by_on, v.id AS transit_id,
       v.public_id AS transit, v.from_branch_id AS transit_from, v.to_branch_id AS transit_to,
       v.why AS transit_why
"""
_COPY_JOINS: Final = """
       catalog_copy c
       JOIN catalog_title t ON t.library_id = <library:bigint> AND t.id = c.title_id
       LEFT JOIN circulation_loan n
         ON n.library_id = <library:bigint> AND n.copy_id = c.id AND n.returned_at IS NULL
       LEFT JOIN circulation_hold h
         ON h.library_id = <library:bigint> AND h.captured_copy_id = c.id
        AND h.state IN ('in_transit', 'ready')
       LEFT JOIN circulation_transit v
         ON v.library_id = <library:bigint> AND v.copy_id = c.id AND v.ended_at IS NULL
"""
# How many wait for the copy; its queue is read only if somebody does.
_WAITING: Final = f"""
       (SELECT count(*) FROM circulation_hold w
         WHERE w.library_id = <library:bigint> AND w.title_id = c.title_id AND w.state = 'waiting'
           AND (w.copy_id IS NULL OR w.copy_id = c.id)
           AND {_IS_AWAKE}) AS waiting
"""
CHECKOUT_FACTS: Final = f"""
SELECT y.rules_version, y.time_zone AS zone, who.*, what.*,
       o.id AS own_hold_id, o.captured_copy_id AS own_kept_id
  FROM libraries_library y
  LEFT JOIN (
       SELECT {_PATRON}, {HINTS}, {_OWED}, loans.*,
              k.lost_at AS card_lost_at, k.ended_at AS card_ended_at
         FROM patrons_card k
         JOIN patrons_patron p ON p.library_id = <library:bigint> AND p.id = k.patron_id
         JOIN ({_LOANS_OF_CARD}) loans ON 1 = 1
        WHERE k.library_id = <library:bigint> AND k.barcode = <card:text>) who ON 1 = 1
  LEFT JOIN (
       SELECT {_COPY}, {_WAITING} FROM {_COPY_JOINS}
        WHERE c.library_id = <library:bigint> AND c.barcode = ANY(<barcodes:text[]>)
       ) what ON 1 = 1
  LEFT JOIN circulation_hold o
    ON o.library_id = <library:bigint> AND o.title_id = what.title_id
   AND o.patron_id = who.patron_id AND o.{_IS_OPEN}
 WHERE y.id = <library:bigint>
"""
CHECKIN_FACTS: Final = f"""
SELECT {_COPY}, {_WAITING}, p.public_id AS patron, p.category_id, b.name AS branch_name,
       b.is_open AS is_home_open, i.floats AS is_floating, n.branch_id AS loan_branch_id,
       n.is_hourly, n.lost_at, n.claimed_at, n.terms,
       (SELECT y.rules_version FROM libraries_library y
         WHERE y.id = <library:bigint>) AS rules_version
  FROM {_COPY_JOINS}
  JOIN libraries_branch b ON b.library_id = <library:bigint> AND b.id = c.branch_id
  JOIN catalog_itemtype i ON i.library_id = <library:bigint> AND i.id = c.item_type_id
  LEFT JOIN patrons_patron p ON p.library_id = <library:bigint> AND p.id = n.patron_id
 WHERE c.library_id = <library:bigint> AND c.barcode = ANY(<barcodes:text[]>)
"""
# Loans that ended are found too: they get a better answer than "unknown".
_LOAN: Final = f"""
       y.rules_version, n.id AS loan_id, n.public_id AS loan, n.lent_at, n.due_at, n.returned_at,
       n.returned_branch_id, n.ending, n.renewals, n.renewed_at, n.terms, n.branch_id, n.copy_id,
       c.barcode,
       n.unseen_renewals, n.is_hourly, n.is_on_site, n.recalled_at, n.claimed_at, n.lost_at,
       n.not_renewed,
       c.item_type_id, c.standing, c.price_cents, t.id AS title_id, t.public_id AS title_key,
       t.name AS title, t.authors, t.clc, c.call_number,
       (SELECT count(*) FROM circulation_loan f
         WHERE f.library_id = <library:bigint> AND f.copy_id = n.copy_id
           AND f.id > n.id) AS later_loans,
       {PATRON},
       (SELECT x.lost_at FROM patrons_card x
         WHERE x.library_id = <library:bigint> AND x.patron_id = p.id
           AND x.ended_at IS NULL) AS card_lost_at
  FROM circulation_loan n
  JOIN libraries_library y ON y.id = <library:bigint>
  JOIN catalog_copy c ON c.library_id = <library:bigint> AND c.id = n.copy_id
  JOIN catalog_title t ON t.library_id = <library:bigint> AND t.id = c.title_id
  JOIN patrons_patron p ON p.library_id = <library:bigint> AND p.id = n.patron_id
 WHERE n.library_id = <library:bigint>
"""
# A copy `x` that could serve somebody now: in use, here, kept for nobody.
_IS_FREE: Final = """
               x.standing = 'in_use'
           AND NOT EXISTS (SELECT 1 FROM circulation_loan o
                            WHERE o.library_id = <library:bigint> AND o.copy_id = x.id
                              AND o.returned_at IS NULL)
           AND NOT EXISTS (SELECT 1 FROM circulation_hold w
                            WHERE w.library_id = <library:bigint> AND w.captured_copy_id = x.id
                              AND w.state IN ('in_transit', 'ready'))
"""
# Who else waits for the copy, and what could serve them instead.
_WANTED: Final = f"""
       (SELECT count(*) FROM circulation_hold w
         WHERE w.library_id = <library:bigint> AND w.title_id = t.id AND w.state = 'waiting'
           AND w.copy_id IS NULL AND w.patron_id <> n.patron_id
           AND {_IS_AWAKE}) AS waiting_for_title,
       (SELECT count(*) FROM circulation_hold w
         WHERE w.library_id = <library:bigint> AND w.title_id = t.id AND w.state = 'waiting'
           AND w.copy_id = n.copy_id AND w.patron_id <> n.patron_id
           AND {_IS_AWAKE}) AS waiting_for_copy,
       (SELECT count(*) FROM catalog_copy x
         WHERE x.library_id = <library:bigint> AND x.title_id = t.id AND {_IS_FREE}
           AND NOT EXISTS (SELECT 1 FROM circulation_hold w
                            WHERE w.library_id = <library:bigint> AND w.title_id = t.id
                              AND w.copy_id = x.id AND w.state = 'waiting')) AS free_copies,
"""
LOAN_FACTS: Final = f"SELECT {_LOAN} AND n.public_id = ANY(<loans:text[]>)"
RENEWAL_FACTS: Final = f"SELECT {_WANTED} {_LOAN} AND n.public_id = ANY(<loans:text[]>)"
# Whose turn it may be, of the titles of these copies. Read only where somebody waits.
QUEUES: Final = f"""
SELECT w.id AS hold_id, w.public_id, w.patron_id, w.title_id, w.copy_id, w.pickup_branch_id,
       w.queue_class, w.queued_at, p.category_id
  FROM circulation_hold w
  JOIN patrons_patron p ON p.library_id = <library:bigint> AND p.id = w.patron_id
 WHERE w.library_id = <library:bigint> AND w.state = 'waiting'
   AND w.title_id = ANY(<titles:bigint[]>)
   AND {_IS_AWAKE}
"""
FREE_COPIES: Final = f"""
SELECT x.title_id, count(*) AS free
  FROM catalog_copy x
 WHERE x.library_id = <library:bigint> AND x.title_id = ANY(<titles:bigint[]>) AND {_IS_FREE}
 GROUP BY x.title_id
"""
# Read only where the terms ask for a deposit.
DEPOSIT: Final = """
SELECT (SELECT coalesce(sum(d.amount_cents), 0) FROM fees_depositline d
         WHERE d.library_id = <library:bigint> AND d.patron_id = <patron:bigint>) AS balance_cents,
       (SELECT coalesce(sum(c.price_cents), 0) FROM circulation_loan n
          JOIN catalog_copy c ON c.library_id = <library:bigint> AND c.id = n.copy_id
         WHERE n.library_id = <library:bigint> AND n.patron_id = <patron:bigint>
           AND n.returned_at IS NULL) AS on_loan_cents
"""
OPEN_LOANS_OF_PATRON: Final = f"""
SELECT {_WANTED} {_LOAN} AND n.patron_id = <patron:bigint> AND n.returned_at IS NULL
 ORDER BY n.due_at, n.id
"""


@dataclass(frozen=True, slots=True)
class CheckoutFacts:
    """What a checkout is decided on. `patron` is None for an unknown card."""

    rules_version: int
    patron: PatronFacts | None
    copies: dict[str, CopyFacts]  # by barcode; unknown barcodes are missing
    queue: tuple[Waiting, ...] = ()  # of the titles somebody waits for
    free: dict[int, int] = field(default_factory=dict)  # by title id, of the same titles


def lock_and_read_checkout(
    barcodes: tuple[str, ...], card: str, *, now: datetime, today: date
) -> CheckoutFacts:
    """Lock copies, queues and the patron, then read the facts. Two statements (see below)."""
    asked = list(dict.fromkeys(barcodes))
    sql.lock(LOCK_COPIES_AND_PATRON, barcodes=asked, card=card)
    return read_checkout(barcodes, card, now=now, today=today)


def read_checkout(
    barcodes: tuple[str, ...], card: str, *, now: datetime, today: date
) -> CheckoutFacts:
    """Read the facts without a lock, for a preview. One statement, two more if somebody waits."""
    asked = list(dict.fromkeys(barcodes))
    found = sql.rows(CHECKOUT_FACTS, barcodes=asked, card=card, now=now, today=today)
    with_details(found, now=now)
    first = found[0]
    patron = patron_facts(first) if first["patron_id"] is not None else None
    copies = {row["barcode"]: copy_facts(row) for row in found if row["copy_id"] is not None}
    titles = sorted({row["title_id"] for row in found if row["waiting"]})
    if not titles:
        return CheckoutFacts(first["rules_version"], patron, copies)
    queue = waiting_for(titles, today)
    return CheckoutFacts(first["rules_version"], patron, copies, queue, free_copies(titles))


def waiting_for(titles: list[int], today: date) -> tuple[Waiting, ...]:
    """Return who waits for these titles and is not suspended, in no order. One statement."""
    return tuple(Waiting(**row) for row in sql.rows(QUEUES, titles=titles, today=today))


def free_copies(titles: list[int]) -> dict[int, int]:
    """Count the copies of each title that could serve somebody now. One statement."""
    return {row["title_id"]: row["free"] for row in sql.rows(FREE_COPIES, titles=titles)}


def deposit_of(patron_id: int) -> Deposit:
    """Return a reader's deposit and what it has to cover. One statement."""
    [row] = sql.rows(DEPOSIT, patron=patron_id)
    return Deposit(int(row["balance_cents"]), int(row["on_loan_cents"]))


def patron_facts(row: sql.Row) -> PatronFacts:
    """Build the patron's facts of a row of any of the statements above, after `with_details`."""
    overdue_since = row["overdue_since_at"]
    return PatronFacts(
        patron_id=row["patron_id"],
        category_id=row["category_id"],
        card_is_lost=row.get("card_lost_at") is not None,
        card_is_ended=row.get("card_ended_at") is not None,
        is_frozen=row["frozen_at"] is not None,
        frozen_reason=row["frozen_reason"],
        expires_on=row["expires_on"],
        open_loans=row["open_loans"],
        overdue_loans=row["overdue_loans"],
        owed_cents=int(row["owed_cents"]),
        overdue_since_on=local_day(overdue_since, row["zone"]) if overdue_since else None,
        lost_loans=row["lost_loans"],
        no_shows=row["no_shows"] if row["last_no_show_at"] else (),
        blocks=row["blocks"] if row["blocked_until_on"] else (),
    )


def copy_facts(row: sql.Row) -> CopyFacts:
    """Build the copy's facts of a row of CHECKOUT_FACTS."""
    return CopyFacts(
        copy_id=row["copy_id"],
        title_id=row["title_id"],
        barcode=row["barcode"],
        title=row["title"],
        item_type_id=row["item_type_id"],
        standing=row["standing"],
        parts=row["parts"],
        on_loan_to_patron_id=row["borrower_id"],
        price_cents=row["price_cents"],
        held_id=row["held_id"],
        held_for=row["held_for"],
        own_hold_id=row["own_hold_id"],
        own_kept_id=row["own_kept_id"],
        is_on_its_way=row["transit_id"] is not None,
    )
