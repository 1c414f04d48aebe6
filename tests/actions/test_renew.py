"""Renewing."""

from datetime import date

import pytest

from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.actions.renew import NotRenewed, Renewed, renew
from jieyue.circulation.models import Loan
from jieyue.circulation.queries.loans import loans_of
from jieyue.circulation.rules.reasons import Reason, Why
from jieyue.libraries.actions import ForbiddenError
from jieyue.libraries.rules.permissions import HELPER
from tests.world import World


def lend(world: World, patron, copy=None):
    copy = copy or world.copy()
    [result] = checkout(
        world.desk(), copy_barcodes=(copy.barcode,), card_barcode=patron.card
    ).results
    return result


def test_runs_from_the_day_it_is_asked_for(world: World) -> None:
    patron = world.patron()
    lent = lend(world, patron)

    outcome = renew(world.days_later(10), loans=(lent.loan,))

    [renewed] = outcome.results
    assert isinstance(renewed, Renewed)
    assert (renewed.due_on, renewed.renewals, renewed.renewals_left) == (date(2026, 4, 11), 1, 1)
    loan = Loan.objects.get()
    assert (loan.due_at, loan.renewals) == (renewed.due_at, 1)


def test_gives_every_reason_and_the_button_agrees(world: World) -> None:
    world.policy(max_renewals=0)
    patron = world.patron()
    lent = lend(world, patron)
    late = world.days_later(31)

    [refused] = renew(late, loans=(lent.loan,)).results
    [shown] = loans_of(late, patron.pk)

    assert isinstance(refused, NotRenewed)
    assert refused.reasons == (
        Why(Reason.PATRON_HAS_OVERDUE, {"overdue": 1, "tolerated": 0}),
        Why(Reason.LOAN_OVERDUE),
        Why(Reason.RENEWALS_USED_UP, {"renewals": 0, "limit": 0}),
    )
    assert shown.reasons == refused.reasons
    assert shown.renewed_on is None
    assert Loan.objects.get().renewals == 0


def test_never_brings_a_date_forward(world: World) -> None:
    world.policy(renewal_days=10)
    lent = lend(world, world.patron())

    [refused] = renew(world.days_later(1), loans=(lent.loan,)).results

    assert refused.reasons == (Why(Reason.RENEWAL_GAINS_NOTHING, {"on": "2026-04-01"}),)


def test_a_reader_renews_their_own_and_knows_no_other(world: World) -> None:
    mine, yours = world.patron(), world.patron("王小明")
    my_loan, your_loan = lend(world, mine), lend(world, yours)
    desk = world.reader_desk(mine, now=world.days_later(5).now)

    outcome = renew(desk, loans=(my_loan.loan, your_loan.loan))

    assert [result.type for result in outcome.results] == ["renewed", "refused"]
    assert outcome.results[1].reasons == (Why(Reason.LOAN_UNKNOWN),)
    assert outcome.results[1].title == ""


def test_a_reader_cannot_override(world: World) -> None:
    mine = world.patron()
    lent = lend(world, mine)
    waive = frozenset({Reason.RENEWALS_USED_UP})
    with pytest.raises(ForbiddenError):
        renew(world.reader_desk(mine), loans=(lent.loan,), override=waive)
    with pytest.raises(ForbiddenError):
        renew(world.desk(permissions=HELPER), loans=(lent.loan,))


def test_the_same_key_renews_once(world: World) -> None:
    lent = lend(world, world.patron())
    later = world.desk(now=world.days_later(5).now, key="tap")

    assert renew(later, loans=(lent.loan,)) == renew(later, loans=(lent.loan,))
    assert Loan.objects.get().renewals == 1
