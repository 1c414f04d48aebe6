"""Recalling a loan (催还): somebody waits, so it ends sooner. Here staff do it.

By itself a loan is recalled only where the terms say so (recall_awaited.py).
"""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from jieyue.audit.journal import Note, note
from jieyue.circulation.actions.undo import NotUndone, Undone
from jieyue.circulation.models import Loan
from jieyue.circulation.queries.facts import LOCK_LOANS
from jieyue.circulation.queries.renewals import awaited_copies, read_renewals, recall_decision
from jieyue.circulation.rules.due_dates import DueDate
from jieyue.circulation.rules.reasons import Reason, Why, applying, codes, kept_figures
from jieyue.kit import sql
from jieyue.libraries.actions import action
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.permissions import Permission
from jieyue.outbox.promises import promise


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalled:
    """A loan recalled for readers who wait. `due_on` (local) is `was_due_on` if it was due first.

    `waiting` counts the readers who wait and whom no other copy can serve.
    """

    type: Literal["recalled"] = "recalled"
    loan: str
    copy_barcode: str
    title: str
    due_on: date
    due_at: datetime
    was_due_on: date
    waiting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NotRecalled:
    """A loan left as it was, and every reason why."""

    type: Literal["refused"] = "refused"
    loan: str
    copy_barcode: str
    title: str
    reasons: tuple[Why, ...]


@action(needs=Permission.RECALL)
def recall(desk: Desk, *, loan: str) -> Recalled | NotRecalled:
    """Ask for a loan (public id) back sooner, or say every reason why not; tells its reader.

    Whoever works at single branches recalls what was lent there.
    It cannot be renewed any more, unless staff waive that once nobody waits.
    """
    row = _locked(desk, loan)
    if row is None:
        note(Note(outcome="refused", reasons=(Reason.LOAN_UNKNOWN,), data={"loan": loan}))
        unknown = (Why(Reason.LOAN_UNKNOWN),)
        return NotRecalled(loan=loan, copy_barcode="", title="", reasons=unknown)
    decided = recall_decision(desk, row)
    against = decided.reasons
    if not desk.works_at(row["branch_id"]):
        against = (Why(Reason.OTHER_BRANCH), *against)
    if against:
        _journal(row, "refused", reasons=codes(against), **kept_figures(against))
        return NotRecalled(
            loan=loan, copy_barcode=row["barcode"], title=row["title"], reasons=against
        )
    return end_sooner(desk, row, decided.due)


def end_sooner(desk: Desk, row: sql.Row, due: DueDate | None) -> Recalled:
    """Recall the locked loan of a row of RENEWAL_FACTS until `due` (None: its date stays)."""
    loan = row["loan"]
    terms = _terms(row)
    before = {"due_at": row["due_at"].isoformat(), "steps": terms.get("steps", [])}
    changes: dict[str, Any] = {"recalled_at": desk.now, "terms": terms | {"recall": before}}
    due_at = row["due_at"]
    if due is not None:
        due_at = due.at
        steps = [[step.what, step.on.isoformat(), step.note] for step in due.steps]
        changes |= {"due_at": due_at, "terms": changes["terms"] | {"steps": steps}}
    Loan.objects.filter(pk=row["loan_id"]).update(**changes)
    promise("notices.loan_recalled", {"loan": loan}, at=desk.now)
    due_on = due_at.astimezone(desk.zone).date()
    _journal(row, "recalled", due_on=due_on.isoformat())
    return Recalled(
        loan=loan,
        copy_barcode=row["barcode"],
        title=row["title"],
        due_on=due_on,
        due_at=due_at,
        was_due_on=row["due_at"].astimezone(desk.zone).date(),
        waiting=awaited_copies(row),
    )


@action(needs=Permission.UNDO)
def undo_recall(desk: Desk, *, loan: str) -> Undone | NotUndone:
    """Give a loan recalled today its former date back, if nothing has followed.

    It is not recalled by itself again.
    """
    row = _locked(desk, loan)
    if row is None:
        note(Note(outcome="refused", reasons=(Reason.LOAN_UNKNOWN,), data={"loan": loan}))
        return NotUndone(loan=loan, reasons=(Why(Reason.LOAN_UNKNOWN),))
    recalled_at: datetime | None = row["recalled_at"]
    terms = _terms(row)
    before = terms.pop("recall", None)
    against = [
        (Reason.OTHER_BRANCH, not desk.works_at(row["branch_id"])),
        (Reason.LOAN_ENDED, row["returned_at"] is not None),
        (
            Reason.TOO_LATE_TO_UNDO,
            recalled_at is None or recalled_at.astimezone(desk.zone).date() != desk.today,
        ),
        (
            Reason.SOMETHING_FOLLOWED,
            row["lost_at"] is not None
            or (
                recalled_at is not None
                and (before is None or (row["renewed_at"] or recalled_at) > recalled_at)
            ),
        ),
    ]
    if reasons := applying(against):
        _journal(row, "refused", reasons=tuple(reasons))
        return NotUndone(loan=loan, reasons=tuple(Why(reason) for reason in reasons))
    assert before is not None
    due_at = datetime.fromisoformat(before["due_at"])
    Loan.objects.filter(pk=row["loan_id"]).update(
        due_at=due_at,
        recalled_at=None,
        terms=terms | {"steps": before["steps"], "recall_undone": True},
    )
    _journal(row, "undone", step="recall")
    return Undone(
        step="recall",
        loan=loan,
        copy_barcode=row["barcode"],
        title=row["title"],
        due_on=due_at.astimezone(desk.zone).date(),
    )


def _locked(desk: Desk, loan: str) -> sql.Row | None:
    sql.lock(LOCK_LOANS, loans=[loan])
    found = read_renewals(desk, [loan])
    return found[0] if found else None


def _terms(row: sql.Row) -> dict[str, Any]:
    terms: dict[str, Any] | str = row["terms"]
    return json.loads(terms) if isinstance(terms, str) else dict(terms)


def _journal(row: sql.Row, outcome: str, *, reasons: tuple[str, ...] = (), **data: Any) -> None:
    note(
        Note(
            outcome=outcome,
            patron_id=row["patron_id"],
            title_id=row["title_id"],
            copy_id=row["copy_id"],
            reasons=reasons,
            data={"loan": row["loan"]} | data,
        )
    )
