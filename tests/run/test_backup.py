"""Copies: opened and checked before they count, never half a file; staff see how old they are."""

import fcntl
import os
import re
import sqlite3
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection

from jieyue.interfaces.cli.copy_words import trouble
from jieyue.kit import backup, copies
from jieyue.kit.backup import (
    MARK,
    back_up,
    backup_status,
    choose_backup_folder,
    nightly,
    stamps_to_keep,
)
from jieyue.kit.copies import CODES, CopyError, check_copy
from jieyue.libraries.models import Library
from tests.run.installation import ON_POSTGRESQL
from tests.world import NOON, World

ENDING = ".pgdump" if ON_POSTGRESQL else ".sqlite3"


@pytest.fixture(autouse=True)
def folders(settings, tmp_path):
    """A data folder without a chosen backup folder."""
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()
    settings.BACKUP_DIR = ""
    return tmp_path


def visible(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != MARK)


@pytest.mark.django_db(transaction=True)
def test_a_copy_holds_everything_and_is_checked(folders):
    World()
    target = folders / "copies"
    report = back_up(NOON, target)

    assert report.path == target / f"jieyue-20260302-120000{ENDING}"
    assert visible(target) == [report.path.name]
    assert report.path.stat().st_mode & 0o077 == 0
    found = check_copy(report.path)
    assert found.size_bytes == report.size_bytes > 1000
    if not ON_POSTGRESQL:
        assert found.counts["libraries_library"] == Library.objects.count() == 1
        assert found.counts == report.counts


@pytest.mark.django_db(transaction=True)
def test_the_night_copies_to_the_chosen_folder_and_its_age_is_shown(folders):
    assert nightly(NOON) == {"skipped": "no_folder"}
    before = backup_status(NOON)
    assert (before.ok, before.error, before.last_at) == (False, "no_folder", None)

    target = folders / "copies"
    assert choose_backup_folder(str(target)) == ""
    assert not backup_status(NOON).ok
    nightly(NOON)

    status = backup_status(NOON + timedelta(hours=5, minutes=59))
    assert (status.ok, status.error, status.age_hours) == (True, "", 5)
    assert (status.folder, status.last_at) == (str(target), NOON)
    assert status.size_bytes == next(target.glob("jieyue-*")).stat().st_size
    late = backup_status(NOON + timedelta(hours=37))
    assert (late.ok, late.age_hours) == (False, 37)


@pytest.mark.django_db(transaction=True)
def test_a_folder_that_is_gone_is_not_made_anew_and_staff_see_it(folders):
    target = folders / "copies"
    choose_backup_folder(str(target))
    nightly(NOON)
    target.rename(folders / "unplugged")
    target.mkdir()  # the empty place where the disk is plugged in

    with pytest.raises(CopyError, match="folder_gone"):
        nightly(NOON + timedelta(days=1))
    status = backup_status(NOON + timedelta(days=1))
    assert (status.ok, status.error, status.last_at) == (False, "folder_gone", NOON)
    assert list(target.iterdir()) == []

    target.rmdir()
    (folders / "unplugged").rename(target)
    nightly(NOON + timedelta(days=1))
    assert backup_status(NOON + timedelta(days=1)).ok


@pytest.mark.django_db(transaction=True)
def test_a_folder_that_cannot_be_used_is_refused_when_it_is_chosen(folders):
    (folders / "file").touch()

    for path in (str(folders / "file"), str(folders / "file" / "below"), "relative", "/a\0b"):
        assert choose_backup_folder(path) == "folder_unusable"
    assert backup_status(NOON).error == "no_folder"
    with pytest.raises(CopyError, match="folder_unusable"):
        back_up(NOON, folders / "file")


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(ON_POSTGRESQL, reason="pg_dump finds out by itself")
def test_a_full_disk_leaves_nothing_behind_and_the_older_copy_in_place(folders, monkeypatch):
    target = folders / "copies"
    choose_backup_folder(str(target))
    nightly(NOON)
    older = visible(target)
    monkeypatch.setattr(copies, "SPARE_BYTES", 2**62)

    with pytest.raises(CopyError, match="disk_full"):
        nightly(NOON + timedelta(days=1))
    assert visible(target) == older
    assert backup_status(NOON + timedelta(days=1)).error == "disk_full"


