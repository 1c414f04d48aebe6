"""Headings matched to what a table holds, wherever they stand and whatever they are called."""

from jieyue.kit.tables.headings import (
    Column,
    Columns,
    Kind,
    Vocabulary,
    by_kind,
    columns_of,
    is_heading_again,
)
from jieyue.kit.tables.lines import Line

WORDS = Vocabulary(
    kinds=(
        Kind(name="name", headings=("书名", "题名", "title")),
        Kind(name="code", headings=("条码", "barcode"), looks=lambda texts: texts[0].isdigit()),
        Kind(
            name="price",
            headings=("定价", "价格"),
            looks=lambda texts: texts[0].endswith("元"),
            is_shy=False,
        ),
    ),
    plain=str.lower,
    others=frozenset({"序号"}),
)


def found(*rows: tuple[str, ...]) -> Columns:
    return columns_of([Line(n, row) for n, row in enumerate(rows, start=1)], WORDS)


def kinds(*rows: tuple[str, ...]) -> tuple[str, ...]:
    return found(*rows).kinds


def test_headings_stand_below_banners_and_have_signs_and_notes() -> None:
    assert found(
        ("某小学图书目录",),
        ("制表：王老师", "2026 年"),
        ("序号", "* 题 名", "图书条码", "价格（元）", "架位"),
        ("1", "三体", "000123", "20", "A1"),
        ("2", "活着", "000124", "20", "A1"),
    ) == Columns(
        heading_line=3,
        columns=(
            Column(heading="序号", kind="", how="", samples=("1", "2")),
            Column(heading="* 题 名", kind="name", how="heading", samples=("三体", "活着")),
            Column(heading="图书条码", kind="code", how="heading", samples=("000123", "000124")),
            Column(heading="价格（元）", kind="price", how="heading", samples=("20",)),
            Column(heading="架位", kind="", how="", samples=("A1",)),
        ),
    )


def test_no_kind_is_found_twice_and_the_likelier_heading_wins() -> None:
    assert kinds(("书名", "价格", "定价", "书名"), ("甲", "1", "2", "3")) == (
        "name",
        "",
        "price",
        "",
    )


def test_a_longer_heading_counts_less_than_a_known_one() -> None:
    assert kinds(("书名条码", "书名", "条码号"), ("甲", "乙", "1")) == ("", "name", "code")
    assert kinds(("书名及其他各种说明", "条码"), ("甲", "1")) == ("", "code")


def test_columns_without_headings_are_told_by_their_look() -> None:
    assert found(("三体", "000123"), ("活着", "000124")).heading_line == 0
    assert kinds(("三体", "000123", "9元"), ("活着", "000124", "8元")) == ("", "code", "price")
    assert kinds(("书名", "价", "", "x"), ("三体", "9元", "1", "2")) == (
        "name",
        "price",
        "code",
        "",
    )
    assert kinds(("书名", "定价", "序号"), ("三体", "9元", "1")) == ("name", "price", "")


def test_a_table_with_nothing_in_it_has_no_columns() -> None:
    assert columns_of([], WORDS) == Columns(heading_line=0, columns=())


def test_rows_are_read_by_kind() -> None:
    assert by_kind(("三体", "1", "", "2"), ("name", "code", "price", "code")) == {
        "name": "三体",
        "code": "1\n2",
    }
    assert by_kind(("三体",), ("name", "code")) == {"name": "三体"}


def test_headings_repeated_on_every_page_are_known() -> None:
    columns = found(("书名", "条码"), ("三体", "1"))

    assert is_heading_again(("书名", "条码"), columns)
    assert not is_heading_again(("书名", "1"), columns)
    assert not is_heading_again(("书名",), columns)
