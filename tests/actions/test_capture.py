"""Where a copy goes when it comes back: to whoever waits, into a box, or onto the shelf."""

from datetime import timedelta

import pytest

from jieyue.circulation.actions.checkin import checkin
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.actions.effects.capture import SHELF, Goes
from jieyue.circulation.actions.undo import undo_checkin, undo_checkout
from jieyue.circulation.actions.withdraw import set_standing, withdraw_copy
from jieyue.circulation.models import Hold, Loan, Transit
from jieyue.circulation.rules.reasons import Reason
from jieyue.outbox.models import Task
from tests.world import World, day

pytestmark = pytest.mark.django_db


def returned(world: World, copy, desk=None) -> Goes:
    """Scan one copy for return; say where it goes."""
    [result] = checkin(desk or world.desk(), copy_barcodes=(copy.barcode,)).results
    return result.goes


def test_a_returned_copy_is_kept_for_the_first_in_the_queue(world: World) -> None:
    title = world.title()
    copy = world.copy(title)
    later = world.hold(world.patron("后到"), title, queued_at=world.now + timedelta(minutes=1))
    first = world.hold(world.patron("先到"), title)

    goes = returned(world, copy)

    first.refresh_from_db()
    later.refresh_from_db()
    # Monday noon, three open days: Thursday.
    assert goes == Goes(to="hold_shelf", hold=first.public_id, fetch_by=day("2026-03-05"))
    assert (first.state, first.captured_copy_id, first.ready_at, first.fetch_by) == (
        "ready", copy.pk, world.now, day("2026-03-05"),
    )  # fmt: skip
    assert later.state == "waiting"
    assert list(Task.objects.values_list("kind", "payload")) == [
        ("notices.hold_ready", {"hold": first.public_id})
    ]


def test_a_lower_class_comes_first_and_a_suspended_hold_is_passed_over(world: World) -> None:
    title = world.title()
    asleep = world.hold(world.patron(), title, queue_class=1, suspended_at=world.now)
    world.hold(world.patron(), title, queue_class=5)
    first = world.hold(
        world.patron(), title, queue_class=2, queued_at=world.now + timedelta(days=1)
    )

    assert returned(world, world.copy(title)).hold == first.public_id
    # It woke up on its day, with the place it had.
    Hold.objects.filter(pk=asleep.pk).update(wakes_on=day("2026-03-02"))
    assert returned(world, world.copy(title)).hold == asleep.public_id


def test_a_hold_on_one_copy_waits_for_that_copy(world: World) -> None:
    title = world.title()
    wanted, other = world.copy(title), world.copy(title)
    hold = world.hold(world.patron(), title, copy=wanted)

    assert returned(world, other) == SHELF
    assert returned(world, wanted).hold == hold.public_id


def test_two_copies_of_a_title_serve_two_readers(world: World) -> None:
    title = world.title()
    one, two = world.copy(title), world.copy(title)
    holds = [world.hold(world.patron(), title), world.hold(world.patron(), title)]

    results = checkin(world.desk(), copy_barcodes=(one.barcode, two.barcode)).results

    assert [r.goes.hold for r in results] == [h.public_id for h in holds]


def test_a_second_scan_captures_nothing_more(world: World) -> None:
    """Koha 34596 and 40331: a copy scanned twice took two holds."""
    title = world.title()
    copy = world.copy(title)
    first = world.hold(world.patron(), title)
    second = world.hold(world.patron(), title)

    in_one_call = checkin(world.desk(), copy_barcodes=(copy.barcode, copy.barcode)).results
    later = returned(world, copy)

    assert {r.goes.hold for r in in_one_call} == {first.public_id}
    assert later == in_one_call[0].goes
    second.refresh_from_db()
    assert second.state == "waiting"


def test_a_hold_for_another_branch_travels_and_is_ready_on_arrival(world: World) -> None:
    title, east = world.title(), world.east()
    copy = world.copy(title)
    hold = world.hold(world.patron(), title, pickup_branch=east)

    goes = returned(world, copy)
    again = returned(world, copy)  # still here: the same box
    arrived = returned(world, copy, world.desk(branch_id=east.pk))

    assert (
        goes
        == again
        == Goes(
            to="branch",
            branch="east",
            branch_name="东馆",
            hold=hold.public_id,
            transit=goes.transit,
        )
    )
    assert arrived == Goes(to="hold_shelf", hold=hold.public_id, fetch_by=day("2026-03-05"))
    hold.refresh_from_db()
    assert hold.state == "ready"
    assert list(Transit.objects.values_list("why", "ending")) == [("hold", "arrived")]


def test_returned_elsewhere_it_goes_home_unless_it_floats(world: World) -> None:
    east = world.east()
    copy = world.copy(branch=east)

    goes = returned(world, copy)
    home = returned(world, copy, world.desk(branch_id=east.pk))
    world.item_type.floats = True
    world.item_type.save()
    stays = returned(world, copy)

    assert (goes.to, goes.branch, home, stays) == (
        "branch",
        "east",
        SHELF,
        Goes(to="shelf", stays="floats", left="east"),
    )
    copy.refresh_from_db()
    assert copy.branch_id == world.branch.pk


