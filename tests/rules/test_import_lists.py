"""A whole list: columns changed by a person, rows of one book, cells in wrong columns."""

from pathlib import Path

from jieyue.catalog.importing.lists import chosen
from jieyue.catalog.rules.faults import codes
from jieyue.catalog.rules.importing.columns import book_columns
from jieyue.catalog.rules.importing.lists import rows_in
from jieyue.imports.works import Look
from jieyue.kit.tables.headings import width_of
from jieyue.kit.tables.lines import Line, Shape
from jieyue.kit.tables.reading import lines_of, shape_of

TEXT = Shape(kind="text", encoding="utf-8-sig", delimiter=",")
LIST = """某小学图书登记表,,,
书名,作者,条码,定价
三体,刘慈欣,00012301,23.00
三体,刘慈欣,00012302,23.00
活着,余华,00012302,20.00
,,00012303,
围城,钱锺书,00012304,19,5
《三體》,劉慈欣,00012305,
书名,作者,条码,定价
合计,,,85
"""


def test_a_list_is_read_from_its_file_to_its_books(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(LIST, "gb18030")
    shape = shape_of(path)
    columns = book_columns(list(lines_of(path, shape)))
    rows = rows_in(lines_of(path, shape), columns, this_year=2026, width=width_of(columns, shape))

    assert [
        (found.row.number, found.row.book.name, found.first_row, codes(found.row.faults))
        for found in rows
    ] == [
        (3, "三体", 3, ()),
        (4, "三体", 3, ()),
        (5, "活着", 5, ("barcode_repeated",)),
        (6, "", 6, ("name_missing",)),
        (7, "围城", 7, ("cells_shifted",)),
        (8, "三體", 3, ()),
    ]


def kinds_of(look: Look) -> list[str]:
    return [column.kind for column in look.columns]


def test_columns_are_changed_by_a_person() -> None:
    columns = book_columns([Line(1, ("书名", "甲", "乙")), Line(2, ("三体", "1", "2"))])
    look = Look(shape={}, columns=columns.columns)
    changed = chosen(look, ["name", "barcode", "no such kind", "year"])

    assert kinds_of(look) == ["name", "", ""]
    assert kinds_of(changed) == ["name", "barcode", ""]
    assert [column.how for column in changed.columns] == ["heading", "chosen", ""]
    assert kinds_of(chosen(changed, [])) == ["", "", ""]
    assert [chosen(look, kinds).is_enough for kinds in (columns.kinds, ["isbn"], [])] == [
        True,
        True,
        False,
    ]


def test_only_headed_text_has_a_width() -> None:
    columns = book_columns([Line(1, ("书名", "作者", "")), Line(2, ("三体", "刘", "x"))])

    assert width_of(columns, TEXT) == 2
    assert width_of(columns, Shape(kind="xlsx", sheets=("1",), sheet="1")) is None
    assert width_of(book_columns([Line(1, ("9787536692930", "x"))]), TEXT) is None
