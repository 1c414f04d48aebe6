"""Lost, found, replaced, damaged and claimed books."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from jieyue.catalog.models import Copy
from jieyue.circulation.actions.charges import refund, take_payment, waive
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.actions.damages import mark_damaged
from jieyue.circulation.actions.effects.found import Found
from jieyue.circulation.actions.losses import price_loss, report_lost, withdraw_loss
from jieyue.circulation.actions.redate_return import redate_return
from jieyue.circulation.actions.renew import renew
from jieyue.circulation.actions.replacements import accept_replacement
from jieyue.circulation.actions.undo import undo_checkin, undo_checkout, undo_renewal
from jieyue.circulation.jobs.losses import lose_overdue_loans
from jieyue.circulation.models import Assessment, Hold, Replacement
from jieyue.circulation.rules.reasons import Reason
from jieyue.kit.ids import public_id
from jieyue.kit.scope import library_scope
from jieyue.libraries.actions import ForbiddenError
from jieyue.libraries.rules.permissions import Permission
from tests.actions.loss_case import RULES, Case, codes
from tests.world import World


@pytest.fixture
def case(world: World) -> Case:
    world.policy(**RULES)
    return Case(world)


# --- Lost --------------------------------------------------------------------------------------


def test_a_lost_book_costs_what_the_rule_says_and_stays_open_until_it_is_settled(case) -> None:
    lost = report_lost(case.desk(33), loan=case.loan)

    assert (lost.type, lost.cost_cents, lost.is_settled) == ("lost", 8200, False)
    assert case.standing == "lost"
    assert (case.row.lost_at, case.row.lost_how) == (case.desk(33).now, "staff")
    assert case.row.returned_at is None
    assert case.lines == [("charge", 60, "late"), ("charge", 8200, "lost_book")]
    loss = Assessment.objects.get(kind="lost")
    assert loss.inputs == {
        "price_cents": 3850, "percent": 200, "fee_cents": 500, "is_said": False, "refund_days": 90,
    }  # fmt: skip
    assert codes(report_lost(case.desk(34), loan=case.loan)) == [Reason.LOAN_LOST]


def test_paying_in_parts_ends_the_loan_with_the_last_of_them(case) -> None:
    report_lost(case.desk(), loan=case.loan)

    case.pay(8000, days=1)
    assert case.row.returned_at is None
    case.pay(200, days=2)

    row = case.row
    assert (row.ending, row.returned_at) == ("lost", case.desk(2).now)
    assert case.standing == "lost"
    assert codes(report_lost(case.desk(3), loan=case.loan)) == [Reason.LOAN_ENDED]


def test_letting_off_ends_it_too(case) -> None:
    lost = report_lost(case.desk(), loan=case.loan)

    waive(
        case.desk(1), patron=case.patron.public_id, charge=lost.charge, amount_cents=8200,
        reason="水灾",
    )  # fmt: skip

    assert case.row.ending == "lost"


def test_staff_say_the_cost_where_no_price_is_known(world: World) -> None:
    case = Case(world, price_cents=None)

    assert codes(report_lost(case.desk(), loan=case.loan)) == [Reason.COST_UNKNOWN]
    assert codes(report_lost(case.desk(), loan=case.loan, cost_cents=-1)) == [Reason.COST_BAD]
    assert report_lost(case.desk(), loan=case.loan, cost_cents=2500).cost_cents == 2500


def test_a_reader_reports_their_own_and_staff_price_it(world: World) -> None:
    case = Case(world, price_cents=None)
    other = world.patron()

    stranger = report_lost(world.reader_desk(other), loan=case.loan)
    lost = report_lost(world.reader_desk(case.patron), loan=case.loan, cost_cents=1)

    assert codes(stranger) == [Reason.LOAN_UNKNOWN]
    assert (lost.cost_cents, case.row.lost_how, case.lines) == (None, "reader", [])
    take_payment(case.desk(), patron=case.patron.public_id, amount_cents=1)
    assert case.row.returned_at is None  # nobody has said yet what it costs
    priced = price_loss(case.desk(1), loan=case.loan, cost_cents=3000)
    assert (priced.cost_cents, case.owed) == (3000, 3000)
    assert codes(price_loss(case.desk(1), loan=case.loan, cost_cents=1)) == [Reason.COST_SAID]
    with pytest.raises(ForbiddenError):
        report_lost(world.desk(permissions=frozenset({Permission.CHECKIN})), loan=case.loan)


def test_a_loss_that_costs_nothing_is_settled_at_once(case) -> None:
    lost = report_lost(case.desk(), loan=case.loan, cost_cents=0)

    assert (lost.is_settled, case.row.ending, case.owed) == (True, "lost", 0)


def test_not_lost_after_all_goes_on_with_the_same_dates(case) -> None:
    report_lost(case.desk(33), loan=case.loan)

    undone = withdraw_loss(case.desk(34), loan=case.loan)

    assert undone.waived_cents == 8200
    assert (case.row.lost_at, case.standing, case.owed) == (None, "in_use", 0)
    assert case.back(35).fine_cents == 100
    assert codes(withdraw_loss(case.desk(36), loan=case.loan)) == [
        Reason.LOAN_ENDED, Reason.LOAN_NOT_LOST,
    ]  # fmt: skip


# --- Found -------------------------------------------------------------------------------------


def test_found_again_the_charge_is_let_off_and_the_lateness_until_then_stays(case) -> None:
    lost = report_lost(case.desk(33), loan=case.loan)

    back = case.back(50)

    assert back.found == Found(
        loan=case.loan, patron=case.patron.public_id, charge=lost.charge, waived_cents=8200
    )
    assert (case.row.ending, case.standing) == ("returned", "in_use")
    assert case.lines == [
        ("charge", 60, "late"), ("charge", 8200, "lost_book"), ("waiver", -8200, "found"),
    ]  # fmt: skip


def test_a_part_that_was_paid_is_due_back_and_no_balance_falls_below_zero(case) -> None:
    """Evergreen: found again, a paid loss left a negative balance."""
    lost = report_lost(case.desk(), loan=case.loan)
    case.pay(3000, days=1)

    back = case.back(10)

    assert (back.found.waived_cents, back.found.refund_cents) == (5200, 3000)
    assert case.owed == 0
    given = refund(
        case.desk(11), patron=case.patron.public_id, charge=lost.charge, amount_cents=3000,
        reason="找到了",
    )  # fmt: skip
    assert (given.type, case.owed) == ("booked", 0)
    assert [b for b in case.lines if b[0] == "refund"] == [("refund", 3000, "找到了")]


@pytest.mark.parametrize(("days", "due_back"), [(91, 8200), (92, 0)])
def test_a_settled_loss_is_due_back_within_its_days(case, days: int, due_back: int) -> None:
    report_lost(case.desk(), loan=case.loan)
    case.pay(8200, days=1)

    back = case.back(days)

    assert (back.type, back.found.loan, back.found.refund_cents) == (
        "not_on_loan", case.loan, due_back,
    )  # fmt: skip
    assert (case.row.ending, case.row.returned_at) == ("returned", case.desk(days).now)
    assert (case.standing, case.owed) == ("in_use", 0)
    assert case.back(days + 1).found is None


def test_only_the_most_recent_borrower_gets_anything_back(case) -> None:
    report_lost(case.desk(), loan=case.loan)
    case.pay(8200)
    other = case.world.patron()
    checkout(
        case.desk(1), copy_barcodes=(case.copy.barcode,), card_barcode=other.card,
        override=frozenset({Reason.COPY_LOST}),
    )  # fmt: skip
    Copy.objects.filter(pk=case.copy.pk).update(standing="lost")

    back = case.back(2)

    assert (back.type, back.found) == ("returned", None)
    assert case.row.ending == "lost"


def test_a_return_of_nothing_lost_costs_no_statement_more(
    case, django_assert_max_num_queries
) -> None:
    with django_assert_max_num_queries(7):
        case.back(1)


# --- Replaced ----------------------------------------------------------------------------------


@pytest.mark.parametrize("was_reported", [True, False])
def test_another_copy_settles_it_under_the_same_label(case, was_reported: bool) -> None:
    if was_reported:
        report_lost(case.desk(33), loan=case.loan)

    replaced = accept_replacement(case.desk(40), loan=case.loan, price_cents=4200)

    waived = 8200 if was_reported else 0
    assert (replaced.new_barcode, replaced.waived_cents) == (case.copy.barcode, waived)
    assert (case.row.ending, case.standing, case.owed) == (
        "lost",
        "in_use",
        60 if was_reported else 200,
    )
    assert Copy.objects.get(pk=case.copy.pk).price_cents == 4200


def test_another_copy_joins_the_title_under_its_own_label(case) -> None:
    report_lost(case.desk(), loan=case.loan)
    case.pay(1000)

    replaced = accept_replacement(case.desk(1), loan=case.loan, barcode="99000001")

    assert (replaced.new_barcode, replaced.waived_cents) == ("99000001", 7200)
    new = Copy.objects.get(barcode="99000001")
    assert (new.title_id, new.price_cents, new.standing) == (case.copy.title_id, 3850, "in_use")
    assert case.standing == "lost"
    back = case.back(2)  # the old one turns up: nothing is due back, it was replaced
    assert (back.found.is_replaced, back.found.refund_cents, case.row.ending) == (True, 0, "lost")


def test_a_copy_of_a_newer_edition_is_named_by_its_label(case) -> None:
    newer, lent = case.world.copy(), Case(case.world).copy
    report_lost(case.desk(), loan=case.loan)

    refused = accept_replacement(case.desk(), loan=case.loan, barcode=lent.barcode)
    card = accept_replacement(case.desk(), loan=case.loan, barcode=case.patron.card)
    replaced = accept_replacement(case.desk(), loan=case.loan, barcode=newer.barcode)

    assert codes(refused) == codes(card) == [Reason.REPLACEMENT_UNFIT]
    assert (replaced.type, replaced.new_barcode) == ("replaced", newer.barcode)


def test_a_copy_replaces_one_lost_book_only(case) -> None:
    newer, other = case.world.copy(), Case(case.world)
    for loan in (case.loan, other.loan):
        report_lost(case.desk(), loan=loan)
    accept_replacement(case.desk(), loan=case.loan, barcode=newer.barcode)

    again = accept_replacement(case.desk(), loan=other.loan, barcode=newer.barcode)

    assert codes(again) == [Reason.REPLACEMENT_USED]
    assert other.row.returned_at is None
    joined = accept_replacement(case.desk(), loan=other.loan, barcode="99000002")
    assert joined.type == "replaced"
    copies = Replacement.objects.order_by("id").values_list("copy__barcode", flat=True)
    assert list(copies) == [newer.barcode, "99000002"]


def test_the_database_lets_no_copy_replace_two(case) -> None:
    newer, other = case.world.copy(), Case(case.world)
    mine = {"library_id": case.world.library.pk, "copy": newer, "at": case.world.now}
    Replacement.objects.create(**mine, loan=case.row)

    with pytest.raises(IntegrityError), transaction.atomic():
        Replacement.objects.create(**mine, loan=other.row)


# --- By itself ---------------------------------------------------------------------------------


def test_a_loan_counts_as_lost_by_itself_on_its_day_whenever_the_job_runs(case) -> None:
    """Koha 40636: a job that was missed computes from the data."""
    case.world.policy(lost_after_days=10)
    due_at = case.row.due_at

    with library_scope(None):
        assert lose_overdue_loans(case.desk(40).now) == {"lost": 0}
        assert lose_overdue_loans(case.desk(55).now) == {"lost": 1}
        assert lose_overdue_loans(case.desk(56).now) == {"lost": 0}

    assert (case.row.lost_at, case.row.lost_how) == (due_at + timedelta(days=10), "overdue")
    assert case.lines == [("charge", 200, "late"), ("charge", 8200, "lost_book")]


def test_what_was_not_lost_after_all_is_left_to_staff(case) -> None:
    case.world.policy(lost_after_days=10)
    lose_overdue_loans(case.desk(55).now)

    withdraw_loss(case.desk(56), loan=case.loan)

    assert lose_overdue_loans(case.desk(57).now) == {"lost": 0}
    assert case.owed == 0


# --- Damaged -----------------------------------------------------------------------------------


def test_damage_is_charged_and_the_copy_goes_to_repair(case) -> None:
    assert codes(mark_damaged(case.desk(), loan=case.loan, reason="水渍")) == [
        Reason.LOAN_NOT_RETURNED
    ]
    waiting = Hold.objects.create(
        library=case.world.library, public_id=public_id(), title=case.copy.title,
        patron=case.world.patron(), pickup_branch=case.world.branch, queue_class=5,
        queued_at=case.world.now, placed_at=case.world.now,
    )  # fmt: skip
    case.back(1)

    damaged = mark_damaged(case.desk(1), loan=case.loan, reason="水渍", cost_cents=500)

    assert (damaged.cost_cents, damaged.standing, case.standing) == (500, "repair", "repair")
    assert case.lines == [("charge", 500, "水渍")]
    assert Assessment.objects.get(kind="damaged").amount_cents == 500
    waiting.refresh_from_db()
    assert (waiting.state, waiting.captured_copy_id) == ("waiting", None)
    assert codes(mark_damaged(case.desk(1), loan=case.loan, reason=" ")) == [
        Reason.TEXT_MISSING, Reason.COST_SAID,
    ]  # fmt: skip


def test_a_loan_that_was_lost_is_not_undone(case) -> None:
    report_lost(case.desk(), loan=case.loan)
    refused = undo_checkout(case.desk(), loan=case.loan)
    case.back(0)
    also = undo_checkin(case.desk(), loan=case.loan)

    assert codes(refused) == codes(also) == [Reason.SOMETHING_FOLLOWED]


def test_what_turned_up_today_is_never_too_late_to_undo(case) -> None:
    """It is refused for what was settled, whatever day the return was said to be of."""
    report_lost(case.desk(), loan=case.loan)
    case.pay(case.owed)
    case.back(3)
    redate_return(case.desk(3), loan=case.loan, as_of=case.desk(1).now)

    assert codes(undo_checkin(case.desk(3), loan=case.loan)) == [Reason.SOMETHING_FOLLOWED]
    assert codes(undo_checkin(case.desk(4), loan=case.loan)) == [
        Reason.SOMETHING_FOLLOWED, Reason.TOO_LATE_TO_UNDO,
    ]  # fmt: skip


def test_a_renewal_is_not_undone_once_the_book_is_lost(case) -> None:
    """The lateness before it would be let off, and never be charged again."""
    case.world.policy(**RULES | {"max_overdue": 5, "max_owed_cents": 100_000})
    overdue = frozenset({Reason.LOAN_OVERDUE})
    renew(case.desk(33), loans=(case.loan,), override=overdue)
    report_lost(case.desk(33), loan=case.loan)
    before = case.lines

    assert codes(undo_renewal(case.desk(33), loan=case.loan)) == [Reason.SOMETHING_FOLLOWED]
    assert case.lines == before
    assert before[0] == ("charge", 60, "late")
