"""The pages of import: from a file over its columns and the dry run to what is in, and undo."""

import io
import tempfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.translation import override
from openpyxl import load_workbook

from jieyue.catalog.models import Copy, Title
from jieyue.catalog.rules.faults import FaultCode
from jieyue.catalog.rules.importing.columns import book_columns
from jieyue.catalog.rules.marc.findings import Oddity
from jieyue.catalog.rules.marc.findings import Problem as RecordProblem
from jieyue.imports.actions import start_check, start_import
from jieyue.imports.models import Import
from jieyue.imports.rules.runs import NOT_BROUGHT_IN, NOT_TAKEN_BACK, Against
from jieyue.interfaces.web.imports.kinds import BROUGHT
from jieyue.interfaces.web.imports.lists import OFFERED, rejected_lines
from jieyue.interfaces.web.imports.row_words import ODDITIES, RECORD_PROBLEMS, fault_note
from jieyue.interfaces.web.imports.words import PROBLEMS
from jieyue.kit import clock
from jieyue.kit.tables.lines import Line, Problem
from jieyue.kit.tables.writing import csv_lines, write_workbook
from tests.imports import HEADINGS, work_on
from tests.paper import codes_on
from tests.world import World

ROWS = (
    HEADINGS,
    ("红楼梦", "曹雪芹", "人民文学出版社", "1996", "9787020002207", "10001"),
    ("红楼梦", "曹雪芹", "人民文学出版社", "1996", "9787020002207", "10002"),
    ("西游记", "吴承恩", "人民文学出版社", "1980", "", "10003"),
    ("", "", "人民文学出版社", "", "", "10004"),
    ("=1+1", "某人", "", "", "9787020002208", "10001"),
)


def at(world: World, name: str = "start", *more: str) -> str:
    return reverse(f"imports:{name}", args=[world.library.slug, *more])


