"""A stock-take (盘点) from its start to its end, and marking what nobody found."""

from typing import Final

from jieyue.audit.journal import Note, note
from jieyue.catalog.rules.record_values import clean
from jieyue.circulation.actions.stock_outcomes import (
    MarkedMissing,
    StockRefused,
    StockTakeChanged,
    StockTakeStarted,
    refused,
)
from jieyue.circulation.models import StockTake
from jieyue.circulation.queries.stock_facts import (
    FREEZE,
    LOCK_MARKED,
    LOCK_UNSEEN,
    MARK_COPIES,
    MARK_LINES,
    MARKED,
    NOT_FOUND,
    THAW,
    UNMARK_COPIES,
    UNMARK_LINES,
    snapshot,
)
from jieyue.circulation.queries.stocktaking import totals_of
from jieyue.circulation.rules.reasons import Reason, Why
from jieyue.circulation.rules.stocktaking import (
    MAX_CALL_NUMBER,
    MAX_COPIES,
    MAX_NAME,
    MAX_SHELF,
    Scope,
    between,
)
from jieyue.kit import sql
from jieyue.kit.ids import public_id
from jieyue.kit.transactions import lock_one
from jieyue.libraries.actions import Written, action, need_branch
from jieyue.libraries.desk import Desk
from jieyue.libraries.models import Branch
from jieyue.libraries.rules.permissions import Permission

OPEN: Final = StockTake.State.OPEN
PAUSED: Final = StockTake.State.PAUSED
CLOSED: Final = StockTake.State.CLOSED


@action(needs=Permission.CATALOG_EDIT)
def start_stock_take(
    desk: Desk,
    *,
    name: str,
    branch: str = "",
    shelf: str = "",
    first: str = "",
    last: str = "",
    checks_order: bool = True,
) -> Written[StockTakeStarted | StockRefused]:
    """Take down what should be there: of a branch (its code), a shelf, call numbers, or all.

    `first` and `last` are call numbers or classes, both included. Copies said to be missing, lost
    or withdrawn are not expected; lent ones are, as lent. At most 200,000 copies.
    """
    name = clean(name, MAX_NAME) or desk.today.isoformat()
    shelf, first = clean(shelf, MAX_SHELF), clean(first, MAX_CALL_NUMBER)
    last = clean(last, MAX_CALL_NUMBER)
    place = Branch.objects.filter(code=branch).first() if branch else None
    if branch and place is None:
        return Written(refused(Reason.BRANCH_UNKNOWN))
    branch_id = place.pk if place else None
    need_branch(desk, branch_id)
    low, high = between(first, last)
    scope = Scope(branch_id=branch_id, shelf=shelf, first_key=low, last_key=high)
    taking, counting, params = snapshot(scope)
    [found] = sql.rows(counting, **params)
    copies = int(found["copies"])
    if not copies:
        return Written(refused(Reason.STOCK_TAKE_EMPTY))
    if copies > MAX_COPIES:
        figures: dict[str, str | int] = {"copies": copies, "limit": MAX_COPIES}
        return Written(refused(Why(Reason.STOCK_TAKE_TOO_LARGE, figures)))
    made = StockTake.objects.create(
        library_id=desk.library_id,
        public_id=public_id(),
        name=name,
        branch_id=branch_id,
        shelf=shelf,
        first=first,
        last=last,
        first_key=low,
        last_key=high,
        checks_order=checks_order,
        expected=copies,
        started_at=desk.now,
    )
    outcome = StockTakeStarted(stock_take=made.public_id, name=name, copies=copies)
    note(Note(data={"stock_take": made.public_id, "name": name, "copies": copies}))
    params |= {"take": made.pk, "no_findings": "[]", "no_settled": "{}"}
    return Written(outcome, (taking,), params)


@action(needs=Permission.COPY_SHELVE)
def pause_stock_take(desk: Desk, *, stock_take: str) -> StockTakeChanged | StockRefused:
    """Let scans rest until it goes on; those made before still come in."""
    return _changed(desk, stock_take, {OPEN: Reason.STOCK_TAKE_PAUSED}, PAUSED)


@action(needs=Permission.COPY_SHELVE)
def resume_stock_take(desk: Desk, *, stock_take: str) -> StockTakeChanged | StockRefused:
    """Go on after a pause."""
    return _changed(desk, stock_take, {PAUSED: Reason.STOCK_TAKE_OPEN}, OPEN)


@action(needs=Permission.CATALOG_EDIT)
def close_stock_take(desk: Desk, *, stock_take: str) -> StockTakeChanged | StockRefused:
    """End the count: where each expected copy is gets written down, and the totals with it.

    From then on the report stays as it is, whatever is lent or moved.
    """
    row = _locked(desk, stock_take)
    if isinstance(row, StockRefused):
        return row
    if row.state == CLOSED:
        return refused(Reason.STOCK_TAKE_CLOSED)
    sql.write([FREEZE], take=row.pk)
    totals = totals_of(row.pk)
    StockTake.objects.filter(pk=row.pk).update(
        state=CLOSED, paused_at=None, closed_at=desk.now, totals=totals
    )
    note(Note(data={"stock_take": stock_take, "name": row.name, "totals": totals}))
    return StockTakeChanged(stock_take=stock_take, name=row.name, state=CLOSED.value)


