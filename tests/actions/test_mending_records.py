"""Rows of MARC records that cannot come in, put right one by one."""

import io

import pytest

from jieyue.catalog.exporting import Choice, ExportFormat, write_export
from jieyue.catalog.importing.marc import MARC
from jieyue.catalog.models import Copy, Title, TitleRecord
from jieyue.catalog.queries import book_of
from jieyue.catalog.rules.marc.keeping import unpacked
from jieyue.catalog.rules.marc.reading import read_records
from jieyue.imports.actions import ImportRefused, start_import
from jieyue.imports.mending import RowMended, mend_row
from jieyue.imports.models import Import, ImportRow
from tests.actions.test_marc_import import brought
from tests.imports import checked, imported, undone, work_on
from tests.marc_samples import CNMARC, iso, plain

pytestmark = pytest.mark.django_db(transaction=True)

FIELDS = (
    "name", "authors", "publisher", "year", "isbn", "price", "subtitle", "volume", "translators",
    "place", "edition", "clc", "barcode", "accession", "count", "shelf", "call_number", "branch",
    "item_type", "price_paid",
)  # fmt: skip


def with_field(fields, tag, body):
    return [(one, body if one == tag else said) for one, said in fields]


def mended(world, run, number, **said):
    cells = {FIELDS.index(name): text for name, text in said.items()}
    return mend_row(world.desk(), MARC, run=run.public_id, number=number, cells=cells)


def row(run, number):
    return ImportRow.objects.get(run__public_id=run.public_id, number=number)


def said_by(run, number):
    return dict(MARC.mending.fields((), row(run, number)))


def test_a_record_without_a_title_comes_in_with_one_and_is_kept_as_it_came(world, tmp_path) -> None:
    nameless = with_field(CNMARC[2], "200", "1 $f[英] 沃德著")
    run = imported(world, brought(world, tmp_path, iso(CNMARC[0]) + iso(nameless)), MARC)
    assert (row(run, 2).state, row(run, 2).faults) == ("left_out", [["name_missing", "name", ""]])
    assert said_by(run, 2) | {"name": ""} == said_by(run, 2)

    outcome = mended(world, run, 2, name="河边的孩子", year="1995", price="12.50")

    assert outcome == RowMended(run=run.public_id, number=2, verdict="new", is_in=True)
    title = Title.objects.get(name="河边的孩子")
    book = book_of(title)
    assert (book.year, book.price_cents, book.authors) == (1995, 1250, "沃德")
    assert (book.summary, book.subjects) == ("适合一起读。", "儿童文学-研究-中国")
    (item,) = read_records(io.BytesIO(iso(nameless)))
    kept = TitleRecord.objects.get(title=title)
    assert plain(unpacked(bytes(kept.content))) == plain(item.record)

    file = io.BytesIO()
    write_export(file, world.desk(), Choice(), kind=ExportFormat.CNMARC)
    out = [plain(one.record) for one in read_records(io.BytesIO(file.getvalue()))]
    [ours] = [lines for lines in out if any("河边的孩子" in str(line) for line in lines)]
    assert [line for line in ours if line[0] in {"314", "998"}] == [
        line for line in plain(item.record) if line[0] in {"314", "998"}
    ]

    undone(world, run.public_id, MARC)
    assert not Title.objects.exists() and not TitleRecord.objects.exists()


def test_a_barcode_of_another_book_is_put_right_before_the_import(world, tmp_path) -> None:
    world.copy(world.title("别的书"), barcode="00000201")
    run = checked(world, brought(world, tmp_path, iso(CNMARC[1])), MARC)
    assert row(run, 1).faults == [["barcode_taken", "barcode", "00000201"]]
    before = said_by(run, 1)

    assert mended(world, run, 1, barcode="00000211 00000202 00000203").verdict == "new"

    assert said_by(run, 1) == before | {"barcode": "00000211 00000202 00000203"}
    assert row(run, 1).state == "waiting"
    start_import(world.desk(), run=run.public_id)
    work_on(world, MARC)
    copies = Copy.objects.filter(title__name="㙍上的稻田").order_by("barcode")
    assert list(copies.values_list("barcode", "accession_number", "call_number")) == [
        ("00000202", "00000202", "S511/12"),
        ("00000203", "00000203", "S511/12"),
        ("00000211", "00000201", "S511/12"),
    ]


