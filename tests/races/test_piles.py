"""A pile is withdrawn while the desk lends from it, on the engine of the run."""

import pytest

from jieyue.catalog.models import Copy
from jieyue.circulation.actions.checkin import checkin
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.actions.piles import begin_pile, make_pile, step_pile, undo_pile
from jieyue.circulation.models import Loan, PileRow
from jieyue.circulation.queries.contradictions import contradictions
from jieyue.circulation.rules.piles import Change, PileKind
from jieyue.kit.scope import library_scope
from tests.races.test_desks import race
from tests.world import World


@pytest.mark.django_db(transaction=True)
def test_what_is_lent_in_between_is_left_out_and_nothing_is_both() -> None:
    world = World()
    with library_scope(world.library.pk):
        title = world.title("活着")
        copies = [world.copy(title) for _ in range(12)]
        readers = [world.patron() for _ in range(4)]
    desk = world.desk()
    made = make_pile(
        desk,
        change=Change(kind=PileKind.WITHDRAW, reason="复本过多"),
        copies=tuple(copy.public_id for copy in copies),
    )
    assert made.type == "pile_made"
    begin_pile(desk, pile=made.pile)

    def lend(n: int) -> object:
        return checkout(desk, card_barcode=readers[n].card, copy_barcodes=(copies[n].barcode,))

    work = [
        lambda: lend(0),
        lambda: step_pile(desk, pile=made.pile),
        lambda: lend(1),
        lambda: step_pile(desk, pile=made.pile, promised=1),
        lambda: lend(2),
        lambda: checkin(desk, copy_barcodes=(copies[4].barcode,)),
        lambda: lend(3),
    ]
    outcomes = race(lambda do: do(), work)

    assert not [one for one in outcomes if isinstance(one, Exception)], outcomes
    with library_scope(world.library.pk):
        lent = set(Loan.objects.filter(returned_at=None).values_list("copy_id", flat=True))
        gone = set(Copy.objects.filter(standing="withdrawn").values_list("pk", flat=True))
        left = set(PileRow.objects.filter(state="left").values_list("copy_id", flat=True))
        assert lent & gone == set()
        assert lent | gone == {copy.pk for copy in copies}
        assert left == lent
        assert set(PileRow.objects.filter(state="done").values_list("copy_id", flat=True)) == gone
        assert contradictions() == []

    undo_pile(desk, pile=made.pile)
    race(lambda _: step_pile(desk, pile=made.pile), range(3))
    with library_scope(world.library.pk):
        assert Copy.objects.filter(standing="withdrawn").count() == 0
        assert contradictions() == []
