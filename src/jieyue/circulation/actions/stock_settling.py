"""Dealing with what was odd in a stock-take, with the actions there are, and taking that back.

A return, a withdrawal taken back and a standing have actions of their own. `settle` and `unsettle`
call them, each in its own transaction, then write down on the line what was done: stopped between
the two, the line is still open and doing it again does no harm.
"""

from dataclasses import replace
from typing import Any, Final

from jieyue.audit.journal import Note, note
from jieyue.catalog.actions.making import Refused
from jieyue.catalog.actions.making import refused as not_done
from jieyue.catalog.models import Copy
from jieyue.circulation.actions.checkin import Returned, checkin
from jieyue.circulation.actions.effects.relocation import relocation_faults
from jieyue.circulation.actions.stock_outcomes import (
    LineReopened,
    LineSettled,
    StockRefused,
    refused,
)
from jieyue.circulation.actions.undo import undo_checkin
from jieyue.circulation.actions.withdraw import restore_copy, set_standing, withdraw_copy
from jieyue.circulation.models import StockLine, StockTake
from jieyue.circulation.queries.stocktaking import Line, line_of, stock_take
from jieyue.circulation.rules.reasons import Reason
from jieyue.circulation.rules.stocktaking import Finding, Settling, ways_of
from jieyue.kit.scope import library_scope
from jieyue.kit.transactions import lock_one
from jieyue.libraries.actions import action, need_branch
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.permissions import Permission

Settled = LineSettled | StockRefused | Refused
Reopened = LineReopened | StockRefused | Refused

# Why a withdrawal stands again after `unsettle`.
WITHDRAWN_AGAIN: Final = "盘点更正"


def settle(desk: Desk, *, stock_take: str, copy: str, how: Settling) -> Settled:
    """Deal with what was odd about a copy, as a branch where it was seen would.

    Not an action: it calls one or two. Raises what they raise.
    """
    with library_scope(desk.library_id):
        line = _line(desk, stock_take, copy)
    if line is not None and line.settled_how is how:  # sent twice
        return LineSettled(copy=copy, barcode=line.barcode, title=line.title, how=how)
    if line is None or line.settled_at is not None or how not in line.ways:
        return note_settled(desk, stock_take=stock_take, copy=copy, how=how)
    kept: dict[str, Any] = {}
    match how:
        case Settling.TAKE_BACK:
            here = _desk_of(desk, line)
            [result] = checkin(_first(here), copy_barcodes=(line.barcode,)).results
            kept = {"loan": result.loan if isinstance(result, Returned) else ""}
            kept["standing"] = line.standing
        case Settling.RESTORE:
            restored = restore_copy(_first(desk), copy=copy)
            if isinstance(restored, Refused):
                return restored
        case Settling.IN_USE:
            said = set_standing(_first(desk), copy=copy, standing="in_use")
            if isinstance(said, Refused):
                return said
            kept = {"standing": said.was}
        case Settling.RELOCATE:
            return relocate_seen(desk, stock_take=stock_take, copy=copy)
        case Settling.DONE:
            pass
    return note_settled(desk, stock_take=stock_take, copy=copy, how=how, kept=kept)


def unsettle(desk: Desk, *, stock_take: str, copy: str) -> Reopened:
    """Take back what was done about a copy, where its action can be, and open the line again."""
    with library_scope(desk.library_id):
        line = _line(desk, stock_take, copy)
        row = _row(stock_take, copy)
    if line is None or row is None or line.settled_how is None:
        return note_reopened(desk, stock_take=stock_take, copy=copy)
    kept = row.settled
    match line.settled_how:
        case Settling.TAKE_BACK if kept.get("loan"):
            undone = undo_checkin(_first(desk), loan=kept["loan"])
            if undone.type == "refused":
                return StockRefused(reasons=undone.reasons)
        case Settling.TAKE_BACK | Settling.IN_USE:
            if kept.get("standing") in ("missing", "lost", "repair"):
                said = set_standing(_first(desk), copy=copy, standing=kept["standing"])
                if isinstance(said, Refused):
                    return said
        case Settling.RESTORE:
            gone = withdraw_copy(_first(desk), copy=copy, reason=WITHDRAWN_AGAIN)
            if isinstance(gone, Refused):
                return gone
        case _:
            pass
    return note_reopened(desk, stock_take=stock_take, copy=copy)


@action(needs=Permission.COPY_SHELVE)
def relocate_seen(
    desk: Desk, *, stock_take: str, copy: str
) -> LineSettled | StockRefused | Refused:
    """Say that a copy belongs where it was seen from now on: that branch, and that shelf."""
    known, line = _locked(desk, stock_take, copy)
    if known is None or line is None or line.seen_branch_id is None:
        return refused(Reason.STOCK_LINE_UNKNOWN)
    if against := _against(line, Settling.RELOCATE):
        return refused(against)
    need_branch(desk, line.seen_branch_id)
    need_branch(desk, known.branch_id)
    if faults := relocation_faults(known, line.seen_branch_id):
        return not_done(faults, title_id=known.title_id, copy_id=known.pk)
    was = {"branch": known.branch_id, "shelf": known.shelf}
    shelf = line.seen_shelf or known.shelf
    Copy.objects.filter(pk=known.pk).update(branch_id=line.seen_branch_id, shelf=shelf)
    _mark(desk, line, Settling.RELOCATE, was)
    _note(stock_take, known, "relocated", shelf=shelf, was_shelf=known.shelf)
    return _settled(known, Settling.RELOCATE)