def test_without_barcodes_the_range_gives_as_many(world, tmp_path) -> None:
    world.copy(world.title("别的书"), barcode="00000201")
    run = imported(world, brought(world, tmp_path, iso(CNMARC[0]) + iso(CNMARC[1])), MARC)

    assert mended(world, run, 2, barcode="", accession="").is_in
    assert Copy.objects.filter(title__name="㙍上的稻田", accession_number="").count() == 3


def test_what_a_record_repeats_of_one_that_waits_stands_until_it_says_something_else(
    world, tmp_path
) -> None:
    again = with_field(CNMARC[3], "905", "  $aSHIYAN$b00000101$dO212$e12")
    run = checked(world, brought(world, tmp_path, iso(CNMARC[0]) + iso(again)), MARC)
    assert row(run, 2).faults[0] == ["barcode_repeated", "barcode", "1"]

    assert mended(world, run, 2, authors="黄二").verdict == "wrong"
    assert mended(world, run, 2, barcode="00000401", accession="00000401").verdict == "new"
    assert said_by(run, 2)["authors"] == "黄二"


def test_a_branch_that_is_typed_is_looked_up_though_a_records_own_is_not(world, tmp_path) -> None:
    world.copy(world.title("别的书"), barcode="00000201")
    east = world.east()
    run = imported(world, brought(world, tmp_path, iso(CNMARC[0]) + iso(CNMARC[1])), MARC)

    assert mended(world, run, 2, barcode="", accession="", branch="西馆").verdict == "wrong"
    assert row(run, 2).faults == [["branch_unknown", "branch", "西馆"]]
    assert mended(world, run, 2, branch="东馆").is_in
    assert set(Copy.objects.filter(title__name="㙍上的稻田").values_list("branch", flat=True)) == {
        east.pk
    }


def test_a_barcode_that_can_be_none_keeps_a_record_out_as_it_does_a_row(world, tmp_path) -> None:
    fields = [*CNMARC[5], ("995", "  $f9787020002207")]
    run = imported(world, brought(world, tmp_path, iso(CNMARC[0]) + iso(fields)), MARC)
    assert row(run, 2).faults == [["barcode_is_isbn", "barcode", "9787020002207"]]

    assert mended(world, run, 2, barcode="").is_in
    assert Copy.objects.get(title__name="家谱残卷").barcode != "9787020002207"


def test_numbers_that_nobody_touches_stay_as_the_record_has_them(world, tmp_path) -> None:
    nameless = with_field(CNMARC[5], "200", "1 $f佚名辑")
    copies = [("995", "  $f30000001$jA 12"), ("995", "  $f30000002$jA 13")]
    content = iso(CNMARC[0]) + iso([*nameless, *copies])
    run = imported(world, brought(world, tmp_path, content), MARC)
    assert row(run, 2).faults == [["name_missing", "name", ""]]

    assert mended(world, run, 2, name="家谱残卷").is_in
    found = Copy.objects.filter(title__name="家谱残卷").order_by("barcode")
    assert list(found.values_list("barcode", "accession_number")) == [
        ("30000001", "A 12"), ("30000002", "A 13"),
    ]  # fmt: skip


def test_bytes_that_are_no_record_cannot_be_put_right(world, tmp_path) -> None:
    run = imported(world, brought(world, tmp_path, iso(CNMARC[0]) + b"no record\x1d"), MARC)

    assert mended(world, run, 2, name="呐喊") == ImportRefused(reasons=("not_now",))
    assert mended(world, run, 1, name="呐喊") == ImportRefused(reasons=("not_now",))
    assert "mended" not in Import.objects.get(pk=run.pk).counts
