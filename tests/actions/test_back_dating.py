"""Returns that came back earlier than they were scanned: book drop, back-dating, amnesty."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from jieyue.audit.models import Entry
from jieyue.circulation.actions.charges import take_payment
from jieyue.circulation.actions.checkin import checkin
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.actions.redate_return import redate_return
from jieyue.circulation.actions.undo import undo_checkin
from jieyue.circulation.models import Assessment, Block, Loan
from jieyue.circulation.queries.returns import book_drop, return_seen
from jieyue.circulation.rules.reasons import Reason, Why
from jieyue.circulation.rules.returns import ReturnDateError
from jieyue.fees.models import LedgerLine
from jieyue.libraries.actions import ForbiddenError
from jieyue.libraries.models import OpeningHours
from jieyue.libraries.rules.permissions import HELPER, OWNER, Permission
from tests.world import SHANGHAI, World


@pytest.fixture
def copy(world: World):
    """A copy lent on March 2, until April 1; 0.20 a day late."""
    world.policy(settled_by="money", fine_cents=20, fine_counts_closed=True)
    copy = world.copy(price_cents=5_000)
    checkout(world.desk(), copy_barcodes=(copy.barcode,), card_barcode=world.patron().card)
    return copy


def shanghai(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


def take_back(world: World, copy, when: str, as_of: str = "", **more):
    desk = world.desk(now=shanghai(when), permissions=more.pop("may", OWNER))
    moment = {"as_of": shanghai(as_of)} if as_of else {}
    [result] = checkin(desk, copy_barcodes=(copy.barcode,), **moment, **more).results
    return result


def owed() -> int:
    return sum(LedgerLine.objects.values_list("amount_cents", flat=True))


def test_what_lay_in_the_drop_over_night_is_in_time(world: World, copy) -> None:
    for weekday in range(7):
        OpeningHours.objects.create(
            library=world.library, branch=world.branch, weekday=weekday,
            opens_at_time=time(9), closes_at_time=time(17),
        )  # fmt: skip
    world.rules_changed()
    morning = world.desk(now=shanghai("2026-04-02 09:05"), permissions=HELPER)
    assert book_drop(morning) == shanghai("2026-04-01 17:00")

    result = take_back(world, copy, "2026-04-02 09:05", "2026-04-01 17:00", may=HELPER)

    assert (result.days_overdue, result.fine_cents) == (0, 0)
    assert result.returned_at == shanghai("2026-04-01 17:00")
    assert Loan.objects.get().returned_at == shanghai("2026-04-01 17:00")
    assert owed() == 0
    entry = Entry.objects.get(action="checkin")
    assert entry.at == shanghai("2026-04-02 09:05")
    assert entry.data["returned_at"] == "2026-04-01T09:00:00+00:00"


def test_a_mistake_at_the_drop_is_undone_on_the_day_it_was_scanned(world: World, copy) -> None:
    loan = take_back(world, copy, "2026-04-03 09:05", "2026-04-02 23:59:59").loan
    assert owed() == 20

    next_day = undo_checkin(world.desk(now=shanghai("2026-04-04 09:30")), loan=loan)
    assert next_day.reasons == (Why(Reason.TOO_LATE_TO_UNDO),)
    assert undo_checkin(world.desk(now=shanghai("2026-04-03 09:30")), loan=loan).type == "undone"
    assert owed() == 0


def test_the_same_scan_without_the_drop_costs(world: World, copy) -> None:
    result = take_back(world, copy, "2026-04-02 09:05")
    assert (result.days_overdue, result.fine_cents, result.returned_at) == (1, 20, None)
    assert owed() == 20


def test_an_earlier_day_takes_a_right_of_its_own(world: World, copy) -> None:
    with pytest.raises(ForbiddenError) as refused:
        take_back(world, copy, "2026-04-06 09:05", "2026-04-03 12:00", may=HELPER)
    assert refused.value.permission is Permission.BACKDATE
    assert Loan.objects.get().returned_at is None

    result = take_back(world, copy, "2026-04-06 09:05", "2026-04-03 12:00")
    assert (result.days_overdue, result.fine_cents) == (2, 40)


@pytest.mark.parametrize(
    ("as_of", "fault"),
    [("2026-04-06 09:06", "in_future"), ("2026-03-06 12:00", "too_long_ago")],
)
def test_some_moments_cannot_be(world: World, copy, as_of: str, fault: str) -> None:
    with pytest.raises(ReturnDateError, match=fault):
        take_back(world, copy, "2026-04-06 09:05", as_of)
    assert Loan.objects.get().returned_at is None


def test_no_copy_comes_back_before_it_was_lent(world: World, copy) -> None:
    result = take_back(world, copy, "2026-03-02 13:00", "2026-03-01 23:59:59")
    assert result.returned_at == world.now
    loan = Loan.objects.get()
    assert (loan.returned_at, loan.lent_at) == (world.now, world.now)


def test_an_amnesty_forgives_and_the_journal_says_why(world: World, copy) -> None:
    result = take_back(
        world, copy, "2026-04-06 09:05", amnesty=True, reason="4·23 世界读书日"
    )  # fmt: skip

    assert (result.days_overdue, result.fine_cents, result.is_forgiven) == (5, 100, True)
    assert (owed(), Assessment.objects.count()) == (0, 0)
    data = Entry.objects.get(action="checkin").data
    assert (data["amnesty"], data["forgiven"]) == ("4·23 世界读书日", True)


def test_an_amnesty_takes_a_right_of_its_own(world: World, copy) -> None:
    with pytest.raises(ForbiddenError):
        take_back(world, copy, "2026-04-06 09:05", amnesty=True, reason="好", may=HELPER)


class TestCorrectingTheDay:
    def returned(self, world: World, copy) -> str:
        """Scan it five days late."""
        return take_back(world, copy, "2026-04-06 09:05").loan

    def test_waives_the_charge_fully_if_it_came_back_in_time(self, world: World, copy) -> None:
        loan = self.returned(world, copy)
        assert owed() == 100

        outcome = redate_return(
            world.desk(now=shanghai("2026-04-08 10:00")), loan=loan,
            as_of=shanghai("2026-04-01 18:00"),
        )  # fmt: skip

        assert (outcome.returned_on, outcome.days_overdue) == (date(2026, 4, 1), 0)
        assert (outcome.fine_cents, owed()) == (0, 0)
        assert Loan.objects.get().returned_at == shanghai("2026-04-01 18:00")
        entry = Entry.objects.get(action="redate_return")
        assert entry.data == {
            "loan": loan, "was": "2026-04-06T01:05:00+00:00",
            "returned_at": "2026-04-01T10:00:00+00:00", "fine_cents": 0,
            "waived": [LedgerLine.objects.get(kind="waiver").public_id],
        }  # fmt: skip

    def test_charges_what_the_given_day_costs(self, world: World, copy) -> None:
        loan = self.returned(world, copy)
        outcome = redate_return(
            world.desk(now=shanghai("2026-04-06 10:00")), loan=loan,
            as_of=shanghai("2026-04-03 18:00"),
        )  # fmt: skip
        assert (outcome.days_overdue, outcome.fine_cents, owed()) == (2, 40, 40)

    def test_lifts_a_suspension(self, world: World, copy) -> None:
        world.policy(settled_by="days")
        loan = self.returned(world, copy)
        assert Block.objects.get().lifted_at is None
        redate_return(
            world.desk(now=shanghai("2026-04-06 10:00")), loan=loan,
            as_of=shanghai("2026-04-01 18:00"),
        )  # fmt: skip
        assert Block.objects.get().lifted_at is not None

    @pytest.mark.parametrize(
        ("now", "as_of", "reason"),
        [
            ("2026-04-06 10:00", "2026-03-01 12:00", Reason.RETURN_DAY_UNFIT),  # before it was lent
            ("2026-04-06 10:00", "2026-04-06 09:30", Reason.RETURN_DAY_UNFIT),  # after the scan
            ("2026-04-14 10:00", "2026-04-03 12:00", Reason.TOO_LATE_TO_REDATE),
        ],
    )
    def test_is_refused(self, world: World, copy, now: str, as_of: str, reason: Reason) -> None:
        loan = self.returned(world, copy)
        outcome = redate_return(world.desk(now=shanghai(now)), loan=loan, as_of=shanghai(as_of))
        assert [why.code for why in outcome.reasons] == [reason]
        assert (owed(), Loan.objects.get().returned_at) == (100, shanghai("2026-04-06 09:05"))

    def test_a_wrong_correction_is_corrected_until_the_scan(self, world: World, copy) -> None:
        loan = self.returned(world, copy)
        desk = world.desk(now=shanghai("2026-04-06 10:00"))
        redate_return(desk, loan=loan, as_of=shanghai("2026-04-01 18:00"))
        seen = return_seen(desk, loan)

        outcome = redate_return(desk, loan=loan, as_of=shanghai("2026-04-04 18:00"))
        too_far = redate_return(desk, loan=loan, as_of=shanghai("2026-04-06 09:06"))

        assert (seen.scanned, seen.came_back) == (
            shanghai("2026-04-06 09:05"), shanghai("2026-04-01 18:00"),
        )  # fmt: skip
        assert (outcome.returned_on, outcome.fine_cents) == (date(2026, 4, 4), 60)
        assert too_far.reasons == (
            Why(Reason.RETURN_DAY_UNFIT, {"first": "2026-03-02", "last": "2026-04-06"}),
        )
        assert (owed(), Loan.objects.get().returned_at) == (60, shanghai("2026-04-04 18:00"))

    def test_the_week_for_it_begins_with_the_scan(self, world: World, copy) -> None:
        loan = take_back(world, copy, "2026-04-12 09:05", "2026-04-03 12:00").loan
        late = world.desk(now=shanghai("2026-04-19 10:00"))
        in_time = world.desk(now=shanghai("2026-04-18 10:00"))
        day = shanghai("2026-04-02 12:00")

        assert redate_return(late, loan=loan, as_of=day).reasons == (
            Why(Reason.TOO_LATE_TO_REDATE, {"days": 7}),
        )
        assert redate_return(in_time, loan=loan, as_of=day).fine_cents == 20

    def test_money_taken_is_given_back_first(self, world: World, copy) -> None:
        loan = self.returned(world, copy)
        patron = Loan.objects.get().patron
        now = world.desk(now=shanghai("2026-04-06 10:00"))
        take_payment(now, patron=patron.public_id, amount_cents=100, method="cash")
        outcome = redate_return(now, loan=loan, as_of=shanghai("2026-04-03 12:00"))
        assert outcome.reasons == (Why(Reason.FINE_PAID),)

    def test_a_loan_that_is_open_or_unknown(self, world: World, copy) -> None:
        loan = Loan.objects.get().public_id
        early = world.now + timedelta(days=1)
        for given, reason in ((loan, Reason.LOAN_NOT_RETURNED), ("NOSUCH", Reason.LOAN_UNKNOWN)):
            outcome = redate_return(world.days_later(3), loan=given, as_of=early)
            assert outcome.reasons == (Why(reason),)