@action(needs=Permission.COPY_SHELVE)
def note_settled(
    desk: Desk, *, stock_take: str, copy: str, how: Settling, kept: dict[str, Any] | None = None
) -> LineSettled | StockRefused:
    """Write down that a line is dealt with; `kept` is what taking it back needs."""
    known, line = _locked(desk, stock_take, copy)
    if known is None or line is None:
        return refused(Reason.STOCK_LINE_UNKNOWN)
    if against := _against(line, how):
        return refused(against)
    _mark(desk, line, how, kept or {})
    _note(stock_take, known, "line_settled", how=how.value)
    return _settled(known, how)


@action(needs=Permission.COPY_SHELVE)
def note_reopened(
    desk: Desk, *, stock_take: str, copy: str
) -> LineReopened | StockRefused | Refused:
    """Open a line again; a copy that was relocated belongs where it did before.

    Refused if somebody has moved it on since.
    """
    known, line = _locked(desk, stock_take, copy)
    if known is None or line is None:
        return refused(Reason.STOCK_LINE_UNKNOWN)
    if line.settled_at is None:
        return refused(Reason.STOCK_LINE_NOT_SETTLED)
    if line.settled_how == Settling.RELOCATE:
        was = line.settled
        need_branch(desk, known.branch_id)
        need_branch(desk, was["branch"])
        if (known.branch_id, known.shelf) != (line.seen_branch_id, line.seen_shelf or was["shelf"]):
            return refused(Reason.SETTLING_UNFIT)
        if faults := relocation_faults(known, was["branch"]):
            return not_done(faults, title_id=known.title_id, copy_id=known.pk)
        Copy.objects.filter(pk=known.pk).update(branch_id=was["branch"], shelf=was["shelf"])
    StockLine.objects.filter(pk=line.pk).update(settled_at=None, settled_how="", settled={})
    _note(stock_take, known, "line_reopened", how=line.settled_how)
    return LineReopened(copy=copy, barcode=known.barcode, title=known.title.name)


@action(needs=Permission.COPY_SHELVE)
def dismiss_unknown(desk: Desk, *, stock_take: str, barcode: str) -> LineSettled | StockRefused:
    """Take an unknown barcode off the list: a slip of the scanner, or no book of ours."""
    take = _take(desk, stock_take)
    line = lock_one(StockLine.objects.filter(stock_take=take, copy=None, barcode=barcode))
    if take is None or line is None:
        return refused(Reason.STOCK_LINE_UNKNOWN)
    if line.settled_at is not None:
        return refused(Reason.STOCK_LINE_SETTLED)
    _mark(desk, line, Settling.DONE, {})
    note(Note(outcome="line_settled", data={"barcode": barcode, "stock_take": stock_take}))
    return LineSettled(copy="", barcode=barcode, title="", how=Settling.DONE)


def _line(desk: Desk, take: str, copy: str) -> Line | None:
    found = stock_take(desk, take)
    return line_of(found.id, copy) if found is not None else None


def _row(take: str, copy: str) -> StockLine | None:
    # Neither by joins nor in order (there is one at most): SQLite would walk all lines there are.
    takes = StockTake.objects.filter(public_id=take).values("pk")
    copies = Copy.objects.filter(public_id=copy).values("pk")
    found = list(StockLine.objects.filter(stock_take__in=takes, copy__in=copies))
    return found[0] if found else None


def _against(line: StockLine, how: Settling) -> Reason | None:
    if line.settled_at is not None:
        return Reason.STOCK_LINE_SETTLED
    fits = how in ways_of(tuple(Finding(code) for code in line.findings))
    return None if fits else Reason.SETTLING_UNFIT


def _mark(desk: Desk, line: StockLine, how: Settling, kept: dict[str, Any]) -> None:
    StockLine.objects.filter(pk=line.pk).update(
        settled_at=desk.now, settled_how=how.value, settled=kept
    )


def _locked(desk: Desk, take: str, copy: str) -> tuple[Copy | None, StockLine | None]:
    """Lock a copy, then its line. Raises OtherBranchError for a count of another branch."""
    known = lock_one(Copy.objects.select_related("title").filter(public_id=copy))
    of_take = _take(desk, take)
    if known is None or of_take is None:
        return None, None
    return known, lock_one(StockLine.objects.filter(stock_take=of_take, copy=known))


def _take(desk: Desk, public_id: str) -> StockTake | None:
    """Return the count. Raises OtherBranchError for one of another branch."""
    found = StockTake.objects.filter(public_id=public_id).first()
    if found is not None and found.branch_id is not None:
        need_branch(desk, found.branch_id)
    return found


def _settled(copy: Copy, how: Settling) -> LineSettled:
    return LineSettled(copy=copy.public_id, barcode=copy.barcode, title=copy.title.name, how=how)


def _note(take: str, copy: Copy, outcome: str, **data: str) -> None:
    note(
        Note(
            outcome=outcome,
            title_id=copy.title_id,
            copy_id=copy.pk,
            data={"stock_take": take} | {name: text for name, text in data.items() if text},
        )
    )


def _first(desk: Desk) -> Desk:
    """Return the desk for the action that comes before ours, with a key of its own."""
    return replace(desk, key=f"{desk.key[:90]}:first" if desk.key else None)


def _desk_of(desk: Desk, line: Line) -> Desk:
    """Return the desk at the branch where the copy was seen: there it is returned.

    Raises OtherBranchError.
    """
    branch_id = line.seen_branch_id or desk.branch_id
    need_branch(desk, branch_id)
    return replace(desk, branch_id=branch_id)
