"""Files that are tables: what they look like, and their rows, for the kinds that are read so."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, fields, replace
from itertools import islice, zip_longest
from pathlib import Path
from typing import Any, Final

from jieyue.imports.works import FileRow, KeptRow, Look, Mending, Run, Said
from jieyue.kit.tables.headings import Column, Columns
from jieyue.kit.tables.lines import Line, Shape
from jieyue.kit.tables.reading import guess_rows, lines_of, shape_of
from jieyue.kit.tables.texts import DELIMITERS, ENCODINGS

LOOKED_AT: Final = 200
"""Rows that columns are told by."""
_CHOSEN: Final = ("sheet", "encoding", "delimiter")


def look_at(
    path: Path,
    chosen: Mapping[str, Any],
    *,
    columns_of: Callable[[Sequence[Line]], Columns],
    is_enough: Callable[[Sequence[str]], bool],
) -> Look:
    """Find out how a file is read and what its columns hold. Raises UnreadableError."""
    shape = shape_of(path, **{name: str(chosen.get(name, "")) for name in _CHOSEN})
    with closing(lines_of(path, shape)) as lines:  # type: ignore[type-var]
        columns = columns_of(list(islice(lines, LOOKED_AT)))
    return Look(
        shape=asdict(shape) | {"heading_line": columns.heading_line},
        columns=columns.columns,
        is_enough=is_enough(columns.kinds),
        rows_guessed=max(0, guess_rows(path, shape) - columns.heading_line),
    )


def with_kinds(
    look: Look,
    kinds: Sequence[str],
    *,
    names: Sequence[str],
    is_enough: Callable[[Sequence[str]], bool],
) -> Look:
    """Return the columns as a person says they are: a kind for each, "" to leave it out."""
    said = [kind if kind in names else "" for kind in kinds]
    said += [""] * (len(look.columns) - len(said))
    columns = tuple(
        column if column.kind == kind else replace(column, kind=kind, how="chosen")
        for column, kind in zip(look.columns, said, strict=False)
    )
    return replace(look, columns=columns, is_enough=is_enough([c.kind for c in columns]))


def ways_to_read(shape: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return what may be chosen of how a file is read: its sheets, its encoding, its delimiter."""
    ways: dict[str, list[str]] = {}
    if len(sheets := shape.get("sheets", ())) > 1:
        ways["sheet"] = list(sheets)
    if encoding := shape.get("encoding"):
        ways["encoding"] = list(dict.fromkeys([*ENCODINGS, encoding]))
    if delimiter := shape.get("delimiter"):
        ways["delimiter"] = list(dict.fromkeys([*DELIMITERS, delimiter]))
    return ways


def shape_in(run: Run) -> Shape:
    """Return how the file of an import is read."""
    kept = {one.name: run.shape[one.name] for one in fields(Shape) if one.name in run.shape}
    return Shape(**kept | {"sheets": tuple(kept.get("sheets", ()))})


def columns_in(run: Run) -> Columns:
    """Return what the columns of an import hold."""
    headings = run.shape.get("headings", [""] * len(run.columns))
    return Columns(
        heading_line=run.shape.get("heading_line", 0),
        columns=tuple(
            Column(heading=heading, kind=kind, how="", samples=())
            for heading, kind in zip(headings, run.columns, strict=True)
        ),
    )


def lines_in(path: Path, run: Run) -> Iterator[Line]:
    """Yield the rows of an import's file. Raises UnreadableError."""
    with closing(lines_of(path, shape_in(run))) as lines:  # type: ignore[type-var]
        yield from lines


def mending_of(rows: Callable[[Iterable[Line], Run, int], Iterator[FileRow]]) -> Mending:
    """Return how rows of a table are put right, cell by cell; `rows` reads lines in hand."""

    def again(run: Run, row: KeptRow, cells: Sequence[str], this_year: int) -> FileRow | None:
        lines = [Line(row.number, tuple(cells))] if any(cells) else []
        return next(rows(lines, run, this_year), None)

    return Mending(fields=_cells_of, again=again)


def _cells_of(columns: Sequence[str], row: Said) -> tuple[tuple[str, str], ...]:
    return tuple(zip_longest(columns, row.cells, fillvalue=""))
