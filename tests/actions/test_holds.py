"""Reserving, cancelling, pausing and moving."""

import pytest

from jieyue.audit.models import Entry
from jieyue.circulation.actions.checkin import checkin
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.actions.effects.capture import SHELF, Goes
from jieyue.circulation.actions.hold_outcomes import (
    HoldCancelled,
    HoldPlaced,
    HoldRefused,
)
from jieyue.circulation.actions.holds import (
    cancel_hold,
    move_hold,
    place_hold,
    resume_hold,
    suspend_hold,
)
from jieyue.circulation.models import Hold, Transit
from jieyue.circulation.rules.reasons import Reason, Why
from jieyue.libraries.actions import ForbiddenError
from jieyue.outbox.models import Task
from tests.world import World, day


def place(world: World, patron, title, desk=None, **changes) -> HoldPlaced | HoldRefused:
    asked = {"title": title.public_id, "patron": patron.public_id, "pickup": "main"} | changes
    return place_hold(desk or world.desk(), **asked)


def reasons(outcome) -> list[Reason]:
    assert isinstance(outcome, HoldRefused), outcome
    return [why.code for why in outcome.reasons]


def shelf(world: World, hold: Hold):
    """Return a copy to the library, so that it is kept for the hold."""
    copy = world.copy(hold.title)
    checkin(world.desk(), copy_barcodes=(copy.barcode,))
    hold.refresh_from_db()
    assert hold.state == "ready"
    return copy


# --- Placing -----------------------------------------------------------------------------------


def test_staff_reserve_a_title_for_a_reader(world: World) -> None:
    title, patron = world.title("活着"), world.patron()
    world.copy(title)

    outcome = place(world, patron, title)

    hold = Hold.objects.get()
    assert outcome == HoldPlaced(
        hold=hold.public_id, patron=patron.public_id, title="活着", pickup="总馆", place=1
    )
    assert (hold.patron_id, hold.title_id, hold.copy_id, hold.state, hold.queue_class) == (
        patron.pk, title.pk, None, "waiting", 5,
    )  # fmt: skip
    assert (hold.queued_at, hold.placed_at) == (world.now, world.now)
    entry = Entry.objects.get(action="place_hold")
    assert (entry.outcome, entry.patron_id, entry.title_id) == (
        "hold_placed", patron.pk, title.pk,
    )  # fmt: skip


def test_a_card_type_of_a_lower_class_stands_further_ahead(world: World) -> None:
    title = world.title()
    world.copy(title)
    place(world, world.patron(), title)
    world.category.queue_class = 1
    world.category.save()

    assert place(world, world.patron(), title).place == 1


def test_one_copy_can_be_asked_for(world: World) -> None:
    title = world.title()
    _, wanted = world.copy(title), world.copy(title)

    place_hold(
        world.desk(), copy_barcode=wanted.barcode, patron=world.patron().public_id, pickup="main"
    )

    assert Hold.objects.get().copy_id == wanted.pk


def test_a_reader_reserves_for_themselves_only(world: World) -> None:
    mine, other, title = world.patron(), world.patron(), world.title()
    world.copy(title)

    place(world, other, title, desk=world.reader_desk(mine))

    assert Hold.objects.get().patron_id == mine.pk


def test_the_same_title_twice_is_refused_politely(world: World) -> None:
    """Evergreen LP#1029601: a double click made two holds."""
    title, patron = world.title(), world.patron()
    world.copy(title)
    first = place(world, patron, title)

    again = place(world, patron, title)

    assert reasons(again) == [Reason.ALREADY_ON_HOLD]
    assert again.hold == first.hold
    assert Hold.objects.count() == 1


def test_the_same_key_is_the_same_hold(world: World) -> None:
    title, patron = world.title(), world.patron()
    world.copy(title)

    first, second = (place(world, patron, title, desk=world.desk(key="click")) for _ in range(2))

    assert first == second
    assert Hold.objects.count() == 1


