"""The readers nobody reaches as a file, for whoever asks them for a number class by class."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import IO, Literal

from jieyue.audit.journal import Note, note
from jieyue.kit.tables.writing import csv_lines
from jieyue.libraries.actions import action
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.permissions import Permission
from jieyue.notices.unreached import Unreached, Wanted, every_unreached, means_of

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreachedExported:
    """How many readers a file holds."""

    type: Literal["unreached_exported"] = "unreached_exported"
    readers: int


def export_unreached(
    desk: Desk,
    file: IO[bytes],
    wanted: Wanted,
    *,
    headings: Row,
    row_of: Callable[[Unreached], Row],
) -> UnreachedExported:
    """Write them into the file as separated text, and that it was done in the journal.

    Runs inside the library's scope; no phone number and no address stands in it. The caller has
    asked for the right, and says the words.
    """
    count = 0

    def rows() -> Iterator[Row]:
        nonlocal count
        yield headings
        for one in every_unreached(desk, means_of(desk), wanted):
            count += 1
            yield row_of(one)

    for line in csv_lines(rows()):
        file.write(line.encode())
    said = {"group": wanted.group, "why": wanted.why.value if wanted.why else ""}
    return _export_unreached(replace(desk, key=None), readers=count, **said)


@action(needs=Permission.MESSAGES)
def _export_unreached(
    desk: Desk,  # noqa: ARG001 (its library, journal and right)
    *,
    readers: int,
    group: str,
    why: str,
) -> UnreachedExported:
    chosen = {"group": group, "why": why}
    note(Note(data={"readers": readers} | {name: said for name, said in chosen.items() if said}))
    return UnreachedExported(readers=readers)
