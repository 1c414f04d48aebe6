"""The bench of `jieyue check` runs, in small, so that it cannot rot; its figures mean nothing."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from jieyue.circulation.queries.contradictions import PASSES
from jieyue.interfaces.bench.plan import Checked

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_a_small_bench_prints_a_row_for_each_statement_and_finds_nothing() -> None:
    command = [sys.executable, "-m", "jieyue.interfaces.cli.main", "bench", "check", "--json"]
    command += ["--engine", "sqlite", "--loans", "400"]

    ran = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False
    )

    assert ran.returncode == 0, ran.stderr
    rows = [json.loads(line) for line in ran.stdout.splitlines()]
    assert [row["check"] for row in rows] == [*PASSES, "all"]
    for row in rows:
        assert row.keys() == set(Checked.__slots__)
        assert (row["engine"], row["loans"]) == ("sqlite", 400)
        assert row["seconds"] >= 0
        assert row["cpu_s"] >= 0
