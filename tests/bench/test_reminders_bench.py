"""The bench of reminders runs, in small, with a kill: each reader gets one mail, nobody two."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_a_morning_that_is_killed_midway_reaches_everybody_once() -> None:
    command = [sys.executable, "-m", "jieyue.interfaces.cli.main", "bench", "reminders", "--json"]
    command += ["--engine", "sqlite", "--readers", "40", "--kills", "1", "--returned", "5"]

    ran = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False
    )

    assert ran.returncode == 0, ran.stderr
    assert "of 40 readers: killed 1 of 1" in ran.stderr  # it tells how far it is
    row = json.loads(ran.stdout)
    assert (row["mails"], row["doubled"], row["missing"], row["needless"]) == (35, 0, 0, 0)
    assert row["peak_mb"] > 0
