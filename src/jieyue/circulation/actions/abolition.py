"""Giving all deposits back (取消押金): begun once, then done by the worker in steps.

A step is a transaction of its own that goes on behind the last reader of the one before and
promises the next: whoever looks sees it advance, and a worker that dies loses nothing.
"""

from dataclasses import dataclass
from typing import Final, Literal

from jieyue.audit.journal import Note, note
from jieyue.circulation.actions.deposits import (
    DepositFault,
    DepositRefused,
    against,
    paid_back,
    refused,
)
from jieyue.circulation.queries.deposits import NEXT_HOLDERS, holders_count
from jieyue.fees.models import Abolition, Method
from jieyue.kit import sql
from jieyue.kit.ids import public_id
from jieyue.kit.transactions import lock_one
from jieyue.libraries.actions import ForbiddenError, action
from jieyue.libraries.desk import Desk, Door
from jieyue.libraries.rules.permissions import Permission
from jieyue.outbox.promises import promise
from jieyue.patrons.models import Patron

ABOLISHED: Final = "abolished"  # DepositLine.reason
MAX_READERS: Final = 20  # of one step
KIND: Final = "circulation.abolish_deposits"


@dataclass(frozen=True, slots=True, kw_only=True)
class AbolitionBegun:
    """The worker gives deposits back from now on; so many readers have one."""

    type: Literal["abolition_begun"] = "abolition_begun"
    abolition: str
    readers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AbolitionStep:
    """Who got it back (public ids), and who has something open; `is_last` once all were looked at.

    Empty if the step was done before.
    """

    type: Literal["abolition_step"] = "abolition_step"
    paid_back: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    amount_cents: int = 0
    is_last: bool = False


@action(needs=Permission.SETTINGS, whole_library=True)
def abolish_deposits(desk: Desk, *, method: str) -> AbolitionBegun | DepositRefused:
    """Begin to give everybody's deposit back who has nothing open; the others keep theirs here."""
    if method not in Method.values:
        return refused(None, DepositFault.METHOD_UNKNOWN)
    if lock_one(Abolition.objects.filter(ended_at=None)) is not None:
        return refused(None, DepositFault.RUNNING_ALREADY)
    readers = holders_count()
    if not readers:
        return refused(None, DepositFault.NO_DEPOSIT)
    run = Abolition.objects.create(
        library_id=desk.library_id,
        public_id=public_id(),
        method=method,
        branch_id=desk.branch_id,
        staff_id=desk.staff_id,
        started_at=desk.now,
        readers=readers,
    )
    promise(KIND, {"abolition": run.public_id, "step": 1}, at=desk.now)
    note(Note(outcome="abolition_begun", data={"readers": readers}))
    return AbolitionBegun(abolition=run.public_id, readers=readers)


@action(needs=Permission.FEES)
def abolition_step(desk: Desk, *, abolition: str, step: int) -> AbolitionStep:
    """Look at the next 20 readers with a deposit and give it back to those with nothing open.

    Only the worker may. Locks the run, then the readers in order of id.
    """
    if desk.door is not Door.WORKER:
        raise ForbiddenError(Permission.FEES)
    run = lock_one(Abolition.objects.filter(public_id=abolition, ended_at=None))
    if run is None or run.steps != step - 1:
        return AbolitionStep()
    found = sql.rows(NEXT_HOLDERS, after=run.last_patron_id, most=MAX_READERS)
    ids = [row["patron_id"] for row in found]
    back, kept, cents = [], [], 0
    for row in Patron.objects.filter(pk__in=ids).select_for_update(of=("self",)).order_by("pk"):
        if faults := against(desk, row):
            if DepositFault.NO_DEPOSIT not in faults:
                kept.append(row.public_id)
            continue
        cents -= paid_back(desk, row, run.method, reason=ABOLISHED).amount_cents
        back.append(row.public_id)
    is_last = len(ids) < MAX_READERS
    run.steps, run.last_patron_id = step, max(ids, default=run.last_patron_id)
    run.paid_back += len(back)
    run.kept += len(kept)
    run.amount_cents += cents
    run.ended_at = desk.now if is_last else None
    run.save()
    if not is_last:
        promise(KIND, {"abolition": abolition, "step": step + 1}, at=desk.now)
    return AbolitionStep(
        paid_back=tuple(back), kept=tuple(kept), amount_cents=cents, is_last=is_last
    )
