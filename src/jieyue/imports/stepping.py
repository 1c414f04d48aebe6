"""The worker's way through an import: batch by batch, each a short transaction of its own.

A step does batches for some seconds and promises the next, so that other promises get their turn.
Every batch begins by locking the import and looking whether it still stands where the batch was
read from: a worker that was killed, stopped or overtaken writes nothing twice.
"""

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import dropwhile, islice
from typing import Any, Final, Literal

from jieyue.audit.journal import Note, note
from jieyue.imports.keeping import file_of, kept_row, kept_values, row_of, run_of
from jieyue.imports.models import Import, ImportRow
from jieyue.imports.rules.rights import NEEDS
from jieyue.imports.rules.runs import (
    AT_WORK,
    PERSONAL,
    STEP,
    Against,
    Kind,
    RowState,
    State,
)
from jieyue.imports.works import WRONG, Batch, FileRow, Settled, Work
from jieyue.kit import clock, sql
from jieyue.kit.batches import delete_in_batches
from jieyue.kit.encryption import encrypt
from jieyue.kit.tables.lines import UnreadableError
from jieyue.kit.transactions import in_transaction, lock_one
from jieyue.libraries.actions import ForbiddenError, action
from jieyue.libraries.desk import Desk, Door
from jieyue.libraries.queries import staff_by_id
from jieyue.outbox.promises import promise

STEP_SECONDS: Final = 3.0
READ: Final = 200  # rows of a batch of the dry run
WRITING: Final = 0.1  # seconds a batch should take: so long does a desk wait on SQLite
FEWEST: Final = 20  # rows of a batch, however slow

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


def keep_step(work: Work, desk: Desk, payload: Mapping[str, Any]) -> None:
    """Keep the promise of one step: `{"import": public id, "step": n}`. Safe to run twice."""
    run = Import.objects.filter(public_id=payload["import"]).first()
    until = time.monotonic() + STEP_SECONDS
    while run is not None and run.steps == payload["step"] and run.state in AT_WORK:
        there = _desk_of(run, desk)
        if there is None:
            _end(run, State.FAILED if run.state == State.CHECKING else State.STOPPED,
                 desk, problem=Against.NO_RIGHT.value)  # fmt: skip
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


def _desk_of(run: Import, desk: Desk) -> Desk | None:
    """Return the desk of whoever began it, as his rights are now; None if he has them no more."""
    there = replace(desk, branch_id=run.branch_id, door=Door.WORKER, now=clock.now())
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
            case State.DONE | State.STOPPED:
                row.ended_at = desk.now
            case State.UNDONE:
                row.undone_at = desk.now
            case _:
                pass
        row.save()

    in_transaction(end)


# --- The dry run --------------------------------------------------------------------------------


class _Reader:
    """The file being read, open from one step to the next; one at a time in a process."""

    def __init__(self) -> None:
        self.key: tuple[int, int] | None = None  # of the import, and how many rows were read
        self.rows: Iterator[FileRow] = iter(())
        self.open = ExitStack()

    def at(self, work: Work, run: Import, desk: Desk) -> Iterator[FileRow]:
        """Return the rows that are still to be read. Raises UnreadableError."""
        if self.key != (run.pk, run.rows_read):
            self.close()
            path = self.open.enter_context(file_of(run))
            rows = work.rows(path, run_of(run), desk.today.year)
            if close := getattr(rows, "close", None):
                self.open.callback(close)
            self.rows = dropwhile(lambda row: row.number <= run.last_row, rows)
            self.key = (run.pk, run.rows_read)
        return self.rows

    def went_on(self, run: Import, count: int) -> None:
        """Note that rows were read and kept."""
        self.key = (run.pk, run.rows_read + count)

    def close(self) -> None:
        """Let go of the file."""
        self.key, self.rows = None, iter(())
        self.open.close()


_reader = _Reader()


def _check(work: Work, desk: Desk, run: Import) -> None:
    if run.rows_read == 0:  # rows of a dry run before
        delete_in_batches(ImportRow.objects.filter(run_id=run.pk))
    try:
        rows = list(islice(_reader.at(work, run, desk), READ))
    except UnreadableError as error:
        _reader.close()
        _end(run, State.FAILED, desk, problem=error.problem.value)
        return
    except BaseException:
        _reader.close()
        raise
    if not rows:
        _reader.close()
        _end(run, State.CHECKED, desk)
        return
    verdicts = work.judge(desk, run_of(run), rows)
    kept = [row_of(run, row, verdict) for row, verdict in zip(rows, verdicts, strict=True)]
    if in_transaction(lambda: _keep(run, kept)):
        _reader.went_on(run, len(rows))
    else:
        _reader.close()


