"""A list comes in: with errors, which are put right and brought again, and all of it undone."""

import io
from contextvars import copy_context
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from jieyue.catalog.models import Copy, Title
from jieyue.interfaces.worker.loop import keep_one_promise
from jieyue.kit.tables.writing import csv_lines
from tests.journeys.steps import button, photograph

pytestmark = pytest.mark.django_db(transaction=True)
LIST = (
    ("三一小学图书清单", "", "", ""),
    ("题名", "责任者", "国际标准书号", "图书条码号"),
    ("呐喊", "鲁迅", "9787020008490", "80001"),
    ("呐喊", "鲁迅", "9787020008490", "80002"),
    ("彷徨", "鲁迅", "", "80003"),
    ("", "鲁迅", "", "80004"),
    ("故事新编", "鲁迅", "", "80003"),
)


def let_the_worker_catch_up() -> None:
    """Keep every promise that is due, as the worker's process does."""
    while copy_context().run(keep_one_promise):
        pass


def heading(page: Page, words: str) -> None:
    """Wait until the page says how far the import is; the worker is at it meanwhile."""
    let_the_worker_catch_up()
    expect(page.locator("main h2").first).to_contain_text(words)


def choose(page: Page, name: str, content: bytes) -> None:
    file = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    page.locator("main input[type=file]").first.set_input_files([file])
    button(page, "上传并查看").click()


def check_and_import(page: Page, rows: int) -> None:
    """From the columns, as they were understood, to what came in."""
    button(page, "逐行核对").click()
    heading(page, "导入后会是这样")
    button(page, f"导入 {rows} 行").click()
    heading(page, "导入完成")


def put_right(path: Path) -> bytes:
    """Do what the reasons say, as in a spreadsheet program."""
    book = load_workbook(path)
    sheet = book.active
    assert sheet["B2"].value == "既没有书名，也没有 ISBN。"
    assert "第 5 行用了同一个条码" in sheet["B3"].value
    sheet["D2"] = "野草"
    sheet["G3"] = "80005"
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_a_list_with_errors_comes_in_is_put_right_and_undone(
    page: Page, live_server, world, as_owner, tmp_path: Path
) -> None:
    as_owner(page)
    page.goto(f"{live_server.url}/{world.slug}/staff/catalog/")
    page.locator("summary", has_text="工具").click()
    page.get_by_role("link", name="导入", exact=True).click()
    choose(page, "三一小学.csv", "".join(csv_lines(LIST)).encode("gb18030", "ignore"))
    expect(page.locator("select[name=column-0]")).to_have_value("name")
    expect(page.locator("select[name=column-3]")).to_have_value("barcode")
    check_and_import(page, 3)

    expect(page.locator("main")).to_contain_text("新增馆藏 3 册")
    expect(page.locator("#rows")).to_contain_text("既没有书名，也没有 ISBN。")
    with page.expect_download() as download:
        page.get_by_role("link", name=".xlsx").click()
    path = tmp_path / "rows.xlsx"
    download.value.save_as(path)
    first = page.url
    choose(page, "改好.xlsx", put_right(path))
    check_and_import(page, 2)
    assert sorted(Title.objects.values_list("name", flat=True)) == [
        "呐喊", "彷徨", "故事新编", "野草",
    ]  # fmt: skip
    assert Copy.objects.count() == 5

    page.goto(first)
    page.get_by_role("link", name="撤销这次导入").click()
    expect(page.locator("main")).to_contain_text("去掉 3 册馆藏")
    button(page, "现在撤销").click()
    heading(page, "已撤销")
    assert sorted(Title.objects.values_list("name", flat=True)) == ["故事新编", "野草"]


def test_a_wrong_row_is_put_right_on_the_page(page: Page, live_server, world, as_owner) -> None:
    as_owner(page)
    page.goto(f"{live_server.url}/{world.slug}/staff/imports/")
    choose(page, "三一小学.csv", "".join(csv_lines(LIST)).encode())
    check_and_import(page, 3)
    page.get_by_role("link", name="改正").first.click()

    # What is wrong stands beside its cell; what is still wrong stays with its reason.
    photograph(page, "import-row")
    expect(page.locator("main")).to_contain_text("共 2 行无法导入")
    expect(page.get_by_label("书名")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("条码").fill("80001")
    button(page, "导入这一行").click()
    photograph(page, "import-row-refused")
    expect(page.get_by_label("书名")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("条码")).to_have_value("80001")

    page.get_by_label("书名").fill("野草")
    page.get_by_label("条码").fill("80004")
    button(page, "导入这一行").click()
    # The next one opens by itself.
    page.get_by_label("条码").fill("80005")
    photograph(page, "import-row-next")
    button(page, "导入这一行").click()
    photograph(page, "import-rows-right")
    assert sorted(Copy.objects.values_list("barcode", "title__name")) == [
        ("80001", "呐喊"), ("80002", "呐喊"), ("80003", "彷徨"), ("80004", "野草"),
        ("80005", "故事新编"),
    ]  # fmt: skip
