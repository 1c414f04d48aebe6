"""Bringing a list along in a test, from the file to the undo, as the worker does it."""

from math import inf
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from jieyue.imports import stepping
from jieyue.imports.actions import (
    FileBrought,
    ImportChanged,
    bring_file,
    start_check,
    start_import,
    start_undo,
)
from jieyue.imports.keeping import kept_row
from jieyue.imports.models import Import, ImportRow
from jieyue.imports.works import Work
from jieyue.libraries.desk import Desk


class Bringing:
    """One import, its steps taken one after the other until it rests."""

    def __init__(self, desk: Desk, work: Work, text: str, **options: Any) -> None:
        self.desk, self.work = desk, work
        with TemporaryDirectory() as folder:
            path = Path(folder) / "list.csv"
            path.write_text(text)
            brought = bring_file(desk, work, path=path, file_name="list.csv", options=options)
        assert isinstance(brought, FileBrought), brought
        self.run = brought.run

    @property
    def row(self) -> Import:
        """The import as it stands."""
        return Import.objects.get(public_id=self.run)

    def check(self) -> "Bringing":
        """Judge every row."""
        return self._done(start_check(self.desk, run=self.run), "checked")

    def bring_in(self) -> "Bringing":
        """Write what the rows say."""
        return self._done(start_import(self.desk, run=self.run), "done")

    def undo(self) -> "Bringing":
        """Take it back."""
        return self._done(start_undo(self.desk, run=self.run), "undone")

    def _done(self, began: object, state: str) -> "Bringing":
        assert isinstance(began, ImportChanged), began
        # In one step and one batch, however slow this machine is.
        stepping.pace.rows, payload = self.work.batch, {"import": self.run, "step": self.row.steps}
        stepping.keep_step(self.work, self.desk, payload, seconds=inf)
        assert (self.row.state, self.row.problem) == (state, "")
        return self

    def verdicts(self) -> list[tuple[int, str, list[str], list[str]]]:
        """Return number, verdict, faults and doubts (codes) of each row."""
        found = []
        for row in ImportRow.objects.filter(run=self.row).order_by("number"):
            kept = kept_row(row)
            faults, doubts = ([one[0] for one in of] for of in (kept.faults, kept.doubts))
            found.append((row.number, row.verdict, faults, doubts))
        return found

    def states(self) -> list[tuple[int, str]]:
        """Return what became of each row."""
        rows = ImportRow.objects.filter(run=self.row).order_by("number")
        return list(rows.values_list("number", "state"))
