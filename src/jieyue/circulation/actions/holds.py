"""Placing, ending, pausing and moving holds. Each locks the title, whose queue it changes."""

from datetime import date
from typing import Any, Final

from jieyue.audit.journal import Note, note
from jieyue.circulation.actions.effects.capture import SHELF
from jieyue.circulation.actions.effects.release import release
from jieyue.circulation.actions.hold_outcomes import (
    HoldCancelled,
    HoldMoved,
    HoldPlaced,
    HoldRefused,
    HoldResumed,
    HoldSuspended,
    PickupChanged,
    noted,
    refused,
)
from jieyue.circulation.models import Hold
from jieyue.circulation.queries.hold_facts import (
    Asked,
    is_suspended,
    lock_and_decide,
    lock_and_read_holds,
    places_of,
    title_of_copy,
)
from jieyue.circulation.queries.rulebook import rulebook
from jieyue.circulation.rules.queue_moves import Place, moved
from jieyue.circulation.rules.reasons import Reason, waived
from jieyue.kit import sql
from jieyue.kit.ids import public_id
from jieyue.kit.transactions import lock_one
from jieyue.libraries.actions import ForbiddenError, action
from jieyue.libraries.desk import Desk
from jieyue.libraries.models import Branch
from jieyue.libraries.rules.permissions import Permission
from jieyue.outbox.promises import promise

OPEN: Final = frozenset({"waiting", "in_transit", "ready"})
MAX_REASON: Final = 200


@action(needs=None)
def place_hold(
    desk: Desk,
    *,
    pickup: str,
    title: str = "",
    copy_barcode: str = "",
    patron: str = "",
    override: frozenset[Reason] = frozenset(),
) -> HoldPlaced | HoldRefused:
    """Reserve a title (public id), or one copy of it, to be fetched at `pickup` (branch code).

    Staff reserve for any reader, readers for themselves; a copy that will do is any, unless
    `copy_barcode` names one. The queue class is the card type's. A double click or another desk
    gets `already_on_hold` (Evergreen LP#1029601): the database allows one open hold per reader and
    title. Where the terms say so, a loan that has run for long is recalled for it.
    """
    staff = _may(desk)
    if override and not desk.may(Permission.OVERRIDE):
        raise ForbiddenError(Permission.OVERRIDE)
    asked = Asked(
        title=title or (title_of_copy(copy_barcode) if copy_barcode else ""),
        copy_barcode=copy_barcode,
        patron=patron if staff else "",
        pickup=pickup,
    )
    found = lock_and_decide(desk, asked)
    lifted = waived(found.reasons, override)
    if found.patron is None or len(lifted) < len(found.reasons):
        return refused(found.row, found.reasons, hold=found.row["own_hold"] or "")
    made = Hold.objects.create(
        library_id=desk.library_id,
        public_id=public_id(),
        title_id=found.row["title_id"],
        copy_id=found.copy_id,
        patron_id=found.patron.patron_id,
        pickup_branch_id=found.row["pickup_id"],
        queue_class=found.row["queue_class"],
        queued_at=desk.now,
        placed_at=desk.now,
    )
    if rulebook(found.row["rules_version"]).recalls_by_itself:
        promise("circulation.recall_awaited", {"title": found.row["title_key"]}, at=desk.now)
    overridden = tuple(why.code for why in lifted)
    note(
        Note(
            patron_id=made.patron_id,
            title_id=made.title_id,
            copy_id=made.copy_id,
            overridden=overridden,
            data={"hold": made.public_id, "branch": pickup},
        )
    )
    return HoldPlaced(
        hold=made.public_id,
        patron=found.row["patron"],
        title=found.row["title"],
        pickup=found.row["pickup"],
        place=found.row["ahead"] + 1,
        overridden=overridden,
    )


@action(needs=None)
def cancel_hold(desk: Desk, *, hold: str) -> HoldCancelled | HoldRefused:
    """End a hold: the reader's own, or any for staff. A copy kept for it goes to the next."""
    staff = _may(desk)
    row = _locked(desk, hold)
    if row is None:
        return refused(None, [Reason.HOLD_UNKNOWN], hold=hold)
    if row["state"] not in OPEN:
        return refused(row, [Reason.HOLD_ENDED], hold=hold)
    end_holds([row], "cancelled", why="staff" if staff else "reader", at=desk.now)
    goes = release(desk, [row]).get(row["hold_id"], SHELF)
    noted(row, was=row["state"])
    return HoldCancelled(
        hold=hold,
        patron=row["patron"] or "",
        title=row["title"],
        copy_barcode=row["barcode"] or "",
        goes=goes,
    )


@action(needs=None)
def suspend_hold(
    desk: Desk, *, hold: str, wakes_on: date | None = None
) -> HoldSuspended | HoldRefused:
    """Pass a waiting hold over until `wakes_on` (local), or until resumed; it keeps its place.

    A hold suspended already gets the new day.
    """
    _may(desk)
    row = _locked(desk, hold)
    if reason := _not_waiting(row):
        return refused(row, [reason], hold=hold)
    assert row is not None
    if wakes_on is not None and wakes_on <= desk.today:
        return refused(row, [Reason.WAKES_TOO_EARLY], hold=hold)
    Hold.objects.filter(pk=row["hold_id"]).update(
        suspended_at=row["suspended_at"] or desk.now, wakes_on=wakes_on
    )
    noted(row, to=wakes_on.isoformat() if wakes_on else "")
    return HoldSuspended(hold=hold, title=row["title"], wakes_on=wakes_on)


