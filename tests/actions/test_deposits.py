"""押金: in, out only with nothing open, kept for debts, and abolished for all."""

import pytest

from jieyue.circulation.actions.abolition import (
    MAX_READERS,
    AbolitionBegun,
    AbolitionStep,
    abolish_deposits,
    abolition_step,
)
from jieyue.circulation.actions.charges import take_payment
from jieyue.circulation.actions.checkin import checkin
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.actions.deposits import (
    DepositFault,
    DepositRefused,
    ask_deposit_back,
    deposit_of,
    give_deposit_back,
    keep_deposit,
    take_deposit,
)
from jieyue.circulation.actions.undo import undo_checkin
from jieyue.circulation.jobs.fines import settle_waiting
from jieyue.circulation.queries.deposits import latest_abolition
from jieyue.circulation.rules.reasons import Reason, Why
from jieyue.fees.actions import charge
from jieyue.fees.models import DepositLine, DepositRequest
from jieyue.fees.queries import owed_cents
from jieyue.interfaces.worker.loop import keep_one_promise
from jieyue.libraries.actions import ForbiddenError
from jieyue.libraries.worker_desk import worker_desk
from tests.world import World


def paid_in(world: World, patron, cents: int = 10000) -> None:
    take_deposit(world.desk(), patron=patron.public_id, amount_cents=cents)


def lend(world: World, patron, **copy):
    made = world.copy(**copy)
    [result] = checkout(
        world.desk(), copy_barcodes=(made.barcode,), card_barcode=patron.card
    ).results
    return result, made


def test_it_is_lent_up_to_the_deposit_and_not_without_a_price(world: World) -> None:
    world.policy(needs_deposit=True)
    patron = world.patron()
    paid_in(world, patron)
    first, _ = lend(world, patron, price_cents=6000)
    second, _ = lend(world, patron, price_cents=5000)
    third, _ = lend(world, patron)
    fourth, _ = lend(world, patron, price_cents=4000)
    assert [first.type, second.type, third.type, fourth.type] == [
        "lent", "refused", "refused", "lent",
    ]  # fmt: skip
    assert [why.code for why in (*second.reasons, *third.reasons)] == [
        "deposit_too_small",
        "copy_has_no_price",
    ]


def test_it_is_given_back_only_with_nothing_open(world: World) -> None:
    patron = world.patron()
    paid_in(world, patron)
    _, copy = lend(world, patron)
    charge(world.desk(), patron=patron.public_id, amount_cents=300, reason="x")
    call = {"patron": patron.public_id}

    both = give_deposit_back(world.desk(), **call)
    checkin(world.desk(), copy_barcodes=(copy.barcode,))
    owes = ask_deposit_back(world.desk(), **call)
    take_payment(world.desk(), **call, amount_cents=300)
    asked = ask_deposit_back(world.reader_desk(patron), **call)
    again = ask_deposit_back(world.desk(), **call)
    back = give_deposit_back(world.desk(), **call)
    gone = give_deposit_back(world.desk(), **call)

    assert both.faults == (DepositFault.HAS_LOANS, DepositFault.OWES_MONEY)
    assert owes == DepositRefused(faults=(DepositFault.OWES_MONEY,))
    assert asked.deposit_cents == 10000
    assert again.faults == (DepositFault.ASKED_ALREADY,)
    assert (back.amount_cents, back.deposit_cents) == (-10000, 0)
    assert gone.faults == (DepositFault.NO_DEPOSIT,)
    assert DepositRequest.objects.get().outcome == "paid_back"


def test_a_reader_asks_only_for_their_own(world: World) -> None:
    mine, theirs = world.patron(), world.patron("别人")
    paid_in(world, theirs)
    refused = ask_deposit_back(world.reader_desk(mine), patron=theirs.public_id)
    assert refused == DepositRefused(faults=(DepositFault.PATRON_UNKNOWN,))


def test_it_pays_what_is_owed_as_far_as_it_goes(world: World) -> None:
    patron = world.patron()
    paid_in(world, patron, 500)
    for cents in (300, 400):
        charge(world.desk(), patron=patron.public_id, amount_cents=cents, reason="x")
    kept = keep_deposit(world.desk(), patron=patron.public_id)
    assert (kept.amount_cents, kept.deposit_cents) == (-500, 0)
    assert owed_cents([patron.pk]) == {patron.pk: 200}
    assert keep_deposit(world.desk(), patron=patron.public_id).faults == (DepositFault.NO_DEPOSIT,)


