"""What lists of loans, holds and dues have in common: their readers, branches and journal."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter

from jieyue.audit.journal import Note, note
from jieyue.circulation.rules.importing.verdicts import Judged
from jieyue.imports.tables import columns_in, lines_in, look_at, shape_in, with_kinds
from jieyue.imports.works import FileRow, Look, Run, Verdict
from jieyue.kit import sql
from jieyue.kit.tables.headings import Columns, Kind, width_of
from jieyue.kit.tables.lines import Line
from jieyue.libraries.desk import Desk
from jieyue.libraries.models import Branch
from jieyue.patrons.importing.finding import Readers
from jieyue.patrons.importing.readers import as_reading
from jieyue.patrons.rules.importing.cells import plain
from jieyue.patrons.rules.importing.faults import Fault, as_tuples
from jieyue.patrons.rules.importing.matching import Known, meant, plain_name
from jieyue.patrons.rules.importing.who import Who

VERSION: Final = "SELECT rules_version FROM libraries_library WHERE id = <library:bigint>"

Means = tuple[Known | None, tuple[Fault, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """How lists of one kind are looked at and read, for the engine."""

    kinds: tuple[Kind, ...]
    columns_of: Callable[[Sequence[Line]], Columns]
    is_enough: Callable[[Sequence[str]], bool]
    rows_in: Callable[..., Iterable[tuple[Any, tuple[str, ...]]]]
    adapter: TypeAdapter[Any]

    def look(self, path: Path, shape: Mapping[str, Any]) -> Look:
        """Find out what the columns hold. Raises UnreadableError."""
        return look_at(path, shape, columns_of=self.columns_of, is_enough=self.is_enough)

    def chosen(self, found: Look, kinds: Sequence[str]) -> Look:
        """Return the columns as a person says they are."""
        names = [kind.name for kind in self.kinds]
        return with_kinds(found, kinds, names=names, is_enough=self.is_enough)

    def rows(self, path: Path, run: Run, this_year: int) -> Iterator[FileRow]:
        """Yield every row of a list in order."""
        return self.lines(lines_in(path, run), run, this_year)

    def lines(self, lines: Iterable[Line], run: Run, this_year: int) -> Iterator[FileRow]:
        """Yield those of the lines that say something."""
        columns = columns_in(run)
        width = width_of(columns, shape_in(run))
        for row, cells in self.rows_in(lines, columns, width=width):
            yield FileRow(
                number=row.number,
                cells=cells,
                reading=as_reading(self.adapter, row),
                faults=as_tuples(row.faults),
                doubts=as_tuples(row.doubts),
            )


def whom(asked: Sequence[Who], *, is_locked: bool) -> list[Means]:
    """Return for each whom it means, or why nobody. Five statements, one more to lock them."""
    readers = Readers.read(asked, is_locked=is_locked)
    return [
        meant(
            who,
            by_card=readers.by_card.get(who.card),
            by_number=readers.by_number.get(who.student_number),
            namesakes=readers.by_name.get(plain_name(who.name), []),
        )
        for who in asked
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Branches:
    """The library's branches, by code and by name as they are compared, and by id."""

    by_word: dict[str, Branch]
    by_id: dict[int, Branch]

    @classmethod
    def read(cls) -> "Branches":
        """Read them. One statement."""
        rows = list(Branch.objects.order_by("-id"))
        return cls(
            by_word={plain(text): row for row in rows for text in (row.name, row.code)},
            by_id={row.pk: row for row in rows},
        )

    def named(self, text: str, otherwise: int) -> Branch | None:
        """Return the branch of a row's words; the other one where it says nothing."""
        return self.by_word.get(plain(text)) if text else self.by_id.get(otherwise)


def rules_version() -> int:
    """Return the version of the lending rules as it is now. One statement."""
    [row] = sql.rows(VERSION)
    return int(row["rules_version"])


def dry(judged: Sequence[Judged]) -> list[Verdict]:
    """Return verdicts as the engine keeps them."""
    return [Verdict(verdict=one.verdict, faults=as_tuples(one.faults)) for one in judged]


def journal(outcome: str, run: Run, **ids: Any) -> None:
    """Note what became of one row: `data` besides the ids of rows."""
    data = ids.pop("data", {})
    note(Note(outcome=outcome, data={"import": run.public_id} | data, **ids))


def branch_of(desk: Desk, run: Run, branches: Branches) -> int:
    """Return the branch for rows that say none: the option `branch` (a code), else the desk's."""
    found = branches.by_word.get(plain(run.options.get("branch", "") or ""))
    return found.pk if found else desk.branch_id
