"""One consistent copy of the database, opened and checked before it gets its name.

SQLite: the backup API inside one read transaction, so the copy and the counts it is compared with
show the same moment, and nobody waits. PostgreSQL: pg_dump's own format, listed back.
"""

import contextlib
import errno
import os
import re
import shutil
import sqlite3
import subprocess
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from django.apps import apps
from django.db import connections

SQLITE: Final = ".sqlite3"
POSTGRESQL: Final = ".pgdump"
FILES: Final = ".files.tar"
PART: Final = ".part"
DUMP_SECONDS: Final = 6 * 3600
SPARE_BYTES: Final = 8 * 1024 * 1024


class CopyError(RuntimeError):
    """No good copy came about. `code` is one of CODES; `detail` is technical and impersonal."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


CODES: Final = (
    "no_folder",  # none was chosen
    "folder_gone",  # it was there before: a disk that is not plugged in?
    "folder_unusable",  # not a folder, or may not be written to
    "disk_full",
    "busy",  # another copy is being made
    "check_failed",  # what was written is not sound
    "program_missing",  # pg_dump or pg_restore
    "program_failed",
    "failed",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyReport:
    """A copy that was opened and found sound. `counts` are rows by table, empty for a dump."""

    path: Path
    size_bytes: int
    counts: dict[str, int]


def make_copy(target: Path) -> CopyReport:
    """Copy the database to `target` (without its ending) and check it. Never leaves half a file.

    Raises:
        CopyError: there is no copy; whatever was begun is gone.

    """
    if connections["default"].vendor == "sqlite":
        return _make(target.with_name(target.name + SQLITE), _copy_sqlite)
    return _make(target.with_name(target.name + POSTGRESQL), _dump_postgresql)


def copy_files(folder: Path, target: Path) -> Path | None:
    """Pack a folder of uploaded files beside the copy; None when there is no such folder."""
    if not folder.is_dir():
        return None

    def pack(part: Path) -> dict[str, int]:
        with tarfile.open(part, "w") as archive:
            archive.add(folder, arcname=folder.name)
        with tarfile.open(part) as archive:
            return {"files": sum(1 for member in archive if member.isfile())}

    return _make(target.with_name(target.name + FILES), pack).path


def _make(path: Path, write: Any) -> CopyReport:
    part = path.with_name(f".{path.name}{PART}")
    try:
        # Readable by its owner only, from the first byte on.
        os.close(os.open(part, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600))
        counts = write(part)
        _to_disk(part)
        part.rename(path)
        _to_disk(path.parent)
    except OSError as error:
        raise CopyError(_code_of(error), type(error).__name__) from error
    except sqlite3.Error as error:
        full = "full" in str(error)
        raise CopyError("disk_full" if full else "failed", str(error)) from error
    finally:
        # The journal's name starts with the copy's; a copy that got its name is no part any more.
        for left in path.parent.glob(f"{part.name}*"):
            left.unlink(missing_ok=True)
    return CopyReport(path=path, size_bytes=path.stat().st_size, counts=counts)


def _code_of(error: OSError) -> str:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return "disk_full"
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.ENOENT}:
        return "folder_unusable"
    return "failed"


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


# --- SQLite ---------------------------------------------------------------------------------------


def _copy_sqlite(part: Path) -> dict[str, int]:
    source = Path(str(connections["default"].settings_dict["NAME"]))
    wal = source.with_name(source.name + "-wal")
    size = source.stat().st_size + (wal.stat().st_size if wal.exists() else 0)
    if shutil.disk_usage(part.parent).free < size + SPARE_BYTES:
        raise CopyError("disk_full")
    with _opened(f"{source.as_uri()}?mode=ro") as live:
        live.execute("BEGIN")  # the copy and these counts see one moment
        counts = _counts(live)
        with contextlib.closing(sqlite3.connect(part)) as copy:
            live.backup(copy)
            # One file, not three: whoever carries it away takes everything along.
            copy.execute("PRAGMA journal_mode=DELETE")
    found = _checked_sqlite(part)
    if found != counts:
        raise CopyError("check_failed", "rows differ from the original")
    return counts


@contextlib.contextmanager
def _opened(uri: str) -> Iterator[sqlite3.Connection]:
    with contextlib.closing(
        sqlite3.connect(uri, uri=True, timeout=20, isolation_level=None)
    ) as connection:
        yield connection


def _counts(database: sqlite3.Connection) -> dict[str, int]:
    names = [
        name
        for (name,) in database.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            " AND sql NOT LIKE 'CREATE VIRTUAL TABLE%'"  # what it holds, its other tables hold
            " ORDER BY name"
        )
    ]
    return {
        name: database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608
        for name in names
    }


def _checked_sqlite(path: Path) -> dict[str, int]:
    """Return the rows by table of a sound database. Raises CopyError (check_failed)."""
    try:
        with _opened(f"{path.absolute().as_uri()}?mode=ro&immutable=1") as copy:
            [[verdict]] = copy.execute("PRAGMA integrity_check(1)").fetchall()
            if verdict != "ok":
                raise CopyError("check_failed", str(verdict))
            if copy.execute("PRAGMA foreign_key_check").fetchone() is not None:
                raise CopyError("check_failed", "a row points at one that is missing")
            return _counts(copy)
    except (sqlite3.Error, ValueError) as error:
        raise CopyError("check_failed", str(error)) from error


# --- PostgreSQL -----------------------------------------------------------------------------------


def _dump_postgresql(part: Path) -> dict[str, int]:
    chosen = connections["default"].settings_dict
    given = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD"}
    environment = dict(os.environ)
    environment |= {name: str(chosen[key]) for name, key in given.items() if chosen.get(key)}
    _run(
        ["pg_dump", "--format=custom", "--no-password", f"--file={part}", str(chosen["NAME"])],
        environment,
    )
    _checked_dump(part)
    return {}


def _checked_dump(path: Path) -> None:
    """Raise CopyError unless the archive can be read and holds every table's rows."""
    try:
        listed = _run(["pg_restore", "--list", str(path)], dict(os.environ))
    except CopyError as error:
        if error.code == "program_failed":
            raise CopyError("check_failed", error.detail) from error
        raise
    held = set(re.findall(r"TABLE DATA \S+ (\S+) ", listed))
    missing = {model._meta.db_table for model in apps.get_models()} - held
    if missing:
        raise CopyError("check_failed", f"without {min(missing)}")


