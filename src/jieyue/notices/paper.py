"""Class sheets: what a class is told on paper, made, given out or taken back (班级通知单)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from jieyue.audit.journal import Note, note
from jieyue.kit.ids import public_id
from jieyue.kit.transactions import lock_all, lock_one
from jieyue.libraries.actions import OtherBranchError, action
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.permissions import Permission
from jieyue.notices.by_hand import MOST, UNDO_FOR, drop, looked_up, move_on, open_rows
from jieyue.notices.models import ClassSheet, ClassSheetLine, Delivery
from jieyue.notices.sheets import lines_elsewhere, sheets_of
from jieyue.patrons.groups import groups_of_staff


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetMade:
    """The sheet (public id), how many readers it tells and how many it need not any more."""

    type: Literal["sheet_made"] = "sheet_made"
    sheet: str
    readers: int
    settled: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoSheet:
    """`nothing` waits for the class, or everything was `settled`; the open `sheet` there is."""

    type: Literal["no_sheet"] = "no_sheet"
    why: Literal["unknown", "nothing", "settled"]
    sheet: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetEnded:
    """It was given out, or withdrawn; so many readers."""

    type: Literal["sheet_ended"] = "sheet_ended"
    state: Literal["given", "withdrawn"]
    readers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetReopened:
    """It was not given out after all; so many readers are to be told again."""

    type: Literal["sheet_reopened"] = "sheet_reopened"
    readers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetNotEnded:
    """`unknown`: no such sheet here; `over`: it was given out or withdrawn before: `state`.

    `late`: it was given out too long ago to be taken back.
    """

    type: Literal["refused"] = "refused"
    why: Literal["unknown", "over", "late"]
    state: str = ""


@action(needs=Permission.MESSAGES)
def make_sheet(desk: Desk, *, group: str) -> SheetMade | NoSheet:
    """Put everything that waits on paper for a class onto one sheet, if it is still true.

    Staff of single branches make one of their readers, class teachers of their classes. Two who
    press at once make one: the second finds nothing that waits.
    """
    if not _is_mine(desk, group):
        note(Note(outcome="refused"))
        return NoSheet(why="unknown")
    found = open_rows("paper").filter(patron__group_name=group)
    if desk.branch_ids is not None:
        found = found.filter(patron__branch_id__in=desk.branch_ids)
    ids = list(found.values_list("pk", flat=True)[:MOST])
    rows = lock_all(Delivery.objects.filter(pk__in=ids, ended_at=None, reference=""))
    waiting = looked_up(rows, desk)
    dropped = drop(waiting, desk.now)
    move_on(waiting, desk)
    told = [one for one in waiting if one.is_wanted]
    if not told:
        note(Note(data={"settled": dropped}))
        why: Literal["nothing", "settled"] = "settled" if dropped else "nothing"
        return NoSheet(why=why, sheet=_open_sheet(desk, group))
    sheet = ClassSheet.objects.create(
        library_id=desk.library_id,
        public_id=public_id(),
        group_name=group,
        made_by_id=desk.staff_id,
        made_at=desk.now,
    )
    ClassSheetLine.objects.bulk_create(
        ClassSheetLine(
            library_id=desk.library_id, sheet=sheet, delivery_id=delivery, notice_id=notice
        )
        for one in told
        for delivery, notice in zip(one.deliveries, one.notices, strict=True)
    )
    Delivery.objects.filter(pk__in=[row.pk for one in told for row in one.rows]).update(
        reference=sheet.public_id
    )
    note(Note(data={"sheet": sheet.public_id, "class": group, "readers": len(told)}))
    return SheetMade(
        sheet=sheet.public_id, readers=len(told), settled=len(waiting) - len(told)
    )  # fmt: skip


@action(needs=Permission.MESSAGES)
def give_out_sheet(desk: Desk, *, sheet: str) -> SheetEnded | SheetNotEnded:
    """Note that a sheet was given out: everybody on it has been told."""
    return _end(desk, sheet, "given")


@action(needs=Permission.MESSAGES)
def withdraw_sheet(desk: Desk, *, sheet: str) -> SheetEnded | SheetNotEnded:
    """Take back a sheet that was not given out: what it says waits for the next one."""
    return _end(desk, sheet, "withdrawn")


@action(needs=Permission.MESSAGES)
def undo_giving_out(desk: Desk, *, sheet: str) -> SheetReopened | SheetNotEnded:
    """Take it back that a sheet was given out: for a quarter of an hour."""
    row = _locked(desk, sheet)
    if row is None:
        return SheetNotEnded(why="unknown")
    if row.state != ClassSheet.State.GIVEN:
        note(Note(outcome="refused", data={"sheet": sheet}))
        return SheetNotEnded(why="over", state=row.state)
    if not may_undo(row.state, row.ended_at, desk.now):
        note(Note(outcome="refused", data={"sheet": sheet}))
        return SheetNotEnded(why="late")
    told = Delivery.objects.filter(
        channel="paper", reference=sheet, state=Delivery.State.HANDED, ended_at=row.ended_at
    )
    ids = [one.pk for one in lock_all(told)]
    found = Delivery.objects.filter(pk__in=ids)
    readers = found.values("patron_id").distinct().count()
    found.update(state=Delivery.State.WAITING, ended_at=None)
    row.state, row.ended_at = ClassSheet.State.MADE, None
    row.save(update_fields=["state", "ended_at"])
    note(Note(data={"sheet": sheet, "class": row.group_name, "readers": readers}))
    return SheetReopened(readers=readers)


def may_undo(state: str, ended_at: datetime | None, now: datetime) -> bool:
    """Say whether it can still be taken back that a sheet was given out."""
    is_given = state == ClassSheet.State.GIVEN
    return is_given and ended_at is not None and now - ended_at <= UNDO_FOR


def _locked(desk: Desk, public: str) -> ClassSheet | None:
    """Return a sheet of the desk's own classes and branches, locked; a refusal is noted."""
    sheet: ClassSheet | None = lock_one(ClassSheet.objects.filter(public_id=public))
    if sheet is None or not _is_mine(desk, sheet.group_name):
        note(Note(outcome="refused"))
        return None
    if desk.branch_ids is not None and lines_elsewhere(desk.branch_ids, sheet=sheet).exists():
        raise OtherBranchError(None)
    return sheet


