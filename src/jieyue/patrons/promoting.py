"""The school year in one step (升级): classes get their next names, leavers' cards their last day.

What happens to each reader is written down first, then done in steps, so that one class may go on
while another takes its name. For 30 days it can be taken back, but for readers whom somebody has
changed since.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final, Literal

from jieyue.audit.journal import Note, note
from jieyue.kit.ids import public_id
from jieyue.kit.transactions import lock_all, lock_one
from jieyue.libraries.actions import action
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.permissions import Permission
from jieyue.outbox.promises import promise
from jieyue.patrons.models import Patron, PromotedReader, Promotion
from jieyue.patrons.rules.classes import MAX_NAME

KIND: Final = "patrons.promotion"
STEP: Final = 500  # readers
UNDO: Final = timedelta(days=30)
SOON: Final = timedelta(minutes=1)  # the worker goes on if whoever waits for it no longer does
MOST_CLASSES: Final = 500
State = Promotion.State


class PromotionFault(StrEnum):
    """What stands against a promotion. Public API: never rename one."""

    NOTHING_MOVES = "nothing_moves"
    CLASS_UNKNOWN = "class_unknown"
    CLASS_TWICE = "class_twice"
    NAME_MISSING = "class_name_missing"
    NAME_TOO_LONG = "class_name_too_long"
    TWO_INTO_ONE = "two_into_one"  # say that it is meant
    AT_WORK = "promotion_at_work"
    PROMOTION_UNKNOWN = "promotion_unknown"
    UNDO_TOO_LATE = "undo_too_late"


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One class: its name now and next year's. `leaves`: its readers' cards end."""

    was: str
    now: str
    leaves: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PromotionBegun:
    """It is written down for so many readers; `step_promotion` does it."""

    type: Literal["promotion_begun"] = "promotion_begun"
    promotion: str  # public id
    readers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PromotionStep:
    """Readers who moved, or were put back, and those left as they are."""

    type: Literal["promotion_step"] = "promotion_step"
    done: int = 0
    left: int = 0
    is_last: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PromotionRefused:
    """Nothing changed but the journal; `classes` are those that something stands against."""

    type: Literal["refused"] = "refused"
    fault: PromotionFault
    classes: tuple[str, ...] = ()


@action(needs=Permission.PATRON_EDIT, whole_library=True)
def begin_promotion(
    desk: Desk, *, moves: tuple[Move, ...], leave_on: date, may_join: bool = False
) -> PromotionBegun | PromotionRefused:
    """Write down what happens to every reader of these classes. `may_join`: two become one.

    Classes that keep their name need not be listed. `leave_on` (local) is the last day of the
    cards of those who leave; a card that ends sooner keeps its day.
    """
    moving = [move for move in moves if move.leaves or move.was != move.now]
    if fault := _fault(moving, may_join=may_join):
        return fault
    row = Promotion.objects.create(
        library_id=desk.library_id,
        public_id=public_id(),
        state=State.RUNNING,
        plan=[{"was": m.was, "now": m.now, "leaves": m.leaves} for m in moving],
        leave_on=leave_on,
        total=0,
        made_by_id=desk.staff_id,
        started_at=desk.now,
    )
    row.total = _write_down(row, moving)
    row.save(update_fields=["total"])
    promise(KIND, {"promotion": row.public_id, "step": 1}, at=desk.now + SOON)
    note(Note(data={"promotion": row.public_id, "readers": row.total}))
    return PromotionBegun(promotion=row.public_id, readers=row.total)


@action(needs=Permission.PATRON_EDIT, whole_library=True)
def undo_promotion(desk: Desk, *, promotion: str) -> PromotionBegun | PromotionRefused:
    """Begin to take a promotion back, up to 30 days after; readers changed since stay."""
    row = lock_one(Promotion.objects.filter(public_id=promotion))
    if row is None:
        return _refused(PromotionFault.PROMOTION_UNKNOWN)
    others = Promotion.objects.filter(state__in=(State.RUNNING, State.UNDOING))
    if row.state != State.DONE or others.exists():
        return _refused(PromotionFault.AT_WORK)
    if row.ended_at is None or desk.now - row.ended_at > UNDO:
        return _refused(PromotionFault.UNDO_TOO_LATE)
    row.state, row.ended_at = State.UNDOING, None
    row.save(update_fields=["state", "ended_at"])
    promise(KIND, {"promotion": row.public_id, "step": 1}, at=desk.now + SOON)
    waiting = _todo(row).count()
    note(Note(data={"promotion": row.public_id, "readers": waiting}))
    return PromotionBegun(promotion=row.public_id, readers=waiting)


@action(needs=Permission.PATRON_EDIT)
def step_promotion(desk: Desk, *, promotion: str, promised: int = 0) -> PromotionStep:
    """Move the next readers, or put them back; nothing is left to do for one that is done.

    Any number of callers may take steps at once. `promised`: the number of the worker's step,
    which promises the next.
    """
    at_work = (State.RUNNING, State.UNDOING)
    row = lock_one(Promotion.objects.filter(public_id=promotion, state__in=at_work))
    if row is None:
        return PromotionStep(is_last=True)
    is_undo = row.state == State.UNDOING
    rows = list(_todo(row).order_by("id")[:STEP])
    done, left = (_put_back if is_undo else _move)(rows)
    is_last = len(rows) < STEP
    if is_last:
        row.state, row.ended_at = State.UNDONE if is_undo else State.DONE, desk.now
        row.save(update_fields=["state", "ended_at"])
    elif promised:
        promise(KIND, {"promotion": promotion, "step": promised + 1}, at=desk.now)
    note(Note(data={"promotion": promotion, "readers": done}))
    return PromotionStep(done=done, left=left, is_last=is_last)