def _run(command: list[str], environment: dict[str, str]) -> str:
    try:
        ended = subprocess.run(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=DUMP_SECONDS,
            check=False,
        )
    except FileNotFoundError as error:
        raise CopyError("program_missing", command[0]) from error
    except subprocess.TimeoutExpired as error:
        raise CopyError("program_failed", f"{command[0]} took too long") from error
    if ended.returncode:
        words = (ended.stderr.strip().splitlines() or [""])[-1]
        code = "disk_full" if "No space left" in ended.stderr else "program_failed"
        raise CopyError(code, words[:200])
    return ended.stdout


# --- Any ------------------------------------------------------------------------------------------


def check_copy(path: Path) -> CopyReport:
    """Open a copy made earlier and check it.

    Raises:
        CopyError: it cannot be read or is not sound.

    """
    try:
        with path.open("rb") as copy:
            is_dump = copy.read(5) == b"PGDMP"
    except OSError as error:
        raise CopyError("folder_unusable", error.strerror or "") from error
    if is_dump:
        _checked_dump(path)
        counts: dict[str, int] = {}
    else:
        counts = _checked_sqlite(path)
        if "django_migrations" not in counts:
            raise CopyError("check_failed", "it is no database of Jieyue")
    return CopyReport(path=path, size_bytes=path.stat().st_size, counts=counts)
