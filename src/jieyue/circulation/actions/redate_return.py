"""Correcting the day on which a copy came back: the fine is the one of that day."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from jieyue.audit.journal import Note, note
from jieyue.circulation.actions.effects.late import (
    IN_TIME,
    late_effect,
    take_back_late,
    waived_lines,
    was_paid,
)
from jieyue.circulation.models import Loan
from jieyue.circulation.queries.blocks import with_details
from jieyue.circulation.queries.facts import LOAN_FACTS, LOCK_LOANS
from jieyue.circulation.queries.returns import scan_of
from jieyue.circulation.rules.reasons import Reason, Why, by_gravity, codes, kept_figures
from jieyue.circulation.rules.returns import MAX_DAYS_TO_CORRECT, can_redate, days_late
from jieyue.kit import sql
from jieyue.libraries.actions import action
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.permissions import Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnRedated:
    """A return as of an earlier moment, and what being late costs then."""

    type: Literal["redated"] = "redated"
    loan: str
    copy_barcode: str
    title: str
    returned_on: date  # local
    returned_at: datetime
    days_overdue: int
    fine_cents: int = 0
    suspended_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotRedated:
    """Nothing changed, and why."""

    type: Literal["refused"] = "refused"
    loan: str
    reasons: tuple[Why, ...]


@action(needs=Permission.BACKDATE)
def redate_return(desk: Desk, *, loan: str, as_of: datetime) -> ReturnRedated | NotRedated:
    """Say that a copy came back earlier (aware) than it was scanned, within a week of that.

    What was charged is waived and 停借 lifted, and what is due as of that moment takes its place:
    nothing, if the copy came back in time. Money already taken must be given back first. A wrong
    correction is corrected in the same way.
    """
    sql.lock(LOCK_LOANS, loans=[loan])
    found = with_details(sql.rows(LOAN_FACTS, loans=[loan], now=desk.now), now=desk.now)
    if not found:
        return _refuse(loan, None, (Why(Reason.LOAN_UNKNOWN),))
    row = found[0]
    if reasons := _against(desk, row, as_of):
        return _refuse(loan, row, reasons)
    lines = take_back_late(desk, row["loan_id"], row["due_at"])
    settled = late_effect(desk, [row], ended_at=as_of).get(row["loan_id"], IN_TIME)
    Loan.objects.filter(pk=row["loan_id"]).update(returned_at=as_of)
    note(
        Note(
            outcome="redated",
            patron_id=row["patron_id"],
            title_id=row["title_id"],
            copy_id=row["copy_id"],
            data={
                "loan": loan,
                "was": row["returned_at"].isoformat(),
                "returned_at": as_of.isoformat(),
                "fine_cents": settled.amount_cents,
            }
            | waived_lines(lines),
        )
    )
    return ReturnRedated(
        loan=loan,
        copy_barcode=row["barcode"],
        title=row["title"],
        returned_on=as_of.astimezone(desk.zone).date(),
        returned_at=as_of,
        days_overdue=days_late(row["due_at"], as_of, desk.zone),
        fine_cents=settled.amount_cents,
        suspended_until=settled.suspended_until,
    )


def _against(desk: Desk, row: sql.Row, as_of: datetime) -> tuple[Why, ...]:
    returned_at: datetime | None = row["returned_at"]
    if returned_at is None or row["ending"] != Loan.Ending.RETURNED:
        return (Why(Reason.LOAN_NOT_RETURNED),)
    scan = scan_of(row["copy_id"], row["loan"])
    scanned_at = scan.at if scan else returned_at
    days: dict[str, str | int] = {
        "first": row["lent_at"].astimezone(desk.zone).date().isoformat(),
        "last": scanned_at.astimezone(desk.zone).date().isoformat(),
    }
    checks: tuple[tuple[Reason, bool, dict[str, str | int]], ...] = (
        (Reason.OTHER_BRANCH, not desk.works_at(row["returned_branch_id"]), {}),
        (
            Reason.TOO_LATE_TO_REDATE,
            not can_redate(scanned_at, desk.now),
            {"days": MAX_DAYS_TO_CORRECT},
        ),
        (Reason.RETURN_DAY_UNFIT, not row["lent_at"] <= as_of < scanned_at, days),
        (Reason.FINE_PAID, was_paid(row["loan_id"], row["due_at"]), {}),
    )
    return by_gravity([Why(reason, facts) for reason, applies, facts in checks if applies])


def _refuse(loan: str, row: sql.Row | None, reasons: tuple[Why, ...]) -> NotRedated:
    note(
        Note(
            outcome="refused",
            patron_id=row["patron_id"] if row else None,
            title_id=row["title_id"] if row else None,
            copy_id=row["copy_id"] if row else None,
            reasons=codes(reasons),
            data={"loan": loan} | kept_figures(reasons),
        )
    )
    return NotRedated(loan=loan, reasons=reasons)
