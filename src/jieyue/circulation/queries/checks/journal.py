"""What the journal does not tell, or tells of nothing; and limits passed without a name.

A journal may begin after the loans did (they came from another system): only what happened since
its first line must be in it. Lines name loans by their public ids.
"""

from typing import Final

_BEGAN: Final = """
     began AS (SELECT min(at) AS at FROM audit_entry WHERE library_id = <library:bigint>)
"""
_TOLD: Final = """
     told AS (SELECT data ->> 'loan' AS loan, count(*) AS times
                FROM audit_entry
               WHERE library_id = <library:bigint> AND {lines}
               GROUP BY 1)
"""


def _not_told(lines: str, which: str) -> str:
    """Return the loans of `which` that `lines` of the journal do not name exactly once."""
    return f"""
WITH {_BEGAN}, {_TOLD.format(lines=lines)}
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
    "return_not_told": _not_told(
        "outcome = 'returned'",
        "n.returned_at >= began.at AND n.ending IN ('returned', 'continued')",
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
    "told_of_nothing": """
SELECT e.data ->> 'loan' AS loan
  FROM audit_entry e
  LEFT JOIN circulation_loan n ON n.library_id = <library:bigint>
   AND n.public_id = e.data ->> 'loan'
 WHERE e.library_id = <library:bigint> AND e.outcome = 'lent'
   AND e.data ->> 'loan' IS NOT NULL AND n.id IS NULL
""",
}
