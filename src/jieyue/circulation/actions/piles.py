"""Changing a pile of copies together (批量修改): looked at, done in steps, taken back in steps.

A step is a transaction of its own: it locks some copies, looks at them again, since the desk went
on, changes those that nothing stands against, and leaves the others out with the reason. Whoever
dies in between loses nothing: rows that wait are done by whoever goes on.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Literal

from django.db.models import QuerySet

from jieyue.audit.journal import Note, note
from jieyue.catalog.actions.making import Refused, refused
from jieyue.catalog.exporting import Choice
from jieyue.catalog.models import Copy
from jieyue.catalog.rules.copies import read_barcode
from jieyue.catalog.rules.faults import Fault, FaultCode
from jieyue.catalog.rules.record_values import clean
from jieyue.circulation.actions.pile_scans import take_off_changed
from jieyue.circulation.actions.pile_wishes import wanted_of
from jieyue.circulation.actions.pile_writing import change_rows, undo_rows
from jieyue.circulation.models import PileChange, PileRow
from jieyue.circulation.queries import piles as known
from jieyue.circulation.rules.piles import (
    AT_ONCE,
    MAX_PILE,
    NEEDS,
    RESTS,
    UNDO,
    Change,
    PileKind,
)
from jieyue.kit.batches import batches
from jieyue.kit.ids import public_id
from jieyue.kit.transactions import lock_one
from jieyue.libraries.actions import ForbiddenError, action, need_branch
from jieyue.libraries.desk import Desk, Door
from jieyue.libraries.rules.permissions import Permission
from jieyue.libraries.tokens import token_at
from jieyue.outbox.promises import hopeful_payloads, promise

KIND: Final = "circulation.change_pile"
STEP: Final = 100  # copies of one step
STEP_TITLES: Final = 20  # rows whose titles are described anew, with all copies of these
TRIES: Final = 4  # so often a step is tried, over some minutes, before somebody is told
SOON: Final = timedelta(minutes=1)  # the worker goes on if whoever waits for it no longer does


@dataclass(frozen=True, slots=True, kw_only=True)
class PileMade:
    """A pile to look at; nothing is changed yet."""

    type: Literal["pile_made"] = "pile_made"
    pile: str  # public id
    copies: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PileBegun:
    """It is being changed, or taken back. `is_small`: `step_pile` may be called until the last."""

    type: Literal["pile_begun"] = "pile_begun"
    pile: str
    is_small: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PileStep:
    """Copies changed or taken back, and those it left out; `is_last`: there are no more."""

    type: Literal["pile_step"] = "pile_step"
    done: int = 0
    left: int = 0
    is_last: bool = False


@action(needs=Permission.CATALOG_VIEW)
def make_pile(
    desk: Desk,
    *,
    change: Change,
    barcodes: tuple[str, ...] = (),
    copies: tuple[str, ...] = (),
    run: str = "",
    choice: Choice | None = None,
    came_from: str = "",
) -> PileMade | Refused:
    """Put a pile together: barcodes, public ids, an import's copies or what a search shows.

    With a class, or for call numbers anew, all copies of the titles belong to it.
    """
    wanted, faults = wanted_of(desk, change)
    _need(desk, change.kind, wanted)
    found = _found(desk, barcodes, copies, run, choice)
    if change.kind is PileKind.RECLASSIFY:
        unknown = [pair for pair in found if pair[1] is None]
        of_titles = known.with_their_titles(pk for _, pk in found if pk is not None)
        found = [*(("", pk) for pk in of_titles), *unknown]
    if not found:
        faults.append(Fault(FaultCode.PILE_EMPTY))
    if len(found) > MAX_PILE:
        faults.append(Fault(FaultCode.PILE_TOO_LARGE, value=str(MAX_PILE)))
    if faults:
        return refused(faults)
    row = PileChange.objects.create(
        library_id=desk.library_id,
        public_id=public_id(),
        kind=change.kind.value,
        wanted=wanted,
        came_from=clean(came_from, 200)[:200],
        total=len(found),
        branch_id=desk.branch_id,
        staff_id=desk.staff_id,
        token_id=token_at(desk),
        created_at=desk.now,
    )
    _insert_rows(row, found)
    note(Note(data={"pile": row.public_id, "kind": row.kind, "copies": row.total}))
    return PileMade(pile=row.public_id, copies=row.total)


@action(needs=Permission.CATALOG_VIEW)
def begin_pile(desk: Desk, *, pile: str) -> PileBegun | Refused:
    """Begin to change a pile that was looked at, or go on with one that came to rest."""
    row = lock_one(PileChange.objects.filter(public_id=pile))
    if row is None:
        return refused([Fault(FaultCode.PILE_UNKNOWN, "pile", pile[:40])])
    _need(desk, PileKind(row.kind), row.wanted)
    copies = row.total
    if row.state != PileChange.State.DRAFT:
        rest = PileRow.objects.filter(pile=row, state=PileRow.State.LEFT, why__in=RESTS)
        if row.state != PileChange.State.DONE or not rest.exists():
            return refused([Fault(FaultCode.PILE_BEGUN)])
        if row.ended_at is None or desk.now - row.ended_at > UNDO:
            return refused([Fault(FaultCode.PILE_TOO_OLD)])
        copies = rest.update(state=PileRow.State.WAITING, why="")
    take_off_changed(desk, row)
    return _begun(desk, row, PileChange.State.RUNNING, copies)


@action(needs=Permission.CATALOG_VIEW)
def undo_pile(desk: Desk, *, pile: str) -> PileBegun | Refused:
    """Begin to take a change back, up to 30 days after; what was changed since stays."""
    row = lock_one(PileChange.objects.filter(public_id=pile))
    if row is None:
        return refused([Fault(FaultCode.PILE_UNKNOWN, "pile", pile[:40])])
    _need(desk, PileKind(row.kind), row.wanted)
    if row.state != PileChange.State.DONE:
        return refused([Fault(FaultCode.PILE_BEGUN)])
    if row.ended_at is None or desk.now - row.ended_at > UNDO:
        return refused([Fault(FaultCode.PILE_TOO_OLD)])
    waiting = PileRow.objects.filter(pile=row, state=PileRow.State.DONE).count()
    return _begun(desk, row, PileChange.State.UNDOING, waiting)


@action(needs=Permission.CATALOG_VIEW)
def step_pile(desk: Desk, *, pile: str, promised: int = 0) -> PileStep:
    """Change or take back the next copies; nothing is left to do for one that is at rest.

    `promised`: the number of the worker's step, which promises the next one.
    """
    row = _at_work(pile)
    if row is None:
        return PileStep(is_last=True)
    _need(desk, PileKind(row.kind), row.wanted)
    is_undo = row.state == PileChange.State.UNDOING
    todo = _todo(row)
    ids = _next(todo, PileKind(row.kind))
    work = undo_rows if is_undo else change_rows
    done, left = work(desk, row, ids) if ids else (0, 0)
    is_last = not todo.exists()
    if is_last:
        row.state = PileChange.State.UNDONE if is_undo else PileChange.State.DONE
        row.ended_at = desk.now
        row.save(update_fields=["state", "ended_at"])
    elif promised:
        promise(KIND, {"pile": pile, "step": promised + 1}, at=desk.now)
    return PileStep(done=done, left=left, is_last=is_last)


@action(needs=None)
def stop_pile(desk: Desk, *, pile: str) -> PileStep:
    """Bring a pile to rest because whoever began may do it no more; what is done stays done.

    Only the worker may. The rest is left out; what was to be taken back can still be, by others.
    """
    if desk.door is not Door.WORKER:
        raise ForbiddenError(Permission.CATALOG_VIEW)
    row = _at_work(pile)
    return PileStep(is_last=True) if row is None else _at_rest(desk, row, FaultCode.NO_RIGHT)


@action(needs=None)
def give_pile_up(desk: Desk, *, pile: str) -> PileStep:
    """Bring a pile to rest whose step was tried in vain, so that a person can go on with it.

    Only the worker may. What is left is as after `stop_pile`.
    """
    if desk.door is not Door.WORKER:
        raise ForbiddenError(Permission.CATALOG_VIEW)
    row = _at_work(pile)
    if row is None or pile in hopeful_piles(desk):
        return PileStep(is_last=row is None)
    return _at_rest(desk, row, FaultCode.GIVEN_UP)


def hopeful_piles(desk: Desk) -> set[str]:
    """Return the piles (public ids) whose step the worker still tries. One statement."""
    return {str(one["pile"]) for one in hopeful_payloads(KIND, now=desk.now, tries=TRIES)}


def _at_rest(desk: Desk, row: PileChange, why: FaultCode) -> PileStep:
    is_undo = row.state == PileChange.State.UNDOING
    left = _todo(row).update(
        state=PileRow.State.DONE if is_undo else PileRow.State.LEFT, why=why.value
    )
    row.state, row.ended_at = PileChange.State.DONE, desk.now
    row.save(update_fields=["state", "ended_at"])
    note(Note(data={"pile": row.public_id, "kind": row.kind, "copies": left}))
    return PileStep(left=left, is_last=True)


def _at_work(pile: str) -> PileChange | None:
    """Lock a pile that is being changed, or taken back."""
    at_work = (PileChange.State.RUNNING, PileChange.State.UNDOING)
    return lock_one(PileChange.objects.filter(public_id=pile, state__in=at_work))


def _todo(row: PileChange) -> "QuerySet[PileRow]":
    is_undo = row.state == PileChange.State.UNDOING
    state = PileRow.State.DONE if is_undo else PileRow.State.WAITING
    return PileRow.objects.filter(pile=row, state=state)


def _next(todo: "QuerySet[PileRow]", kind: PileKind) -> list[int]:
    """Return the row ids of the next step; of titles described anew all copies at once."""
    first = todo.order_by("position")
    if kind is not PileKind.RECLASSIFY:
        return list(first.values_list("pk", flat=True)[:STEP])
    pairs: list[tuple[int, int | None]] = list(
        first.values_list("pk", "copy__title_id")[:STEP_TITLES]
    )
    titles = {title for _, title in pairs if title is not None}
    more = todo.filter(copy__title_id__in=titles).values_list("pk", flat=True)
    return list({pk for pk, _ in pairs} | set(more))


def _need(desk: Desk, kind: PileKind, wanted: dict[str, Any]) -> None:
    if NEEDS[kind] not in desk.permissions:
        raise ForbiddenError(NEEDS[kind])
    if "branch_id" in wanted:
        need_branch(desk, wanted["branch_id"])


def _begun(desk: Desk, row: PileChange, state: str, copies: int) -> PileBegun:
    row.state, row.branch_id = state, desk.branch_id
    row.staff_id, row.token_id = desk.staff_id, token_at(desk)
    row.started_at = row.started_at or desk.now
    row.ended_at = None
    row.save()
    is_small = copies <= AT_ONCE
    at = desk.now + SOON if is_small else desk.now
    promise(KIND, {"pile": row.public_id, "step": 1}, at=at)
    note(Note(data={"pile": row.public_id, "kind": row.kind, "copies": copies}))
    return PileBegun(pile=row.public_id, is_small=is_small)


def _found(
    desk: Desk,
    barcodes: Iterable[str],
    copies: Iterable[str],
    run: str,
    choice: Choice | None,
) -> list[tuple[str, int | None]]:
    """Return (barcode, copy) once each, in order; a barcode that is on none has no copy."""
    codes = dict.fromkeys(code for text in barcodes if (code := read_barcode(text)))
    if codes:
        by_code = known.copies_by_barcode(list(codes)[: MAX_PILE + 1])
        return [(code, by_code.get(code)) for code in codes]
    if copies:
        ids = known.copies_by_public_id(copies)
    elif run:
        ids = known.copies_of_import(run)
    else:
        ids = known.copies_of_search(desk, choice) if choice is not None else []
    return [("", copy_id) for copy_id in ids]


def _insert_rows(pile: PileChange, found: list[tuple[str, int | None]]) -> None:
    """Write the rows; a copy that came without its barcode gets it."""
    ids = [pk for code, pk in found if not code and pk is not None]
    codes: dict[int, str] = {}
    for lot in batches(ids, 500):
        codes |= dict(Copy.objects.filter(pk__in=lot).values_list("pk", "barcode"))
    PileRow.objects.bulk_create(
        (
            PileRow(
                library_id=pile.library_id,
                pile=pile,
                position=position,
                copy_id=copy_id,
                barcode=code or codes.get(copy_id or 0, ""),
            )
            for position, (code, copy_id) in enumerate(found, start=1)
        ),
        batch_size=500,
    )
