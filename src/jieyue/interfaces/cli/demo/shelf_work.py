"""What is being done with the demo's books: a list brought in, doubles, a stock-take under way."""

import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from django.apps import apps

from jieyue.catalog.actions.titles import add_title
from jieyue.catalog.importing.books import BOOKS
from jieyue.catalog.rules.descriptions import Description
from jieyue.circulation.actions.stock_outcomes import StockTakeStarted
from jieyue.circulation.actions.stock_scans import StockScan, scan_stock
from jieyue.circulation.actions.stocktaking import start_stock_take
from jieyue.imports.actions import FileBrought, bring_file, start_check, start_import
from jieyue.imports.stepping import keep_step
from jieyue.kit.scope import library_scope
from jieyue.kit.tables.writing import csv_lines
from jieyue.libraries.desk import Desk

# A list as a library gets it with a gift: a second copy of a book it has, a price in words, a row
# without a name.
GIFT: Final = (
    ("书名", "作者", "出版社", "出版年", "条码号", "定价", "来源"),
    ("湘行散记", "沈从文", "人民文学出版社", "1983", "80001", "12.00", "捐赠"),
    ("故都的秋", "郁达夫", "人民文学出版社", "1985", "80002", "9.50", "捐赠"),
    ("背影", "朱自清", "人民文学出版社", "1988", "80003", "10.00", "捐赠"),
    ("背影", "朱自清", "人民文学出版社", "1988", "80004", "10.00", "捐赠"),
    ("山海经校注", "袁珂", "上海古籍出版社", "1980", "80005", "28.00", "捐赠"),
    ("竺可桢文录", "竺可桢", "浙江文艺出版社", "1999", "80006", "十八元", "捐赠"),
    ("", "", "作家出版社", "1996", "80007", "15.00", "捐赠"),
)
DOUBLES: Final = 2  # titles written down a second time
SHELF: Final = "I 文学"
SEEN: Final = 40  # copies counted so far


def work_on_shelves(desk: Desk, branches: dict[int, str]) -> None:
    """Do all of it at the desk; `branches` are codes by id."""
    with library_scope(desk.library_id):
        _bring_gift(replace(desk, now=desk.now - timedelta(days=2)))
        _write_again(desk)
        _count(desk, branches[desk.branch_id])


def _bring_gift(desk: Desk) -> None:
    """Bring the list in; what of it was wrong stayed out, and all can be taken back."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "gift.csv"
        path.write_text("".join(csv_lines(GIFT)), "utf-8")
        brought = bring_file(desk, BOOKS, path=path, file_name="校友捐书.csv")
    if isinstance(brought, FileBrought):
        starts: tuple[Callable[..., Any], ...] = (start_check, start_import)
        for start in starts:
            start(desk, run=brought.run)
            _keep_promises(desk)


def _keep_promises(desk: Desk) -> None:
    """Keep the steps as the worker would, which is not running yet."""
    promised = apps.get_model("outbox", "Task").objects.filter(
        kind=f"imports.{BOOKS.kind}", done_at=None
    )
    while (task := promised.order_by("pk").first()) is not None:
        keep_step(BOOKS, desk, task.payload)
        promised.filter(pk=task.pk).update(done_at=desk.now)


def _write_again(desk: Desk) -> None:
    """Have a volunteer write books down by hand that are there already."""
    known = apps.get_model("catalog", "Title").objects.filter(isbn13__gt="", authors__gt="")
    for row in known.order_by("-pk")[:DOUBLES]:
        add_title(desk, book=Description(name=row.name, authors=row.authors))


def _count(desk: Desk, branch: str) -> None:
    """Count the first books of a shelf, this morning; the rest is for whoever looks on."""
    begun = replace(desk, now=desk.now - timedelta(hours=2))
    taken = start_stock_take(begun, name="文学书架秋季盘点", branch=branch, shelf=SHELF)
    if not isinstance(taken, StockTakeStarted):
        return
    copies = apps.get_model("catalog", "Copy").objects.filter(
        branch_id=desk.branch_id, shelf=SHELF, standing__in=("in_use", "missing")
    )
    # One of another shelf stands among them, and one label is of no book.
    stray = apps.get_model("catalog", "Copy").objects.filter(
        branch_id=desk.branch_id, standing="in_use"
    ).exclude(shelf=SHELF)  # fmt: skip
    codes = [*copies.order_by("call_key", "pk").values_list("barcode", flat=True)[:SEEN]]
    codes += [*stray.order_by("pk").values_list("barcode", flat=True)[:1], "0047112"]
    scans = tuple(
        StockScan(text=code, id=str(number), seen_at=begun.now + timedelta(seconds=30 * number))
        for number, code in enumerate(codes, 1)
    )
    scan_stock(desk, stock_take=taken.stock_take, scans=scans, scanner="demo")
