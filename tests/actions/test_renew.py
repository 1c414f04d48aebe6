"""Renewing."""

from datetime import date

import pytest

from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.actions.renew import NotRenewed, Renewed, renew
from jieyue.circulation.actions.undo import undo_renewal
from jieyue.circulation.models import Hold, Loan
from jieyue.circulation.queries.loans import loans_of
from jieyue.circulation.rules.reasons import Reason, Why
from jieyue.kit.ids import public_id
from jieyue.libraries.actions import ForbiddenError
from jieyue.libraries.rules.permissions import HELPER
from tests.world import NOON, World


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

    facts = {"on": "2026-04-01", "first": "2026-03-23"}
    assert refused.reasons == (Why(Reason.RENEWAL_GAINS_NOTHING, facts),)
    assert refused.renewable_from == date(2026, 3, 23)


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


def test_is_offered_from_the_day_that_was_said(world: World) -> None:
    """RERO 2872."""
    world.policy(renew_window_days=7)
    patron = world.patron()
    lent = lend(world, patron)

    [refused] = renew(world.desk(), loans=(lent.loan,)).results
    first = refused.renewable_from
    assert first == date(2026, 3, 25)
    before, then = (world.days_later(days) for days in (22, 23))
    [shown_before], [shown_then] = loans_of(before, patron.pk), loans_of(then, patron.pk)
    assert (shown_before.renewed_on, shown_before.renewable_from) == (None, first)
    assert (shown_then.renewed_on, shown_then.renewable_from) == (date(2026, 4, 24), None)
    assert renew(before, loans=(lent.loan,)).results[0].type == "refused"
    assert renew(then, loans=(lent.loan,)).results[0].due_on == date(2026, 4, 24)


def test_counts_from_the_due_date_where_the_library_says_so(world: World) -> None:
    world.policy(renewal_from="due_date")
    lent = lend(world, world.patron())
    [renewed] = renew(world.days_later(5), loans=(lent.loan,)).results
    assert renewed.due_on == date(2026, 5, 1)


def wait_for(world: World, copy, *, only_this: bool = False, **values) -> Hold:
    """Place a hold of another reader on the copy's title, row by row."""
    return Hold.objects.create(
        library=world.library, public_id=public_id(), title=copy.title,
        copy=copy if only_this else None, patron=world.patron("王小明"),
        pickup_branch=world.branch, queue_class=1, queued_at=world.now, placed_at=world.now,
        **values,
    )  # fmt: skip


def test_is_refused_while_others_wait_unless_another_copy_serves_them(world: World) -> None:
    """cds-ils 523 and 663: no renewal delays a reader who waits, and staff cannot make it."""
    copy = world.copy()
    patron = world.patron()
    lent = lend(world, patron, copy)
    wait_for(world, copy)
    later = world.days_later(10)

    [refused] = renew(later, loans=(lent.loan,)).results
    assert refused.reasons == (Why(Reason.LOAN_AWAITED, {"waiting": 1}),)
    assert not refused.can_be_overridden
    waive = frozenset({Reason.LOAN_AWAITED})
    assert renew(later, loans=(lent.loan,), override=waive).results == (refused,)
    assert loans_of(later, patron.pk)[0].reasons == refused.reasons

    world.copy(copy.title)
    [renewed] = renew(later, loans=(lent.loan,)).results
    assert renewed.due_on == date(2026, 4, 11)


def test_a_hold_on_this_very_copy_is_served_by_no_other(world: World) -> None:
    copy = world.copy()
    lent = lend(world, world.patron(), copy)
    world.copy(copy.title)
    wait_for(world, copy, only_this=True)

    [refused] = renew(world.days_later(10), loans=(lent.loan,)).results

    assert refused.reasons == (Why(Reason.LOAN_AWAITED, {"waiting": 1}),)


def test_a_suspended_hold_stops_no_renewal_until_it_wakes(world: World) -> None:
    copy = world.copy()
    lent = lend(world, world.patron(), copy)
    wait_for(world, copy, suspended_at=world.now, wakes_on=date(2026, 3, 13))

    [refused] = renew(world.days_later(11), loans=(lent.loan,)).results
    [renewed] = renew(world.days_later(10), loans=(lent.loan,)).results

    assert refused.reasons == (Why(Reason.LOAN_AWAITED, {"waiting": 1}),)
    assert renewed.type == "renewed"


def test_a_renewal_with_the_book_shown_starts_the_unseen_count_anew(world: World) -> None:
    world.policy(max_renewals=9, max_unseen_renewals=1)
    patron = world.patron()
    lent = lend(world, patron)

    def by_reader(days: int):
        desk = world.reader_desk(patron, now=world.days_later(days).now)
        return renew(desk, loans=(lent.loan,)).results[0]

    assert by_reader(5).type == "renewed"
    not_seen = Why(Reason.COPY_NOT_SEEN, {"renewals": 1, "limit": 1})
    assert by_reader(6).reasons == (not_seen,)
    shown = world.days_later(7)
    assert renew(shown, loans=(lent.loan,), seen=True).results[0].type == "renewed"
    assert Loan.objects.get().unseen_renewals == 0
    assert by_reader(8).type == "renewed"

    undo_renewal(world.days_later(8), loan=lent.loan)
    loan = Loan.objects.get()
    assert (loan.renewals, loan.unseen_renewals) == (2, 0)


def test_a_reader_cannot_say_that_the_book_was_shown(world: World) -> None:
    patron = world.patron()
    lent = lend(world, patron)
    with pytest.raises(ForbiddenError):
        renew(world.reader_desk(patron), loans=(lent.loan,), seen=True)


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        ({"recalled_at": NOON}, Reason.LOAN_RECALLED),
        ({"claimed_at": NOON}, Reason.LOAN_CLAIMED),
        ({"lost_at": NOON, "lost_how": "reader"}, Reason.LOAN_LOST),
    ],
)
def test_is_refused_when_the_loan_is_in_dispute(world: World, state, reason) -> None:
    world.policy(max_lost=9)
    lent = lend(world, world.patron())
    Loan.objects.update(**state)

    [refused] = renew(world.days_later(10), loans=(lent.loan,)).results

    assert refused.reasons == (Why(reason),)
    assert Loan.objects.get().renewals == 0
