"""What a library brings along, and the states of bringing it in."""

from datetime import timedelta
from enum import StrEnum
from typing import Final

UNDO_DAYS: Final = 30
"""For so long an import can be taken back; its file and rows are kept as long."""
MAX_FILE: Final = 200 * 1024 * 1024  # bytes
PART: Final = 512 * 1024  # bytes of a file kept in one row
KEPT: Final = timedelta(days=UNDO_DAYS)


class Kind(StrEnum):
    """What a file holds. Never rename one: they are stored."""

    BOOKS = "books"  # a table of books and copies
    MARC = "marc"  # records of titles with their copies
    READERS = "readers"
    LOANS = "loans"  # what is out in the old system
    HOLDS = "holds"
    DUES = "dues"  # what readers owe


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
