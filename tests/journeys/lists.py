"""Lists on their way into a library: one in each state that a page can show."""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from jieyue.catalog.importing.marc import MARC
from jieyue.catalog.models import Copy
from jieyue.circulation.importing.holds import HOLDS
from jieyue.imports.actions import bring_file, start_check, start_import, stop_import
from jieyue.imports.models import Import, ImportRow
from tests.imports import brought, checked, imported, undone
from tests.journeys.places import Place
from tests.journeys.stock import LONG, Stock
from tests.marc_samples import CNMARC, iso

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
    records: str
    holds: str
    stopped: str
    failed: str
    over: str


def bring_in(stock: Stock) -> Runs:
    """Bring the list in again and again, each time as far as one page shows."""
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
    stopped, failed, over = bring("7500"), bring("7600"), bring("7700")
    checked(world, stopped)
    start_import(world.desk(), run=stopped)
    stop_import(world.desk(), run=stopped)
    Import.objects.filter(public_id=failed).update(state="failed", problem="file_incomplete")
    checked(world, over)
    ImportRow.objects.filter(run__public_id=over).delete()  # as after 30 days
    records, holds = _records(stock, folder), _holds(stock, folder)
    at_work = bring("7300")
    start_check(world.desk(), run=at_work)
    return Runs(bring("7400"), looked, done, back, at_work, records, holds, stopped, failed, over)


def _records(stock: Stock, folder: Path) -> str:
    """Bring MARC records, one of them damaged, and have them judged."""
    path = folder / "馆藏.iso"
    path.write_bytes(iso(CNMARC[0]) + b"00714nam0 no record at all" + iso(CNMARC[1]))
    run = bring_file(stock.world.desk(), MARC, path=path, file_name=path.name).run
    checked(stock.world, run, MARC)
    return run


def _holds(stock: Stock, folder: Path) -> str:
    """Bring a list of people, right and wrong, and have it judged."""
    card, title = stock.frozen.card, stock.others[0].title.name
    rows = [("证号", "书名", "预约时间"), (card, title, "2026-10-01"), ("A0009", "围城", "昨天")]
    run = brought(stock.world, folder, rows, work=HOLDS)
    checked(stock.world, run, HOLDS)
    return run


def imports(stock: Stock) -> list[Place]:
    """Lists on their way in: the start, the columns, the dry run, what came of it, and undo."""
    at, runs = f"/{stock.world.slug}/staff/imports", bring_in(stock)
    return [
        Place("imports", f"{at}/"),
        Place("imports-columns", f"{at}/{runs.columns}/columns/"),
        Place("imports-checked", f"{at}/{runs.checked}/"),
        Place("imports-checked-update", f"{at}/{runs.checked}/?show=update"),
        Place("imports-row", f"{at}/{runs.checked}/rows/7/"),
        Place("imports-records", f"{at}/{runs.records}/"),
        Place("imports-records-columns", f"{at}/{runs.records}/columns/"),
        Place("imports-holds", f"{at}/{runs.holds}/"),
        Place("imports-done", f"{at}/{runs.done}/?show=new"),
        Place("imports-undo", f"{at}/{runs.done}/undo/"),
        Place("imports-undone", f"{at}/{runs.undone}/"),
        Place("imports-work", f"{at}/{runs.at_work}/"),
        Place("imports-stopped", f"{at}/{runs.stopped}/?show=waiting"),
        Place("imports-failed", f"{at}/{runs.failed}/"),
        Place("imports-over", f"{at}/{runs.over}/"),
        Place("imports-labels", f"/{stock.world.slug}/staff/labels/?import={runs.done}"),
    ]
