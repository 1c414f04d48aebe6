"""Each kind of source, asked over real connections at a server that speaks its protocol."""

import json
from collections.abc import Iterator

import pytest

from jieyue.catalog.rules.records import BookRecord
from jieyue.catalog.sources.base import (
    Failed,
    FailureKind,
    Found,
    NotFound,
    Source,
    SourceSettings,
)
from jieyue.catalog.sources.http import Web
from jieyue.catalog.sources.registry import KINDS, build
from tests.sources.answers import BOOK, KEY
from tests.sources.server import FakeSources

HERE = Web(contact="library@example.org", allow_private=True)
UNKNOWN = "9787544258975"
COVER = "https://img.example.org/a.jpg"
KIND_PATHS = {"dnb": "/sru/marc21", "loc": "/sru/marc21", "bnf": "/sru/cnmarc"}
KIND_PATHS |= {"bnu": "/sru/cnmarc"}
LOOKABLE = [code for code in KINDS if code not in {"json", "sru"}]


@pytest.fixture
def server() -> Iterator[FakeSources]:
    with FakeSources() as running:
        yield running


def source(server: FakeSources, kind: str, **changes: object) -> Source:
    values: dict[str, object] = {
        "kind": kind,
        "name": kind,
        "key": KEY,
        "base_url": server.url + KIND_PATHS.get(kind, ""),
        "timeout_seconds": 5.0,
    }
    return build(SourceSettings(**(values | changes)), web=HERE)


EXPECTED = {
    "juhe": {
        "subtitle": BOOK.subtitle,
        "published": "201209",
        "year": 2012,
        "price_cents": 3950,
        "price_text": "39.50",
        "pages": 241,
        "binding": "精装",
        "cover_url": COVER,
        "summary": "灯亮了。 书开了。",
    },
    "tanshu": {
        "published": "2017-6",
        "year": 2017,
        "price_cents": 3950,
        "price_text": "39.50",
        "pages": 320,
        "binding": "平装",
        "cover_url": COVER,
        "summary": "…",
    },
    "jike": {
        "subtitle": BOOK.subtitle,
        "authors": ("林·海·沃德", "甲一"),
        "published": "2020-7",
        "year": 2020,
        "price_cents": 3950,
        "price_text": "39.50元",
        "pages": 300,
        "binding": "平装",
        "cover_url": COVER,
    },
    "isbn_work": {
        "place": "北京",
        "published": "2023-01",
        "year": 2023,
        "price_cents": 3950,
        "price_text": "39.50",
        "pages": 320,
        "clc": "I561.45",
        "cover_url": COVER,
    },
    "showapi": {
        "published": "2012-12",
        "year": 2012,
        "price_cents": 3950,
        "price_text": "CNY39.50",
        "pages": 241,
    },
    "google_books": {
        "authors": ("Lin Ward",),
        "translators": (),
        "publisher": "",
        "published": "2020",
        "year": 2020,
        "pages": 276,
        "cover_url": "http://img.example.org/a.jpg",
    },
    "openlibrary": {
        "authors": ("Lin Ward", "Second, Name"),
        "translators": (),
        "place": "北京",
        "published": "March 2009",
        "year": 2009,
        "pages": 92,
        "cover_url": COVER,
    },
    "marc21": {
        "subtitle": BOOK.subtitle,
        "authors": ("林海",),
        "translators": ("Xiaoman Chen",),
        "publisher": "Chen guang",
        "place": "Beijing",
        "published": "2007",
        "year": 2007,
        "price_cents": 3950,
        "price_text": "CNY39.50",
        "pages": 374,
        "language": "chi",
    },
    "cnmarc": {
        "volume": "上",
        "subtitle": BOOK.subtitle,
        "authors": ("沃德",),
        "place": "北京",
        "published": "[2003]",
        "year": 2003,
        "price_cents": 3950,
        "price_text": "CNY39.50(含光盘)",
        "pages": 320,
        "binding": "精装",
        "language": "chi",
        "clc": "I561.45",
        "summary": "一段简介。",
    },
}
SHAPES = {"dnb": "marc21", "loc": "marc21", "bnf": "cnmarc", "bnu": "cnmarc"}


@pytest.mark.parametrize("kind", LOOKABLE)
def test_a_known_book_comes_back_whole(server: FakeSources, kind: str) -> None:
    common = {
        "isbn13": BOOK.isbn,
        "title": BOOK.title,
        "authors": ("林·海·沃德",),
        "translators": ("陈小满",),
        "publisher": BOOK.publisher,
        "source": kind,
    }
    expected = BookRecord(**(common | EXPECTED[SHAPES.get(kind, kind)]))

    assert source(server, kind).look_up(BOOK.isbn) == Found(expected)


@pytest.mark.parametrize("kind", LOOKABLE)
def test_an_unknown_book_is_not_a_failure(server: FakeSources, kind: str) -> None:
    assert source(server, kind).look_up(UNKNOWN) == NotFound()


@pytest.mark.parametrize("kind", LOOKABLE)
def test_an_answer_for_another_book_is_refused(server: FakeSources, kind: str) -> None:
    server.mode = "wrong_isbn"

    answer = source(server, kind).look_up(BOOK.isbn)

    assert answer == Failed(FailureKind.WRONG_ISBN, "answered for another ISBN")


@pytest.mark.parametrize("kind", ["juhe", "isbn_work", "openlibrary"])
def test_an_error_text_in_place_of_a_title_is_no_book(server: FakeSources, kind: str) -> None:
    server.mode = "error_title"

    answer = source(server, kind).look_up(BOOK.isbn)

    assert answer == Failed(FailureKind.QUOTA, "service says its limit is reached")


