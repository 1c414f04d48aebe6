"""Lost books: reported by staff or the reader, priced by staff, or not lost after all."""

from dataclasses import dataclass
from typing import Any, Literal

from jieyue.audit.journal import Note, note
from jieyue.catalog.models import Copy
from jieyue.circulation.actions.effects.late import take_back_late, waived_lines, was_paid
from jieyue.circulation.actions.effects.lost import (
    FOUND,
    assess,
    charge_loss,
    cost_of,
    declare_lost,
    locked_loan,
    waive_left,
)
from jieyue.circulation.models import Assessment, Loan
from jieyue.circulation.rules.losses import CLAIMS_OF_OWN, MAX_COST_CENTS
from jieyue.circulation.rules.reasons import Reason, Why, applying, codes, kept_figures
from jieyue.libraries.actions import ForbiddenError, action
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.permissions import Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class LostReported:
    """The copy counts as lost. `cost_cents` is None until staff say what it costs.

    `is_settled`: it costs nothing, so the loan has ended.
    """

    type: Literal["lost"] = "lost"
    loan: str  # public id
    copy_barcode: str
    title: str
    cost_cents: int | None
    charge: str = ""  # public id
    is_settled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NotLostAfterAll:
    """The loan goes on with its dates; what was charged and not paid is let off."""

    type: Literal["not_lost"] = "not_lost"
    loan: str
    copy_barcode: str
    title: str
    waived_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LossRefused:
    """Nothing changed but the journal, and every reason why."""

    type: Literal["refused"] = "refused"
    loan: str
    reasons: tuple[Why, ...]


@action(needs=None)
def report_lost(
    desk: Desk, *, loan: str, cost_cents: int | None = None
) -> LostReported | LossRefused:
    """Say that the copy of an open loan is lost. Fines stop; the loan is open until it is settled.

    Staff need the right to money, and say the cost where no price is known (or to say otherwise
    than the rule). A reader may report their own; another's is unknown to them.
    """
    is_staff = desk.may(Permission.FEES)
    if not is_staff and not desk.may(Permission.OWN_LOANS):
        raise ForbiddenError(Permission.FEES)
    row = locked_loan(desk, loan, is_own=not is_staff)
    if row is None:
        return refuse(desk, loan, None, Reason.LOAN_UNKNOWN)
    said = cost_cents if is_staff else None
    cost = cost_of(desk, row, said) if row.returned_at is None else None
    against = (
        (Reason.LOAN_ENDED, row.returned_at is not None),
        (Reason.LOAN_LOST, row.lost_at is not None and row.returned_at is None),
        (Reason.COST_BAD, is_cost_bad(said)),
        (Reason.COST_UNKNOWN, is_staff and cost is None and row.returned_at is None),
    )
    if reasons := applying(against):
        return refuse(desk, loan, row, *reasons)
    how = Loan.LostHow.STAFF if is_staff else Loan.LostHow.READER
    line = declare_lost(desk, row, how=how, cost=cost)
    return _reported(row, cost.cents if cost else None, line.public_id if line else "")


@action(needs=Permission.FEES)
def price_loss(desk: Desk, *, loan: str, cost_cents: int) -> LostReported | LossRefused:
    """Say what a lost loan costs whose price nobody knew; 0 settles it."""
    row = locked_loan(desk, loan, is_own=False)
    if row is None:
        return refuse(desk, loan, None, Reason.LOAN_UNKNOWN)
    against = (
        (Reason.LOAN_ENDED, row.returned_at is not None),
        (Reason.LOAN_NOT_LOST, row.lost_at is None),
        (Reason.COST_BAD, is_cost_bad(cost_cents)),
        (Reason.COST_SAID, row.returned_at is None and is_priced(row)),
    )
    if reasons := applying(against):
        return refuse(desk, loan, row, *reasons)
    cost = cost_of(desk, row, cost_cents)
    assert cost is not None
    line = charge_loss(desk, row, cost)
    return _reported(row, cost.cents, line.public_id if line else "")


