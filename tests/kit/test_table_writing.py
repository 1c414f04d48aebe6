"""What we hand out opens as it was meant, and runs nothing."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from jieyue.kit.tables.reading import lines_of, shape_of
from jieyue.kit.tables.writing import csv_lines, defused, fused, write_workbook

ROWS = [("书名", "条码", "原因"), ("=HYPERLINK(1)", "000123", '他说"好",\n对'), ("@三体", "", "-1")]


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "+SUM(A1)", "-2+3", "@x", " =1", "\t=1", "＝1", "\r1", "--1", "'=1"],
)
def test_what_could_run_is_marked(cell: str) -> None:
    assert defused(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["三体", "000123", "-1", "+8.50", "a=b", "C++", ""])
def test_ordinary_cells_are_left_alone(cell: str) -> None:
    assert defused(cell) == cell


@given(st.text())
def test_marked_cells_are_read_back(cell: str) -> None:
    assert fused(defused(cell)) == cell


def test_separated_text_opens_again(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("".join(csv_lines(ROWS)), "utf-8", newline="")

    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert "'=HYPERLINK(1)" in path.read_text("utf-8")
    assert [line.cells for line in lines_of(path, shape_of(path))] == ROWS


def test_zeros_that_other_programs_protect_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('书名,条码\n三体,"=""000123"""\n活着,="000124"\n', "utf-8")

    assert [line.cells[1] for line in lines_of(path, shape_of(path))] == [
        "条码",
        "000123",
        "000124",
    ]


def test_a_workbook_holds_texts_only(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with path.open("wb") as file:
        write_workbook(file, "未导入/的行", [*ROWS, ("\x00\x0b好", "字" * 40_000)])

    sheet = load_workbook(path).active
    assert sheet.title == "未导入 的行"
    assert {cell.data_type for row in sheet for cell in row if cell.value} == {"s"}
    assert [line.cells for line in lines_of(path, shape_of(path))] == [
        *ROWS,
        ("好", "字" * 32_767),
    ]


def test_an_empty_table_is_a_workbook_too(tmp_path: Path) -> None:
    with (tmp_path / "a.xlsx").open("wb") as file:
        write_workbook(file, "[]", [])

    assert load_workbook(tmp_path / "a.xlsx").sheetnames == ["1"]