@action(needs=None)
def resume_hold(desk: Desk, *, hold: str) -> HoldResumed | HoldRefused:
    """Let a suspended hold count again, at the place it kept."""
    _may(desk)
    row = _locked(desk, hold)
    if reason := _not_waiting(row):
        return refused(row, [reason], hold=hold)
    assert row is not None
    if not is_suspended(row, desk.today):
        return refused(row, [Reason.HOLD_NOT_SUSPENDED], hold=hold)
    Hold.objects.filter(pk=row["hold_id"]).update(suspended_at=None, wakes_on=None)
    noted(row)
    place = _place(places_of(row["title_id"]), row["hold_id"])
    return HoldResumed(hold=hold, title=row["title"], place=place)


@action(needs=Permission.HOLDS)
def move_hold(
    desk: Desk,  # noqa: ARG001 (every action has one)
    *,
    hold: str,
    reason: str,
    before: str = "",
) -> HoldMoved | HoldRefused:
    """Put a waiting hold right in front of another of its queue; `before` empty: at the end.

    For a reason that stays on record. Nothing but the order changes.
    """
    found = {row["hold"]: row for row in lock_and_read_holds([hold, *([before] if before else [])])}
    row, other = found.get(hold), found.get(before)
    if why_not := _not_waiting(row) or (_not_waiting(other) if before else None):
        return refused(row, [why_not], hold=hold)
    assert row is not None
    checks = (
        (Reason.OTHER_QUEUE, other is not None and other["title_id"] != row["title_id"]),
        (Reason.OTHER_QUEUE, before == hold),
        (Reason.REASON_MISSING, not reason.strip()),
    )
    if reasons := [code for code, applies in checks if applies]:
        return refused(row, reasons, hold=hold)
    queue = places_of(row["title_id"])
    for place in moved(queue, row["hold_id"], before=other["hold_id"] if other else None):
        Hold.objects.filter(pk=place.hold_id).update(
            queue_class=place.queue_class, queued_at=place.queued_at
        )
    was = _place(queue, row["hold_id"])
    now = _place(places_of(row["title_id"]), row["hold_id"])
    noted(row, was=was, now=now, reason=reason.strip()[:MAX_REASON])
    return HoldMoved(hold=hold, title=row["title"], place=now, was=was)


@action(needs=None)
def change_pickup(desk: Desk, *, hold: str, pickup: str) -> PickupChanged | HoldRefused:
    """Fetch a hold that still waits at another branch (code)."""
    _may(desk)
    row = _locked(desk, hold)
    if reason := _not_waiting(row):
        return refused(row, [reason], hold=hold)
    assert row is not None
    branch = lock_one(Branch.objects.filter(code=pickup))  # it must not close meanwhile
    if branch is None or not branch.is_open:
        code = Reason.PICKUP_UNKNOWN if branch is None else Reason.PICKUP_CLOSED
        return refused(row, [code], hold=hold)
    Hold.objects.filter(pk=row["hold_id"]).update(pickup_branch=branch)
    noted(row, branch=pickup, was=row["pickup_code"])
    return PickupChanged(hold=hold, title=row["title"], pickup=branch.name)


def end_holds(rows: list[sql.Row], state: str, *, why: str, at: Any) -> None:
    """End open holds (rows of HOLD_FACTS). The copy that was kept stays on record."""
    Hold.objects.filter(pk__in=[row["hold_id"] for row in rows]).update(
        state=state, ended_at=at, ended_why=why, suspended_at=None, wakes_on=None
    )


def _may(desk: Desk) -> bool:
    """Say whether the desk may act on anybody's holds, or only (False) on its reader's own."""
    if desk.may(Permission.HOLDS):
        return True
    if not desk.may(Permission.OWN_HOLDS) or desk.patron_id is None:
        raise ForbiddenError(Permission.HOLDS)
    return False


def _locked(desk: Desk, hold: str) -> sql.Row | None:
    """Lock and return the hold, if it is there for this desk: another reader's is not."""
    found = lock_and_read_holds([hold])
    if not found:
        return None
    is_mine = desk.may(Permission.HOLDS) or found[0]["patron_id"] == desk.patron_id
    return found[0] if is_mine else None


def _not_waiting(row: sql.Row | None) -> Reason | None:
    if row is None:
        return Reason.HOLD_UNKNOWN
    if row["state"] not in OPEN:
        return Reason.HOLD_ENDED
    return None if row["state"] == "waiting" else Reason.HOLD_CAPTURED


def _place(queue: list[Place], hold_id: int) -> int:
    """Return the hold's place, counted from 1; 0 if it does not wait."""
    return next((n for n, place in enumerate(queue, 1) if place.hold_id == hold_id), 0)
