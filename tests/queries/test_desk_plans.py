"""What desks and readers ask all day looks rows up; SQLite walks through no library's table."""

import re
from collections.abc import Callable
from typing import Any, Final

import pytest
from django.db import connection

from jieyue.catalog.actions.doubles import tell_apart
from jieyue.circulation.actions.checkin import checkin
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.actions.losses import is_priced
from jieyue.circulation.actions.piles import make_pile
from jieyue.circulation.actions.stock_scans import StockScan, scan_stock
from jieyue.circulation.actions.stock_settling import settle, unsettle
from jieyue.circulation.actions.stocktaking import start_stock_take
from jieyue.circulation.models import Loan
from jieyue.circulation.queries.blocks import blocks_of
from jieyue.circulation.queries.desk import recognise, recognise_choice
from jieyue.circulation.queries.fines import assessed
from jieyue.circulation.queries.loans import availability_of
from jieyue.circulation.queries.losses import loss_case
from jieyue.circulation.queries.piles import pile
from jieyue.circulation.queries.shelf import copies_on_shelf
from jieyue.circulation.queries.transits import stock_elsewhere
from jieyue.circulation.queries.waiting_times import waits_of
from jieyue.circulation.rules.piles import Change, PileKind
from jieyue.circulation.rules.stocktaking import Settling
from tests.queries.test_search_plans import asked_of, plan_of
from tests.world import SHANGHAI, World

FEW: Final = re.compile(r"INDEX (transit_open|loan_open|hold_shelf|block_of)")
"""Of a few rows: what is open."""


def asked_all_day(world: World) -> dict[str, Callable[[], Any]]:
    title = world.title("红楼梦", isbn13="9787020002207")
    copy, lost = world.copy(title), world.copy(title, standing="lost")
    missing = world.copy(title, standing="missing")
    reader, desk = world.patron(), world.desk()
    checkout(desk, card_barcode=reader.card, copy_barcodes=(copy.barcode,))
    loan = Loan.objects.get()
    change = Change(kind=PileKind.RELOCATE, shelf="A")
    made = make_pile(desk, change=change, barcodes=(copy.barcode,))
    take = start_stock_take(desk, name="盘点").stock_take
    found = {"stock_take": take, "copy": missing.public_id}
    scan_stock(desk, stock_take=take, scans=(StockScan(text=missing.barcode),))
    settle(desk, **found, how=Settling.IN_USE)
    return {
        "scan": lambda: recognise(desk, copy.barcode),
        "scan for a reader": lambda: recognise(desk, "9787020002207", reader=reader.public_id),
        "choice": lambda: recognise_choice(desk, "title", title.public_id),
        "found again": lambda: checkin(desk, copy_barcodes=(lost.barcode,)),
        "availability": lambda: availability_of(SHANGHAI, [title.pk]),
        "shelf": lambda: copies_on_shelf(SHANGHAI, title.pk),
        "waits": lambda: waits_of(desk, [(title.pk, 1)]),
        "elsewhere": lambda: stock_elsewhere(desk),
        "loss": lambda: (loss_case(desk, loan.public_id), is_priced(loan)),
        "blocks": lambda: blocks_of([reader.pk], since=desk.today),
        "fines": lambda: assessed([loan.pk]),
        "pile": lambda: pile(desk, made.pile),
        "stock": lambda: unsettle(desk, **found),
        "told apart": lambda: tell_apart(desk, titles=(title.public_id, "NONE")),
    }


@pytest.mark.skipif(connection.vendor != "sqlite", reason="its own way of explaining")
def test_sqlite_looks_everything_up(world: World) -> None:
    walks = [
        (what, step, text)
        for what, work in asked_all_day(world).items()
        for text, params in asked_of(work)
        if text.lstrip().startswith(("SELECT", "WITH", "UPDATE", "DELETE"))
        for step in plan_of(text, params)
        if step.endswith("(library_id=?)") and not FEW.search(step)
    ]
    assert walks == []
