"""Random days at a library, beside a reference that was written independently.

Every answer, and every few steps every open loan, hold, transit, charge and block, must be the
reference's; and at the end nothing may contradict itself. `JIEYUE_LONG=1` runs many times longer.

The examples are many rather than long, since each tries some of the steps more than others.
"""

import ast
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import invariant, run_state_machine_as_test

import jieyue.circulation.actions
from jieyue.catalog.models import Copy
from jieyue.circulation.models import Hold, Loan, Transit
from tests.invariants.random_blocks import BlocksSteps
from tests.invariants.random_calendar import CalendarSteps
from tests.invariants.random_holds import HoldsSteps
from tests.invariants.random_library import Opened
from tests.invariants.random_loans import LoansSteps
from tests.invariants.random_losses import LossesSteps
from tests.invariants.random_money import PaysSteps
from tests.invariants.random_stock import StockSteps
from tests.invariants.reference_state import OPEN
from tests.world import SHANGHAI

LONG = os.environ.get("JIEYUE_LONG") == "1"
EXAMPLES, STEPS = (600, 150) if LONG else (15, 100)
# Making a failing example short takes minutes: only where there is time for it.
PHASES = [Phase.reuse, Phase.generate, *([Phase.shrink] if LONG else [])]
EVERY = 3  # steps between two looks at everything


class RandomDays(
    LoansSteps, HoldsSteps, LossesSteps, PaysSteps, BlocksSteps, StockSteps, CalendarSteps
):  # fmt: skip
    """All of it at once."""

    @invariant()
    def is_as_the_reference_says(self) -> None:
        self.looked += 1
        if self.looked % EVERY == 0:
            self.looks_as_the_reference_says()

    def looks_as_the_reference_says(self) -> None:
        model = self.model
        loans = Loan.objects.filter(returned_at=None).values_list(
            "copy__barcode", "patron__name", "due_at", "renewals", "lost_at", "claimed_at"
        )
        assert {
            copy: (reader, _day(due), renewals, _day(lost), _day(claimed))
            for copy, reader, due, renewals, lost, claimed in loans
        } == {
            copy: (n.reader, n.due, n.renewals, n.lost, n.claimed)
            for copy, n in model.loans.items()
        }
        holds = Hold.objects.filter(state__in=OPEN).values_list(
            "public_id", "state", "captured_copy__barcode", "fetch_by", "pickup_branch__code"
        )
        assert {
            name: (state, copy, fetch_by if state == "ready" else None, pickup)
            for name, state, copy, fetch_by, pickup in holds
        } == {self.ids[h.name]: (h.state, h.kept, h.fetch_by, h.pickup) for h in model.open_holds()}
        ways = Transit.objects.filter(ended_at=None).values_list(
            "copy__barcode", "from_branch__code", "to_branch__code", "why"
        )
        assert {copy: way for copy, *way in ways} == {
            copy: [way.start, way.to, way.why] for copy, way in model.ways.items()
        }
        stock = Copy.objects.values_list("barcode", "standing", "branch__code")
        assert {copy: place for copy, *place in stock} == {
            copy: [model.says(copy), home] for copy, (_, home) in model.copies.items()
        }
        self.owes_as_the_reference_says()
        self.is_blocked_as_the_reference_says()


def _day(moment):
    return moment and moment.astimezone(SHANGHAI).date()


@pytest.mark.slow
@pytest.mark.django_db
def test_random_days_go_as_the_reference_says() -> None:
    RandomDays.opened = Opened()
    run_state_machine_as_test(
        RandomDays,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            phases=PHASES,
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )


# --- Nothing is left out -----------------------------------------------------------------------

