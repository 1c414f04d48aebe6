"""Taking a list of books back: all of it, but what something followed on."""

from typing import Any

import pytest
from django.apps import apps

from jieyue.catalog.models import Copy, MergedTitle, SplitTitle, Title
from jieyue.catalog.rules.copies import CopyDetails
from jieyue.catalog.rules.descriptions import Description
from jieyue.catalog.rules.importing.matching import identity_of
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.actions.editing import edit_copy
from jieyue.circulation.actions.holds import place_hold
from jieyue.circulation.actions.merging import merge_titles, unmerge_titles
from jieyue.circulation.actions.splitting import split_title
from jieyue.circulation.actions.stocktaking import close_stock_take
from jieyue.circulation.models import StockLine, StockTake
from jieyue.imports.actions import ImportRefused, start_undo
from jieyue.imports.forgetting import forget_import
from jieyue.imports.queries import import_view
from jieyue.imports.rules.runs import KEPT
from jieyue.libraries.models import Staff, StaffBranch
from tests.actions.stock_case import scan, start
from tests.imports import HEADINGS, brought, imported, rows_of, undone
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)

BOOKS = [
    HEADINGS,
    ("红楼梦", "曹雪芹", "人民文学出版社", "1996", "9787020002207", "B00001"),
    ("红楼梦", "曹雪芹", "人民文学出版社", "1996", "9787020002207", "B00002"),
    ("呐喊", "鲁迅", "人民文学出版社", "1979", "", "B00003"),
    ("彷徨", "鲁迅", "人民文学出版社", "1979", "", "B00004"),
]
# What an import writes besides the library's own: its own rows, promises, journal, number ranges.
BESIDES = {"Import", "ImportPart", "ImportRow", "Task", "Entry", "Counter"}


def followed(what: str) -> list[str]:
    """Return the reason for which one copy or title stays."""
    return ["something_followed", what, "1"]


def had(world: World, **told: Any) -> Title:
    """Add a title as the product does, with the key it is found again by."""
    return world.title(**told, match_key=identity_of(Description(**told)).key)


def everything() -> dict[str, list[dict[str, object]]]:
    """Return every row of every table of the library, but for when a title was last written."""
    tables = {}
    for model in apps.get_models():
        if model.__module__.startswith("jieyue.") and model.__name__ not in BESIDES:
            rows = getattr(model, "across_libraries", model._default_manager).order_by("pk")
            tables[model.__name__] = [
                {name: value for name, value in row.items() if name != "updated_at"}
                for row in rows.values()
            ]
    return tables


def test_an_undone_import_leaves_every_table_as_it_was(world, tmp_path):
    mine = had(world, name="红楼梦", isbn13="9787020002207", authors="曹雪芹")
    world.copy(mine, barcode="B00002")
    had(world, name="呐喊", authors="鲁迅", year=1979, publisher="人民文学出版社")
    before = everything()

    done = imported(
        world, brought(world, tmp_path, BOOKS, options={"replaces": ["authors", "name"]})
    )
    assert done.counts == {
        "update": 2, "new": 1, "duplicate": 1, "done": 3, "left_out": 1, "titles": 1, "copies": 3,
    }  # fmt: skip
    assert everything() != before
    undo = undone(world, done.public_id)

    assert undo.state == "undone"
    assert everything() == before


def test_what_was_lent_held_or_edited_stays_and_says_why(world, tmp_path):
    done = imported(world, brought(world, tmp_path, BOOKS))
    patron = world.patron()
    checkout(world.desk(), copy_barcodes=("B00001",), card_barcode=patron.card)
    nahan = Title.objects.get(name="呐喊")
    place_hold(world.desk(), title=nahan.public_id, patron=patron.public_id, pickup="main")
    changed = Copy.objects.get(barcode="B00004")
    edit_copy(
        world.desk(), copy=changed.public_id, details=CopyDetails(barcode="B00004", shelf="甲")
    )

    undo = undone(world, done.public_id)

    assert undo.state == "undone"
    assert [(row.number, row.state, row.faults) for row in rows_of(undo)] == [
        (2, "kept", [followed("copy.loan"), followed("title.copy")]),
        (3, "undone", []),
        (4, "kept", [followed("title.hold")]),
        (5, "kept", [followed("copy.edited"), followed("title.copy")]),
    ]  # fmt: skip
    assert list(Copy.objects.order_by("barcode").values_list("barcode", flat=True)) == [
        "B00001", "B00004",
    ]  # fmt: skip
    assert list(Title.objects.order_by("name").values_list("name", flat=True)) == [
        "呐喊", "彷徨", "红楼梦",
    ]  # fmt: skip