@action(needs=Permission.FEES)
def withdraw_loss(desk: Desk, *, loan: str) -> NotLostAfterAll | LossRefused:
    """Take it back that a copy is lost: the reader has it after all. The loan goes on as it was.

    What is left of the charge is let off; what was paid stays paid, and staff may give it back.
    """
    row = locked_loan(desk, loan, is_own=False)
    if row is None:
        return refuse(desk, loan, None, Reason.LOAN_UNKNOWN)
    against = (
        (Reason.LOAN_ENDED, row.returned_at is not None),
        (Reason.LOAN_NOT_LOST, row.lost_at is None),
    )
    if reasons := applying(against):
        return refuse(desk, loan, row, *reasons)
    waived, lines = waive_left(desk, row, FOUND), list[str]()
    if not was_paid(row.pk, row.due_at):
        lines = take_back_late(desk, row.pk, row.due_at)  # counted anew when the book comes back
    if not Assessment.objects.filter(loan=row, kind=Assessment.Kind.LOST).exists():
        assess(desk, row, Assessment.Kind.LOST, 0, None, {})  # so that no night does it again
    row.lost_at, row.lost_how = None, None
    row.save(update_fields=["lost_at", "lost_how"])
    Copy.objects.filter(pk=row.copy_id).update(standing=Copy.Standing.IN_USE)
    say(row, waived_cents=waived, **waived_lines(lines))
    return NotLostAfterAll(
        loan=loan, copy_barcode=row.copy.barcode, title=row.copy.title.name, waived_cents=waived
    )


def is_cost_bad(cents: int | None) -> bool:
    """Say whether that can be no cost."""
    return cents is not None and not 0 <= cents <= MAX_COST_CENTS


def is_priced(loan: Loan) -> bool:
    """Say whether a lost loan has its price already; one that was found again has it no more."""
    last = (
        Assessment.objects.filter(loan=loan, kind=Assessment.Kind.LOST).order_by("-period").first()
    )
    return last is not None and loan.lost_at is not None and last.at >= loan.lost_at


def refuse(desk: Desk, loan: str, row: Loan | None, *reasons: Reason) -> LossRefused:
    """Refuse, with the codes and their figures in the journal."""
    whys = tuple(Why(reason, _facts(desk, row, reason)) for reason in reasons)
    note(
        Note(
            outcome="refused",
            patron_id=row.patron_id if row else None,
            title_id=row.copy.title_id if row else None,
            copy_id=row.copy_id if row else None,
            reasons=codes(whys),
            data={"loan": loan[:40]} | kept_figures(whys),
        )
    )
    return LossRefused(loan=loan, reasons=whys)


def _facts(desk: Desk, row: Loan | None, reason: Reason) -> dict[str, str | int]:
    """Return what explains a reason: since when (local), or how many at most."""
    if reason is Reason.TOO_MANY_CLAIMS:
        return {"most": CLAIMS_OF_OWN}
    since = (
        {
            Reason.LOAN_ENDED: row.returned_at,
            Reason.LOAN_LOST: row.lost_at,
            Reason.LOAN_CLAIMED: row.claimed_at,
        }
        if row
        else {}
    )
    at = since.get(reason)
    return {"since": at.astimezone(desk.zone).date().isoformat()} if at else {}


def say(row: Loan, **data: Any) -> None:
    """Write what was done with a loan into the journal."""
    note(
        Note(
            patron_id=row.patron_id,
            title_id=row.copy.title_id,
            copy_id=row.copy_id,
            data={"loan": row.public_id} | data,
        )
    )


def _reported(row: Loan, cost_cents: int | None, charge: str) -> LostReported:
    said: dict[str, Any] = {} if cost_cents is None else {"amount_cents": cost_cents}
    say(row, how=row.lost_how, **said)
    return LostReported(
        loan=row.public_id,
        copy_barcode=row.copy.barcode,
        title=row.copy.title.name,
        cost_cents=cost_cents,
        charge=charge,
        is_settled=row.returned_at is not None,
    )
