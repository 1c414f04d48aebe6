"""Several people cataloguing at once, on the engine of the run."""

import pytest

from jieyue.catalog.actions import add_by_isbn, add_copies
from jieyue.catalog.models import Copy, Title
from jieyue.catalog.rules.copies import NewCopies
from jieyue.catalog.rules.descriptions import Description
from jieyue.kit.scope import library_scope
from tests.races.test_desks import race
from tests.world import World

DESKS = 8
BOOK = Description(name="红楼梦", isbn13="9787020002207")


@pytest.mark.django_db(transaction=True)
def test_eight_desks_scanning_one_new_book_make_one_title() -> None:
    world = World()
    outcomes = race(
        lambda _: add_by_isbn(
            world.desk(), isbn13=BOOK.isbn13, book=BOOK, copies=NewCopies(count=3)
        ),
        range(DESKS),
    )

    assert [outcome.type for outcome in outcomes] == ["catalogued"] * DESKS
    assert sum(outcome.is_new_title for outcome in outcomes) == 1
    assert Title.across_libraries.count() == 1
    barcodes = [copy.barcode for outcome in outcomes for copy in outcome.copies]
    assert len(barcodes) == len(set(barcodes)) == Copy.across_libraries.count() == 3 * DESKS
    numbers = [[int(copy.barcode[:-1]) for copy in outcome.copies] for outcome in outcomes]
    assert all(run == list(range(run[0], run[0] + 3)) for run in numbers)


@pytest.mark.django_db(transaction=True)
def test_one_label_at_eight_desks_is_on_one_copy() -> None:
    world = World()
    with library_scope(world.library.pk):
        titles = [world.title(f"书 {n}").public_id for n in range(DESKS)]

    outcomes = race(
        lambda title: add_copies(world.desk(), title=title, copies=NewCopies(barcodes=("770011",))),
        titles,
    )

    assert sorted(outcome.type for outcome in outcomes) == ["copies_added"] + ["refused"] * 7
    assert Copy.across_libraries.count() == 1
