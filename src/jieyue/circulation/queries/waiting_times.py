"""What a waiting time is estimated from: a title's copies, and how long its loans last."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from jieyue.circulation.queries.rulebook import rulebook
from jieyue.circulation.rules.holds import fetch_by
from jieyue.circulation.rules.waiting_time import CopyInUse, Wait, waiting_time
from jieyue.kit import sql
from jieyue.libraries.desk import Desk

YEARS: Final = timedelta(days=730)  # older loans say little of a book that is asked for today
MOST: Final = 50  # returns of each title
ANY_CARD_TYPE: Final = 0  # no row is for it alone
# What a reader could get: in use or in repair, and whether it is kept for somebody already.
COPIES: Final = """
SELECT c.title_id, c.branch_id, c.item_type_id, n.lent_at, n.due_at,
       (SELECT y.rules_version FROM libraries_library y
         WHERE y.id = <library:bigint>) AS rules_version,
       CASE WHEN h.id IS NULL THEN 0 ELSE 1 END AS kept
  FROM catalog_copy c
  LEFT JOIN circulation_loan n
    ON n.library_id = <library:bigint> AND n.copy_id = c.id AND n.returned_at IS NULL
  LEFT JOIN circulation_hold h
    ON h.library_id = <library:bigint> AND h.captured_copy_id = c.id
   AND h.state IN ('in_transit', 'ready')
 WHERE c.library_id = <library:bigint> AND c.title_id = ANY(<titles:bigint[]>)
   AND c.standing = 'in_use' AND n.lost_at IS NULL AND n.claimed_at IS NULL
"""
# CROSS JOIN: SQLite would walk all loans of the library.
RETURNS: Final = """
SELECT title_id, lent_at, returned_at FROM (
       SELECT c.title_id, n.lent_at, n.returned_at,
              row_number() OVER (PARTITION BY c.title_id ORDER BY n.returned_at DESC) AS number
         FROM catalog_copy c CROSS JOIN circulation_loan n
        WHERE c.library_id = <library:bigint> AND c.title_id = ANY(<titles:bigint[]>)
          AND n.library_id = <library:bigint> AND n.copy_id = c.id
          AND n.lent_at >= <since:timestamptz>
          AND n.ending = 'returned' AND NOT n.is_on_site) lately
 WHERE number <= <most:int>
"""


def waits_of(desk: Desk, asked: Sequence[tuple[int, int]]) -> list[Wait | None]:
    """Estimate the wait at each (title id, place in its queue). Two statements, none for none.

    More when the rules moved. The method stands in rules/waiting_time.py.
    """
    titles = sorted({title_id for title_id, place in asked if place})
    if not titles:
        return [None] * len(asked)
    copies: dict[int, list[CopyInUse]] = defaultdict(list)
    shelf_days: dict[int, int] = defaultdict(int)
    for row in sql.rows(COPIES, titles=titles):
        copies[row["title_id"]].append(_copy(desk, row))
        shelf_days[row["title_id"]] = max(shelf_days[row["title_id"]], _shelf_days(desk, row))
    lengths: dict[int, list[int]] = defaultdict(list)
    for row in sql.rows(RETURNS, titles=titles, since=desk.now - YEARS, most=MOST):
        days = row["returned_at"].astimezone(desk.zone).date() - (
            row["lent_at"].astimezone(desk.zone).date()
        )
        lengths[row["title_id"]].append(days.days)
    return [
        waiting_time(
            place,
            copies=copies[title_id],
            lengths=lengths[title_id],
            shelf_days=shelf_days[title_id],
            today=desk.today,
        )
        for title_id, place in asked
    ]


def _shelf_days(desk: Desk, row: sql.Row) -> int:
    """Return for how many days the copy may lie on a hold shelf, closed ones included.

    By the rules of its own branch that are for any card type: who stands ahead is not looked at.
    """
    book = rulebook(row["rules_version"])
    terms = book.terms(row["branch_id"], ANY_CARD_TYPE, row["item_type_id"])
    calendar = book.calendars[row["branch_id"]]
    return (fetch_by(desk.today, open_days=terms.hold_days, calendar=calendar) - desk.today).days


def _copy(desk: Desk, row: sql.Row) -> CopyInUse:
    if row["lent_at"] is None:
        return CopyInUse(is_kept=bool(row["kept"]))
    return CopyInUse(
        lent_on=row["lent_at"].astimezone(desk.zone).date(),
        due_on=row["due_at"].astimezone(desk.zone).date(),
    )
