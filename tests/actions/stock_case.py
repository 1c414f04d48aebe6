"""What tests of stock-taking share."""

from datetime import timedelta

from jieyue.catalog.models import Copy
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.actions.stock_outcomes import StockTakeStarted
from jieyue.circulation.actions.stock_scans import StockScan, scan_stock
from jieyue.circulation.actions.stocktaking import start_stock_take
from jieyue.circulation.models import StockTake
from jieyue.circulation.queries.stocktaking import progress
from jieyue.libraries.desk import Desk
from tests.world import World


def start(world: World, **scope) -> str:
    outcome = start_stock_take(world.desk(), name="盘点", **scope)
    assert isinstance(outcome, StockTakeStarted), outcome
    return outcome.stock_take


def scan(desk: Desk, take: str, *texts: str, **more):
    scans = tuple(StockScan(text=text) for text in texts)
    return scan_stock(desk, stock_take=take, scans=scans, **more)


def codes(outcome) -> list[str]:
    """Return the reasons of a refusal."""
    assert outcome.type == "refused", outcome
    return [why.code.value for why in outcome.reasons]


def counts(take: str) -> dict[str, int]:
    found = progress(StockTake.objects.get(public_id=take).pk)
    return {verdict.value: copies for verdict, copies in found.verdicts.items()}


def minutes(world: World, number: int) -> Desk:
    return world.desk(now=world.now + timedelta(minutes=number))


def lend(desk: Desk, world: World, copy: Copy) -> None:
    [one] = checkout(desk, copy_barcodes=(copy.barcode,), card_barcode=world.patron().card).results
    assert one.type == "lent"
