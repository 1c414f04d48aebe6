"""Exports, registers and MARC records as staff meet them."""

import io

import pytest
from django.urls import reverse

from jieyue.audit.models import Entry
from jieyue.catalog.models import Copy, TitleRecord
from jieyue.catalog.rules.marc.fields import described
from jieyue.catalog.rules.marc.reading import read_records
from jieyue.interfaces.web.exports.forms import MAX_PILE
from jieyue.kit.tables.reading import lines_of, shape_of
from jieyue.libraries.models import Role
from tests.marc_samples import CNMARC, iso

FORM = {"which": "all", "kind": "csv", "encoding": "utf-8"}


def at(world, name, **ids):
    return reverse(f"exports:{name}", kwargs={"slug": world.library.slug, **ids})


def body(answer):
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_the_catalogue_is_downloaded_as_a_table(world, staff_client) -> None:
    world.copy(world.title("红楼梦", isbn13="9787020002207"), barcode="B1")
    page = staff_client.get(at(world, "books") + "?q=hlm").content.decode()
    assert 'value="hlm"' in page
    answer = staff_client.post(at(world, "books"), FORM)
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="northfield-')
    assert answer.headers["Cache-Control"] == "no-store"
    text = body(answer).decode("utf-8-sig").splitlines()
    assert text[0].startswith("条码号,登录号,题名")
    assert text[1].startswith("B1,,红楼梦")


def test_a_workbook_of_a_search_has_only_what_it_finds(world, staff_client, tmp_path) -> None:
    world.copy(world.title("红楼梦"), barcode="B1")
    world.copy(world.title("编译器的第一课"), barcode="B2")
    form = FORM | {"which": "search", "q": "honglou", "kind": "xlsx"}
    path = tmp_path / "books.xlsx"
    path.write_bytes(body(staff_client.post(at(world, "books"), form)))
    lines = list(lines_of(path, shape_of(path)))
    assert [line.cells[0] for line in lines] == ["条码号", "B1"]


def test_a_pile_of_more_barcodes_than_may_be_asked_for_is_refused(world, staff_client) -> None:
    form = FORM | {"which": "pile", "barcodes": "1\n" * (MAX_PILE + 1)}
    answer = staff_client.post(at(world, "books"), form)
    assert (answer.status_code, "超过 20000 册。请少选一些" in answer.content.decode()) == (
        422,
        True,
    )


def test_what_does_not_fit_is_said_before_the_rest_is_downloaded(world, staff_client) -> None:
    world.title("长", summary="字" * 4_000)
    world.copy(world.title("短"), barcode="B1")
    form = FORM | {"kind": "cnmarc"}
    answer = staff_client.post(at(world, "books"), form)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "1 种书的记录太长" in page
    assert "下载其余 1 种" in page
    rest = body(staff_client.post(at(world, "books"), form | {"do": "anyway"}))
    assert [described(one.record).name for one in read_records(io.BytesIO(rest))] == ["短"]


@pytest.mark.parametrize(
    ("changes", "status", "words"),
    [
        ({"which": "search"}, 422, "请填写要搜索的内容"),
        ({"which": "pile"}, 422, "请扫描或粘贴条形码"),
        ({"added_from": "2026-02-01", "added_to": "2026-01-01"}, 422, "早于起始日期"),
        ({"clc": "Z9"}, 409, "没有符合条件的书"),
        ({"which": "pile", "barcodes": "B1 nobody"}, 409, "1 个条形码不在"),
    ],
)
def test_what_is_in_the_way_is_said(changes, status, words, world, staff_client) -> None:
    world.copy(world.title("短"), barcode="B1")
    answer = staff_client.post(at(world, "books"), FORM | changes)
    assert (answer.status_code, words in answer.content.decode()) == (status, True)


