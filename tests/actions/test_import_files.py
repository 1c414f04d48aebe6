"""The file a worker reads an import from: nobody else's, and nothing of it stays."""

import os
import time
from pathlib import Path

import pytest
from django.conf import settings

from jieyue.imports import keeping
from jieyue.imports.actions import _AT_ONCE, ImportChanged, ImportRefused
from jieyue.imports.arriving import expect_file
from jieyue.imports.forgetting import _forget_import, forget_import
from jieyue.imports.keeping import file_of, forget_leftovers
from jieyue.imports.models import Import
from jieyue.imports.pace import Reader
from jieyue.imports.rules.runs import PART, Kind
from jieyue.kit.tables.reading import shape_of
from jieyue.kit.tables.writing import write_workbook
from jieyue.patrons.importing.readers import READERS
from tests.bringing import Bringing
from tests.imports import BOOKS, HEADINGS, bring_file, brought, checked
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)

NAME = "林晓雨"


@pytest.fixture
def folder() -> Path:
    """The folder of imports, empty."""
    path: Path = settings.DATA_DIR / "imports"
    path.mkdir(exist_ok=True)
    for one in path.glob("*"):
        one.unlink()
    return path


def readers(world: World) -> Import:
    return Bringing(world.desk(), READERS, f"姓名,学号\n{NAME},2023001\n").row


def test_nothing_of_a_file_is_in_any_folder_while_it_is_read(world: World, folder: Path) -> None:
    with file_of(readers(world)) as path:
        assert path.read_text() == f"姓名,学号\n{NAME},2023001\n"
        assert shape_of(path).kind == "text"
        assert list(folder.glob("*")) == []


def test_two_workers_have_a_file_each(world: World, folder: Path, monkeypatch) -> None:
    run = readers(world)
    for way_to in (keeping.way_to, lambda _file: None):
        monkeypatch.setattr(keeping, "way_to", way_to)
        with file_of(run) as one, file_of(run) as other:
            assert one != other
            assert one.read_bytes() == other.read_bytes() != b""
    assert list(folder.glob("*")) == []


def test_a_platform_that_needs_names_keeps_them_to_itself(
    world: World, folder: Path, monkeypatch
) -> None:
    monkeypatch.setattr(keeping, "way_to", lambda _file: None)

    with file_of(readers(world)) as path:
        assert [*folder.glob("*")] == [path]
        assert path.stat().st_mode & 0o777 == 0o600

    assert not path.exists()


def test_what_a_killed_worker_left_is_taken_away(folder: Path) -> None:
    left, being_written = folder / "tmpleft", folder / "tmpnew"
    for path in (left, being_written):
        path.write_text(NAME)
    long_ago = time.time() - 3600
    os.utime(left, (long_ago, long_ago))

    assert forget_leftovers() == 1

    assert [*folder.glob("*")] == [being_written]


def test_workbooks_are_read_without_a_name_too(world: World, tmp_path: Path) -> None:
    path = tmp_path / "书.xlsx"
    with path.open("wb") as file:
        write_workbook(file, "书", [HEADINGS, ("呐喊", "鲁迅", "", "1923", "", "B00001")])
    outcome = bring_file(world.desk(), BOOKS, path=path, file_name=path.name)

    run = checked(world, outcome.run)

    assert (run.state, run.counts) == ("checked", {"new": 1})


def test_a_list_is_opened_anew_for_other_columns(world: World) -> None:
    run = Bringing(world.desk(), BOOKS, "书名,备注\n呐喊,甲\n彷徨,乙\n").row
    reader = Reader()
    first = next(reader.at(BOOKS, run, world.desk()))
    run.rows_read, run.last_row = 1, first.number
    reader.went_on(run)
    run.columns = ["", "name"]  # another worker has checked one row with these by now

    second = next(reader.at(BOOKS, run, world.desk()))

    assert (second.number, second.reading["book"]["name"]) == (3, "乙")
    reader.close()


def test_a_list_that_is_being_thrown_away_is_not_brought_again(
    world: World, tmp_path: Path
) -> None:
    rows = [HEADINGS, ("呐喊", "鲁迅", "", "1923", "", "B00001")]
    thrown, kept = (brought(world, tmp_path, rows) for _ in range(2))
    path = tmp_path / "again.csv"
    path.write_text("书名\n")
    assert _forget_import(world.desk(), run=thrown).type == "import_changed"  # and not deleted yet

    unknown = ImportRefused(reasons=("import_unknown",))
    again = {"path": path, "file_name": "again.csv"}
    assert bring_file(world.desk(), BOOKS, **again, again_of=thrown) == unknown
    part = {"kind": Kind.BOOKS, "file_name": "again.csv", "size": 9}
    assert expect_file(world.desk(), **part, again_of=thrown) == unknown
    assert forget_import(world.desk(), run=thrown) == ImportChanged(run=thrown, state="")
    assert bring_file(world.desk(), BOOKS, **again, again_of=kept).type == "file_brought"
    not_now = ImportRefused(reasons=("not_now",))
    assert forget_import(world.desk(), run=kept) == not_now
    assert Import.objects.filter(again_of=None).get().public_id == kept


def test_a_large_file_that_comes_twice_is_kept_once(world: World, tmp_path: Path) -> None:
    path = tmp_path / "书.csv"
    path.write_text("书名,备注\n" + "呐喊,\n" * (_AT_ONCE * PART // 8 + 1))
    key = world.desk(key="one click, then another")

    first, again = (bring_file(key, BOOKS, path=path, file_name=path.name) for _ in range(2))

    assert first == again
    with file_of(Import.objects.get()) as kept:
        assert kept.read_bytes() == path.read_bytes()
