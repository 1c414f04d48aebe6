"""Why a date or a charge is what it is, from what was kept with it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from jieyue.circulation.actions.checkin import checkin
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.actions.policies import add_rule, delete_rule, edit_rule
from jieyue.circulation.actions.renew import renew
from jieyue.circulation.models import Assessment, Loan
from jieyue.circulation.queries.why import (
    FineWhyStep,
    LoanWhy,
    RuleSaid,
    WhyStep,
    charge_why,
    loan_why,
)
from jieyue.circulation.rules.policies import RuleValues
from jieyue.fees.models import LedgerLine
from jieyue.kit.scope import library_scope
from jieyue.libraries.models import SpecialDays
from tests.world import World


def lend(world: World, **values: object) -> Loan:
    patron = world.patron()
    copies = (world.copy(world.title("红楼梦"), barcode="300000001", **values).barcode,)
    [lent] = checkout(world.desk(), copy_barcodes=copies, card_barcode=patron.card).results
    return Loan.objects.get(public_id=lent.loan)


def charge_of(world: World, days_late: int) -> str:
    """The public id of the charge of a loan that came back late."""
    loan = lend(world, price_cents=150)
    at = loan.due_at + timedelta(days=days_late) - timedelta(hours=6)
    checkin(world.desk(now=at), copy_barcodes=("300000001",))
    return LedgerLine.objects.get(kind="charge").public_id


def test_a_date_is_explained_step_by_step_with_the_rule(world: World) -> None:
    SpecialDays.objects.create(
        library=world.library, name="馆庆", starts_on=date(2026, 4, 1), ends_on=date(2026, 4, 2),
        is_closed=True,
    )  # fmt: skip
    world.rules_changed()
    loan = lend(world)

    assert loan_why(world.desk(), loan.public_id) == LoanWhy(
        loan=loan.public_id,
        title="红楼梦",
        barcode="300000001",
        branch="总馆",
        counted_on=date(2026, 3, 2),
        is_renewed=False,
        due_on=date(2026, 4, 3),
        due_at=loan.due_at,
        days=30,
        rule=RuleSaid(),
        steps=(
            WhyStep(what="counted", on=date(2026, 4, 1), note="30"),
            WhyStep(what="closed", on=date(2026, 4, 3), note="馆庆"),
        ),
        is_recalled=False,
        fits=True,
    )


def test_it_stays_explained_when_the_rule_is_changed_and_deleted(world: World) -> None:
    add_rule(world.desk(), card_type="adult", values=RuleValues(loan_days=7))
    loan = lend(world)
    before = loan_why(world.desk(), loan.public_id)
    edit_rule(world.desk(), card_type="adult", values=RuleValues(loan_days=9))
    changed = loan_why(world.desk(), loan.public_id)
    delete_rule(world.desk(), card_type="adult")
    gone = loan_why(world.desk(), loan.public_id)

    assert before is not None
    assert before.rule == RuleSaid(card_type="成人")
    assert changed == replace(before, rule=RuleSaid(card_type="成人", is_changed=True))
    assert gone == replace(before, rule=RuleSaid(card_type="成人", is_gone=True))


def test_a_renewal_is_explained_from_the_day_it_was_made(world: World) -> None:
    loan = lend(world)
    renew(world.days_later(10), loans=(loan.public_id,))

    found = loan_why(world.desk(), loan.public_id)

    assert found is not None
    assert (found.is_renewed, found.counted_on, found.due_on, found.fits) == (
        True, date(2026, 3, 12), date(2026, 4, 11), True,
    )  # fmt: skip


def test_a_loan_without_memory_says_so(world: World) -> None:
    loan = lend(world)
    Loan.objects.update(terms={})

    found = loan_why(world.desk(), loan.public_id)

    assert found is not None
    assert (found.steps, found.rule, found.days, found.fits) == ((), None, None, False)


def test_a_charge_is_calculated_again_from_its_inputs(world: World) -> None:
    world.policy(settled_by="money", fine_cents=10, fine_grace=3, fine_counts_closed=True)
    charge = charge_of(world, 20)
    world.policy(settled_by="nothing")

    found = charge_why(world.desk(), charge)

    assert found is not None
    assert (found.kind, found.title, found.amount_cents, found.fits) == (
        "late", "红楼梦", 150, True,
    )  # fmt: skip
    assert found.steps == (
        FineWhyStep(what="late", figure=20),
        FineWhyStep(what="money", figure=200, by=10),
        FineWhyStep(what="price", figure=150, by=150),
    )
    assert (found.due_on, found.ended_on) == (date(2026, 4, 1), date(2026, 4, 21))


def test_what_staff_charge_and_what_a_loss_costs(world: World) -> None:
    patron = world.patron()
    mine = {"library": world.library, "kind": "charge", "patron": patron, "at": world.now}
    plain = LedgerLine.objects.create(
        **mine, public_id="plaincharge1", amount_cents=500, reason="补卡"
    )
    lost = LedgerLine.objects.create(
        **mine, public_id="lostcharge11", amount_cents=4500, reason="lost"
    )
    Assessment.objects.create(
        library=world.library, public_id="assessment11", loan=lend(world), kind="lost",
        amount_cents=4500, charge=lost, at=world.now,
        inputs={"price_cents": 2000, "percent": 200, "fee_cents": 500, "is_said": False},
    )  # fmt: skip

    said = charge_why(world.desk(), plain.public_id)
    found = charge_why(world.desk(), lost.public_id)

    assert said is not None and found is not None
    assert (said.kind, said.steps, said.fits) == ("", (), True)
    assert (found.kind, found.fits) == ("lost", True)
    assert found.steps == (
        FineWhyStep(what="share", figure=4000, by=200),
        FineWhyStep(what="fee", figure=4500, by=500),
    )


def test_nobody_is_told_of_anothers(world: World) -> None:
    other = World(slug="southfield")
    with library_scope(other.library.pk):
        theirs = lend(other)
    mine, stranger = lend(world), world.patron()

    assert loan_why(world.desk(), theirs.public_id) is None
    assert loan_why(world.desk(), mine.public_id, patron_id=stranger.pk) is None
    assert charge_why(world.desk(), "nope") is None


@pytest.mark.parametrize("count", [1, 40])
def test_it_takes_a_fixed_number_of_statements(
    world: World, count: int, django_assert_num_queries
) -> None:
    world.policy(settled_by="money", fine_cents=10)
    charge = charge_of(world, 20)
    loan = Loan.objects.get().public_id
    for number in range(count):
        patron = world.patron()
        copies = (world.copy(barcode=f"4{number:08d}").barcode,)
        checkout(world.desk(), copy_barcodes=copies, card_barcode=patron.card)

    with django_assert_num_queries(3):
        loan_why(world.desk(), loan)
    with django_assert_num_queries(2):
        charge_why(world.desk(), charge)
