"""Putting back what came with a loan or return that was undone, or with a copy that is gone."""

from collections.abc import Collection
from typing import Final

from jieyue.audit.models import Entry
from jieyue.catalog.models import Copy
from jieyue.circulation.actions.effects.release import WAIT_AGAIN
from jieyue.kit import sql
from jieyue.libraries.desk import Desk
from jieyue.libraries.models import Branch

# The reader's own hold goes back to where it was, unless they have placed another since. A copy
# that is still on its way for it (another one was lent) goes on for it.
_REOPEN: Final = """
UPDATE circulation_hold
   SET state = back.state, ended_at = NULL, ended_why = '',
       captured_copy_id = CASE WHEN back.state <> 'waiting' THEN captured_copy_id END
  FROM (SELECT h.id, CASE WHEN {is_back} AND h.ready_at IS NOT NULL
                          THEN 'ready'
                          WHEN EXISTS (SELECT 1 FROM circulation_transit v
                                        WHERE v.library_id = <library:bigint>
                                          AND v.hold_id = h.id AND v.copy_id = h.captured_copy_id
                                          AND v.ended_at IS NULL)
                          THEN 'in_transit' ELSE 'waiting' END AS state
          FROM circulation_hold h
         WHERE h.library_id = <library:bigint> AND h.state = 'fulfilled' AND {which}
           AND NOT EXISTS (SELECT 1 FROM circulation_hold o WHERE o.library_id = <library:bigint>
                              AND o.title_id = h.title_id AND o.patron_id = h.patron_id
                              AND o.state IN ('waiting', 'in_transit', 'ready'))) back
 WHERE circulation_hold.library_id = <library:bigint> AND circulation_hold.id = back.id
"""
REOPEN_HOLD: Final = _REOPEN.format(
    is_back="h.captured_copy_id = <copy:bigint>",
    which="h.patron_id = <patron:bigint> AND h.title_id = <title:bigint>"
    " AND h.ended_at = <lent:timestamptz>",
)
REOPEN_HOLDS: Final = _REOPEN.format(
    is_back="h.captured_copy_id = ANY(<copies:bigint[]>)",
    which="h.id = ANY(<holds:bigint[]>) AND h.patron_id IS NOT NULL",
)
# A copy that is with its reader after all, or gone, is kept for nobody and travels nowhere.
RELEASE_HOLD: Final = f"""{WAIT_AGAIN}
   AND captured_copy_id = <copy:bigint> AND state IN ('in_transit', 'ready')
"""
CANCEL_TRANSIT: Final = """
UPDATE circulation_transit SET ended_at = <at:timestamptz>, ending = 'cancelled'
 WHERE library_id = <library:bigint> AND copy_id = <copy:bigint> AND ended_at IS NULL
"""


def reopen_hold(row: sql.Row) -> None:
    """Give the borrower back the hold that the loan of a LOAN_FACTS row fulfilled."""
    sql.write(
        [REOPEN_HOLD],
        copy=row["copy_id"],
        patron=row["patron_id"],
        title=row["title_id"],
        lent=row["lent_at"],
    )


def reopen_holds(holds: Collection[int], copies: Collection[int]) -> None:
    """Give readers back the holds (ids) that loans of a list fulfilled, by these copies (ids)."""
    sql.write([REOPEN_HOLDS], holds=sorted(holds), copies=sorted(copies))


def release_copy(desk: Desk, copy_id: int) -> None:
    """Keep a copy for nobody and have it travel nowhere; who waited has the same place again."""
    sql.write([CANCEL_TRANSIT], copy=copy_id, at=desk.now)
    sql.write([RELEASE_HOLD], copy=copy_id)


def unfloat(scan: Entry) -> None:
    """Let a copy belong again where it did before its return was scanned."""
    code = scan.data.get("left", "")
    left = Branch.objects.filter(code=code).first() if code else None
    if left is not None:
        Copy.objects.filter(pk=scan.copy_id).update(branch=left)
