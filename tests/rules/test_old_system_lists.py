"""Lists of open loans, holds and dues from another system: what their rows say."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jieyue.circulation.rules.importing.columns import (
    DUE_KINDS,
    HOLD_KINDS,
    LOAN_KINDS,
    due_columns,
    hold_columns,
    loan_columns,
    tells_of_dues,
    tells_of_holds,
    tells_of_loans,
)
from jieyue.circulation.rules.importing.rows import (
    DueRow,
    HoldRow,
    LoanRow,
    due_of,
    dues_in,
    hold_of,
    loan_of,
    loans_in,
)
from jieyue.kit.tables.lines import Line
from jieyue.patrons.rules.importing.faults import Fault
from jieyue.patrons.rules.importing.who import Who

LIN = Who(card="A0001", name="林晓雨")


def codes(faults: tuple[Fault, ...]) -> list[str]:
    return [fault.code.value for fault in faults]


@pytest.mark.parametrize(
    ("headings", "kinds"),
    [
        (
            ("读者证号", "读者姓名", "图书条码", "题名", "借书日期", "应还日期", "续借次数"),
            ("card", "name", "barcode", "", "lent_on", "due_on", "renewals"),
        ),
        (
            ("学号", "姓名", "班级", "條碼號", "借閱時間", "應還時間", "歸還時間", "分館"),
            *(("student_number", "name", "group", "barcode", "lent_on", "due_on",
               "returned_on", "branch"),),
        ),
        (
            ("Card number", "Barcode", "Checkout date", "Due date", "Renewals"),
            ("card", "barcode", "lent_on", "due_on", "renewals"),
        ),
    ],
)  # fmt: skip
def test_columns_of_loans_are_known(headings: tuple[str, ...], kinds: tuple[str, ...]) -> None:
    found = loan_columns([Line(1, headings)]).kinds

    assert found == kinds
    assert tells_of_loans(found)


def test_columns_of_holds_and_dues_are_known() -> None:
    holds = hold_columns([Line(1, ("借书证号", "ISBN", "书名", "预约时间", "取书地点", "状态"))])
    dues = due_columns([Line(1, ("学号", "姓名", "费用类型", "欠款金额", "已缴金额", "日期"))])

    assert holds.kinds == ("card", "isbn", "title", "placed_on", "pickup", "status")
    assert dues.kinds == ("student_number", "name", "reason", "amount", "paid", "owed_on")
    assert (tells_of_holds(holds.kinds), tells_of_dues(dues.kinds)) == (True, True)
    assert not tells_of_loans(("barcode", "due_on"))
    assert not tells_of_holds(("title", "group"))
    assert not tells_of_dues(("name",))


def loan(**cells: str) -> LoanRow:
    cells = {"barcode": "３000123", "card": "A0001", "name": "林晓雨"} | cells
    return loan_of(Line(2, tuple(cells.values())), tuple(cells))


def test_a_loan_is_read_whole() -> None:
    row = loan(lent_on="2026/2/1 14:30", due_on="2026年3月3日", renewals="1次", branch="东馆")

    assert row == LoanRow(
        number=2, barcode="3000123", who=LIN, lent=datetime(2026, 2, 1, 14, 30),
        due_on=date(2026, 3, 3), renewals=1, branch="东馆",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "faults", "doubts"),
    [
        ({}, [], ["lent_missing", "due_missing"]),
        ({"barcode": ""}, ["barcode_missing"], ["lent_missing", "due_missing"]),
        ({"barcode": "3.0E+12"}, ["number_rounded"], ["lent_missing", "due_missing"]),
        ({"barcode": "第三本"}, ["barcode_bad"], ["lent_missing", "due_missing"]),
        ({"lent_on": "昨天", "due_on": "20260303"}, [], ["value_unreadable", "lent_missing"]),
        ({"lent_on": "2026-3-4", "due_on": "2026-3-3"}, ["due_before_lent"], []),
        (
            {"lent_on": "2026-3-1", "due_on": "2026-3-3", "returned_on": "2026-3-2"},
            ["loan_returned"],
            [],
        ),
    ],
)
def test_what_is_wrong_with_a_loan_is_said(
    cells: dict[str, str], faults: list[str], doubts: list[str]
) -> None:
    row = loan(**cells)

    assert (codes(row.faults), codes(row.doubts)) == (faults, doubts)


def test_a_copy_is_lent_once_in_a_list() -> None:
    lines = [
        Line(1, ("条码", "证号", "借书日期", "应还日期", "归还日期")),
        Line(2, ("3001", "A1", "2026-1-1", "2026-1-31", "2026-1-9")),
        Line(3, ("3001", "A2", "2026-2-1", "2026-3-3")),
        Line(4, ("3001", "A3", "2026-2-2", "2026-3-4")),
        Line(5, ("3001", "A2", "2026-2-1", "2026-3-3")),
    ]

    rows = [row for row, _ in loans_in(lines, loan_columns(lines))]

    assert [(row.number, codes(row.faults)) for row in rows] == [
        (2, ["loan_returned"]),
        (3, []),
        (4, ["barcode_repeated"]),
        (5, ["row_repeated"]),
    ]


def hold(**cells: str) -> HoldRow:
    cells = {"card": "A0001", "name": "林晓雨"} | cells
    return hold_of(Line(2, tuple(cells.values())), tuple(cells))


def test_a_hold_names_its_book_in_several_ways() -> None:
    row = hold(isbn="978-7-5366-9293-0", title="三体", placed_on="2026-02-01", pickup="东馆")

    assert row == HoldRow(
        number=2, isbn13="9787536692930", title="三体", who=LIN,
        placed=datetime(2026, 2, 1), pickup="东馆",
    )  # fmt: skip
    assert codes(hold(isbn="1234", title="三体").doubts) == ["value_unreadable"]
    assert codes(hold().faults) == ["title_missing"]
    assert codes(hold(title="三体", status="已取消").faults) == ["hold_ended"]
    assert codes(hold(title="三体", status="等待中").faults) == []


def due(**cells: str) -> DueRow:
    cells = {"card": "A0001", "name": "林晓雨"} | cells
    return due_of(Line(2, tuple(cells.values())), tuple(cells))


def test_a_due_is_read_in_fen_without_what_was_paid() -> None:
    row = due(amount="￥3.50", paid="1", reason="超期", title="三体", owed_on="2025/12/30")

    assert row == DueRow(
        number=2, who=LIN, cents=250, reason="超期 · 三体", owed_on=date(2025, 12, 30)
    )


@pytest.mark.parametrize(
    ("cells", "faults"),
    [
        ({"amount": ""}, ["amount_missing"]),
        ({"amount": "若干"}, ["amount_bad"]),
        ({"amount": "-3"}, ["amount_bad"]),
        ({"amount": "200000"}, ["amount_bad"]),
        ({"amount": "0.00"}, ["due_settled"]),
        ({"amount": "3", "paid": "3"}, ["due_settled"]),
        ({"amount": "3", "status": "已缴"}, ["due_settled"]),
        ({"amount": "3", "status": "未缴"}, []),
        ({"amount": "3", "status": "否"}, []),
    ],
)
def test_what_is_wrong_with_a_due_is_said(cells: dict[str, str], faults: list[str]) -> None:
    assert codes(due(**cells).faults) == faults


def test_two_dues_that_are_alike_are_one() -> None:
    lines = [
        Line(1, ("证号", "金额", "原因", "书名")),
        Line(2, ("A1", "0.5", "超期", "三体")),
        Line(3, ("A1", "0.5", "超期", "活着")),
        Line(4, ("A1", "0.50", "超期", "三体")),
    ]

    rows = [row for row, _ in dues_in(lines, due_columns(lines))]

    assert [codes(row.faults) for row in rows] == [[], [], ["row_repeated"]]


@given(st.lists(st.text(max_size=30), min_size=12, max_size=12))
def test_no_cell_breaks_the_reading(cells: list[str]) -> None:
    line = Line(2, tuple(cells))
    for kinds, read in ((LOAN_KINDS, loan_of), (HOLD_KINDS, hold_of), (DUE_KINDS, due_of)):
        names = tuple(dict.fromkeys(kind.name for kind in kinds))
        assert read(line, names).number == 2
