"""Files that come with a form are refused by their size before anything of them is kept."""

from typing import Any

import pytest
from django.core.exceptions import RequestDataTooBig
from django.test import RequestFactory

from jieyue.imports.rules.runs import MAX_FILE
from jieyue.interfaces.web import session
from jieyue.interfaces.web.uploads import MAX_ELSEWHERE, SizeLimit

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
