"""How a file and its rows are kept: in parts and rows, sealed where they are about people."""

import json
import os
import time
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from tempfile import TemporaryFile, mkstemp
from typing import IO, Any, Final

from django.conf import settings

from jieyue.imports.models import Import, ImportPart, ImportRow
from jieyue.imports.rules.runs import PART, PERSONAL, Kind
from jieyue.imports.works import WRONG, FileRow, KeptRow, Look, RowFault, Run, Verdict
from jieyue.kit.tables.headings import Column

_BEING_WRITTEN: Final = 60  # seconds
_SEALED: Final = ("cells", "reading", "faults", "doubts", "made")


def run_of(row: Import) -> Run:
    """Return an import's row as plain values."""
    return Run(
        id=row.pk,
        public_id=row.public_id,
        kind=Kind(row.kind),
        file_name=row.file_name,
        shape=row.shape,
        columns=tuple(row.columns),
        options=row.options,
        created_at=row.created_at,
    )


def parts_of(run: Import, content: bytes, first: int) -> list[ImportPart]:
    """Return parts of a file, not yet saved; `first` is the number of the first of them."""
    parts = []
    for at in range(0, len(content), PART):
        kept: dict[str, Any] = {"content": content[at : at + PART]}
        if run.kind in PERSONAL:
            kept = {"sealed": b64encode(content[at : at + PART]).decode()}
        number = first + at // PART
        parts.append(ImportPart(library_id=run.library_id, run=run, number=number, **kept))
    return parts


def kept_look(look: Look, digest: str) -> dict[str, Any]:
    """Return an import's columns for what its file looks like."""
    return {
        "shape": {
            **look.shape,
            "digest": digest,  # of the file, to know it again
            "is_enough": look.is_enough,
            "headings": [column.heading for column in look.columns],
            "how": [column.how for column in look.columns],
        },
        "columns": [column.kind for column in look.columns],
        "samples": json.dumps([column.samples for column in look.columns], ensure_ascii=False),
        "rows_guessed": look.rows_guessed,
    }


def has_arrived(run: Import) -> bool:
    """Say whether the file came to its end and was looked at."""
    return bool(run.shape.get("digest"))


def look_of(run: Import) -> Look:
    """Return what an import's file looks like, as it was kept."""
    shape = dict(run.shape)
    shape.pop("digest", "")
    is_enough = shape.pop("is_enough", True)
    # The samples are forgotten with the rows.
    samples = json.loads(run.samples) if run.samples else [()] * len(run.columns)
    headings, how = shape.pop("headings", []), shape.pop("how", [])
    described = zip(headings, run.columns, how, samples, strict=True)
    return Look(
        shape=shape,
        columns=tuple(
            Column(heading=heading, kind=kind, how=how, samples=tuple(samples))
            for heading, kind, how, samples in described
        ),
        is_enough=is_enough,
        rows_guessed=run.rows_guessed,
    )


def file_of(run: Import) -> AbstractContextManager[Path]:
    """Put the file together again, for as long as it is read."""
    parts = ImportPart.objects.filter(run_id=run.pk).order_by("number").iterator(chunk_size=4)
    return file_for_now(
        b64decode(part.sealed) if part.sealed else bytes(part.content) for part in parts
    )


@contextmanager
def file_for_now(pieces: Iterable[bytes]) -> Iterator[Path]:
    """Write a file for nobody but this process; nothing of it stays.

    Where the platform allows it has no name in any folder, so that even a killed process leaves
    nothing; else a name of its own, which `forget_leftovers` takes away.
    """
    with nameless_file() as file:
        path = way_to(file)
        if path is not None:
            file.writelines(pieces)
            file.flush()
            yield path
            return
    descriptor, name = mkstemp(dir=_folder())  # for its owner only
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.writelines(pieces)
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def nameless_file() -> IO[bytes]:
    """Return an empty file in the data folder, for its owner only, gone when it is closed."""
    return TemporaryFile(dir=_folder())


def way_to(file: IO[bytes]) -> Path | None:
    """Return where an open file without a name can be opened once more, as Linux lets us."""
    try:
        path = Path(f"/proc/self/fd/{file.fileno()}")
        path.open("rb").close()
    except OSError:
        return None
    return path


def _folder() -> Path:
    folder: Path = settings.DATA_DIR / "imports"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def forget_leftovers() -> int:
    """Take away files that killed processes left; return how many.

    A worker beside this one may just be writing one: those of the last minute stay.
    """
    count = 0
    for path in _folder().glob("*"):
        try:
            if path.stat().st_mtime < time.time() - _BEING_WRITTEN:
                path.unlink()
                count += 1
        except OSError:
            continue  # gone meanwhile, or open where that keeps it
    return count


def row_of(run: Import, row: FileRow, verdict: Verdict) -> ImportRow:
    """Return a row with its verdict, not yet saved."""
    return ImportRow(
        library_id=run.library_id,
        run_id=run.pk,
        number=row.number,
        original=row.original,
        first_row=row.first_row,
        verdict=verdict.verdict,
        is_doubtful=bool(row.doubts or verdict.doubts) and verdict.verdict != WRONG,
        changed=list(verdict.changed),
        **kept_values(
            run.kind,
            cells=list(row.cells),
            reading=row.reading if verdict.reading is None else verdict.reading,
            faults=verdict.faults,
            doubts=(*row.doubts, *verdict.doubts),
            made={},
        ),
    )


def kept_values(kind: str, **values: Any) -> dict[str, Any]:
    """Return columns of a row for its cells, reading, faults, doubts and made, all of them."""
    if kind not in PERSONAL:
        return {**values, "sealed": ""}
    return {"sealed": json.dumps(values, ensure_ascii=False, separators=(",", ":"))}


def kept_row(row: ImportRow) -> KeptRow:
    """Return a row as plain values."""
    values = opened(row)
    return KeptRow(
        id=row.pk,
        number=row.number,
        cells=tuple(values["cells"]),
        reading=values["reading"],
        first_row=row.first_row,
        verdict=row.verdict,
        faults=faults_of(values["faults"]),
        doubts=faults_of(values["doubts"]),
        made=values["made"],
        original=None if row.original is None else bytes(row.original),
    )


def opened(row: ImportRow) -> dict[str, Any]:
    """Return a row's cells, reading, faults, doubts and made."""
    if row.sealed:
        found: dict[str, Any] = json.loads(row.sealed)
        return found
    return {name: getattr(row, name) for name in _SEALED}


def opened_one(row: ImportRow, name: str) -> Any:
    """Return one of what `opened` does, without asking for the others where they were not read."""
    return json.loads(row.sealed)[name] if row.sealed else getattr(row, name)


def faults_of(kept: list[list[str]]) -> tuple[RowFault, ...]:
    """Return faults as JSON kept them."""
    return tuple((code, field, value) for code, field, value in kept)
