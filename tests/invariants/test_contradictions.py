"""What `jieyue check` finds: each test makes exactly one thing that cannot be."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from jieyue.catalog.models import Copy
from jieyue.circulation.models import Hold, Loan, Transit
from jieyue.circulation.queries.contradictions import CHECKS, Contradiction, contradictions
from jieyue.fees.models import LedgerLine
from jieyue.interfaces.cli.contradiction_words import sentence, words
from tests.invariants.broken import Broken, without
from tests.world import NOON, World

HOUR = timedelta(hours=1)
WITHDRAWN = {"standing": "withdrawn", "withdrawn_at": NOON}


@pytest.fixture
def broken(world: World) -> Broken:
    return Broken(world)


def found(check: str, **facts) -> None:
    """Assert that the check finds exactly this, and that no other finds anything."""
    assert contradictions() == [Contradiction(check, facts)]
    said = sentence(check, facts)
    assert all(str(value) in said for value in facts.values())


def test_every_check_has_words_and_a_test() -> None:
    tried = re.findall(r'found\(\s*"(\w+)"', Path(__file__).read_text())
    assert words().keys() == set(CHECKS) == set(tried)


def test_a_copy_on_loan_twice(broken: Broken) -> None:
    """Koha, rero #2791, openlibry #11: two loans of one copy in the same second."""
    with without(Loan, "one_open_loan_per_copy"):
        loan, other = broken.loan(), broken.loan()
        found("two_open_loans", copy="C1", loan=loan.public_id, other=other.public_id)


def test_a_copy_on_loan_and_on_the_hold_shelf(broken: Broken) -> None:
    """Koha SIP 4063: a copy both on loan and waiting."""
    loan, hold = broken.loan(), broken.hold("ready")
    found("lent_and_kept", copy="C1", loan=loan.public_id, hold=hold.public_id)


def test_a_copy_on_loan_and_on_its_way(broken: Broken) -> None:
    loan, transit = broken.loan(), broken.transit()
    found("lent_and_travelling", copy="C1", loan=loan.public_id, transit=transit.public_id)


def test_a_withdrawn_copy_on_loan(broken: Broken) -> None:
    loan = broken.loan(copy=broken.world.copy(barcode="C2", **WITHDRAWN))
    found("lent_but_withdrawn", copy="C2", loan=loan.public_id)


def test_a_loan_due_before_it_was_made(broken: Broken) -> None:
    with without(Loan, "loan_due_after_lent"):
        loan = broken.loan(due_at=broken.world.now)
        found("loan_dates", loan=loan.public_id)


def test_a_loan_returned_before_it_was_made(broken: Broken) -> None:
    now = broken.world.now
    with without(Loan, "loan_returned_after_lent"):
        loan = broken.loan(returned_at=now - HOUR, ending="returned")
        found("loan_dates", loan=loan.public_id)


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("loan_ended_says_how", {"ending": "returned"}),
        ("loan_lost_says_how", {"lost_how": "staff"}),
        ("loan_open_has_a_patron", {"patron": None}),
    ],
)
def test_a_loan_neither_open_nor_ended(broken: Broken, constraint: str, values) -> None:
    with without(Loan, constraint):
        loan = broken.loan(**values)
        found("loan_half_ended", loan=loan.public_id)


def test_a_loan_at_a_branch_that_is_not_there(broken: Broken) -> None:
    with without(Loan, "loan_branch_same_library"):
        loan = broken.loan(branch=None, branch_id=999_999)
        found("loan_of_nothing", loan=loan.public_id)


def test_a_copy_kept_for_two(broken: Broken) -> None:
    """Evergreen LP#902255: a double scan captured two holds."""
    with without(Hold, "hold_one_capture_per_copy"):
        hold, other = broken.hold("ready"), broken.hold("ready")
        found("kept_twice", copy="C1", hold=hold.public_id, other=other.public_id)


