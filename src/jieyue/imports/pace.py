"""What a worker remembers of the import it is at: the open file, and how fast this machine is."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import dropwhile
from typing import Final

from jieyue.imports.keeping import file_of, run_of
from jieyue.imports.models import Import
from jieyue.imports.works import FileRow, Work
from jieyue.libraries.desk import Desk

WRITING: Final = 0.1  # seconds a batch should take: so long does a desk wait on SQLite
FEWEST: Final = 20  # rows of a batch, however slow


class Reader:
    """The file being read, open from one step to the next; one at a time in a process."""

    def __init__(self) -> None:
        self.key: tuple[int, int] | None = None  # of the import, and how many rows were read
        self.rows: Iterator[FileRow] = iter(())
        self.open = ExitStack()

    def at(self, work: Work, run: Import, desk: Desk) -> Iterator[FileRow]:
        """Return the rows that are still to be read. Raises UnreadableError."""
        if self.key != (run.pk, run.rows_read):
            self.close()
            path = self.open.enter_context(file_of(run))
            rows = work.rows(path, run_of(run), desk.today.year)
            if close := getattr(rows, "close", None):
                self.open.callback(close)
            self.rows = dropwhile(lambda row: row.number <= run.last_row, rows)
            self.key = (run.pk, run.rows_read)
        return self.rows

    def went_on(self, run: Import) -> None:
        """Note that the rows it gave out were kept."""
        self.key = (run.pk, run.rows_read)

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
