"""XML that SRU servers send, and should not be able to send."""

from pathlib import Path

import pytest

from jieyue.catalog.sources.base import Failed, FailureKind, Found, NotFound
from jieyue.catalog.sources.sru import form_from, read_response, safe_xml
from tests.sources.answers import BOOK, OTHER_ISBN, Book, field, marc21, sru

FORM = form_from({"query": "isbn={isbn}", "record_schema": "marcxml", "version": "1.2"})
SLIM = "http://www.loc.gov/MARC21/slim"


@pytest.mark.parametrize(
    "body",
    [
        b'<!DOCTYPE r [<!ENTITY a "b">]><r>&a;</r>',
        '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE r><r/>'.encode("utf-16"),
        b'<!DOCTYPE r SYSTEM "file:///etc/passwd"><r/>',
        b"<r>&unknown;</r>",
        b"<r>",
        b"",
        b'<?xml version="1.0" encoding="no-such"?><r/>',
    ],
)
def test_xml_with_a_document_type_or_none_at_all_is_refused(body: bytes) -> None:
    assert safe_xml(body) is None


def test_deeply_nested_answers_do_no_harm() -> None:
    depth = 200_000

    answer = read_response(b"<a>" * depth + b"</a>" * depth, FORM, BOOK.isbn, source="s")

    assert answer == Failed(FailureKind.BAD_ANSWER, "not an SRU answer")


def test_a_fault_is_a_failure_and_not_an_unknown_book() -> None:
    body = (
        b'<searchRetrieveResponse xmlns="http://www.loc.gov/zing/srw/"><numberOfRecords>0'
        b"</numberOfRecords><diagnostics>"
        b'<diagnostic xmlns="http://www.loc.gov/zing/srw/diagnostic/">'
        b"<uri>info:srw/diagnostic/1/10</uri></diagnostic></diagnostics></searchRetrieveResponse>"
    )

    answer = read_response(body, FORM, BOOK.isbn, source="s")

    assert answer == Failed(FailureKind.BAD_ANSWER, "server reports a fault")


RECORDED = Path("/work/shared/data/isbn")


@pytest.mark.skipif(not RECORDED.exists(), reason="recorded answers are not in the repository")
@pytest.mark.parametrize(
    ("name", "isbn13", "title", "author", "year"),
    [
        ("dnb_isbn_9783862729852.xml", "9783862729852", "Blut und Schokolade", "Peer Martin", 2021),
        (
            "loc_isbn_all_9780821417478.xml",
            "9780821417478",
            "Black and white in colour",
            "Vivian Bickford-Smith",
            2007,
        ),
    ],
)
def test_recorded_answers(name: str, isbn13: str, title: str, author: str, year: int) -> None:
    body = (RECORDED / name).read_bytes()

    answer = read_response(body, FORM, isbn13, source="s")

    assert isinstance(answer, Found)
    record = answer.record
    assert (record.isbn13, record.title, record.year) == (isbn13, title, year)
    assert record.authors[0] == author


def test_of_several_records_the_one_asked_for_counts() -> None:
    other = marc21(Book(isbn=OTHER_ISBN, title="另一本"))
    body = sru(
        BOOK, lambda book: f'{other}</record><record xmlns="{SLIM}">{marc21(book)}', SLIM
    ).encode()

    answer = read_response(body, FORM, BOOK.isbn, source="s")

    assert isinstance(answer, Found)
    assert (answer.record.isbn13, answer.record.title) == (BOOK.isbn, BOOK.title)


@pytest.mark.parametrize(
    ("inner", "title", "authors", "translators"),
    [
        (
            field("245", ("a", "Slow reading /"), ("n", "2"), ("p", "Hearing :"))
            + field("110", ("a", "Reading Society."))
            + field("700", ("a", "Draw, Anna"), ("4", "ill")),
            "Slow reading | 2 Hearing",
            ("Anna Draw",),
            (),
        ),
        (
            field("245", ("a", "Only a body")) + field("110", ("a", "Reading Society")),
            "Only a body",
            ("Reading Society",),
            (),
        ),
        (
            field("200", ("a", "只有责任说明"), ("f", "甲一, 乙二著"), ("g", "丙三译")),
            "只有责任说明",
            ("甲一", "乙二"),
            ("丙三",),
        ),
        (
            field("200", ("a", "Le phare"))
            + field("700", ("a", "Gris"), ("b", "Jean"), ("4", "070"))
            + field("702", ("a", "Vert"), ("b", "Anne"), ("4", "730")),
            "Le phare",
            ("Jean Gris",),
            ("Anne Vert",),
        ),
    ],
)
def test_titles_and_people(
    inner: str, title: str, authors: tuple[str, ...], translators: tuple[str, ...]
) -> None:
    answer = read_response(sru(BOOK, lambda _: inner, SLIM).encode(), FORM, BOOK.isbn, source="s")

    assert isinstance(answer, Found)
    record = answer.record
    assert (record.isbn13, " | ".join(filter(None, (record.title, record.volume)))) == ("", title)
    assert (record.authors, record.translators) == (authors, translators)


@pytest.mark.parametrize(
    "inner", ["", field("999", ("a", "x")), field("245"), '<datafield tag="2é5"/>', "<junk/>"]
)
def test_a_record_without_a_title_is_no_book(inner: str) -> None:
    answer = read_response(sru(BOOK, lambda _: inner, SLIM).encode(), FORM, BOOK.isbn, source="s")

    assert answer == NotFound()
