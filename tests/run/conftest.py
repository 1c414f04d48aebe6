"""Installations of their own for tests that start real processes."""

import pytest

from tests.run.installation import installed


@pytest.fixture(scope="session")
def _migrated(tmp_path_factory):
    """One migrated installation to copy from: migrating takes seconds."""
    with installed(tmp_path_factory.mktemp("template") / "data") as made:
        ended = made.run("migrate")
        assert ended.returncode == 0, ended.stderr
        yield made


@pytest.fixture
def installation(_migrated, tmp_path):
    """A migrated installation without a library."""
    with installed(tmp_path / "data", _migrated) as made:
        yield made
