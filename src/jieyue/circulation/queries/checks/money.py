"""Money that does not add up: the ledger, deposits, drawers, and what loans cost."""

from typing import Final

MONEY: Final = {
    "charge_below_zero": """
SELECT p.public_id AS patron, l.public_id AS charge, l.amount_cents + sum(s.amount_cents) AS cents
  FROM fees_ledgerline s
  JOIN fees_ledgerline l ON l.library_id = <library:bigint> AND l.id = s.settles_id
  JOIN patrons_patron p ON p.library_id = <library:bigint> AND p.id = l.patron_id
 WHERE s.library_id = <library:bigint>
 GROUP BY p.public_id, l.public_id, l.amount_cents
HAVING l.amount_cents + sum(s.amount_cents) < 0
""",
    "refunded_more_than_paid": """
SELECT l.public_id AS charge,
       sum(CASE WHEN s.kind = 'refund' THEN s.amount_cents ELSE 0 END) AS refunded,
       -sum(CASE WHEN s.kind = 'payment' THEN s.amount_cents ELSE 0 END) AS paid
  FROM fees_ledgerline s
  JOIN fees_ledgerline l ON l.library_id = <library:bigint> AND l.id = s.settles_id
 WHERE s.library_id = <library:bigint> AND s.kind IN ('payment', 'refund')
 GROUP BY l.public_id
HAVING sum(s.amount_cents) > 0
""",
    "settles_wrongly": """
SELECT s.public_id AS line, l.public_id AS charge
  FROM fees_ledgerline s
  JOIN fees_ledgerline l ON l.library_id = <library:bigint> AND l.id = s.settles_id
 WHERE s.library_id = <library:bigint>
   AND (l.kind <> 'charge' OR s.kind = 'charge' OR s.patron_id <> l.patron_id)
""",
    "wrong_sign": """
SELECT s.public_id AS line, s.kind, s.amount_cents AS cents
  FROM fees_ledgerline s
 WHERE s.library_id = <library:bigint>
   AND (s.amount_cents = 0 OR (s.kind IN ('charge', 'refund')) <> (s.amount_cents > 0))
""",
    "deposit_below_zero": """
SELECT p.public_id AS patron, min(d.running) AS cents
  FROM (SELECT patron_id, sum(amount_cents) OVER (PARTITION BY patron_id ORDER BY id) AS running
          FROM fees_depositline WHERE library_id = <library:bigint>) d
  JOIN patrons_patron p ON p.library_id = <library:bigint> AND p.id = d.patron_id
 WHERE d.running < 0
 GROUP BY p.public_id
""",
    "drawer_does_not_add_up": """
SELECT k.public_id AS drawer, k.expected_cents AS expected,
       coalesce(counted.cents, 0) AS counted_lines
  FROM fees_drawerclose k
  LEFT JOIN (SELECT w.close_id, sum(coalesce(-l.amount_cents, d.amount_cents)) AS cents
               FROM fees_drawerline w
               LEFT JOIN fees_ledgerline l
                 ON l.library_id = <library:bigint> AND l.id = w.ledger_line_id
               LEFT JOIN fees_depositline d
                 ON d.library_id = <library:bigint> AND d.id = w.deposit_line_id
              WHERE w.library_id = <library:bigint>
              GROUP BY w.close_id) counted ON counted.close_id = k.id
 WHERE k.library_id = <library:bigint> AND k.expected_cents <> coalesce(counted.cents, 0)
""",
    "not_of_this_drawer": """
SELECT k.public_id AS drawer, coalesce(l.public_id, d.public_id) AS line
  FROM fees_drawerline w
  JOIN fees_drawerclose k ON k.library_id = <library:bigint> AND k.id = w.close_id
  LEFT JOIN fees_ledgerline l ON l.library_id = <library:bigint> AND l.id = w.ledger_line_id
  LEFT JOIN fees_depositline d ON d.library_id = <library:bigint> AND d.id = w.deposit_line_id
 WHERE w.library_id = <library:bigint>
   AND (coalesce(l.method, d.method) <> 'cash'
        OR coalesce(l.branch_id, d.branch_id, 0) <> k.branch_id
        OR coalesce(l.kind, '') IN ('charge', 'waiver') OR coalesce(d.kind, '') = 'kept')
""",
    "charge_not_as_assessed": """
SELECT a.public_id AS assessment, l.public_id AS charge, n.public_id AS loan
  FROM circulation_assessment a
  JOIN circulation_loan n ON n.library_id = <library:bigint> AND n.id = a.loan_id
  JOIN fees_ledgerline l ON l.library_id = <library:bigint> AND l.id = a.charge_id
 WHERE a.library_id = <library:bigint>
   AND (l.kind <> 'charge' OR l.amount_cents <> a.amount_cents OR l.patron_id <> n.patron_id)
""",
    "block_not_as_assessed": """
SELECT a.public_id AS assessment, b.public_id AS block, n.public_id AS loan
  FROM circulation_assessment a
  JOIN circulation_loan n ON n.library_id = <library:bigint> AND n.id = a.loan_id
  JOIN circulation_block b ON b.library_id = <library:bigint> AND b.id = a.block_id
 WHERE a.library_id = <library:bigint>
   AND (b.kind <> 'suspension' OR b.loan_id <> a.loan_id OR b.patron_id <> n.patron_id)
""",
}
