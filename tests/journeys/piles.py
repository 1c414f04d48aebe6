"""Piles of copies, changed together: their pages and what stands behind them."""

from dataclasses import dataclass

from jieyue.catalog.models import Copy
from jieyue.circulation.actions.pile_scans import scan_pile
from jieyue.circulation.actions.piles import begin_pile, make_pile, step_pile
from jieyue.circulation.rules.piles import Change, PileKind
from jieyue.kit import clock
from jieyue.kit.scope import library_scope
from tests.journeys.places import Place
from tests.journeys.stock import Stock


@dataclass(frozen=True)
class Piles:
    """Changes of a pile (public ids): looked at, done with something left out, in the making."""

    draft: str
    done: str
    at_work: str


def change_piles(stock: Stock) -> Piles:
    """Put piles together of the library's books, on loan and not."""
    desk = stock.world.desk(now=clock.now())
    with library_scope(stock.world.library.pk):
        books = tuple(Copy.objects.order_by("pk").values_list("barcode", flat=True)[:12])
    made = [
        make_pile(desk, change=change, barcodes=(*books, "00009999"))
        for change in (
            Change(kind=PileKind.WITHDRAW, reason="复本过多"),
            Change(kind=PileKind.RELOCATE, shelf="B-07"),
            Change(kind=PileKind.RELOCATE, shelf="B-08"),
        )
    ]
    draft, done, at_work = (one.pile for one in made)
    begin_pile(desk, pile=done)
    step_pile(desk, pile=done)
    begin_pile(desk, pile=at_work)
    scan_pile(desk, scans=books[:3])
    return Piles(draft, done, at_work)


def piles(stock: Stock) -> list[Place]:
    """A pile of copies changed together: chosen, looked at, done."""
    at, made = f"/{stock.world.slug}/staff/piles", change_piles(stock)
    return [
        Place("piles-home", f"{at}/"),
        Place("piles-reclassify", f"{at}/?kind=reclassify&q=书"),
        Place("piles-preview", f"{at}/{made.draft}/"),
        Place("piles-done", f"{at}/{made.done}/"),
        Place("piles-work", f"{at}/{made.at_work}/"),
    ]
