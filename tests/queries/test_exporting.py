"""The catalogue as files: our own import reads them back as the same books and copies."""

import io
from datetime import UTC, date, datetime

import pytest

from jieyue.catalog.exporting import Choice, ExportFormat, LeftOut, write_export
from jieyue.catalog.models import Copy, TitleRecord
from jieyue.catalog.rules.descriptions import Description, draft_name
from jieyue.catalog.rules.exporting.tables import COLUMN_KINDS, headings
from jieyue.catalog.rules.importing.columns import VOCABULARY, book_columns
from jieyue.catalog.rules.importing.lists import rows_in
from jieyue.catalog.rules.importing.rows import RowCopies
from jieyue.catalog.rules.marc.fields import described
from jieyue.catalog.rules.marc.findings import Encoding
from jieyue.catalog.rules.marc.formats import MarcFormat, format_of
from jieyue.catalog.rules.marc.holdings import Holding, holdings_of
from jieyue.catalog.rules.marc.reading import read_records
from jieyue.catalog.rules.marc.writing import Limit
from jieyue.catalog.search.indexing import index_again
from jieyue.kit.tables.headings import columns_of, width_of
from jieyue.kit.tables.lines import Line
from jieyue.kit.tables.reading import lines_of, shape_of
from tests.marc_samples import CNMARC, iso, plain

FULL = Description(
    name="红楼梦",
    isbn13="9787020002207",
    subtitle="脂砚斋评本",
    authors="曹雪芹 / 高鹗",
    translators="杨宪益",
    publisher="人民文学出版社",
    year=1996,
    price_cents=5970,
    pages=1606,
    series="中国古典文学读本丛书",
    clc="I242.4",
    language="zh",
    audience="adult",
    summary="=贾府的兴衰，从一块石头说起。",
    place="北京",
    edition="第2版",
    volume="上册",
    subjects="长篇小说 / 章回小说",
)


@pytest.fixture
def stocked(world):
    """Three titles: one with all its fields and two copies, a bare one, and a draft without any."""
    full = world.title(**{name: getattr(FULL, name) for name in FULL.__slots__})
    first = world.copy(
        full,
        barcode="00012345",
        accession_number="0000001",
        shelf="二楼 A-3",
        call_number="I242.4/7",
        price_cents=4890,
        source="购入",
        supplier="新华书店",
        parts="CD 1 张",
        note="+86 有签名",
    )
    Copy.objects.filter(pk=first.pk).update(added_at=datetime(2025, 9, 1, 2, 0, tzinfo=UTC))
    world.copy(full, barcode="A-2", standing="repair")
    world.copy(full, barcode="OLD-1", standing=Copy.Standing.WITHDRAWN, withdrawn_at=world.now)
    bare = world.title("@山谷里的灯", unified_number="10019·1234")
    world.copy(bare, barcode="B-1")
    world.title(draft_name("9787111075752"), isbn13="9787111075752", state="draft")
    return world


def written(world, choice=None, **how):
    file = io.BytesIO()
    exported = write_export(file, world.desk(), choice or Choice(), **how)
    return file.getvalue(), exported


def read_back(path, content):
    path.write_bytes(content)
    shape = shape_of(path)
    columns = book_columns(list(lines_of(path, shape)))
    assert [column.how for column in columns.columns] == ["heading"] * len(columns.columns)
    rows = rows_in(lines_of(path, shape), columns, this_year=2026, width=width_of(columns, shape))
    return [listed.row for listed in rows]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_our_import_knows_every_heading(language) -> None:
    columns = columns_of([Line(1, headings(language)), Line(2, ("x",))], VOCABULARY)
    assert columns.kinds == COLUMN_KINDS


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    ("kind", "encoding"),
    [
        (ExportFormat.XLSX, Encoding.UTF8),
        (ExportFormat.CSV, Encoding.UTF8),
        (ExportFormat.CSV, Encoding.GB18030),
    ],
)
def test_a_table_is_read_back_as_the_same_books_and_copies(
    kind, encoding, language, stocked, tmp_path
) -> None:
    content, exported = written(stocked, kind=kind, encoding=encoding, language=language)
    rows = read_back(tmp_path / "table", content)
    assert (exported.titles, exported.copies) == (3, 3)
    assert [(row.faults, row.doubts) for row in rows] == [((), ())] * 4
    bare = Description(name="@山谷里的灯", unified_number="10019·1234")
    draft = Description(name=draft_name("9787111075752"), isbn13="9787111075752")
    assert [row.book for row in rows] == [FULL, FULL, bare, draft]
    common = {"branch": "总馆", "item_type": "图书", "added_on": date(2026, 3, 2)}
    assert [row.copies for row in rows] == [
        RowCopies(
            **common | {"added_on": date(2025, 9, 1)},
            barcodes=("00012345",),
            accessions=("0000001",),
            shelf="二楼 A-3",
            call_number="I242.4/7",
            price_cents=4890,
            source="购入",
            supplier="新华书店",
            parts="CD 1 张",
            note="+86 有签名",
        ),
        RowCopies(**common, barcodes=("A-2",), standing="repair"),
        RowCopies(**common, barcodes=("B-1",)),
        RowCopies(count=0),
    ]


