"""Names of classes as schools write them, and what they are called next year."""

import pytest

from jieyue.patrons.rules.classes import (
    Fate,
    Next,
    class_key,
    grade_of,
    last_grades,
    likely_age,
    name_of_leavers,
    next_name,
)


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("三年级2班", "四年级2班"),
        ("3年级2班", "4年级2班"),
        ("3年级（2）班", "4年级（2）班"),
        ("三年级（二）班", "四年级（二）班"),
        ("三(2)班", "四(2)班"),
        ("三（2）", "四（2）"),
        ("三2班", "四2班"),
        ("3-2", "4-2"),
        ("3.2班", "4.2班"),
        ("三年二班", "四年二班"),
        ("3年2班", "4年2班"),
        ("一年级", "二年级"),
        ("小学五年级1班", "小学六年级1班"),
        ("七年级10班", "八年级10班"),
        ("七(10)班", "八(10)班"),
        ("初一(3)班", "初二(3)班"),
        ("初二4班", "初三4班"),
        ("初1(3)班", "初2(3)班"),
        ("初中二年级3班", "初中三年级3班"),
        ("高一1班", "高二1班"),
        ("高2(5)班", "高3(5)班"),
        ("十年级1班", "十一年级1班"),
        ("10年级1班", "11年级1班"),
        ("３年级１班", "4年级1班"),
        (" 三年级2班 ", "四年级2班"),
    ],
)
def test_a_class_moves_up_and_its_name_is_written_as_before(was: str, now: str) -> None:
    assert next_name(was, year=2026) == Next(Fate.MOVES, now)


@pytest.mark.parametrize(
    ("was", "now"),
    [("302班", "402班"), ("701班", "801班"), ("1001班", "1101班"), ("302", "402"),
     ("三二班", "四二班"), ("小一班", "中一班"), ("托班", "小班")],
)  # fmt: skip
def test_a_name_that_can_be_read_two_ways_is_proposed_as_a_guess(was: str, now: str) -> None:
    assert next_name(was, year=2026) == Next(Fate.MOVES, now, is_sure=False)


@pytest.mark.parametrize(
    "name", ["六年级1班", "6(2)班", "九年级（1）班", "初三4班", "高三1班", "12年级2班", "2026届3班"]
)
def test_the_last_grade_leaves(name: str) -> None:
    assert next_name(name, year=2026) == Next(Fate.LEAVES, "")


@pytest.mark.parametrize(
    "name", ["2023级3班", "23级3班", "高2024级5班", "2027届1班", "2025届六年级1班"]
)
def test_a_class_named_by_a_year_stays(name: str) -> None:
    assert next_name(name, year=2026) == Next(Fate.STAYS, name)


def test_a_class_named_by_its_entry_leaves_when_its_years_are_over() -> None:
    assert [
        next_name(name, year=2026, school_years=6).fate for name in ("2020级1班", "2021级1班")
    ] == [Fate.LEAVES, Fate.STAYS]


@pytest.mark.parametrize(
    "name", ["教师", "1班", "三班", "国际部G3", "合唱团", "", "班", "3", "2班"]
)
def test_a_name_without_a_grade_is_left_to_people(name: str) -> None:
    assert next_name(name, year=2026) == Next(Fate.UNKNOWN, name)
    assert (grade_of(name), likely_age(name)) == (None, None)


def test_the_sixth_grade_goes_on_where_there_is_a_seventh() -> None:
    assert last_grades(["一年级1班", "六年级1班"]) == {6, 9, 12}
    assert last_grades(["六年级1班", "七年级1班"]) == {9, 12}
    assert last_grades(["六年级1班", "初一1班"]) == {6, 9, 12}  # counted anew: they enter it
    assert last_grades(["五年级1班", "一年级1班"], primary_years=5) == {5, 9, 12}
    assert next_name("六年级1班", year=2026, last=frozenset({9, 12})).name == "七年级1班"


def test_classes_stand_in_a_schools_order() -> None:
    names = ["教师", "2024级1班", "2023级2班", "十年级1班", "三年级10班", "三年级2班", "3(1)班"]
    names += ["初一1班", "大班", "小班"]
    assert sorted(names, key=class_key) == [
        "小班", "大班", "3(1)班", "三年级2班", "三年级10班", "初一1班", "十年级1班", "2024级1班",
        "2023级2班", "教师",
    ]  # fmt: skip


def test_leavers_give_their_name_to_the_next_class() -> None:
    assert name_of_leavers("六年级1班", 2026) == "2026届六年级1班"
    assert name_of_leavers("2020级1班", 2026) == "2020级1班"
    assert next_name("2026届六年级1班", year=2027).fate is Fate.STAYS
    assert len(name_of_leavers("六" + "年" * 80, 2026)) == 60


def test_the_usual_age_of_a_class_is_known() -> None:
    assert [likely_age(name) for name in ("一年级1班", "初一1班", "高三2班")] == [7, 13, 18]
