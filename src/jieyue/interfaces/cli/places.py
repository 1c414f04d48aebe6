"""The folders a start needs: chosen, made, and tried out before anything else touches them."""

import argparse
import fcntl
import json
import os
import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from jieyue.interfaces.cli.troubles import TroubleError, trouble_of
from jieyue.interfaces.cli.words import _

MIN_FREE_BYTES: Final = 64 * 1024 * 1024
DATABASE: Final = "jieyue.sqlite3"
LOCK: Final = "running.lock"


def add_data_argument(parser: argparse.ArgumentParser) -> None:
    """Add `--data`, which every command that reads the data has."""
    parser.add_argument(
        "--data",
        type=Path,
        metavar=_("FOLDER"),
        help=_("where the database and everything else is kept"),
    )


def data_folder(given: Path | None) -> Path:
    """Return the chosen data folder and pass the choice on to the settings."""
    folder = (given or Path(os.environ.get("JIEYUE_DATA_DIR", "data"))).expanduser().resolve()
    os.environ["JIEYUE_DATA_DIR"] = str(folder)
    return folder


def existing_data_folder(given: Path | None) -> Path:
    """Return the data folder of a command that never makes one. Raises TroubleError."""
    folder = data_folder(given)
    if uses_sqlite() and not (folder / DATABASE).exists():
        raise TroubleError(
            _("There is no database in {folder}. Choose the folder with --data FOLDER.").format(
                folder=folder
            )
        )
    return folder


def uses_sqlite() -> bool:
    """Say whether the data is the one file rather than PostgreSQL."""
    return os.environ.get("JIEYUE_DB", "sqlite") != "postgresql"


def make_ready(folder: Path) -> None:
    """Make the data folder and try writing to it and its database. Raises TroubleError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as trial:
            trial.write(b"jieyue")
        free = shutil.disk_usage(folder).free
    except (FileExistsError, NotADirectoryError):
        raise TroubleError(
            _("{path} is a file. Choose a folder with --data FOLDER.").format(path=folder)
        ) from None
    except OSError as error:
        raise trouble_of(error) or TroubleError(
            _("{path} cannot be used as a folder: {why}").format(path=folder, why=error.strerror)
        ) from None
    if free < MIN_FREE_BYTES:
        raise TroubleError(
            _("Only {megabytes} MB are free on the disk of {folder}. Free some space first.")
            .format(megabytes=free // 2**20, folder=folder)
        )  # fmt: skip
    if uses_sqlite() and (folder / DATABASE).exists():
        _try_database(folder / DATABASE)


def _try_database(path: Path) -> None:
    """Take and give back the right to write. Raises TroubleError."""
    try:
        with closing(sqlite3.connect(path, timeout=20, isolation_level=None)) as database:
            database.execute("BEGIN IMMEDIATE")
            # Only a page that changes shows that the file cannot be written to.
            [[version]] = database.execute("PRAGMA user_version")
            database.execute(f"PRAGMA user_version = {int(version)}")
            database.execute("ROLLBACK")
    except sqlite3.Error as error:
        known = trouble_of(error) or TroubleError(str(error))
        raise TroubleError(f"{path}: {known}") from None


def hold(folder: Path, **about: Any) -> Any:
    """Take the folder for this process as long as the returned file is open.

    `about` says to others who holds it. Raises TroubleError when another process does.
    """
    held = (folder / LOCK).open("a+")
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        held.seek(0)
        text = held.read()
        held.close()
        raise TroubleError(_already_running(folder, text)) from None
    held.seek(0)
    held.truncate()
    held.write(json.dumps(about))
    held.flush()
    return held


def _already_running(folder: Path, text: str) -> str:
    try:
        about = json.loads(text)
        return _("Jieyue is already running with {folder}: {address} (process {pid}).").format(
            folder=folder, **about
        )
    except (ValueError, KeyError, TypeError):
        return _("Jieyue is already running with {folder}.").format(folder=folder)
