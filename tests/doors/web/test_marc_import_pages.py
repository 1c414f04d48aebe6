"""MARC records on their way in, as staff meet them: told from a table, put right, brought again."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from jieyue.catalog.importing.marc import MARC
from jieyue.catalog.models import Title
from jieyue.catalog.rules.marc.fields import described
from jieyue.catalog.rules.marc.reading import read_records
from jieyue.imports.models import Import
from tests.imports import work_on
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
