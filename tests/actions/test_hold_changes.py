"""Pausing holds, moving them in their queue, and fetching them elsewhere."""

from datetime import timedelta

from jieyue.audit.models import Entry
from jieyue.circulation.actions.checkin import checkin
from jieyue.circulation.actions.effects.capture import SHELF
from jieyue.circulation.actions.hold_outcomes import (
    HoldMoved,
    HoldResumed,
    HoldSuspended,
    PickupChanged,
)
from jieyue.circulation.actions.holds import (
    change_pickup,
    move_hold,
    resume_hold,
    suspend_hold,
)
from jieyue.circulation.models import Hold
from jieyue.circulation.rules.reasons import Reason
from tests.actions.test_holds import reasons, shelf
from tests.world import World, day

# --- Pausing -----------------------------------------------------------------------------------


def test_a_suspended_hold_is_passed_over_and_keeps_its_place(world: World) -> None:
    title = world.title()
    first, second = (
        world.hold(world.patron(), title, queued_at=world.now + timedelta(minutes=n))
        for n in range(2)
    )
    on = day("2026-03-10")

    assert suspend_hold(world.desk(), hold=first.public_id, wakes_on=on) == HoldSuspended(
        hold=first.public_id, title=title.name, wakes_on=on
    )
    shelf(world, second)
    assert resume_hold(world.desk(), hold=first.public_id) == HoldResumed(
        hold=first.public_id, title=title.name, place=1
    )
    assert reasons(resume_hold(world.desk(), hold=first.public_id)) == [Reason.HOLD_NOT_SUSPENDED]


def test_a_suspended_hold_counts_from_its_day_on_even_if_no_job_ran(world: World) -> None:
    hold = world.hold(world.patron(), world.title())
    suspend_hold(world.desk(), hold=hold.public_id, wakes_on=day("2026-03-03"))
    copy = world.copy(hold.title)

    assert checkin(world.desk(), copy_barcodes=(copy.barcode,)).results[0].goes == SHELF
    tomorrow = checkin(world.days_later(1), copy_barcodes=(copy.barcode,)).results[0]
    assert tomorrow.goes.hold == hold.public_id


def test_it_can_wake_from_tomorrow_on(world: World) -> None:
    hold = world.hold(world.patron(), world.title())
    outcome = suspend_hold(world.desk(), hold=hold.public_id, wakes_on=day("2026-03-02"))
    assert reasons(outcome) == [Reason.WAKES_TOO_EARLY]


def test_what_is_on_the_shelf_is_neither_suspended_nor_moved(world: World) -> None:
    hold = world.hold(world.patron(), world.title())
    shelf(world, hold)
    desk = world.desk()
    for outcome in (
        suspend_hold(desk, hold=hold.public_id),
        resume_hold(desk, hold=hold.public_id),
        move_hold(desk, hold=hold.public_id, reason="急用"),
        change_pickup(desk, hold=hold.public_id, pickup="main"),
    ):
        assert reasons(outcome) == [Reason.HOLD_CAPTURED]


# --- Moving ------------------------------------------------------------------------------------


def test_a_move_is_audited_and_changes_only_the_order(world: World) -> None:
    title = world.title()
    first, second, third = (world.hold(world.patron(), title) for _ in range(3))

    outcome = move_hold(
        world.desk(), hold=third.public_id, before=first.public_id, reason="课程指定用书"
    )

    assert outcome == HoldMoved(hold=third.public_id, title=title.name, place=1, was=3)
    order = Hold.objects.order_by("queue_class", "queued_at", "id").values_list("pk", flat=True)
    assert list(order) == [third.pk, first.pk, second.pk]
    entry = Entry.objects.get(action="move_hold")
    assert entry.staff_id == world.staff.pk
    assert entry.data == {
        "hold": third.public_id, "was": 3, "now": 1, "reason": "课程指定用书",
    }  # fmt: skip
    third.refresh_from_db()
    assert third.placed_at == world.now


def test_a_move_needs_a_reason_and_one_queue(world: World) -> None:
    one, other = (
        world.hold(world.patron(), world.title()),
        world.hold(world.patron(), world.title()),
    )
    desk = world.desk()
    assert reasons(move_hold(desk, hold=one.public_id, reason=" ")) == [Reason.REASON_MISSING]
    outcome = move_hold(desk, hold=one.public_id, before=other.public_id, reason="急用")
    assert reasons(outcome) == [Reason.OTHER_QUEUE]
    outcome = move_hold(desk, hold=one.public_id, before=one.public_id, reason="急用")
    assert reasons(outcome) == [Reason.OTHER_QUEUE]
    outcome = move_hold(desk, hold=one.public_id, before="NOSUCH", reason="急用")
    assert reasons(outcome) == [Reason.HOLD_UNKNOWN]


def test_a_waiting_hold_can_be_fetched_elsewhere(world: World) -> None:
    hold, east = world.hold(world.patron(), world.title("活着")), world.east()

    outcome = change_pickup(world.reader_desk(hold.patron), hold=hold.public_id, pickup="east")

    hold.refresh_from_db()
    assert outcome == PickupChanged(hold=hold.public_id, title="活着", pickup=east.name)
    assert hold.pickup_branch_id == east.pk
    again = change_pickup(world.desk(), hold=hold.public_id, pickup="nowhere")
    assert reasons(again) == [Reason.PICKUP_UNKNOWN]
