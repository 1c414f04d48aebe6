"""The command's answers to bad input and bad circumstances: one line, what to do, an exit code."""

import os
import socket
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest

from jieyue.interfaces.cli import places, ports
from jieyue.interfaces.cli.main import main
from jieyue.interfaces.cli.troubles import TroubleError
from tests.run.installation import ON_POSTGRESQL, Installation, free_port

NOBODY = 65534


@pytest.fixture(autouse=True)
def _as_it_was(monkeypatch):
    """Keep what the command sets in the environment to the test."""
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    for name in ("JIEYUE_DATA_DIR", "DJANGO_SETTINGS_MODULE", "JIEYUE_BACKUP_DIR"):
        monkeypatch.setenv(name, os.environ.get(name, ""))
    mask = os.umask(0o022)
    yield
    os.umask(mask)


@contextmanager
def unprivileged():
    """Give up root's right to do anything."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def shared():
    """A folder that an unprivileged user reaches."""
    with tempfile.TemporaryDirectory(prefix="jieyue-shared-") as name:
        folder = Path(name)
        folder.chmod(0o777)
        yield folder


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["frobnicate"], "there is no command frobnicate"),
        (["up", "--port", "seventy"], "a port is a number from 1 to 65535"),
        (["up", "--port", "70000"], "a port is a number from 1 to 65535"),
        (["up", "--prot", "80"], "unrecognized arguments: --prot 80"),
        (["check-backup"], "required: FILE"),
    ],
)
def test_input_that_is_not_understood_is_said_in_one_line(arguments, words, capsys):
    with pytest.raises(SystemExit) as ended:
        main(arguments)

    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert words in said
    assert len(said.splitlines()) == 1


def test_the_version_is_printed(capsys):
    assert main(["version"]) == 0
    assert capsys.readouterr().out.count(".") == 2


def test_a_taken_port_is_named_with_a_free_one_and_nothing_is_touched(tmp_path, capsys):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        folder = tmp_path / "data"

        assert main(["up", "--port", str(port), "--data", str(folder)]) == 1
        said = capsys.readouterr().err
        assert f"Port {port} is taken" in said
        proposed = int(said.rpartition("--port ")[2])
        assert proposed > port
        ports.listen("127.0.0.1", proposed).close()
        assert not folder.exists()


def test_a_host_that_is_not_ours_is_refused(tmp_path, capsys):
    arguments = ["--port", str(free_port()), "--data", str(tmp_path / "data")]

    assert main(["up", "--host", "192.0.2.77", *arguments]) == 1
    assert "no address of this machine" in capsys.readouterr().err


def test_a_data_folder_that_is_a_file_is_refused(tmp_path, capsys):
    (tmp_path / "data").touch()

    assert main(["up", "--port", str(free_port()), "--data", str(tmp_path / "data")]) == 1
    assert "is a file" in capsys.readouterr().err


def test_a_data_folder_that_may_not_be_written_to_is_said(shared):
    shared.chmod(0o555)
    with unprivileged(), pytest.raises(TroubleError, match="may not be written to"):
        places.make_ready(shared)
    with unprivileged(), pytest.raises(TroubleError, match="may not be written to"):
        places.make_ready(shared / "below")


@pytest.mark.skipif(ON_POSTGRESQL, reason="the file of SQLite")
def test_a_database_file_that_is_read_only_is_said(shared):
    import sqlite3

    path = shared / places.DATABASE
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE anything (id INTEGER)")
    database.close()
    path.chmod(0o444)

    with unprivileged(), pytest.raises(TroubleError, match="database file may not be written"):
        places.make_ready(shared)
    path.chmod(0o666)
    with unprivileged():
        places.make_ready(shared)


@pytest.mark.skipif(ON_POSTGRESQL, reason="the file of SQLite")
def test_a_database_file_that_is_none_is_said(tmp_path):
    (tmp_path / places.DATABASE).write_text("not a database, but long enough to look at" * 30)

    with pytest.raises(TroubleError, match="damaged or is not one"):
        places.make_ready(tmp_path)


def test_a_full_disk_is_said_before_anything_is_written(tmp_path, monkeypatch):
    monkeypatch.setattr(places, "MIN_FREE_BYTES", 2**62)

    with pytest.raises(TroubleError, match="Free some space first"):
        places.make_ready(tmp_path)


def test_a_folder_is_held_by_one_process_which_the_other_names(tmp_path):
    address = "http://127.0.0.1:8000/"
    holder = places.hold(tmp_path, address=address, pid=7)
    with holder, pytest.raises(TroubleError, match=rf"{address} \(process 7\)"):
        places.hold(tmp_path, address="", pid=8)
    places.hold(tmp_path, address="", pid=8).close()


@pytest.mark.skipif(ON_POSTGRESQL, reason="the file of SQLite")
def test_commands_that_make_no_data_say_where_there_is_none(tmp_path, capsys):
    for command in ("backup", "worker", "rotate-keys"):
        assert main([command, "--data", str(tmp_path / "nowhere")]) == 1
        assert "There is no database" in capsys.readouterr().err
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.slow
def test_data_of_a_newer_version_is_left_alone(installation: Installation):
    installation.script(
        "from django.db.migrations.recorder import MigrationRecorder\n"
        "from django.db import connection\n"
        "MigrationRecorder(connection).record_applied('circulation', '0999_of_the_future')\n"
    )
    ended = installation.run("migrate")

    assert ended.returncode == 1
    assert "newer version of Jieyue (circulation.0999_of_the_future)" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.slow
def test_it_speaks_the_language_of_the_environment(installation: Installation):
    ended = installation.run("frobnicate", LANG="zh_CN.UTF-8")

    assert ended.returncode == 2
    assert "没有 frobnicate 这个命令" in ended.stderr
