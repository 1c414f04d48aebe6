"""Workers killed in the middle of checking, importing and undoing: nothing doubled or missing."""

import signal
import sys

import pytest

from tests.run.installation import LONG

WORKER = (sys.executable, "-m", "tests.run.importing_worker")
SCOPE = """
from pathlib import Path
from jieyue.catalog.models import Copy, Title
from jieyue.imports.actions import start_check, start_import, start_undo
from jieyue.imports.models import Import, ImportRow
from jieyue.kit.scope import library_scope
from jieyue.libraries.models import Library
from jieyue.libraries.worker_desk import worker_desk
from jieyue.kit import clock
"""
BEGIN = """
from tests.imports import HEADINGS, brought
from tests.world import World
world = World()
rows = [HEADINGS]
for n in range(60):
    book = (f"书 {{n}}", "鲁迅", "北新书局", str(1900 + n), "")
    rows += [(*book, f"B{{n:05d}}-{{k}}") for k in range(3)]
with library_scope(world.library.pk):
    brought(world, Path({folder!r}), rows)
"""
START = """
library = Library.objects.get()
with library_scope(library.pk):
    {start}(worker_desk(library.pk, clock.now()), run=Import.objects.get().public_id)
"""
HOW_IT_STANDS = """
with library_scope(Library.objects.get().pk):
    run = Import.objects.get()
    print(run.state, ImportRow.objects.count(), Title.objects.count(), Copy.objects.count(),
          sorted((k, n) for k, n in run.counts.items() if k != "doubtful"))
"""


@pytest.mark.slow
def test_an_import_survives_kill_9_of_its_workers(installation, tmp_path):
    def stands(start: str, *killed: str) -> str:
        """Begin, have workers killed in the middle of those batches, and one do the rest."""
        installation.script(SCOPE + START.format(start=start))
        for turns, ends in (*((turns, -signal.SIGKILL) for turns in killed), ("0", 0)):
            with installation.started(*WORKER, turns) as worker:
                assert worker.wait(LONG) == ends, installation.words
        return installation.script(SCOPE + HOW_IT_STANDS)

    installation.script(SCOPE + BEGIN.format(folder=str(tmp_path)))

    assert stands("start_check", "2") == "checked 180 0 0 [('new', 60), ('update', 120)]\n"
    assert stands("start_import", "2", "3") == (
        "done 180 60 180 [('copies', 180), ('done', 180), ('new', 60), ('titles', 60),"
        " ('update', 120)]\n"
    )
    assert stands("start_undo", "3") == (
        "undone 180 0 0 [('new', 60), ('undone', 180), ('update', 120)]\n"
    )
