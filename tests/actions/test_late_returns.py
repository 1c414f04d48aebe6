"""Coming back late: what is charged, who is suspended until when, and taking that back."""

from datetime import date, timedelta

import pytest

from jieyue.audit.models import Entry
from jieyue.circulation.actions.charges import refund, take_payment, waive
from jieyue.circulation.actions.checkin import checkin
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.actions.renew import renew
from jieyue.circulation.actions.undo import undo_checkin
from jieyue.circulation.jobs.fines import settle_waiting
from jieyue.circulation.models import Assessment, Block, Loan
from jieyue.circulation.queries.loans import loans_of
from jieyue.circulation.rules.fines import fine_of, from_json
from jieyue.fees.models import LedgerLine
from jieyue.fees.queries import owed_cents
from jieyue.libraries.models import Branch, OpeningHours
from tests.world import World

DUE = date(2026, 4, 1)  # thirty days after World's Monday


def lend(world: World, patron, *, desk=None, **copy) -> Loan:
    made = world.copy(**copy)
    [result] = checkout(
        desk or world.desk(), copy_barcodes=(made.barcode,), card_barcode=patron.card
    ).results
    return Loan.objects.select_related("copy").get(public_id=result.loan)


def back(world: World, loan: Loan, late: int, **more):
    """Return the loan `late` days after its due date."""
    [result] = checkin(
        world.days_later(30 + late), copy_barcodes=(loan.copy.barcode,), **more
    ).results
    return result


def owed(patron) -> int:
    return owed_cents([patron.pk]).get(patron.pk, 0)


def by_money(world: World, **terms) -> None:
    world.policy(settled_by="money", fine_cents=40, max_overdue=99, max_owed_cents=99999, **terms)


def by_days(world: World, **terms) -> None:
    world.policy(settled_by="days", max_overdue=99, **terms)


def test_what_is_late_costs_and_the_figure_is_kept_with_all_it_was_made_of(world: World) -> None:
    by_money(world, max_fine_cents=300)
    patron = world.patron()
    loan = lend(world, patron)

    result = back(world, loan, 8)

    assert (result.days_overdue, result.fine_cents, result.suspended_until) == (8, 300, None)
    kept = Assessment.objects.select_related("charge").get()
    assert (kept.loan_id, kept.kind, kept.period, kept.units) == (loan.pk, "late", 0, 8)
    assert (kept.amount_cents, kept.days, kept.block_id) == (300, 0, None)
    assert (kept.charge.reason, kept.charge.amount_cents) == ("late", 300)
    fine = fine_of(from_json(kept.inputs))
    assert (fine.units, fine.amount_cents, fine.days) == (8, 300, 0)
    assert kept.inputs["rules_version"] == world.library.rules_version
    assert owed(patron) == 300
    assert Entry.objects.get(action="checkin").data == {"loan": loan.public_id, "fine_cents": 300}


@pytest.mark.parametrize("late", [-3, 0])
def test_in_time_costs_nothing(world: World, late: int) -> None:
    by_money(world)
    result = back(world, lend(world, world.patron()), late)
    assert (result.fine_cents, Assessment.objects.count(), LedgerLine.objects.count()) == (0, 0, 0)


def test_an_amnesty_forgives_and_the_journal_says_what(world: World) -> None:
    by_money(world)
    patron = world.patron()
    result = back(world, lend(world, patron), 8, amnesty=True)
    assert (result.fine_cents, result.is_forgiven) == (320, True)
    assert (owed(patron), Assessment.objects.count()) == (0, 0)
    assert Entry.objects.get(action="checkin").data["forgiven"] is True


def test_the_book_drop_was_emptied_later_than_the_book_came_back(world: World) -> None:
    by_money(world)
    loan = lend(world, world.patron())
    result = back(world, loan, 8, as_of=loan.due_at + timedelta(hours=30))
    assert result.fine_cents == 80


def test_several_at_once_share_the_readers_cap(world: World) -> None:
    by_money(world, max_fines_cents=500)
    patron = world.patron()
    loans = [lend(world, patron) for _ in range(3)]
    outcome = checkin(
        world.days_later(36), copy_barcodes=tuple(loan.copy.barcode for loan in loans)
    )
    assert [result.fine_cents for result in outcome.results] == [240, 240, 20]
    take_payment(world.days_later(36), patron=patron.public_id, amount_cents=240)
    later = lend(world, patron, desk=world.days_later(36))
    [result] = checkin(world.days_later(76), copy_barcodes=(later.copy.barcode,)).results
    assert result.fine_cents == 240