ACTIONS = Path(next(iter(jieyue.circulation.actions.__path__)))
STEPS_FILES = Path(__file__).parent.glob("random_*.py")
NIGHTLY = {  # what a job of `days_pass` does
    "auto_renew": "renew_due_loans",
    "expire_holds": "keep_holds",
    "lose_overdue": "lose_overdue_loans",
    "recall_awaited": "recall_awaited_loans",
    "move_off_closed_days": "move_dates",
    "wake_holds": "keep_holds",
}
_COUNTS = "counts what is there: tests/actions/test_stocktaking.py"
_SELF = "settings and lists beside lending: tests/actions/test_self_checkout.py"
EXCUSED = {
    "_checkout": "decides what checkout decides: tests/actions/test_self_checkout.py, tests/races",
    "_checkin": "takes back as checkin does: tests/actions/test_self_checkout.py",
    **dict.fromkeys(
        ("erase_history", "forget_loans", "set_retention"),
        "touches nothing that is open: tests/actions/test_history.py",
    ),
    **dict.fromkeys(
        (
            "_make_receipt_key",
            "add_return_point",
            "pass_receipt",
            "renew_display",
            "renew_receipt_key",
            "renew_signs",
            "report_at_gate",
            "set_self_service",
            "settle_report",
            "shelve",
            "switch_return_point",
        ),
        _SELF,
    ),
    "add_card_type": "no loan knows it yet",
    "add_rule": "the terms are the same in all examples; tests/actions/test_lending_rules.py",
    "add_term_end": "another ceiling of dates: tests/actions/test_vacations.py",
    "add_vacation": "moves dates as a closure does: tests/actions/test_vacations.py",
    "bring_forward": "an example has no last day of term: tests/actions/test_term_ends.py",
    "close_branch": "for good, and an example has two: tests/actions/test_closing_branches.py",
    "deactivate_card_type": "changes no loan",
    "delete_rule": "as add_rule",
    "delete_term_end": "as add_term_end",
    "delete_vacation": "as add_vacation",
    "edit_card_type": "changes no loan",
    "edit_copy": "moves a copy at rest, as piles do: tests/actions/test_cataloguing.py",
    "edit_rule": "as add_rule",
    "edit_vacation": "as add_vacation",
    "merge_titles": "an example has a title or two: tests/actions/test_merging.py, tests/races",
    "reactivate_card_type": "changes no loan",
    "settle_waited_out": "days of 停借 instead of money: tests/actions/test_late_returns.py",
    **dict.fromkeys(
        (
            "start_stock_take",
            "pause_stock_take",
            "resume_stock_take",
            "close_stock_take",
            "reopen_stock_take",
            "scan_stock",
            "note_settled",
            "note_reopened",
            "relocate_seen",
            "dismiss_unknown",
        ),
        _COUNTS,
    ),
    **dict.fromkeys(
        ("make_pile", "begin_pile", "step_pile", "stop_pile", "give_pile_up", "undo_pile"),
        "says of copies what their own actions say: tests/actions/test_piles.py, tests/races",
    ),
    "scan_pile": "changes no copy: tests/doors/web/test_pile_scans.py",
    "take_off_pile": "as scan_pile",
    "mark_not_found": "says missing as set_standing does: tests/actions/test_stocktaking.py",
    "unmark_not_found": "as mark_not_found",
    "unmerge_titles": "as merge_titles",
    "split_title": "as merge_titles: tests/actions/test_splitting.py, tests/races",
    "unsplit_title": "as split_title",
    "undo_adding": "of copies that were never lent: tests/actions/test_withdraw.py",
}


def actions() -> set[str]:
    """Return the name of every action of lending."""
    return {
        node.name
        for path in ACTIONS.glob("*.py")
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.FunctionDef)
        for mark in node.decorator_list
        if isinstance(mark, ast.Call) and isinstance(mark.func, ast.Name)
        and mark.func.id == "action"
    }  # fmt: skip


@pytest.mark.once
def test_every_action_is_tried_or_excused() -> None:
    """Whoever adds an action adds a step, or says here why not."""
    loaded = {
        node.id
        for path in STEPS_FILES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Name)
    }
    tried = {name for name in actions() if name in loaded or NIGHTLY.get(name) in loaded}
    assert (actions() - tried) == set(EXCUSED)
