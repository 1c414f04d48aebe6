"""What is told by people: looked up, in as many statements for one reader as for seven."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection

from jieyue.circulation.actions.checkin import checkin
from jieyue.circulation.models import Loan
from jieyue.notices.by_hand import drop_everywhere
from jieyue.notices.by_hand_rules import set_by_hand
from jieyue.notices.deliveries import waiting_by_hand
from jieyue.notices.paper import give_out_sheet, make_sheet, withdraw_sheet
from jieyue.notices.sheets import classes_waiting, latest_sheets, sheet_view
from jieyue.notices.telephone import calls, note_call
from jieyue.patrons.models import Patron
from tests.mailing import MORNING, Clock, at, lent, reminded, sent
from tests.queries.test_search_plans import asked_of, plan_of
from tests.queries.test_self_help_plans import FEW, GROUP, SMALL, WALK
from tests.world import World


def waiting(world: World, many: int):
    """Let so many readers wait for the class's sheet, and as many for a call; return a desk."""
    set_by_hand(world.desk(), ways=("paper", "phone"), class_ways={}, calls=3, shows_titles=False)
    for number in range(many):
        for name, values in (
            ("学生", {"group_name": GROUP}),
            ("读者", {"phone": f"1380000{number}"}),
        ):
            lent(world, f"活着{number}", "2026-03-05", world.patron(f"{name}{number}", **values))
    clock = Clock(at(world, MORNING))
    reminded(world, clock())
    sent(world, clock)
    return world.desk(now=clock())


@pytest.mark.parametrize("many", [1, 7])
def test_the_number_of_statements_does_not_grow(world: World, many: int) -> None:
    desk = waiting(world, many)
    work = {
        "how many": lambda: waiting_by_hand(None),
        "classes": lambda: classes_waiting(desk, only=None),
        "calls": lambda: calls(desk),
        "making": lambda: make_sheet(desk, group=GROUP),
        "sheets": lambda: latest_sheets(desk, only=None),
    }
    counted = {what: len(asked_of(ask)) for what, ask in work.items()}
    [summary] = latest_sheets(desk, only=None)
    counted["sheet"] = len(asked_of(lambda: sheet_view(desk, summary.sheet, only=None)))
    counted["giving"] = len(asked_of(lambda: give_out_sheet(desk, sheet=summary.sheet)))
    assert counted == {
        "how many": 1, "classes": 7, "calls": 12, "making": 15, "sheets": 3, "sheet": 10,
        "giving": 8,
    }  # fmt: skip


@pytest.mark.skipif(connection.vendor != "sqlite", reason="its own way of explaining")
def test_sqlite_looks_everything_up(world: World) -> None:
    desk = waiting(world, 2)
    there = world.desk(now=desk.now, branch_ids=frozenset({world.branch.pk}))
    made = make_sheet(desk, group=GROUP).sheet
    withdraw_sheet(desk, sheet=made)
    [first, _] = calls(desk)
    call = {"patron": first.patron, "mark": first.mark, "said": first.said}
    asked = {
        "how many": lambda: (waiting_by_hand(None), waiting_by_hand(there.branch_ids)),
        "classes": lambda: classes_waiting(there, only={GROUP}),
        "calls": lambda: calls(there),
        "sheets": lambda: latest_sheets(there, only={GROUP}),
        "sheet": lambda: sheet_view(there, made, only={GROUP}),
        "making": lambda: give_out_sheet(there, sheet=make_sheet(there, group=GROUP).sheet),
        "a call": lambda: note_call(there, answer="told", **call),
        "at night": lambda: drop_everywhere(desk.now),
    }
    walks = [
        (what, step, " ".join(text.split())[:300])
        for what, work in asked.items()
        for text, params in asked_of(work)
        if text.lstrip().startswith(("SELECT", "WITH", "UPDATE", "DELETE"))
        for step in plan_of(text, params)
        if WALK.search(step) and not SMALL.search(step) and not FEW.search(step)
    ]
    assert walks == []


def test_staff_of_some_branches_see_what_is_wholly_theirs(world: World) -> None:
    desk = waiting(world, 2)
    east = world.east()
    there = world.desk(now=desk.now, branch_ids=frozenset({east.pk}))
    both = make_sheet(desk, group=GROUP).sheet
    assert sheet_view(there, both, only=None) is None
    assert latest_sheets(there, only=None) == [] == classes_waiting(there, only=None)
    assert waiting_by_hand(there.branch_ids) == {}
    withdraw_sheet(desk, sheet=both)

    moved = Patron.objects.filter(group_name=GROUP).first()
    Patron.objects.filter(pk=moved.pk).update(branch=east)
    assert [(one.group, one.readers) for one in classes_waiting(there, only=None)] == [(GROUP, 1)]
    assert waiting_by_hand(there.branch_ids) == {"paper": 1}
    theirs = make_sheet(there, group=GROUP)
    assert [one.sheet for one in latest_sheets(there, only=None)] == [theirs.sheet]
    [reader] = sheet_view(there, theirs.sheet, only=None).readers
    assert (reader.patron, reader.is_settled) == (moved.public_id, False)
    assert latest_sheets(desk, only={"一年级1班"}) == []


def test_a_sheet_that_lay_about_says_late_and_not_settled(world: World) -> None:
    desk = waiting(world, 2)
    made = make_sheet(desk, group=GROUP).sheet
    loans = Loan.objects.filter(patron__group_name=GROUP).order_by("id")
    later = replace(desk, now=desk.now + timedelta(days=9))
    checkin(later, copy_barcodes=(loans[0].copy.barcode,))

    view = sheet_view(later, made, only=None)
    said = {
        reader.name: [(one.item.kind, one.item.title, one.is_settled) for one in reader.lines]
        for reader in view.readers
    }
    assert said == {
        "学生0": [("due_soon", "活着0", True)], "学生1": [("overdue", "活着1", False)]
    }  # fmt: skip
