"""Recall (催还)."""

from datetime import date

import pytest

from jieyue.audit.models import Entry
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.actions.losses import report_lost
from jieyue.circulation.actions.recall import Recalled, recall, undo_recall
from jieyue.circulation.actions.renew import renew
from jieyue.circulation.actions.undo import undo_renewal
from jieyue.circulation.models import Hold, Loan
from jieyue.circulation.queries.loans import loans_of
from jieyue.circulation.rules.reasons import Reason, Why
from jieyue.interfaces.worker.registry import HANDLERS
from jieyue.kit.ids import public_id
from jieyue.libraries.actions import ForbiddenError
from jieyue.libraries.rules.permissions import HELPER
from jieyue.outbox.models import Task
from tests.world import World


@pytest.fixture
def copy(world: World):
    world.policy(recall_days=5, recall_min_days=10)
    return world.copy()


def lend(world: World, copy, patron=None) -> str:
    """Lend on Monday, March 2, until April 1."""
    card = (patron or world.patron()).card
    [lent] = checkout(world.desk(), copy_barcodes=(copy.barcode,), card_barcode=card).results
    return lent.loan


def wait_for(world: World, copy) -> Hold:
    return Hold.objects.create(
        library=world.library, public_id=public_id(), title=copy.title,
        patron=world.patron("王小明"), pickup_branch=world.branch, queue_class=1,
        queued_at=world.now, placed_at=world.now,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("days_later", "due_on"),
    [
        (0, "2026-03-12"),  # the days every loan is promised
        (3, "2026-03-12"),
        (20, "2026-03-27"),  # the days a recall leaves
        (28, "2026-04-01"),  # never later than it was
    ],
)
def test_ends_the_loan_sooner(world: World, copy, days_later: int, due_on: str) -> None:
    loan = lend(world, copy)
    wait_for(world, copy)
    outcome = recall(world.days_later(days_later), loan=loan)
    assert isinstance(outcome, Recalled)
    assert (outcome.due_on, outcome.was_due_on) == (date.fromisoformat(due_on), date(2026, 4, 1))
    kept = Loan.objects.get()
    assert kept.due_at == outcome.due_at
    assert kept.recalled_at == world.days_later(days_later).now


def test_tells_the_reader_and_the_journal(world: World, copy) -> None:
    loan = lend(world, copy)
    wait_for(world, copy)

    recall(world.desk(), loan=loan)

    [task] = Task.objects.all()
    assert (task.kind, task.payload) == ("notices.loan_recalled", {"loan": loan})
    assert task.kind in HANDLERS
    entry = Entry.objects.get(action="recall")
    assert (entry.outcome, entry.data) == ("recalled", {"loan": loan, "due_on": "2026-03-12"})


def test_a_long_guaranteed_period_lengthens_no_loan(world: World, copy) -> None:
    """FOLIO: the result was not capped at the present due date."""
    world.policy(recall_min_days=60)
    loan = lend(world, copy)
    wait_for(world, copy)
    assert recall(world.desk(), loan=loan).due_on == date(2026, 4, 1)


def test_an_overdue_loan_keeps_its_date(world: World, copy) -> None:
    """FOLIO: a switch let a recall lengthen loans."""
    loan = lend(world, copy)
    wait_for(world, copy)
    outcome = recall(world.days_later(40), loan=loan)
    assert (outcome.due_on, outcome.was_due_on) == (date(2026, 4, 1), date(2026, 4, 1))
    assert Loan.objects.get().recalled_at is not None


def test_a_closed_day_moves_it_later_but_never_past_the_old_date(world: World, copy) -> None:
    world.opens_on_weekdays()
    world.policy(recall_days=5, recall_min_days=0, closed_days="previous_open")
    loan = lend(world, copy)
    wait_for(world, copy)
    # The 7th is a Saturday; going back would leave fewer days than promised.
    assert recall(world.desk(), loan=loan).due_on == date(2026, 3, 9)


