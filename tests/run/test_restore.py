"""Going back to a copy: what was there is put aside, and missing keys are said."""

import shutil
from pathlib import Path

import pytest

from tests.run.installation import ON_POSTGRESQL, Installation

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(ON_POSTGRESQL, reason="PostgreSQL has pg_restore; the command says how"),
]
OPEN = """
from datetime import UTC, datetime
from jieyue.libraries.models import Library
Library.objects.create(slug={slug!r}, name="馆", kind="public", contact_phone="13900000000",
                       created_at=datetime(2026, 3, 2, tzinfo=UTC))
"""
SLUGS = """
from jieyue.libraries.models import Library
print(*Library.objects.order_by("slug").values_list("slug", flat=True))
"""


def copy_of(installation: Installation, folder: Path) -> Path:
    ended = installation.run("backup", "--to", str(folder))
    assert ended.returncode == 0, ended.stderr
    assert "Keep" in ended.stdout and "keys" in ended.stdout
    return next(folder.glob("jieyue-*.sqlite3"))


def test_a_copy_comes_back_and_what_was_there_is_kept(installation, tmp_path):
    installation.script(OPEN.format(slug="north"))
    copy = copy_of(installation, tmp_path / "copies")
    installation.script(OPEN.format(slug="south"))

    ended = installation.run("restore", str(copy))
    assert ended.returncode == 0, ended.stderr
    assert installation.script(SLUGS) == "north\n"
    [aside] = installation.folder.glob("before-restore-*.sqlite3")
    assert str(aside) in ended.stdout
    assert "missing" not in ended.stdout

    again = installation.run("restore", str(aside))
    assert again.returncode == 0, again.stderr
    assert installation.script(SLUGS) == "north south\n"


def test_without_the_keys_of_the_time_it_is_said(installation, tmp_path):
    installation.script(OPEN.format(slug="north"))
    copy = copy_of(installation, tmp_path / "copies")
    shutil.rmtree(installation.folder / "keys")

    ended = installation.run("restore", str(copy))
    assert ended.returncode == 0, ended.stderr
    assert "The keys k1 are missing" in ended.stdout


def test_a_copy_that_is_not_sound_changes_nothing(installation, tmp_path):
    installation.script(OPEN.format(slug="north"))
    bad = tmp_path / "jieyue-20260301-023000.sqlite3"
    bad.write_bytes(b"half of it" * 1000)

    ended = installation.run("restore", str(bad))
    assert ended.returncode == 1
    assert "The copy is not sound" in ended.stderr
    assert installation.script(SLUGS) == "north\n"
