"""Readers who say that a book was returned, or was never lent to them."""

import pytest

from jieyue.circulation.actions.claims import claim_returned, resolve_claim
from jieyue.circulation.jobs.losses import lose_overdue_loans
from jieyue.circulation.models import Loan
from jieyue.circulation.rules.reasons import Reason
from tests.actions.loss_case import RULES, Case, codes
from tests.world import World


@pytest.fixture
def case(world: World) -> Case:
    world.policy(**RULES)
    return Case(world)


def test_fines_stop_at_the_claim_and_a_copy_found_is_simply_returned(case) -> None:
    claimed = claim_returned(case.world.reader_desk(case.patron), loan=case.loan)

    assert (claimed.type, claimed.claims, case.row.claimed_at) == ("claimed", 1, case.desk().now)
    assert codes(claim_returned(case.desk(1), loan=case.loan)) == [Reason.LOAN_CLAIMED]
    back = case.back(45)
    assert (back.fine_cents, case.owed, case.row.ending) == (0, 0, "returned")


def test_a_reader_claims_three_a_year_alone_and_more_at_the_desk(case) -> None:
    world = case.world
    for _ in range(3):
        one = Case(world)
        Loan.objects.filter(public_id=one.loan).update(patron=case.patron)
        assert claim_returned(world.reader_desk(case.patron), loan=one.loan).type == "claimed"

    refused = claim_returned(world.reader_desk(case.patron), loan=case.loan)
    by_staff = claim_returned(world.desk(), loan=case.loan)

    assert codes(refused) == [Reason.TOO_MANY_CLAIMS]
    assert by_staff.claims == 4


def test_a_claim_that_is_not_borne_out_is_a_loss(case) -> None:
    claim_returned(case.desk(33), loan=case.loan)

    resolved = resolve_claim(case.desk(60), loan=case.loan, resolution="not_found")

    assert (resolved.type, resolved.cost_cents) == ("claim_resolved", 8200)
    assert (case.row.claimed_at, case.row.lost_at) == (None, case.desk(60).now)
    assert case.lines == [("charge", 60, "late"), ("charge", 8200, "lost_book")]


def test_a_book_never_lent_leaves_no_debt(case) -> None:
    case.world.policy(lost_after_days=10)
    lose_overdue_loans(case.desk(55).now)
    claim_returned(case.desk(56), loan=case.loan)

    resolve_claim(case.desk(57), loan=case.loan, resolution="never_lent")

    assert (case.row.ending, case.standing, case.owed) == ("never_lent", "missing", 0)


def test_a_claim_taken_back_goes_on(case) -> None:
    assert codes(resolve_claim(case.desk(), loan=case.loan, resolution="withdrawn")) == [
        Reason.LOAN_NOT_CLAIMED
    ]
    claim_returned(case.desk(), loan=case.loan)

    resolve_claim(case.desk(1), loan=case.loan, resolution="withdrawn")

    assert (case.row.claimed_at, case.row.returned_at) == (None, None)
