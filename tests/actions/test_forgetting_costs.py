"""What somebody paid or waited for leads to no book any more once its loan is forgotten."""

from datetime import timedelta

from jieyue.circulation.actions.charges import refund, take_payment
from jieyue.circulation.actions.checkin import checkin
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.actions.history import HistoryForgotten, erase_history
from jieyue.circulation.actions.losses import report_lost
from jieyue.circulation.jobs.fines import settle_waiting
from jieyue.circulation.jobs.history import forget_histories
from jieyue.circulation.models import Assessment, Block, Loan
from jieyue.circulation.queries.charges import account_view, receipt_of
from jieyue.circulation.queries.contradictions import contradictions
from jieyue.circulation.queries.losses import open_cases
from tests.actions.loss_case import RULES, Case
from tests.world import World


def late_back(world: World, patron, *copies) -> list[str]:
    """Lend copies now, and take them back eight days late; return the loans."""
    codes = tuple(copy.barcode for copy in copies)
    lent = checkout(world.desk(), copy_barcodes=codes, card_barcode=patron.card).results
    for number, code in enumerate(codes):
        desk = world.desk(now=world.now + timedelta(days=38 + number))
        checkin(desk, copy_barcodes=(code,))
    return [one.loan for one in lent]


def whose(loan: str) -> int | None:
    return Loan.objects.get(public_id=loan).patron_id


def test_what_was_paid_stays_but_not_for_which_book(world: World) -> None:
    world.policy(**RULES)
    patron = world.patron()
    [loan] = late_back(world, patron, world.copy())
    world.now += timedelta(days=39)
    paid = take_payment(world.desk(), patron=patron.public_id, amount_cents=160)
    before = account_view(world.desk(), patron.pk)
    assert before.charges[0].title

    forget_histories(world.now + timedelta(days=400))

    assert whose(loan) is None
    [kept] = account_view(world.desk(), patron.pk).charges
    assert (kept.title, kept.barcode, kept.loan, kept.fine) == ("", "", "", None)
    assert (kept.reason, kept.paid_cents) == ("late", before.charges[0].paid_cents)
    receipt = receipt_of(world.desk(), patron.pk, paid.receipt)
    assert receipt is not None
    assert [(line.reason, line.title, line.cents) for line in receipt.lines] == [("late", "", 160)]
    cost = Assessment.objects.get(loan__public_id=loan)  # the copy's side of it stays
    assert (cost.charge_id, cost.amount_cents) == (None, 160)
    assert contradictions() == []


def test_a_suspension_keeps_its_book_until_it_is_over(world: World) -> None:
    world.policy(settled_by="days", max_overdue=99)
    patron = world.patron()
    loans = late_back(world, patron, world.copy(), world.copy())
    world.now += timedelta(days=40)
    Block.objects.filter(patron=patron).update(ends_on=world.now.date() + timedelta(days=60))
    world.now += timedelta(days=20)
    done = erase_history(world.reader_desk(patron))
    assert done == HistoryForgotten(loans=0, kept=2)
    assert all(Block.objects.values_list("loan_id", flat=True))
    assert any(cost.inputs["moved"] for cost in Assessment.objects.all())

    world.now += timedelta(days=60)
    settle_waiting(world.now)
    assert erase_history(world.reader_desk(patron)) == HistoryForgotten(loans=2)

    assert [whose(loan) for loan in loans] == [None, None]
    assert list(Block.objects.values_list("loan_id", "lifted_why")) == [(None, "served")] * 2
    for cost in Assessment.objects.all():
        assert cost.block_id is None
        assert not cost.inputs.get("moved")
    assert contradictions() == []


def test_money_due_back_for_a_lost_book_keeps_it_known(world: World) -> None:
    world.policy(**RULES)
    case = Case(world)
    report_lost(case.desk(10), loan=case.loan)
    case.pay(case.owed, 11)
    world.now += timedelta(days=60)
    assert erase_history(world.reader_desk(case.patron)) == HistoryForgotten(loans=0, kept=1)

    found = case.back(10)  # 70 days after it was lent: within the 90
    assert found.found.refund_cents > 0
    world.now += timedelta(days=400)
    assert forget_histories(world.now) == 0
    [waits] = open_cases(world.desk()).refunds
    refund(
        world.desk(), patron=case.patron.public_id, amount_cents=waits.refund_cents,
        charge=waits.charge, reason="找到了",
    )  # fmt: skip

    assert forget_histories(world.now) == 1
    assert whose(case.loan) is None
    assert open_cases(world.desk()).refunds == ()


def test_a_lost_book_nobody_would_pay_back_for_is_forgotten(world: World) -> None:
    world.policy(**RULES)
    case = Case(world)
    report_lost(case.desk(10), loan=case.loan)
    case.pay(case.owed, 11)
    world.now += timedelta(days=110)
    assert erase_history(world.reader_desk(case.patron)) == HistoryForgotten(loans=1)
    found = case.back(1).found
    assert (found.patron, found.refund_cents) == ("", 0)
    assert case.standing == "in_use"
    assert contradictions() == []
