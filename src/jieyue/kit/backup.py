"""The nightly copy: where it goes, which ones are kept, and how the last one went.

The keys (settings.KEYS_DIR) are never in it: whoever finds a copy cannot read phone numbers in it,
and whoever loses the keys cannot either. What is remembered between runs is a file beside the
database, because it must be readable when the database is not.
"""

import fcntl
import json
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.conf import settings

from jieyue.kit.copies import CopyError, CopyReport, copy_files, make_copy

KEEP_DAYS: Final = 14
KEEP_WEEKS: Final = 8
LATE_HOURS: Final = 36
NAME: Final = re.compile(r"jieyue-(\d{8}-\d{6})\.(?:sqlite3|pgdump|files\.tar)")
STAMP: Final = "%Y%m%d-%H%M%S"
MARK: Final = ".jieyue-copies"  # says that this is the folder, and not an empty mount point


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupStatus:
    """How the copies stand. `last_at` (aware UTC), age and size are those of the last good one.

    `error` is a code of `kit.copies.CODES`, empty when the last run went well. `ok` is what staff
    want to know: there is a good copy, not older than 36 hours, and the last run made one.
    """

    folder: str
    is_fixed: bool  # by the command line or the environment: no page can change it
    is_same_disk: bool  # as the database: a broken disk takes both
    last_at: datetime | None
    age_hours: int | None
    ok: bool
    error: str
    size_bytes: int | None


def backup_folder() -> Path | None:
    """Return the chosen folder: the environment's, else the one stored by a page."""
    if settings.BACKUP_DIR:
        return Path(settings.BACKUP_DIR)
    stored = settings.DATA_DIR / "backup_dir"
    text = stored.read_text("utf-8").strip() if stored.exists() else ""
    return Path(text) if text else None


def choose_backup_folder(path: str) -> str:
    """Try the folder and store the choice; return an error code, empty for done.

    Nothing is stored when there is an error. An empty path means no copies. Whoever may call this
    may write anywhere on the machine, so it is for the command line, not for a page.
    """
    stored = settings.DATA_DIR / "backup_dir"
    if not path.strip():
        stored.unlink(missing_ok=True)
        return ""
    folder = Path(path.strip()).expanduser()
    if not folder.is_absolute() or "\0" in path:
        return "folder_unusable"
    try:
        _make_ready(folder)
    except CopyError as error:
        return error.code
    _write(stored, str(folder))
    return ""


def backup_status(now: datetime) -> BackupStatus:
    """Return how the copies stand at `now`. Reads two small files, no database."""
    folder = backup_folder()
    known = _remembered()
    last_at = datetime.fromisoformat(known["last_at"]) if known.get("last_at") else None
    age_hours = int((now - last_at).total_seconds() // 3600) if last_at else None
    error = str(known.get("error", "")) if folder else "no_folder"
    return BackupStatus(
        folder=str(folder or ""),
        is_fixed=bool(settings.BACKUP_DIR),
        is_same_disk=folder is not None and _same_disk(folder, settings.DATA_DIR),
        last_at=last_at,
        age_hours=age_hours,
        ok=not error and age_hours is not None and age_hours <= LATE_HOURS,
        error=error,
        size_bytes=known.get("size_bytes"),
    )


def nightly(now: datetime) -> dict[str, Any]:
    """Make the copy of the night; what the schedule keeps of it.

    Raises:
        CopyError: there is none; `backup_status` says so from now on.

    """
    if backup_folder() is None:
        return {"skipped": "no_folder"}
    report = back_up(now)
    return {"size_bytes": report.size_bytes, "name": report.path.name}


def back_up(now: datetime, folder: Path | None = None) -> CopyReport:
    """Copy everything to the folder (None: the chosen one), check it, drop copies out of date.

    A copy to another folder than the chosen one is not counted as the nightly one.

    Raises:
        CopyError: there is no new copy; old ones are untouched.

    """
    chosen = backup_folder()
    target = folder or chosen
    if target is None:
        raise CopyError("no_folder")
    counts = target == chosen
    try:
        report = _back_up_to(target, now)
    except CopyError as error:
        if counts:
            _remember(error=error.code, detail=error.detail)
        raise
    if counts:
        _remember(
            error="", detail="", last_at=now.isoformat(), size_bytes=report.size_bytes,
            folder=str(target),
        )  # fmt: skip
    return report


def _back_up_to(folder: Path, now: datetime) -> CopyReport:
    _make_ready(folder)
    with _alone():
        stamp = now.astimezone(ZoneInfo(settings.TIME_ZONE)).strftime(STAMP)
        _sweep(folder)
        files = copy_files(settings.DATA_DIR / "files", folder / f"jieyue-{stamp}")
        try:
            report = make_copy(folder / f"jieyue-{stamp}")
        except CopyError:
            if files is not None:
                files.unlink(missing_ok=True)  # half of everything is not a copy
            raise
        _drop_old(folder)
    return report


def _make_ready(folder: Path) -> None:
    """Make a new folder and leave our mark in it; one we know must still have it.

    Raises CopyError.
    """
    if str(folder) == _remembered().get("folder"):
        if not (folder / MARK).exists():
            raise CopyError("folder_gone")
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / MARK).write_text("Copies made by Jieyue. The keys are not among them.\n", "utf-8")
        if shutil.disk_usage(folder).free == 0:
            raise CopyError("disk_full")
    except OSError as error:
        raise CopyError("folder_unusable", error.strerror or "") from error


@contextmanager
def _alone() -> Iterator[None]:
    """Let one process at a time make copies. Raises CopyError (busy)."""
    with (settings.DATA_DIR / "backup.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CopyError("busy") from error
        yield


def _sweep(folder: Path) -> None:
    """Remove what a copy left that was killed on its way."""
    for part in folder.glob(".jieyue-*.part*"):
        part.unlink(missing_ok=True)


# --- Which ones are kept --------------------------------------------------------------------------


def stamps_to_keep(stamps: Iterable[datetime]) -> set[datetime]:
    """Return the newest of each of the last 14 days, and of each of the last 8 weeks, with copies.

    Days and weeks without a copy do not count, so an idle library loses nothing.
    """
    days: dict[object, datetime] = {}
    weeks: dict[object, datetime] = {}
    for stamp in sorted(stamps, reverse=True):
        days.setdefault(stamp.date(), stamp)
        weeks.setdefault(stamp.isocalendar()[:2], stamp)
    return {*list(days.values())[:KEEP_DAYS], *list(weeks.values())[:KEEP_WEEKS]}


def _drop_old(folder: Path) -> None:
    found = {
        path: datetime.strptime(match[1], STAMP)  # noqa: DTZ007 (only compared among themselves)
        for path in folder.iterdir()
        if (match := NAME.fullmatch(path.name))
    }
    kept = stamps_to_keep(found.values())
    for path, stamp in found.items():
        if stamp not in kept:
            path.unlink(missing_ok=True)


# --- What is remembered ---------------------------------------------------------------------------


def _same_disk(folder: Path, other: Path) -> bool:
    try:
        return folder.stat().st_dev == other.stat().st_dev
    except OSError:
        return False


def _remembered() -> dict[str, Any]:
    try:
        found = json.loads((settings.DATA_DIR / "backup_status.json").read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _remember(**changes: Any) -> None:
    _write(settings.DATA_DIR / "backup_status.json", json.dumps(_remembered() | changes))


def _write(path: Path, text: str) -> None:
    """Replace a small file at once, never half of it."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    part.write_text(text, "utf-8")
    part.replace(path)
