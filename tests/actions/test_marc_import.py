"""Books from MARC files: dry run, import, undo, and the same records out again."""

import io

import pytest

from jieyue.catalog.exporting import Choice, ExportFormat, write_export
from jieyue.catalog.importing.marc import MARC, is_marc, look
from jieyue.catalog.models import Copy, Title, TitleRecord
from jieyue.catalog.queries import book_of
from jieyue.catalog.rules.marc.fields import described
from jieyue.catalog.rules.marc.keeping import unpacked
from jieyue.catalog.rules.marc.reading import read_records
from jieyue.imports.actions import FileBrought, bring_file
from jieyue.kit.tables.lines import Problem, UnreadableError
from tests.imports import checked, imported, rows_of, undone
from tests.marc_samples import CNMARC, iso, plain, xml

pytestmark = pytest.mark.django_db(transaction=True)


def file_of(folder, content, name="馆藏.iso"):
    path = folder / name
    path.write_bytes(content)
    return path


def brought(world, folder, content):
    path = file_of(folder, content)
    outcome = bring_file(world.desk(), MARC, path=path, file_name=path.name)
    assert isinstance(outcome, FileBrought), outcome
    return outcome.run


def all_of(encoding="utf-8"):
    return b"".join(iso(fields, encoding) for fields in CNMARC)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_dry_run_reads_every_record_in_any_encoding(encoding, world, tmp_path) -> None:
    run = checked(world, brought(world, tmp_path, all_of(encoding)), MARC)
    assert (run.state, run.rows_read, run.counts) == ("checked", 10, {"new": 10})
    assert run.shape["encoding"] == encoding
    first = rows_of(run)[0]
    assert first.cells == [
        *("山谷里的灯", "林海", "晨光试验出版社", "2012", "9787020002207"),
        "00000101 00000102",
    ]
    assert not Title.objects.exists()


def test_records_become_titles_with_their_copies_and_are_kept(world, tmp_path) -> None:
    run = imported(world, brought(world, tmp_path, all_of()), MARC)
    assert run.state == "done"
    assert run.counts == {"new": 10, "done": 10, "titles": 10, "copies": 16}
    by_name = {title.name: title for title in Title.objects.all()}
    for fields in CNMARC:
        (item,) = read_records(io.BytesIO(iso(fields)))
        title = by_name[described(item.record).name]
        assert book_of(title) == described(item.record)
        kept = TitleRecord.objects.get(title=title)
        assert (kept.format, kept.source) == ("cnmarc", "馆藏.iso")
        assert plain(unpacked(bytes(kept.content))) == plain(item.record)
    lamp = Copy.objects.filter(title__name="山谷里的灯").order_by("barcode")
    assert list(lamp.values_list("barcode", "accession_number", "call_number")) == [
        ("00000101", "00000101", "I247.57/12"),
        ("00000102", "00000102", "I247.57/12"),
    ]


def test_cnmarc_goes_out_as_it_came_in(world, tmp_path) -> None:
    imported(world, brought(world, tmp_path, all_of()), MARC)
    file = io.BytesIO()
    write_export(file, world.desk(), Choice(), kind=ExportFormat.CNMARC)
    read = [plain(one.record) for one in read_records(io.BytesIO(file.getvalue()))]
    out = sorted(read, key=lambda lines: lines[0])  # by their own numbers in 001
    copies = {"905", "995"}
    wanted = [
        plain(one.record) for fields in CNMARC for one in read_records(io.BytesIO(iso(fields)))
    ]
    assert [[line for line in one if line[0] not in copies] for one in out] == [
        [line for line in one if line[0] not in copies] for one in wanted
    ]


