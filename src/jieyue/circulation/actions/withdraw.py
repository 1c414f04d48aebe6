"""What staff say of a copy, where its loans have a say too: standing, withdrawing, undoing."""

from dataclasses import dataclass
from typing import Final, Literal

from django.db.models import Q

from jieyue.audit.journal import Note, note
from jieyue.catalog.actions.making import Refused, elsewhere, refused
from jieyue.catalog.models import Copy, Title
from jieyue.catalog.rules.copies import text_faults
from jieyue.catalog.rules.faults import Fault, FaultCode
from jieyue.catalog.rules.record_values import clean
from jieyue.circulation.actions.effects.undoing import release_copy
from jieyue.circulation.models import Hold, Loan, StockLine, Transit
from jieyue.circulation.rules.piles import loan_against
from jieyue.kit.relations import pointed_at
from jieyue.kit.transactions import lock_all, lock_one
from jieyue.libraries.actions import action
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.permissions import Permission

# Withdrawing has its own action and its own right.
STANDINGS: Final = frozenset(Copy.Standing.values) - {Copy.Standing.WITHDRAWN}
MAX_COPIES: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingSet:
    """What is said of the copy now, and what was said before."""

    type: Literal["standing_set"] = "standing_set"
    copy: str  # public id
    barcode: str
    standing: str
    was: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """The copy is no longer the library's; its row and its history stay."""

    type: Literal["withdrawn"] = "withdrawn"
    copy: str
    barcode: str
    title: str  # public id


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """The withdrawal is taken back: the copy is in use."""

    type: Literal["restored"] = "restored"
    copy: str
    barcode: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AddingUndone:
    """Copies added by mistake are gone, and their title if it came with them."""

    type: Literal["adding_undone"] = "adding_undone"
    title: str
    name: str
    copies: int
    is_title_gone: bool


@action(needs=Permission.COPY_SHELVE)
def set_standing(
    desk: Desk,
    *,
    copy: str,
    standing: str,
    note_text: str = "",
) -> StandingSet | Refused:
    """Say that a copy is in use, for reading here, in repair, missing or lost.

    Of one that a reader has only `report_lost` says that it is lost, and only `withdraw_loss` that
    it is not: money hangs on it. Unless it is in use it is kept for nobody any more: who waited
    has their place again.
    """
    row = lock_one(Copy.objects.filter(public_id=copy))
    if row is None:
        return refused([Fault(FaultCode.COPY_UNKNOWN, "copy", copy[:40])])
    text = clean(note_text, 1_000)
    faults = [*elsewhere(desk, row.branch_id), *text_faults(note=text)]
    if standing not in STANDINGS:
        faults.append(Fault(FaultCode.STANDING_UNKNOWN, "standing", standing[:40]))
    if row.standing == Copy.Standing.WITHDRAWN:
        faults.append(Fault(FaultCode.COPY_WITHDRAWN))
    elif (loan := Loan.objects.filter(copy_id=row.pk, returned_at=None).first()) is not None:
        faults += _loan_against(loan, standing)
    if faults:
        return refused(faults, copy_id=row.pk, title_id=row.title_id)
    if standing != Copy.Standing.IN_USE:
        _release(desk, row)
    Copy.objects.filter(pk=row.pk).update(standing=standing, note=text or row.note)
    _note(row, was=row.standing, standing=standing)
    return StandingSet(copy=copy, barcode=row.barcode, standing=standing, was=row.standing)


@action(needs=Permission.COPY_WITHDRAW)
def withdraw_copy(desk: Desk, *, copy: str, reason: str) -> Withdrawn | Refused:
    """Take a copy out of the library for good. Refused while a reader has it.

    Whoever it was kept for waits again, with the same place in the queue.
    """
    row = lock_one(Copy.objects.select_related("title").filter(public_id=copy))
    if row is None:
        return refused([Fault(FaultCode.COPY_UNKNOWN, "copy", copy[:40])])
    text = clean(reason, 1_000)
    faults = [*elsewhere(desk, row.branch_id), *text_faults(note=text)]
    if not text:
        faults.append(Fault(FaultCode.REASON_MISSING, "reason"))
    if row.standing == Copy.Standing.WITHDRAWN:
        faults.append(Fault(FaultCode.COPY_WITHDRAWN))
    elif _is_on_loan(row):
        faults.append(Fault(FaultCode.COPY_ON_LOAN))
    if faults:
        return refused(faults, copy_id=row.pk, title_id=row.title_id)
    _release(desk, row)
    Copy.objects.filter(pk=row.pk).update(
        standing=Copy.Standing.WITHDRAWN, withdrawn_at=desk.now, note=text
    )
    _note(row, was=row.standing, reason=text)
    return Withdrawn(copy=copy, barcode=row.barcode, title=row.title.public_id)


