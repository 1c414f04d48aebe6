"""Several desks and one account or drawer: money is taken and counted once."""

from collections import Counter

import pytest

from jieyue.circulation.actions.charges import take_payment
from jieyue.circulation.actions.deposits import give_deposit_back, take_deposit
from jieyue.fees.actions import charge
from jieyue.fees.drawer import close_drawer
from jieyue.fees.models import DrawerLine, LedgerLine
from jieyue.fees.queries import owed_cents
from tests.races.test_desks import in_scope, race
from tests.world import World

DESKS = 6


def kinds(outcomes) -> Counter:
    return Counter(getattr(outcome, "type", repr(outcome)) for outcome in outcomes)


@pytest.mark.django_db(transaction=True)
def test_six_desks_take_the_same_charge_once() -> None:
    world = World()
    patron = in_scope(world, world.patron)
    line = charge(world.desk(), patron=patron.public_id, amount_cents=500, reason="x").line

    outcomes = race(
        lambda _: take_payment(
            world.desk(), patron=patron.public_id, charge=line, amount_cents=500
        ),
        range(DESKS),
    )

    assert kinds(outcomes) == {"booked": 1, "refused": DESKS - 1}
    assert in_scope(world, lambda: owed_cents([patron.pk])) == {patron.pk: 0}
    assert LedgerLine.across_libraries.filter(kind="payment").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_double_click_pays_once_and_both_get_the_answer() -> None:
    world = World()
    patron = in_scope(world, world.patron)
    charge(world.desk(), patron=patron.public_id, amount_cents=500, reason="x")

    outcomes = race(
        lambda _: take_payment(world.desk(key="click"), patron=patron.public_id, amount_cents=200),
        range(DESKS),
    )

    assert len(set(outcomes)) == 1
    assert LedgerLine.across_libraries.filter(kind="payment").count() == 1


@pytest.mark.django_db(transaction=True)
def test_desks_that_close_the_drawer_at_once_count_each_line_once() -> None:
    world = World()
    patron = in_scope(world, world.patron)
    for _ in range(3):
        charge(world.desk(), patron=patron.public_id, amount_cents=500, reason="x")
        take_payment(world.desk(), patron=patron.public_id, amount_cents=500)

    outcomes = race(
        lambda _: close_drawer(world.desk(), expected_cents=1500, counted_cents=1500),
        range(DESKS),
    )

    assert kinds(outcomes) == {"drawer_closed": 1, "refused": DESKS - 1}
    assert DrawerLine.across_libraries.count() == 3


@pytest.mark.django_db(transaction=True)
def test_a_deposit_is_given_back_once() -> None:
    world = World()
    patron = in_scope(world, world.patron)
    take_deposit(world.desk(), patron=patron.public_id, amount_cents=10000)

    outcomes = race(
        lambda _: give_deposit_back(world.desk(), patron=patron.public_id), range(DESKS)
    )

    assert kinds(outcomes) == {"deposit_booked": 1, "refused": DESKS - 1}
