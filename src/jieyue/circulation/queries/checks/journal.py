"""What the journal does not tell, or tells of nothing; and limits passed without a name.

A journal may begin after the loans did (they came from another system): only what happened since
its first line must be in it. Lines name loans and holds by their public ids.

One statement reads the journal once for seven checks: what stands in the tables and what the lines
tell go into one grouping by public id, and only the ids where the two differ are looked at further.
No join, since on SQLite what `->>` gives has no type, so one would find no index. There a
condition that is always true (`at >= began.at`, `id > 0`) leads to the index in whose order the
rows lie, and what is CROSS JOINed is taken in this order: the few first.
"""

from typing import Final

# What cannot be, of the row that `counted` has for one public id. `renewals` is NULL where no loan
# has that id. A loan that goes on after a mistaken return began with that correction. What was
# brought from an old system was lent, and perhaps renewed, there.
_ODD: Final = {
    "checkout_not_told": "since = 1 AND brought = 0 AND lent + resumed <> 1",
    "return_not_told": "ending IN ('returned', 'continued') AND returned <> 1",
    "undoing_not_told": "ending = 'undone' AND undone <> 1",
    # Only perhaps: rows that go on with each other share what is told.
    "renewals_not_told": "since = 1 AND brought = 0 AND (renewals <> renewed"
    " OR (ending = 'continued' AND renewed <> 0))",
    "loss_not_told": "since = 1 AND is_lost = 1 AND lost = 0",
    "hold_not_told": "is_hold = 1 AND placed <> 1",
    "told_of_nothing": "lent > 0 AND renewals IS NULL AND name IS NOT NULL",
}
# A settled loss whose copy turns up has ended with a return after all (`not_on_loan`).
_EACH_ONE: Final = """
SELECT e.data ->> CASE WHEN e.outcome IN ('hold_placed', 'hold_brought') THEN 'hold'
                       WHEN e.outcome = 'not_on_loan' THEN 'found_loan' ELSE 'loan' END AS name,
       CASE WHEN e.outcome = 'undone' THEN 'undone ' || (e.data ->> 'step')
            WHEN e.outcome = 'not_on_loan' THEN 'returned'
            WHEN e.outcome IN ('overdue_lost', 'claim_resolved', 'replaced') THEN 'lost'
            ELSE e.outcome END AS what,
       NULL AS renewals, NULL AS since, NULL AS ending, NULL AS is_lost
  FROM began CROSS JOIN audit_entry e
 WHERE e.library_id = <library:bigint> AND e.at >= began.at
   AND e.outcome IN ('lent', 'returned', 'not_on_loan', 'undone', 'renewed', 'lost', 'overdue_lost',
                     'claim_resolved', 'replaced', 'hold_placed', 'loan_brought', 'hold_brought')
 UNION ALL
SELECT n.public_id, 'loan', n.renewals, CASE WHEN n.lent_at >= began.at THEN 1 END,
       CASE WHEN n.returned_at >= began.at THEN n.ending END,
       CASE WHEN n.lost_at IS NOT NULL OR n.ending IN ('lost', 'never_lent') THEN 1 END
  FROM began CROSS JOIN circulation_loan n
 WHERE n.library_id = <library:bigint> AND n.id > 0
 UNION ALL
SELECT h.public_id, 'hold', NULL, NULL, NULL, NULL
  FROM began CROSS JOIN circulation_hold h
 WHERE h.library_id = <library:bigint> AND h.id > 0 AND h.placed_at >= began.at
"""
_COUNTED: Final = f"""
SELECT name, max(renewals) AS renewals, max(since) AS since, max(ending) AS ending,
       max(is_lost) AS is_lost, max(CASE WHEN what = 'hold' THEN 1 END) AS is_hold,
       count(*) FILTER (WHERE what = 'lent') AS lent,
       count(*) FILTER (WHERE what = 'undone checkin') AS resumed,
       count(*) FILTER (WHERE what = 'returned') AS returned,
       count(*) FILTER (WHERE what = 'undone checkout') AS undone,
       count(*) FILTER (WHERE what = 'renewed')
         - count(*) FILTER (WHERE what = 'undone renewal') AS renewed,
       count(*) FILTER (WHERE what = 'lost') AS lost,
       count(*) FILTER (WHERE what = 'loan_brought') AS brought,
       count(*) FILTER (WHERE what IN ('hold_placed', 'hold_brought')) AS placed
  FROM ({_EACH_ONE}) each_one GROUP BY name
"""
# Rows that go on with each other share copy and first moment; each counts what was told of it and
# of those before it. Of what is not odd as much was told as it counts, so only the odd are joined.
_MORE: Final = f"""
SELECT n.id, n.copy_id, n.lent_at, o.renewed - o.renewals AS more
  FROM (SELECT name, renewed, renewals FROM odd WHERE {_ODD["renewals_not_told"]}) o
 CROSS JOIN circulation_loan n
 WHERE n.library_id = <library:bigint> AND n.public_id = o.name
"""
_RENEWED: Final = """
SELECT n.public_id AS loan, n.renewals, each_one.told
  FROM (SELECT id, is_row, sum(told) OVER (PARTITION BY copy_id, lent_at ORDER BY id) AS told
          FROM (SELECT id, copy_id, lent_at, 0 AS is_row, more AS told FROM more
                 UNION ALL
                SELECT n.id, n.copy_id, n.lent_at, 1, n.renewals
                  FROM (SELECT DISTINCT copy_id, lent_at FROM more) one
                 CROSS JOIN circulation_loan n
                 WHERE n.library_id = <library:bigint> AND n.copy_id = one.copy_id
                   AND n.lent_at = one.lent_at) told) each_one
 CROSS JOIN circulation_loan n
 WHERE n.library_id = <library:bigint> AND n.id = each_one.id AND each_one.is_row = 1
   AND n.renewals <> each_one.told
"""