@pytest.mark.parametrize(
    ("kind", "encoding", "family"),
    [
        (ExportFormat.CNMARC, Encoding.UTF8, MarcFormat.CNMARC),
        (ExportFormat.CNMARC, Encoding.GB18030, MarcFormat.CNMARC),
        (ExportFormat.MARC21, Encoding.UTF8, MarcFormat.MARC21),
        (ExportFormat.CNMARC_XML, Encoding.UTF8, MarcFormat.CNMARC),
        (ExportFormat.MARC21_XML, Encoding.UTF8, MarcFormat.MARC21),
    ],
)
def test_records_are_read_back_as_the_same_books_and_copies(
    kind, encoding, family, stocked
) -> None:
    content, exported = written(stocked, kind=kind, encoding=encoding)
    records = [one.record for one in read_records(io.BytesIO(content))]
    assert (exported.titles, exported.copies, exported.left_out) == (3, 3, ())
    assert [format_of(one) for one in records] == [family] * 3
    bare = Description(name="@山谷里的灯", unified_number="10019·1234")
    draft = Description(name=draft_name("9787111075752"), isbn13="9787111075752")
    assert [described(one) for one in records] == [FULL, bare, draft]
    assert holdings_of(records[0]) == (
        Holding(
            barcode="00012345",
            accession="0000001",
            branch="main",
            shelf="二楼 A-3",
            call_number="I242.4/7",
            price_cents=4890,
        ),
        Holding(barcode="A-2", branch="main"),
    )


def test_a_record_that_was_kept_goes_out_with_all_it_had(world) -> None:
    fields = next(fields for fields in CNMARC if any(tag == "905" for tag, _ in fields))
    (item,) = read_records(io.BytesIO(iso(fields)))
    book = described(item.record)
    title = world.title(**{name: getattr(book, name) for name in Description.__slots__})
    TitleRecord.objects.create(
        library=world.library,
        title=title,
        format="cnmarc",
        content=item.original,
        kept_at=world.now,
    )
    for number in ("00000101", "00000102"):
        world.copy(title, accession_number=number, barcode=f"B{number}")
    content, _ = written(world, kind=ExportFormat.CNMARC)
    (record,) = [one.record for one in read_records(io.BytesIO(content))]
    copies = {"905", "995"}
    before = [line for line in plain(item.record) if line[0] not in copies]
    assert [line for line in plain(record) if line[0] not in copies] == before
    assert [one.accession for one in holdings_of(record)] == ["00000101", "00000102"]


def test_what_iso_2709_cannot_hold_is_said(world) -> None:
    long = world.title("长", summary="字" * 4_000)
    short = world.title("短")
    content, exported = written(world, kind=ExportFormat.CNMARC)
    assert exported.left_out == (LeftOut(long.public_id, "长", Limit.FIELD_TOO_LONG, "330"),)
    assert (exported.titles, exported.left_out_count) == (1, 1)
    assert [described(one.record).name for one in read_records(io.BytesIO(content))] == ["短"]
    content, exported = written(world, kind=ExportFormat.CNMARC_XML)
    assert (exported.titles, exported.left_out) == (2, ())
    assert short.name == "短"


def names(world, desk=None, **choice):
    file = io.BytesIO()
    write_export(file, desk or world.desk(), Choice(**choice), kind=ExportFormat.MARC21_XML)
    records = [one.record for one in read_records(io.BytesIO(file.getvalue()))]
    return [
        (described(one).name, *(held.barcode for held in holdings_of(one) if held.barcode))
        for one in records
        if hasattr(one, "fields")
    ]


def test_a_part_is_chosen_by_search_pile_place_class_and_day(stocked) -> None:
    world = stocked
    east = world.copy(world.title("东边的书", clc="I247"), branch=world.east(), barcode="E-1")
    index_again([east.title_id])
    full, bare = ("红楼梦", "00012345", "A-2"), ("@山谷里的灯", "B-1")
    assert names(world, text="honglou") == [full]
    assert names(world, is_unsure=True) == [(draft_name("9787111075752"),)]
    assert names(world, barcodes=("B-1", "nobody's", "A-2")) == [bare, ("红楼梦", "A-2")]
    assert names(world, branch="east") == [("东边的书", "E-1")]
    assert names(world, clc="I24") == [full, ("东边的书", "E-1")]
    assert names(world, shelf="二楼 A-3") == [("红楼梦", "00012345")]
    assert names(world, added_to=date(2025, 9, 1)) == [("红楼梦", "00012345")]
    for_ever = {"added_from": date.min, "added_to": date.max}
    assert names(world, branch="east", **for_ever) == [("东边的书", "E-1")]
    assert names(world, clc="I242", with_withdrawn=True) == [(*full, "OLD-1")]
    only_east = world.desk(branch_ids=frozenset({world.east().pk}))
    assert names(world, only_east) == [("东边的书", "E-1")]
    assert names(world, only_east, barcodes=("A-2", "E-1")) == [("东边的书", "E-1")]


def test_barcodes_of_a_pile_that_are_on_no_copy_are_said(stocked) -> None:
    choice = Choice(barcodes=("B-1", "nobody's"))
    _, exported = written(stocked, choice, kind=ExportFormat.CSV)
    assert (exported.copies, exported.unknown) == (1, ("nobody's",))


def test_lots_take_a_fixed_number_of_statements(world, django_assert_num_queries):
    for number in range(3):
        world.copy(world.title(f"书 {number}"))
    with django_assert_num_queries(6):  # branches, types; ids, copies, titles; no more ids
        written(world, kind=ExportFormat.CSV)
    for number in range(40):
        world.copy(world.title(f"另一本 {number}"))
    with django_assert_num_queries(6):
        written(world, kind=ExportFormat.CSV)
