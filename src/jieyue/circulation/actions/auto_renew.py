"""Renewing by itself (自动续借): done by the worker at night, ahead of the due date."""

from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any, Final

from jieyue.circulation.actions.renew import (
    MAX_LOANS,
    MOVE_DUE,
    NotRenewed,
    Renewals,
    Renewed,
    journal,
    renew_one,
)
from jieyue.circulation.queries.facts import LOCK_LOANS
from jieyue.circulation.queries.renewals import read_renewals
from jieyue.circulation.queries.rulebook import terms_of
from jieyue.circulation.rules.renewals import Asked
from jieyue.kit import sql
from jieyue.libraries.actions import ForbiddenError, Written, action
from jieyue.libraries.desk import Desk, Door
from jieyue.libraries.rules.permissions import Permission
from jieyue.outbox.promises import promise

# Longer than from one night to the next, so each loan comes by at least six hours ahead.
AHEAD: Final = timedelta(hours=30)

KEEP_WHY: Final = """
UPDATE circulation_loan SET not_renewed = kept.why
  FROM <kept:(id bigint, why jsonb)>
 WHERE circulation_loan.library_id = <library:bigint> AND circulation_loan.id = kept.id
"""


@action(needs=Permission.RENEW)
def auto_renew(desk: Desk, *, loans: tuple[str, ...], as_of: datetime) -> Written[Renewals]:
    """Renew what is due soon; tell the reader, or keep the reasons for them to see.

    Only the worker may. `as_of` (aware) is the moment it is decided for: now, or, after missed
    nights, when the loans were due. Loans that changed meanwhile are left out of the outcome. At
    most 100 loans; more raise ValueError.
    """
    if desk.door is not Door.WORKER:
        raise ForbiddenError(Permission.RENEW)
    if not 0 < len(loans) <= MAX_LOANS:
        raise ValueError(f"a renewal takes 1 to {MAX_LOANS} loans")
    then = replace(desk, now=as_of)
    sql.lock(LOCK_LOANS, loans=list(loans))
    rows = sorted(read_renewals(then, list(loans)), key=lambda row: (row["due_at"], row["loan_id"]))
    results: list[Renewed | NotRenewed] = []
    moved: list[dict[str, Any]] = []
    kept: list[dict[str, Any]] = []
    for row in rows:
        if not _is_still_due(row, desk.now):
            continue
        result, change = renew_one(then, row, frozenset(), Asked(automatic=True))
        results.append(result)
        moved += change
        if isinstance(result, NotRenewed):
            kept.append({"id": row["loan_id"], "why": _why(then, result)})
        else:
            promise("notices.loan_renewed", {"loan": row["loan"]}, at=desk.now)
        journal(row, result)
    changes = ((MOVE_DUE, "moved", moved), (KEEP_WHY, "kept", kept))
    return Written(
        Renewals(results=tuple(results)),
        tuple(statement for statement, _, found in changes if found),
        {name: found for _, name, found in changes if found},
    )


def _is_still_due(row: sql.Row, now: datetime) -> bool:
    """Say whether nothing came between finding the loan and locking it."""
    is_open = row["returned_at"] is None and row["due_at"] < now + AHEAD
    return is_open and terms_of(row).auto_renews


def _why(desk: Desk, refused: NotRenewed) -> dict[str, Any]:
    return {"on": desk.today.isoformat(), "reasons": [asdict(why) for why in refused.reasons]}
