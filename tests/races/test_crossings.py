"""Different actions on the same copies, holds and money at the same moment: nothing contradicts."""

from datetime import timedelta

import pytest

from jieyue.circulation.actions.charges import refund, take_payment, waive
from jieyue.circulation.actions.checkin import checkin
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.actions.deposits import keep_deposit, take_deposit
from jieyue.circulation.actions.hold_upkeep import expire_holds
from jieyue.circulation.actions.holds import cancel_hold, place_hold
from jieyue.circulation.actions.manifests import make_manifest, receive_manifest
from jieyue.circulation.actions.redate_return import redate_return
from jieyue.circulation.actions.transits import cancel_transit
from jieyue.circulation.actions.undo import undo_checkin
from jieyue.circulation.models import Transit
from jieyue.circulation.queries.contradictions import contradictions
from jieyue.fees.models import DepositLine, LedgerLine
from jieyue.fees.queries import owed_cents
from tests.races.test_desks import in_scope, race
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)
TURNS = range(3)


def fell(outcomes) -> list[str]:
    return [repr(outcome) for outcome in outcomes if isinstance(outcome, Exception)]


def reserve(world: World, copy, patron, pickup: str) -> str:
    asked = {"title": copy.title.public_id, "patron": patron.public_id, "pickup": pickup}
    return place_hold(world.desk(), **asked).hold


@pytest.mark.parametrize("turn", TURNS)
def test_a_box_is_received_while_its_books_are_scanned_cancelled_and_taken_out(turn) -> None:
    world = World()
    east = in_scope(world, world.east)
    there = world.desk(branch_id=east.pk)
    copies = [in_scope(world, lambda: world.copy(branch=east)) for _ in range(4)]
    holds = [reserve(world, copy, in_scope(world, world.patron), "east") for copy in copies[:2]]
    for copy in copies:
        checkin(world.desk(), copy_barcodes=(copy.barcode,))
    number = make_manifest(world.desk(), to_branch="east").number
    ways = list(Transit.across_libraries.order_by("id").values_list("public_id", flat=True))

    work = [
        lambda: receive_manifest(there, number=number),
        lambda: receive_manifest(there, number=number),
        *(lambda c=c: checkin(there, copy_barcodes=(c.barcode,)) for c in copies),
        lambda: cancel_hold(world.desk(), hold=holds[0]),
        lambda: cancel_transit(world.desk(), transit=ways[turn]),
    ]
    outcomes = race(lambda one: one(), work)

    assert fell(outcomes) == []
    assert in_scope(world, contradictions) == []


@pytest.mark.parametrize("turn", TURNS)
def test_a_book_is_fetched_while_its_hold_ends(turn) -> None:
    world = World()
    copy, reader, other = (
        in_scope(world, work) for work in (world.copy, world.patron, world.patron)
    )
    hold = reserve(world, copy, reader, "main")
    checkin(world.desk(), copy_barcodes=(copy.barcode,))
    late = world.days_later(60)

    work = [
        lambda: checkout(late, copy_barcodes=(copy.barcode,), card_barcode=reader.card),
        lambda: checkout(late, copy_barcodes=(copy.barcode,), card_barcode=other.card),
        lambda: expire_holds(late, holds=(hold,)),
        lambda: cancel_hold(world.reader_desk(reader, now=late.now), hold=hold),
        lambda: checkin(late, copy_barcodes=(copy.barcode,)),
        lambda: place_hold(late, title=copy.title.public_id, patron=other.public_id, pickup="main"),
    ]
    outcomes = race(lambda one: one(), work)

    assert fell(outcomes) == []
    assert in_scope(world, contradictions) == []


@pytest.mark.parametrize("turn", TURNS)
def test_a_fine_is_paid_let_off_given_back_and_undone_at_once(turn) -> None:
    world = World()
    in_scope(world, lambda: world.policy(settled_by="money", fine_cents=20))
    copy, reader = in_scope(world, world.copy), in_scope(world, world.patron)
    checkout(world.desk(), copy_barcodes=(copy.barcode,), card_barcode=reader.card)
    desk, who = world.days_later(40), {"patron": reader.public_id}
    [back] = checkin(desk, copy_barcodes=(copy.barcode,)).results
    fine = LedgerLine.across_libraries.get().public_id
    take_deposit(desk, **who, amount_cents=10_000)
    take_payment(desk, **who, amount_cents=50)
    was = desk.now - timedelta(days=2)

    work = [
        lambda: take_payment(desk, **who, amount_cents=back.fine_cents - 50),
        lambda: waive(desk, **who, amount_cents=back.fine_cents - 50, reason="老读者"),
        lambda: refund(desk, **who, charge=fine, amount_cents=50, reason="记错了"),
        lambda: refund(desk, **who, charge=fine, amount_cents=50, reason="记错了"),
        lambda: keep_deposit(desk, **who),
        lambda: undo_checkin(desk, loan=back.loan),
        lambda: redate_return(desk, loan=back.loan, as_of=was),
    ]
    outcomes = race(lambda one: one(), work)

    assert fell(outcomes) == []
    assert in_scope(world, contradictions) == []
    paid = [line.amount_cents for line in LedgerLine.across_libraries.exclude(kind="waiver")]
    money = -sum(cents for cents in paid) + sum(
        line.amount_cents for line in LedgerLine.across_libraries.filter(kind="charge")
    )
    deposit = sum(DepositLine.across_libraries.values_list("amount_cents", flat=True))
    assert 0 <= money <= back.fine_cents
    assert 10_000 - back.fine_cents <= deposit <= 10_000
    assert in_scope(world, lambda: owed_cents([reader.pk])).get(reader.pk, 0) >= 0