def _fault(moving: list[Move], *, may_join: bool) -> PromotionRefused | None:
    """Return what stands against the plan; the gravest only, with the classes it is about."""
    if not moving or len(moving) > MOST_CLASSES:
        return _refused(PromotionFault.NOTHING_MOVES)
    if Promotion.objects.filter(state__in=(State.RUNNING, State.UNDOING)).exists():
        return _refused(PromotionFault.AT_WORK)
    was = [move.was for move in moving]
    known = set(Patron.objects.exclude(group_name="").values_list("group_name", flat=True))
    checks = (
        (PromotionFault.CLASS_TWICE, [name for name in set(was) if was.count(name) > 1]),
        (PromotionFault.CLASS_UNKNOWN, [name for name in was if name not in known]),
        (PromotionFault.NAME_MISSING, [m.was for m in moving if not m.now.strip()]),
        (PromotionFault.NAME_TOO_LONG, [m.was for m in moving if len(m.now) > MAX_NAME]),
        (PromotionFault.TWO_INTO_ONE, [] if may_join else joined(moving, known)),
    )
    for fault, classes in checks:
        if classes:
            return _refused(fault, tuple(sorted(classes)))
    return None


def joined(moving: list[Move], known: set[str]) -> list[str]:
    """Return names that two classes would have: two that move, or one that stays besides."""
    staying = known - {move.was for move in moving}
    names = [move.now for move in moving]
    return sorted({name for name in names if names.count(name) > 1 or name in staying})


def _write_down(row: Promotion, moving: list[Move]) -> int:
    by_name = {move.was: move for move in moving}
    found = Patron.objects.filter(group_name__in=list(by_name)).order_by("id")
    wanted = found.values_list("pk", "group_name", "expires_on")
    rows = [
        PromotedReader(
            library_id=row.library_id,
            promotion=row,
            patron_id=pk,
            was_group=group,
            now_group=by_name[group].now,
            leaves=by_name[group].leaves,
            was_expires_on=ends,
            now_expires_on=_ends(ends, row.leave_on) if by_name[group].leaves else ends,
        )
        for pk, group, ends in wanted
    ]
    PromotedReader.objects.bulk_create(rows, batch_size=500)
    return len(rows)


def _ends(has: date | None, leave_on: date) -> date:
    return leave_on if has is None else min(has, leave_on)


def _todo(row: Promotion):  # type: ignore[no-untyped-def] # noqa: ANN202 (a query set)
    states = PromotedReader.State
    state = states.DONE if row.state == State.UNDOING else states.WAITING
    return PromotedReader.objects.filter(promotion=row, state=state)


def _move(rows: list[PromotedReader]) -> tuple[int, int]:
    """Give readers what was written down, if they are as they were. Four statements."""
    states = PromotedReader.State
    people = _locked(rows)
    changed = []
    for row in rows:
        patron = people.get(row.patron_id)
        same = patron is not None and (
            (patron.group_name, patron.expires_on) == (row.was_group, row.was_expires_on)
        )
        row.state = states.DONE if same else states.LEFT
        if same and patron is not None:
            patron.group_name, patron.expires_on = row.now_group, row.now_expires_on
            changed.append(patron)
    return _write(rows, changed)


def _put_back(rows: list[PromotedReader]) -> tuple[int, int]:
    """Put readers back who are as the promotion left them. Four statements."""
    states = PromotedReader.State
    people = _locked(rows)
    changed = []
    for row in rows:
        patron = people.get(row.patron_id)
        same = patron is not None and (
            (patron.group_name, patron.expires_on) == (row.now_group, row.now_expires_on)
        )
        row.state = states.UNDONE if same else states.KEPT
        if same and patron is not None:
            patron.group_name, patron.expires_on = row.was_group, row.was_expires_on
            changed.append(patron)
    return _write(rows, changed)


def _locked(rows: list[PromotedReader]) -> dict[int, Patron]:
    wanted = Patron.objects.filter(pk__in=[row.patron_id for row in rows])
    return {patron.pk: patron for patron in lock_all(wanted, may_go=True)}


def _write(rows: list[PromotedReader], changed: list[Patron]) -> tuple[int, int]:
    if changed:
        Patron.objects.bulk_update(changed, ["group_name", "expires_on"], batch_size=250)
    if rows:
        PromotedReader.objects.bulk_update(rows, ["state"], batch_size=250)
    return len(changed), len(rows) - len(changed)


def _refused(fault: PromotionFault, classes: tuple[str, ...] = ()) -> PromotionRefused:
    note(Note(outcome="refused", reasons=(fault.value,)))
    return PromotionRefused(fault=fault, classes=classes)
