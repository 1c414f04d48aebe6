"""押金: in, out only with nothing open, kept for debts, and abolished for all."""

from jieyue.circulation.actions.charges import take_payment
from jieyue.circulation.actions.checkin import checkin
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.actions.deposits import (
    DepositFault,
    DepositRefused,
    abolish_deposits,
    ask_deposit_back,
    deposit_of,
    give_deposit_back,
    keep_deposit,
    take_deposit,
)
from jieyue.circulation.jobs.fines import settle_waiting
from jieyue.fees.actions import charge
from jieyue.fees.models import DepositLine, DepositRequest
from jieyue.fees.queries import owed_cents
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


def test_the_abolition_gives_back_what_it_can_and_names_the_rest(world: World) -> None:
    free, lends, owes, without = (world.patron() for _ in range(4))
    for patron in (free, lends, owes):
        paid_in(world, patron)
    lend(world, lends)
    charge(world.desk(), patron=owes.public_id, amount_cents=1, reason="x")
    asked = tuple(p.public_id for p in (free, lends, owes, without))

    done = abolish_deposits(world.desk(), patrons=asked, method="bank")
    again = abolish_deposits(world.desk(), patrons=asked, method="bank")

    assert (done.paid_back, set(done.kept), done.amount_cents) == (
        (free.public_id,),
        {lends.public_id, owes.public_id},
        10000,
    )
    assert (again.paid_back, again.amount_cents) == ((), 0)
    assert DepositLine.objects.filter(kind="paid_back").count() == 1
    assert deposit_of(lends.pk) == 10000


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
