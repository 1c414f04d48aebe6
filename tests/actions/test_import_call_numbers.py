"""Call numbers of a list's books, by the library's shelving scheme."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jieyue.catalog.actions import add_book, add_copies
from jieyue.catalog.actions.shelving import set_shelving
from jieyue.catalog.models import Copy
from jieyue.catalog.rules.copies import NewCopies
from jieyue.catalog.rules.descriptions import Description
from jieyue.imports.actions import start_import
from jieyue.imports.models import Import
from tests.imports import brought, checked, imported, rows_of, undone, work_on

pytestmark = pytest.mark.django_db(transaction=True)

HEADINGS = ("书名", "作者", "卷册", "版本", "出版年", "分类号", "索书号", "条码号")
GIVES = {"call_numbers": True}
LIST = [
    ("活着", "余华", "", "", "2012", "I247.57", "", "B01"),
    ("围城", "钱锺书", "", "", "1991", "I247.57", "", "B02"),
    ("活着", "余华", "", "第2版", "2017", "I247.57", "", "B03"),
    ("兄弟", "余华", "上册", "", "2005", "I247.57", "", "B04"),
    ("兄弟", "余华", "下册", "", "2006", "I247.57", "", "B05"),
    ("兄弟", "余华", "上册", "", "2005", "I247.57", "", "B06"),
    ("狂人日记", "鲁迅", "", "", "2012", "I210.6", "", "B07"),
    ("呐喊", "鲁迅", "", "", "2012", "I210.6", "", "B08"),
    ("无类书", "某人", "", "", "2012", "", "", "B09"),
    ("活着", "余华", "", "第3版", "2021", "I247.57", "", "B10"),
]


def book_of(name, by, volume, edition, year, clc, _):
    return Description(
        name=name, authors=by, volume=volume, edition=edition, year=int(year), clc=clc
    )


def here(world, book, number):
    add_book(world.desk(), book=book, copies=NewCopies(barcodes=("A01",), call_number=number))


def numbers():
    found = Copy.objects.order_by("barcode").values_list("barcode", "call_number", "call_key")
    assert all(bool(number) == bool(key) for _, number, key in found)
    return [number for _, number, _ in found]


@pytest.mark.parametrize("scheme", ["running", "author", "year", "class", "free"])
def test_a_list_gets_the_numbers_that_a_desk_would_give(world, tmp_path, scheme):
    set_shelving(world.desk(), scheme=scheme)
    for *told, barcode in LIST:
        copies = NewCopies(barcodes=(barcode,), suggests_call_number=True)
        if barcode == "B06":
            title = Copy.objects.get(barcode="B04").title.public_id
            add_copies(world.desk(), title=title, copies=copies)
        else:
            add_book(world.desk(), book=book_of(*told), copies=copies)
    by_hand = numbers()
    Copy.objects.all().delete()
    for size in (len(LIST), 3):  # in one batch, and in several
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("jieyue.imports.stepping._most", lambda _work, most=size: most)
            run = imported(world, brought(world, tmp_path, [HEADINGS, *LIST], options=GIVES))
        assert numbers() == by_hand
        undone(world, run.public_id)
        assert not Copy.objects.exists()


def test_without_the_option_no_row_gets_a_number(world, tmp_path):
    imported(world, brought(world, tmp_path, [HEADINGS, *LIST]))

    assert set(numbers()) == {""}


def test_numbers_run_on_behind_those_of_the_library_and_of_the_list(world, tmp_path):
    here(world, Description(name="白鹿原", clc="I247.57"), "I247.57/40")
    rows = [
        ("活着", "余华", "", "", "2012", "I247.57", "", "B01"),
        ("围城", "钱锺书", "", "", "1991", "I247.57", "I247.57/41", "B02"),
        ("围城", "钱锺书", "", "", "1991", "I247.57", "", "B03"),
        ("白鹿原", "", "", "", "", "", "", "B04"),
    ]
    run = imported(world, brought(world, tmp_path, [HEADINGS, *rows], options=GIVES))

    given = Copy.objects.filter(barcode__startswith="B").order_by("barcode")
    assert list(given.values_list("call_number", flat=True)) == [
        "I247.57/42", "I247.57/41", "I247.57/41", "I247.57/40",
    ]  # fmt: skip
    assert [row.made.get("told") for row in rows_of(run)] == [
        {"call_number": "I247.57/42"}, None,
        {"call_number": "I247.57/41"}, {"call_number": "I247.57/40"},
    ]  # fmt: skip
    assert run.counts["numbered"] == 3
    assert "numbered" not in undone(world, run.public_id).counts


def test_a_branch_with_an_order_of_its_own_has_numbers_of_its_own(world, tmp_path):
    world.east()
    set_shelving(world.desk(), scheme="author", branch="east")
    rows = [
        (*HEADINGS, "分馆"),
        ("活着", "余华", "", "", "2012", "I247.57", "", "B01", ""),
        ("活着", "余华", "", "", "2012", "I247.57", "", "B02", "east"),
        ("围城", "钱锺书", "", "", "1991", "I247.57", "", "B03", "east"),
        ("围城", "钱锺书", "", "", "1991", "I247.57", "", "B04", ""),
    ]
    imported(world, brought(world, tmp_path, rows, options=GIVES))

    assert numbers() == ["I247.57/1", "I247.57/YH", "I247.57/QZS", "I247.57/2"]


def test_the_dry_run_says_which_rows_get_a_number_and_how_it_begins(world, tmp_path):
    here(world, Description(name="围城", authors="钱锺书", year=1991), "I247.57/7")
    run = checked(world, brought(world, tmp_path, [HEADINGS, *LIST], options=GIVES))

    assert [row.reading.get("call_number") for row in rows_of(run)] == [
        "I247.57/…", "I247.57/7", *["I247.57/…"] * 4, *["I210.6/…"] * 2, None, "I247.57/…",
    ]  # fmt: skip
    assert run.counts["to_number"] == 9


def test_a_desk_that_gives_a_number_after_the_dry_run_keeps_it(world, tmp_path):
    run = brought(world, tmp_path, [HEADINGS, LIST[0]], options=GIVES)
    checked(world, run)
    add_book(
        world.desk(),
        book=Description(name="围城", clc="I247.57"),
        copies=NewCopies(barcodes=("A01",), suggests_call_number=True),
    )

    start_import(world.desk(), run=run)
    work_on(world)

    assert numbers() == ["I247.57/1", "I247.57/2"]


def test_a_batch_asks_as_often_for_many_rows_as_for_few(world, tmp_path):
    def statements(count, start):
        rows = [
            (
                f"书{start + n}",
                f"作者{n}",
                "上册",
                "",
                "2012",
                f"I24{n % 7}",
                "",
                f"C{start + n:05}",
            )
            for n in range(count)
        ]
        run = brought(world, tmp_path, [HEADINGS, *rows], options=GIVES)
        checked(world, run)
        start_import(world.desk(), run=run)
        with CaptureQueriesContext(connection) as found:
            work_on(world)
        assert Import.objects.get(public_id=run).counts["numbered"] == count
        return len(found)

    imported(world, brought(world, tmp_path, [HEADINGS, LIST[0]], options=GIVES))
    assert statements(19, 1000) == statements(5, 2000)
