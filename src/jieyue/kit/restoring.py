"""Putting a copy in the place of the database; what was there is put aside, never removed."""

import contextlib
import os
import shutil
import sqlite3
import tarfile
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connections

from jieyue.kit.backup import STAMP
from jieyue.kit.copies import FILES, SQLITE, CopyError, check_copy


def restore(copy: Path, now: datetime) -> Path | None:
    """Put a checked SQLite copy in place; return where the database before it is now, if any.

    Nothing else may have the database open. Uploaded files that lie beside the copy come back too.

    Raises:
        CopyError: the copy is not sound, or is none of SQLite's; nothing was changed.

    """
    check_copy(copy)
    if connections["default"].vendor != "sqlite" or copy.suffix != SQLITE:
        raise CopyError("check_failed", "it is no copy of SQLite")
    connections.close_all()
    place = Path(str(connections["default"].settings_dict["NAME"]))
    part = place.with_name(f".{place.name}.restored")
    shutil.copyfile(copy, part)
    part.chmod(0o600)
    with part.open("rb") as written:
        os.fsync(written.fileno())
    stamp = now.astimezone(ZoneInfo(settings.TIME_ZONE)).strftime(STAMP)
    aside = _put_aside(place, place.with_name(f"before-restore-{stamp}{SQLITE}"))
    part.rename(place)
    _unpack_files(copy.with_name(copy.name.removesuffix(SQLITE) + FILES), stamp)
    return aside


def _put_aside(place: Path, aside: Path) -> Path | None:
    """Move the database away, with what its log still holds. A broken one is moved as it is."""
    if not place.exists():
        return None
    with (
        contextlib.suppress(sqlite3.Error),
        contextlib.closing(sqlite3.connect(place, timeout=5)) as old,
    ):
        old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    place.rename(aside)
    # A log that stayed behind would be played into the copy and destroy it.
    for ending in ("-wal", "-shm"):
        log = place.with_name(place.name + ending)
        if log.exists():
            log.rename(aside.with_name(aside.name + ending))
    return aside


def _unpack_files(archive: Path, stamp: str) -> None:
    if not archive.exists():
        return
    folder = settings.DATA_DIR / "files"
    if folder.exists():
        folder.rename(settings.DATA_DIR / f"files-before-restore-{stamp}")
    with tarfile.open(archive) as packed:
        packed.extractall(settings.DATA_DIR, filter="data")
