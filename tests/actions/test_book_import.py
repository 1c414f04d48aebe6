"""Books from a list: dry run, import, and undo."""

from datetime import timedelta

import pytest

from jieyue.catalog.importing.brought import copies_made_by
from jieyue.catalog.models import Copy, Title
from jieyue.imports.actions import start_import
from jieyue.imports.models import Import
from jieyue.outbox.models import Task
from tests.imports import HEADINGS, brought, checked, imported, rows_of, undone, work_on

pytestmark = pytest.mark.django_db(transaction=True)

BOOKS = [
    HEADINGS,
    ("红楼梦", "曹雪芹", "人民文学出版社", "1996", "9787020002207", "B00001"),
    ("红楼梦", "曹雪芹", "人民文学出版社", "1996", "9787020002207", "B00002"),
    ("呐喊", "鲁迅", "人民文学出版社", "1979", "", "B00003"),
    ("呐喊", "鲁迅", "人民文学出版社", "", "", "B00004"),
    ("", "", "", "", "", "B00005"),
]


def test_a_dry_run_judges_every_row_and_writes_nothing(world, tmp_path):
    run = checked(world, brought(world, tmp_path, BOOKS))

    assert (run.state, run.rows_read, run.counts) == (
        "checked", 5, {"new": 2, "update": 2, "wrong": 1},
    )  # fmt: skip
    assert [(row.number, row.verdict, row.first_row) for row in rows_of(run)] == [
        (2, "new", 2), (3, "update", 2), (4, "new", 4), (5, "update", 4), (6, "wrong", 6),
    ]  # fmt: skip
    assert rows_of(run)[-1].faults == [["name_missing", "name", ""]]
    assert not Title.objects.exists()


def test_copies_of_one_book_come_together(world, tmp_path):
    run = imported(world, brought(world, tmp_path, BOOKS))

    assert run.state == "done"
    assert [row.state for row in rows_of(run)] == ["done", "done", "done", "done", "left_out"]
    assert run.counts == {
        "new": 2, "update": 2, "wrong": 1, "done": 4, "left_out": 1, "titles": 2, "copies": 4,
    }  # fmt: skip
    copies = Copy.objects.order_by("barcode").values_list("barcode", "title__name", "branch__code")
    assert list(copies) == [
        ("B00001", "红楼梦", "main"), ("B00002", "红楼梦", "main"),
        ("B00003", "呐喊", "main"), ("B00004", "呐喊", "main"),
    ]  # fmt: skip


def test_what_came_in_is_read_in_one_statement(world, tmp_path, django_assert_num_queries):
    run = imported(world, brought(world, tmp_path, BOOKS)).public_id

    with django_assert_num_queries(1):
        made = copies_made_by(run)

    assert [Copy.objects.get(pk=pk).barcode for pk in made] == [
        "B00001", "B00002", "B00003", "B00004",
    ]  # fmt: skip


def test_an_undo_leaves_nothing(world, tmp_path):
    run = undone(world, imported(world, brought(world, tmp_path, BOOKS)).public_id)

    assert (run.state, run.counts) == (
        "undone", {"new": 2, "update": 2, "wrong": 1, "undone": 4, "left_out": 1},
    )  # fmt: skip
    assert not Title.objects.exists() and not Copy.objects.exists()
    assert Import.objects.count() == 1


def test_what_the_desk_did_since_the_dry_run_counts(world, tmp_path):
    run = brought(world, tmp_path, BOOKS)
    checked(world, run)
    mine = world.title("红楼梦 (珍藏)", isbn13="9787020002207")
    world.copy(barcode="B00003")

    start_import(world.desk(), run=run)
    work_on(world)

    done = Import.objects.get(public_id=run)
    assert [(row.verdict, row.state, row.faults) for row in rows_of(done)] == [
        ("update", "done", []),
        ("update", "done", []),
        ("wrong", "left_out", [["barcode_taken", "barcode", "B00003"]]),
        ("new", "done", []),
        ("wrong", "left_out", [["name_missing", "name", ""]]),
    ]
    assert list(Copy.objects.filter(title=mine).values_list("barcode", flat=True)) == [
        "B00001", "B00002",
    ]  # fmt: skip
    assert Title.objects.get(pk=mine.pk).name == "红楼梦 (珍藏)"


def test_books_known_by_number_alone_are_looked_up_night_after_night(world, tmp_path, monkeypatch):
    monkeypatch.setattr("jieyue.catalog.importing.look_ups.A_NIGHT", 2)
    numbers = ("9787020002207", "9787506365437", "9787544253994")
    imported(world, brought(world, tmp_path, [("ISBN",), *((number,) for number in numbers)]))

    assert [title.state for title in Title.objects.all()] == ["draft"] * 3
    promised = Task.objects.filter(kind="catalog.look_up").order_by("run_at")
    first = promised[0].run_at
    assert [task.run_at - first for task in promised] == [
        timedelta(0), timedelta(seconds=10), timedelta(days=1),
    ]  # fmt: skip
    assert Copy.objects.count() == 3  # with barcodes of the library's own range
