"""The bench runs, in small, so that it cannot rot; its times mean nothing here."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_a_small_bench_finds_what_it_put_in() -> None:
    command = [sys.executable, "-m", "jieyue.interfaces.cli.main", "bench", "search", "--json"]
    command += ["--engine", "sqlite", "--titles", "3000", "--queries", "100"]

    ran = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=200, check=False
    )

    assert ran.returncode == 0, ran.stderr
    index, *rows = [json.loads(line) for line in ran.stdout.splitlines()]
    assert (index["kind"], index["titles"]) == ("index", 3001)  # one of the library it is in
    timed = [row for row in rows if "p50_ms" in row]
    assert [row["kind"] for row in timed][-2:] == ["all", "api call"]
    for row in timed:
        assert 0 < row["p50_ms"] <= row["p95_ms"]
        assert row["found"] >= 0.8, row
