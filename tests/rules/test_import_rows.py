"""A school's own list, row by row: what is read, what is left out and what stops a row."""

import csv
from datetime import date
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jieyue.catalog.rules.descriptions import Description
from jieyue.catalog.rules.faults import Fault, FaultCode
from jieyue.catalog.rules.importing.columns import NAMES, book_columns
from jieyue.catalog.rules.importing.rows import (
    BookRow,
    RowCopies,
    Seen,
    row_of,
)
from jieyue.catalog.rules.importing.values import codes_of, year_in
from jieyue.kit.tables.cells import count_of, day_of, is_damaged, is_nothing
from jieyue.kit.tables.headings import is_no_row
from jieyue.kit.tables.lines import Line

REAL_LIST = Path("/work/shared/data/books_isbn.csv")

FULL: Final = {
    "name": "《三体》",
    "volume": "第一册",
    "isbn": "978-7-5366-9293-0",
    "authors": "刘慈欣 著",
    "translators": "无",
    "place": "重庆",
    "publisher": "重庆出版社",
    "edition": "第2版",
    "subjects": "科学幻想小说；长篇小说",
    "year": "2008年1月",
    "price": "￥23.00",
    "pages": "302页",
    "series": "中国科幻基石丛书",
    "clc": "I247.55",
    "book_number": "12",
    "language": "中文",
    "audience": "初中",
    "barcode": "00012301；00012302",
    "accession": "T-0099",
    "count": "2册",
    "branch": "东校区",
    "shelf": "二楼 A3",
    "item_type": "图书",
    "price_paid": "18.4",
    "source": "购入",
    "supplier": "新华书店",
    "parts": "CD 1 张",
    "note": "赠&amp;购",
    "standing": "阅览",
    "added_on": "2020/9/1",
}


def read(number: int = 2, **cells: str) -> BookRow:
    """Read one row of columns already known."""
    line = Line(number, tuple(cells.values()))
    return row_of(line, tuple(cells), this_year=2026)


def faults(row: BookRow) -> list[tuple[str, str, str]]:
    return [(fault.code.value, fault.field, fault.value) for fault in row.faults]


def doubts(row: BookRow) -> list[tuple[str, str, str]]:
    return [(doubt.code.value, doubt.field, doubt.value) for doubt in row.doubts]


def kinds(*rows: tuple[str, ...]) -> tuple[str, ...]:
    return book_columns([Line(n, row) for n, row in enumerate(rows, start=1)]).kinds


@pytest.mark.parametrize(
    ("headings", "found"),
    [
        (
            ("书名", "作者", "ISBN", "条码号", "索书号", "定价", "出版社", "出版年"),
            ("name", "authors", "isbn", "barcode", "call_number", "price", "publisher", "year"),
        ),
        (
            (
                "正题名",
                "责任者",
                "国际标准书号",
                "馆藏条码",
                "分类号",
                "价格（元）",
                "出版者",
                "出版日期",
            ),
            ("name", "authors", "isbn", "barcode", "clc", "price", "publisher", "year"),
        ),
        (
            ("題名", "責任者", "條碼", "館藏地", "登錄號", "冊數", "來源", "備註"),
            ("name", "authors", "barcode", "shelf", "accession", "count", "source", "note"),
        ),
        (
            ("Title", "Author(s)", "ISBN-13", "Barcode", "Call Number", "Shelf", "Copies", "Price"),
            ("name", "authors", "isbn", "barcode", "call_number", "shelf", "count", "price"),
        ),
        (
            (
                "序号",
                "图书条形码",
                "＊图书名称",
                "第一责任者",
                "财产号",
                "复本数",
                "书架",
                "出版地",
            ),
            ("", "barcode", "name", "authors", "accession", "count", "shelf", "place"),
        ),
    ],
)
def test_headings_of_many_systems_are_known(
    headings: tuple[str, ...], found: tuple[str, ...]
) -> None:
    assert kinds(headings, ("",) * 7 + ("x",)) == found


def test_a_list_without_headings_is_told_by_its_look() -> None:
    rows = [
        ("三体", "9787536692930", "00012301", "重庆出版社", "2008-1", "23.00元", "I247.55/1"),
        ("活着", "978-7-5063-6543-7", "00012302", "作家出版社", "2012-8", "20.00元", "I247.57/3"),
        ("围城", "7020024750", "00012303", "人民文学出版社", "1991-2", "19.00元", "I246.5/2"),
    ]

    assert kinds(*rows) == ("name", "isbn", "barcode", "publisher", "year", "price", "call_number")


def test_every_kind_has_a_name_of_its_own() -> None:
    assert len(set(NAMES)) == len(NAMES)


