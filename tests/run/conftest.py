"""Installations of their own for tests that start real processes."""

import shutil

import pytest

from tests.run.installation import ON_POSTGRESQL, installed


@pytest.fixture(scope="session")
def _migrated(tmp_path_factory):
    """One migrated SQLite folder to copy from: migrating takes seconds."""
    folder = tmp_path_factory.mktemp("template") / "data"
    if not ON_POSTGRESQL:
        with installed(folder) as made:
            ended = made.run("migrate")
            assert ended.returncode == 0, ended.stderr
    return folder


@pytest.fixture
def installation(_migrated, tmp_path):
    """A migrated installation without a library."""
    if not ON_POSTGRESQL:
        shutil.copytree(_migrated, tmp_path / "data")
    with installed(tmp_path / "data") as made:
        if ON_POSTGRESQL:
            ended = made.run("migrate")
            assert ended.returncode == 0, ended.stderr
        yield made
