"""What a library brings along, and the states of bringing it in."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Final

UNDO_DAYS: Final = 30
"""For so long an import can be taken back; its file and rows are kept as long."""
MAX_FILE: Final = 200 * 1024 * 1024  # bytes
PART: Final = 512 * 1024  # bytes of a file kept in one row


def parts_in(size: int) -> int:
    """Return how many parts a file of so many bytes has."""
    return -(-size // PART)


LAST_ROW: Final = (1 << 31) - 1
"""Behind every row there can be."""
ELSEWHERE: Final = "elsewhere"
"""Why a row is not taken back: it is of a branch where whoever takes the list back does not work.
Such rows are counted under this name."""
COUNTED: Final = "counted"
"""Why another is not: a stock-take counts its copies. Such rows are counted under this name."""
PASSING: Final = (ELSEWHERE, COUNTED)
"""What stays only for now: it can be tried again."""
KEPT: Final = timedelta(days=UNDO_DAYS)


class Kind(StrEnum):
    """What a file holds. Never rename one: they are stored."""

    BOOKS = "books"  # a table of books and copies
    MARC = "marc"  # records of titles with their copies
    READERS = "readers"
    LOANS = "loans"  # what is out in the old system
    HOLDS = "holds"
    DUES = "dues"  # what readers owe
    DEPOSITS = "deposits"  # what is kept for them


class State(StrEnum):
    """Where an import stands. Never rename one."""

    UPLOADED = "uploaded"  # its columns can be looked at and changed
    CHECKING = "checking"  # the worker reads and judges row after row: the dry run
    CHECKED = "checked"  # every row has its verdict; nothing has changed
    IMPORTING = "importing"
    STOPPED = "stopped"  # by a person, halfway; goes on or is undone
    DONE = "done"
    UNDOING = "undoing"
    UNDONE = "undone"
    FAILED = "failed"  # the file cannot be read; `problem` says why


AT_WORK: Final = (State.CHECKING, State.IMPORTING, State.UNDOING)
"""The worker's turn; one import at a time in a library."""


class RowState(StrEnum):
    """What has become of a row. Never rename one."""

    WAITING = "waiting"
    DONE = "done"
    LEFT_OUT = "left_out"  # wrong, or nothing new: nothing was written
    UNDONE = "undone"
    KEPT = "kept"  # could not be taken back: something followed; `faults` says what


def is_partly_undone(state: str, counts: Mapping[str, int]) -> bool:
    """Say whether rows stayed only for now: of other branches, or being counted."""
    return state == State.UNDONE and any(counts.get(name) for name in PASSING)


class Against(StrEnum):
    """Why something cannot be done with an import. Never rename one.

    A file that cannot be read is refused with the code of `kit.tables.lines.Problem`.
    """

    IMPORT_UNKNOWN = "import_unknown"
    FILE_TOO_LARGE = "file_too_large"
    FILE_INCOMPLETE = "file_incomplete"  # it did not arrive whole: bring it again
    PART_UNKNOWN = "part_unknown"  # the file has fewer
    PART_SIZE_WRONG = "part_size_wrong"  # every part but the last is of one size
    COLUMNS_NOT_ENOUGH = "columns_not_enough"
    NOT_NOW = "not_now"  # not in this state
    ANOTHER_AT_WORK = "another_at_work"  # one at a time
    NOTHING_TO_DO = "nothing_to_do"
    TOO_LATE_TO_UNDO = "too_late_to_undo"
    ROW_UNKNOWN = "row_unknown"
    ROW_EMPTY = "row_empty"  # put right so that nothing is left of it
    ROW_NOT_UNDERSTOOD = "row_not_understood"  # something raises in it
    NO_SOURCES = "no_sources"  # nobody to be asked for covers
    GIVEN_UP = "given_up"  # a step failed again and again: only the worker finds this
    NO_RIGHT = "no_right"  # who began it may no longer: only the worker finds this


MADE: Final = ("copies", "titles", "readers", "loans", "holds", "dues", "deposits")
"""What rows make, as it is counted; an undo takes it away."""
NOT_BROUGHT_IN: Final = "not_brought_in"
NOT_TAKEN_BACK: Final = "not_taken_back"
"""Faults of rows in which something raises: the program does not understand them. Any kind has
these beside its own. Never rename one."""
REPEATED: Final = "_repeated"
"""How the codes of faults end that are about an earlier row of the same file."""
STEP: Final = "imports.{kind}"
"""The kind of promise by which the worker goes on with an import: imports.books, …"""
PERSONAL: Final = frozenset({Kind.READERS, Kind.LOANS, Kind.HOLDS, Kind.DUES, Kind.DEPOSITS})
"""Files about people: encrypted at rest, rows too."""
