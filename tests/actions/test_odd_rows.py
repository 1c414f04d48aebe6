"""A row in which something raises: it alone stays out, whatever step it is met at."""

from dataclasses import replace
from typing import Any

import pytest
from django.db import DataError, OperationalError

from jieyue.audit.models import Entry
from jieyue.catalog.importing.books import BOOKS
from jieyue.catalog.models import Copy, Title
from jieyue.imports.models import Import, ImportRow
from jieyue.imports.works import Work
from tests.imports import HEADINGS, brought, checked, imported, rows_of, undone, work_on
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)

ROWS = [
    HEADINGS,
    ("朝花夕拾", "鲁迅", "未名社", "1928", "", "B00001"),
    ("朝花夕拾", "鲁迅", "未名社", "1928", "", "B00002"),
    ("怪书", "某人", "", "", "", "B00003"),
    ("彷徨", "鲁迅", "北新书局", "1926", "", "B00004"),
    ("彷徨", "鲁迅", "北新书局", "1926", "", "B00005"),
]
OUT = [["not_brought_in", "", ""]]


def stumbling(function: str, error: type[Exception] = DataError) -> Work:
    """Return the work on books with one function that raises when it meets row 4."""
    real: Any = getattr(BOOKS, function)

    def raising(desk: Any, run: Any, rows: Any, *more: Any) -> Any:
        found = real(desk, run, rows, *more)
        if any(row.number == 4 for row in rows):
            raise error("怪书 is too odd")
        return found

    return replace(BOOKS, **{function: raising})


def told() -> list[dict[str, Any]]:
    """Return what the journal says of rows passed over."""
    found = Entry.objects.filter(action="pass_row_over").order_by("id")
    return [entry.data for entry in found]


def test_a_row_that_raises_at_the_dry_run_is_wrong_and_the_others_are_judged(
    world: World, tmp_path
) -> None:
    work = stumbling("judge")

    run = checked(world, brought(world, tmp_path, ROWS), work)

    assert (run.state, run.rows_read, run.counts) == (
        "checked", 5, {"new": 2, "update": 2, "wrong": 1},
    )  # fmt: skip
    assert [(row.number, row.verdict, row.faults) for row in rows_of(run)] == [
        (2, "new", []), (3, "update", []), (4, "wrong", OUT), (5, "new", []), (6, "update", []),
    ]  # fmt: skip
    [entry] = told()
    assert (entry["import"], entry["row"]) == (run.public_id, 4)
    assert entry["error"].startswith("DataError in ") and "怪书" not in entry["error"]


@pytest.mark.parametrize("function", ["prepare", "write"])
def test_a_row_that_raises_at_the_import_stays_out_alone(
    function: str, world: World, tmp_path
) -> None:
    run = imported(world, brought(world, tmp_path, ROWS), stumbling(function))

    assert (run.state, run.rows_done) == ("done", 5)
    assert run.counts == {
        "new": 2, "update": 2, "wrong": 1, "done": 4, "left_out": 1, "titles": 2, "copies": 4,
    }  # fmt: skip
    assert [(row.state, row.faults) for row in rows_of(run)] == [
        ("done", []), ("done", []), ("left_out", OUT), ("done", []), ("done", []),
    ]  # fmt: skip
    assert sorted(Title.objects.values_list("name", flat=True)) == ["彷徨", "朝花夕拾"]
    assert [entry["row"] for entry in told()] == [4]


def test_a_row_that_raises_at_the_undo_stays_alone(world: World, tmp_path) -> None:
    run = imported(world, brought(world, tmp_path, ROWS))

    gone = undone(world, run.public_id, stumbling("take_back"))

    assert (gone.state, gone.rows_done) == ("undone", 5)
    assert gone.counts == {
        "new": 3, "update": 2, "undone": 4, "kept": 1, "titles": 1, "copies": 1,
    }  # fmt: skip
    [kept] = [row for row in rows_of(gone) if row.state == "kept"]
    assert (kept.number, kept.faults) == (4, [["not_taken_back", "", ""]])
    assert kept.made == next(row.made for row in rows_of(gone) if row.number == 4)
    assert list(Copy.objects.values_list("barcode", flat=True)) == ["B00003"]


def test_cells_that_cannot_be_kept_leave_an_empty_row(world: World, tmp_path) -> None:
    def odd_rows(*given: Any) -> Any:
        for row in BOOKS.rows(*given):
            odd = {"book": {"name": object()}, "copies": {}}  # nothing that JSON can hold
            yield replace(row, cells=("\ud800",), reading=odd) if row.number == 4 else row

    run = imported(world, brought(world, tmp_path, ROWS), replace(BOOKS, rows=odd_rows))

    assert run.counts["done"] == 4
    row = ImportRow.objects.get(run=run, number=4)
    assert (row.cells, row.state, row.faults) == ([], "left_out", OUT)


def test_what_is_wrong_with_everything_passes_no_row_over(world: World, tmp_path) -> None:
    run = brought(world, tmp_path, ROWS)

    with pytest.raises(OperationalError):
        checked(world, run, stumbling("judge", OperationalError))

    assert not ImportRow.objects.exists() and told() == []
    # The next try reads the same rows again, and misses none.
    work_on(world)
    assert Import.objects.get(public_id=run).rows_read == 5