def test_a_reader_waiting_twice_for_a_title(broken: Broken) -> None:
    """Evergreen LP#1029601: a double click placed the hold twice."""
    with without(Hold, "hold_one_open_per_patron_and_title"):
        first = broken.hold(patron=broken.patron)
        again = broken.hold(patron=broken.patron)
        found(
            "held_twice", patron=broken.patron.public_id, hold=first.public_id,
            other=again.public_id,
        )  # fmt: skip


def test_a_copy_of_another_title_kept(broken: Broken) -> None:
    hold = broken.hold("ready", title=broken.world.title())
    found("wrong_copy_kept", copy="C1", hold=hold.public_id)


def test_another_copy_kept_than_the_one_asked_for(broken: Broken) -> None:
    hold = broken.hold("ready", copy=broken.world.copy(broken.copy.title))
    found("wrong_copy_kept", copy="C1", hold=hold.public_id)


def test_a_withdrawn_copy_kept(broken: Broken) -> None:
    hold = broken.hold("ready")
    Copy.objects.filter(pk=broken.copy.pk).update(**WITHDRAWN)
    found("withdrawn_copy_kept", copy="C1", hold=hold.public_id)


@pytest.mark.parametrize(
    ("state", "missing"),
    [
        ("ready", {"fetch_by": None}),
        ("ready", {"ready_at": None}),
        ("ready", {"captured_copy": None}),
        ("cancelled", {}),
    ],
)
def test_a_hold_whose_dates_deny_its_state(broken: Broken, state: str, missing) -> None:
    with without(Hold, "hold_state_is_whole"):
        hold = broken.hold(state, **missing)
        found("hold_half", hold=hold.public_id, state=state)


def test_a_suspended_hold_on_the_shelf(broken: Broken) -> None:
    with without(Hold, "hold_only_waiting_is_suspended"):
        hold = broken.hold("ready", suspended_at=broken.world.now)
        found("suspended_not_waiting", hold=hold.public_id, state="ready")


def test_a_hold_on_its_way_with_nothing_under_way(broken: Broken) -> None:
    hold = broken.hold("in_transit")
    found("on_its_way_without_transit", hold=hold.public_id, copy="C1")


def test_a_transit_for_a_hold_that_waits(broken: Broken) -> None:
    hold = broken.hold()
    transit = broken.transit(hold=hold)
    found(
        "travels_for_another_state", hold=hold.public_id, state="waiting",
        transit=transit.public_id,
    )  # fmt: skip


def test_a_copy_on_the_shelf_and_on_its_way(broken: Broken) -> None:
    """Koha 40331: a waiting copy was sent on its way all the same."""
    hold, transit = broken.hold("ready"), broken.transit()
    found("ready_and_travelling", hold=hold.public_id, copy="C1", transit=transit.public_id)


def test_a_transit_that_goes_to_another_branch_than_the_reader(broken: Broken) -> None:
    hold = broken.hold("in_transit")
    transit = broken.transit(hold=hold, from_branch=broken.world.branch, to_branch=broken.east)
    found("travels_elsewhere", hold=hold.public_id, transit=transit.public_id, branch="东馆")


def test_a_copy_on_two_ways(broken: Broken) -> None:
    """Koha 34596: a superfluous transfer beside the one there was."""
    with without(Transit, "transit_one_open_per_copy"):
        transit, other = broken.transit(), broken.transit()
        found("travels_twice", copy="C1", transit=transit.public_id, other=other.public_id)


def test_a_transit_for_a_hold_that_names_none(broken: Broken) -> None:
    transit = broken.transit(why="hold")
    found("transit_half", transit=transit.public_id)


def test_a_transit_in_a_box_for_another_branch(broken: Broken) -> None:
    manifest = broken.manifest(from_branch=broken.world.branch, to_branch=broken.east)
    transit = broken.transit(manifest=manifest)
    found("manifest_goes_elsewhere", transit=transit.public_id, manifest=7)


def test_a_charge_settled_beyond_its_amount(broken: Broken) -> None:
    charge = broken.line("charge", 100)
    broken.line("payment", -80, settles=charge)
    broken.line("waiver", -50, settles=charge)
    found("charge_below_zero", patron=broken.patron.public_id, charge=charge.public_id, cents=-30)


