"""Several desks at once, real threads, real transactions, on the engine of the run."""

import threading
from collections import Counter

import pytest
from django.db import connection

from jieyue.circulation.actions.checkin import checkin
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.models import Loan
from jieyue.kit.scope import library_scope
from tests.world import World

DESKS = 8


def race(work, inputs):
    """Run `work(input)` in a thread each, all released at once; return outcomes in input order."""
    gate = threading.Barrier(len(inputs))
    results: list = [None] * len(inputs)

    def run(place, given):
        try:
            gate.wait(timeout=20)
            results[place] = work(given)
        except Exception as error:  # noqa: BLE001 (an outcome like any other)
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(inputs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


def answers(outcomes) -> Counter:
    return Counter(
        result.type if result.type != "refused" else result.reasons[0].code.value
        for outcome in outcomes
        for result in outcome.results
    )


@pytest.mark.django_db(transaction=True)
def test_eight_desks_and_one_copy_make_one_loan() -> None:
    world = World()
    copy = world_copy(world)
    patrons = [in_scope(world, world.patron) for _ in range(DESKS)]

    outcomes = race(
        lambda p: checkout(world.desk(), copy_barcodes=(copy.barcode,), card_barcode=p.card),
        patrons,
    )

    assert answers(outcomes) == {"lent": 1, "copy_on_loan": DESKS - 1}
    assert Loan.across_libraries.count() == 1


@pytest.mark.django_db(transaction=True)
def test_eight_desks_and_a_limit_of_three_make_three_loans() -> None:
    world = World()
    in_scope(world, lambda: world.policy(max_loans=3))
    patron = in_scope(world, world.patron)
    copies = [world_copy(world) for _ in range(DESKS)]

    outcomes = race(
        lambda c: checkout(world.desk(), copy_barcodes=(c.barcode,), card_barcode=patron.card),
        copies,
    )

    assert answers(outcomes) == {"lent": 3, "patron_at_loan_limit": DESKS - 3}
    assert Loan.across_libraries.filter(patron=patron, returned_at=None).count() == 3


@pytest.mark.django_db(transaction=True)
def test_the_same_key_at_eight_desks_is_one_request() -> None:
    world = World()
    copy, patron = world_copy(world), in_scope(world, world.patron)

    outcomes = race(
        lambda _: checkout(
            world.desk(key="one-scan"), copy_barcodes=(copy.barcode,), card_barcode=patron.card
        ),
        range(DESKS),
    )

    assert len(set(outcomes)) == 1
    assert Loan.across_libraries.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_returns_of_one_copy_end_one_loan() -> None:
    world = World()
    copy, patron = world_copy(world), in_scope(world, world.patron)
    checkout(world.desk(), copy_barcodes=(copy.barcode,), card_barcode=patron.card)

    outcomes = race(lambda _: checkin(world.desk(), copy_barcodes=(copy.barcode,)), range(DESKS))

    assert answers(outcomes) == {"returned": 1, "not_on_loan": DESKS - 1}


@pytest.mark.django_db(transaction=True)
def test_crossing_piles_do_not_deadlock() -> None:
    world = World()
    in_scope(world, lambda: world.policy(max_loans=50))
    pile = [world_copy(world).barcode for _ in range(6)]
    patrons = [in_scope(world, world.patron) for _ in range(DESKS)]

    outcomes = race(
        lambda given: checkout(
            world.desk(),
            copy_barcodes=tuple(pile if given[0] % 2 else reversed(pile)),
            card_barcode=given[1].card,
        ),
        list(enumerate(patrons)),
    )

    assert answers(outcomes) == {"lent": 6, "copy_on_loan": 6 * (DESKS - 1)}


def in_scope(world, make):
    with library_scope(world.library.pk):
        return make()


def world_copy(world):
    return in_scope(world, world.copy)
