"""Two titles become one while desks go on, on the engine of the run."""

import pytest

from jieyue.catalog.actions import add_copies
from jieyue.catalog.models import Copy, Title
from jieyue.catalog.rules.copies import NewCopies
from jieyue.circulation.actions.checkin import checkin
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.actions.holds import cancel_hold, place_hold
from jieyue.circulation.actions.merging import merge_titles, unmerge_titles
from jieyue.circulation.models import Hold
from jieyue.circulation.queries.contradictions import contradictions
from jieyue.kit.scope import library_scope
from tests.races.test_desks import race
from tests.world import World

TOLD = "hold_not_told"  # builders make holds that no journal knows


@pytest.mark.django_db(transaction=True)
def test_a_merge_and_everything_else_at_once_leave_one_title_in_order() -> None:
    world = World()
    with library_scope(world.library.pk):
        kept, dropped = world.title("活着"), world.title("活着")
        copies = [world.copy(title) for title in (kept, dropped, dropped, dropped)]
        readers = [world.patron() for _ in range(4)]
        waiting = [world.hold(readers[n], title) for n, title in ((0, kept), (1, dropped))]
    desk = world.desk()
    mine = readers[2]

    def lend(n: int) -> object:
        return checkout(desk, card_barcode=mine.card, copy_barcodes=(copies[n].barcode,))

    work = [
        lambda: merge_titles(desk, keep=kept.public_id, drop=dropped.public_id),
        lambda: place_hold(
            desk, title=dropped.public_id, patron=readers[3].public_id, pickup="main"
        ),
        lambda: lend(1),
        lambda: lend(2),
        lambda: checkin(desk, copy_barcodes=(copies[3].barcode,)),
        lambda: cancel_hold(desk, hold=waiting[0].public_id),
        lambda: add_copies(desk, title=dropped.public_id, copies=NewCopies(count=2)),
        lambda: merge_titles(desk, keep=dropped.public_id, drop=kept.public_id),
    ]
    outcomes = race(lambda do: do(), work)

    types = [getattr(outcome, "type", repr(outcome)) for outcome in outcomes]
    assert sorted((types[0], types[7])) == ["merged", "refused"], types
    assert not [one for one in types if "(" in one], types
    with library_scope(world.library.pk):
        [left] = Title.objects.all()
        assert set(Copy.objects.values_list("title_id", flat=True)) == {left.pk}
        assert Copy.objects.count() == 6
        assert set(Hold.objects.values_list("title_id", flat=True)) == {left.pk}
        assert [found for found in contradictions() if found.check != TOLD] == []

        was = ({kept.public_id, dropped.public_id} - {left.public_id}).pop()
    again = race(lambda _: unmerge_titles(desk, was=was), range(3))
    assert sum(outcome.type == "unmerged" for outcome in again) <= 1
    with library_scope(world.library.pk):
        assert [found for found in contradictions() if found.check != TOLD] == []
