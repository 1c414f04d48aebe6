"""What a table is read into, and why one cannot be read."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

MAX_LINES: Final = 1_048_576
"""As many as a sheet of Excel can have. A file with more is refused, never cut."""
MAX_COLUMNS: Final = 200
MAX_CELL: Final = 32_767
"""Characters kept of a cell, as in Excel; longer ones come of quotes gone wrong."""


class Problem(StrEnum):
    """Why a file is no table to us. Never rename one."""

    EMPTY = "empty"
    NOT_A_TABLE = "not_a_table"
    OLD_EXCEL = "old_excel"  # .xls of before 2007: save it as .xlsx
    ENCRYPTED = "encrypted"
    WEB_PAGE = "web_page"  # HTML called .xls: open it in Excel and save it as .xlsx
    BROKEN = "broken"
    TOO_LARGE = "too_large"
    SHEET_UNKNOWN = "sheet_unknown"
    NO_RECORDS = "no_records"  # nothing of what the file should be full of


class UnreadableError(Exception):
    """The file cannot be read as a table."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.value)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Line:
    """A row with something in it. `number` is the one a spreadsheet program shows, from 1.

    Cells are tidy text, "" if empty; empty ones at the end are left out.
    """

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How a file is read: plain values, so that it can be kept and changed by a person.

    `sheet` is one of `sheets`, "" for text; `encoding` and `delimiter` are "" for a workbook.
    `is_damaged`: some bytes are no text in any encoding we know and are shown as U+FFFD.
    """

    kind: Literal["xlsx", "text"]
    sheets: tuple[str, ...] = ()
    sheet: str = ""
    encoding: str = ""
    delimiter: str = ""
    is_damaged: bool = False


def tidied(cells: list[str]) -> tuple[str, ...]:
    """Return cells without space around them, as many as we keep, none empty at the end."""
    kept = [cell[:MAX_CELL].replace("\0", "").strip() for cell in cells[:MAX_COLUMNS]]
    while kept and not kept[-1]:
        kept.pop()
    return tuple(kept)
