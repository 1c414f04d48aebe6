"""A demo never joins a real library, and only a demo is thrown away."""

import pytest

from jieyue.interfaces.cli.demo import build, folder
from jieyue.interfaces.cli.troubles import TroubleError
from tests.world import World


def test_a_real_library_is_never_joined_by_a_demo(db):
    World()
    with pytest.raises(TroubleError, match="holds a library already"):
        build.build_unless_there()


def test_only_a_demo_is_thrown_away(tmp_path, monkeypatch):
    monkeypatch.delenv("JIEYUE_DB", raising=False)
    monkeypatch.setenv("JIEYUE_DATA_DIR", str(tmp_path))
    database = tmp_path / "jieyue.sqlite3"
    database.touch()

    with pytest.raises(TroubleError, match="no demo; nothing was removed"):
        folder.throw_away()
    assert database.exists()
    (tmp_path / folder.MARK).touch()
    folder.throw_away()
    assert not database.exists()
