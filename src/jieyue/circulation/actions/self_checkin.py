"""Returning without staff, at a marked return point: an ordinary return, then "to be shelved".

A reader's word ends the loan, but calls nobody else to the library: whoever waits for the copy is
told once staff have had it in hand, when they put it away or take it back at the desk.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from jieyue.audit.journal import Note, note
from jieyue.catalog.models import Copy
from jieyue.circulation.actions.checkin import NotOnLoan, Returned, UnknownCopy, take_back
from jieyue.circulation.actions.effects.capture import SHELF, Goes
from jieyue.circulation.models import Loan, ReturnPoint, ToShelve
from jieyue.circulation.queries.facts import LOCK_COPIES
from jieyue.circulation.queries.self_service import (
    Meant,
    meant_itself,
    return_point,
    self_rules,
)
from jieyue.circulation.rules.reasons import Reason, Why, codes
from jieyue.circulation.rules.self_service import returning_refusals
from jieyue.kit import sql
from jieyue.libraries.actions import ForbiddenError, action, need_branch
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.permissions import Permission
from jieyue.outbox.promises import promise


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfReturned:
    """The book is back. Nothing is said of whoever had it, unless it was the reader at this desk.

    `put` says where: on the return point's shelf, or on the marked one for books that go on.
    """

    type: Literal["self_returned"] = "self_returned"
    copy: str  # public id
    copy_barcode: str
    title_id: str
    title: str
    parts: str  # to leave with it, such as a CD
    put: Literal["shelf", "marked"]
    point: str
    says: str  # of the return point: where the books go
    is_own: bool
    days_overdue: int = 0
    fine_cents: int = 0
    suspended_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfNotReturned:
    """Nothing changed, and why."""

    type: Literal["refused"] = "refused"
    copy_barcode: str
    title: str
    reasons: tuple[Why, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelved:
    """A copy is put away; with where it stands, or `goes` to. `was_listed`: it was on the list."""

    type: Literal["shelved"] = "shelved"
    copy_barcode: str
    title: str
    call_number: str
    shelf: str
    was_listed: bool
    goes: Goes = SHELF


@dataclass(frozen=True, slots=True, kw_only=True)
class NotShelved:
    """No such copy, or it is lent, and why."""

    type: Literal["refused"] = "refused"
    copy_barcode: str
    reasons: tuple[Why, ...]


def self_checkin(desk: Desk, *, scan: str) -> SelfReturned | SelfNotReturned:
    """Take back what a reader scanned at a return point. Only the copy's own code counts.

    `desk.presence` says at which point. The same key gets the same answer again.
    """
    return _checkin(desk, scan=scan)


@action(needs=Permission.OWN_CHECKIN)
def _checkin(desk: Desk, *, scan: str) -> SelfReturned | SelfNotReturned:
    if desk.patron_id is None:
        raise ForbiddenError(Permission.OWN_CHECKIN)
    against = returning_refusals(self_rules(desk.branch_id), desk.presence, desk.now)
    point = return_point(desk.presence.point) if desk.presence else None
    if not against and (point is None or not point.is_active):
        against = [Why(Reason.NOT_HERE)]
    meant = meant_itself(desk, scan)
    copy = _copy(meant)
    if against or copy is None or point is None:
        reasons = tuple(against) or (_unknown(meant),)
        return _refused(desk, meant.barcode, copy, reasons)
    written = take_back(desk, (copy.barcode,), is_seen=False)
    [result] = written.outcome.results
    assert not isinstance(result, UnknownCopy)
    was_mine = _is_own(desk, result)
    sql.write(written.statements, at=desk.now, branch=desk.branch_id, **written.params)
    _list(desk, copy, point.public_id)
    if not was_mine:  # the return itself names whose it was; should it not be there, who says so?
        note(
            Note(
                outcome="self_returned",
                patron_id=desk.patron_id,
                title_id=copy.title_id,
                copy_id=copy.pk,
            )
        )
    if was_mine and isinstance(result, Returned):
        promise("notices.receipt", {"loans": [result.loan], "did": "returned"}, at=desk.now)
    return SelfReturned(
        copy=copy.public_id,
        copy_barcode=copy.barcode,
        title_id=copy.title.public_id,
        title=copy.title.name,
        parts=copy.parts,
        put="shelf" if result.goes.to == "shelf" else "marked",
        point=point.name,
        says=point.says,
        is_own=was_mine,
        days_overdue=result.days_overdue if was_mine and isinstance(result, Returned) else 0,
        fine_cents=result.fine_cents if was_mine and isinstance(result, Returned) else 0,
        suspended_until=(
            result.suspended_until if was_mine and isinstance(result, Returned) else None
        ),
    )


def _copy(meant: Meant) -> Copy | None:
    return Copy.objects.select_related("title").filter(barcode=meant.barcode).first()


def _unknown(meant: Meant) -> Why:
    return Why(Reason.COPY_CODE_NEEDED if meant.is_isbn else Reason.COPY_UNKNOWN)


def _refused(
    desk: Desk, barcode: str, copy: Copy | None, reasons: tuple[Why, ...]
) -> SelfNotReturned:
    note(
        Note(
            outcome="refused",
            patron_id=desk.patron_id,
            title_id=copy.title_id if copy else None,
            copy_id=copy.pk if copy else None,
            reasons=codes(reasons),
        )
    )
    return SelfNotReturned(
        copy_barcode=barcode, title=copy.title.name if copy else "", reasons=reasons
    )


def _is_own(desk: Desk, result: Returned | NotOnLoan) -> bool:
    if not isinstance(result, Returned):
        return False
    return Loan.objects.filter(public_id=result.loan, patron_id=desk.patron_id).exists()


def _list(desk: Desk, copy: Copy, point: str) -> None:
    """Put the copy onto the list of what is to be shelved, once."""
    ToShelve.objects.filter(copy=copy, ended_at=None).update(
        ended_at=desk.now, ending=ToShelve.Ending.ELSEWHERE
    )
    ToShelve.objects.create(
        library_id=desk.library_id,
        copy=copy,
        branch_id=desk.branch_id,
        point=ReturnPoint.objects.get(public_id=point),
        returned_at=desk.now,
    )


def _not_shelved(scan: str, copy: Copy | None, why: Why) -> NotShelved:
    note(
        Note(
            outcome="refused",
            title_id=copy.title_id if copy else None,
            copy_id=copy.pk if copy else None,
            reasons=codes((why,)),
        )
    )
    return NotShelved(copy_barcode=copy.barcode if copy else scan[:40], reasons=(why,))


@action(needs=Permission.COPY_SHELVE)
def shelve(desk: Desk, *, scan: str) -> Shelved | NotShelved:
    """Take a copy off the list of what is to be shelved, as staff put it where it goes.

    They have it in hand, so it counts as brought to the desk: it is kept for whoever waits, who is
    told now, or travels, or is no longer missing. A copy that is lent is refused: the desk's
    return would end somebody's loan.
    """
    meant = meant_itself(desk, scan)
    copy = _copy(meant)
    if copy is not None:
        sql.lock(LOCK_COPIES, barcodes=[copy.barcode])
    if copy is None or Loan.objects.filter(copy=copy, returned_at=None).exists():
        why = _unknown(meant) if copy is None else Why(Reason.COPY_ON_LOAN)
        return _not_shelved(scan, copy, why)
    found = ToShelve.objects.filter(copy=copy, ended_at=None)
    for row in found:
        need_branch(desk, row.branch_id)
    listed = found.update(ended_at=desk.now, ending=ToShelve.Ending.SHELVED)
    written = take_back(desk, (copy.barcode,))
    [result] = written.outcome.results
    assert isinstance(result, NotOnLoan)
    sql.write(written.statements, at=desk.now, branch=desk.branch_id, **written.params)
    return Shelved(
        copy_barcode=copy.barcode,
        title=copy.title.name,
        call_number=copy.call_number,
        shelf=copy.shelf,
        was_listed=listed > 0,
        goes=result.goes,
    )