def test_the_record_of_a_title_is_shown_and_downloaded(world, staff_client) -> None:
    (item,) = read_records(io.BytesIO(iso(CNMARC[0])))
    title = world.title("山谷里的灯", isbn13="9787020002207")
    made = staff_client.get(at(world, "record", title=title.public_id)).content.decode()
    assert "这本书没有原始记录" in made
    TitleRecord.objects.create(
        library=world.library, title=title, format="cnmarc", content=item.original,
        kept_at=world.now,
    )  # fmt: skip
    kept = staff_client.get(at(world, "record", title=title.public_id)).content.decode()
    assert "这本书带有原始记录" in kept
    assert "著者其他著作未详" in kept
    other = at(world, "record", title=title.public_id) + "?format=marc21"
    assert "原始记录是 CNMARC" in staff_client.get(other).content.decode()
    address = at(world, "record_file", title=title.public_id)
    for query in ("", "?encoding=gb18030", "?as=xml", "?format=marc21", "?format=marc21&as=xml"):
        answer = staff_client.get(address + query)
        (one,) = read_records(io.BytesIO(answer.content))
        assert described(one.record).isbn13 == "9787020002207", query


def test_a_record_too_long_for_iso_2709_is_offered_as_xml(world, staff_client) -> None:
    title = world.title("长", summary="字" * 4_000)
    page = staff_client.get(at(world, "record", title=title.public_id)).content.decode()
    assert "ISO 2709 放不下" in page
    address = at(world, "record_file", title=title.public_id)
    assert staff_client.get(address).status_code == 409
    assert staff_client.get(address + "?as=xml").status_code == 200


def test_registers_are_shown_printed_and_downloaded(world, staff_client, tmp_path) -> None:
    title = world.title("红楼梦", clc="I242.4", price_cents=5_970)
    world.copy(title, barcode="B1", accession_number="0001", source="购入", supplier="新华书店")
    gone = world.copy(title, barcode="B2", accession_number="0002")
    Copy.objects.filter(pk=gone.pk).update(
        standing="withdrawn", withdrawn_at=world.now, note="破损"
    )
    days = "?first=2026-01-01&last=2026-12-31"
    for name in ("registers", "register_sheet"):
        page = staff_client.get(at(world, name) + days).content.decode()
        assert "新华书店" in page
        assert "破损" in page
        assert "59.70" in page
    for name in ("accessions", "accessions_sheet"):
        page = staff_client.get(at(world, name) + days).content.decode()
        assert "0001" in page
        assert "2026-03-02" in page
    for name, words in (("register_file", "期末结存"), ("accessions_file", "0002")):
        path = tmp_path / f"{name}.xlsx"
        path.write_bytes(body(staff_client.get(at(world, name) + days)))
        cells = [cell for line in lines_of(path, shape_of(path)) for cell in line.cells]
        assert words in cells


def test_registers_need_days_that_run_forwards(world, staff_client) -> None:
    for name in ("registers", "register_sheet", "register_file", "accessions", "accessions_file"):
        answer = staff_client.get(at(world, name) + "?first=2026-02-01&last=2026-01-01")
        assert answer.status_code == 422, name
        assert "早于起始日期" in answer.content.decode()
    assert "这段时间没有入藏" in staff_client.get(at(world, "accessions")).content.decode()


def test_a_helper_without_the_catalogue_is_told_so(world, staff_client) -> None:
    world.staff.role.permissions = ["checkin"]
    world.staff.role.save()
    for name in ("books", "registers", "accessions"):
        assert staff_client.get(at(world, name)).status_code == 403


def test_readers_are_downloaded_by_whoever_may_see_them(world, staff_client) -> None:
    world.patron("林晓雨", card="A0001", group_name="三年级2班", phone="13800138000")
    world.patron("王小明", card="A0002")
    page = staff_client.get(at(world, "readers") + "?group=三年级2班").content.decode()
    assert '<option value="三年级2班" selected>' in page
    given = {"kind": "csv", "group": "三年级2班"}
    lines = body(staff_client.post(at(world, "readers"), given)).decode("utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in lines] == ["姓名", "林晓雨"]
    [entry] = Entry.objects.filter(action="export_readers")
    assert (entry.staff_id, entry.data["readers"]) == (world.staff.pk, 1)
    wrong = staff_client.post(at(world, "readers"), {"kind": "pdf"})
    assert wrong.status_code == 422
    Role.objects.update(permissions=["patron_view"])
    assert staff_client.get(at(world, "readers")).status_code == 403
