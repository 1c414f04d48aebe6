"""Several phones in one stock-take: each book counts once, and none is lost."""

from collections import Counter

import pytest

from jieyue.audit.models import Entry
from jieyue.circulation.actions.stock_scans import StockScan, scan_stock
from jieyue.circulation.actions.stocktaking import close_stock_take, start_stock_take
from jieyue.circulation.models import StockLine, StockTake
from tests.races.test_desks import DESKS, race, world_copy
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)


def test_eight_phones_scan_the_same_books_at_once() -> None:
    world = World()
    expected = world_copy(world)
    take = start_stock_take(world.desk(), name="盘点").stock_take
    extra = world_copy(world)  # came in meanwhile: nobody expects it
    texts = (expected.barcode, extra.barcode, "0000999")
    scans = tuple(StockScan(text=text) for text in texts)

    outcomes = race(
        lambda n: scan_stock(world.desk(), stock_take=take, scans=scans, scanner=str(n)),
        range(DESKS),
    )

    again = Counter(result.is_again for outcome in outcomes for result in outcome.results)
    assert again == {False: 3, True: 3 * (DESKS - 1)}
    assert StockLine.across_libraries.count() == 3
    assert Entry.across_libraries.filter(outcome="counted").count() == 2


def test_a_scan_and_the_closing_do_not_pass_each_other() -> None:
    world = World()
    copies = [world_copy(world) for _ in range(2)]
    scans = tuple(StockScan(text=copy.barcode) for copy in copies)
    for _ in range(5):
        take = start_stock_take(world.desk(), name="盘点").stock_take
        steps = (
            lambda t=take: scan_stock(world.desk(), stock_take=t, scans=scans),
            lambda t=take: close_stock_take(world.desk(), stock_take=t),
        )

        counted, closed = race(lambda step: step(), steps)

        assert closed.type == "stock_take_changed"
        row = StockTake.across_libraries.get(public_id=take)
        seen = 2 if counted.type == "stock_scans" else 0
        left = row.totals["not_found"] + row.totals["handled"]
        assert (row.totals["seen"], left) == (seen, 2 - seen)
