"""What tests of piles share."""

from typing import Any

from jieyue.catalog.models import Copy
from jieyue.circulation.actions.piles import (
    PileBegun,
    PileMade,
    begin_pile,
    make_pile,
    step_pile,
    undo_pile,
)
from jieyue.circulation.models import PileRow
from jieyue.circulation.queries.contradictions import contradictions
from jieyue.circulation.rules.piles import Change, PileKind
from tests.world import World

TOLD = "hold_not_told"  # builders make holds that no journal knows


def made(world: World, copies: list[Copy], kind: PileKind, **change: Any) -> str:
    outcome = make_pile(
        world.desk(),
        change=Change(kind=kind, **change),
        barcodes=tuple(copy.barcode for copy in copies),
    )
    assert isinstance(outcome, PileMade), outcome
    return outcome.pile


def finish(world: World, pile: str) -> None:
    while not step_pile(world.desk(), pile=pile).is_last:
        pass
    assert [found for found in contradictions() if found.check != TOLD] == []


def done(world: World, pile: str) -> dict[str, str]:
    """Change the pile; return why copies were left out, by barcode."""
    assert isinstance(begin_pile(world.desk(), pile=pile), PileBegun)
    finish(world, pile)
    return dict(PileRow.objects.exclude(why="").values_list("barcode", "why"))


def undone(world: World, pile: str) -> dict[str, str]:
    assert isinstance(undo_pile(world.desk(), pile=pile), PileBegun)
    finish(world, pile)
    return dict(PileRow.objects.filter(state="stayed").values_list("barcode", "why"))