def test_a_full_row_is_read_whole() -> None:
    assert read(7, **FULL) == BookRow(
        number=7,
        book=Description(
            name="三体",
            volume="第一册",
            place="重庆",
            edition="第2版",
            subjects="科学幻想小说 / 长篇小说",
            isbn13="9787536692930",
            authors="刘慈欣",
            publisher="重庆出版社",
            year=2008,
            price_cents=2300,
            pages=302,
            series="中国科幻基石丛书",
            clc="I247.55",
            language="zh",
            audience="teen",
        ),
        copies=RowCopies(
            count=2,
            barcodes=("00012301", "00012302"),
            accessions=("T-0099",),
            branch="东校区",
            item_type="图书",
            shelf="二楼 A3",
            call_number="I247.55/12",
            price_cents=1840,
            source="购入",
            supplier="新华书店",
            parts="CD 1 张",
            note="赠&购",
            standing="reference",
            added_on=date(2020, 9, 1),
        ),
    )


def test_a_row_with_a_title_alone_is_enough() -> None:
    assert read(name="无名书") == BookRow(
        number=2, book=Description(name="无名书"), copies=RowCopies()
    )


def test_an_isbn_without_a_title_makes_a_draft() -> None:
    assert read(isbn="9787536692930", name="").book == Description(
        name="ISBN 978-7-5366-9293-0", isbn13="9787536692930"
    )


def test_title_and_author_in_one_cell_are_parted() -> None:
    book = read(name="围城 / 钱锺书著").book

    assert (book.name, book.authors) == ("围城", "钱锺书")


def test_a_class_is_read_from_the_call_number() -> None:
    assert read(name="围城", call_number="I246.5/2").book.clc == "I246.5"
    assert read(name="围城", call_number="绘本/2").book.clc == ""


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        ({"isbn": "9787536692931"}, [("isbn_bad", "isbn", "9787536692931")]),
        ({"isbn": "9.78754E+12"}, [("number_rounded", "isbn", "9.78754E+12")]),
        ({"price": "USD 67.00"}, [("value_unreadable", "price", "USD 67.00")]),
        ({"price": "贰拾元"}, [("value_unreadable", "price", "贰拾元")]),
        ({"year": "去年"}, [("value_unreadable", "year", "去年")]),
        ({"year": "1066"}, [("number_out_of_range", "year", "1066")]),
        ({"year": "2028"}, [("number_out_of_range", "year", "2028")]),
        ({"pages": "很多"}, [("value_unreadable", "pages", "很多")]),
        ({"count": "若干"}, [("value_unreadable", "count", "若干")]),
        ({"standing": "甲"}, [("value_unreadable", "standing", "甲")]),
        ({"added_on": "2020-13-1"}, [("value_unreadable", "added_on", "2020-13-1")]),
        ({"publisher": "重庆出\ufffd社"}, [("text_damaged", "publisher", "重庆出\ufffd社")]),
        ({"barcode": "00012301 00012302", "count": "3"}, [("count_differs", "count", "2")]),
    ],
)
def test_what_cannot_be_read_is_left_out_and_said(
    cells: dict[str, str], found: list[tuple[str, str, str]]
) -> None:
    row = read(name="围城", **cells)

    assert doubts(row) == found
    assert faults(row) == []
    assert (row.book.isbn13, row.book.price_cents, row.book.year) == ("", None, None)


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        ({"name": ""}, [("name_missing", "name", "")]),
        ({"name": "？？"}, [("name_missing", "name", "？？")]),
        ({"name": "字" * 301}, [("too_long", "name", "300")]),
        ({"shelf": "字" * 61}, [("too_long", "shelf", "60")]),
        ({"barcode": "甲"}, [("barcode_bad", "barcode", "甲")]),
        ({"barcode": "9787536692930"}, [("barcode_is_isbn", "barcode", "9787536692930")]),
        ({"barcode": "123456,123456"}, [("barcode_twice", "barcode", "123456")]),
        ({"barcode": "3.2E+11"}, [("number_rounded", "barcode", "3.2E+11")]),
        ({"count": "501"}, [("count_out_of_range", "count", "500")]),
        ({"accession": "1" * 41}, [("too_long", "accession", "40")]),
    ],
)
def test_what_stops_a_row(cells: dict[str, str], found: list[tuple[str, str, str]]) -> None:
    assert faults(read(**{"name": "围城", **cells})) == found


@pytest.mark.parametrize("empty", ["无", "暂无", "未知价格", "-", "N/A", "0", "0.00", "  "])
def test_words_for_nothing_are_nothing(empty: str) -> None:
    row = read(name="围城", price=empty)

    assert (row.book.price_cents, row.doubts, row.faults) == (None, (), ())


