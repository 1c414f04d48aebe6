"""The bench runs, in small, so that it cannot rot; its figures mean nothing here."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from jieyue.interfaces.bench.plan import Row
from jieyue.interfaces.bench.report import ratios

ROOT = Path(__file__).parents[2]
OPS = ["checkout", "checkin", "checkout10", "checkin10", "bare_checkout", "bare_checkin"]


@pytest.mark.slow
def test_a_small_bench_prints_a_row_for_each_operation() -> None:
    command = [sys.executable, "-m", "jieyue.interfaces.cli.main", "bench", "checkout", "--json"]
    command += ["--engine", "sqlite", "--seconds", "0.2", "--clients", "2", "--scale", "0.05"]

    ran = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )

    assert ran.returncode == 0, ran.stderr
    rows = [json.loads(line) for line in ran.stdout.splitlines()]
    assert [row["op"] for row in rows] == OPS
    for row in rows:
        assert row.keys() == set(Row.__slots__)
        assert row["engine"] == "sqlite"
        assert row["ops"] > 0
        assert row["per_s"] > 0
        assert row["p50_ms"] <= row["p95_ms"]


def test_the_figures_are_compared_with_each_other() -> None:
    seen = {
        ("sqlite", "checkout", 1): 1.2,
        ("sqlite", "checkout10", 1): 3.0,
        ("sqlite", "bare_checkout", 1): 0.6,
    }

    assert ratios(seen) == [
        "sqlite, 1 at once: ten copies cost 2.50 checkouts; a checkout costs 2.00 times bare SQL"
    ]