def test_is_recalled_once_and_then_not_renewed(world: World, copy) -> None:
    patron = world.patron()
    loan = lend(world, copy, patron)
    hold = wait_for(world, copy)
    recall(world.desk(), loan=loan)

    again = recall(world.days_later(2), loan=loan)
    [refused] = renew(world.days_later(2), loans=(loan,)).results
    [shown] = loans_of(world.days_later(2), patron.pk)

    assert again.reasons == (Why(Reason.LOAN_RECALLED),)
    assert refused.reasons[:2] == (
        Why(Reason.LOAN_AWAITED, {"waiting": 1}), Why(Reason.LOAN_RECALLED)
    )  # fmt: skip
    assert (shown.is_recalled, shown.may_recall) == (True, False)
    assert Loan.objects.get().due_at.date() == date(2026, 3, 12)

    hold.delete()  # nobody waits any more: staff may waive it
    waive = frozenset({Reason.LOAN_RECALLED})
    assert renew(world.days_later(9), loans=(loan,)).results[0].can_be_overridden
    [renewed] = renew(world.days_later(9), loans=(loan,), override=waive).results
    assert renewed.overridden == (Reason.LOAN_RECALLED,)


def test_is_refused_when_nobody_waits_or_another_copy_serves_them(world: World, copy) -> None:
    loan = lend(world, copy)
    assert recall(world.desk(), loan=loan).reasons == (Why(Reason.NOBODY_WAITS),)
    wait_for(world, copy)
    world.copy(copy.title)
    assert recall(world.desk(), loan=loan).reasons == (Why(Reason.NOBODY_WAITS),)
    assert Loan.objects.get().recalled_at is None


def test_the_borrowers_own_hold_recalls_nothing(world: World, copy) -> None:
    patron = world.patron()
    loan = lend(world, copy, patron)
    wait_for(world, copy)
    Hold.objects.update(patron=patron)
    assert recall(world.desk(), loan=loan).reasons == (Why(Reason.NOBODY_WAITS),)


def test_a_library_that_sets_no_days_recalls_nothing(world: World, copy) -> None:
    world.policy(recall_days=0)
    loan = lend(world, copy)
    wait_for(world, copy)
    assert recall(world.desk(), loan=loan).reasons == (Why(Reason.RECALL_NOT_ALLOWED),)


def test_needs_a_right_of_its_own(world: World, copy) -> None:
    loan = lend(world, copy)
    with pytest.raises(ForbiddenError):
        recall(world.desk(permissions=HELPER), loan=loan)


def test_an_unknown_loan(world: World, copy) -> None:
    assert recall(world.desk(), loan="NOSUCHLOAN").reasons == (Why(Reason.LOAN_UNKNOWN),)
    assert undo_recall(world.desk(), loan="NOSUCHLOAN").reasons == (Why(Reason.LOAN_UNKNOWN),)


def test_is_undone_on_the_same_day_only(world: World, copy) -> None:
    loan = lend(world, copy)
    before = Loan.objects.values("due_at", "terms").get()
    wait_for(world, copy)
    recall(world.desk(), loan=loan)

    late = undo_recall(world.days_later(1), loan=loan)
    undone = undo_recall(world.desk(), loan=loan)

    assert late.reasons == (Why(Reason.TOO_LATE_TO_UNDO),)
    assert (undone.step, undone.due_on) == ("recall", date(2026, 4, 1))
    before["terms"]["recall_undone"] = True  # it does not recall itself again
    assert Loan.objects.values("due_at", "terms").get() == before
    assert Loan.objects.get().recalled_at is None


def test_what_followed_stands_in_the_way_of_undoing(world: World, copy) -> None:
    loan = lend(world, copy)
    renew(world.days_later(5), loans=(loan,))
    wait_for(world, copy)
    recall(world.days_later(5), loan=loan)
    undone = undo_renewal(world.days_later(5), loan=loan)
    assert undone.reasons == (Why(Reason.SOMETHING_FOLLOWED),)
    assert undo_recall(world.days_later(5), loan=loan).type == "undone"
    assert undo_renewal(world.days_later(5), loan=loan).type == "undone"


def test_whoever_works_elsewhere_does_not_undo_it_and_nobody_once_the_book_is_lost(
    world: World, copy
) -> None:
    loan = lend(world, copy)
    wait_for(world, copy)
    recall(world.desk(), loan=loan)
    east = world.east().pk
    elsewhere = world.desk(branch_id=east, branch_ids=frozenset({east}))
    assert [why.code for why in undo_recall(elsewhere, loan=loan).reasons] == [Reason.OTHER_BRANCH]

    report_lost(world.desk(), loan=loan, cost_cents=100)
    refused = undo_recall(world.desk(), loan=loan)
    assert [why.code for why in refused.reasons] == [Reason.SOMETHING_FOLLOWED]