def worked_off() -> int:
    """Keep all promises as the worker does; return how many there were."""
    kept = 0
    while keep_one_promise():
        kept += 1
    return kept


def test_the_abolition_gives_back_what_it_can_and_counts_the_rest(world: World) -> None:
    free, lends, owes, _without = (world.patron() for _ in range(4))
    for patron in (free, lends, owes):
        paid_in(world, patron)
    lend(world, lends)
    charge(world.desk(), patron=owes.public_id, amount_cents=1, reason="x")
    desk = world.desk(staff_id=world.staff.pk)

    begun = abolish_deposits(desk, method="bank")
    meanwhile = abolish_deposits(desk, method="cash")
    worked_off()

    assert isinstance(begun, AbolitionBegun)
    assert begun.readers == 3
    assert meanwhile == DepositRefused(faults=(DepositFault.RUNNING_ALREADY,))
    line = DepositLine.objects.get(kind="paid_back")
    assert (line.patron_id, line.amount_cents, line.method) == (free.pk, -10000, "bank")
    assert (line.staff_id, line.reason) == (world.staff.pk, "abolished")
    assert deposit_of(lends.pk) == deposit_of(owes.pk) == 10000
    run = latest_abolition()
    assert run is not None
    assert (run.is_running, run.paid_back, run.kept, run.amount_cents) == (False, 1, 2, 10000)


def test_the_abolition_goes_on_where_it_was_and_no_step_is_done_twice(world: World) -> None:
    patrons = [world.patron() for _ in range(MAX_READERS + 2)]
    for patron in patrons:
        paid_in(world, patron)
    begun = abolish_deposits(world.desk(), method="bank")
    worker = worker_desk(world.library.pk, world.now)

    first = abolition_step(worker, abolition=begun.abolition, step=1)
    again = abolition_step(worker, abolition=begun.abolition, step=1)
    half = latest_abolition()
    worked_off()

    assert (len(first.paid_back), first.is_last) == (MAX_READERS, False)
    assert again == AbolitionStep()
    assert (half.is_running, half.looked_at, half.readers) == (True, MAX_READERS, len(patrons))
    assert latest_abolition().is_running is False
    assert DepositLine.objects.filter(kind="paid_back").count() == len(patrons)


def test_nothing_is_abolished_without_deposits_and_no_step_is_done_by_hand(world: World) -> None:
    refused = abolish_deposits(world.desk(), method="bank")

    assert refused == DepositRefused(faults=(DepositFault.NO_DEPOSIT,))
    with pytest.raises(ForbiddenError):
        abolition_step(world.desk(), abolition="x", step=1)


def test_a_charge_that_was_waited_out_keeps_no_deposit(world: World) -> None:
    world.policy(settled_by="either", fine_cents=40, max_overdue=99)
    patron = world.patron()
    paid_in(world, patron)
    _, copy = lend(world, patron)
    checkin(world.days_later(32), copy_barcodes=(copy.barcode,))
    early = give_deposit_back(world.days_later(33), patron=patron.public_id)
    assert early.faults == (DepositFault.OWES_MONEY,)
    assert give_deposit_back(world.days_later(60), patron=patron.public_id).deposit_cents == 0
    assert settle_waiting(world.days_later(61).now) == {"readers": 0}


def test_a_return_is_not_undone_once_its_deposit_was_given_back(world: World) -> None:
    world.policy(needs_deposit=True)
    patron, copy = world.patron(), world.copy(price_cents=5_000)
    paid_in(world, patron, 10_000)
    [lent] = checkout(world.desk(), copy_barcodes=(copy.barcode,), card_barcode=patron.card).results
    checkin(world.desk(), copy_barcodes=(copy.barcode,))
    give_deposit_back(world.desk(), patron=patron.public_id)

    refused = undo_checkin(world.desk(), loan=lent.loan)
    paid_in(world, patron, 5_000)
    undone = undo_checkin(world.desk(), loan=lent.loan)

    assert refused.reasons == (Why(Reason.DEPOSIT_GIVEN_BACK),)
    assert undone.type == "undone"


def test_it_is_undone_where_loans_need_no_deposit_any_more(world: World) -> None:
    patron, copy = world.patron(), world.copy(price_cents=5_000)
    paid_in(world, patron, 10_000)
    [lent] = checkout(world.desk(), copy_barcodes=(copy.barcode,), card_barcode=patron.card).results
    checkin(world.desk(), copy_barcodes=(copy.barcode,))
    give_deposit_back(world.desk(), patron=patron.public_id)

    assert undo_checkin(world.desk(), loan=lent.loan).type == "undone"
