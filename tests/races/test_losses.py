"""Several desks and one lost book: it is charged once, and money and book may cross."""

import pytest

from jieyue.circulation.actions.charges import take_payment
from jieyue.circulation.actions.checkin import checkin
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.actions.losses import report_lost
from jieyue.circulation.models import Loan
from jieyue.fees.models import LedgerLine
from jieyue.fees.queries import owed_cents
from tests.races.test_desks import in_scope, race
from tests.world import World

DESKS = 6


def lent_copy(world: World):
    patron = in_scope(world, world.patron)
    copy = in_scope(world, lambda: world.copy(price_cents=3000))
    call = {"copy_barcodes": (copy.barcode,), "card_barcode": patron.card}
    [lent] = checkout(world.desk(), **call).results
    return patron, copy, lent.loan


@pytest.mark.django_db(transaction=True)
def test_six_desks_report_a_loss_and_it_is_charged_once() -> None:
    world = World()
    patron, _, loan = lent_copy(world)

    outcomes = race(lambda _: report_lost(world.desk(), loan=loan), range(DESKS))

    assert sorted(outcome.type for outcome in outcomes) == ["lost"] + ["refused"] * (DESKS - 1)
    assert in_scope(world, lambda: owed_cents([patron.pk])) == {patron.pk: 3000}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", range(4))
def test_money_and_the_book_come_at_the_same_moment(turn: int) -> None:
    world = World()
    patron, copy, loan = lent_copy(world)
    report_lost(world.desk(), loan=loan)

    def pay(_):
        return take_payment(world.desk(), patron=patron.public_id, amount_cents=3000)

    def bring(_):
        return checkin(world.desk(), copy_barcodes=(copy.barcode,))

    first, second = race(lambda act: act(None), [pay, bring] if turn % 2 else [bring, pay])
    paid, back = (first, second) if turn % 2 else (second, first)

    found = back.results[0].found
    refund = {"booked": 3000, "refused": 0}[paid.type]
    assert (found.refund_cents, found.waived_cents) == (refund, 3000 - refund)
    assert in_scope(world, lambda: owed_cents([patron.pk])) == {patron.pk: 0}
    row = Loan.across_libraries.get(public_id=loan)
    assert (row.ending, row.returned_at is not None) == ("returned", True)
    assert LedgerLine.across_libraries.filter(kind="charge").count() == 1
