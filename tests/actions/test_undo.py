"""Taking back a mistake of today."""

from jieyue.circulation.actions.checkin import checkin
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.actions.renew import renew
from jieyue.circulation.actions.undo import undo_checkin, undo_checkout, undo_renewal
from jieyue.circulation.actions.withdraw import withdraw_copy
from jieyue.circulation.models import Loan
from jieyue.circulation.queries.loans import history_of
from jieyue.circulation.rules.reasons import Reason, Why
from tests.world import World


def lend(world: World, copy, patron):
    [result] = checkout(
        world.desk(), copy_barcodes=(copy.barcode,), card_barcode=patron.card
    ).results
    return result


def test_an_undone_checkout_is_in_no_history(world: World) -> None:
    copy, patron = world.copy(), world.patron()
    lent = lend(world, copy, patron)

    undone = undo_checkout(world.desk(), loan=lent.loan)

    assert (undone.type, undone.step, undone.due_on) == ("undone", "checkout", None)
    assert Loan.objects.get().ending == "undone"
    assert history_of(world.desk(), patron.pk) == ([], 0)
    assert lend(world, copy, patron).type == "lent"


def test_an_undone_return_goes_on_with_the_same_dates(world: World) -> None:
    copy, patron = world.copy(), world.patron()
    lent = lend(world, copy, patron)
    renew(world.days_later(2), loans=(lent.loan,))
    before = Loan.objects.get()
    checkin(world.days_later(3), copy_barcodes=(copy.barcode,))

    undone = undo_checkin(world.days_later(3), loan=lent.loan)

    going_on = Loan.objects.get(returned_at=None)
    assert undone.loan == going_on.public_id != lent.loan
    assert (going_on.lent_at, going_on.due_at, going_on.renewals, going_on.terms) == (
        before.lent_at,
        before.due_at,
        1,
        before.terms,
    )
    assert Loan.objects.get(public_id=lent.loan).ending == "continued"
    assert history_of(world.desk(), patron.pk) == ([], 0)


def test_a_return_that_something_followed_stays(world: World) -> None:
    copy = world.copy()
    lent = lend(world, copy, world.patron())
    checkin(world.desk(), copy_barcodes=(copy.barcode,))
    lend(world, copy, world.patron())

    refused = undo_checkin(world.desk(), loan=lent.loan)

    assert refused.reasons == (Why(Reason.SOMETHING_FOLLOWED),)
    assert Loan.objects.filter(returned_at=None).count() == 1


def test_a_return_stays_once_the_copy_has_left_the_library(world: World) -> None:
    copy, patron = world.copy(), world.patron()
    lent = lend(world, copy, patron)
    checkin(world.desk(), copy_barcodes=(copy.barcode,))
    withdraw_copy(world.desk(), copy=copy.public_id, reason="破损")

    refused = undo_checkin(world.desk(), loan=lent.loan)

    assert refused.reasons == (Why(Reason.SOMETHING_FOLLOWED),)
    assert Loan.objects.get().ending == "returned"


def test_a_step_of_yesterday_stays(world: World) -> None:
    copy = world.copy()
    lent = lend(world, copy, world.patron())
    assert undo_checkout(world.days_later(1), loan=lent.loan).reasons == (
        Why(Reason.TOO_LATE_TO_UNDO),
    )
    checkin(world.days_later(1), copy_barcodes=(copy.barcode,))
    assert undo_checkin(world.days_later(2), loan=lent.loan).reasons == (
        Why(Reason.TOO_LATE_TO_UNDO),
    )


def test_an_undone_renewal_has_its_old_date_back(world: World) -> None:
    copy = world.copy()
    lent = lend(world, copy, world.patron())
    first = Loan.objects.get()
    renew(world.days_later(5), loans=(lent.loan,))

    undone = undo_renewal(world.days_later(5), loan=lent.loan)

    loan = Loan.objects.get()
    assert undone.due_on == lent.due_on
    assert (loan.due_at, loan.renewals, loan.renewed_at) == (first.due_at, 0, None)
    assert undo_renewal(world.days_later(5), loan=lent.loan).type == "refused"


def test_an_unknown_loan_is_a_reason(world: World) -> None:
    for undo in (undo_checkout, undo_checkin, undo_renewal):
        assert undo(world.desk(), loan="NOPE").reasons == (Why(Reason.LOAN_UNKNOWN),)