def test_every_reason_is_given_at_once(world: World) -> None:
    title, patron = world.title(), world.patron(frozen_at=world.now, frozen_reason="弄脏了书")
    copy = world.copy(title)
    world.policy(max_holds=1)
    checkout(
        world.desk(), copy_barcodes=(copy.barcode,), card_barcode=patron.card,
        override=frozenset({Reason.PATRON_FROZEN}),
    )  # fmt: skip
    world.hold(patron, world.title("别的书"))
    before = list(Hold.objects.values())

    outcome = place(world, patron, title)

    assert outcome.reasons == (
        Why(Reason.TITLE_ON_LOAN_TO_PATRON),
        Why(Reason.PATRON_FROZEN, {"note": "弄脏了书"}),
        Why(Reason.PATRON_AT_HOLD_LIMIT, {"open": 1, "limit": 1}),
    )
    assert outcome.can_be_overridden is False
    assert list(Hold.objects.values()) == before
    assert Entry.objects.filter(action="place_hold", outcome="refused").count() == 1


@pytest.mark.parametrize("standing", ["reference", "lost"])
def test_a_title_that_no_copy_can_serve_is_refused(world: World, standing) -> None:
    title = world.title()
    world.copy(title, standing=standing)
    assert reasons(place(world, world.patron(), title)) == [Reason.NO_COPY_CAN_SERVE]


def test_a_kind_of_item_the_card_does_not_borrow_cannot_be_reserved(world: World) -> None:
    title = world.title()
    world.copy(title)
    world.policy(item_type=world.item_type, may_borrow=False)
    assert reasons(place(world, world.patron(), title)) == [Reason.NO_COPY_CAN_SERVE]


def test_a_copy_in_repair_may_serve_later(world: World) -> None:
    title = world.title()
    world.copy(title, standing="repair")
    assert place(world, world.patron(), title).place == 1


def test_what_is_unknown_is_said_to_be(world: World) -> None:
    outcome = place_hold(world.desk(), title="NOSUCH", patron="NOBODY", pickup="nowhere")
    assert reasons(outcome) == [
        Reason.TITLE_UNKNOWN, Reason.PATRON_UNKNOWN, Reason.PICKUP_UNKNOWN,
    ]  # fmt: skip
    outcome = place_hold(
        world.desk(), copy_barcode="999", patron=world.patron().public_id, pickup="main"
    )
    assert reasons(outcome) == [Reason.TITLE_UNKNOWN, Reason.COPY_UNKNOWN] or reasons(outcome) == [
        Reason.COPY_UNKNOWN, Reason.TITLE_UNKNOWN,
    ]  # fmt: skip


def test_a_closed_branch_is_no_place_to_fetch_a_book(world: World) -> None:
    title, east = world.title(), world.east()
    world.copy(title)
    east.is_open = False
    east.save()
    assert reasons(place(world, world.patron(), title, pickup="east")) == [Reason.PICKUP_CLOSED]


def test_staff_may_go_beyond_the_limit_by_name(world: World) -> None:
    world.policy(max_holds=0)
    title, patron = world.title(), world.patron()
    world.copy(title)
    assert place(world, patron, title).can_be_overridden is True

    outcome = place(world, patron, title, override=frozenset({Reason.PATRON_AT_HOLD_LIMIT}))

    assert outcome.overridden == (Reason.PATRON_AT_HOLD_LIMIT,)
    assert Entry.objects.get(outcome="hold_placed").overridden == ["patron_at_hold_limit"]


def test_who_may_reserve_for_nobody_is_sent_away(world: World) -> None:
    desk = world.desk(permissions=frozenset())
    with pytest.raises(ForbiddenError):
        place(world, world.patron(), world.title(), desk=desk)
    reader = world.reader_desk(world.patron())
    with pytest.raises(ForbiddenError):
        place(world, world.patron(), world.title(), desk=reader,
              override=frozenset({Reason.PATRON_AT_HOLD_LIMIT}))  # fmt: skip
    with pytest.raises(ForbiddenError):
        move_hold(reader, hold="x", reason="y")


# --- Cancelling --------------------------------------------------------------------------------


