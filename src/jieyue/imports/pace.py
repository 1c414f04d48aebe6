"""What a worker remembers of the import it is at: the open file, and how fast this machine is."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import dropwhile
from typing import Final

from jieyue.imports.keeping import file_of, run_of
from jieyue.imports.models import Import
from jieyue.imports.works import FileRow, Run, Work
from jieyue.libraries.desk import Desk

WRITING: Final = 0.1  # seconds a batch should take: so long does a desk wait on SQLite
FEWEST: Final = 20  # rows of a batch, however slow


class Reader:
    """The file being read, open from one step to the next; one at a time in a process."""

    def __init__(self) -> None:
        self.key: tuple[Run, int] | None = None  # what is read, and how many rows of it were
        self.rows: Iterator[FileRow] = iter(())
        self.open = ExitStack()

    def at(self, work: Work, run: Import, desk: Desk) -> Iterator[FileRow]:
        """Return the rows that are still to be read. Raises UnreadableError."""
        # Beside another worker the columns may be others by now, at the same number of rows.
        key = (run_of(run), run.rows_read)
        if self.key != key:
            self.close()
            path = self.open.enter_context(file_of(run))
            rows = work.rows(path, key[0], desk.today.year)
            if close := getattr(rows, "close", None):
                self.open.callback(close)
            self.rows = dropwhile(lambda row: row.number <= run.last_row, rows)
            self.key = key
        return self.rows

    def went_on(self, run: Import) -> None:
        """Note that the rows it gave out were kept."""
        self.key = (run_of(run), run.rows_read)

    def close(self) -> None:
        """Let go of the file."""
        self.key, self.rows = None, iter(())
        self.open.close()


class Pace:
    """How many rows a batch has on this machine, as busy as it is now."""

    rows = 50

    def went(self, rows: int, seconds: float) -> None:
        """Learn from a batch, and let waiting desks write before the next."""
        self.rows = max(FEWEST, min(2 * self.rows, int(rows * WRITING / max(seconds, 0.001))))
        time.sleep(min(seconds / 2, WRITING))
