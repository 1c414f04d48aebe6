"""Stock-takes for the pages that show them: one under way with everything odd, and one closed."""

from dataclasses import dataclass

from jieyue.circulation.actions.stock_outcomes import StockTakeStarted
from jieyue.circulation.actions.stock_scans import StockScan, scan_stock
from jieyue.circulation.actions.stocktaking import close_stock_take, start_stock_take
from tests.journeys.stock import Stock


@dataclass(frozen=True)
class Counts:
    """Public ids of stock-takes."""

    open: str
    closed: str


def count_shelves(stock: Stock) -> Counts:
    """Scan one book that is right, one that is lent, one in repair, and a label of no book."""
    open_one = _begin(stock, "文学书架秋季盘点")
    _scan(stock, open_one, stock.copies[1].barcode, stock.copies[0].barcode,
          stock.in_repair.barcode, "0047112")  # fmt: skip
    closed = _begin(stock, "去年的盘点")
    _scan(stock, closed, stock.copies[1].barcode)
    close_stock_take(stock.world.desk(), stock_take=closed)
    return Counts(open=open_one, closed=closed)


def _begin(stock: Stock, name: str) -> str:
    begun = start_stock_take(stock.world.desk(), name=name, branch=stock.world.branch.code)
    assert isinstance(begun, StockTakeStarted), begun
    return begun.stock_take


def _scan(stock: Stock, take: str, *barcodes: str) -> None:
    scans = tuple(StockScan(text=barcode) for barcode in barcodes)
    scan_stock(stock.world.desk(), stock_take=take, scans=scans, scanner="one")
