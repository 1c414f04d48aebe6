"""Shorter loans while others wait, and what renewing a late loan costs."""

from datetime import date

import pytest

from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.actions.renew import renew
from jieyue.circulation.actions.undo import undo_renewal
from jieyue.circulation.models import Assessment, Loan
from jieyue.circulation.rules.reasons import Reason
from jieyue.fees.models import LedgerLine
from tests.world import World


def lend(world: World, patron, copy):
    [result] = checkout(
        world.desk(), copy_barcodes=(copy.barcode,), card_barcode=patron.card
    ).results
    return result


@pytest.mark.parametrize(
    ("busy", "waiting", "has_own", "due_on"),
    [
        (7, 0, False, "2026-04-01"),
        (7, 0, True, "2026-04-01"),  # one's own hold does not count
        (7, 1, True, "2026-03-09"),  # whoever waits behind it does
        (0, 1, True, "2026-04-01"),
        (60, 1, True, "2026-04-01"),  # only ever shorter
    ],
)
def test_a_loan_is_shorter_while_others_wait(world: World, busy, waiting, has_own, due_on) -> None:
    world.policy(busy_loan_days=busy)
    copy = world.copy()
    patron = world.patron()
    if has_own:
        world.hold(patron, copy.title)
    for _ in range(waiting):
        world.hold(world.patron(), copy.title)

    lent = lend(world, patron, copy)

    assert lent.due_on == date.fromisoformat(due_on)
    steps = Loan.objects.get().terms["steps"]
    if due_on == "2026-03-09":
        usual, counted = ["others_wait", due_on, "30"], ["counted", due_on, "7"]
        assert steps == [usual, counted]
    else:
        assert [step[0] for step in steps] == ["counted"]


def test_renewing_a_late_loan_settles_its_lateness_first(world: World) -> None:
    world.policy(settled_by="money", fine_cents=20, fine_counts_closed=True, max_owed_cents=9_999)
    patron = world.patron()
    lent = lend(world, patron, world.copy(price_cents=5_000))
    late = world.days_later(33)  # three days
    waive = frozenset({Reason.LOAN_OVERDUE, Reason.PATRON_HAS_OVERDUE})

    [refused] = renew(late, loans=(lent.loan,)).results
    assert not LedgerLine.objects.exists()
    [renewed] = renew(late, loans=(lent.loan,), override=waive).results

    assert refused.can_be_overridden
    assert (renewed.fine_cents, renewed.due_on) == (60, date(2026, 5, 4))
    line = LedgerLine.objects.get()
    assert (line.kind, line.amount_cents, line.patron_id) == ("charge", 60, patron.pk)
    assessed = Assessment.objects.get()
    assert (assessed.kind, assessed.units, assessed.charge_id) == ("late", 3, line.pk)

    undo_renewal(late, loan=lent.loan)
    assert sum(LedgerLine.objects.values_list("amount_cents", flat=True)) == 0
