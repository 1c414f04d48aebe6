"""What a person does with an import: bring a file, have it checked, imported, stopped, undone.

The worker does the rest (stepping.py): each of these promises it a step.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import file_digest
from pathlib import Path
from typing import Any, Final, Literal

from jieyue.audit.journal import Note, note
from jieyue.imports.keeping import file_of, has_arrived, kept_look, look_of, parts_of
from jieyue.imports.models import Import, ImportPart, ImportRow
from jieyue.imports.rules.rights import NEEDS
from jieyue.imports.rules.runs import (
    AT_WORK,
    KEPT,
    LAST_ROW,
    MAX_FILE,
    PART,
    PASSING,
    STEP,
    Against,
    Kind,
    RowState,
    State,
    is_partly_undone,
    parts_in,
)
from jieyue.imports.works import Look, Work
from jieyue.kit.ids import public_id
from jieyue.kit.scope import library_scope
from jieyue.kit.tables.lines import UnreadableError
from jieyue.kit.transactions import in_transaction, lock_one
from jieyue.libraries.actions import ForbiddenError, action
from jieyue.libraries.desk import Desk
from jieyue.libraries.tokens import token_at
from jieyue.outbox.promises import promise

_AT_ONCE: Final = 8  # parts of a file written in one transaction: 4 MB
BEFORE: Final = frozenset({State.UPLOADED, State.CHECKED})
_AFTER: Final = frozenset({State.DONE, State.STOPPED})


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRefused:
    """Nothing changed. `reasons` are codes of `Against`, or of `Problem` for a file not read."""

    type: Literal["refused"] = "refused"
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileBrought:
    """The file is here and looked at; its columns can be changed before it is checked."""

    type: Literal["file_brought"] = "file_brought"
    run: str  # public id


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportChanged:
    """The import is in `state` now; `run` is its public id."""

    type: Literal["import_changed"] = "import_changed"
    run: str
    state: str


# --- Before the dry run ------------------------------------------------------------------------


def bring_file(
    desk: Desk,
    work: Work,
    *,
    path: Path,
    file_name: str,
    options: Mapping[str, Any] | None = None,
    again_of: str = "",
) -> FileBrought | ImportRefused:
    """Keep a file and look at its columns. `again_of`: the import whose wrong rows it puts right.

    Its columns are then read as they were in that one, wherever they are headed alike.
    """
    if (size := path.stat().st_size) > MAX_FILE:
        return ImportRefused(reasons=(Against.FILE_TOO_LARGE.value,))
    try:
        look = work.look(path, {})
    except UnreadableError as error:
        return ImportRefused(reasons=(error.problem.value,))
    with path.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
        file.seek(0)
        outcome = _bring_file(
            desk,
            work,
            look,
            file.read(_AT_ONCE * PART),
            file_name=file_name,
            size=size,
            digest=digest,
            options=dict(options or {}),
            again_of=again_of,
        )
        if isinstance(outcome, FileBrought):
            with library_scope(desk.library_id):
                run = Import.objects.get(public_id=outcome.run)
                number = _AT_ONCE + 1
                while content := file.read(_AT_ONCE * PART):
                    # A megabyte after the other: no desk waits for a large file.
                    in_transaction(partial(_keep, run, content, number))
                    number += _AT_ONCE
    return outcome


@action(needs=None)
def _bring_file(
    desk: Desk,
    work: Work,
    look: Look,
    content: bytes,
    *,
    file_name: str,
    size: int,
    digest: str,
    options: dict[str, Any],
    again_of: str,
) -> FileBrought | ImportRefused:
    run = begun(desk, work.kind, file_name=file_name, size=size, again_of=again_of)
    if run is None:
        return refused(Against.IMPORT_UNKNOWN)
    run.options = {**run.options, **options}
    keep_look(run, work, look, digest)
    _keep(run, content, 1)
    return FileBrought(run=run.public_id)


def begun(desk: Desk, kind: Kind, *, file_name: str, size: int, again_of: str) -> Import | None:
    """Write down that a file comes, of which nothing is known yet; None without `again_of`."""
    need_kind(desk, kind)
    earlier = _earlier_one(again_of, kind)
    if again_of and earlier is None:
        return None
    run: Import = Import.objects.create(
        library_id=desk.library_id,
        public_id=public_id(),
        kind=kind.value,
        file_name=file_name.replace("\0", "")[-200:],
        file_bytes=size,
        options=earlier.options if earlier else {},
        again_of=earlier,
        staff_id=desk.staff_id,
        token_id=token_at(desk),
        branch_id=desk.branch_id,
        created_at=desk.now,
    )
    note(Note(data={"import": run.public_id, "kind": run.kind}))
    return run


def keep_look(run: Import, work: Work, look: Look, digest: str) -> None:
    """Keep what a file looks like that is here; its columns as in the one it puts right."""
    if run.again_of is not None:
        look = _as_in(run.again_of, work, look)
    run.kind = work.kind.value
    for name, value in kept_look(look, digest).items():
        setattr(run, name, value)
    run.save()


def _keep(run: Import, content: bytes, first: int) -> None:
    # Whoever repeats the action brings the same parts: those that are missing are kept.
    ImportPart.objects.bulk_create(parts_of(run, content, first), ignore_conflicts=True)


def _earlier_one(again_of: str, kind: Kind) -> Import | None:
    """Lock the import whose wrong rows come again, so that nobody throws it away meanwhile.

    None if there is none, or it has no rows, or is being thrown away.
    """
    row = lock_one(Import.objects.filter(public_id=again_of)) if again_of else None
    return row if row is not None and row.kind == kind and row.state != State.FAILED else None


def _as_in(earlier: Import, work: Work, look: Look) -> Look:
    """Return the columns as they were read in an earlier file, wherever they are headed alike."""
    if not look.columns:
        return look
    headed = zip(earlier.shape.get("headings", []), earlier.columns, strict=False)
    known = {heading: kind for heading, kind in headed if heading}
    return work.chosen(look, [known.get(column.heading, column.kind) for column in look.columns])


def choose_columns(
    desk: Desk,
    work: Work,
    *,
    run: str,
    kinds: Sequence[str] | None = None,
    shape: Mapping[str, str] | None = None,
    options: Mapping[str, Any] | None = None,
) -> ImportChanged | ImportRefused:
    """Say what the columns hold, how the file is read (`sheet`, …), and the kind's options.

    What is None stays. The verdicts of a dry run before are gone. Another `shape` looks at the
    columns anew.
    """
    look = None
    if shape is not None:
        with library_scope(desk.library_id):
            row = Import.objects.filter(public_id=run).first()
            if row is None:
                return ImportRefused(reasons=(Against.IMPORT_UNKNOWN.value,))
            if not has_arrived(row):
                return ImportRefused(reasons=(Against.FILE_INCOMPLETE.value,))
            try:
                with file_of(row) as path:
                    look = work.look(path, shape)
            except UnreadableError as error:
                return ImportRefused(reasons=(error.problem.value,))
    return _choose_columns(
        desk,
        work,
        look,
        run=run,
        kinds=kinds,
        shape=shape,
        options=None if options is None else dict(options),
    )


@action(needs=None)
def _choose_columns(
    desk: Desk,
    work: Work,
    look: Look | None,
    *,
    run: str,
    kinds: Sequence[str] | None,
    shape: Mapping[str, str] | None,  # noqa: ARG001 (looked at before; part of what is repeated)
    options: dict[str, Any] | None,
) -> ImportChanged | ImportRefused:
    row = locked(desk, run)
    if row is None:
        return refused(Against.IMPORT_UNKNOWN)
    if row.state not in {*BEFORE, State.FAILED}:
        return refused(Against.NOT_NOW)
    if not has_arrived(row):
        return refused(Against.FILE_INCOMPLETE)
    look = look or look_of(row)
    if kinds is not None:
        look = work.chosen(look, kinds)
    if options is not None:
        row.options = options
    for name, value in kept_look(look, row.shape.get("digest", "")).items():
        setattr(row, name, value)
    row.state, row.problem = State.UPLOADED, ""
    row.save()
    note(Note(data={"import": run}))
    return ImportChanged(run=run, state=row.state)


# --- The worker's turn --------------------------------------------------------------------------


@action(needs=None)
def start_check(desk: Desk, *, run: str) -> ImportChanged | ImportRefused:
    """Have the worker judge every row. Nothing but the import's own rows is written."""
    row = locked(desk, run)
    if row is None:
        return refused(Against.IMPORT_UNKNOWN)
    if row.state not in BEFORE:
        return refused(Against.NOT_NOW)
    if not has_arrived(row) or not is_whole(row):
        return refused(Against.FILE_INCOMPLETE)
    if not row.shape.get("is_enough", True):
        return refused(Against.COLUMNS_NOT_ENOUGH)
    row.rows_read = row.last_row = row.rows_done = 0
    row.counts, row.checked_at = {}, None
    return _begun(desk, row, State.CHECKING)


