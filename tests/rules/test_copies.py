"""Barcodes, accession numbers and call numbers; and what a description may be."""

import pytest

from jieyue.catalog.rules.copies import (
    barcode_faults,
    consecutive,
    may_be_barcode,
    read_barcode,
)
from jieyue.catalog.rules.descriptions import (
    Description,
    description_of,
    draft_of,
    faults_of,
    filled,
    tidied,
)
from jieyue.catalog.rules.faults import FaultCode
from jieyue.catalog.rules.records import BookRecord


@pytest.mark.parametrize(
    ("start", "count", "numbers"),
    [
        ("A-009", 3, ["A-009", "A-010", "A-011"]),
        ("2026", 2, ["2026", "2027"]),
        ("X99", 2, ["X99", "X100"]),
        ("甲字", 1, ["甲字"]),
    ],
)
def test_accession_numbers_run_on(start: str, count: int, numbers: list[str]) -> None:
    assert consecutive(start, count) == numbers


def test_a_number_that_is_none_cannot_run_on() -> None:
    with pytest.raises(ValueError, match="甲"):
        consecutive("甲", 2)


@pytest.mark.parametrize(
    ("text", "barcode"),
    [("３００ ００００１５\r\n", "300000015"), ("LIB-1", "LIB-1"), ("", ""), ("x" * 999, "x" * 60)],
)
def test_a_scanned_barcode_is_made_plain(text: str, barcode: str) -> None:
    assert read_barcode(text) == barcode


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("300000015", None),
        ("LIB-00012345", None),
        ("ab", FaultCode.BARCODE_BAD),
        ("-12", FaultCode.BARCODE_BAD),
        ("书书书", FaultCode.BARCODE_BAD),
        ("1" * 41, FaultCode.BARCODE_BAD),
        ("9787020002207", FaultCode.BARCODE_IS_ISBN),
        ("9787020002208", FaultCode.BARCODE_IS_ISBN),  # mistyped, but nobody's label
    ],
)
def test_what_can_be_a_barcode(code: str, fault: FaultCode | None) -> None:
    assert [found.code for found in barcode_faults([code])] == ([fault] if fault else [])
    assert may_be_barcode(code) == (fault is None)


def test_a_record_is_cut_to_what_a_title_keeps() -> None:
    record = BookRecord(
        title="长" * 500,
        authors=tuple(f"作者{n}" + "名" * 30 for n in range(20)),
        publisher="社" * 200,
        year=20260,
        pages=0,
        price_cents=3950,
    )
    book = description_of(record, isbn13="9787020002207", audience="whales")
    assert faults_of(book) == []
    assert (len(book.name), book.year, book.pages, book.price_cents) == (300, None, None, 3950)
    assert book.authors.endswith("名")
    assert book.audience == ""


def test_tidying_takes_control_characters_but_cuts_nothing() -> None:
    book = tidied(
        Description(name=" 红\x00楼\n梦 ", authors="曹雪芹/高鹗 / ", summary="一\r\n二\x00\n")
    )
    assert (book.name, book.authors, book.summary) == ("红楼 梦", "曹雪芹 / 高鹗", "一\n二")


def test_a_draft_is_filled_where_it_is_empty() -> None:
    found = Description(name="红楼梦", isbn13="9787020002207", authors="曹雪芹", year=1996)
    draft = draft_of("9787020002207")
    assert filled(draft, found) == found
    typed = Description(name="我的书", isbn13="9787020002207", year=2000)
    assert filled(typed, found) == Description(
        name="我的书", isbn13="9787020002207", year=2000, authors="曹雪芹"
    )
