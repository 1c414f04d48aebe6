"""MARC records on their way in, as staff meet them: told from a table, put right, brought again."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from jieyue.catalog.importing.marc import MARC
from jieyue.catalog.models import Copy, Title
from jieyue.catalog.rules.marc.fields import described
from jieyue.catalog.rules.marc.reading import read_records
from jieyue.imports.models import Import
from tests.actions.test_marc_import import brought
from tests.imports import imported, work_on
from tests.marc_samples import CNMARC, iso

pytestmark = pytest.mark.django_db(transaction=True)


def at(world, name, *more):
    return reverse(f"imports:{name}", args=[world.library.slug, *more])


def test_records_come_in_and_those_that_cannot_are_given_back(world, staff_client) -> None:
    world.copy(world.title("别的书"), barcode="00000201")
    content = iso(CNMARC[0]) + iso(CNMARC[1], "utf-8") + b"this is no record\x1d"
    file = SimpleUploadedFile("馆藏.iso", content)
    staff_client.post(at(world, "start"), {"kind": "books", "file": file})
    run = Import.objects.get()
    assert (run.kind, run.state) == ("marc", "uploaded")
    page = staff_client.get(at(world, "columns", run.public_id))
    assert (page.status_code, page.text.count(">UTF-8<")) == (200, 1)
    options = {"branch": "main", "item_type": "book"}
    staff_client.post(at(world, "columns", run.public_id), options)
    work_on(world, MARC)
    checked = staff_client.get(at(world, "run", run.public_id) + "?show=new").content.decode()
    assert "山谷里的灯" in checked
    staff_client.post(at(world, "intake", run.public_id))
    work_on(world, MARC)
    assert Title.objects.filter(name="山谷里的灯").exists()
    back = staff_client.get(at(world, "rejected", run.public_id, "iso"))
    content = b"".join(back.streaming_content)
    first, second = read_records(io.BytesIO(content))
    assert described(first.record).name == "㙍上的稻田"
    assert second.original == b"this is no record"
    assert staff_client.get(at(world, "rejected", run.public_id, "csv")).status_code == 404
    table = staff_client.get(at(world, "rejected", run.public_id, "xlsx"))
    sheet = load_workbook(io.BytesIO(b"".join(table.streaming_content))).active
    assert [cell.value for cell in sheet[1]][3:] == [
        "书名",
        "作者",
        "出版社",
        "年份",
        "ISBN",
        "条码",
    ]
    assert [cell.value for cell in sheet[2]][3] == "㙍上的稻田"
    assert "MARC 编辑软件" in staff_client.get(at(world, "run", run.public_id)).text


def test_a_record_is_put_right_on_its_page_what_is_wrong_first(
    world, staff_client, tmp_path
) -> None:
    world.copy(world.title("别的书"), barcode="00000201")
    content = iso(CNMARC[0]) + iso(CNMARC[1]) + b"no record\x1d"
    run = imported(world, brought(world, tmp_path, content), MARC).public_id
    listed = staff_client.get(at(world, "run", run) + "?show=wrong")
    assert at(world, "row", run, 2) in listed.text
    assert at(world, "row", run, 3) not in listed.text

    page = staff_client.get(at(world, "row", run, 2))
    assert "改正第 2 条记录" in page.text
    first, second = page.context["fields"][:2]
    assert (first["label"], second["label"]) == ("条码", "书名")
    assert first["notes"][0].text == "条码 00000201 已经用在馆里另一种书上。"

    labels = [field["label"] for field in page.context["fields"]]
    assert labels == ["条码", "书名", "作者", "出版社", "年份", "ISBN", "册数"]
    assert "索书号" in [field["label"] for field in page.context["more"]]

    still = staff_client.post(at(world, "row", run, 2), {first["name"]: "00000211"})
    assert still.status_code == 422 and "册数" in still.text
    codes = "00000211 00000212 00000213"
    right = staff_client.post(at(world, "row", run, 2), {first["name"]: codes})
    assert Copy.objects.filter(title__name="㙍上的稻田").count() == 3
    assert right.headers["Location"] == at(world, "run", run)
    assert staff_client.get(at(world, "row", run, 3)).status_code == 303
    assert staff_client.post(at(world, "row", run, 3), {"cell-0": "x"}).status_code == 409
