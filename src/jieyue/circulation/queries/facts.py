"""The statements of the hot path: first lock, then read, then write (design §3).

Counting in the locking statement once lent 8 books against a limit of 3: its snapshot is older than
its lock. So locking statements return nothing of use, and a later one reads the facts.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from jieyue.circulation.rules.checkout import CopyFacts, PatronFacts
from jieyue.kit import sql

# Copies by id, then the patron: an Append runs its parts in order.
LOCK_COPIES_AND_PATRON: Final = """
WITH c AS (SELECT id FROM catalog_copy
            WHERE library_id = <library:bigint> AND barcode = ANY(<barcodes:text[]>)
            ORDER BY id FOR NO KEY UPDATE),
     p AS (SELECT id FROM patrons_patron
            WHERE library_id = <library:bigint>
              AND id = (SELECT patron_id FROM patrons_card
                         WHERE library_id = <library:bigint> AND barcode = <card:text>)
            FOR NO KEY UPDATE)
SELECT id FROM c UNION ALL SELECT id FROM p
"""
LOCK_COPIES: Final = """
SELECT id FROM catalog_copy
 WHERE library_id = <library:bigint> AND barcode = ANY(<barcodes:text[]>)
 ORDER BY id FOR NO KEY UPDATE
"""
LOCK_LOANS: Final = """
WITH n AS (SELECT copy_id, patron_id FROM circulation_loan
            WHERE library_id = <library:bigint> AND public_id = ANY(<loans:text[]>)),
     c AS (SELECT id FROM catalog_copy
            WHERE library_id = <library:bigint> AND id IN (SELECT copy_id FROM n)
            ORDER BY id FOR NO KEY UPDATE),
     p AS (SELECT id FROM patrons_patron
            WHERE library_id = <library:bigint> AND id IN (SELECT patron_id FROM n)
            ORDER BY id FOR NO KEY UPDATE)
SELECT id FROM c UNION ALL SELECT id FROM p
"""

_PATRON: Final = """
       p.id AS patron_id, p.category_id, p.expires_on, p.frozen_at, p.frozen_reason,
       (SELECT count(*) FROM circulation_loan o
         WHERE o.library_id = <library:bigint> AND o.patron_id = p.id
           AND o.returned_at IS NULL) AS open_loans,
       (SELECT coalesce(sum(CASE WHEN o.due_at < <now:timestamptz> THEN 1 ELSE 0 END), 0)
          FROM circulation_loan o
         WHERE o.library_id = <library:bigint> AND o.patron_id = p.id
           AND o.returned_at IS NULL) AS overdue_loans,
       (SELECT coalesce(sum(l.amount_cents), 0) FROM fees_ledgerline l
         WHERE l.library_id = <library:bigint> AND l.patron_id = p.id) AS owed_cents
"""
_COPY: Final = """
       c.id AS copy_id, c.barcode, c.item_type_id, c.standing, c.parts, c.branch_id,
       t.id AS title_id, t.name AS title,
       n.id AS loan_id, n.public_id AS loan, n.patron_id AS borrower_id, n.lent_at, n.due_at,
       n.renewals
"""
_COPY_JOINS: Final = """
       catalog_copy c
       JOIN catalog_title t ON t.library_id = <library:bigint> AND t.id = c.title_id
       LEFT JOIN circulation_loan n
         ON n.library_id = <library:bigint> AND n.copy_id = c.id AND n.returned_at IS NULL
"""
CHECKOUT_FACTS: Final = f"""
SELECT y.rules_version, who.*, what.*
  FROM libraries_library y
  LEFT JOIN (
       SELECT {_PATRON}, k.lost_at, k.ended_at
         FROM patrons_card k
         JOIN patrons_patron p ON p.library_id = <library:bigint> AND p.id = k.patron_id
        WHERE k.library_id = <library:bigint> AND k.barcode = <card:text>) who ON 1 = 1
  LEFT JOIN (
       SELECT {_COPY} FROM {_COPY_JOINS}
        WHERE c.library_id = <library:bigint> AND c.barcode = ANY(<barcodes:text[]>)
       ) what ON 1 = 1
 WHERE y.id = <library:bigint>
