"""What the journal does not tell, or tells of nothing; and limits passed without a name.

A journal may begin after the loans did (they came from another system): only what happened since
its first line must be in it. Lines name loans by their public ids.
"""

from typing import Final

_BEGAN: Final = """
     began AS (SELECT min(at) AS at FROM audit_entry WHERE library_id = <library:bigint>)
"""
_TOLD: Final = """
     told AS (SELECT {name} AS loan, count(*) AS times
                FROM audit_entry
               WHERE library_id = <library:bigint> AND {lines}
               GROUP BY 1)
"""


def _not_told(lines: str, which: str, *, name: str = "data ->> 'loan'") -> str:
    """Return the loans of `which` that `lines` of the journal do not name exactly once."""
    return f"""
WITH {_BEGAN}, {_TOLD.format(lines=lines, name=name)}
SELECT n.public_id AS loan, coalesce(t.times, 0) AS times
  FROM circulation_loan n
  JOIN began ON 1 = 1
  LEFT JOIN told t ON t.loan = n.public_id
 WHERE n.library_id = <library:bigint> AND {which} AND coalesce(t.times, 0) <> 1
"""


JOURNAL: Final = {
    # A loan that goes on after a mistaken return began with that correction.
    "checkout_not_told": _not_told(
        "(outcome = 'lent' OR (outcome = 'undone' AND data ->> 'step' = 'checkin'))",
        "n.lent_at >= began.at",
    ),
    # A settled loss whose copy turns up has ended with a return after all.
    "return_not_told": _not_told(
        "(outcome = 'returned' OR (outcome = 'not_on_loan' AND data ->> 'found_loan' IS NOT NULL))",
        "n.returned_at >= began.at AND n.ending IN ('returned', 'continued')",
        name="CASE outcome WHEN 'returned' THEN data ->> 'loan' ELSE data ->> 'found_loan' END",
    ),
    "undoing_not_told": _not_told(
        "outcome = 'undone' AND data ->> 'step' = 'checkout'",
        "n.returned_at >= began.at AND n.ending = 'undone'",
    ),
    # Rows that go on with each other share copy and first moment; the last one counts them all.
    "renewals_not_told": f"""
WITH {_BEGAN},
     told AS (SELECT data ->> 'loan' AS loan,
                     sum(CASE WHEN outcome = 'renewed' THEN 1 ELSE -1 END) AS times
                FROM audit_entry
               WHERE library_id = <library:bigint>
                 AND (outcome = 'renewed' OR (outcome = 'undone' AND data ->> 'step' = 'renewal'))
               GROUP BY 1),
     rows_of AS (SELECT n.copy_id, n.lent_at, max(n.id) AS last_id,
                        coalesce(sum(t.times), 0) AS times
                   FROM circulation_loan n
                   LEFT JOIN told t ON t.loan = n.public_id
                  WHERE n.library_id = <library:bigint>
                    AND (n.renewals > 0 OR t.times IS NOT NULL OR n.ending = 'continued')
                  GROUP BY n.copy_id, n.lent_at)
SELECT n.public_id AS loan, n.renewals, cast(r.times AS bigint) AS told
  FROM rows_of r
  JOIN began ON 1 = 1
  JOIN circulation_loan n ON n.library_id = <library:bigint> AND n.id = r.last_id
 WHERE n.lent_at >= began.at AND n.renewals <> r.times
""",
    "loss_not_told": f"""
WITH {_BEGAN},
     told AS (SELECT DISTINCT data ->> 'loan' AS loan FROM audit_entry
               WHERE library_id = <library:bigint>
                 AND outcome IN ('lost', 'overdue_lost', 'claim_resolved', 'replaced'))
SELECT n.public_id AS loan
  FROM circulation_loan n
  JOIN began ON 1 = 1
  LEFT JOIN told t ON t.loan = n.public_id
 WHERE n.library_id = <library:bigint> AND t.loan IS NULL AND n.lent_at >= began.at
   AND (n.lost_at IS NOT NULL OR n.ending IN ('lost', 'never_lent'))
""",
    "hold_not_told": f"""
WITH {_BEGAN},
     told AS (SELECT data ->> 'hold' AS hold, count(*) AS times FROM audit_entry
               WHERE library_id = <library:bigint> AND outcome = 'hold_placed'
               GROUP BY 1)
SELECT h.public_id AS hold, coalesce(t.times, 0) AS times
  FROM circulation_hold h
  JOIN began ON 1 = 1
  LEFT JOIN told t ON t.hold = h.public_id
 WHERE h.library_id = <library:bigint> AND h.placed_at >= began.at AND coalesce(t.times, 0) <> 1
""",
    # Of loans still open those that were made before were open then; one that was ever claimed did
    # perhaps not count. So this never accuses wrongly, and sees what is so every night.
    "limit_passed": """
SELECT p.public_id AS patron, n.public_id AS loan, count(*) + 1 AS loans,
       cast(e.data ->> 'limit' AS bigint) AS most
  FROM circulation_loan n
  JOIN audit_entry e ON e.library_id = <library:bigint> AND e.copy_id = n.copy_id
   AND e.at = n.lent_at AND e.outcome = 'lent' AND e.data ->> 'loan' = n.public_id
  JOIN circulation_loan o ON o.library_id = <library:bigint> AND o.patron_id = n.patron_id
   AND o.returned_at IS NULL AND o.id < n.id AND o.is_on_site = n.is_on_site
   AND NOT EXISTS (SELECT 1 FROM audit_entry x
                    WHERE x.library_id = <library:bigint> AND x.copy_id = o.copy_id
                      AND x.outcome = 'claimed' AND x.data ->> 'loan' = o.public_id)
  JOIN patrons_patron p ON p.library_id = <library:bigint> AND p.id = n.patron_id
 WHERE n.library_id = <library:bigint> AND n.returned_at IS NULL
   AND replace(cast(e.overridden AS text), 'patron_at_loan_limit', '') = cast(e.overridden AS text)
 GROUP BY p.public_id, n.public_id, e.data ->> 'limit'
HAVING count(*) + 1 > cast(e.data ->> 'limit' AS bigint)
""",
    "told_of_nothing": """
SELECT e.data ->> 'loan' AS loan
  FROM audit_entry e
  LEFT JOIN circulation_loan n ON n.library_id = <library:bigint>
   AND n.public_id = e.data ->> 'loan'
 WHERE e.library_id = <library:bigint> AND e.outcome = 'lent'
   AND e.data ->> 'loan' IS NOT NULL AND n.id IS NULL
""",
}