def test_a_file_exported_here_comes_in_elsewhere_as_the_same_books(world, tmp_path) -> None:
    title = world.title("红楼梦", isbn13="9787020002207", authors="曹雪芹", price_cents=5970)
    world.copy(title, barcode="B01", accession_number="0001", shelf="A-1", price_cents=4000)
    world.copy(title, barcode="B02", accession_number="0002", shelf="B-2")
    file = io.BytesIO()
    write_export(file, world.desk(), Choice(), kind=ExportFormat.MARC21_XML)
    before = book_of(title)
    Copy.objects.all().delete()
    Title.objects.all().delete()
    run = imported(world, brought(world, tmp_path, file.getvalue()), MARC)
    assert run.counts == {"new": 1, "update": 1, "done": 2, "titles": 1, "copies": 2}
    assert book_of(Title.objects.get()) == before
    copies = Copy.objects.order_by("barcode")
    assert list(copies.values_list("barcode", "accession_number", "shelf", "price_cents")) == [
        ("B01", "0001", "A-1", 4000),
        ("B02", "0002", "B-2", None),
    ]


def test_a_branch_that_is_ours_is_taken_another_is_not(world, tmp_path) -> None:
    east = world.east()
    fields = [
        (tag, body.replace("$aSHIYAN", "$a东馆") if tag == "905" else body)
        for tag, body in CNMARC[1]
    ]
    imported(world, brought(world, tmp_path, iso(CNMARC[0]) + iso(fields)), MARC)
    places = Copy.objects.order_by("barcode").values_list("barcode", "branch_id")
    assert dict(places) == {
        "00000101": world.branch.pk,
        "00000102": world.branch.pk,
        "00000201": east.pk,
        "00000202": east.pk,
        "00000203": east.pk,
    }


def test_what_is_no_record_stays_out_with_its_reason(world, tmp_path) -> None:
    content = iso(CNMARC[0]) + b"this is no record\x1d" + iso(CNMARC[1])
    run = imported(world, brought(world, tmp_path, content), MARC)
    assert [(row.verdict, row.state) for row in rows_of(run)] == [
        ("new", "done"),
        ("wrong", "left_out"),
        ("new", "done"),
    ]
    wrong = rows_of(run)[1]
    assert (wrong.faults, wrong.cells) == ([["no_leader", "", ""]], ["this is no record"])
    assert bytes(wrong.original) == b"this is no record"


def test_an_undo_takes_the_records_back_too(world, tmp_path) -> None:
    (item,) = read_records(io.BytesIO(iso(CNMARC[0])))
    mine = world.title("山谷里的灯", isbn13="9787020002207")
    run = imported(world, brought(world, tmp_path, all_of()), MARC)
    assert run.counts == {"new": 9, "update": 1, "done": 10, "titles": 9, "copies": 16}
    assert TitleRecord.objects.filter(title=mine).exists()
    assert book_of(Title.objects.get(pk=mine.pk)).summary == described(item.record).summary
    undone(world, run.public_id, MARC)
    assert list(Title.objects.values_list("name", "summary")) == [("山谷里的灯", "")]
    assert not TitleRecord.objects.exists()
    assert not Copy.objects.exists()


def test_the_same_file_again_brings_nothing_new(world, tmp_path) -> None:
    imported(world, brought(world, tmp_path, all_of()), MARC)
    again = checked(world, brought(world, tmp_path, all_of("gb18030")), MARC)
    assert again.counts == {"duplicate": 10}
    assert Title.objects.count() == 10


def test_a_file_is_known_by_what_is_in_it(tmp_path) -> None:
    collection = f"<collection>{xml(CNMARC[0])}</collection>".encode()
    cases = {"a": (all_of(), True), "b": (collection, True), "c": ("书名,作者\n".encode(), False)}
    cases["d"] = (b"<html><table></table></html>", False)
    for name, (content, wanted) in cases.items():
        assert is_marc(file_of(tmp_path, content, name)) is wanted, name
    with pytest.raises(UnreadableError) as error:
        look(file_of(tmp_path, b"<record>nothing</record>", "e"), {})
    assert error.value.problem == Problem.NO_RECORDS