def listed(rows=ROWS, name: str = "图书.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, "".join(csv_lines(rows)).encode())


@pytest.fixture
def bring(world, staff_client):
    """Bring a file as a person does; return the public id of the import."""

    def send(file=None, **more: Any) -> str:
        given = {"kind": "books", "file": file or listed()} | more
        answer = staff_client.post(at(world), given)
        assert answer.status_code == 303, [error["text"] for error in answer.context["errors"]]
        return answer.headers["Location"].rstrip("/").split("/")[-2]

    return send


@pytest.fixture
def check(world, staff_client):
    """Have the columns taken as they were understood, and let the worker check the rows."""

    def send(run: str, **more: str):
        kinds = Import.objects.get(public_id=run).columns
        given = {f"column-{place}": kind for place, kind in enumerate(kinds)}
        given |= {"branch": "main", "item_type": "book", "do": "check"} | more
        answer = staff_client.post(at(world, "columns", run), given)
        work_on(world)
        return answer

    return send


def test_a_list_comes_in_and_what_cannot_says_why(world, staff_client, bring, check) -> None:
    run = bring()
    page = staff_client.get(at(world, "columns", run))
    assert "曹雪芹" in page.text and "9787020002207" in page.text

    assert check(run).headers["Location"] == at(world, "run", run)

    looked = staff_client.get(at(world, "run", run))
    assert "导入 3 行" in looked.text
    assert "既没有书名，也没有 ISBN。" in looked.text
    assert "第 2 行用了同一个条码" in looked.text
    assert not Title.objects.exists()

    assert staff_client.post(at(world, "intake", run)).status_code == 303
    work_on(world)

    done = staff_client.get(at(world, "run", run))
    assert "新增书目 2 种" in done.text and "新增馆藏 3 册" in done.text
    assert sorted(Copy.objects.values_list("barcode", flat=True)) == ["10001", "10002", "10003"]
    new = staff_client.get(at(world, "run", run), {"show": "new"})
    assert "西游记" in new.text and "10003" in new.text


def test_rows_that_stayed_out_are_put_right_and_brought_again(
    world, staff_client, bring, check
) -> None:
    run = bring()
    check(run)
    staff_client.post(at(world, "intake", run))
    work_on(world)
    there = set(Copy.objects.values_list("barcode", flat=True))

    book = load_workbook(io.BytesIO(_downloaded(staff_client, world, run, "xlsx")))
    rows = [[str(cell or "") for cell in row] for row in book.active.values]
    assert rows[0] == ["原表行号", "未导入的原因", "怎么改", *HEADINGS]
    assert [row[0] for row in rows[1:]] == ["5", "6"]
    assert rows[1][1] == "既没有书名，也没有 ISBN。"
    assert rows[2][3] == "=1+1"  # as text
    assert "'=1+1" in _downloaded(staff_client, world, run, "csv").decode()

    rows[1][3], rows[2][8] = "水浒传", "10005"
    file = io.BytesIO()
    write_workbook(file, "1", rows)
    again = bring(SimpleUploadedFile("改好.xlsx", file.getvalue()), kind="", again_of=run)
    assert Import.objects.get(public_id=again).columns[:4] == ["", "", "", "name"]
    check(again)
    staff_client.post(at(world, "intake", again))
    work_on(world)

    assert set(Copy.objects.values_list("barcode", flat=True)) == there | {"10004", "10005"}
    assert "改好" in staff_client.get(at(world)).text


def _downloaded(client, world: World, run: str, ending: str) -> bytes:
    answer = client.get(at(world, "rejected", run, ending))
    assert "attachment" in answer.headers["Content-Disposition"]
    return b"".join(answer.streaming_content)


def test_undo_says_first_what_goes_and_then_what_stayed(world, staff_client, bring, check) -> None:
    run = bring()
    check(run)
    staff_client.post(at(world, "intake", run))
    work_on(world)
    kept = Copy.objects.get(barcode="10003")
    Copy.objects.filter(pk=kept.pk).update(note="封面破了")

    page = staff_client.get(at(world, "undo", run))
    assert "去掉 3 册馆藏" in page.text and "去掉 2 种书目" in page.text
    assert staff_client.post(at(world, "undo", run)).status_code == 303
    work_on(world)

    after = staff_client.get(at(world, "run", run))
    assert "撤回了 2 行" in after.text and "有工作人员改过这册书" in after.text
    assert [*Copy.objects.values_list("barcode", flat=True)] == ["10003"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "是空的"),
        (b"   \n", "是空的"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, ".xls"),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "密码"),
        (b"<html><table><tr><td>x</table>", "网页"),
        (b"PK\x03\x04nothing", "损坏"),
        (b"%PDF-1.7", "不是能读的清单"),
    ],
)
def test_files_that_are_no_list_are_refused_in_words(
    content: bytes, words: str, world, staff_client
) -> None:
    file = SimpleUploadedFile("书.xlsx", content)

    answer = staff_client.post(at(world), {"kind": "books", "file": file})

    assert answer.status_code == 422 and words in answer.text
    assert not Import.objects.exists()


def test_a_kind_and_a_file_are_asked_for(world, staff_client) -> None:
    assert staff_client.post(at(world), {"kind": "cats", "file": listed()}).status_code == 422
    assert staff_client.post(at(world), {"kind": "books"}).status_code == 422


