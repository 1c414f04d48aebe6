"""Installations of their own for tests that start real processes."""

import pytest

from tests.databases import is_shared, made_once
from tests.run.installation import Installation, created, installed


@pytest.fixture(scope="session")
def _migrated(tmp_path_factory):
    """One migrated installation to copy from: migrating takes seconds."""
    if not is_shared():
        with installed(tmp_path_factory.mktemp("template") / "data") as made:
            yield _filled(made)
        return
    with made_once("installation") as folder:
        made = Installation(folder, "run_template")
        if not folder.exists():
            created(made)
            _filled(made)
    yield made


def _filled(made: Installation) -> Installation:
    ended = made.run("migrate")
    assert ended.returncode == 0, ended.stderr
    return made


@pytest.fixture
def installation(_migrated, tmp_path):
    """A migrated installation without a library."""
    with installed(tmp_path / "data", _migrated) as made:
        yield made