@action(needs=Permission.COPY_WITHDRAW)
def restore_copy(desk: Desk, *, copy: str) -> Restored | Refused:
    """Take a withdrawal back, however long ago: the copy turned up, or it was a mistake."""
    row = lock_one(Copy.objects.select_related("title").filter(public_id=copy))
    if row is None:
        return refused([Fault(FaultCode.COPY_UNKNOWN, "copy", copy[:40])])
    faults = elsewhere(desk, row.branch_id)
    if row.standing != Copy.Standing.WITHDRAWN:
        faults.append(Fault(FaultCode.COPY_NOT_WITHDRAWN))
    if faults:
        return refused(faults, copy_id=row.pk, title_id=row.title_id)
    Copy.objects.filter(pk=row.pk).update(standing=Copy.Standing.IN_USE, withdrawn_at=None)
    _note(row, standing="in_use")
    return Restored(copy=copy, barcode=row.barcode, title=row.title.public_id)


@action(needs=Permission.CATALOG_EDIT)
def undo_adding(desk: Desk, *, copies: tuple[str, ...]) -> AddingUndone | Refused:
    """Remove copies of one title that were added today by mistake: never lent, never counted.

    The title goes too if it was made in the same step and no copy of it is left.
    """
    asked = sorted(set(copies))[:MAX_COPIES]
    rows = lock_all(Copy.objects.filter(public_id__in=asked), may_go=True)
    if len(rows) != len(asked) or not rows or len({row.title_id for row in rows}) != 1:
        return refused([Fault(FaultCode.COPY_UNKNOWN, "copies")])
    title = lock_one(Title.objects.filter(pk=rows[0].title_id))
    assert title is not None
    faults = elsewhere(desk, *(row.branch_id for row in rows))
    if any(row.added_at.astimezone(desk.zone).date() != desk.today for row in rows):
        faults.append(Fault(FaultCode.TOO_LATE_TO_UNDO))
    if _has_history(rows):
        faults.append(Fault(FaultCode.SOMETHING_FOLLOWED))
    if faults:
        return refused(faults, title_id=title.pk)
    Copy.objects.filter(pk__in=[row.pk for row in rows]).delete()
    is_gone = title.created_at == rows[0].added_at and not pointed_at(Title, [title.pk])
    if is_gone:
        Title.objects.filter(pk=title.pk).delete()
    note(Note(title_id=title.pk, data={"barcodes": [row.barcode for row in rows[:20]]}))
    return AddingUndone(
        title=title.public_id, name=title.name, copies=len(rows), is_title_gone=is_gone
    )


def _has_history(copies: list[Copy]) -> bool:
    held = Q(copy__in=copies) | Q(captured_copy__in=copies)
    return (
        Loan.objects.filter(copy__in=copies).exists()
        or Transit.objects.filter(copy__in=copies).exists()
        or Hold.objects.filter(held).exists()
        or StockLine.objects.filter(copy__in=copies, seen_at__isnull=False).exists()
    )


def _release(desk: Desk, copy: Copy) -> None:
    """Lock the queue, too, and let go of whoever the copy was kept for."""
    lock_one(Title.objects.filter(pk=copy.title_id))
    release_copy(desk, copy.pk)


def _is_on_loan(copy: Copy) -> bool:
    return Loan.objects.filter(copy_id=copy.pk, returned_at=None).exists()


def _loan_against(loan: Loan, standing: str) -> list[Fault]:
    """Return what stands against saying so of a copy that a reader has."""
    code = loan_against(standing, is_lost=loan.lost_at is not None)
    if code is FaultCode.LOSS_OF_LOAN:
        return [Fault(code, "standing", loan.public_id)]
    return [Fault(code)] if code else []


def _note(copy: Copy, **data: str) -> None:
    note(Note(title_id=copy.title_id, copy_id=copy.pk, data=dict(data)))