def test_a_charge_of_which_more_was_given_back_than_paid(broken: Broken) -> None:
    charge = broken.line("charge", 100)
    broken.line("payment", -40, settles=charge)
    broken.line("refund", 60, settles=charge)
    found("refunded_more_than_paid", charge=charge.public_id, refunded=60, paid=40)


def test_a_payment_for_somebody_elses_charge(broken: Broken) -> None:
    charge = broken.line("charge", 100)
    line = broken.line("payment", -100, settles=charge, patron=broken.world.patron())
    found("settles_wrongly", line=line.public_id, charge=charge.public_id)


def test_a_payment_that_adds_to_the_debt(broken: Broken) -> None:
    with without(LedgerLine, "ledger_line_sign"):
        line = broken.line("payment", 100)
        found("wrong_sign", line=line.public_id, kind="payment", cents=100)


def test_a_deposit_that_was_below_zero_for_a_while(broken: Broken) -> None:
    for kind, cents in (("paid_in", 100), ("paid_back", -150), ("paid_in", 100)):
        broken.deposit(kind, cents)
    found("deposit_below_zero", patron=broken.patron.public_id, cents=-50)


def test_a_drawer_whose_lines_do_not_make_what_it_expects(broken: Broken) -> None:
    closed = broken.close(500, broken.cash(300), broken.cash(100))
    found("drawer_does_not_add_up", drawer=closed.public_id, expected=500, counted_lines=400)


def test_a_drawer_that_counts_another_branchs_cash(broken: Broken) -> None:
    line = broken.cash(300, branch=broken.east)
    closed = broken.close(300, line)
    found("not_of_this_drawer", drawer=closed.public_id, line=line.public_id)


def test_a_charge_that_differs_from_what_was_assessed(broken: Broken) -> None:
    loan = broken.loan()
    charge = broken.line("charge", 90)
    made = broken.assessment(loan, amount_cents=100, charge=charge)
    found(
        "charge_not_as_assessed", assessment=made.public_id, charge=charge.public_id,
        loan=loan.public_id,
    )  # fmt: skip


def test_a_suspension_of_another_loan_than_was_assessed(broken: Broken) -> None:
    loan, other = broken.loan(), broken.loan(copy=broken.world.copy())
    block = broken.suspension(other)
    made = broken.assessment(loan, days=3, block=block)
    found(
        "block_not_as_assessed", assessment=made.public_id, block=block.public_id,
        loan=loan.public_id,
    )  # fmt: skip


def test_a_loan_the_journal_does_not_know(broken: Broken) -> None:
    broken.tell("lent", broken.loan())
    silent = broken.loan(copy=broken.world.copy())
    found("checkout_not_told", loan=silent.public_id, times=0)


def test_a_loan_the_journal_tells_twice(broken: Broken) -> None:
    loan = broken.loan()
    broken.tell("lent", loan)
    broken.tell("lent", loan)
    found("checkout_not_told", loan=loan.public_id, times=2)


def test_a_return_the_journal_does_not_know(broken: Broken) -> None:
    loan = broken.loan(returned_at=broken.world.now + HOUR, ending="returned")
    broken.tell("lent", loan)
    found("return_not_told", loan=loan.public_id, times=0)


def test_an_undone_loan_the_journal_does_not_know(broken: Broken) -> None:
    loan = broken.loan(returned_at=broken.world.now + HOUR, ending="undone")
    broken.tell("lent", loan)
    found("undoing_not_told", loan=loan.public_id, times=0)


def test_renewals_the_journal_does_not_know(broken: Broken) -> None:
    loan = broken.loan(renewals=2)
    broken.tell("lent", loan)
    broken.tell("renewed", loan)
    found("renewals_not_told", loan=loan.public_id, renewals=2, told=1)


