"""Taking back a mistake: a checkout, a return or a renewal of today.

Whoever works at single branches takes back what was done there.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from jieyue.audit.journal import Note, note
from jieyue.audit.models import Entry
from jieyue.circulation.actions.effects.late import take_back_late, waived_lines, was_paid
from jieyue.circulation.actions.effects.undoing import (
    release_copy,
    reopen_hold,
    unfloat,
)
from jieyue.circulation.actions.in_class import need_group
from jieyue.circulation.models import Loan
from jieyue.circulation.queries.facts import LOAN_FACTS, LOCK_LOANS, deposit_of
from jieyue.circulation.queries.returns import scan_of
from jieyue.circulation.queries.rulebook import terms_of
from jieyue.circulation.rules.deposits import deposit_refusals
from jieyue.circulation.rules.reasons import Reason, Why, applying
from jieyue.fees.models import DepositLine
from jieyue.kit import sql
from jieyue.kit.ids import public_id
from jieyue.libraries.actions import action
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.permissions import Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """The step is taken back. `loan` is the loan that now stands (after a return: a new id)."""

    type: Literal["undone"] = "undone"
    step: Literal["checkout", "checkin", "renewal", "recall"]
    loan: str
    copy_barcode: str
    title: str
    due_on: date | None  # None: the copy is no longer on loan


@dataclass(frozen=True, slots=True, kw_only=True)
class NotUndone:
    """Nothing changed, and why."""

    type: Literal["refused"] = "refused"
    loan: str
    reasons: tuple[Why, ...]


@action(needs=Permission.UNDO)
def undo_checkout(desk: Desk, *, loan: str) -> Undone | NotUndone:
    """End a loan of today that was a mistake; no history shows it as borrowed."""
    row = _locked(loan, now=desk.now)
    if row is None:
        return _refuse(loan, None, Reason.LOAN_UNKNOWN)
    need_group(desk, row["patron_id"])
    against = [
        (Reason.OTHER_BRANCH, not desk.works_at(row["branch_id"])),
        (Reason.LOAN_ENDED, row["returned_at"] is not None),
        (Reason.SOMETHING_FOLLOWED, row["renewals"] > 0 or row["lost_at"] is not None),
        (Reason.TOO_LATE_TO_UNDO, not _is_today(desk, row["lent_at"])),
    ]
    if reasons := applying(against):
        return _refuse(loan, row, *reasons)
    Loan.objects.filter(pk=row["loan_id"]).update(
        returned_at=max(desk.now, row["lent_at"]),
        returned_branch_id=desk.branch_id,
        ending=Loan.Ending.UNDONE,
    )
    reopen_hold(row)
    return _undone("checkout", row, loan, due_on=None)


@action(needs=Permission.UNDO)
def undo_checkin(desk: Desk, *, loan: str) -> Undone | NotUndone:
    """Correct a return of today that nothing has followed: the loan goes on under a new id.

    The new row has the old dates; the old one stays as what was scanned (`continued`).
    """
    row = _locked(loan, now=desk.now)
    if row is None:
        return _refuse(loan, None, Reason.LOAN_UNKNOWN)
    need_group(desk, row["patron_id"])
    returned_at: datetime | None = row["returned_at"]
    scan = scan_of(row["copy_id"], loan)
    against = [
        (Reason.LOAN_UNKNOWN, returned_at is None or row["ending"] != Loan.Ending.RETURNED),
        (
            Reason.OTHER_BRANCH,
            returned_at is not None and not desk.works_at(row["returned_branch_id"]),
        ),
        # The book has left the library since: nobody can have it at home again.
        # And money taken for the lateness is given back first.
        (
            Reason.SOMETHING_FOLLOWED,
            row["later_loans"] > 0
            or row["standing"] == "withdrawn"
            or row["lost_at"] is not None  # what was charged for it is settled
            or was_paid(row["loan_id"], row["due_at"]),
        ),
        (
            Reason.TOO_LATE_TO_UNDO,
            returned_at is not None and not _was_scanned_today(desk, scan, returned_at),
        ),
        (Reason.DEPOSIT_GIVEN_BACK, returned_at is not None and _lacks_deposit(row)),
    ]
    if reasons := applying(against):
        return _refuse(loan, row, *reasons)
    release_copy(desk, row["copy_id"])
    if scan is not None:
        unfloat(scan)
    lines = take_back_late(desk, row["loan_id"], row["due_at"])
    Loan.objects.filter(pk=row["loan_id"]).update(ending=Loan.Ending.CONTINUED)
    continued = Loan.objects.create(
        library_id=desk.library_id,
        public_id=public_id(),
        copy_id=row["copy_id"],
        patron_id=row["patron_id"],
        branch_id=row["branch_id"],
        lent_at=row["lent_at"],
        due_at=row["due_at"],
        renewals=row["renewals"],
        renewed_at=row["renewed_at"],
        unseen_renewals=row["unseen_renewals"],
        is_hourly=row["is_hourly"],
        is_on_site=row["is_on_site"],
        recalled_at=row["recalled_at"],
        terms=_terms(row),
    )
    due_on = row["due_at"].astimezone(desk.zone).date()
    return _undone("checkin", row, continued.public_id, due_on=due_on, waived=lines)


@action(needs=Permission.UNDO)
def undo_renewal(desk: Desk, *, loan: str) -> Undone | NotUndone:
    """Give a loan renewed today its former date back."""
    row = _locked(loan, now=desk.now)
    if row is None:
        return _refuse(loan, None, Reason.LOAN_UNKNOWN)
    before = _terms(row).get("before")
    against = [
        (Reason.OTHER_BRANCH, not desk.works_at(row["branch_id"])),
        (Reason.LOAN_ENDED, row["returned_at"] is not None),
        (
            Reason.TOO_LATE_TO_UNDO,
            before is None or row["renewed_at"] is None or not _is_today(desk, row["renewed_at"]),
        ),
        (
            Reason.SOMETHING_FOLLOWED,
            row["lost_at"] is not None  # the lateness before the renewal is settled for good
            or (
                row["renewed_at"] is not None
                and row["recalled_at"] is not None
                and row["recalled_at"] >= row["renewed_at"]
            ),
        ),
    ]
    if reasons := applying(against):
        return _refuse(loan, row, *reasons)
    assert before is not None
    due_at = datetime.fromisoformat(before["due_at"])
    if was_paid(row["loan_id"], due_at):
        return _refuse(loan, row, Reason.SOMETHING_FOLLOWED)
    lines = take_back_late(desk, row["loan_id"], due_at)
    renewed_at = before["renewed_at"] and datetime.fromisoformat(before["renewed_at"])
    Loan.objects.filter(pk=row["loan_id"]).update(
        due_at=due_at,
        renewals=row["renewals"] - 1,
        renewed_at=renewed_at,
        unseen_renewals=before.get("unseen_renewals", 0),
        terms={key: value for key, value in _terms(row).items() if key != "before"},
    )
    due_on = due_at.astimezone(desk.zone).date()
    return _undone("renewal", row, loan, due_on=due_on, waived=lines)


def _locked(loan: str, *, now: datetime) -> sql.Row | None:
    sql.lock(LOCK_LOANS, loans=[loan])
    found = sql.rows(LOAN_FACTS, loans=[loan], now=now)
    return found[0] if found else None


def _terms(row: sql.Row) -> dict[str, Any]:
    terms: dict[str, Any] | str = row["terms"]
    return json.loads(terms) if isinstance(terms, str) else terms


def _lacks_deposit(row: sql.Row) -> bool:
    """Say whether the deposit that the loan stood on was given back since, and is not here again.

    One statement, one more if some was given back since then; readers with open loans get none.
    """
    lines = DepositLine.objects.filter(patron_id=row["patron_id"], at__gte=row["returned_at"])
    if row["is_on_site"] or not lines.filter(kind=DepositLine.Kind.PAID_BACK).exists():
        return False
    if not terms_of(row).needs_deposit:
        return False
    has = deposit_of(row["patron_id"])
    return bool(deposit_refusals(has, price_cents=row["price_cents"] or 0, lent_cents=0))


def _is_today(desk: Desk, moment: datetime) -> bool:
    return moment.astimezone(desk.zone).date() == desk.today


def _was_scanned_today(desk: Desk, scan: Entry | None, returned_at: datetime) -> bool:
    """Say so of a return; one as of an earlier day may have been scanned today all the same."""
    return _is_today(desk, returned_at) or (scan is not None and _is_today(desk, scan.at))


def _undone(
    step: Literal["checkout", "checkin", "renewal"],
    row: sql.Row,
    loan: str,
    due_on: date | None,
    waived: Sequence[str] = (),
) -> Undone:
    note(_entry(row, "undone", step=step, loan=loan, **waived_lines(list(waived))))
    return Undone(
        step=step, loan=loan, copy_barcode=row["barcode"], title=row["title"], due_on=due_on
    )


def _refuse(loan: str, row: sql.Row | None, *reasons: Reason) -> NotUndone:
    note(_entry(row, "refused", *reasons, loan=loan))
    return NotUndone(loan=loan, reasons=tuple(Why(reason) for reason in reasons))


def _entry(row: sql.Row | None, outcome: str, *reasons: Reason, **data: str | list[str]) -> Note:
    return Note(
        outcome=outcome,
        patron_id=row["patron_id"] if row else None,
        title_id=row["title_id"] if row else None,
        copy_id=row["copy_id"] if row else None,
        reasons=tuple(reasons),
        data=dict(data),
    )
