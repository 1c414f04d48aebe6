"""Pages of an import: call numbers that are given, and a wrong row that is put right."""

from datetime import timedelta

from jieyue.catalog.actions.shelving import set_shelving
from jieyue.catalog.models import Copy, SourceConfig
from jieyue.imports.actions import start_import, stop_import
from jieyue.imports.jobs import forget_old_imports
from jieyue.imports.models import ImportRow
from jieyue.imports.rules.runs import KEPT
from jieyue.kit import clock
from tests.doors.web.test_imports import ROWS, at
from tests.imports import brought, checked, imported, work_on


def test_call_numbers_by_the_shelving_scheme_are_offered_told_and_given(
    world, staff_client, tmp_path
) -> None:
    run = brought(world, tmp_path, [("书名", "分类号", "条码号"), ("呐喊", "I210.6", "1001")])
    page = staff_client.get(at(world, "columns", run))
    assert page.context["form"]["call_numbers"].value() is True

    kinds = {f"column-{place}": kind for place, kind in enumerate(("name", "clc", "barcode"))}
    asked = kinds | {"branch": "main", "item_type": "book", "do": "check", "call_numbers": "on"}
    staff_client.post(at(world, "columns", run), asked)
    work_on(world)
    looked = staff_client.get(at(world, "run", run)).text
    assert "1 行将按排架方案得到索书号" in looked
    assert "按排架方案给索书号：I210.6/…" in looked

    staff_client.post(at(world, "intake", run))
    work_on(world)
    done = staff_client.get(at(world, "run", run), {"show": "new"}).text
    assert "1 册按排架方案得到索书号" in done and "已给索书号：I210.6/1" in done


def test_what_was_typed_and_is_left_out_all_the_same_is_said(world, staff_client, tmp_path) -> None:
    run = imported(world, brought(world, tmp_path, ROWS)).public_id

    right = {"cell-0": "儒林外史", "cell-4": "9787020008491"}
    answer = staff_client.post(at(world, "row", run, "5"), right)

    page = staff_client.get(answer.headers["Location"]).text
    assert "第 5 行已导入。" in page and "9787020008491" in page
    assert Copy.objects.get(title__name="儒林外史").title.isbn13 == ""


def test_who_writes_every_call_number_is_offered_none(world, staff_client, tmp_path) -> None:
    set_shelving(world.desk(), scheme="free")
    run = brought(world, tmp_path, ROWS)

    assert "call_numbers" not in staff_client.get(at(world, "columns", run)).context["form"].fields


def test_a_wrong_row_is_put_right_on_its_page_and_the_next_one_opens(
    world, staff_client, tmp_path
) -> None:
    run = checked(world, brought(world, tmp_path, ROWS)).public_id
    assert at(world, "row", run, "5") in staff_client.get(at(world, "run", run)).text

    page = staff_client.get(at(world, "row", run, "6"))
    [barcode] = [field for field in page.context["fields"] if field["kind"] == "barcode"]
    assert barcode["notes"][0].text == "第 2 行用了同一个条码。"
    assert {field["label"] for field in page.context["fields"]} >= {"书名", "作者", "条码"}

    still = staff_client.post(at(world, "row", run, "5"), {"cell-1": "吴敬梓"})
    assert still.status_code == 422 and "吴敬梓" in still.text
    assert "既没有书名，也没有 ISBN。" in still.text

    right = staff_client.post(at(world, "row", run, "5"), {"cell-0": "儒林外史"})
    assert right.headers["Location"] == at(world, "row", run, "6")
    assert "第 5 行已改正" in staff_client.get(right.headers["Location"]).text
    staff_client.post(at(world, "intake", run))
    work_on(world)

    done = staff_client.post(at(world, "row", run, "6"), {"cell-5": "10005"})
    assert done.headers["Location"] == at(world, "run", run)
    assert "第 6 行已导入。" in staff_client.get(done.headers["Location"]).text
    assert Copy.objects.get(barcode="10005").title.name == "=1+1"

    again = staff_client.post(at(world, "row", run, "6"), {"cell-5": "10006"})
    assert again.status_code == 409 and "10006" in again.text
    assert staff_client.get(at(world, "row", run, "6")).status_code == 303
    assert staff_client.get(at(world, "row", run, "99")).status_code == 404


def test_covers_are_looked_for_when_staff_ask_and_the_page_says_how_far_it_is(
    world, staff_client, tmp_path
) -> None:
    run = imported(world, brought(world, tmp_path, ROWS)).public_id
    assert "查找封面" in staff_client.get(at(world, "run", run)).text

    refused = staff_client.post(at(world, "covers", run), {"do": "find"})
    assert refused.status_code == 409 and "没有启用任何书目来源" in refused.text

    SourceConfig.objects.create(library_id=world.library.pk, kind="openlibrary", name="Open")
    begun = staff_client.post(at(world, "covers", run), {"do": "find"})
    assert begun.headers["Location"] == at(world, "run", run) + "#covers"
    assert "正在向书目来源查询" in staff_client.get(at(world, "run", run)).text
    assert "已查 0 种 · 找到 0 张封面" in staff_client.get(at(world, "covers", run)).text

    staff_client.post(at(world, "covers", run), {"do": "stop"})
    assert "继续" in staff_client.get(at(world, "covers", run)).text


def test_before_a_list_is_in_no_cover_is_looked_for(world, staff_client, tmp_path) -> None:
    run = checked(world, brought(world, tmp_path, ROWS)).public_id

    assert "查找封面" not in staff_client.get(at(world, "run", run)).text
    assert staff_client.get(at(world, "covers", run)).status_code == 404


def test_a_list_whose_days_are_over_says_so_and_offers_nothing_that_is_gone(
    world, staff_client, tmp_path
) -> None:
    looked = checked(world, brought(world, tmp_path, ROWS)).public_id
    done = imported(world, brought(world, tmp_path, ROWS)).public_id
    assert forget_old_imports(clock.now() + KEPT + timedelta(days=1))

    page = staff_client.get(at(world, "run", looked)).text
    assert "这份清单保留了 30 天，现在已经删除。" in page and "选另一个文件" in page
    page = staff_client.get(at(world, "run", done)).text
    assert "逐行内容只保留 30 天；已导入的数据不受影响。" in page
    assert "逐行查看" not in page and ".xlsx" not in page


def test_a_stopped_import_counts_the_rows_that_wait(world, staff_client, tmp_path) -> None:
    run = checked(world, brought(world, tmp_path, ROWS)).public_id
    start_import(world.desk(), run=run)
    stop_import(world.desk(), run=run)

    tabs = staff_client.get(at(world, "run", run)).context["tabs"]

    waiting = [tab["count"] for tab in tabs if tab["code"] == "waiting"]
    assert waiting == [ImportRow.objects.filter(state="waiting").count()]
    assert "导入 0 行" in staff_client.get(at(world)).text
