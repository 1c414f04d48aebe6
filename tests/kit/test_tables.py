"""Spreadsheets and separated text as schools have them, and files made to harm."""

import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from jieyue.kit.tables import sheets, texts
from jieyue.kit.tables.lines import Line, Problem, Shape, UnreadableError
from jieyue.kit.tables.reading import lines_of, shape_of

BOOKS = "书名,条码,价格\n活着,000123,20.00\n三体,000124,23.00\n"
READ = [
    Line(1, ("书名", "条码", "价格")),
    Line(2, ("活着", "000123", "20.00")),
    Line(3, ("三体", "000124", "23.00")),
]


def written(path: Path, data: bytes | str, encoding: str = "utf-8") -> Path:
    path.write_bytes(data if isinstance(data, bytes) else data.encode(encoding))
    return path


def read(path: Path, **chosen: str) -> list[Line]:
    return list(lines_of(path, shape_of(path, **chosen)))


def cells(path: Path, **chosen: str) -> list[tuple[str, ...]]:
    return [line.cells for line in read(path, **chosen)]


def saved(path: Path, *rows: list[object], merged: tuple[str, ...] = ()) -> Path:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for cells in merged:
        book.active.merge_cells(cells)
    book.save(path)
    return path


def rewritten(path: Path, part: str, old: bytes, new: bytes) -> Path:
    """Change one part of a workbook."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert old in parts[part]
    parts[part] = parts[part].replace(old, new, 1)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


def problem_of(path: Path, **chosen: str) -> Problem:
    with pytest.raises(UnreadableError) as error:
        read(path, **chosen)
    return error.value.problem


@pytest.mark.parametrize(
    ("encoding", "told"),
    [
        ("utf-8", "utf-8-sig"),
        ("utf-8-sig", "utf-8-sig"),
        ("gb18030", "gb18030"),
        ("gbk", "gb18030"),
        ("utf-16", "utf-16-le"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
    ],
)
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_every_encoding_is_told_apart(tmp_path: Path, encoding: str, told: str, ends: str) -> None:
    path = written(tmp_path / "books.csv", BOOKS.replace("\n", ends), encoding)

    assert read(path) == READ
    assert shape_of(path) == Shape(kind="text", encoding=told, delimiter=",")


@pytest.mark.parametrize("delimiter", texts.DELIMITERS)
def test_every_delimiter_is_told_apart(tmp_path: Path, delimiter: str) -> None:
    path = written(tmp_path / "books.txt", BOOKS.replace(",", delimiter))

    assert read(path) == READ
    assert shape_of(path).delimiter == delimiter


def test_commas_in_titles_do_not_hide_the_tabs(tmp_path: Path) -> None:
    path = written(tmp_path / "a.tsv", "书名\t作者\nA, B, C\t甲\nD, E, F\t乙\n")

    assert cells(path) == [("书名", "作者"), ("A, B, C", "甲"), ("D, E, F", "乙")]


def test_a_rare_character_survives_gb18030(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "书名,作者\n𬭚䶮,㛃\n", "gb18030")

    assert cells(path)[1] == ("𬭚䶮", "㛃")


def test_what_is_chosen_is_taken(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "書名;價格,元\n活著;20,5\n", "big5")

    assert cells(path, encoding="big5hkscs", delimiter=";") == [
        ("書名", "價格,元"),
        ("活著", "20,5"),
    ]
    assert problem_of(path, encoding="rot13") == Problem.NOT_A_TABLE


def test_a_broken_character_does_not_lose_the_file(tmp_path: Path) -> None:
    whole = ("书名,条码\n" + "活着,000123\n" * 20).encode()
    path = written(tmp_path / "a.csv", whole.replace("着".encode(), "着".encode()[:2], 1))

    assert shape_of(path).is_damaged
    assert cells(path)[1:3] == [("活\ufffd", "000123"), ("活着", "000123")]


def test_quotes_as_they_should_be(tmp_path: Path) -> None:
    text = '书名,简介\n"甲,乙","他说""好""\n第二行"\n丙, "丁"\n'
    path = written(tmp_path / "a.csv", text)

    assert read(path) == [
        Line(1, ("书名", "简介")),
        Line(2, ("甲,乙", '他说"好"\n第二行')),
        Line(3, ("丙", "丁")),
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('"三体,刘慈欣\n活着,余华\n', [("三体", "刘慈欣"), ("活着", "余华")]),
        ('"三体,刘慈欣\n"活着",余华\n', [("三体", "刘慈欣"), ("活着", "余华")]),
        ('5" 软盘,甲\n6" 软盘,乙\n', [('5" 软盘', "甲"), ('6" 软盘', "乙")]),
        ('甲,"乙\n' + "丙,丁\n" * 60, [("甲", "乙"), *[("丙", "丁")] * 60]),
    ],
)
def test_quotes_gone_wrong_swallow_nothing(
    tmp_path: Path, text: str, found: list[tuple[str, ...]]
) -> None:
    assert cells(written(tmp_path / "a.csv", "书名,作者\n" + text))[1:] == found


def test_ragged_and_empty_rows_and_excels_hint(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "sep=;\n书名;条码;价格\n\n;;;\n活着\n三体;1;2;3;;\n")

    assert read(path, delimiter=";") == [
        Line(2, ("书名", "条码", "价格")),
        Line(5, ("活着",)),
        Line(6, ("三体", "1", "2", "3")),
    ]


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", Problem.EMPTY),
        (b" \n\n", Problem.EMPTY),
        (b"<html><table><tr><td>1</td></tr></table>", Problem.WEB_PAGE),
        (b"%PDF-1.7 ...", Problem.NOT_A_TABLE),
        (bytes(range(1, 32)) * 50, Problem.NOT_A_TABLE),
        (b"PK\x03\x04 cut off", Problem.BROKEN),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, Problem.OLD_EXCEL),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), Problem.ENCRYPTED),
    ],
)
def test_what_is_no_table_is_named(tmp_path: Path, data: bytes, problem: Problem) -> None:
    assert problem_of(written(tmp_path / "a.xls", data)) == problem


def test_cells_of_a_workbook_read_as_people_see_them(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    sheet.append(
        ["000123", 123, 9787020002207, 19.900000000000002, 18.0, date(2010, 8, 1), None, True]
    )
    sheet["B1"].number_format = "000000"
    sheet.append([datetime(2010, 8, 1, 9, 30), "#N/A", "行一_x000D_\n行二", "", 1e40])
    sheet["B2"].data_type = "e"
    book.save(tmp_path / "a.xlsx")

    assert cells(tmp_path / "a.xlsx") == [
        ("000123", "000123", "9787020002207", "19.9", "18", "2010-08-01", "", "TRUE"),
        ("2010-08-01 09:30:00", "", "行一\n行二", "", "1e+40"),
    ]


def test_rows_keep_their_numbers_and_the_first_full_sheet_is_taken(tmp_path: Path) -> None:
    book = Workbook()
    book.active.title = "封面"
    hidden = book.create_sheet("旧")
    hidden.sheet_state = "hidden"
    hidden.append(["x"])
    sheet = book.create_sheet("图书")
    sheet["A2"], sheet["C5"] = "甲", "乙"
    book.save(tmp_path / "a.xlsx")

    assert shape_of(tmp_path / "a.xlsx") == Shape(
        kind="xlsx", sheets=("封面", "图书"), sheet="图书"
    )
    assert read(tmp_path / "a.xlsx") == [Line(2, ("甲",)), Line(5, ("", "", "乙"))]
    assert problem_of(tmp_path / "a.xlsx", sheet="旧") == Problem.SHEET_UNKNOWN
    assert read(tmp_path / "a.xlsx", sheet="封面") == []


def test_cells_merged_over_rows_count_in_each_of_them(tmp_path: Path) -> None:
    path = saved(
        tmp_path / "a.xlsx",
        ["某小学图书目录", None, None],
        ["书名", "出版", None],
        [None, "社", "年"],
        ["三体", "重庆", "1"],
        [None, None, "2"],
        [None, None, None],
        ["活着", "作家", "3"],
        merged=("A1:C1", "A2:A3", "B2:C2", "A4:A6"),
    )

    assert cells(path) == [
        ("某小学图书目录",),
        ("书名", "出版"),
        ("书名", "社", "年"),
        ("三体", "重庆", "1"),
        ("三体", "", "2"),
        ("活着", "作家", "3"),
    ]


def test_a_wrong_dimension_and_styles_nobody_understands_do_no_harm(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.xlsx", ["书名", "条码"], ["三体", 123])
    rewritten(path, "xl/worksheets/sheet1.xml", b'ref="A1:B2"', b'ref="A1:XFD1048576"')
    rewritten(path, "xl/styles.xml", b"<fills", b"<fills><fill><odd/></fill></fills><fills")

    assert cells(path) == [("书名", "条码"), ("三体", "123")]


def test_a_file_made_to_unpack_without_end_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = saved(tmp_path / "a.xlsx", ["书名"])
    row = b'<row r="1"><c r="A1" t="inlineStr"><is><t>' + b"a" * 12_000_000 + b"</t></is></c></row>"
    rewritten(path, "xl/worksheets/sheet1.xml", b"<sheetData>", b"<sheetData>" + row)
    assert problem_of(path) == Problem.TOO_LARGE

    path = saved(tmp_path / "b.xlsx", ["书名"])
    monkeypatch.setattr(sheets, "MAX_UNPACKED", 2_000)
    assert problem_of(path) == Problem.TOO_LARGE


def test_endless_rows_are_refused_rather_than_cut(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.xlsx", ["书名"])
    row = b'<row r="1999999999"><c r="A1999999999" t="inlineStr"><is><t>a</t></is></c></row>'
    rewritten(path, "xl/worksheets/sheet1.xml", b"</sheetData>", row + b"</sheetData>")

    assert problem_of(path) == Problem.TOO_LARGE


def test_entities_are_refused(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.xlsx", ["书名"])
    bomb = b'<!DOCTYPE a [<!ENTITY b "bb">]><worksheet'
    rewritten(path, "xl/worksheets/sheet1.xml", b"<worksheet", bomb)

    assert problem_of(path) == Problem.BROKEN


def test_a_workbook_in_the_strict_variant_is_not_called_empty(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.xlsx", ["书名"])
    usual = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    rewritten(
        path, "xl/worksheets/sheet1.xml", usual, b"http://purl.oclc.org/ooxml/spreadsheetml/main"
    )

    assert problem_of(path) == Problem.BROKEN


def test_another_archive_is_no_workbook(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr("书.txt", "三体")

    assert problem_of(tmp_path / "a.xlsx") == Problem.NOT_A_TABLE


@settings(max_examples=150, deadline=None)
@given(data=st.binary(max_size=400) | st.text('",;\t\n甲a1 ', max_size=300).map(str.encode))
def test_no_bytes_make_the_reader_stumble(data: bytes, tmp_path_factory: pytest.TempPathFactory):
    path = written(tmp_path_factory.mktemp("any") / "a", data)
    try:
        lines = read(path)
    except UnreadableError:
        return
    assert all(line.cells and line.cells[-1] for line in lines)


@settings(max_examples=60, deadline=None)
@given(place=st.floats(0, 1), byte=st.integers(0, 255))
def test_a_workbook_with_a_wrong_byte_is_read_or_refused(
    place: float, byte: int, tmp_path_factory: pytest.TempPathFactory
):
    folder = tmp_path_factory.mktemp("any")
    data = bytearray(saved(folder / "good.xlsx", ["书名", "条码"], ["三体", "1"]).read_bytes())
    data[int(place * (len(data) - 1))] = byte
    try:
        read(written(folder / "a.xlsx", bytes(data)))
    except UnreadableError:
        return
