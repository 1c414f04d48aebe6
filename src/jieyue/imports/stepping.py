"""The worker's way through an import: batch by batch, each a short transaction of its own.

A step does batches for some seconds and promises the next, so that other promises get their turn.
Every batch begins by locking the import and looking whether it still stands where the batch was
read from: a worker that was killed, stopped or overtaken writes nothing twice. A batch in which a
row raises is done in halves, down to that row, which is passed over.
"""

import logging
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Final, Literal

from jieyue.audit.journal import Note, note
from jieyue.imports.keeping import kept_row, kept_values, row_of, run_of
from jieyue.imports.models import Import, ImportRow
from jieyue.imports.pace import Pace, Reader
from jieyue.imports.resting import come_to_rest
from jieyue.imports.rules.rights import NEEDS
from jieyue.imports.rules.runs import (
    AT_WORK,
    NOT_BROUGHT_IN,
    NOT_TAKEN_BACK,
    STEP,
    Against,
    Kind,
    RowState,
    State,
)
from jieyue.imports.works import WRONG, Batch, FileRow, KeptRow, Settled, Verdict, Work
from jieyue.kit import clock, sql
from jieyue.kit.batches import delete_in_batches
from jieyue.kit.encryption import encrypt
from jieyue.kit.errors import describe, is_of_data
from jieyue.kit.tables.lines import UnreadableError
from jieyue.kit.transactions import in_transaction, lock_one
from jieyue.libraries.actions import ForbiddenError, action
from jieyue.libraries.desk import Desk, Door
from jieyue.libraries.queries import staff_by_id
from jieyue.libraries.tokens import with_token
from jieyue.outbox.promises import promise

log = logging.getLogger("jieyue.worker")

STEP_SECONDS: Final = 3.0
READ: Final = 200  # rows of a batch of the dry run

