"""A hold that ends gives its copy back: to the next who waits, to another branch, or the shelf.

The title is locked by the caller, and the hold has ended already.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from jieyue.circulation.actions.effects.capture import SHELF, Goes, destinations
from jieyue.circulation.queries.facts import CHECKIN_FACTS
from jieyue.circulation.queries.hold_facts import HOLD_FACTS
from jieyue.kit import sql
from jieyue.libraries.desk import Desk

FULFIL_HOLDS: Final = """
UPDATE circulation_hold
   SET state = 'fulfilled', ended_at = <at:timestamptz>, ended_why = 'lent',
       suspended_at = NULL, wakes_on = NULL
 WHERE library_id = <library:bigint> AND id = ANY(<fulfilled:bigint[]>) AND ended_at IS NULL
"""
# Who was served is not served after all: the hold waits in its old place, and no copy is kept.
WAIT_AGAIN: Final = """
UPDATE circulation_hold
   SET state = 'waiting', captured_copy_id = NULL, captured_at = NULL, ready_at = NULL,
       fetch_by = NULL
 WHERE library_id = <library:bigint>
"""
REVERT_HOLDS: Final = f"{WAIT_AGAIN} AND id = ANY(<reverted:bigint[]>)"
ON_SHELF: Final = """
SELECT public_id AS hold, captured_copy_id FROM circulation_hold
 WHERE library_id = <library:bigint> AND id = ANY(<fulfilled:bigint[]>)
   AND captured_copy_id IS NOT NULL AND ready_at IS NOT NULL
"""
# In a box: it stays in it, and whoever unpacks it scans it; that decides anew.
LET_TRAVEL: Final = """
UPDATE circulation_transit
   SET hold_id = NULL, why = 'home'
 WHERE library_id = <library:bigint> AND hold_id = ANY(<ended:bigint[]>) AND ended_at IS NULL
"""


def release(desk: Desk, rows: Iterable[sql.Row]) -> dict[int, Goes]:
    """Say by hold id where the copies of ended holds (rows of HOLD_FACTS) go, and write it.

    A copy on a hold shelf goes on from there, whichever desk this is.
    """
    captured = [row for row in rows if row["captured_copy_id"] is not None]
    travelling = [row["hold_id"] for row in captured if row["state"] == "in_transit"]
    if travelling:
        sql.write([LET_TRAVEL], ended=travelling)
    shelved = [row for row in captured if row["state"] == "ready"]
    found: dict[int, Goes] = {}
    for branch_id in sorted({row["pickup_branch_id"] for row in shelved}):
        there = [row for row in shelved if row["pickup_branch_id"] == branch_id]
        found |= _from_shelf(replace(desk, branch_id=branch_id), there)
    return found


def release_others(desk: Desk, fulfilled: Iterable[int], lent: Iterable[int]) -> None:
    """Let go of copies on the shelf for holds that another copy has just fulfilled (ids of both).

    One in a box travels on, so that undoing the loan finds it; whoever unpacks it decides anew.
    """
    ended, gone = list(fulfilled), set(lent)
    sql.write([FULFIL_HOLDS], fulfilled=ended, at=desk.now)
    keys = sql.rows(ON_SHELF, fulfilled=ended)
    holds = [row["hold"] for row in keys if row["captured_copy_id"] not in gone]
    if holds:
        # They have ended; where they stood is what counts.
        release(desk, [row | {"state": "ready"} for row in sql.rows(HOLD_FACTS, holds=holds)])


def _from_shelf(desk: Desk, rows: list[sql.Row]) -> dict[int, Goes]:
    facts = sql.rows(
        CHECKIN_FACTS, barcodes=[row["barcode"] for row in rows], today=desk.today
    )  # fmt: skip
    places = destinations(desk, facts)
    # A copy lent, or found missing, meanwhile has no way to go.
    goes = {
        fact["copy_id"]: places.decide(fact) if fact["loan_id"] is None else SHELF
        for fact in sorted(facts, key=lambda fact: int(fact["copy_id"]))
    }
    statements, params = places.written()
    for statement in statements:
        sql.write([statement], at=desk.now, branch=desk.branch_id, **params)
    return {row["hold_id"]: goes[row["captured_copy_id"]] for row in rows}
