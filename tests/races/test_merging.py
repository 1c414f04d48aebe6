"""Titles become one, or part, while desks go on, on the engine of the run."""

import pytest

from jieyue.catalog.actions import add_copies
from jieyue.catalog.models import Copy, SplitTitle, Title
from jieyue.catalog.rules.copies import NewCopies
from jieyue.circulation.actions.checkin import checkin
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.actions.holds import cancel_hold, place_hold
from jieyue.circulation.actions.merging import merge_titles, unmerge_titles
from jieyue.circulation.actions.splitting import split_title, unsplit_title
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


@pytest.mark.django_db(transaction=True)
def test_splits_and_everything_else_at_once_leave_each_copy_with_one_title() -> None:
    world = World()
    with library_scope(world.library.pk):
        source, other, third = (world.title("活着", volume=f"第 {n} 卷") for n in range(1, 4))
        copies = [world.copy(source) for _ in range(4)]
        readers = [world.patron() for _ in range(4)]
        for n in range(2):
            world.hold(readers[n], source, copy=copies[n])
    desk = world.desk()

    def move(into: str, *numbers: int) -> object:
        chosen = tuple(copies[n].public_id for n in numbers)
        return split_title(desk, title=source.public_id, copies=chosen, into=into)

    work = [
        lambda: move(other.public_id, 0, 1),
        lambda: move(third.public_id, 1, 2),
        lambda: checkin(desk, copy_barcodes=(copies[0].barcode, copies[3].barcode)),
        lambda: checkout(desk, card_barcode=readers[2].card, copy_barcodes=(copies[2].barcode,)),
        lambda: place_hold(
            desk, title=source.public_id, patron=readers[3].public_id, pickup="main"
        ),
        lambda: merge_titles(desk, keep=other.public_id, drop=third.public_id),
    ]
    outcomes = race(lambda do: do(), work)

    types = [getattr(outcome, "type", repr(outcome)) for outcome in outcomes]
    assert not [one for one in types if "(" in one], types
    assert types[0] == "split" or types[1] == "split", types
    with library_scope(world.library.pk):
        assert Copy.objects.get(pk=copies[3].pk).title_id == source.pk
        assert [found for found in contradictions() if found.check != TOLD] == []
        splits = list(SplitTitle.objects.values_list("public_id", flat=True))
    race(lambda split: unsplit_title(desk, split=split), splits * 2)
    with library_scope(world.library.pk):
        assert set(Copy.objects.values_list("title_id", flat=True)) == {source.pk}
        assert [found for found in contradictions() if found.check != TOLD] == []
