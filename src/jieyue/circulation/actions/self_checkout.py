"""Borrowing without staff: by the reader's own phone, where and when the branch allows it.

The decision is checkout's own, with what the branch's rules add. In the journal it is a checkout
like any other, through the reader's door.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal

from jieyue.audit.journal import Note, note
from jieyue.catalog.models import Copy
from jieyue.circulation.actions.checkout import Lent, lend
from jieyue.circulation.models import Loan, Receipt, ReceiptLine, ToShelve
from jieyue.circulation.queries.facts import lock_and_read_checkout
from jieyue.circulation.queries.lending import decide_checkout
from jieyue.circulation.queries.self_service import (
    CopyHere,
    card_of,
    is_open_now,
    meant_by,
    self_rules,
    visit_of,
    who_and_rules,
)
from jieyue.circulation.rules.reasons import Why, by_gravity, codes, kept_figures
from jieyue.circulation.rules.receipts import RECEIPT_HOURS
from jieyue.circulation.rules.self_service import borrowing_refusals
from jieyue.kit import sql
from jieyue.kit.ids import public_id
from jieyue.libraries.actions import ForbiddenError, action
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.permissions import Permission
from jieyue.outbox.promises import promise


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfLent:
    """The copy is the reader's until `due_on` (local) / `due_at` (UTC), and on the receipt."""

    type: Literal["self_lent"] = "self_lent"
    loan: str  # public id, like those of copy, title and receipt
    copy: str
    copy_barcode: str
    title_id: str
    title: str
    due_on: date
    due_at: datetime
    parts: str  # to take along, such as a CD
    loans_left: int
    receipt: str
    books: int  # on the receipt now


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfNotLent:
    """Nothing was lent, and every reason why."""

    type: Literal["refused"] = "refused"
    copy_barcode: str  # or what was read
    title: str
    reasons: tuple[Why, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfChoice:
    """The ISBN is of several copies that are here: the reader says which one it is."""

    type: Literal["choose"] = "choose"
    title: str
    copies: tuple[CopyHere, ...]


def self_checkout(desk: Desk, *, scan: str) -> SelfLent | SelfNotLent | SelfChoice:
    """Lend the reader at this desk the copy that was scanned, or say every reason why not.

    `scan` is a barcode, the address of a copy's QR code or an ISBN. `desk.presence` says how the
    reader proved to be here. The same key gets the same answer again, whatever changed since.
    """
    return _checkout(desk, scan=scan)


@action(needs=Permission.OWN_CHECKOUT)
def _checkout(desk: Desk, *, scan: str) -> SelfLent | SelfNotLent | SelfChoice:
    """Lock the copy, then the reader, as every checkout does, and decide what that decides."""
    if desk.patron_id is None:
        raise ForbiddenError(Permission.OWN_CHECKOUT)
    rules = self_rules(desk.branch_id)
    meant = meant_by(desk, scan)
    if meant.choices and rules is not None and rules.may_borrow:
        note(Note(outcome="choose", patron_id=desk.patron_id))
        return SelfChoice(title=meant.title, copies=meant.choices)
    barcode = meant.barcode or (meant.choices[0].barcode if meant.choices else "")
    facts = lock_and_read_checkout(
        (barcode,), card_of(desk.patron_id), now=desk.now, today=desk.today
    )
    version, category = who_and_rules(desk.patron_id)
    visit = visit_of(desk)
    against = borrowing_refusals(
        rules,
        desk.presence,
        now=desk.now,
        local=desk.now.astimezone(desk.zone),
        is_open=is_open_now(desk, version),
        category=category,
        so_far=visit["so_far"] if visit else 0,
    )
    [decision] = decide_checkout(desk, facts, (barcode,), frozenset())
    own = getattr(decision, "reasons", ())
    if against or own:
        refused = SelfNotLent(
            copy_barcode=barcode, title=meant.title, reasons=by_gravity([*own, *against])
        )
        copy = decision.copy
        note(
            Note(
                outcome="refused",
                patron_id=desk.patron_id,
                title_id=copy.title_id if copy else None,
                copy_id=copy.copy_id if copy else None,
                reasons=codes(refused.reasons),
                data=kept_figures(refused.reasons),
            )
        )
        return refused
    written = lend(desk, facts, (barcode,))
    [lent] = written.outcome.results
    assert isinstance(lent, Lent)
    sql.write(written.statements, at=desk.now, branch=desk.branch_id, **written.params)
    return _on_receipt(desk, lent, visit["public_id"] if visit else "")


def _on_receipt(desk: Desk, lent: Lent, receipt: str) -> SelfLent:
    """Put the loan onto the receipt of this visit, or begin one."""
    until = desk.now + timedelta(hours=RECEIPT_HOURS)
    row = Receipt.objects.filter(public_id=receipt).first() if receipt else None
    if row is None:
        row = Receipt.objects.create(
            library_id=desk.library_id,
            public_id=public_id(),
            patron_id=desk.patron_id,
            branch_id=desk.branch_id,
            made_at=desk.now,
            valid_until=until,
        )
    else:
        Receipt.objects.filter(pk=row.pk).update(valid_until=until)
    loan = Loan.objects.get(public_id=lent.loan)
    ReceiptLine.objects.create(library_id=desk.library_id, receipt=row, loan=loan)
    ToShelve.objects.filter(copy_id=loan.copy_id, ended_at=None).update(
        ended_at=desk.now, ending=ToShelve.Ending.ELSEWHERE
    )
    promise("notices.receipt", {"loans": [lent.loan], "did": "borrowed"}, at=desk.now)
    copy = Copy.objects.select_related("title").get(pk=loan.copy_id)
    return SelfLent(
        loan=lent.loan,
        copy=copy.public_id,
        copy_barcode=lent.copy_barcode,
        title_id=copy.title.public_id,
        title=lent.title,
        due_on=lent.due_on,
        due_at=lent.due_at,
        parts=lent.parts,
        loans_left=lent.loans_left,
        receipt=row.public_id,
        books=ReceiptLine.objects.filter(receipt=row, loan__returned_at=None).count(),
    )


def as_here(desk: Desk) -> Desk:
    """Return the desk at the branch where its reader proved to be."""
    return replace(desk, branch_id=desk.presence.branch_id) if desk.presence else desk
