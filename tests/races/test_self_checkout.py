"""Phones at the shelf: two readers and one copy, one phone that asks twice, one reader's limit."""

from dataclasses import replace
from datetime import timedelta

import pytest

from jieyue.circulation.actions.self_checkout import as_here, self_checkout
from jieyue.circulation.models import Loan, Receipt, ReceiptLine
from jieyue.kit.scope import library_scope
from jieyue.libraries.desk import Desk, Presence
from tests.races.test_desks import race
from tests.self_service import allow
from tests.world import World

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
PHONES = 6


def stocked(copies: int) -> tuple[World, list[str], list[Desk]]:
    """Return a library that allows it, barcodes, and the desks of readers in it."""
    world = World()
    with library_scope(world.library.pk):
        allow(world)
        codes = [world.copy().barcode for _ in range(copies)]
        patrons = [world.patron() for _ in range(PHONES)]
    until = world.now + timedelta(minutes=20)
    presence = Presence(branch_id=world.branch.pk, how="door", until=until)
    return world, codes, [as_here(world.reader_desk(p, presence=presence)) for p in patrons]


def test_one_copy_and_many_phones_make_one_loan() -> None:
    _, [code], desks = stocked(1)

    outcomes = race(lambda desk: self_checkout(desk, scan=code), desks)

    lent = [outcome for outcome in outcomes if outcome.type == "self_lent"]
    against = {why.code.value for o in outcomes if o.type == "refused" for why in o.reasons}
    assert (len(lent), against) == (1, {"copy_on_loan"})
    assert Loan.across_libraries.count() == Receipt.across_libraries.count() == 1


def test_a_phone_that_asks_again_and_again_gets_one_answer() -> None:
    _, [code], [desk, *_] = stocked(1)
    keyed = replace(desk, key="scan")

    outcomes = race(lambda _: self_checkout(keyed, scan=code), range(PHONES))

    assert {outcome.type for outcome in outcomes} == {"self_lent"}
    assert len({outcome.loan for outcome in outcomes}) == 1
    assert Loan.across_libraries.count() == 1


def test_two_phones_of_one_reader_share_a_receipt() -> None:
    _, codes, [desk, *_] = stocked(4)

    outcomes = race(lambda code: self_checkout(desk, scan=code), codes)

    assert len({outcome.receipt for outcome in outcomes}) == 1
    assert Receipt.across_libraries.count() == 1
    assert ReceiptLine.across_libraries.count() == 4
