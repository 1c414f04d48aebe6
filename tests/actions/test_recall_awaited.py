"""A hold that recalls by itself, where the terms say after how many days."""

import pytest

from jieyue.audit.models import Entry
from jieyue.catalog.models import Copy
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.actions.holds import cancel_hold, place_hold
from jieyue.circulation.actions.recall import recall, undo_recall
from jieyue.circulation.actions.recall_awaited import AwaitedRecalled, recall_awaited
from jieyue.circulation.jobs.recalls import recall_awaited_loans
from jieyue.circulation.models import Loan
from jieyue.circulation.rules.reasons import Reason
from jieyue.interfaces.worker.registry import handler_of
from jieyue.libraries.worker_desk import worker_desk
from jieyue.notices.jobs import tell_loan_recalled
from jieyue.notices.queries import notices_of
from jieyue.outbox.models import Task
from tests.world import World

pytestmark = pytest.mark.django_db
APRIL_1 = "04-01"


@pytest.fixture
def copy(world: World) -> Copy:
    world.policy(recall_days=5, recall_from_days=14)
    return world.copy()


def lend(world: World, copy: Copy, days: int = 0) -> str:
    """Lend for 30 days, on March 2 or later."""
    [lent] = checkout(
        world.days_later(days), copy_barcodes=(copy.barcode,), card_barcode=world.patron().card
    ).results
    return lent.loan


def reserve(world: World, copy: Copy, days: int) -> str:
    """Reserve the title that many days later, and let the worker keep what was promised."""
    placed = place_hold(
        world.days_later(days),
        title=copy.title.public_id,
        patron=world.patron("王小明").public_id,
        pickup="main",
    )
    for task in Task.objects.filter(kind="circulation.recall_awaited", done_at=None):
        desk = worker_desk(world.library.pk, world.days_later(days).now)
        handler_of(task.kind)(desk, task.payload)
    return placed.hold


def due(world: World, loan: str) -> str:
    return Loan.objects.get(public_id=loan).due_at.astimezone(world.desk().zone).strftime("%m-%d")


def test_a_loan_that_has_run_for_long_ends_sooner(world: World, copy: Copy) -> None:
    loan = lend(world, copy)

    reserve(world, copy, 20)

    assert due(world, loan) == "03-27"
    entry = Entry.objects.get(action="recall_awaited")
    said = ("recalled", {"loan": loan, "due_on": "2026-03-27"})
    assert (entry.outcome, entry.data) == said
    told = Task.objects.get(kind="notices.loan_recalled")
    tell_loan_recalled(worker_desk(world.library.pk, world.now), told.payload)
    [notice] = notices_of(Loan.objects.get().patron_id)
    assert notice.kind == "loan_recalled"


@pytest.mark.parametrize(
    ("terms", "days"),
    [
        ({}, 14),  # not longer than the terms let it
        ({"recall_from_days": 0}, 20),  # off, as it is unless somebody says otherwise
        ({"recall_days": 0}, 20),  # no recall at all
        ({"recall_days": 30}, 20),  # it would not end sooner
    ],
)
def test_another_loan_keeps_its_date(world: World, copy: Copy, terms, days: int) -> None:
    world.policy(**terms)
    loan = lend(world, copy)

    reserve(world, copy, days)

    assert (due(world, loan), Loan.objects.get().recalled_at) == (APRIL_1, None)
    assert not Entry.objects.filter(outcome="recalled").exists()


def test_nothing_is_recalled_while_a_copy_is_free(world: World, copy: Copy) -> None:
    world.copy(copy.title)
    loan = lend(world, copy)

    reserve(world, copy, 20)

    assert due(world, loan) == APRIL_1


def test_one_loan_for_each_reader_who_waits_the_longest_first(world: World, copy: Copy) -> None:
    loans = [lend(world, one, days) for days, one in enumerate((copy, world.copy(copy.title)))]

    reserve(world, copy, 20)
    assert [due(world, loan) for loan in loans] == ["03-27", "04-02"]
    reserve(world, copy, 21)
    assert [due(world, loan) for loan in loans] == ["03-27", "03-28"]


def test_a_night_recalls_what_has_run_long_since(world: World, copy: Copy) -> None:
    loan = lend(world, copy)
    reserve(world, copy, 10)
    assert due(world, loan) == APRIL_1

    assert recall_awaited_loans(world.days_later(15).now) == 1
    assert due(world, loan) == "03-22"
    assert recall_awaited_loans(world.days_later(16).now) == 0


def test_what_staff_undid_is_not_recalled_again(world: World, copy: Copy) -> None:
    loan = lend(world, copy)
    reserve(world, copy, 20)

    assert undo_recall(world.days_later(20), loan=loan).type == "undone"
    assert recall_awaited_loans(world.days_later(21).now) == 0
    assert due(world, loan) == APRIL_1
    assert recall(world.days_later(21), loan=loan).type == "recalled"


def test_a_hold_that_is_cancelled_gives_no_date_back(world: World, copy: Copy) -> None:
    loan = lend(world, copy)
    hold = reserve(world, copy, 20)

    cancel_hold(world.days_later(20), hold=hold)

    assert due(world, loan) == "03-27"


def test_a_title_nobody_has_recalls_nothing(world: World, copy: Copy) -> None:
    nothing = AwaitedRecalled(loans=())
    assert recall_awaited(world.desk(), title=copy.title.public_id) == nothing
    assert recall_awaited(world.desk(), title="nope") == nothing


def test_whoever_works_at_single_branches_recalls_what_was_lent_there(
    world: World, copy: Copy
) -> None:
    loan, east = lend(world, copy), world.east()
    world.policy(recall_from_days=0)
    reserve(world, copy, 20)
    at_east = world.desk(branch_id=east.pk, branch_ids=frozenset({east.pk}))

    refused = recall(at_east, loan=loan)

    assert [why.code for why in refused.reasons] == [Reason.OTHER_BRANCH]
    assert due(world, loan) == APRIL_1
    at_main = world.desk(branch_ids=frozenset({world.branch.pk}))
    assert recall(at_main, loan=loan).type == "recalled"
