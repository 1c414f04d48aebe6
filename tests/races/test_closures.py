"""A closure while desks renew and take back: no date is moved that somebody else just changed."""

import pytest

from jieyue.circulation.actions.checkin import checkin
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.actions.closures import close_suddenly, undo_closure
from jieyue.circulation.actions.renew import renew
from jieyue.circulation.models import Loan, MovedDate
from tests.races.test_desks import in_scope, race, world_copy
from tests.world import World, day

LOANS = 12


@pytest.mark.django_db(transaction=True)
def test_a_closure_meets_renewals_and_returns() -> None:
    world = World()
    in_scope(world, lambda: world.policy(max_loans=LOANS))
    patron = in_scope(world, world.patron)
    copies = [world_copy(world) for _ in range(LOANS)]
    barcodes = tuple(copy.barcode for copy in copies)
    lent = checkout(world.desk(), copy_barcodes=barcodes, card_barcode=patron.card).results
    desk = world.days_later(20)
    closing = {"name": "台风", "starts_on": day("2026-04-01"), "ends_on": day("2026-04-03")}

    outcomes = race(
        lambda work: work(),
        [
            lambda: close_suddenly(desk, **closing),
            *(lambda n=n: renew(desk, loans=(lent[n].loan,)) for n in range(4)),
            *(lambda n=n: checkin(desk, copy_barcodes=(barcodes[n],)) for n in range(4, 8)),
        ],
    )

    assert [type(outcome).__name__ for outcome in outcomes] == [
        "Saved", *(["Renewals"] * 4), *(["Checkin"] * 4),
    ]  # fmt: skip
    loans = {loan.pk: loan for loan in in_scope(world, lambda: list(Loan.objects.all()))}
    moved = in_scope(world, lambda: list(MovedDate.objects.all()))
    # Whatever was still open and due in the closure when it came has moved, and nothing else.
    assert {one.loan_id for one in moved} >= {
        loan.pk for loan in loans.values() if loan.returned_at is None and not loan.renewals
    }
    for one in moved:
        loan = loans[one.loan_id]
        assert loan.due_at == one.due_after or loan.renewals == 1
    undo_closure(desk, closure=outcomes[0].code)
    for loan in in_scope(world, lambda: list(Loan.objects.filter(returned_at=None, renewals=0))):
        assert loan.due_at == lent[0].due_at