@action(needs=None)
def start_import(desk: Desk, *, run: str) -> ImportChanged | ImportRefused:
    """Have the worker bring the rows in, or go on where it was stopped."""
    row = locked(desk, run)
    if row is None:
        return refused(Against.IMPORT_UNKNOWN)
    if row.state not in {State.CHECKED, State.STOPPED}:
        return refused(Against.NOT_NOW)
    waiting = ImportRow.objects.filter(run_id=row.pk, state=RowState.WAITING)
    if row.state == State.CHECKED and not waiting.exclude(verdict="wrong").exists():
        return refused(Against.NOTHING_TO_DO)
    return _begun(desk, row, State.IMPORTING)


@action(needs=None)
def start_undo(desk: Desk, *, run: str) -> ImportChanged | ImportRefused:
    """Have the worker take an import back, for 30 days after its end.

    Where rows stayed only for now, they can be tried again.
    """
    row = locked(desk, run)
    if row is None:
        return refused(Against.IMPORT_UNKNOWN)
    if row.state not in _AFTER and not is_partly_undone(row.state, row.counts):
        return refused(Against.NOT_NOW)
    if row.ended_at is not None and desk.now > row.ended_at + KEPT:
        return refused(Against.TOO_LATE_TO_UNDO)
    stayed = [row.counts.pop(name, 0) for name in PASSING]
    if any(stayed):
        _try_again(row)
    row.rows_done = 0
    row.last_row = LAST_ROW  # from the last to the first
    return _begun(desk, row, State.UNDOING)


