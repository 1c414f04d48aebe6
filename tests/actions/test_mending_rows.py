"""Rows that cannot come in, put right one by one."""

from dataclasses import replace

import pytest

from jieyue.catalog.importing.books import BOOKS
from jieyue.catalog.importing.marc import MARC
from jieyue.catalog.models import Copy, Title
from jieyue.circulation.importing.loans import LOANS
from jieyue.imports.actions import ImportRefused, start_import
from jieyue.imports.mending import RowMended, mend_row
from jieyue.imports.models import Import, ImportRow
from jieyue.libraries.actions import ForbiddenError
from jieyue.patrons.importing.readers import READERS
from jieyue.patrons.models import Patron
from tests.imports import HEADINGS, brought, checked, imported, undone, work_on

pytestmark = pytest.mark.django_db(transaction=True)

ROWS = [
    HEADINGS,
    ("红楼梦", "曹雪芹", "人民文学出版社", "1996", "9787020002207", "B00001"),
    ("", "鲁迅", "人民文学出版社", "1979", "", "B00002"),
    ("彷徨", "鲁迅", "人民文学出版社", "1979", "", "B00001"),
]
NAME, BARCODE = 0, 5


def mended(world, run, number, *, work=BOOKS, **cells):
    said = {int(place.removeprefix("at_")): text for place, text in cells.items()}
    return mend_row(world.desk(), work, run=run.public_id, number=number, cells=said)


def row(run, number):
    return ImportRow.objects.get(run__public_id=run.public_id, number=number)


def counts(run):
    return Import.objects.get(pk=run.pk).counts


def test_before_the_import_a_row_waits_with_the_others(world, tmp_path):
    run = checked(world, brought(world, tmp_path, ROWS))

    outcome = mended(world, run, 3, at_0=" 呐喊 ")

    assert outcome == RowMended(run=run.public_id, number=3, verdict="new", is_in=False)
    assert (row(run, 3).state, row(run, 3).faults) == ("waiting", [])
    assert row(run, 3).cells == ["呐喊", "鲁迅", "人民文学出版社", "1979", "", "B00002"]
    assert counts(run) == {"new": 2, "wrong": 1, "mended": 1}
    assert not Title.objects.exists()

    start_import(world.desk(), run=run.public_id)
    work_on(world)
    assert sorted(Title.objects.values_list("name", flat=True)) == ["呐喊", "红楼梦"]


def test_what_a_row_repeats_of_one_that_waits_stands_until_it_says_something_else(world, tmp_path):
    run = checked(world, brought(world, tmp_path, ROWS))
    assert row(run, 4).faults[0] == ["barcode_repeated", "barcode", "2"]

    assert mended(world, run, 4, at_1="周树人").verdict == "wrong"
    assert row(run, 4).faults == [["barcode_repeated", "barcode", "2"]]
    assert row(run, 4).cells[1] == "周树人"

    assert mended(world, run, 4, at_5="B00003").verdict == "new"


def test_after_the_import_a_row_comes_in_at_once_and_an_undo_takes_it_back(world, tmp_path):
    run = imported(world, brought(world, tmp_path, ROWS))

    outcome = mended(world, run, 3, at_0="呐喊")

    assert outcome == RowMended(run=run.public_id, number=3, verdict="new", is_in=True)
    assert Copy.objects.get(barcode="B00002").title.name == "呐喊"
    assert counts(run) == {
        "new": 2, "wrong": 1, "done": 2, "left_out": 1, "titles": 2, "copies": 2, "mended": 1,
    }  # fmt: skip

    back = undone(world, run.public_id)
    assert back.counts == {"new": 2, "wrong": 1, "left_out": 1, "undone": 2, "mended": 1}
    assert not Copy.objects.exists() and not Title.objects.exists()