def test_a_copy_never_costs_more_than_it_is_worth(world: World) -> None:
    by_money(world)
    patron = world.patron()
    assert back(world, lend(world, patron, price_cents=100), 8).fine_cents == 100
    assert back(world, lend(world, patron), 8).fine_cents == 320


def test_the_calendar_is_that_of_the_loans_branch(world: World) -> None:
    """RERO #2640, #2683."""
    by_money(world)
    other = Branch.objects.create(
        library=world.library, code="west", name="西馆", created_at=world.now
    )
    for weekday in range(5):
        OpeningHours.objects.create(
            library=world.library, branch=other, weekday=weekday, opens_at_time="09:00",
            closes_at_time="18:00",
        )  # fmt: skip
    world.rules_changed()
    here = lend(world, world.patron())
    there = lend(world, world.patron(), desk=world.desk(branch_id=other.pk))
    at_west = world.desk(branch_id=other.pk, now=world.now + timedelta(days=38))
    results = checkin(at_west, copy_barcodes=(here.copy.barcode, there.copy.barcode)).results
    assert [result.fine_cents for result in results] == [320, 240]  # a weekend less


def test_days_begin_on_the_day_after_the_return(world: World) -> None:
    by_days(world)
    patron = world.patron()
    result = back(world, lend(world, patron), 3)
    block = Block.objects.get()
    assert (block.kind, block.patron_id) == ("suspension", patron.pk)
    assert (block.starts_on, block.ends_on) == (date(2026, 4, 5), date(2026, 4, 7))
    assert (result.suspended_until, owed(patron)) == (date(2026, 4, 7), 0)
    refused = checkout(
        world.days_later(34), copy_barcodes=(world.copy().barcode,), card_barcode=patron.card
    ).results[0]
    assert refused.type == "refused"


def test_days_count_only_once_everything_late_is_back(world: World) -> None:
    by_days(world)
    patron = world.patron()
    first, second = lend(world, patron), lend(world, patron)
    back(world, first, 2)
    assert Block.objects.get().ends_on == date(2026, 4, 5)

    result = back(world, second, 10)  # on 11 April; the first two days waited for nothing

    dates = [(b.starts_on.day, b.ends_on.day) for b in Block.objects.order_by("id")]
    assert dates == [(12, 13), (14, 23)]
    assert result.suspended_until == date(2026, 4, 23)


def test_whoever_may_pay_or_wait_pays_and_is_free(world: World) -> None:
    world.policy(settled_by="either", fine_cents=40, max_overdue=99)
    patron = world.patron()
    back(world, lend(world, patron), 5)
    [charge] = LedgerLine.objects.all()
    call = {"patron": patron.public_id, "charge": charge.public_id}

    part = take_payment(world.days_later(35), **call, amount_cents=150)
    assert (part.lifted, Block.objects.get().lifted_at) == ((), None)
    rest = take_payment(world.days_later(35), **call, amount_cents=50)

    block = Block.objects.get()
    assert (rest.lifted, block.lifted_why) == ((block.public_id,), "paid")


def test_whoever_is_let_off_need_not_wait(world: World) -> None:
    world.policy(settled_by="either", fine_cents=40, max_overdue=99)
    patron = world.patron()
    back(world, lend(world, patron), 5)
    waive(world.days_later(35), patron=patron.public_id, amount_cents=200, reason="病假")
    assert Block.objects.get().lifted_at is not None


def test_an_undone_return_takes_its_fine_and_its_days_back(world: World) -> None:
    world.policy(settled_by="either", fine_cents=40, max_overdue=99)
    patron = world.patron()
    first, second = lend(world, patron), lend(world, patron)
    back(world, first, 2)
    back(world, second, 2)
    before = list(Block.objects.order_by("id").values_list("starts_on", "ends_on"))[:1]

    undone = undo_checkin(world.days_later(32), loan=second.public_id)

    assert undone.type == "undone"
    assert owed(patron) == 80
    assert [b.lifted_why for b in Block.objects.order_by("id")] == ["", "undone"]
    assert list(Block.objects.order_by("id").values_list("starts_on", "ends_on"))[:1] == before
    again = back(world, Loan.objects.select_related("copy").get(public_id=undone.loan), 4)
    assert again.fine_cents == 160