@action(needs=None)
def stop_import(desk: Desk, *, run: str) -> ImportChanged | ImportRefused:
    """Stop the worker after the batch it is at: an import halfway, a dry run to begin anew."""
    row = locked(desk, run)
    if row is None:
        return refused(Against.IMPORT_UNKNOWN)
    if row.state not in {State.CHECKING, State.IMPORTING}:
        return refused(Against.NOT_NOW)
    is_check = row.state == State.CHECKING
    row.state = State.UPLOADED if is_check else State.STOPPED
    row.ended_at = None if is_check else desk.now
    row.save()
    note(Note(data={"import": run}))
    return ImportChanged(run=run, state=row.state)


@action(needs=None)
def resume_import(desk: Desk, *, run: str) -> ImportChanged | ImportRefused:
    """Promise the next step anew, where the worker gave up on one. Safe at any time."""
    row = locked(desk, run)
    if row is None:
        return refused(Against.IMPORT_UNKNOWN)
    if row.state not in AT_WORK:
        return refused(Against.NOT_NOW)
    return _begun(desk, row, State(row.state))


# --- Together -----------------------------------------------------------------------------------


def need_kind(desk: Desk, kind: str) -> None:
    """Refuse whoever may not bring such a file. Raises ForbiddenError."""
    needs = NEEDS[Kind(kind)]
    if needs not in desk.permissions:
        raise ForbiddenError(needs)


def locked(desk: Desk, run: str) -> Import | None:
    """Lock an import, None if there is none. Raises ForbiddenError for whoever may not."""
    row = lock_one(Import.objects.filter(public_id=run))
    if row is not None:
        need_kind(desk, row.kind)
    return row


def refused(*reasons: Against) -> ImportRefused:
    """Return the refusal, with its codes in the journal."""
    codes = tuple(reason.value for reason in reasons)
    note(Note(outcome="refused", reasons=codes))
    return ImportRefused(reasons=codes)


def _try_again(row: Import) -> None:
    """Let the rows that stayed stand as those that were not taken back yet."""
    kept = ImportRow.objects.filter(run_id=row.pk, state=RowState.KEPT)
    again = kept.update(state=RowState.DONE)
    row.counts.pop(RowState.KEPT.value, None)
    row.counts[RowState.DONE.value] = row.counts.get(RowState.DONE.value, 0) + again


def is_whole(row: Import) -> bool:
    """Say whether every part is here: whoever brings a large file may go away halfway."""
    return ImportPart.objects.filter(run_id=row.pk).count() == parts_in(row.file_bytes)


def _begun(desk: Desk, row: Import, state: State) -> ImportChanged | ImportRefused:
    at_work = Import.objects.filter(state__in=[one.value for one in AT_WORK]).exclude(pk=row.pk)
    if at_work.exists():
        return refused(Against.ANOTHER_AT_WORK)
    row.state = state
    row.problem = ""
    row.steps += 1
    row.staff_id, row.token_id = desk.staff_id, token_at(desk)
    row.save()
    payload = {"import": row.public_id, "step": row.steps}
    promise(STEP.format(kind=row.kind), payload, at=desk.now)
    note(Note(data={"import": row.public_id, "kind": row.kind}))
    return ImportChanged(run=row.public_id, state=state.value)
