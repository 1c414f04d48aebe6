"""Stock-takes as pages show them: in a fixed number of statements, however many copies."""

import pytest
from django.db import connection

from jieyue.circulation.actions.stock_scans import StockScan, scan_stock
from jieyue.circulation.models import StockTake
from jieyue.circulation.queries.stocktaking import (
    every_line,
    lines,
    progress,
    stock_takes,
)
from jieyue.circulation.rules.stocktaking import Verdict
from tests.actions.stock_case import start
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("count", [1, 40])
def test_statements_do_not_grow(world: World, django_assert_num_queries, count: int) -> None:
    copies = [world.copy(shelf="A", call_number=f"I247/{n}") for n in range(count)]
    take = start(world)
    row = StockTake.objects.get().pk
    scans = tuple(StockScan(text=copy.barcode) for copy in copies)

    # PostgreSQL folds what is written into one statement with the journal.
    with django_assert_num_queries(6 if connection.vendor == "postgresql" else 7):
        scan_stock(world.desk(), stock_take=take, scans=scans, scanner="phone")
    with django_assert_num_queries(2):
        assert progress(row).seen == count
    with django_assert_num_queries(1):
        assert len(lines(row, "verdict", verdict=Verdict.SEEN)) == count


def test_a_file_has_every_line_in_the_order_of_the_shelves(world: World) -> None:
    numbers = [4, 1, 3, 0, 2]
    copies = {n: world.copy(shelf="A", call_number=f"I247/{n}").barcode for n in numbers}
    take = start(world)
    scan_stock(world.desk(), stock_take=take, scans=(StockScan(text="0000000"),))

    found = [line.barcode for line in every_line(StockTake.objects.get().pk, lot_size=2)]
    assert found == ["0000000", *(copies[n] for n in range(5))]


def test_the_newest_counts_are_those_one_may_see(world: World) -> None:
    east = world.east()
    world.copy()
    world.copy(branch=east)
    names = {start(world): "all", start(world, branch="main"): "main"}
    names |= {start(world, branch=east.code): "east" for _ in range(2)}

    def seen(**who) -> list[str]:
        return [names[one.public_id] for one in stock_takes(world.desk(**who), limit=2)]

    assert seen() == ["east", "east"]
    assert seen(branch_ids=frozenset({world.branch.pk})) == ["main", "all"]
