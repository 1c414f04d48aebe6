"""What the journal does not tell, or tells of nothing; and limits passed without a name.

A journal may begin after the loans did (they came from another system): only what happened since
its first line must be in it. Lines name loans by their public ids. On SQLite
what `->>` gives has no type, so a join with it finds no index to make and reads everything over for
every row: group both together instead, or cast to text.
"""

from typing import Final

_BEGAN: Final = """
     began AS (SELECT min(at) AS at FROM audit_entry WHERE library_id = <library:bigint>)
"""


def _not_told(lines: str, which: str, *, name: str = "data ->> 'loan'") -> str:
    """Return the loans of `which` that `lines` of the journal do not name exactly once."""
    return _once(
        "loan", f"circulation_loan n WHERE n.library_id = <library:bigint> AND {which}", lines, name
    )


def _once(what: str, which: str, lines: str, name: str) -> str:
    """Return what stands in `which` and is told wrongly: one grouping, no join."""
    return f"""
WITH {_BEGAN}
SELECT {what}, sum(told) AS times
  FROM (SELECT n.public_id AS {what}, 1 AS stands, 0 AS told FROM began CROSS JOIN {which}
         UNION ALL
        SELECT {name}, 0, 1 FROM audit_entry
         WHERE library_id = <library:bigint> AND {lines}) each_one
 GROUP BY {what} HAVING max(stands) = 1 AND sum(told) <> 1
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
     told AS (SELECT cast(data ->> 'loan' AS text) AS loan,
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
     told AS (SELECT cast(data ->> 'loan' AS text) AS loan FROM audit_entry
               WHERE library_id = <library:bigint>
                 AND outcome IN ('lost', 'overdue_lost', 'claim_resolved', 'replaced'))
SELECT n.public_id AS loan
  FROM circulation_loan n
  JOIN began ON 1 = 1
 WHERE n.library_id = <library:bigint> AND n.lent_at >= began.at
   AND (n.lost_at IS NOT NULL OR n.ending IN ('lost', 'never_lent'))
   AND n.public_id NOT IN (SELECT loan FROM told WHERE loan IS NOT NULL)
""",
    "hold_not_told": _once(
        "hold",
        "circulation_hold n WHERE n.library_id = <library:bigint> AND n.placed_at >= began.at",
        "outcome = 'hold_placed'",
        "data ->> 'hold'",
    ),
    # Of loans still open those that were made before were open then; one that was ever claimed did
    # perhaps not count. So this never accuses wrongly, and sees what is so every night. (SQLite
    # takes what is CROSS JOINed in this order: the few open loans first, not the whole journal.)
    "limit_passed": """
SELECT p.public_id AS patron, n.public_id AS loan, count(*) + 1 AS loans,
       cast(e.data ->> 'limit' AS bigint) AS most
  FROM circulation_loan n
 CROSS JOIN circulation_loan o
 CROSS JOIN audit_entry e
  JOIN patrons_patron p ON p.library_id = <library:bigint> AND p.id = n.patron_id
 WHERE n.library_id = <library:bigint> AND n.returned_at IS NULL AND n.patron_id IS NOT NULL
   AND o.library_id = <library:bigint> AND o.patron_id = n.patron_id
   AND o.returned_at IS NULL AND o.id < n.id AND o.is_on_site = n.is_on_site
   AND NOT EXISTS (SELECT 1 FROM audit_entry x
                    WHERE x.library_id = <library:bigint> AND x.copy_id = o.copy_id
                      AND x.at >= o.lent_at
                      AND x.outcome = 'claimed' AND x.data ->> 'loan' = o.public_id)
   AND e.library_id = <library:bigint> AND e.copy_id = n.copy_id
   AND e.at = n.lent_at AND e.outcome = 'lent' AND e.data ->> 'loan' = n.public_id
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