"""
CHECKIN_FACTS: Final = f"""
SELECT {_COPY}, p.public_id AS patron, b.code AS branch_code, b.name AS branch_name
  FROM {_COPY_JOINS}
  JOIN libraries_branch b ON b.library_id = <library:bigint> AND b.id = c.branch_id
  LEFT JOIN patrons_patron p ON p.library_id = <library:bigint> AND p.id = n.patron_id
 WHERE c.library_id = <library:bigint> AND c.barcode = ANY(<barcodes:text[]>)
"""
# Loans that ended are found too: they get a better answer than "unknown".
_LOAN: Final = f"""
SELECT y.rules_version, n.id AS loan_id, n.public_id AS loan, n.lent_at, n.due_at, n.returned_at,
       n.ending, n.renewals, n.renewed_at, n.terms, n.branch_id, n.copy_id, c.barcode,
       c.item_type_id, c.standing, t.id AS title_id, t.public_id AS title_key, t.name AS title,
       t.authors, t.clc, c.call_number,
       (SELECT count(*) FROM circulation_loan f
         WHERE f.library_id = <library:bigint> AND f.copy_id = n.copy_id
           AND f.id > n.id) AS later_loans,
       {_PATRON}
  FROM circulation_loan n
  JOIN libraries_library y ON y.id = <library:bigint>
  JOIN catalog_copy c ON c.library_id = <library:bigint> AND c.id = n.copy_id
  JOIN catalog_title t ON t.library_id = <library:bigint> AND t.id = c.title_id
  JOIN patrons_patron p ON p.library_id = <library:bigint> AND p.id = n.patron_id
 WHERE n.library_id = <library:bigint>
"""
LOAN_FACTS: Final = f"{_LOAN} AND n.public_id = ANY(<loans:text[]>)"
OPEN_LOANS_OF_PATRON: Final = (
    f"{_LOAN} AND n.patron_id = <patron:bigint> AND n.returned_at IS NULL ORDER BY n.due_at, n.id"
)


@dataclass(frozen=True, slots=True)
class CheckoutFacts:
    """What a checkout is decided on. `patron` is None for an unknown card."""

    rules_version: int
    patron: PatronFacts | None
    copies: dict[str, CopyFacts]  # by barcode; unknown barcodes are missing


def lock_and_read_checkout(barcodes: tuple[str, ...], card: str, *, now: datetime) -> CheckoutFacts:
    """Lock the copies and the patron, then read the facts. Two statements."""
    asked = list(dict.fromkeys(barcodes))
    sql.lock(LOCK_COPIES_AND_PATRON, barcodes=asked, card=card)
    return read_checkout(barcodes, card, now=now)


def read_checkout(barcodes: tuple[str, ...], card: str, *, now: datetime) -> CheckoutFacts:
    """Read the facts without a lock, for a preview. One statement."""
    asked = list(dict.fromkeys(barcodes))
    found = sql.rows(CHECKOUT_FACTS, barcodes=asked, card=card, now=now)
    first = found[0]
    patron = patron_facts(first) if first["patron_id"] is not None else None
    copies = {row["barcode"]: copy_facts(row) for row in found if row["copy_id"] is not None}
    return CheckoutFacts(first["rules_version"], patron, copies)


def patron_facts(row: sql.Row) -> PatronFacts:
    """Build the patron's facts of a row of any of the statements above."""
    return PatronFacts(
        patron_id=row["patron_id"],
        category_id=row["category_id"],
        card_is_lost=row.get("lost_at") is not None,
        card_is_ended=row.get("ended_at") is not None,
        is_frozen=row["frozen_at"] is not None,
        frozen_reason=row["frozen_reason"],
        expires_on=row["expires_on"],
        open_loans=row["open_loans"],
        overdue_loans=row["overdue_loans"],
        owed_cents=int(row["owed_cents"]),
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
    )
