"""Several people cataloguing at once, on the engine of the run."""

import pytest

from jieyue.catalog.actions import add_book, add_by_isbn, add_copies
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


@pytest.mark.django_db(transaction=True)
def test_eight_desks_that_were_told_one_call_number_give_eight() -> None:
    """dp2 #701, #667, #17."""
    world = World()
    told = NewCopies(call_number="I242.4/1", suggests_call_number=True, suggested="I242.4/1")

    outcomes = race(
        lambda n: add_book(
            world.desk(), book=Description(name=f"书 {n}", clc="I242.4"), copies=told
        ),
        range(DESKS),
    )

    given = sorted(int(o.copies[0].call_number.removeprefix("I242.4/")) for o in outcomes)
    assert given == list(range(1, DESKS + 1))


@pytest.mark.django_db(transaction=True)
def test_eight_desks_with_copies_of_one_title_give_it_one_call_number() -> None:
    world = World()
    with library_scope(world.library.pk):
        world.copy(call_number="I242.4/40")
        title = world.title(clc="I242.4").public_id

    outcomes = race(
        lambda _: add_copies(
            world.desk(), title=title, copies=NewCopies(suggests_call_number=True)
        ),
        range(DESKS),
    )

    assert {o.copies[0].call_number for o in outcomes} == {"I242.4/41"}