def test_a_waiting_hold_is_cancelled(world: World) -> None:
    patron = world.patron()
    hold = world.hold(patron, world.title("活着"))

    outcome = cancel_hold(world.reader_desk(patron), hold=hold.public_id)

    hold.refresh_from_db()
    assert outcome == HoldCancelled(hold=hold.public_id, patron=patron.public_id, title="活着")
    assert (hold.state, hold.ended_at, hold.ended_why) == ("cancelled", world.now, "reader")


def test_the_copy_kept_for_a_cancelled_hold_goes_to_the_next_reader(world: World) -> None:
    title = world.title()
    first, second = world.hold(world.patron(), title), world.hold(world.patron(), title)
    copy = shelf(world, first)
    Task.objects.all().delete()

    outcome = cancel_hold(world.days_later(1), hold=first.public_id)

    second.refresh_from_db()
    assert outcome.copy_barcode == copy.barcode
    assert outcome.goes == Goes(to="hold_shelf", hold=second.public_id, fetch_by=day("2026-03-06"))
    assert (second.state, second.captured_copy_id) == ("ready", copy.pk)
    assert [(t.kind, t.payload) for t in Task.objects.all()] == [
        ("notices.hold_ready", {"hold": second.public_id})
    ]


def test_the_copy_goes_to_another_branch_where_the_next_reader_waits(world: World) -> None:
    title, east = world.title(), world.east()
    first = world.hold(world.patron(), title)
    second = world.hold(world.patron(), title, pickup_branch=east)
    copy = shelf(world, first)

    # Cancelled at the other branch: the copy is where it is.
    goes = cancel_hold(world.desk(branch_id=east.pk), hold=first.public_id).goes

    transit = Transit.objects.get()
    second.refresh_from_db()
    assert (goes.to, goes.branch, goes.transit) == ("branch", "east", transit.public_id)
    assert (transit.copy_id, transit.from_branch_id, transit.to_branch_id, transit.hold_id) == (
        copy.pk, world.branch.pk, east.pk, second.pk,
    )  # fmt: skip
    assert second.state == "in_transit"


def test_a_copy_nobody_else_wants_goes_home(world: World) -> None:
    title, east = world.title(), world.east()
    hold = world.hold(world.patron(), title, pickup_branch=east)
    copy = world.copy(title)
    checkin(world.desk(branch_id=east.pk), copy_barcodes=(copy.barcode,))
    assert cancel_hold(world.desk(), hold=hold.public_id).goes.branch == "main"

    mine = world.hold(world.patron(), world.title())
    shelf(world, mine)
    assert cancel_hold(world.desk(), hold=mine.public_id).goes == SHELF


def test_a_copy_in_a_box_stays_in_it_and_is_given_away_when_it_is_unpacked(world: World) -> None:
    title, east = world.title(), world.east()
    hold = world.hold(world.patron(), title, pickup_branch=east)
    copy = world.copy(title)
    checkin(world.desk(), copy_barcodes=(copy.barcode,))
    other = world.hold(world.patron(), title)

    cancel_hold(world.desk(), hold=hold.public_id)

    transit = Transit.objects.get()
    assert (transit.ended_at, transit.hold_id, transit.why) == (None, None, "home")
    unpacked = checkin(world.desk(branch_id=east.pk), copy_barcodes=(copy.barcode,)).results[0]
    assert (unpacked.goes.hold, unpacked.goes.branch) == (other.public_id, "main")


def test_what_has_ended_or_is_anothers_is_not_cancelled(world: World) -> None:
    mine = world.hold(world.patron(), world.title(), state="cancelled", ended_at=world.now)
    other = world.hold(world.patron(), world.title())
    desk = world.reader_desk(mine.patron)

    assert reasons(cancel_hold(desk, hold=mine.public_id)) == [Reason.HOLD_ENDED]
    for act in (cancel_hold, suspend_hold, resume_hold):
        assert reasons(act(desk, hold=other.public_id)) == [Reason.HOLD_UNKNOWN]
        assert reasons(act(desk, hold="NOSUCH")) == [Reason.HOLD_UNKNOWN]
    assert Hold.objects.filter(state="waiting").count() == 1
