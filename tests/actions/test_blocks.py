"""What stops a reader, from rows to refusals."""

from datetime import UTC, datetime, timedelta

import pytest

from jieyue.catalog.models import Copy
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.actions.renew import renew
from jieyue.circulation.models import Block, BlockRule, Hold, Loan
from jieyue.circulation.queries.desk_reader import reader_at_desk
from jieyue.circulation.queries.loans import loans_of
from jieyue.circulation.rules.reasons import Reason, Why
from jieyue.kit.ids import public_id
from tests.world import NOON, World, day


def lend(world: World, patron, copy: Copy | None = None, desk=None):
    copy = copy or world.copy()
    [result] = checkout(
        desk or world.desk(), copy_barcodes=(copy.barcode,), card_barcode=patron.card
    ).results
    return result


def block(world: World, patron, **values) -> Block:
    defaults = {"kind": "manual", "reason": "撕书", "starts_on": day("2026-03-01")}
    return Block.objects.create(
        library=world.library, public_id=public_id(), patron=patron, created_at=NOON,
        **(defaults | values),
    )  # fmt: skip


def no_show(world: World, patron, at: datetime) -> None:
    Hold.objects.create(
        library=world.library, public_id=public_id(), title=world.title(), patron=patron,
        pickup_branch=world.branch, queue_class=5, queued_at=at, placed_at=at, state="expired",
        ended_at=at,
    )  # fmt: skip


def test_facts_are_read_of_open_loans_holds_and_blocks(world: World) -> None:
    world.policy(max_overdue=0, max_overdue_days=2, max_lost=0, max_no_shows=0, loan_days=1)
    patron = world.patron()
    late, lost = lend(world, patron), lend(world, patron)
    Loan.objects.filter(public_id=lost.loan).update(lost_at=NOON, lost_how="staff")
    no_show(world, patron, NOON - timedelta(days=400))
    no_show(world, patron, datetime(2025, 12, 31, 16, tzinfo=UTC))  # January 1 in Shanghai
    block(world, patron, ends_on=day("2026-03-06"), stops_renewing=False)

    refused = lend(world, patron, desk=world.days_later(4))

    assert refused.reasons == (
        Why(Reason.PATRON_BLOCKED, {"note": "撕书", "until": "2026-03-06"}),
        Why(Reason.PATRON_HAS_LOST, {"lost": 1, "tolerated": 0}),
        Why(Reason.PATRON_OVERDUE_TOO_LONG, {"days": 3, "tolerated": 2, "since": "2026-03-03"}),
        Why(Reason.PATRON_HAS_OVERDUE, {"overdue": 1, "tolerated": 0}),
        Why(Reason.PATRON_NO_SHOWS, {"no_shows": 1, "tolerated": 0, "until": "2026-12-31"}),
    )
    assert reader_at_desk(world.days_later(4), patron.public_id).against == refused.reasons
    [again] = renew(world.days_later(4), loans=(late.loan,)).results
    assert Reason.PATRON_BLOCKED not in [why.code for why in again.reasons]
    [shown, _] = loans_of(world.days_later(4), patron.pk)
    assert Reason.PATRON_HAS_LOST in [why.code for why in shown.reasons]


def test_a_claimed_loan_counts_toward_no_limit(world: World) -> None:
    world.policy(max_loans=1, max_overdue=0, max_lost=0, loan_days=1)
    patron = world.patron()
    lent = lend(world, patron)
    Loan.objects.filter(public_id=lent.loan).update(claimed_at=NOON, lost_at=NOON, lost_how="staff")

    assert lend(world, patron, desk=world.days_later(9)).type == "lent"


@pytest.mark.parametrize("how_many", [1, 3])
def test_no_copy_of_a_pile_slips_past_a_block(world: World, how_many: int) -> None:
    """Evergreen LP#1890822."""
    world.policy(max_overdue=0)
    patron = world.patron()
    lend(world, patron)
    pile = tuple(world.copy().barcode for _ in range(how_many))

    results = checkout(world.days_later(40), copy_barcodes=pile, card_barcode=patron.card).results

    assert [result.type for result in results] == ["refused"] * how_many


def test_the_grid_says_what_a_condition_stops(world: World) -> None:
    patron = world.patron(expires_on=day("2026-03-01"))
    BlockRule.objects.create(library=world.library, condition="expired", stops_borrowing=False)
    world.rules_changed()

    lent = lend(world, patron)

    assert lent.type == "lent"
    [renewed] = renew(world.days_later(1), loans=(lent.loan,)).results
    assert renewed.reasons == (Why(Reason.PATRON_EXPIRED, {"on": "2026-03-01"}),)


def test_a_block_is_over_after_its_last_day_or_when_lifted(world: World) -> None:
    patron = world.patron()
    block(world, patron, ends_on=day("2026-03-02"))
    block(world, patron, lifted_at=NOON, lifted_why="谈过了")

    assert lend(world, patron).type == "refused"
    assert lend(world, patron, desk=world.days_later(1)).type == "lent"


def test_a_block_costs_one_statement_more_and_only_then(
    world: World, django_assert_max_num_queries
) -> None:
    fine, blocked = world.patron(), world.patron()
    block(world, blocked)
    lend(world, fine)
    with django_assert_max_num_queries(1):
        assert reader_at_desk(world.desk(), fine.public_id).against == ()
    with django_assert_max_num_queries(2):
        assert len(reader_at_desk(world.desk(), blocked.public_id).against) == 1


def test_a_block_holds_for_books_nobody_has_catalogued_yet(world: World) -> None:
    """Evergreen LP#2098898."""
    patron = world.patron()
    block(world, patron)

    assert lend(world, patron, world.copy(world.title(state="draft"))).type == "refused"