@pytest.mark.django_db(transaction=True)
def test_what_a_killed_copy_left_is_swept_away(folders):
    target = folders / "copies"
    target.mkdir()
    for name in (f".jieyue-20260301-023000{ENDING}.part", ".jieyue-x.sqlite3.part-journal"):
        (target / name).write_text("half of it")

    back_up(NOON, target)
    assert visible(target) == [f"jieyue-20260302-120000{ENDING}"]


@pytest.mark.django_db(transaction=True)
def test_one_copy_is_made_at_a_time(folders, settings):
    with (settings.DATA_DIR / "backup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(CopyError, match="busy"):
            back_up(NOON, folders / "copies")
    back_up(NOON, folders / "copies")


@pytest.mark.django_db(transaction=True)
def test_uploaded_files_go_along(folders, settings):
    uploaded = settings.DATA_DIR / "files"
    uploaded.mkdir()
    (uploaded / "cover.jpg").write_bytes(b"picture")

    back_up(NOON, folders / "copies")
    assert visible(folders / "copies") == [
        "jieyue-20260302-120000.files.tar", f"jieyue-20260302-120000{ENDING}",
    ]  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_the_keys_are_not_in_a_copy(folders, settings):
    back_up(NOON, folders / "copies")
    held = next((folders / "copies").glob("jieyue-*")).read_bytes()

    for secret in (settings.SECRET_KEY, settings.FIELD_KEYS, settings.FIELD_HASH_KEY):
        assert secret.encode() not in held


@pytest.mark.django_db(transaction=True)
def test_a_copy_that_was_damaged_is_found_out(folders):
    path = back_up(NOON, folders / "copies").path
    whole = path.read_bytes()

    for damaged in (whole[: len(whole) // 3], b"", b"nothing of the kind" * 100):
        path.write_bytes(damaged)
        with pytest.raises(CopyError, match="check_failed"):
            check_copy(path)
    path.unlink()
    with pytest.raises(CopyError, match="folder_unusable"):
        check_copy(path)


@pytest.mark.skipif(ON_POSTGRESQL, reason="SQLite's pages")
@pytest.mark.django_db(transaction=True)
def test_a_page_that_was_overwritten_is_found_out(folders):
    path = back_up(NOON, folders / "copies").path
    content = bytearray(path.read_bytes())
    for page in range(2, len(content) // 4096, 3):
        content[page * 4096 : page * 4096 + 64] = os.urandom(64)
    path.write_bytes(content)

    with pytest.raises(CopyError, match="check_failed"):
        check_copy(path)


def test_a_database_of_something_else_is_no_copy_of_ours(tmp_path):
    path = tmp_path / "else.sqlite3"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE anything (id INTEGER)")
    database.close()

    with pytest.raises(CopyError, match="no database of Jieyue"):
        check_copy(path)


@pytest.mark.skipif(not ON_POSTGRESQL, reason="pg_dump")
@pytest.mark.django_db(transaction=True)
def test_without_pg_dump_it_is_said_what_to_install(folders, monkeypatch):
    monkeypatch.setenv("PATH", str(folders))
    with pytest.raises(CopyError, match="program_missing") as error:
        back_up(NOON, folders / "copies")

    assert "pg_dump is missing" in str(trouble(error.value))
    assert visible(folders / "copies") == []


def test_fourteen_days_and_eight_weeks_are_kept():
    nights = [datetime(2026, 1, 1, 2, 30) + timedelta(days=n) for n in range(120)]
    twice = [nights[-1] + timedelta(hours=9)]

    kept = sorted(stamps_to_keep(nights + twice))
    assert kept[-14:] == [*nights[-14:-1], twice[0]]
    weeks = [stamp.isocalendar()[:2] for stamp in kept]
    assert len(set(weeks)) == 8
    assert len(kept) == 14 + 5  # the last fourteen days touch three of the eight weeks


def test_a_library_that_is_off_for_a_year_keeps_its_copies():
    assert len(stamps_to_keep([datetime(2024, 5, 1), datetime(2025, 5, 1)])) == 2


def test_every_error_has_words():
    for code in CODES:
        said = str(trouble(CopyError(code, "detail")))
        assert re.search(r"\w", said)


def test_a_damaged_status_file_is_no_reason_to_fail(settings):
    (settings.DATA_DIR / "backup_status.json").write_text("{half")

    assert backup_status(NOON).last_at is None
    assert backup.backup_folder() is None
    assert connection.vendor in ("sqlite", "postgresql")