def test_renewals_go_on_counting_after_a_mistaken_return(broken: Broken) -> None:
    now = broken.world.now
    before = broken.loan(renewals=1, returned_at=now + HOUR, ending="continued")
    after = broken.loan(renewals=2)
    for outcome, loan, data in (
        ("lent", before, {}),
        ("renewed", before, {}),
        ("returned", before, {}),
        ("undone", after, {"step": "checkin"}),
        ("renewed", after, {}),
        ("renewed", after, {}),
        ("undone", after, {"step": "renewal"}),
    ):
        broken.tell(outcome, loan, **data)
    assert contradictions() == []


@pytest.mark.parametrize(("counted", "wrong"), [((2, 1), 0), ((1, 2), 1), ((1, 0), 1)])
def test_renewals_before_or_after_a_mistaken_return_the_journal_does_not_know(
    broken: Broken, counted: tuple[int, int], wrong: int
) -> None:
    now = broken.world.now
    loans = (
        broken.loan(renewals=counted[0], returned_at=now + HOUR, ending="continued"),
        broken.loan(renewals=counted[1]),
    )
    broken.tell("lent", loans[0])
    broken.tell("renewed", loans[0])
    broken.tell("returned", loans[0])
    broken.tell("undone", loans[1], step="checkin")
    found(
        "renewals_not_told", loan=loans[wrong].public_id, renewals=counted[wrong], told=1,
    )  # fmt: skip


def test_one_look_finds_everything_that_is_wrong(broken: Broken) -> None:
    now = broken.world.now
    broken.tell("lent", "GONE")
    loan = broken.loan(renewals=1, returned_at=now + HOUR, ending="undone", lost_at=now,
                       lost_how="staff")  # fmt: skip
    hold = broken.hold()
    name = loan.public_id
    assert contradictions() == [
        Contradiction("checkout_not_told", {"loan": name, "times": 0}),
        Contradiction("undoing_not_told", {"loan": name, "times": 0}),
        Contradiction("renewals_not_told", {"loan": name, "renewals": 1, "told": 0}),
        Contradiction("loss_not_told", {"loan": name}),
        Contradiction("hold_not_told", {"hold": hold.public_id, "times": 0}),
        Contradiction("told_of_nothing", {"loan": "GONE"}),
    ]


def test_a_copy_found_after_its_loss_was_settled_is_a_return_that_is_told(broken: Broken) -> None:
    loan = broken.loan(returned_at=broken.world.now + HOUR, ending="returned")
    broken.tell("lent", loan)
    broken.tell("not_on_loan", "", found_loan=loan.public_id)
    assert contradictions() == []


def test_a_loss_the_journal_does_not_know(broken: Broken) -> None:
    loan = broken.loan(lost_at=broken.world.now + HOUR, lost_how="staff")
    broken.tell("lent", loan)
    found("loss_not_told", loan=loan.public_id)


def test_a_loan_that_ended_as_lost_and_was_not(broken: Broken) -> None:
    loan = broken.loan(returned_at=broken.world.now + HOUR, ending="lost")
    found("loan_half_ended", loan=loan.public_id)


def test_a_hold_the_journal_does_not_know(broken: Broken) -> None:
    hold = broken.hold()
    broken.tell("lent", broken.loan())
    found("hold_not_told", hold=hold.public_id, times=0)


def test_a_limit_passed_without_a_name(broken: Broken) -> None:
    """FOLIO CIRC-1756, Evergreen LP#1890822: one loan more than the limit slipped past."""
    for _ in range(2):
        loan = broken.loan(copy=broken.world.copy())
        entry = broken.tell("lent", loan, limit=1)
        entry.copy_id = loan.copy_id
        entry.save()
    patron = broken.patron.public_id
    found("limit_passed", patron=patron, loan=loan.public_id, loans=2, most=1)
    entry.overridden = ["patron_at_loan_limit"]
    entry.save()
    assert contradictions() == []


def test_a_loan_that_only_the_journal_knows(broken: Broken) -> None:
    broken.tell("lent", "GONE")
    found("told_of_nothing", loan="GONE")


def test_loans_from_before_the_journal_need_no_line(broken: Broken) -> None:
    now = broken.world.now
    broken.loan(lent_at=now - HOUR, returned_at=now - HOUR / 2, ending="returned")
    broken.tell("lent", broken.loan())
    assert contradictions() == []