def test_lending_fulfils_the_readers_own_hold(world: World) -> None:
    title = world.title()
    copy, patron = world.copy(title), world.patron()
    hold = world.hold(patron, title)
    returned(world, copy)

    [lent] = checkout(world.desk(), copy_barcodes=(copy.barcode,), card_barcode=patron.card).results

    assert (lent.type, lent.notes) == ("lent", ("hold_fulfilled",))
    hold.refresh_from_db()
    assert (hold.state, hold.ended_at, hold.ended_why) == ("fulfilled", world.now, "lent")


def test_a_copy_kept_for_another_is_refused_and_by_override_goes_back_in_the_queue(
    world: World,
) -> None:
    title = world.title()
    copy = world.copy(title)
    hold = world.hold(world.patron(), title)
    returned(world, copy)
    somebody = world.patron("别人")
    scan = {"copy_barcodes": (copy.barcode,), "card_barcode": somebody.card}

    [no] = checkout(world.desk(), **scan).results
    [yes] = checkout(
        world.desk(), **scan, override=frozenset({Reason.COPY_HELD_FOR_ANOTHER})
    ).results

    assert [why.code for why in no.reasons] == [Reason.COPY_HELD_FOR_ANOTHER]
    assert yes.notes == ("hold_reverted",)
    hold.refresh_from_db()
    assert (hold.state, hold.captured_copy_id, hold.queued_at) == ("waiting", None, world.now)


def test_a_free_copy_is_refused_while_more_readers_wait_than_copies_are_free(
    world: World,
) -> None:
    title = world.title()
    one, two = world.copy(title), world.copy(title)
    world.hold(world.patron(), title)
    somebody = world.patron("别人")

    [first] = checkout(
        world.desk(), copy_barcodes=(one.barcode,), card_barcode=somebody.card
    ).results
    [second] = checkout(
        world.desk(), copy_barcodes=(two.barcode,), card_barcode=world.patron().card
    ).results

    assert first.type == "lent"  # the other copy serves who waits
    assert [(why.code, why.facts) for why in second.reasons] == [
        (Reason.TITLE_HELD_BY_OTHERS, {"waiting": 1})
    ]
    assert Loan.objects.count() == 1


def test_a_copy_lent_on_its_way_ends_its_transit(world: World) -> None:
    """Koha SIP 4063: a copy was both on loan and on its way."""
    copy = world.copy(branch=world.east())
    returned(world, copy)

    [lent] = checkout(
        world.desk(), copy_barcodes=(copy.barcode,), card_barcode=world.patron().card
    ).results

    assert lent.notes == ("was_on_its_way",)
    assert list(Transit.objects.values_list("ending", flat=True)) == ["elsewhere"]


def test_undoing_a_loan_gives_the_reader_the_hold_back(world: World) -> None:
    title = world.title()
    copy, patron = world.copy(title), world.patron()
    hold = world.hold(patron, title)
    returned(world, copy)
    [lent] = checkout(world.desk(), copy_barcodes=(copy.barcode,), card_barcode=patron.card).results

    undone = undo_checkout(world.desk(), loan=lent.loan)

    assert undone.type == "undone"
    hold.refresh_from_db()
    assert (hold.state, hold.captured_copy_id, hold.ended_at) == ("ready", copy.pk, None)


def test_undoing_a_return_takes_the_copy_from_whoever_it_was_kept_for(world: World) -> None:
    title = world.title()
    copy, patron = world.copy(title), world.patron()
    [lent] = checkout(world.desk(), copy_barcodes=(copy.barcode,), card_barcode=patron.card).results
    hold = world.hold(world.patron(), title, pickup_branch=world.east())
    returned(world, copy)

    undone = undo_checkin(world.desk(), loan=lent.loan)

    assert undone.type == "undone"
    hold.refresh_from_db()
    assert (hold.state, hold.captured_copy_id) == ("waiting", None)
    assert list(Transit.objects.values_list("ending", flat=True)) == ["cancelled"]


@pytest.mark.parametrize("how", ["withdrawn", "missing", "repair"])
def test_a_copy_that_is_gone_is_kept_for_nobody(world: World, how: str) -> None:
    title = world.title()
    copy = world.copy(title)
    hold = world.hold(world.patron(), title, pickup_branch=world.east())
    returned(world, copy)

    if how == "withdrawn":
        withdraw_copy(world.desk(), copy=copy.public_id, reason="破损")
    else:
        set_standing(world.desk(), copy=copy.public_id, standing=how)

    hold.refresh_from_db()
    assert (hold.state, hold.captured_copy_id, hold.queued_at) == ("waiting", None, world.now)
    assert list(Transit.objects.values_list("ending", flat=True)) == ["cancelled"]


def test_taking_another_copy_lets_the_one_on_the_shelf_go_to_whoever_waits(world: World) -> None:
    title = world.title()
    kept, other = world.copy(title), world.copy(title)
    patron = world.patron()
    mine = world.hold(patron, title)
    next_one = world.hold(world.patron(), title, queued_at=world.now + timedelta(minutes=1))
    returned(world, kept)

    [lent] = checkout(
        world.desk(), copy_barcodes=(other.barcode,), card_barcode=patron.card
    ).results

    assert (lent.type, lent.notes) == ("lent", ("hold_fulfilled",))
    mine.refresh_from_db()
    next_one.refresh_from_db()
    assert mine.state == "fulfilled"
    assert (next_one.state, next_one.captured_copy_id) == ("ready", kept.pk)
