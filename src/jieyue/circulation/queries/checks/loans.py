"""Loans that contradict themselves or each other. Each statement names what is wrong by its ids.

On SQLite `id > 0` leads to the index in whose order the rows lie, so that a million are read from
one end to the other; what is CROSS JOINed is taken in this order there: the few first.
"""

from typing import Final

LOANS: Final = {
    "two_open_loans": """
SELECT c.barcode AS copy, min(n.public_id) AS loan, max(n.public_id) AS other
  FROM circulation_loan n
  JOIN catalog_copy c ON c.library_id = <library:bigint> AND c.id = n.copy_id
 WHERE n.library_id = <library:bigint> AND n.returned_at IS NULL
 GROUP BY c.barcode HAVING count(*) > 1
""",
    "lent_and_kept": """
SELECT c.barcode AS copy, n.public_id AS loan, h.public_id AS hold
  FROM circulation_hold h
 CROSS JOIN circulation_loan n
  JOIN catalog_copy c ON c.library_id = <library:bigint> AND c.id = n.copy_id
 WHERE h.library_id = <library:bigint> AND h.state IN ('in_transit', 'ready')
   AND n.library_id = <library:bigint> AND n.copy_id = h.captured_copy_id
   AND n.returned_at IS NULL
""",
    "lent_and_travelling": """
SELECT c.barcode AS copy, n.public_id AS loan, v.public_id AS transit
  FROM circulation_transit v
 CROSS JOIN circulation_loan n
  JOIN catalog_copy c ON c.library_id = <library:bigint> AND c.id = n.copy_id
 WHERE v.library_id = <library:bigint> AND v.ended_at IS NULL
   AND n.library_id = <library:bigint> AND n.copy_id = v.copy_id AND n.returned_at IS NULL
""",
    "lent_but_withdrawn": """
SELECT c.barcode AS copy, n.public_id AS loan
  FROM circulation_loan n
  JOIN catalog_copy c ON c.library_id = <library:bigint> AND c.id = n.copy_id
 WHERE n.library_id = <library:bigint> AND n.returned_at IS NULL AND c.standing = 'withdrawn'
""",
    "loan_dates": """
SELECT n.public_id AS loan FROM circulation_loan n
 WHERE n.library_id = <library:bigint> AND n.id > 0
   AND (n.due_at <= n.lent_at OR n.returned_at < n.lent_at)
""",
    "loan_half_ended": """
SELECT n.public_id AS loan FROM circulation_loan n
 WHERE n.library_id = <library:bigint> AND n.id > 0
   AND ((n.returned_at IS NULL) <> (n.ending IS NULL)
        OR (n.lost_at IS NULL) <> (n.lost_how IS NULL)
        OR (n.ending = 'lost' AND n.lost_at IS NULL)
        OR (n.returned_at IS NULL AND n.patron_id IS NULL))
""",
    "loan_of_nothing": """
SELECT n.public_id AS loan
  FROM circulation_loan n
  LEFT JOIN catalog_copy c ON c.library_id = <library:bigint> AND c.id = n.copy_id
  LEFT JOIN libraries_branch b ON b.library_id = <library:bigint> AND b.id = n.branch_id
  LEFT JOIN patrons_patron p ON p.library_id = <library:bigint> AND p.id = n.patron_id
 WHERE n.library_id = <library:bigint> AND n.id > 0
   AND (c.id IS NULL OR b.id IS NULL OR (p.id IS NULL AND n.patron_id IS NOT NULL))
""",
}
