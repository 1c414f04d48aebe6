"""A file that comes part by part, as programs send it: announced, its parts in any order, its end.

Every part but the last has `PART` bytes. A part that comes again takes its own place.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any, Literal

from jieyue.audit.journal import Note, note
from jieyue.imports.actions import (
    FileBrought,
    ImportRefused,
    begun,
    is_whole,
    keep_look,
    locked,
    need_kind,
    refused,
)
from jieyue.imports.keeping import file_of, has_arrived, parts_of
from jieyue.imports.models import Import, ImportPart
from jieyue.imports.rules.runs import MAX_FILE, PART, Against, Kind, State, parts_in
from jieyue.imports.works import Look, Work
from jieyue.kit.scope import library_scope
from jieyue.kit.tables.lines import UnreadableError
from jieyue.libraries.actions import action
from jieyue.libraries.desk import Desk


@dataclass(frozen=True, slots=True, kw_only=True)
class FileExpected:
    """A file may come, in `parts` parts of `part_bytes` each, the last one as short as it is."""

    type: Literal["file_expected"] = "file_expected"
    run: str  # public id
    parts: int
    part_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PartKept:
    """A part of the file is here; `missing` others are not."""

    type: Literal["part_kept"] = "part_kept"
    run: str
    part: int
    missing: int


@action(needs=None)
def expect_file(
    desk: Desk, *, kind: Kind, file_name: str, size: int, again_of: str = ""
) -> FileExpected | ImportRefused:
    """Begin an import whose file comes in parts. `again_of` as `bring_file` has it."""
    if size > MAX_FILE:
        need_kind(desk, kind)
        return refused(Against.FILE_TOO_LARGE)
    run = begun(desk, kind, file_name=file_name, size=size, again_of=again_of)
    if run is None:
        return refused(Against.IMPORT_UNKNOWN)
    return FileExpected(run=run.public_id, parts=parts_in(size), part_bytes=PART)


def keep_part(desk: Desk, content: bytes, *, run: str, part: int) -> PartKept | ImportRefused:
    """Keep a part of a file, from 1 on."""
    digest = sha256(content).hexdigest()
    return _keep_part(desk, content, run=run, part=part, digest=digest)


@action(needs=None)
def _keep_part(
    desk: Desk,
    content: bytes,
    *,
    run: str,
    part: int,
    digest: str,  # noqa: ARG001 (part of what is repeated, in place of the content)
) -> PartKept | ImportRefused:
    row = locked(desk, run)
    if row is None:
        return refused(Against.IMPORT_UNKNOWN)
    if row.state != State.UPLOADED or has_arrived(row):
        return refused(Against.NOT_NOW)
    parts = parts_in(row.file_bytes)
    if not 1 <= part <= parts:
        return refused(Against.PART_UNKNOWN)
    if len(content) != min(PART, row.file_bytes - (part - 1) * PART):
        return refused(Against.PART_SIZE_WRONG)
    ImportPart.objects.filter(run_id=row.pk, number=part).delete()
    ImportPart.objects.bulk_create(parts_of(row, content, part))
    row.steps += 1  # a look at the file as it was before is out of date
    row.save(update_fields=["steps"])
    note(Note(data={"import": run, "part": part}))
    missing = parts - ImportPart.objects.filter(run_id=row.pk).count()
    return PartKept(run=run, part=part, missing=missing)


def end_file(
    desk: Desk, work_of: Callable[[str, Path], Work], *, run: str
) -> FileBrought | ImportRefused:
    """Look at a file whose parts are all here. `work_of(kind, path)`: who reads it.

    One that cannot be read is refused with the reason, and its parts can come anew.
    """
    work, look, digest, seen = None, None, "", 0
    with library_scope(desk.library_id):
        row = Import.objects.filter(public_id=run).first()
        if row is not None:
            need_kind(desk, row.kind)
            if row.state == State.UPLOADED and not has_arrived(row) and is_whole(row):
                seen = row.steps
                with file_of(row) as path:
                    work = work_of(row.kind, path)
                    try:
                        look = work.look(path, {})
                    except UnreadableError as error:
                        return ImportRefused(reasons=(error.problem.value,))
                    with path.open("rb") as file:
                        digest = file_digest(file, "sha256").hexdigest()
    return _end_file(desk, work, look, {"digest": digest, "seen": seen}, run=run)


@action(needs=None)
def _end_file(
    desk: Desk, work: Work | None, look: Look | None, found: Mapping[str, Any], *, run: str
) -> FileBrought | ImportRefused:
    row = locked(desk, run)
    if row is None:
        return refused(Against.IMPORT_UNKNOWN)
    if row.state != State.UPLOADED or has_arrived(row):
        return refused(Against.NOT_NOW)
    if work is None or look is None or row.steps != found["seen"] or not is_whole(row):
        return refused(Against.FILE_INCOMPLETE)
    keep_look(row, work, look, found["digest"])
    note(Note(data={"import": run, "kind": row.kind}))
    return FileBrought(run=run)
