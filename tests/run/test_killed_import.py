"""Workers killed in the middle of checking, importing and undoing: nothing doubled or missing."""

import json
import signal
import sys
from typing import Any

import pytest

from tests.run.installation import LONG

WORKER = (sys.executable, "-m", "tests.run.importing_worker")
BEGIN = """
from pathlib import Path
from jieyue.kit.scope import library_scope
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
HOW_MANY = """
SELECT state, (SELECT count(*) FROM imports_importrow), (SELECT count(*) FROM catalog_title),
       (SELECT count(*) FROM catalog_copy), counts
  FROM imports_import
"""


@pytest.mark.slow
def test_an_import_survives_kill_9_of_its_workers(installation, tmp_path):
    def stands(start: str, *killed: str) -> tuple[Any, ...]:
        """Begin, have workers killed in the middle of those batches, and one do the rest."""
        for turns, ends in (*((turns, -signal.SIGKILL) for turns in killed), ("0", 0)):
            with installation.started(*WORKER, turns, start) as worker:
                assert worker.wait(LONG) == ends, installation.words
            start = ""
        [(*found, counts)] = installation.ask(HOW_MANY)
        counts = json.loads(counts) if isinstance(counts, str) else counts
        return (*found, {kind: n for kind, n in counts.items() if kind != "doubtful"})

    installation.script(BEGIN.format(folder=str(tmp_path)))

    assert stands("start_check", "2") == ("checked", 180, 0, 0, {"new": 60, "update": 120})
    assert stands("start_import", "2", "3") == (
        "done", 180, 60, 180,
        {"copies": 180, "done": 180, "new": 60, "titles": 60, "update": 120},
    )  # fmt: skip
    assert stands("start_undo", "3") == (
        "undone", 180, 0, 0, {"new": 60, "undone": 180, "update": 120}
    )  # fmt: skip
