"""A list that comes in while desks catalogue, on the engine of the run."""

from functools import partial

import pytest

from jieyue.catalog.actions import add_book
from jieyue.catalog.importing.books import BOOKS
from jieyue.catalog.models import Copy
from jieyue.catalog.rules.copies import NewCopies
from jieyue.catalog.rules.descriptions import Description
from jieyue.imports.actions import start_import
from jieyue.imports.stepping import keep_step
from jieyue.kit.scope import library_scope
from jieyue.outbox.models import Task
from tests.imports import brought, checked
from tests.races.test_desks import race
from tests.world import World

ROWS = 20
DESKS = 4


@pytest.mark.django_db(transaction=True)
def test_a_list_and_four_desks_give_no_call_number_twice(tmp_path) -> None:
    world = World()
    rows = [("书名", "分类号"), *((f"单 {n}", "I242.4") for n in range(ROWS))]
    with library_scope(world.library.pk):
        run = brought(world, tmp_path, rows, options={"call_numbers": True})
        checked(world, run)
        start_import(world.desk(), run=run)
        step = Task.objects.get(kind="imports.books", done_at=None).payload

    def bring_in() -> None:
        with library_scope(world.library.pk):
            keep_step(BOOKS, world.desk(), step)

    def catalogue(desk: int) -> None:
        for n in range(3):
            book = Description(name=f"手 {desk} {n}", clc="I242.4")
            add_book(world.desk(), book=book, copies=NewCopies(suggests_call_number=True))

    ended = race(lambda work: work(), [bring_in, *(partial(catalogue, n) for n in range(DESKS))])

    assert ended == [None] * (1 + DESKS)
    given = Copy.across_libraries.values_list("call_number", flat=True)
    numbers = sorted(int(number.removeprefix("I242.4/")) for number in given)
    assert numbers == list(range(1, ROWS + 3 * DESKS + 1))