def test_pressed_twice_it_comes_in_once(world, tmp_path):
    run = imported(world, brought(world, tmp_path, ROWS))
    key = replace(world.desk(), key="one press")
    press = {"run": run.public_id, "number": 3, "cells": {NAME: "呐喊"}}

    first, again = (mend_row(key, BOOKS, **press) for _ in range(2))

    assert first == again
    assert mend_row(world.desk(), BOOKS, **press) == ImportRefused(reasons=("not_now",))
    assert Copy.objects.filter(barcode="B00002").count() == 1


def test_what_is_still_wrong_stays_out_as_it_was_typed(world, tmp_path):
    run = imported(world, brought(world, tmp_path, ROWS))

    outcome = mended(world, run, 3, at_0="呐喊", at_5="B00001")

    assert outcome == RowMended(run=run.public_id, number=3, verdict="wrong", is_in=False)
    assert (row(run, 3).state, row(run, 3).faults) == (
        "left_out", [["barcode_taken", "barcode", "B00001"]],
    )  # fmt: skip
    assert row(run, 3).cells[0] == "呐喊"
    assert Title.objects.count() == 1


def test_what_says_nothing_new_once_it_is_right_is_passed_over(world, tmp_path):
    run = imported(world, brought(world, tmp_path, ROWS))

    assert mended(world, run, 4, at_0="红楼梦", at_1="曹雪芹", at_3="1996").verdict == "duplicate"
    assert (row(run, 4).state, counts(run)["duplicate"]) == ("left_out", 1)
    assert Copy.objects.count() == 1


@pytest.mark.parametrize(
    ("number", "cells", "reason"),
    [
        (2, {NAME: "别的"}, "not_now"),  # it is in
        (99, {NAME: "呐喊"}, "row_unknown"),
        (3, dict.fromkeys(range(6), " "), "row_empty"),
    ],
)
def test_a_row_that_cannot_be_put_right_says_why(world, tmp_path, number, cells, reason):
    run = imported(world, brought(world, tmp_path, ROWS))

    outcome = mend_row(world.desk(), BOOKS, run=run.public_id, number=number, cells=cells)

    assert outcome == ImportRefused(reasons=(reason,))
    assert "mended" not in counts(run)


def test_rows_of_another_kind_of_file_are_unknown(world, tmp_path):
    run = imported(world, brought(world, tmp_path, ROWS))

    assert mended(world, run, 3, work=MARC, at_0="呐喊") == ImportRefused(
        reasons=("import_unknown",)
    )


def test_who_may_not_bring_books_in_puts_no_row_right(world, tmp_path):
    run = imported(world, brought(world, tmp_path, ROWS))
    desk = replace(world.desk(), permissions=frozenset())

    with pytest.raises(ForbiddenError):
        mend_row(desk, BOOKS, run=run.public_id, number=3, cells={NAME: "呐喊"})


def test_a_row_about_a_reader_stays_sealed(world, tmp_path):
    rows = [("姓名", "学号", "手机"), ("鲁迅", "2023002", ""), ("", "2023001", "138")]
    run = imported(world, brought(world, tmp_path, rows, work=READERS), READERS)

    outcome = mended(world, run, 3, work=READERS, at_0="孔乙己")

    assert outcome.is_in
    assert Patron.objects.get(name="孔乙己").student_number == "2023001"
    kept = row(run, 3)
    assert (kept.cells, kept.reading, kept.faults, kept.doubts, kept.made) == ([], {}, [], [], {})
    assert "孔乙己" in kept.sealed
    undone(world, run.public_id, READERS)
    assert not Patron.objects.filter(name="孔乙己").exists()


def test_a_loan_is_put_right_too(world, tmp_path):
    world.patron("林晓雨", card="2000001")
    world.copy(barcode="B00008"), world.copy(barcode="B00009")
    rows = [
        ("条码号", "读者证号", "应还日期"),
        ("B00001", "2000001", "2026-04-01"),
        ("B00008", "2000001", "2026-04-01"),
    ]
    run = imported(world, brought(world, tmp_path, rows, work=LOANS), LOANS)
    assert run.counts["wrong"] == 1

    assert mended(world, run, 2, work=LOANS, at_0="B00009").is_in
    assert counts(run)["loans"] == 2
