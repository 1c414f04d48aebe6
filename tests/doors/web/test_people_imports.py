"""Readers, their loans, reservations and dues come in at the same pages as books."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.translation import override

from jieyue.circulation.models import Loan
from jieyue.imports.models import Import
from jieyue.imports.rules.runs import Kind
from jieyue.interfaces.web.imports.kinds import BROUGHT
from jieyue.interfaces.web.imports.people_words import FAULTS
from jieyue.interfaces.web.imports.row_words import fault_note
from jieyue.patrons.models import Patron
from jieyue.patrons.rules.importing.faults import RowFault
from tests.imports import work_on
from tests.world import World

READERS = """学号,姓名,年级,班级,家长电话,证号
2023001,林晓雨,3,2,13800138000,A0001
2023002,王小明,3,2,,
2023002,陈静,3,2,,
"""


def at(world: World, name: str = "start", *more: str) -> str:
    return reverse(f"imports:{name}", args=[world.library.slug, *more])


def brought(world: World, client, kind: Kind, text: str, **options: str) -> str:
    """Bring a list as a person does, take the columns as they were understood, have it checked."""
    file = SimpleUploadedFile("名册.csv", text.encode())
    answer = client.post(at(world), {"kind": kind.value, "file": file})
    assert answer.status_code == 303, [error["text"] for error in answer.context["errors"]]
    run = str(answer.headers["Location"]).rstrip("/").split("/")[-2]
    kinds = Import.objects.get(public_id=run).columns
    given = {f"column-{place}": name for place, name in enumerate(kinds)} | options
    answer = client.post(at(world, "columns", run), given | {"do": "check"})
    assert answer.status_code == 303, answer.text
    work_on(world, BROUGHT[kind].work)
    return run


def come_in(world: World, client, kind: Kind, run: str) -> str:
    """Bring the rows in; return the page."""
    assert client.post(at(world, "intake", run)).status_code == 303
    work_on(world, BROUGHT[kind].work)
    return str(client.get(at(world, "run", run)).text)


def test_readers_and_what_they_have_on_loan_come_in_at_the_pages(world, staff_client) -> None:
    run = brought(
        world, staff_client, Kind.READERS, READERS, branch="main", category="adult",
        card_is_student_number="on",
    )  # fmt: skip

    checked = staff_client.get(at(world, "run", run)).text
    assert "2 位新读者" in checked and "第 3 行已用了这个学号或工号。" in checked
    assert not Patron.objects.exists()
    done = come_in(world, staff_client, Kind.READERS, run)
    assert "2 位新读者" in done
    new = staff_client.get(at(world, "run", run), {"show": "new"}).text
    assert "三年级2班 · 2023001 · A0001 · 13800138000" in new

    world.copy(barcode="30000001")
    text = "证号,条码,借书日期,应还日期\n2023002,30000001,2026-2-1,2026-3-3\nA9,30000001,,\n"
    loans = brought(world, staff_client, Kind.LOANS, text)
    page = come_in(world, staff_client, Kind.LOANS, loans)
    assert "在借1册" in page and "本馆没有这位读者（“A9”）。" in page
    assert Loan.objects.get().patron.name == "王小明"
    rejected = staff_client.get(at(world, "rejected", loans, "csv"))
    assert "第 2 行已把这本书借出。" in b"".join(rejected.streaming_content).decode()


def test_books_that_a_list_of_reservations_and_dues_names_are_told(world, staff_client) -> None:
    world.copy(world.title("围城", isbn13="9787020024759"))
    world.patron("林晓雨", card="A0001")
    holds = "证号,ISBN,书名\nA0001,9787020024759,围城\nA0001,,城南旧事\n"
    run = brought(world, staff_client, Kind.HOLDS, holds)

    assert "9787020024759 · 围城" in staff_client.get(at(world, "run", run), {"show": "new"}).text
    assert "城南旧事" in staff_client.get(at(world, "run", run)).text

    dues = "证号,金额,原因,书名\nA0001,3.50,超期,《围城》（上）\n"
    run = brought(world, staff_client, Kind.DUES, dues)
    assert "3.50 · 超期 · 《围城》（上）" in staff_client.get(at(world, "run", run)).text


def test_deposits_come_in_where_the_library_takes_them(world, staff_client) -> None:
    world.patron("林晓雨", card="A0001")
    text = "读者证号,押金,交押金日期\nA0001,100,2019-09-01\n"
    refused = brought(world, staff_client, Kind.DEPOSITS, text)
    assert "本馆不收押金。" in staff_client.get(at(world, "run", refused)).text

    world.policy(needs_deposit=True)
    run = brought(world, staff_client, Kind.DEPOSITS, text)
    assert "1 笔押金" in come_in(world, staff_client, Kind.DEPOSITS, run)
    assert "1 笔押金将被冲销" in staff_client.get(at(world, "undo", run)).text
    reader = Patron.objects.get()
    own = reverse("money:deposit", args=[world.library.slug, reader.public_id])
    assert "旧系统" in staff_client.get(own).text


def test_what_goes_with_an_undo_is_said_before_it(world, staff_client) -> None:
    run = brought(world, staff_client, Kind.READERS, READERS, branch="main", category="adult")
    come_in(world, staff_client, Kind.READERS, run)

    asked = staff_client.get(at(world, "undo", run)).text
    assert "2 位读者将被删除" in asked
    assert staff_client.post(at(world, "undo", run)).status_code == 303
    work_on(world, BROUGHT[Kind.READERS].work)
    assert not Patron.objects.exists()


def test_every_fault_about_people_has_words() -> None:
    assert {code.value for code in RowFault} - set(FAULTS) == {"something_followed"}
    for code in RowFault:
        with override("zh-hans"):
            note = fault_note((code.value, "edited", "3"), Kind.READERS)
        assert note.help and code.value not in note.text and not note.text.isascii()
