"""Files that come with a form are refused by their size before anything of them is kept."""

import shutil
import stat
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory

from jieyue.imports.models import Import
from jieyue.imports.rules.runs import MAX_FILE
from jieyue.interfaces.web import session
from jieyue.interfaces.web.imports.views.start import kept_on_disk
from jieyue.interfaces.web.uploads import MAX_ELSEWHERE, OnDisk, SizeLimit

LISTS = "/clearwater/staff/imports/"


def refuses(path: str, size: int, *, signed_in: bool = True) -> bool:
    request: Any = RequestFactory().post(path)
    request.session = {session.ACCOUNT: 1} if signed_in else {}
    try:
        SizeLimit(request).handle_raw_input(None, {}, size, b"")
    except RequestDataTooBig:
        return True
    return False


def test_lists_may_be_large_where_staff_bring_them_in() -> None:
    assert not refuses(LISTS, MAX_FILE)
    assert refuses(LISTS, MAX_FILE + 1_000_000)


@pytest.mark.parametrize(
    ("path", "signed_in"),
    [("/clearwater/staff/catalog/", True), (LISTS, False), ("/sign-in", False)],
)
def test_nothing_else_and_nobody_else_sends_that_much(path: str, signed_in: bool) -> None:
    assert refuses(path, MAX_ELSEWHERE + 1_000_000, signed_in=signed_in)
    assert not refuses(path, MAX_ELSEWHERE, signed_in=signed_in)


def test_a_file_that_is_too_large_is_answered_in_words(client, db) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    file = SimpleUploadedFile("封面.jpg", b"x" * (MAX_ELSEWHERE + 1_000_000))

    answer = client.post("/sign-in", {"file": file})

    assert answer.status_code == 413
    assert "分成两份" in answer.text or "太大" in answer.text


def test_a_large_file_lies_without_a_name_in_the_data_folder(world, staff_client) -> None:
    large = b"\xe4\xb9\xa6\xe5\x90\x8d,ISBN\n" + "呐喊,\n".encode() * 350_000
    assert len(large) > settings.FILE_UPLOAD_MAX_MEMORY_SIZE
    parsed = Path(settings.DATA_DIR) / "imports"
    shutil.rmtree(parsed, ignore_errors=True)

    answer = staff_client.post(
        f"/{world.library.slug}/staff/imports/",
        {"kind": "books", "file": SimpleUploadedFile("书.csv", large)},
    )

    assert answer.status_code == 303
    assert Import.objects.get().file_bytes == len(large)
    assert (stat.S_IMODE(parsed.stat().st_mode), list(parsed.iterdir())) == (0o700, [])


def test_what_is_kept_of_a_file_can_be_read_again_by_its_way_alone() -> None:
    handler = OnDisk()
    handler.new_file("file", "书.csv", "text/csv", 6)
    handler.receive_data_chunk(b"abc", 0)
    handler.receive_data_chunk(b"def", 3)
    kept = handler.file_complete(6)

    with kept_on_disk(kept) as path:
        assert (path.read_bytes(), path.read_bytes()) == (b"abcdef", b"abcdef")
    assert (kept.name, kept.size, kept.read()) == ("书.csv", 6, b"abcdef")
    kept.close()
    cut = OnDisk()
    cut.new_file("file", "书.csv", "text/csv", 6)
    cut.upload_interrupted()
    assert cut.kept.closed