@pytest.mark.parametrize("kind", LOOKABLE)
@pytest.mark.parametrize("mode", ["garbage", "html", "huge", "endless"])
def test_an_answer_that_is_none_is_a_bad_answer(server: FakeSources, kind: str, mode: str) -> None:
    server.mode = mode

    answer = source(server, kind).look_up(BOOK.isbn)

    assert isinstance(answer, Failed)
    assert answer.kind is FailureKind.BAD_ANSWER


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, FailureKind.HTTP_STATUS),
        (401, FailureKind.KEY_REFUSED),
        (402, FailureKind.QUOTA),
        (403, FailureKind.KEY_REFUSED),
        (404, FailureKind.HTTP_STATUS),
        (429, FailureKind.QUOTA),
        (500, FailureKind.HTTP_STATUS),
        (503, FailureKind.HTTP_STATUS),
    ],
)
@pytest.mark.parametrize("code", ["juhe", "openlibrary", "dnb"])
def test_statuses(server: FakeSources, code: str, status: int, kind: FailureKind) -> None:
    server.mode = f"http_{status}"

    answer = source(server, code).look_up(BOOK.isbn)

    assert isinstance(answer, Failed)
    assert (answer.kind, answer.status) == (kind, status)


def test_a_service_may_say_unknown_by_404(server: FakeSources) -> None:
    server.mode = "http_404"

    assert source(server, "jike").look_up(BOOK.isbn) == NotFound()


@pytest.mark.parametrize(
    ("kind", "body", "expected"),
    [
        ("juhe", {"error_code": 10012, "reason": "请求超过次数限制"}, FailureKind.QUOTA),
        ("juhe", {"error_code": 10001, "reason": f"错误的请求KEY {KEY}"}, FailureKind.KEY_REFUSED),
        ("juhe", {"error_code": "0", "result": None}, None),
        ("juhe", {"reason": "成功"}, FailureKind.BAD_ANSWER),
        ("juhe", [], FailureKind.BAD_ANSWER),
        ("tanshu", {"code": 10003, "msg": "账户余额不足"}, FailureKind.QUOTA),
        ("isbn_work", {"code": 1, "msg": "请求过快，请稍后再试"}, FailureKind.QUOTA),
        ("isbn_work", {"code": 1, "data": "appKey无效"}, FailureKind.KEY_REFUSED),
        ("showapi", {"showapi_res_code": -1, "showapi_res_error": "套餐已用完"}, FailureKind.QUOTA),
        ("showapi", {"showapi_res_code": 0, "showapi_res_body": {"ret_code": -1}}, "bad_answer"),
        ("jike", {"ret": 0, "data": {"name": ""}}, None),
        ("openlibrary", {"ISBN:1": {"title": "x"}}, FailureKind.WRONG_ISBN),
        ("openlibrary", {f"ISBN:{BOOK.isbn}": "x"}, FailureKind.BAD_ANSWER),
    ],
)
def test_refusals_inside_an_answer_with_status_200(
    server: FakeSources, kind: str, body: object, expected: str | None
) -> None:
    server.mode = "raw"
    server.raw = json.dumps(body, ensure_ascii=False).encode()

    answer = source(server, kind).look_up(BOOK.isbn)

    if expected is None:
        assert answer == NotFound()
    else:
        assert isinstance(answer, Failed)
        assert answer.kind == expected
        assert KEY not in repr(answer)


def test_an_answer_in_gbk_is_read(server: FakeSources) -> None:
    server.mode = "raw"
    body = {"code": 1, "data": {"title": BOOK.title, "isbn": BOOK.isbn}}
    server.raw = json.dumps(body, ensure_ascii=False).encode("gb18030")

    answer = source(server, "tanshu").look_up(BOOK.isbn)

    assert isinstance(answer, Found)
    assert answer.record.title == BOOK.title


def test_a_library_may_bring_a_mapping_of_its_own(server: FakeSources) -> None:
    server.mode = "raw"
    book = {"n": BOOK.title, "who": [{"x": "甲一"}, {"x": "乙二"}], "bar": BOOK.isbn}
    server.raw = json.dumps({"state": True, "list": [book]}).encode()
    params = {
        "path": "/v1/books",
        "form": {"isbn": "{isbn}"},
        "headers": {"Authorization": "APPCODE {key}"},
        "success": {"state": [True]},
        "data": "list.0",
        "fields": {"title": "n", "authors": ["none", "who.*.x"], "isbn": "bar"},
    }

    answer = source(server, "json", params=params).look_up(BOOK.isbn)

    assert isinstance(answer, Found)
    assert answer.record == BookRecord(
        isbn13=BOOK.isbn, title=BOOK.title, authors=("甲一", "乙二"), source="json"
    )
    asked, headers = server.requests[0]
    assert asked == f"/v1/books isbn={BOOK.isbn}"
    assert headers["Authorization"] == f"APPCODE {KEY}"


def test_a_key_is_quoted_in_the_address_and_the_reader_is_named(server: FakeSources) -> None:
    source(server, "juhe").look_up(BOOK.isbn)

    asked, headers = server.requests[0]
    assert asked == f"/isbn/query?key=s3cret-Key%267&isbn={BOOK.isbn}"
    assert headers["User-Agent"] == "Jieyue/0.1.0 (+library@example.org)"
