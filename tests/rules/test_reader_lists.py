"""A school's own list of readers: what is read, what is left out, and who is there already."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jieyue.kit.tables.lines import Line
from jieyue.patrons.rules.importing.columns import NAMES, reader_columns
from jieyue.patrons.rules.importing.faults import Fault, as_tuples, from_tuples
from jieyue.patrons.rules.importing.matching import Known, meant
from jieyue.patrons.rules.importing.rows import ReaderRow, row_of, rows_in
from jieyue.patrons.rules.importing.values import (
    expiry_of,
    group_of,
    moment_of,
    phone_of,
    status_of,
)
from jieyue.patrons.rules.importing.verdicts import Judged, There, Verdict, judged

TODAY = date(2026, 9, 1)
LIN = Known(id=7, name="林晓雨", student_number="2023001", card="A001", cards=frozenset({"A001"}),
            category_id=1, branch_id=2)  # fmt: skip


def read(**cells: str) -> ReaderRow:
    """Read one row of columns already known."""
    return row_of(Line(2, tuple(cells.values())), tuple(cells), today=TODAY)


def becomes(row: ReaderRow, *replaces: str, **there: object) -> Judged:
    """Judge a row; card type 1 and branch 2 are what it names."""
    places = {"category_id": 1, "branch_id": 2}
    return judged(row, There(**(places | there)), replaces=replaces)


def codes(faults: tuple[Fault, ...]) -> list[tuple[str, str, str]]:
    return [(fault.code.value, fault.field, fault.value) for fault in faults]


@pytest.mark.parametrize(
    ("headings", "kinds"),
    [
        (
            ("序号", "学号", "姓名", "性别", "年级", "班级", "监护人电话", "身份证号"),
            ("", "student_number", "name", "", "grade", "group", "phone", ""),
        ),
        (
            ("读者条码号", "读者姓名", "读者类型", "单位", "办证日期", "失效日期", "读者状态"),
            ("card", "name", "category", "group", "joined_on", "expires_on", "status"),
        ),
        (
            ("借書證號", "姓名", "聯繫電話", "電子郵箱", "有效期至", "備註"),
            ("card", "name", "phone", "email", "expires_on", "note"),
        ),
        (
            ("Student ID", "Full Name", "Class", "E-mail", "Card No.", "Branch", "Expiry date"),
            ("student_number", "name", "group", "email", "card", "branch", "expires_on"),
        ),
    ],
)
def test_headings_of_schools_and_old_systems_are_known(
    headings: tuple[str, ...], kinds: tuple[str, ...]
) -> None:
    assert reader_columns([Line(1, headings)]).kinds == kinds
    assert set(kinds) - {""} <= set(NAMES)


def test_a_list_without_headings_is_told_by_its_looks() -> None:
    lines = [
        Line(1, ("林晓雨", "三年级2班", "13800138000")),
        Line(2, ("王小明", "三年级2班", "13900139000")),
        Line(3, ("陈静", "四年级1班", "13700137000")),
    ]

    columns = reader_columns(lines)

    assert (columns.heading_line, columns.kinds) == (0, ("name", "group", "phone"))


def test_a_full_row_is_read_whole() -> None:
    row = read(
        name=" 林 晓雨 ", card="'00123", student_number="2023001.0", grade="3", group="2",
        phone="13800138000.0", email="LIN@Example.cn", category="学生", branch="东校区",
        expires_on="2023/9/1至2026/7/15", joined_on="45000", status="挂失", note="无",
    )  # fmt: skip

    assert row == ReaderRow(
        number=2, name="林 晓雨", card="00123", student_number="2023001", group_name="三年级2班",
        phone="13800138000", email="lin@example.cn", category="学生", branch="东校区",
        expires_on=date(2026, 7, 15), joined_on=date(2023, 3, 15), status="lost",
        status_text="挂失",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("grade", "group", "said"),
    [
        ("三年级", "2班", "三年级2班"),
        ("3", "2", "三年级2班"),
        ("3.0", "2.0", "三年级2班"),
        ("2023级", "5班", "2023级5班"),
        ("2023", "5", "2023级5班"),
        ("高一", "(3)班", "高一3班"),
        ("三年级", "三（2）班", "三(2)班"),
        ("3", "302班", "302班"),
        ("七年级", "初一3班", "初一3班"),
        ("三年级", "二班", "三年级二班"),
        ("", "教师办公室", "教师办公室"),
        ("12", "", "12年级"),
        ("", "", ""),
    ],
)
def test_grade_and_class_become_one(grade: str, group: str, said: str) -> None:
    assert group_of(grade, group) == said


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("138 0013 8000", ("13800138000", False)),
        ("+86 138-0013-8000", ("13800138000", False)),
        ("13800138000（父）", ("13800138000", False)),
        ("13800138000/13900139000", ("13800138000", True)),
        ("13800138000 13900139000", ("13800138000", True)),
        ("１３８００１３８０００", ("13800138000", False)),
        ("+852 2345 6789", ("+85223456789", False)),
        ("1.38E+10", ("", False)),
        ("家里没有", ("", False)),
    ],
)
def test_phone_numbers_are_read_as_people_write_them(text: str, phone: tuple[str, bool]) -> None:
    assert phone_of(text) == phone


def test_dates_and_states_are_read_in_any_form() -> None:
    assert expiry_of("长期有效") == "never"
    assert expiry_of("2026年7月15日") == date(2026, 7, 15)
    assert expiry_of("20260715") == date(2026, 7, 15)
    assert expiry_of("明年") is None
    assert moment_of("2026-03-02 14:33:05") == datetime(2026, 3, 2, 14, 33, 5)
    assert moment_of("2026/3/2") == datetime(2026, 3, 2)
    assert moment_of("2026/3/2 25:70") == datetime(2026, 3, 2)
    assert [status_of(text) for text in ("正常", "已挂失", "停用", "毕业", "无效", "甲")] == [
        *("active", "lost", "frozen", "frozen", "frozen", None)
    ]


@pytest.mark.parametrize(
    ("cells", "faults", "doubts"),
    [
        ({"name": ""}, [("name_missing", "name", "")], []),
        ({"name": "--"}, [("name_missing", "name", "")], []),
        ({"name": "林" * 101}, [("too_long", "name", "100")], []),
        ({"student_number": "2.02E+11"}, [("number_rounded", "student_number", "2.02E+11")], []),
        ({"card": "卡一"}, [("card_bad", "card", "卡一")], []),
        ({"phone": "12"}, [], [("phone_bad", "phone", "12")]),
        ({"phone": "13800138000、13900139000"}, [], [("only_first_taken", "phone", "")]),
        ({"email": "lin@"}, [], [("email_bad", "email", "lin@")]),
        ({"expires_on": "毕业时"}, [], [("value_unreadable", "expires_on", "毕业时")]),
        ({"note": "锟斤拷"}, [], [("text_damaged", "note", "锟斤拷")]),
    ],
)
def test_what_is_wrong_is_said_with_its_value(
    cells: dict[str, str],
    faults: list[tuple[str, str, str]],
    doubts: list[tuple[str, str, str]],
) -> None:
    row = read(**({"name": "林晓雨"} | cells))

    assert (codes(row.faults), codes(row.doubts)) == (faults, doubts)
    assert from_tuples(as_tuples(row.faults)) == row.faults


def test_who_comes_twice_in_a_list_is_found() -> None:
    lines = [
        Line(1, ("姓名", "学号", "证号", "班级")),
        Line(2, ("林晓雨", "001", "A001", "1班")),
        Line(3, ("林晓雨", "001", "A001", "1班")),
        Line(4, ("王小明", "002", "A001", "1班")),
        Line(5, ("陈静", "001", "", "1班")),
        Line(6, ("王伟", "", "", "1班")),
        Line(7, ("王伟", "", "", "1班")),
        Line(8, ("王伟", "", "", "2班")),
        Line(9, ("姓名", "学号", "证号", "班级")),
        Line(10, ("合计", "7")),
    ]

    rows = [row for row, _ in rows_in(lines, reader_columns(lines), today=TODAY)]

    assert [(row.number, codes(row.faults)) for row in rows] == [
        (2, []),
        (3, [("row_repeated", "", "2")]),
        (4, [("card_repeated", "card", "2")]),
        (5, [("student_number_repeated", "student_number", "2")]),
        (6, []),
        (7, [("row_repeated", "", "6")]),
        (8, []),
    ]


def test_a_student_number_can_be_the_card_number() -> None:
    line = Line(2, ("林晓雨", "2023001"))
    kinds = ("name", "student_number")

    assert row_of(line, kinds, today=TODAY, card_is_student_number=True).card == "2023001"
    assert row_of(line, kinds, today=TODAY).card == ""


def test_a_reader_nobody_knows_is_new() -> None:
    row = read(name="林晓雨", card="A001", group="1班")

    assert becomes(row) == Judged(
        verdict=Verdict.NEW,
        changes={
            "name": "林晓雨", "student_number": "", "group_name": "1班", "phone": "", "email": "",
            "note": "", "category_id": 1, "branch_id": 2,
        },
        card="A001",
    )  # fmt: skip


def test_a_reader_who_is_there_gets_what_was_missing_and_keeps_the_rest() -> None:
    row = read(name="林晓雨", student_number="2023001", group="三年级2班", phone="13800138000")

    found = becomes(row, by_number=LIN)

    assert (found.verdict, found.reader) == (Verdict.UPDATE, LIN)
    assert found.changes == {"group_name": "三年级2班", "phone": "13800138000"}


def test_another_value_is_taken_only_where_a_person_said_so() -> None:
    there = Known(id=7, name="林晓雨", student_number="2023001", group_name="二年级2班",
                  category_id=1, branch_id=2, expires_on=date(2026, 7, 1))  # fmt: skip
    row = read(
        name="林晓雨", student_number="2023001", group="三年级2班", category="教师",
        expires_on="长期",
    )  # fmt: skip

    assert becomes(row, by_number=there).verdict == Verdict.DUPLICATE
    found = becomes(row, "group_name", "category", "expires_on", by_number=there, category_id=9)
    assert found.changes == {
        "group_name": "三年级2班", "category_id": 9, "expires_on": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "there", "faults"),
    [
        (
            {"name": "王小明", "student_number": "2023001"},
            {"by_number": LIN},
            [("student_number_taken", "student_number", ""), ("other_name", "name", "")],
        ),
        (
            {"name": "王小明", "card": "A001"},
            {"by_card": LIN},
            [("card_taken", "card", ""), ("other_name", "name", "")],
        ),
        (
            {"name": "林晓雨", "card": "A001", "student_number": "2023999"},
            {"by_card": LIN},
            [("card_taken", "card", "")],
        ),
        (
            {"name": "林晓雨", "card": "A001", "student_number": "2023002"},
            {"by_card": LIN, "by_number": Known(id=8, name="林晓雨")},
            [("two_readers", "card", "")],
        ),
        (
            {"name": "林晓雨", "category": "校友"},
            {"category_id": None},
            [("category_unknown", "category", "校友")],
        ),
        (
            {"name": "林晓雨", "card": "30000001"},
            {"card_is_copy": True},
            [("card_is_copy", "card", "")],
        ),
    ],
)
def test_what_contradicts_what_is_there_is_refused(
    cells: dict[str, str], there: dict[str, object], faults: list[tuple[str, str, str]]
) -> None:
    found = becomes(read(**cells), **there)

    assert (found.verdict, codes(found.faults)) == (Verdict.WRONG, faults)


def test_numbers_that_agree_make_a_name_written_otherwise_the_same_reader() -> None:
    row = read(name="林小雨", card="A001", student_number="2023001")

    assert becomes(row, by_card=LIN, by_number=LIN).verdict == Verdict.DUPLICATE
    assert becomes(row, "name", by_card=LIN, by_number=LIN).changes == {"name": "林小雨"}


def test_without_a_number_the_only_reader_of_that_name_and_class_is_meant() -> None:
    row = read(name="林晓雨", group="1班")
    twin = Known(id=8, name="林晓雨", group_name="1班")

    assert becomes(row, alike=(LIN,)).reader == LIN
    several = becomes(row, alike=(LIN, twin))
    assert (several.verdict, codes(several.doubts)) == (
        Verdict.NEW,
        [("maybe_same", "name", "")],
    )


def test_a_reader_who_has_a_card_keeps_it() -> None:
    row = read(name="林晓雨", card="B002", student_number="2023001")

    found = becomes(row, by_number=LIN)
    assert (found.verdict, found.card, codes(found.doubts)) == (
        Verdict.DUPLICATE,
        "",
        [("card_kept", "card", "")],
    )


def test_a_row_of_another_list_means_one_reader_or_nobody() -> None:
    row = read(name="林晓雨", card="A001", student_number="2023001")
    twin = Known(id=8, name="林晓雨", group_name="1班")

    def means(row: ReaderRow, *namesakes: Known, **by: Known | None) -> tuple[int, list[str]]:
        given = {"by_card": None, "by_number": None} | by
        known, faults = meant(row, namesakes=namesakes, **given)
        return known.id if known else 0, [fault.code.value for fault in faults]

    assert means(row, by_card=LIN, by_number=LIN) == (7, [])
    assert means(row, by_card=LIN, by_number=twin) == (0, ["two_readers"])
    assert means(read(name="陈静", card="A001"), by_card=LIN) == (0, ["other_name"])
    assert means(read(name="林曉雨", card="A001"), by_card=LIN) == (7, [])
    assert means(read(name="", card="A999")) == (0, ["patron_unknown"])
    assert means(read(name="林晓雨"), LIN) == (7, [])
    assert means(read(name="林晓雨"), LIN, twin) == (0, ["several_readers"])
    assert means(read(name="林晓雨", group="2班"), LIN, twin) == (7, [])
    assert means(read(name="林晓雨")) == (0, ["patron_unknown"])
    assert means(read(name="")) == (0, ["reader_missing"])


@given(st.lists(st.text(max_size=30), min_size=len(NAMES), max_size=len(NAMES)))
def test_no_cell_breaks_the_reading(cells: list[str]) -> None:
    row = row_of(Line(2, tuple(cells)), NAMES, today=TODAY)

    assert len(as_tuples(row.faults)) == len(row.faults)
