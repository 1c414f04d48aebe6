"""What the app of a kind of file says of it: how it is read, judged, written and taken back.

The engine (stepping.py) goes through the file with these and knows nothing of books or readers.
All rows are plain values that survive JSON.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Protocol

from jieyue.imports.rules.runs import Kind, RowState
from jieyue.kit.tables.headings import Column
from jieyue.libraries.desk import Desk

WRONG: Final = "wrong"
"""The verdict on a row that cannot come in; each kind names its others."""
PROBLEM: Final = "problem"
"""Under this name the reading of bytes that are no row says why: nobody can put them right."""
EDITED: Final = "edited"
"""Why a row is not taken back: staff changed what it made. Else the table that points at that."""

RowFault = tuple[str, str, str]
"""Code, field and the value that explains it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """An import as the functions of its kind see it."""

    id: int
    public_id: str
    kind: Kind
    file_name: str
    shape: Mapping[str, Any]
    columns: tuple[str, ...]
    options: Mapping[str, Any]
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a file looks like before anything is read of it.

    `shape` is all that reading it needs besides the kinds of its columns. `is_enough`: its columns
    tell of something. `rows_guessed` is for a progress bar.
    """

    shape: dict[str, Any]
    columns: tuple[Column, ...] = ()
    is_enough: bool = True
    rows_guessed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRow:
    """A row as it was read. `first_row` is the first one of the same thing, 0 if that says nothing.

    `faults` are those of the row by itself or against earlier ones of the file.
    """

    number: int
    cells: tuple[str, ...]
    reading: dict[str, Any]
    first_row: int = 0
    faults: tuple[RowFault, ...] = ()
    doubts: tuple[RowFault, ...] = ()
    original: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What would become of a row. `faults` are all of them, those of the file included.

    `doubts` come besides those of the row, of what only the library's own data show.
    `reading` takes the place of the row's if the judge learned something worth keeping. `tally`
    counts what is told of all rows together.
    """

    verdict: str
    faults: tuple[RowFault, ...] = ()
    doubts: tuple[RowFault, ...] = ()
    changed: tuple[str, ...] = ()
    reading: dict[str, Any] | None = None
    tally: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRow:
    """A row as it was kept by the dry run, or by the import."""

    id: int
    number: int
    cells: tuple[str, ...]
    reading: dict[str, Any]
    first_row: int
    verdict: str
    faults: tuple[RowFault, ...]
    doubts: tuple[RowFault, ...]
    made: dict[str, Any]
    original: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What became of a row. `verdict`, `faults` and `changed` as it was judged this time.

    `made` holds what taking it back needs, and under `told` what people are told of it; `tally`
    counts what was made or went (`titles`: 1).
    """

    state: RowState
    verdict: str
    faults: tuple[RowFault, ...] = ()
    changed: tuple[str, ...] = ()
    made: dict[str, Any] = field(default_factory=dict)
    tally: Mapping[str, int] = field(default_factory=dict)


Batch = Sequence[KeptRow]


class Said(Protocol):
    """What a row says, whether just read, kept or shown."""

    @property
    def cells(self) -> tuple[str, ...]:
        """Its texts."""

    @property
    def reading(self) -> dict[str, Any]:
        """What was read from them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mending:
    """How a row that cannot come in is put right.

    `fields(columns, row)`: what can be typed anew, and what it says now, each by its place; none
    where nothing can. `again(run, row, cells, this_year)`: the row read with other texts in these
    places (blank ones at the end may be missing), None if nothing is left of it.
    """

    fields: Callable[[Sequence[str], Said], tuple[tuple[str, str], ...]]
    again: Callable[[Run, KeptRow, Sequence[str], int], FileRow | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """The functions of a kind of file; all but `look`, `chosen` and `rows` run in its scope.

    `look(path, shape)`: raises UnreadableError; `shape` holds what a person chose (`sheet`,
    `encoding`, `delimiter`), may be empty. `chosen(look, kinds)`: the same with the columns as a
    person says they are. `rows(path, run, this_year)`: every row in order, from the first, as the
    library's options have it.

    `mending`: how a row that cannot come in is put right.

    `judge(desk, run, rows)` reads only. `prepare(desk, run, rows)` does, outside of any
    transaction, what is slow and needs no lock; `write(desk, run, rows, prepared)` judges again and
    writes, `take_back(desk, run, rows)` takes back (last rows first): both inside an action, with
    `note()`, the run being locked. Each answers for its rows in the order given.
    """

    kind: Kind
    look: Callable[[Path, Mapping[str, Any]], Look]
    chosen: Callable[[Look, Sequence[str]], Look]
    rows: Callable[[Path, Run, int], Iterator[FileRow]]
    judge: Callable[[Desk, Run, Sequence[FileRow]], list[Verdict]]
    prepare: Callable[[Desk, Run, Batch], Any]
    write: Callable[[Desk, Run, Batch, Any], list[Settled]]
    take_back: Callable[[Desk, Run, Batch], list[Settled]]
    mending: Mending
    batch: int = 150
