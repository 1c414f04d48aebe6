"""Closing a branch for good: what still heads there goes to the branch that takes over."""

from typing import Any

from jieyue.circulation.actions.effects.capture import CAPTURE_HOLDS, END_TRANSITS, START_TRANSITS
from jieyue.circulation.actions.effects.release import REVERT_HOLDS
from jieyue.circulation.models import Hold, Transit
from jieyue.circulation.queries.closing_branches import (
    BOXES_HEADING,
    HOLDS_HEADING,
    LOCK_HEADING,
    heading_for,
)
from jieyue.kit import sql
from jieyue.kit.ids import public_id
from jieyue.libraries.actions import action, need_branch
from jieyue.libraries.desk import Desk
from jieyue.libraries.models import Branch, Staff, StaffBranch
from jieyue.libraries.rules.changes import Trouble
from jieyue.libraries.rules.permissions import Permission
from jieyue.libraries.settings.outcomes import NotSaved, Saved, not_saved, saved
from jieyue.libraries.versions import rules_changed
from jieyue.outbox.promises import promise


@action(needs=Permission.SETTINGS)
def close_branch(desk: Desk, *, branch: str, takes_over: str = "") -> Saved | NotSaved:
    """Close a branch for good: nothing is lent there any more, its history and copies stay.

    Refused for the only open branch, while somebody works at no other, and while books are kept
    there or on their way, unless `takes_over` names an open branch (code): readers fetch theirs
    there instead and are told, and boxes go there. Places in queues stay as they are.
    """
    known = Branch.objects.filter(code=branch).first()
    if known is None:
        return not_saved(Trouble.UNKNOWN)
    need_branch(desk, known.pk)
    sql.lock(LOCK_HEADING, branch=known.pk)
    places = list(Branch.objects.select_for_update(of=("self",)).order_by("id"))
    sql.lock(LOCK_HEADING, branch=known.pk)  # nobody reserves for this branch any more
    row = next(place for place in places if place.pk == known.pk)
    others = {place.code: place for place in places if place.is_open and place.pk != row.pk}
    heading = heading_for(branch)
    if trouble := _trouble(others, takes_over, is_needed=not heading.is_nothing):
        return not_saved(trouble)
    taken: dict[str, Any] = {}
    if takes_over and not heading.is_nothing:
        _take_over(desk, row, others[takes_over])
        taken = {"to_branch": takes_over, "holds": heading.waiting + heading.kept}
        taken["copies"] = heading.boxes
    row.is_open = False
    row.save(update_fields=["is_open"])
    rules_changed(desk.library_id)
    return saved(branch, branch=branch, **taken)


def _trouble(others: dict[str, Branch], takes_over: str, *, is_needed: bool) -> Trouble | None:
    if not others:
        return Trouble.ONLY_OPEN_BRANCH
    if takes_over and takes_over not in others:
        return Trouble.UNKNOWN
    elsewhere = StaffBranch.objects.filter(branch__in=others.values()).values("staff_id")
    if Staff.objects.filter(is_active=True, all_branches=False).exclude(pk__in=elsewhere).exists():
        return Trouble.SOMEBODY_WORKS_ONLY_HERE
    return Trouble.STILL_AWAITED_HERE if is_needed and not takes_over else None


def _take_over(desk: Desk, old: Branch, new: Branch) -> None:
    """Send on what heads for `old`. What lies in a box at `new` is there: it comes out again."""
    holds = sql.rows(HOLDS_HEADING, branch=old.pk)
    boxes = sql.rows(BOXES_HEADING, branch=old.pk)
    Hold.objects.filter(pk__in=[row["id"] for row in holds]).update(pickup_branch=new)
    there = [row for row in boxes if row["from_branch_id"] == new.pk]
    if there:
        done = [{"id": row["id"], "ending": Transit.Ending.CANCELLED.value} for row in there]
        sql.write([END_TRANSITS], done=done, at=desk.now)
        sql.write([REVERT_HOLDS], reverted=[row["hold_id"] for row in there if row["hold_id"]])
    onward = [row["id"] for row in boxes if row["from_branch_id"] != new.pk]
    Transit.objects.filter(pk__in=onward).update(to_branch=new, manifest=None)
    shelved = [row for row in holds if row["state"] == "ready"]
    if shelved:
        _send_on(desk, old, new, shelved)
    for row in holds:
        promise("notices.pickup_moved", {"hold": row["hold"]}, at=desk.now)


def _send_on(desk: Desk, old: Branch, new: Branch, shelved: list[sql.Row]) -> None:
    """Put what the old branch keeps on its hold shelf into the box for the new one."""
    kept = [
        {"id": row["id"], "state": "in_transit", "copy_id": row["captured_copy_id"],
         "ready_at": None, "fetch_by": None}
        for row in shelved
    ]  # fmt: skip
    sent = [
        {"public_id": public_id(), "copy_id": row["captured_copy_id"], "to_branch": new.pk,
         "why": Transit.Why.HOLD.value, "hold_id": row["id"]}
        for row in shelved
    ]  # fmt: skip
    sql.write([CAPTURE_HOLDS], kept=kept, at=desk.now)
    sql.write([START_TRANSITS], sent=sent, at=desk.now, branch=old.pk)