# The plus keeps SQLite from going through all the library's rows for each of these.
SETTLE: Final = """
UPDATE imports_importrow SET state = rows.state, verdict = rows.verdict, faults = rows.faults,
       changed = rows.changed, made = rows.made, sealed = rows.sealed
  FROM <rows:(id bigint, state text, verdict text, faults jsonb, changed jsonb, made jsonb,
              sealed text)>
 WHERE +imports_importrow.library_id = <library:bigint> AND imports_importrow.id = rows.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsSettled:
    """A batch was imported or taken back; `rows` is 0 if it stood elsewhere by then."""

    type: Literal["rows_settled"] = "rows_settled"
    rows: int = 0


def keep_step(
    work: Work, desk: Desk, payload: Mapping[str, Any], *, seconds: float = STEP_SECONDS
) -> None:
    """Keep the promise of one step: `{"import": public id, "step": n}`. Safe to run twice."""
    run = Import.objects.filter(public_id=payload["import"]).first()
    until = time.monotonic() + seconds
    while run is not None and run.steps == payload["step"] and run.state in AT_WORK:
        there = _desk_of(run, desk)
        if there is None:
            _reader.close()
            in_transaction(lambda r=run: _rest(r, desk))  # type: ignore[misc]
            return
        _TURNS[State(run.state)](work, there, run)
        run = Import.objects.filter(pk=run.pk).first()
        if run is not None and time.monotonic() >= until:
            in_transaction(lambda r=run: _promise_next(r))  # type: ignore[misc]
            return
    _reader.close()


def _promise_next(run: Import) -> None:
    now = lock_one(Import.objects.filter(pk=run.pk, steps=run.steps))
    if now is not None and now.state in AT_WORK:
        now.steps += 1
        now.save(update_fields=["steps"])
        payload = {"import": now.public_id, "step": now.steps}
        promise(STEP.format(kind=now.kind), payload, at=clock.now())


def _rest(run: Import, desk: Desk) -> None:
    if (row := _locked(run)) is not None:
        come_to_rest(row, Against.NO_RIGHT, now=desk.now)


def _desk_of(run: Import, desk: Desk) -> Desk | None:
    """Return the desk of whoever began it, as his rights are now; None if he has them no more."""
    there = replace(desk, branch_id=run.branch_id, door=Door.WORKER, now=clock.now())
    if run.token_id is not None:
        found = with_token(there, run.token_id)
        return found if found and NEEDS[Kind(run.kind)] in found.permissions else None
    if run.staff_id is None:
        return there
    staff = staff_by_id(run.staff_id)
    if staff is None or NEEDS[Kind(run.kind)] not in staff.permissions:
        return None
    return replace(
        there, staff_id=staff.id, permissions=staff.permissions, branch_ids=staff.branch_ids
    )


def _locked(run: Import) -> Import | None:
    """Lock the import; None if another step or a person was there meanwhile."""
    return lock_one(Import.objects.filter(pk=run.pk, steps=run.steps, state=run.state))


def _end(run: Import, state: State, desk: Desk, *, problem: str = "") -> None:
    def end() -> None:
        row = _locked(run)
        if row is None:
            return
        row.state, row.problem = state, problem
        match state:
            case State.CHECKED:
                row.checked_at, row.last_row = desk.now, 0
                row.rows_guessed = row.rows_read
            case State.DONE:
                row.ended_at = desk.now
            case State.UNDONE:
                row.undone_at = desk.now
            case _:
                pass
        row.save()

    in_transaction(end)


# --- The dry run --------------------------------------------------------------------------------


_reader = Reader()


def _check(work: Work, desk: Desk, run: Import) -> None:
    if run.rows_read == 0:  # rows of a dry run before
        delete_in_batches(ImportRow.objects.filter(run_id=run.pk))
    try:
        rows = list(islice(_reader.at(work, run, desk), READ))
        if rows:
            _in_halves(_judge, work, desk, run, rows)
            _reader.went_on(run)
            return
    except UnreadableError as error:
        _reader.close()
        _end(run, State.FAILED, desk, problem=error.problem.value)
        return
    except _OvertakenError:
        _reader.close()
        return
    except BaseException:  # what it gave out is not kept: it has to be read again
        _reader.close()
        raise
    _reader.close()
    _end(run, State.CHECKED, desk)


def _judge(work: Work, desk: Desk, run: Import, rows: Sequence[FileRow]) -> None:
    verdicts = work.judge(desk, run_of(run), rows)
    kept = [row_of(run, row, verdict) for row, verdict in zip(rows, verdicts, strict=True)]
    tally: Counter[str] = Counter()
    for verdict in verdicts:
        tally.update(verdict.tally)
    if in_transaction(lambda: _keep(run, kept, tally)):
        run.rows_read += len(rows)  # as it stands now, for the rows after these
    else:
        raise _OvertakenError


def _keep(run: Import, rows: Sequence[ImportRow], tally: Mapping[str, int]) -> bool:
    now = _locked(run)
    if now is None or now.rows_read != run.rows_read:
        return False
    ImportRow.objects.bulk_create(rows)
    now.rows_read += len(rows)
    now.last_row = rows[-1].number
    counts = Counter(now.counts) + Counter(row.verdict for row in rows)
    doubtful = sum(row.is_doubtful for row in rows)
    now.counts = dict(counts + Counter(doubtful=doubtful) + Counter(tally))
    now.save(update_fields=["rows_read", "last_row", "counts"])
    return True


# --- The import and its undo ---------------------------------------------------------------------


pace = Pace()


def _import(work: Work, desk: Desk, run: Import) -> None:
    waiting = ImportRow.objects.filter(run_id=run.pk, state=RowState.WAITING)
    rows = [kept_row(row) for row in waiting.order_by("number")[: _most(work)]]
    if not rows:
        _end(run, State.DONE, desk)
        return
    _in_halves(_bring_in, work, desk, run, rows)


def _bring_in(work: Work, desk: Desk, run: Import, rows: Batch) -> None:
    prepared = work.prepare(desk, run_of(run), rows)
    began = time.monotonic()
    import_rows(desk, work, run, rows, prepared)
    pace.went(len(rows), time.monotonic() - began)


def _most(work: Work) -> int:
    return min(work.batch, pace.rows)


@action(needs=None)
def import_rows(desk: Desk, work: Work, run: Import, rows: Batch, prepared: Any) -> RowsSettled:
    """Bring a batch of rows in, all of those nothing stands against by now."""
    now = _at_this_batch(desk, run, rows, RowState.WAITING)
    if now is None:
        return RowsSettled()
    settled = work.write(desk, run_of(run), rows, prepared)
    note(Note(data={"import": run.public_id, "rows": len(rows)}))
    return _settled(now, rows, settled, _counted(now, rows, settled))


def _counted(now: Import, rows: Batch, settled: Sequence[Settled]) -> "Counter[str]":
    # Verdicts of the dry run give way to those of today.
    counts = Counter(now.counts)
    counts.subtract(row.verdict for row in rows)
    counts.update(one.verdict for one in settled)
    turned = zip(rows, settled, strict=True)
    counts["doubtful"] -= sum(
        bool(row.doubts) and row.verdict != WRONG and one.verdict == WRONG for row, one in turned
    )
    return counts


def _undo(work: Work, desk: Desk, run: Import) -> None:
    done = ImportRow.objects.filter(run_id=run.pk, state=RowState.DONE, number__lt=run.last_row)
    rows = [kept_row(row) for row in done.order_by("-number")[: _most(work)]]
    if not rows:
        _end(run, State.UNDONE, desk)
        return
    _in_halves(_take_back, work, desk, run, rows)


def _take_back(work: Work, desk: Desk, run: Import, rows: Batch) -> None:
    began = time.monotonic()
    take_rows_back(desk, work, run, rows)
    pace.went(len(rows), time.monotonic() - began)


@action(needs=None)
def take_rows_back(desk: Desk, work: Work, run: Import, rows: Batch) -> RowsSettled:
    """Take a batch of rows back, all of those nothing followed on."""
    now = _at_this_batch(desk, run, rows, RowState.DONE)
    if now is None:
        return RowsSettled()
    settled = work.take_back(desk, run_of(run), rows)
    note(Note(data={"import": run.public_id, "rows": len(rows)}))
    return _taken_back(now, rows, settled)


def _taken_back(now: Import, rows: Batch, settled: Sequence[Settled]) -> RowsSettled:
    counts = Counter(now.counts)
    counts.subtract({RowState.DONE.value: len(rows)})
    now.last_row = rows[-1].number
    return _settled(now, rows, settled, counts)


def _at_this_batch(desk: Desk, run: Import, rows: Batch, state: RowState) -> Import | None:
    _only_the_worker(desk, run)
    now = _locked(run)
    ids = [row.id for row in rows]
    still = ImportRow.objects.filter(pk__in=ids, state=state)
    return now if now is not None and still.count() == len(ids) else None


def _settled(
    run: Import, rows: Batch, settled: Sequence[Settled], counts: "Counter[str]"
) -> RowsSettled:
    for one in settled:
        counts.update(one.tally)
    counts.update(one.state.value for one in settled)
    run.counts = {name: count for name, count in counts.items() if count}
    run.rows_done += len(rows)
    run.save(update_fields=["counts", "rows_done", "last_row"])
    values = []
    for row, one in zip(rows, settled, strict=True):
        kept = kept_values(
            run.kind, cells=row.cells, reading=row.reading, faults=one.faults, doubts=row.doubts,
            made=one.made,
        )  # fmt: skip
        values.append(
            {
                "id": row.id,
                "state": one.state.value,
                "verdict": one.verdict,
                "faults": kept.get("faults", []),
                "changed": one.changed,
                "made": kept.get("made", {}),
                "sealed": encrypt(kept["sealed"]),
            }
        )
    sql.write([SETTLE], rows=values)
    return RowsSettled(rows=len(rows))


def _only_the_worker(desk: Desk, run: Import) -> None:
    if desk.door is not Door.WORKER:
        raise ForbiddenError(NEEDS[Kind(run.kind)])


# --- A row that raises ---------------------------------------------------------------------------

Rows = Sequence[Any]  # FileRow of a dry run, else KeptRow


class _OvertakenError(Exception):
    """The import stands elsewhere by now: what was read is of no use."""


def _in_halves(
    turn: Callable[[Work, Desk, Import, Rows], None],
    work: Work,
    desk: Desk,
    run: Import,
    rows: Rows,
) -> None:
    """Do a batch; where something in it raises, all of it but the row that does."""
    try:
        turn(work, desk, run, rows)
    except _OvertakenError:
        raise
    except Exception as error:
        if not is_of_data(error):
            raise
        if len(rows) == 1:
            words = describe(error)
            log.warning("Row %s of import %s passed over: %s", rows[0].number, run.pk, words)
            _pass_over(desk, run, rows[0], words)
            return
        half = len(rows) // 2
        _in_halves(turn, work, desk, run, rows[:half])
        _in_halves(turn, work, desk, run, rows[half:])


def _pass_over(desk: Desk, run: Import, row: FileRow | KeptRow, error: str) -> None:
    if isinstance(row, KeptRow):
        pass_row_over(desk, run, row, error=error)
        return
    try:
        passed = pass_row_over(desk, run, row, error=error)
    except Exception as why:
        if not is_of_data(why):
            raise
        # Not even its cells can be kept.
        bare = FileRow(number=row.number, cells=(), reading={})
        passed = pass_row_over(desk, run, bare, error=error)
    if not passed.rows:
        raise _OvertakenError
    run.rows_read += 1


@action(needs=None)
def pass_row_over(desk: Desk, run: Import, row: FileRow | KeptRow, *, error: str) -> RowsSettled:
    """Leave a row as it is because it raises; `error` says what and where, and nothing of it."""
    note(Note(data={"import": run.public_id, "row": row.number, "error": error}))
    if isinstance(row, FileRow):
        _only_the_worker(desk, run)
        verdict = Verdict(verdict=WRONG, faults=((NOT_BROUGHT_IN, "", ""),))
        return RowsSettled(rows=int(_keep(run, [row_of(run, row, verdict)], {})))
    is_undo = run.state == State.UNDOING
    now = _at_this_batch(desk, run, [row], RowState.DONE if is_undo else RowState.WAITING)
    if now is None:
        return RowsSettled()
    if is_undo:
        fault = (NOT_TAKEN_BACK, "", "")
        stays = Settled(state=RowState.KEPT, verdict=row.verdict, faults=(fault,), made=row.made)
        return _taken_back(now, [row], [stays])
    fault = (NOT_BROUGHT_IN, "", "")
    out = Settled(state=RowState.LEFT_OUT, verdict=WRONG, faults=(fault,))
    return _settled(now, [row], [out], _counted(now, [row], [out]))


_TURNS: Final = {State.CHECKING: _check, State.IMPORTING: _import, State.UNDOING: _undo}
