"""How a file and its rows are kept: in parts and rows, sealed where they are about people."""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from jieyue.imports.models import Import, ImportPart, ImportRow
from jieyue.imports.rules.runs import PART, PERSONAL, Kind
from jieyue.imports.works import WRONG, FileRow, KeptRow, Look, RowFault, Run, Verdict
from jieyue.kit.tables.headings import Column

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


def look_of(run: Import) -> Look:
    """Return what an import's file looks like, as it was kept."""
    shape = dict(run.shape)
    shape.pop("digest", "")
    is_enough = shape.pop("is_enough", True)
    described = zip(
        shape.pop("headings", []),
        run.columns,
        shape.pop("how", []),
        json.loads(run.samples or "[]"),
        strict=True,
    )
    return Look(
        shape=shape,
        columns=tuple(
            Column(heading=heading, kind=kind, how=how, samples=tuple(samples))
            for heading, kind, how, samples in described
        ),
        is_enough=is_enough,
        rows_guessed=run.rows_guessed,
    )


@contextmanager
def file_of(run: Import) -> Iterator[Path]:
    """Put the file together again, for nobody but us to read, and take it away afterwards.

    Its name is the import's: what a killed process left is taken away by the next.
    """
    folder = settings.DATA_DIR / "imports"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{run.library_id}-{run.public_id}"
    try:
        with path.open("wb") as file:
            path.chmod(0o600)
            parts = ImportPart.objects.filter(run_id=run.pk).order_by("number")
            for part in parts.iterator(chunk_size=4):
                file.write(b64decode(part.sealed) if part.sealed else bytes(part.content))
        yield path
    finally:
        path.unlink(missing_ok=True)


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


def faults_of(kept: list[list[str]]) -> tuple[RowFault, ...]:
    """Return faults as JSON kept them."""
    return tuple((code, field, value) for code, field, value in kept)