def _end(
    desk: Desk, public: str, state: Literal["given", "withdrawn"]
) -> SheetEnded | SheetNotEnded:
    sheet = _locked(desk, public)
    if sheet is None:
        return SheetNotEnded(why="unknown")
    if sheet.state != ClassSheet.State.MADE:
        note(Note(outcome="refused", data={"sheet": public}))
        return SheetNotEnded(why="over", state=sheet.state)
    on_it = lock_all(Delivery.objects.filter(channel="paper", ended_at=None, reference=public))
    mine = Delivery.objects.filter(pk__in=[row.pk for row in on_it])
    if state == "given":
        mine.update(state=Delivery.State.HANDED, ended_at=desk.now, due_at=None)
    else:
        mine.update(reference="")
    sheet.state, sheet.ended_at = state, desk.now
    sheet.save(update_fields=["state", "ended_at"])
    readers = len({row.patron_id for row in on_it})
    note(Note(data={"sheet": public, "class": sheet.group_name, "readers": readers}))
    return SheetEnded(state=state, readers=readers)


def _is_mine(desk: Desk, group: str) -> bool:
    """Say whether it is a class that whoever is at the desk may see."""
    only = groups_of_staff(desk.staff_id)
    return bool(group) and (only is None or group in only)


def _open_sheet(desk: Desk, group: str) -> str:
    """Return the latest sheet of the class that waits to be given out; empty if there is none."""
    found = sheets_of(desk, only=(group,)).filter(ended_at=None)
    return found.order_by("-made_at").values_list("public_id", flat=True).first() or ""