def _found(check: str, of: str = "odd", where: str = "1 = 1", **facts: str) -> str:
    """Return what one check finds, with a column for each fact that any of them names."""
    columns = ", ".join(
        f"cast({facts.get(name, 'NULL')} AS {kind}) AS {name}" for name, kind in _FACTS.items()
    )
    return f"SELECT '{check}' AS contradiction, {columns} FROM {of} WHERE {where}"


def _odd(check: str, **facts: str) -> str:
    return _found(check, "odd", _ODD[check], **facts)


_FACTS: Final = {
    "loan": "text", "hold": "text", "times": "bigint", "renewals": "bigint", "told": "bigint",
}  # fmt: skip
_JOURNAL: Final = f"""
WITH began AS (SELECT min(at) AS at FROM audit_entry WHERE library_id = <library:bigint>),
     odd AS MATERIALIZED (SELECT * FROM ({_COUNTED}) counted
                           WHERE ({") OR (".join(_ODD.values())})),
     more AS ({_MORE})
""" + " UNION ALL ".join([
    _odd("checkout_not_told", loan="name", times="lent + resumed"),
    _odd("return_not_told", loan="name", times="returned"),
    _odd("undoing_not_told", loan="name", times="undone"),
    _found("renewals_not_told", f"({_RENEWED}) r", loan="loan", renewals="renewals", told="told"),
    _odd("loss_not_told", loan="name"),
    _odd("hold_not_told", hold="name", times="placed"),
    _odd("told_of_nothing", loan="name"),
])  # fmt: skip
# Of loans still open those that were made before were open then; one that was ever claimed did
# perhaps not count. So this never accuses wrongly, and sees what is so every night.
_LIMIT_PASSED: Final = """
SELECT p.public_id AS patron, n.public_id AS loan, n.others + 1 AS loans,
       cast(e.data ->> 'limit' AS bigint) AS most
  FROM (SELECT o.id, o.public_id, o.patron_id, o.copy_id, o.lent_at,
               sum(o.counts) OVER (PARTITION BY o.patron_id, o.is_on_site ORDER BY o.id)
                 - o.counts AS others
          FROM (SELECT n.id, n.public_id, n.patron_id, n.copy_id, n.lent_at, n.is_on_site,
                       CASE WHEN EXISTS (SELECT 1 FROM audit_entry x
                                          WHERE x.library_id = <library:bigint>
                                            AND x.copy_id = n.copy_id AND x.at >= n.lent_at
                                            AND x.outcome = 'claimed'
                                            AND x.data ->> 'loan' = n.public_id)
                            THEN 0 ELSE 1 END AS counts
                  FROM circulation_loan n
                 WHERE n.library_id = <library:bigint> AND n.returned_at IS NULL
                   AND n.patron_id IS NOT NULL) o) n
 CROSS JOIN audit_entry e
  JOIN patrons_patron p ON p.library_id = <library:bigint> AND p.id = n.patron_id
 WHERE n.others > 0
   AND e.library_id = <library:bigint> AND e.copy_id = n.copy_id
   AND e.at = n.lent_at AND e.outcome = 'lent' AND e.data ->> 'loan' = n.public_id
   AND replace(cast(e.overridden AS text), 'patron_at_loan_limit', '') = cast(e.overridden AS text)
   AND n.others + 1 > cast(e.data ->> 'limit' AS bigint)
"""
JOURNAL: Final = {"journal": _JOURNAL, "limit_passed": _LIMIT_PASSED}
JOURNAL_CHECKS: Final = (*_ODD, "limit_passed")
