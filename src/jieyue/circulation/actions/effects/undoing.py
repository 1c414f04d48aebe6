"""Putting back what came with a loan or return that was undone, or with a copy that is gone."""

from datetime import datetime
from typing import Final

from jieyue.audit.models import Entry
from jieyue.catalog.models import Copy
from jieyue.kit import sql
from jieyue.libraries.desk import Desk
from jieyue.libraries.models import Branch

# The reader's own hold goes back to where it was, unless they have placed another since. A copy
# that is still on its way for it (another one was lent) goes on for it.
REOPEN_HOLD: Final = """
UPDATE circulation_hold
   SET state = CASE WHEN captured_copy_id = <copy:bigint> AND ready_at IS NOT NULL THEN 'ready'
                    WHEN EXISTS (SELECT 1 FROM circulation_transit v
                                  WHERE v.library_id = <library:bigint>
                                    AND v.hold_id = circulation_hold.id
                                    AND v.copy_id = circulation_hold.captured_copy_id
                                    AND v.ended_at IS NULL) THEN 'in_transit'
                    ELSE 'waiting' END,
       captured_copy_id = CASE WHEN captured_copy_id = <copy:bigint> AND ready_at IS NOT NULL
                                 OR EXISTS (SELECT 1 FROM circulation_transit v
                                             WHERE v.library_id = <library:bigint>
                                               AND v.hold_id = circulation_hold.id
                                               AND v.copy_id = circulation_hold.captured_copy_id
                                               AND v.ended_at IS NULL)
                               THEN captured_copy_id END,
       ended_at = NULL, ended_why = ''
 WHERE library_id = <library:bigint> AND patron_id = <patron:bigint> AND title_id = <title:bigint>
   AND state = 'fulfilled' AND ended_at = <lent:timestamptz>
   AND NOT EXISTS (SELECT 1 FROM circulation_hold o WHERE o.library_id = <library:bigint>
                      AND o.title_id = <title:bigint> AND o.patron_id = <patron:bigint>
                      AND o.state IN ('waiting', 'in_transit', 'ready'))
"""
# A copy that is with its reader after all, or gone, is kept for nobody and travels nowhere.
RELEASE_HOLD: Final = """
UPDATE circulation_hold
   SET state = 'waiting', captured_copy_id = NULL, captured_at = NULL, ready_at = NULL,
       fetch_by = NULL
 WHERE library_id = <library:bigint> AND captured_copy_id = <copy:bigint>
   AND state IN ('in_transit', 'ready')
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


def release_copy(desk: Desk, copy_id: int) -> None:
    """Keep a copy for nobody and have it travel nowhere; who waited has the same place again."""
    sql.write([CANCEL_TRANSIT], copy=copy_id, at=desk.now)
    sql.write([RELEASE_HOLD], copy=copy_id)


def scanned_at(copy_id: int, loan: str) -> datetime | None:
    """Return when the return of a loan was scanned, which a back-dated one does not say itself."""
    entries = Entry.objects.filter(copy_id=copy_id, action="checkin").order_by("-at", "-id")
    return next((entry.at for entry in entries[:20] if entry.data.get("loan") == loan), None)


def unfloat(copy_id: int, loan: str) -> None:
    """Let a copy belong again where it did before this loan's return changed it."""
    entries = Entry.objects.filter(copy_id=copy_id, action="checkin").order_by("-at", "-id")
    said = [entry.data for entry in entries[:20] if entry.data.get("loan") == loan]
    code = said[0].get("left", "") if said else ""
    left = Branch.objects.filter(code=code).first() if code else None
    if left is not None:
        Copy.objects.filter(pk=copy_id).update(branch=left)