@action(needs=Permission.CATALOG_EDIT)
def reopen_stock_take(desk: Desk, *, stock_take: str) -> StockTakeChanged | StockRefused:
    """Go on with a closed count to correct it; where the rest is gets looked up anew."""
    row = _locked(desk, stock_take)
    if isinstance(row, StockRefused):
        return row
    if row.state != CLOSED:
        return refused(Reason.STOCK_TAKE_OPEN)
    sql.write([THAW], take=row.pk)
    StockTake.objects.filter(pk=row.pk).update(state=OPEN, closed_at=None, totals={})
    note(Note(data={"stock_take": stock_take, "name": row.name}))
    return StockTakeChanged(stock_take=stock_take, name=row.name, state=OPEN.value)


@action(needs=Permission.CATALOG_EDIT)
def mark_not_found(desk: Desk, *, stock_take: str) -> Written[MarkedMissing | StockRefused]:
    """Say of every expected copy that is nowhere that it is missing.

    What is lent, kept, on its way, in repair, or was at a desk since the start is left alone. A
    closed count goes by where copies were when it closed, and by what happened since. Locks those
    copies; each gets its line in the journal.
    """
    row = _locked(desk, stock_take, copies=LOCK_UNSEEN)
    if isinstance(row, StockRefused):
        return Written(row)
    found = sql.rows(NOT_FOUND, take=row.pk)
    if not found:
        return Written(refused(Reason.STOCK_TAKE_NOTHING_LEFT))
    for line in found:
        _note_standing(stock_take, line, was=line["standing"], standing="missing")
    params = {
        "copies": [line["copy_id"] for line in found],
        "marked_lines": [line["id"] for line in found],
    }
    outcome = MarkedMissing(stock_take=stock_take, copies=len(found))
    return Written(outcome, (MARK_LINES, MARK_COPIES), params)


@action(needs=Permission.CATALOG_EDIT)
def unmark_not_found(desk: Desk, *, stock_take: str) -> Written[MarkedMissing | StockRefused]:
    """Take that back for the copies which are still missing."""
    row = _locked(desk, stock_take, copies=LOCK_MARKED)
    if isinstance(row, StockRefused):
        return Written(row)
    found = sql.rows(MARKED, take=row.pk)
    if not found:
        return Written(refused(Reason.STOCK_TAKE_NOTHING_LEFT))
    for line in found:
        _note_standing(stock_take, line, was="missing", standing=line["was_standing"])
    outcome = MarkedMissing(stock_take=stock_take, copies=len(found), is_undone=True)
    params = {"copies": [line["copy_id"] for line in found], "take": row.pk}
    return Written(outcome, (UNMARK_COPIES, UNMARK_LINES), params)


def _note_standing(stock_take: str, line: sql.Row, **standings: str) -> None:
    data = standings | {"stock_take": stock_take}
    note(
        Note(
            outcome="standing_set",
            title_id=line["title_id"],
            copy_id=line["copy_id"],
            data=data,
        )
    )


def _locked(desk: Desk, stock_take: str, *, copies: str = "") -> StockTake | StockRefused:
    """Lock it, after copies of it. Raises OtherBranchError where one does not work at its branch.

    `copies` is a statement that locks some of those it names.
    """
    known = StockTake.objects.filter(public_id=stock_take).first() if copies else None
    if known is not None:
        sql.lock(copies, take=known.pk)
    row: StockTake | None = lock_one(StockTake.objects.filter(public_id=stock_take))
    if row is None:
        return refused(Reason.STOCK_TAKE_UNKNOWN)
    need_branch(desk, row.branch_id)
    return row


def _changed(
    desk: Desk, stock_take: str, asked: dict[StockTake.State, Reason], to: StockTake.State
) -> StockTakeChanged | StockRefused:
    row = lock_one(StockTake.objects.filter(public_id=stock_take))
    if row is None:
        return refused(Reason.STOCK_TAKE_UNKNOWN)
    if row.branch_id is not None:
        need_branch(desk, row.branch_id)
    [(before, otherwise)] = asked.items()
    if row.state != before:
        return refused(Reason.STOCK_TAKE_CLOSED if row.state == CLOSED else otherwise)
    paused_at = desk.now if to == PAUSED else None
    StockTake.objects.filter(pk=row.pk).update(state=to, paused_at=paused_at)
    note(Note(data={"stock_take": stock_take, "name": row.name}))
    return StockTakeChanged(stock_take=stock_take, name=row.name, state=to.value)