def test_a_title_that_was_merged_or_split_since_stays_with_its_history(world, tmp_path):
    done = imported(world, brought(world, tmp_path, BOOKS))
    titles = {title.name: title.public_id for title in Title.objects.all()}
    draft = world.title("红楼梦（曹雪芹著）")
    merge_titles(world.desk(), keep=titles["红楼梦"], drop=draft.public_id)
    other = world.title("呐喊（新版）")
    copies = tuple(Copy.objects.filter(title__name="呐喊").values_list("public_id", flat=True))
    split_title(world.desk(), title=titles["呐喊"], copies=copies, into=other.public_id)

    undo = undone(world, done.public_id)

    assert [(row.number, row.state, row.faults) for row in rows_of(undo)] == [
        (2, "kept", [followed("title.mergedtitle")]),
        (3, "undone", []),
        (4, "kept", [followed("copy.edited"), followed("title.splittitle")]),
        (5, "undone", []),
    ]  # fmt: skip
    assert MergedTitle.objects.get().into.name == "红楼梦"
    assert SplitTitle.objects.get().title.name == "呐喊"
    assert unmerge_titles(world.desk(), was=draft.public_id).type == "unmerged"


def test_a_field_somebody_changed_since_stays_changed(world, tmp_path):
    mine = world.title("红楼梦", isbn13="9787020002207", authors="曹雪芹")
    done = imported(world, brought(world, tmp_path, BOOKS[:2]))
    Title.objects.filter(pk=mine.pk).update(publisher="作家出版社")

    undone(world, done.public_id)

    assert Title.objects.values("publisher", "year").get() == {
        "publisher": "作家出版社", "year": None,
    }  # fmt: skip


def test_what_is_at_a_branch_where_one_does_not_work_stays(world, tmp_path):
    world.east()
    rows = [(*BOOKS[0], "分馆"), (*BOOKS[3], "东馆"), (*BOOKS[4], "")]
    done = imported(world, brought(world, tmp_path, rows))
    StaffBranch.objects.create(library=world.library, staff=world.staff, branch=world.branch)
    Staff.objects.update(all_branches=False)

    undo = undone(world, done.public_id)

    assert [(row.state, row.faults) for row in rows_of(undo)] == [
        ("kept", [followed("copy.elsewhere"), followed("title.copy")]),
        ("undone", []),
    ]
    assert Copy.objects.get().barcode == "B00003"


def test_what_stayed_of_another_branch_is_undone_by_who_works_there(world, tmp_path):
    world.east()
    before = everything()
    rows = [
        (*BOOKS[0], "分馆"),
        (*BOOKS[1], "东馆"),
        (*BOOKS[2], ""),
        (*BOOKS[3], ""),
    ]
    done = imported(world, brought(world, tmp_path, rows))
    StaffBranch.objects.create(library=world.library, staff=world.staff, branch=world.branch)
    Staff.objects.update(all_branches=False)

    partly = undone(world, done.public_id)

    assert (partly.state, partly.counts) == (
        "undone",
        {"new": 2, "update": 1, "undone": 2, "kept": 1, "elsewhere": 1, "titles": 1, "copies": 1},
    )
    view = import_view(partly.public_id)
    assert view is not None and partly.ended_at is not None
    assert (view.undo_until, view.state) == (partly.ended_at + KEPT, "undone")
    not_now = ImportRefused(reasons=("not_now",))
    assert forget_import(world.desk(), run=partly.public_id) == not_now
    StaffBranch.objects.all().delete()
    Staff.objects.update(all_branches=True)
    whole = undone(world, done.public_id)

    assert (whole.state, whole.counts) == ("undone", {"new": 2, "update": 1, "undone": 3})
    assert everything() == before
    assert start_undo(world.desk(), run=done.public_id) == not_now


def test_what_is_being_counted_stays_until_the_stock_take_is_closed(world, tmp_path):
    done = imported(world, brought(world, tmp_path, [*BOOKS[:2], BOOKS[3]]))
    take = start(world)
    scan(world.desk(), take, "B00001")

    partly = undone(world, done.public_id)

    stays = followed("copy.stockline"), followed("title.copy")
    assert [(row.state, row.faults) for row in rows_of(partly)] == [("kept", [*stays])] * 2
    assert (partly.counts["counted"], Copy.objects.count()) == (2, 2)
    assert StockLine.objects.count() == 2
    close_stock_take(world.desk(), stock_take=take)

    whole = undone(world, done.public_id)

    assert (whole.state, whole.counts) == ("undone", {"new": 2, "undone": 2})
    assert not Copy.objects.exists() and not Title.objects.exists()
    totals = StockTake.objects.get().totals
    assert (totals["expected"], totals["seen"]) == (2, 1)


def test_after_thirty_days_it_is_too_late(world, tmp_path):
    done = imported(world, brought(world, tmp_path, BOOKS))
    assert done.ended_at is not None
    late = world.desk(now=done.ended_at + KEPT * 2)

    assert start_undo(late, run=done.public_id) == ImportRefused(reasons=("too_late_to_undo",))
    assert Copy.objects.count() == 4
