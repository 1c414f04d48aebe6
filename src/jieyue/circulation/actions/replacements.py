"""A lost book replaced by another copy of the same or a newer edition, as is usual in China."""

from dataclasses import dataclass
from typing import Literal

from jieyue.catalog.actions.making import insert_copies, plan_copies
from jieyue.catalog.models import Copy
from jieyue.catalog.rules.copies import NewCopies, read_barcode
from jieyue.circulation.actions.effects.lost import (
    REPLACEMENT,
    declare_lost,
    end_lost,
    locked_loan,
    waive_left,
)
from jieyue.circulation.actions.losses import LossRefused, is_cost_bad, refuse, say
from jieyue.circulation.models import Loan, Replacement
from jieyue.circulation.rules.reasons import Reason, applying
from jieyue.libraries.actions import action
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.permissions import Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class Replaced:
    """The loan is settled by another copy; what was left of the charge is let off."""

    type: Literal["replaced"] = "replaced"
    loan: str  # public id
    copy_barcode: str  # of the lost one
    title: str
    new_barcode: str  # the same, if the new copy took it over
    waived_cents: int


@action(needs=Permission.FEES)
def accept_replacement(
    desk: Desk, *, loan: str, barcode: str = "", price_cents: int | None = None
) -> Replaced | LossRefused:
    """Accept another copy for a lost one, and settle the loan.

    `barcode` empty: the new copy takes over the label of the lost one. A new barcode: it joins the
    same title. One of a copy that is in the catalogue already, such as of a newer edition: that
    one, if it is in use, nobody has it and it has not replaced another. A book that was not
    reported yet counts as lost first.
    """
    code = read_barcode(barcode)
    _lock_copies(loan, code)
    row = locked_loan(desk, loan, is_own=False)
    if row is None:
        return refuse(desk, loan, None, Reason.LOAN_UNKNOWN)
    against = (
        (Reason.LOAN_ENDED, row.returned_at is not None),
        (Reason.COST_BAD, is_cost_bad(price_cents)),
    )
    if reasons := applying(against):
        return refuse(desk, loan, row, *reasons)
    is_same_label = code in ("", row.copy.barcode)
    if not is_same_label:
        new_copy = _new_copy(desk, row, code, price_cents)
        if isinstance(new_copy, Reason):
            return refuse(desk, loan, row, new_copy)
        Replacement.objects.create(library_id=desk.library_id, loan=row, copy=new_copy, at=desk.now)
    if row.lost_at is None:
        declare_lost(desk, row, how=Loan.LostHow.STAFF, cost=None)
    waived = waive_left(desk, row, REPLACEMENT)
    end_lost(desk, [row])
    if is_same_label:
        price = {} if price_cents is None else {"price_cents": price_cents}
        Copy.objects.filter(pk=row.copy_id).update(standing=Copy.Standing.IN_USE, **price)
    new = row.copy.barcode if is_same_label else code
    say(row, new_barcode=new, waived_cents=waived)
    return Replaced(
        loan=loan,
        copy_barcode=row.copy.barcode,
        title=row.copy.title.name,
        new_barcode=new,
        waived_cents=waived,
    )


def _lock_copies(loan: str, code: str) -> None:
    """Lock the lost copy and the one named, in the order of their ids."""
    named = Copy.objects.filter(barcode=code) if code else Copy.objects.none()
    lost = Loan.objects.filter(public_id=loan).values_list("copy_id", flat=True)
    ids = {*named.values_list("pk", flat=True), *lost}
    found = Copy.objects.filter(pk__in=ids).order_by("pk")
    list(found.select_for_update(of=("self",)).values_list("pk", flat=True))


def _new_copy(desk: Desk, row: Loan, code: str, price_cents: int | None) -> Copy | Reason:
    """Find or add the copy with this barcode, or say why it cannot stand for the lost one."""
    named: Copy | None = Copy.objects.filter(barcode=code).first()
    if named is not None:
        if Replacement.objects.filter(copy=named).exists():
            return Reason.REPLACEMENT_USED
        is_free = not Loan.objects.filter(copy=named, returned_at=None).exists()
        fits = named.standing == Copy.Standing.IN_USE and is_free
        return named if fits else Reason.REPLACEMENT_UNFIT
    lost = row.copy
    plan = plan_copies(
        desk,
        NewCopies(
            barcodes=(code,),
            branch=lost.branch.code,
            item_type=lost.item_type.code,
            shelf=lost.shelf,
            call_number=lost.call_number,
            price_cents=lost.price_cents if price_cents is None else price_cents,
            parts=lost.parts,
        ),
    )
    if isinstance(plan, list):
        return Reason.REPLACEMENT_UNFIT
    insert_copies(desk, lost.title, plan)
    added: Copy = Copy.objects.get(barcode=code)
    return added