@pytest.mark.parametrize(
    ("cell", "count", "codes"),
    [
        ("000123", None, ("000123",)),
        ("000123.0", None, ("000123",)),
        ("０００１２３", None, ("000123",)),
        ("'000123", None, ("000123",)),
        ("000123；000124、000125\n000126", None, ("000123", "000124", "000125", "000126")),
        ("000123～000125", None, ("000123", "000124", "000125")),
        ("A7至A9", None, ("A7", "A8", "A9")),
        ("0001-0003", 3, ("0001", "0002", "0003")),
        ("0001-0003", None, ("0001-0003",)),
        ("2020-0123", 2, ("2020-0123",)),
        ("000125~000123", None, ("000125~000123",)),
        ("", None, ()),
    ],
)
def test_numbers_of_one_cell(cell: str, count: int | None, codes: tuple[str, ...]) -> None:
    assert codes_of(cell, count=count) == codes


def test_a_row_for_each_copy_may_say_how_many_there_are_together() -> None:
    row = read(name="围城", barcode="00012301", count="5")

    assert (row.copies.count, row.copies.barcodes, row.doubts) == (1, ("00012301",), ())


def test_no_copies_are_wanted_of_none() -> None:
    assert read(name="围城", count="0").copies.count == 0


@pytest.mark.parametrize(
    ("text", "year"),
    [("2010.8", 2010), ("40391", 2010), ("民国25年", 1936), ("2010-08-01", 2010), ("甲", None)],
)
def test_years(text: str, year: int | None) -> None:
    assert year_in(text) == year


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2010-08-01 09:30:00", date(2010, 8, 1)),
        ("2010年8月1日", date(2010, 8, 1)),
        ("20100801", date(2010, 8, 1)),
        ("40391", date(2010, 8, 1)),
        ("2010-02-30", None),
        ("八月", None),
    ],
)
def test_days(text: str, day: date | None) -> None:
    assert day_of(text) == day


def test_small_readers() -> None:
    assert [count_of(text) for text in ("3", "3.0", "共3本", "三")] == [3, 3, 3, None]
    assert [is_nothing(text) for text in ("/", "未知日期", "无字书")] == [True, True, False]
    assert [is_damaged(text) for text in ("锟斤拷", "为什么??", "What?")] == [True, True, False]


def test_cells_in_the_wrong_columns_stop_a_row() -> None:
    line = Line(2, ("三体", "地球往事", "刘慈欣"))
    row = row_of(line, ("name", "authors", ""), this_year=2026, width=2)

    assert row.faults == (Fault(FaultCode.CELLS_SHIFTED, "", "刘慈欣"),)


def test_numbers_that_come_twice_in_a_list_are_found() -> None:
    seen = Seen()
    first = seen.checked(read(2, name="围城", barcode="00012301", accession="T1"))
    again = seen.checked(read(3, name="围城", barcode="00012301", accession="T1"))
    other = seen.checked(read(4, name="活着", barcode="00012301", accession="T1"))
    third = seen.checked(read(5, name="活着", barcode="00012302", accession="T2"))

    assert faults(first) == []
    assert faults(again) == [("row_repeated", "", "2")]
    assert faults(other) == [
        ("barcode_repeated", "barcode", "2"),
        ("accession_repeated", "accession", "2"),
    ]
    assert faults(third) == []


def test_a_row_that_does_not_come_in_takes_no_number() -> None:
    seen = Seen()
    seen.checked(read(2, name="", barcode="00012301"))

    assert faults(seen.checked(read(3, name="围城", barcode="00012301"))) == []


def test_banners_totals_and_repeated_headings_are_no_books() -> None:
    rows = [
        Line(1, ("某小学图书",)),
        Line(2, ("书名", "条码", "定价")),
        Line(3, ("三体", "00012301", "23")),
        Line(4, ("书名", "条码", "定价")),
        Line(5, ("合 计：", "", "23")),
        Line(6, ("", "", "", "制表人")),
    ]
    columns = book_columns(rows)

    assert [line.number for line in rows if not is_no_row(line, columns)] == [3]


@settings(max_examples=300, deadline=None)
@given(cells=st.lists(st.text(max_size=40), min_size=len(NAMES), max_size=len(NAMES)))
def test_no_cells_make_the_reader_stumble(cells: list[str]) -> None:
    row = row_of(Line(2, tuple(cells)), NAMES, this_year=2026, width=None)

    assert row.book.name or row.faults


@pytest.mark.skipif(not REAL_LIST.exists(), reason="a list kept outside the project")
def test_a_real_list_of_thousands_comes_in_whole() -> None:
    with REAL_LIST.open(encoding="utf-8", newline="") as file:
        lines = [Line(n, tuple(cells)) for n, cells in enumerate(csv.reader(file), start=1)]
    columns = book_columns(lines[:200])
    rows = [
        row_of(line, columns.kinds, this_year=2026, width=len(columns.columns))
        for line in lines
        if not is_no_row(line, columns)
    ]

    assert columns.kinds == (
        *("isbn", "name", "authors", "translators", "", "series", "publisher", "year", "price"),
        *("pages", ""),
    )
    assert len(rows) == len(lines) - 1
    assert [row for row in rows if row.faults or not row.book.isbn13] == []
    assert sum(1 for row in rows if row.doubts) < len(rows) * 0.06
