"""Sheets, type and codes on paper; codes are read back from the picture of a page."""

import pytest

from jieyue.kit.paper.codes import modules
from jieyue.kit.paper.pdf import Paper
from jieyue.kit.paper.sheets import A4, SHEETS, Sheet
from tests.paper import codes_on, pages_of


@pytest.mark.parametrize("name", SHEETS)
def test_every_sheet_of_the_shops_fits_on_a4(name: str) -> None:
    sheet = SHEETS[name]
    last_x, last_y = sheet.place(sheet.labels - 1)

    assert sheet.fits
    assert sheet.labels == int(name.split("-", maxsplit=1)[0])
    assert last_x + sheet.width <= A4[0] + 0.01
    assert last_y + sheet.height <= A4[1] + 0.01


@pytest.mark.parametrize(
    "changes",
    [
        {"columns": 4}, {"rows": 9}, {"left": 1}, {"top": 2}, {"width": 71}, {"down": 36.9},
        {"height": 9}, {"columns": 0}, {"left": -1},
    ],
)  # fmt: skip
def test_a_sheet_off_the_paper_or_with_labels_that_overlap_fits_not(changes: dict) -> None:
    measures = {
        "columns": 3, "rows": 8, "width": 70, "height": 37, "left": 0, "top": 0.5, "across": 70,
        "down": 37,
    }  # fmt: skip

    assert Sheet(**measures).fits
    assert not Sheet(**(measures | changes)).fits


def test_labels_go_row_by_row_from_the_upper_left() -> None:
    sheet = SHEETS["65"]

    assert sheet.place(0) == (4.75, 10.7)
    assert sheet.place(1) == pytest.approx((45.35, 10.7))
    assert sheet.place(5) == pytest.approx((4.75, 31.9))
    assert sheet.shifted(1.5, -0.5).place(0) == pytest.approx((6.25, 10.2))


@pytest.mark.parametrize(
    ("text", "symbology", "read"),
    [
        ("300000018", "code128", "Code 128"),
        ("A-0042/b", "code128", "Code 128"),
        ("300000018", "code39", "Code 39"),
        ("SCH-0042", "code39", "Code 39"),
    ],
)
def test_a_barcode_is_read_back_as_it_was_given(text: str, symbology: str, read: str) -> None:
    paper = Paper(title="test")
    paper.page()

    assert paper.bars((60, 100, 60, 12), modules(text, symbology))
    assert codes_on(paper.done()) == [(read, text)]


def test_a_qr_code_is_read_back_as_it_was_given() -> None:
    address = "https://jieyue.example.org/beishan/c/7K3M9QX2AB"
    paper = Paper(title="test")
    paper.page()
    paper.qr(20, 20, 18, address)

    assert codes_on(paper.done()) == [("QR Code", address)]


@pytest.mark.parametrize(
    ("text", "symbology"), [("书001", "code128"), ("", "code128"), ("abc", "code39")]
)
def test_what_a_barcode_cannot_hold_is_none(text: str, symbology: str) -> None:
    assert modules(text, symbology) is None


def test_bars_too_fine_to_scan_are_not_drawn() -> None:
    paper = Paper(title="test")
    paper.page()

    assert not paper.bars((10, 10, 35, 10), modules("A" * 20, "code128"))


def test_chinese_and_rare_characters_are_set_and_a_missing_one_is_seen() -> None:
    paper = Paper(title="test")
    paper.page()
    paper.text(10, 10, "红楼梦 㛃䶮喆 Émile 12 𠮷\U0001f600\n", 12)

    assert "".join(pages_of(paper.done())).strip() == "红楼梦 㛃䶮喆 Émile 12 〓〓〓"


def test_a_line_that_is_too_long_gets_smaller_and_then_ends_in_dots() -> None:
    paper = Paper(title="test")
    paper.page()
    paper.fitted((10, 10, 30), "中国少年儿童百科全书彩图版上册", 9)

    shown = "".join(pages_of(paper.done())).strip()
    assert shown.startswith("中国少年儿童百科") and shown.endswith("…")
    assert paper.width(shown, 6) <= 30.01
