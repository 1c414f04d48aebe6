"""Bringing lists along in tests: a file from rows, and the worker's steps one after the other."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from jieyue.catalog.importing.books import BOOKS
from jieyue.imports.actions import FileBrought, bring_file, start_check, start_import, start_undo
from jieyue.imports.models import Import, ImportRow
from jieyue.imports.stepping import keep_step
from jieyue.imports.works import Work
from jieyue.kit.tables.writing import csv_lines
from jieyue.outbox.models import Task
from tests.world import World

HEADINGS = ("书名", "作者", "出版社", "出版年", "ISBN", "条码号")


def file_with(folder: Path, rows: Iterable[Sequence[str]], name: str = "书.csv") -> Path:
    """Write a file of separated text."""
    path = folder / name
    path.write_text("".join(csv_lines(rows)), "utf-8")
    return path


def brought(
    world: World, folder: Path, rows: Iterable[Sequence[str]], *, work: Work = BOOKS, **more: Any
) -> str:
    """Bring a file and return the import's public id."""
    path = file_with(folder, rows)
    outcome = bring_file(world.desk(), work, path=path, file_name=path.name, **more)
    assert isinstance(outcome, FileBrought), outcome
    return outcome.run


def work_on(world: World, work: Work = BOOKS) -> None:
    """Keep promised steps of imports until none is left."""
    waiting = Task.objects.filter(kind=f"imports.{work.kind}", done_at=None).order_by("id")
    while (task := waiting.first()) is not None:
        keep_step(work, world.desk(), task.payload)
        Task.objects.filter(pk=task.pk).update(done_at=world.now)


def checked(world: World, run: str, work: Work = BOOKS) -> Import:
    """Have the rows judged and return the import."""
    start_check(world.desk(), run=run)
    work_on(world, work)
    found: Import = Import.objects.get(public_id=run)
    return found


def imported(world: World, run: str, work: Work = BOOKS) -> Import:
    """Have the rows judged and brought in."""
    checked(world, run, work)
    start_import(world.desk(), run=run)
    work_on(world, work)
    found: Import = Import.objects.get(public_id=run)
    return found


def undone(world: World, run: str, work: Work = BOOKS) -> Import:
    """Have an import taken back."""
    start_undo(world.desk(), run=run)
    work_on(world, work)
    found: Import = Import.objects.get(public_id=run)
    return found


def rows_of(run: Import) -> list[ImportRow]:
    """Return an import's rows in order."""
    return list(ImportRow.objects.filter(run=run).order_by("number"))
