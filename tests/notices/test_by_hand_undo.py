"""A sheet given out, or a call noted, by mistake is taken back for a quarter of an hour."""

from datetime import timedelta

import pytest

from jieyue.audit.models import Entry
from jieyue.circulation.actions.checkin import checkin
from jieyue.circulation.models import Loan
from jieyue.libraries.actions import ForbiddenError, OtherBranchError
from jieyue.notices.by_hand import UNDO_FOR, drop_everywhere
from jieyue.notices.by_hand_rules import set_by_hand
from jieyue.notices.call_undo import CallNotUndone, CallUndone, noted_calls, undo_call
from jieyue.notices.models import ClassSheet, DeadAddress, Delivery, DeliveryNotice
from jieyue.notices.paper import (
    SheetNotEnded,
    SheetReopened,
    give_out_sheet,
    make_sheet,
    undo_giving_out,
    withdraw_sheet,
)
from jieyue.notices.telephone import calls, note_call
from tests.mailing import lent, reminded, sent, states

CLASS = "三年级2班"


@pytest.fixture
def patron(world, clock):
    """Somebody with a number who waits for a call, and is in a class that gets sheets."""
    return waits(world, clock, phone="010-6655 1234")


def waits(world, clock, *ways: str, most=3, **values):
    set_by_hand(
        world.desk(), ways=ways or ("phone",), class_ways={}, calls=most, shows_titles=False
    )
    patron = world.patron("王大爷", **values)
    lent(world, "活着", "2026-03-05", patron)
    reminded(world, clock())
    sent(world, clock)
    return patron


def noted(world, clock, answer: str) -> str:
    call = calls(world.desk(now=clock()))[0]
    done = note_call(
        world.desk(now=clock()), patron=call.patron, mark=call.mark, said=call.said, answer=answer
    )
    return done.then


def undone(world, clock, patron, minutes=1, **desk):
    at = clock() + timedelta(minutes=minutes)
    return undo_call(world.desk(now=at, **desk), patron=patron.public_id)


# --- Calls --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "then"), [("told", "told"), ("nobody", "later"), ("wrong", "given_up")]
)
def test_a_call_noted_by_mistake_is_taken_back(world, clock, patron, answer, then) -> None:
    before = Delivery.objects.values().get()
    assert noted(world, clock, answer) == then
    [shown] = noted_calls(world.desk(now=clock()))
    assert (shown.name, shown.answer) == ("王大爷", answer)

    assert undone(world, clock, patron) == CallUndone()

    assert Delivery.objects.values().get() == before
    assert not DeadAddress.objects.exists()
    assert [call.name for call in calls(world.desk(now=clock()))] == ["王大爷"]
    assert noted_calls(world.desk(now=clock() + timedelta(minutes=1))) == []
    assert undone(world, clock, patron, 2) == CallNotUndone(why="over")
    entry = Entry.objects.filter(action="undo_call", outcome="call_undone").get()
    assert (entry.patron_id, entry.data) == (patron.pk, {"answer": answer})


def test_the_second_of_two_calls_is_taken_back_alone(world, clock, patron) -> None:
    noted(world, clock, "nobody")
    clock.goes_on(days=1)
    before = Delivery.objects.values().get()
    noted(world, clock, "nobody")
    assert undone(world, clock, patron) == CallUndone()
    assert Delivery.objects.values().get() == before


def test_what_went_another_way_comes_back_while_nobody_has_carried_it(world, clock) -> None:
    patron = waits(world, clock, "paper", "phone", most=1, phone="13800001111", group_name="")
    carried = set(DeliveryNotice.objects.values_list("notice_id", flat=True))
    patron.group_name = CLASS
    patron.save(update_fields=["group_name"])
    assert noted(world, clock, "nobody") == "next_way"
    assert states() == [("phone", "failed", "not_answered"), ("paper", "waiting", "")]

    assert undone(world, clock, patron) == CallUndone()
    assert states() == [("phone", "waiting", "")]
    assert set(DeliveryNotice.objects.values_list("notice_id", flat=True)) == carried

    clock.goes_on(minutes=2)
    assert noted(world, clock, "nobody") == "next_way"
    make_sheet(world.desk(now=clock()), group=CLASS)
    assert undone(world, clock, patron) == CallNotUndone(why="gone")
    assert states() == [("phone", "failed", "not_answered"), ("paper", "waiting", "")]