def test_another_sheet_is_read_anew(world, staff_client, bring, tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.active.title = "说明"
    book.active.append(["填表说明"])
    sheet = book.create_sheet("一年级")
    sheet.append(["书名", "定价"])
    sheet.append(["小王子", "22"])
    book.save(tmp_path / "书.xlsx")
    run = bring(SimpleUploadedFile("书.xlsx", (tmp_path / "书.xlsx").read_bytes()))

    answer = staff_client.post(at(world, "columns", run), {"do": "shape", "sheet": "一年级"})

    assert answer.status_code == 303
    assert "小王子" in staff_client.get(at(world, "columns", run)).text
    assert Import.objects.get(public_id=run).columns == ["name", "price"]


def test_a_column_and_what_is_better_are_chosen(world, staff_client, bring, check) -> None:
    world.title("红楼梦", isbn13="9787020002207", publisher="别的社")
    run = bring()

    check(run, **{"better-2": "on", "column-1": ""})

    kept = Import.objects.get(public_id=run)
    assert kept.columns == ["name", "", "publisher", "year", "isbn", "barcode"]
    asked = {"branch": "main", "item_type": "book", "call_numbers": False}
    assert kept.options == asked | {"replaces": ["publisher"]}
    page = staff_client.get(at(world, "run", run), {"show": "update"})
    assert "补上或替换：出版社" in page.text


def test_without_a_title_or_isbn_nothing_is_checked_and_nothing_lost(
    world, staff_client, bring
) -> None:
    run = bring()
    given = {"column-1": "authors", "branch": "main", "item_type": "book", "do": "check"}

    answer = staff_client.post(at(world, "columns", run), given)

    assert answer.status_code == 409 and "图书要有书名或 ISBN" in answer.text
    assert Import.objects.get(public_id=run).columns[1] == "authors"


def test_progress_is_asked_for_until_it_is_done(world, staff_client, bring) -> None:
    run = bring()
    start_check(world.desk(), run=run)
    page = staff_client.get(at(world, "run", run))
    assert at(world, "progress", run) in page.text

    answer = staff_client.get(at(world, "progress", run))
    tag = {"HTTP_IF_NONE_MATCH": answer.headers["ETag"]}
    assert "<progress" in answer.text
    assert staff_client.get(at(world, "progress", run), **tag).status_code == 304
    work_on(world)

    assert staff_client.get(at(world, "progress", run)).status_code == 303


def test_a_check_and_an_import_are_stopped_and_go_on(world, staff_client, bring, check) -> None:
    run = bring()
    start_check(world.desk(), run=run)
    staff_client.post(at(world, "stop", run))
    assert Import.objects.get(public_id=run).state == "uploaded"
    check(run)
    start_import(world.desk(), run=run)
    staff_client.post(at(world, "stop", run))
    assert "还有 5 行等待导入" in staff_client.get(at(world, "run", run)).text

    staff_client.post(at(world, "intake", run))
    work_on(world)

    assert Copy.objects.count() == 3


def test_one_import_waits_for_the_other(world, staff_client, bring) -> None:
    first, second = bring(), bring()
    start_check(world.desk(), run=first)
    given = {"column-0": "name", "branch": "main", "item_type": "book", "do": "check"}

    answer = staff_client.post(at(world, "columns", second), given)

    assert answer.status_code == 409 and "另一次导入正在进行" in answer.text


def test_a_file_is_forgotten(world, staff_client, bring) -> None:
    run = bring()

    assert staff_client.post(at(world, "forget", run)).headers["Location"] == at(world)
    assert not Import.objects.exists()
    assert staff_client.get(at(world, "run", run)).status_code == 404


def test_a_file_that_turned_out_to_be_broken_can_be_forgotten(world, staff_client, bring) -> None:
    run = bring()
    Import.objects.filter(public_id=run).update(state="failed", problem="broken")

    page = staff_client.get(at(world, "run", run))

    assert at(world, "forget", run) in page.text


def test_a_list_of_which_rows_of_other_branches_stayed_can_be_undone_on(
    world, staff_client, bring
) -> None:
    run = bring()
    counts = {"undone": 2, "kept": 1, "elsewhere": 1, "copies": 1}
    Import.objects.filter(public_id=run).update(
        state="undone", counts=counts, ended_at=clock.now(), undone_at=clock.now()
    )

    page = staff_client.get(at(world, "run", run)).text

    assert ("部分已撤销" in page, "可以在" in page) == (True, True)
    assert (at(world, "undo", run) in page, at(world, "forget", run) in page) == (True, False)
    assert "1 册" in staff_client.get(at(world, "undo", run)).text


def test_labels_of_what_came_in_are_printed_without_retyping(
    world, staff_client, bring, check
) -> None:
    run = bring()
    check(run)
    staff_client.post(at(world, "intake", run))
    work_on(world)
    labels = reverse("labels:books", args=[world.library.slug])
    page = staff_client.get(labels, {"import": run})
    assert f'name="run" value="{run}"' in page.text
    assert staff_client.get(labels, {"import": "000000000000"}).status_code == 404

    sheet = {"which": "import", "run": run, "kind": "code", "symbology": "code128", "sheet": "24"}
    answer = staff_client.post(labels, sheet | {"do": "print"})

    assert [code for _, code in codes_on(answer.content)] == ["10001", "10002", "10003"]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_empty_list_is_read_back_as_what_it_says(world, staff_client, language) -> None:
    for kind, names in OFFERED.items():
        with override(language):
            looked = BROUGHT[kind].work.look
            answer = staff_client.get(
                at(world, "template", kind.value), HTTP_ACCEPT_LANGUAGE=language
            )
        content = b"".join(answer.streaming_content)
        assert [*_columns(looked, content)] == [*names], kind


def _columns(look: Any, content: bytes) -> list[str]:
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        file.write(content)
        file.flush()
        return [column.kind for column in look(Path(file.name), {}).columns]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_columns_with_reasons_mean_nothing_when_they_come_back(language) -> None:
    with override(language):
        [headings] = rejected_lines(["书名", "ISBN"], [])
    rows = [Line(1, tuple(headings)), Line(2, ("5", "没有书名", "填上", "", "9787020002207"))]
    assert book_columns(rows).kinds == ("", "", "", "name", "isbn")


def test_a_file_that_came_in_before_is_known_again(world, staff_client, bring, check) -> None:
    first = bring()
    check(first)
    staff_client.post(at(world, "intake", first))
    work_on(world)

    again = bring(listed(name="又一次.csv"))
    page = staff_client.get(at(world, "columns", again))

    text = page.context["before"]["text"]
    assert text.startswith("这个文件已在") and text.endswith("日导入过，共 3 册。")
    assert text in page.content.decode()
    check(again)
    assert text in staff_client.get(at(world, "run", again)).content.decode()
    # A warning, nothing more; and of what was taken back there is none.
    assert staff_client.post(at(world, "undo", first)).status_code == 303
    work_on(world)
    assert text not in staff_client.get(at(world, "run", again)).content.decode()
    assert "before" not in staff_client.get(at(world, "run", first)).context


def test_who_brought_a_list_sees_that_it_was_given_up(world, staff_client, bring, check) -> None:
    run = bring()
    Import.objects.filter(public_id=run).update(problem="given_up")
    words = "这份清单处理时多次出错，已经停下。"

    assert words in staff_client.get(at(world, "columns", run)).content.decode()
    check(run)
    assert words not in staff_client.get(at(world, "run", run)).content.decode()
    Import.objects.filter(public_id=run).update(problem="given_up", state="stopped")
    page = staff_client.get(at(world, "run", run))
    assert words in page.content.decode() and page.context["result"]["start_words"]


def test_helpers_bring_nothing_in(world, helper_client, bring) -> None:
    run = bring()
    assert helper_client.get(at(world)).status_code == 403
    assert helper_client.get(at(world, "run", run)).status_code == 403
    assert helper_client.post(at(world, "intake", run)).status_code == 403


def test_every_fault_and_every_reason_has_words() -> None:
    given = {code.value for code in Against} | {code.value for code in Problem}
    assert given - set(PROBLEMS) == set()
    assert {code.value for code in RecordProblem} - set(RECORD_PROBLEMS) == set()
    assert {code.value for code in Oddity} - set(ODDITIES) == set()
    for code in FaultCode:
        assert code.value not in fault_note((code.value, "title.copy", "3")).text
    for odd in (NOT_BROUGHT_IN, NOT_TAKEN_BACK):
        with override("zh-hans"):
            notes = [fault_note((odd, "", ""), kind) for kind in ("books", "readers")]
        assert notes[0] == notes[1]
        assert not notes[0].text.isascii() and not notes[0].help.isascii()
