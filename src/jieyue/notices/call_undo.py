"""A call that was noted by mistake: taken back for a quarter of an hour by whoever noted it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

from jieyue.audit.journal import Note, note
from jieyue.audit.models import Entry
from jieyue.kit.transactions import lock_all
from jieyue.libraries.actions import action, need_branch
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.permissions import Permission
from jieyue.notices.by_hand import UNDO_FOR
from jieyue.notices.channels.by_hand import forget_wrong
from jieyue.notices.models import Delivery, DeliveryNotice
from jieyue.patrons.models import Patron

MOST: Final = 20  # calls that are shown
ACTIONS: Final = ("note_call", "undo_call")
# What the deliveries of a call are afterwards, by what followed of it.
AFTER: Final = {
    "told": Delivery.State.HANDED,
    "later": Delivery.State.WAITING,
    "other_number": Delivery.State.WAITING,
    "next_way": Delivery.State.FAILED,
    "given_up": Delivery.State.GIVEN_UP,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NotedCall:
    """A call that may still be taken back: to whom, and what was noted."""

    patron: str  # public id
    name: str = field(repr=False)
    answer: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CallUndone:
    """The reader stands on the list again, as before the call."""

    type: Literal["call_undone"] = "call_undone"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallNotUndone:
    """`unknown`: no such reader; `over`: too late, or undone; `gone`: it went another way since."""

    type: Literal["refused"] = "refused"
    why: Literal["unknown", "over", "gone"]


def noted_calls(desk: Desk) -> list[NotedCall]:
    """Return the calls that whoever is at the desk may take back, latest first. Two statements."""
    latest: dict[int, Entry] = {}
    for entry in _entries(desk)[: MOST * 3]:
        if entry.patron_id is not None:
            latest.setdefault(entry.patron_id, entry)
    calls = [entry for entry in latest.values() if _is_undoable(entry)][:MOST]
    patrons = Patron.objects.in_bulk([entry.patron_id for entry in calls]) if calls else {}
    return [
        NotedCall(
            patron=patrons[entry.patron_id].public_id,
            name=patrons[entry.patron_id].name,
            answer=entry.data["answer"],
            at=entry.at,
        )
        for entry in calls
        if entry.patron_id in patrons
    ]


@action(needs=Permission.MESSAGES)
def undo_call(desk: Desk, *, patron: str) -> CallUndone | CallNotUndone:
    """Take back what was noted of the last call to a reader (public id), if nothing came of it."""
    reader = Patron.objects.filter(public_id=patron).first()
    if reader is None:
        return _not_undone("unknown")
    need_branch(desk, reader.branch_id)
    own = Delivery.objects.filter(patron=reader)
    entry = _entries(desk).filter(patron_id=reader.pk).first()
    if entry is None or not _is_undoable(entry):
        return _not_undone("over")
    before = {kept["delivery"]: kept for kept in entry.data["before"]}
    rows = lock_all(own.filter(public_id__in=before))
    if len(rows) != len(before) or not all(_is_as_left(row, entry) for row in rows):
        return _not_undone("over")
    if entry.data["then"] == "next_way":
        after = lock_all(own.filter(created_at=entry.at, channel=entry.data["channel"]))
        if not _is_untouched(after, rows):
            return _not_undone("gone")
        DeliveryNotice.objects.filter(delivery__in=after).delete()
        own.filter(pk__in=[row.pk for row in after]).delete()
    if entry.data["answer"] == "wrong":
        forget_wrong(reader.pk, desk.today, since=entry.at)
    for row in rows:
        kept = before[row.public_id]
        row.state, row.ended_at, row.detail = Delivery.State.WAITING, None, ""
        row.attempts, row.code = kept["attempts"], kept["code"]
        row.passed_over = kept["passed_over"]
        row.due_at = datetime.fromisoformat(kept["due_at"]) if kept["due_at"] else None
        row.save()
    note(Note(patron_id=reader.pk, data={"answer": entry.data["answer"]}))
    return CallUndone()


def as_before(rows: tuple[Delivery, ...]) -> list[dict[str, Any]]:
    """Return what the journal keeps of the deliveries of a call, to take it back."""
    return [
        {
            "delivery": row.public_id,
            "attempts": row.attempts,
            "code": row.code,
            "due_at": row.due_at.isoformat() if row.due_at else "",
            "passed_over": row.passed_over,
        }
        for row in rows
    ]


def _entries(desk: Desk) -> Any:
    """Return what the same colleague noted and took back, latest first."""
    return Entry.objects.filter(
        action__in=ACTIONS, at__gte=desk.now - UNDO_FOR, staff_id=desk.staff_id
    ).order_by("-at", "-id")


def _is_undoable(entry: Entry) -> bool:
    return entry.action == "note_call" and entry.data.get("then") in AFTER


def _is_as_left(row: Delivery, entry: Entry) -> bool:
    state = AFTER[entry.data["then"]]
    ended_at = None if state == Delivery.State.WAITING else entry.at
    return (row.state, row.ended_at, row.reference) == (state, ended_at, "")


def _is_untouched(after: list[Delivery], rows: list[Delivery]) -> bool:
    """Say whether the next way has done nothing yet, and says the same as the call."""

    def said(found: list[Delivery]) -> set[int]:
        links = DeliveryNotice.objects.filter(delivery__in=found)
        return set(links.values_list("notice_id", flat=True))

    is_waiting = all(
        row.ended_at is None and not row.attempts and row.leased_until is None
        and not row.reference
        for row in after
    )  # fmt: skip
    return is_waiting and said(after) == said(rows)


def _not_undone(why: Literal["unknown", "over", "gone"]) -> CallNotUndone:
    note(Note(outcome="refused"))
    return CallNotUndone(why=why)