def test_a_return_whose_fine_was_paid_is_not_undone_before_it_is_given_back(world: World) -> None:
    by_money(world)
    patron = world.patron()
    loan = lend(world, patron)
    back(world, loan, 2)
    desk = world.days_later(32)
    take_payment(desk, patron=patron.public_id, amount_cents=80)
    charge = LedgerLine.objects.get(kind="charge").public_id

    refused = undo_checkin(desk, loan=loan.public_id)
    refund(desk, patron=patron.public_id, charge=charge, amount_cents=80, reason="误还")
    undone = undo_checkin(desk, loan=loan.public_id)

    assert [why.code for why in refused.reasons] == ["something_followed"]
    assert (undone.type, owed(patron)) == ("undone", 0)


def test_a_claim_stops_the_clock(world: World) -> None:
    by_money(world)
    loan = lend(world, world.patron())
    Loan.objects.update(claimed_at=loan.due_at + timedelta(days=3))
    assert back(world, loan, 9).fine_cents == 120


def test_renewing_in_time_starts_anew(world: World) -> None:
    by_money(world)
    loan = lend(world, world.patron())
    renew(world.days_later(20), loans=(loan.public_id,))
    [result] = checkin(world.days_later(52), copy_barcodes=(loan.copy.barcode,)).results
    assert result.fine_cents == 80


def test_a_return_in_time_asks_nothing_about_money(
    world: World, django_assert_max_num_queries
) -> None:
    by_money(world)
    loan = lend(world, world.patron())
    early, late = lend(world, world.patron()), lend(world, world.patron())
    back(world, early, -1)  # the rules are in memory now
    with django_assert_max_num_queries(100) as free:
        back(world, loan, -1)
    with django_assert_max_num_queries(100) as charged:
        back(world, late, 2)
    texts = [query["sql"] for query in free.captured_queries]
    assert not [t for t in texts if "fees_ledgerline" in t or "circulation_assessment" in t]
    assert len(charged) - len(free) <= 4


def nightly(world: World, late: int) -> int:
    return settle_waiting(world.days_later(30 + late).now)["readers"]


def test_whoever_may_pay_or_wait_waits_and_owes_nothing(world: World) -> None:
    world.policy(settled_by="either", fine_cents=40, max_overdue=99)
    patron = world.patron()
    back(world, lend(world, patron), 5)  # 停借 for the next five days

    assert (nightly(world, 10), owed(patron)) == (0, 200)
    assert (nightly(world, 11), owed(patron)) == (1, 0)
    assert (nightly(world, 11), owed(patron)) == (0, 0)
    waiver = LedgerLine.objects.get(kind="waiver")
    assert (waiver.reason, waiver.settles.reason) == ("waited", "late")
    assert Block.objects.get().lifted_why == "served"


def test_waiting_counts_only_once_everything_late_is_back(world: World) -> None:
    world.policy(settled_by="either", fine_cents=40, max_overdue=99)
    patron = world.patron()
    first, _ = lend(world, patron), lend(world, patron)
    back(world, first, 2)
    assert (nightly(world, 20), owed(patron)) == (0, 80)


def test_nobody_pays_at_the_desk_what_was_waited_out(world: World) -> None:
    world.policy(settled_by="either", fine_cents=40, max_overdue=99)
    patron = world.patron()
    back(world, lend(world, patron), 5)
    refused = take_payment(world.days_later(60), patron=patron.public_id, amount_cents=200)
    assert (refused.type, refused.fault) == ("refused", "more_than_owed")
    assert owed(patron) == 0


def test_the_preview_is_what_the_return_settles(world: World) -> None:
    world.policy(
        settled_by="either", fine_cents=40, max_overdue=99, fine_grace=1, max_fine_cents=500
    )
    for late in (0, 1, 2, 9, 40):
        patron = world.patron()
        loan = lend(world, patron, desk=world.days_later(late))
        desk = world.days_later(30 + 2 * late)
        [shown] = [view for view in loans_of(desk, patron.pk) if view.loan == loan.public_id]
        [result] = checkin(desk, copy_barcodes=(loan.copy.barcode,)).results
        assert result.fine_cents == shown.fine_cents
        kept = Assessment.objects.filter(loan=loan).first()
        assert (kept.days if kept else 0) == shown.fine_days