def _keep(run: Import, rows: Sequence[ImportRow]) -> bool:
    now = _locked(run)
    if now is None or now.rows_read != run.rows_read:
        return False
    ImportRow.objects.bulk_create(rows)
    now.rows_read += len(rows)
    now.last_row = rows[-1].number
    counts = Counter(now.counts) + Counter(row.verdict for row in rows)
    now.counts = dict(counts + Counter(doubtful=sum(row.is_doubtful for row in rows)))
    now.save(update_fields=["rows_read", "last_row", "counts"])
    return True


# --- The import and its undo ---------------------------------------------------------------------


class _Pace:
    """How many rows a batch has on this machine, as busy as it is now."""

    rows = 50

    def went(self, rows: int, seconds: float) -> None:
        """Learn from a batch, and let waiting desks write before the next."""
        self.rows = max(FEWEST, min(2 * self.rows, int(rows * WRITING / max(seconds, 0.001))))
        time.sleep(min(seconds / 2, WRITING))


_pace = _Pace()


def _import(work: Work, desk: Desk, run: Import) -> None:
    waiting = ImportRow.objects.filter(run_id=run.pk, state=RowState.WAITING)
    rows = [kept_row(row) for row in waiting.order_by("number")[: _most(work)]]
    if not rows:
        _end(run, State.DONE, desk)
        return
    prepared = work.prepare(desk, run_of(run), rows)
    began = time.monotonic()
    import_rows(desk, work, run, rows, prepared)
    _pace.went(len(rows), time.monotonic() - began)


def _most(work: Work) -> int:
    return min(work.batch, _pace.rows)


@action(needs=None)
def import_rows(desk: Desk, work: Work, run: Import, rows: Batch, prepared: Any) -> RowsSettled:
    """Bring a batch of rows in, all of those nothing stands against by now."""
    now = _at_this_batch(desk, run, rows, RowState.WAITING)
    if now is None:
        return RowsSettled()
    settled = work.write(desk, run_of(run), rows, prepared)
    # Verdicts of the dry run give way to those of today.
    counts = Counter(now.counts)
    counts.subtract(row.verdict for row in rows)
    counts.update(one.verdict for one in settled)
    turned = zip(rows, settled, strict=True)
    counts["doubtful"] -= sum(
        bool(row.doubts) and row.verdict != WRONG and one.verdict == WRONG for row, one in turned
    )
    return _settled(now, rows, settled, counts)


def _undo(work: Work, desk: Desk, run: Import) -> None:
    done = ImportRow.objects.filter(run_id=run.pk, state=RowState.DONE, number__lt=run.last_row)
    rows = [kept_row(row) for row in done.order_by("-number")[: _most(work)]]
    if not rows:
        _end(run, State.UNDONE, desk)
        return
    began = time.monotonic()
    take_rows_back(desk, work, run, rows)
    _pace.went(len(rows), time.monotonic() - began)


@action(needs=None)
def take_rows_back(desk: Desk, work: Work, run: Import, rows: Batch) -> RowsSettled:
    """Take a batch of rows back, all of those nothing followed on."""
    now = _at_this_batch(desk, run, rows, RowState.DONE)
    if now is None:
        return RowsSettled()
    settled = work.take_back(desk, run_of(run), rows)
    counts = Counter(now.counts)
    counts.subtract({RowState.DONE.value: len(rows)})
    now.last_row = rows[-1].number
    return _settled(now, rows, settled, counts)


def _at_this_batch(desk: Desk, run: Import, rows: Batch, state: RowState) -> Import | None:
    if desk.door is not Door.WORKER:
        raise ForbiddenError(NEEDS[Kind(run.kind)])
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
        is_sealed = run.kind in PERSONAL
        values.append(
            {
                "id": row.id,
                "state": one.state.value,
                "verdict": one.verdict,
                "faults": [] if is_sealed else one.faults,
                "changed": one.changed,
                "made": {} if is_sealed else one.made,
                "sealed": encrypt(kept["sealed"]),
            }
        )
    sql.write([SETTLE], rows=values)
    note(Note(data={"import": run.public_id, "rows": len(rows)}))
    return RowsSettled(rows=len(rows))


_TURNS: Final = {State.CHECKING: _check, State.IMPORTING: _import, State.UNDOING: _undo}