def test_what_was_told_and_came_since_both_stay(world, clock, patron) -> None:
    call = calls(world.desk(now=clock()))[0]
    lent(world, "兄弟", "2026-03-06", patron)
    clock.goes_on(days=1)
    reminded(world, clock())
    sent(world, clock)
    form = {"patron": call.patron, "mark": call.mark, "said": call.said}
    note_call(world.desk(now=clock()), answer="told", **form)
    assert undone(world, clock, patron) == CallUndone()
    [again] = calls(world.desk(now=clock()))
    assert sorted(item.title for item in again.items) == ["兄弟", "活着"]


def test_only_whoever_noted_it_takes_it_back_and_not_for_long(world, clock, patron) -> None:
    noted(world, clock, "told")
    other = world.staff.pk + 1
    assert undone(world, clock, patron, staff_id=other) == CallNotUndone(why="over")
    assert noted_calls(world.desk(now=clock(), staff_id=other)) == []
    minutes = UNDO_FOR / timedelta(minutes=1) + 1
    assert undone(world, clock, patron, minutes) == CallNotUndone(why="over")
    with pytest.raises(OtherBranchError):
        undone(world, clock, patron, branch_ids=frozenset({world.east().pk}))
    unknown = undo_call(world.desk(now=clock()), patron="NOSUCH")
    assert unknown == CallNotUndone(why="unknown")
    with pytest.raises(ForbiddenError):
        undone(world, clock, patron, permissions=frozenset())
    assert states() == [("phone", "handed", "")]


def test_what_was_settled_meanwhile_stays_settled(world, clock, patron) -> None:
    noted(world, clock, "nobody")
    book = Loan.objects.get(patron=patron).copy.barcode
    checkin(world.desk(now=clock()), copy_barcodes=(book,))
    drop_everywhere(clock() + timedelta(minutes=1))
    assert undone(world, clock, patron, 2) == CallNotUndone(why="over")
    assert states() == [("phone", "dropped", "not_true")]


# --- Sheets -------------------------------------------------------------------------------------


def test_a_sheet_given_out_by_mistake_is_still_to_be_given_out(world, clock) -> None:
    waits(world, clock, "paper", group_name=CLASS)
    sheet = make_sheet(world.desk(now=clock()), group=CLASS).sheet
    before = Delivery.objects.values().get()
    give_out_sheet(world.desk(now=clock()), sheet=sheet)
    clock.goes_on(minutes=10)

    assert undo_giving_out(world.desk(now=clock()), sheet=sheet) == SheetReopened(readers=1)

    assert Delivery.objects.values().get() == before
    assert ClassSheet.objects.values_list("state", "ended_at").get() == ("made", None)
    assert Entry.objects.filter(action="undo_giving_out", outcome="sheet_reopened").count() == 1
    assert give_out_sheet(world.desk(now=clock()), sheet=sheet).readers == 1


def test_a_sheet_given_out_long_ago_or_withdrawn_stays_so(world, clock) -> None:
    waits(world, clock, "paper", group_name=CLASS)
    desk = world.desk(now=clock())
    sheet = make_sheet(desk, group=CLASS).sheet
    assert undo_giving_out(desk, sheet=sheet) == SheetNotEnded(why="over", state="made")
    assert undo_giving_out(desk, sheet="NOSUCH") == SheetNotEnded(why="unknown")
    withdraw_sheet(desk, sheet=sheet)
    assert undo_giving_out(desk, sheet=sheet) == SheetNotEnded(why="over", state="withdrawn")
    again = make_sheet(desk, group=CLASS).sheet
    give_out_sheet(desk, sheet=again)
    clock.goes_on(minutes=16)
    late = undo_giving_out(world.desk(now=clock()), sheet=again)
    assert late == SheetNotEnded(why="late")
    assert states() == [("paper", "handed", "")]
