"""Lists on their way into a library: one in each state that a page can show."""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from jieyue.catalog.models import Copy
from jieyue.imports.actions import start_check
from tests.imports import brought, checked, imported, undone
from tests.journeys.stock import LONG, Stock

HEADINGS: Final = (
    "书名",
    "作者",
    "出版社",
    "出版年",
    "ISBN",
    "条码号",
    "定价",
    "馆藏地",
    "批次",
)
ROWS: Final = (
    HEADINGS,
    ("朝花夕拾", "鲁迅", "人民文学出版社", "1979", "9787020138296", "70001", "15.00", "一架", "1"),
    ("朝花夕拾", "鲁迅", "人民文学出版社", "1979", "9787020138296", "70002", "15.00", "一架", "1"),
    (LONG, "佚名", "某某少年儿童出版社", "二〇二〇", "", "", "不详", "", ""),
    ("草房子", "曹文轩", "", "明年", "9787534618729", "70003", "USD 3", "文学二架", "2"),
    ("", "", "作家出版社", "", "", "70004", "", "", ""),
    ("夏洛的网", "E·B·怀特", "上海译文出版社", "2004", "9787532733415", "70001", "17.00", "", ""),
    ("雷锋的故事", "陈广生", "", "", "", "70008", "1.20", "", ""),
)  # fmt: skip


@dataclass(frozen=True)
class Runs:
    """Public ids of imports, by the page they are for."""

    columns: str
    checked: str
    done: str
    undone: str
    at_work: str


def bring_in(stock: Stock) -> Runs:
    """Bring the list in five times, each time as far as one page shows."""
    world, folder = stock.world, Path(tempfile.mkdtemp())
    rows = [list(row) for row in ROWS]
    known = stock.title
    rows.append([known.name, known.authors, "", "", known.isbn13, "70009", "", "", ""])

    def bring(first: str) -> str:
        given = [[cell.replace("7000", first) for cell in row] for row in rows]
        return brought(world, folder, given)

    done, back = bring("7100"), bring("7200")
    imported(world, done)
    imported(world, back)
    Copy.objects.filter(barcode="72008").update(note="封面破了")
    undone(world, back)
    looked = bring("7000")
    checked(world, looked)
    at_work = bring("7300")
    start_check(world.desk(), run=at_work)
    return Runs(columns=bring("7400"), checked=looked, done=done, undone=back, at_work=at_work)
