"""Returning without staff, and what staff put away."""

from dataclasses import replace
from datetime import timedelta

import pytest

from jieyue.audit.models import Entry
from jieyue.circulation.actions.checkin import checkin
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.actions.effects.capture import Goes
from jieyue.circulation.actions.self_checkin import (
    NotShelved,
    SelfNotReturned,
    SelfReturned,
    Shelved,
    self_checkin,
    shelve,
)
from jieyue.circulation.actions.self_checkout import SelfLent, SelfNotLent, self_checkout
from jieyue.circulation.actions.self_rules import switch_return_point
from jieyue.circulation.actions.withdraw import set_standing
from jieyue.circulation.jobs.self_service import forget_old_receipts
from jieyue.circulation.models import Loan, ReturnPoint, ToShelve, Transit
from jieyue.circulation.queries.hold_shelf import pick_list
from jieyue.circulation.queries.receipts import to_shelve
from jieyue.circulation.rules.reasons import Reason, Why
from jieyue.libraries.actions import OtherBranchError
from jieyue.libraries.rules.permissions import HELPER
from jieyue.outbox.models import Task
from tests.self_service import allow, at_a_point, at_the_door, being, reasons
from tests.world import World, day


def test_a_reader_returns_at_a_marked_point_and_staff_shelve_it(world: World) -> None:
    allow(world)
    copy, patron = world.copy(shelf="3 架", call_number="I242/1"), world.patron()
    self_checkout(at_the_door(world, patron), scan=copy.barcode)
    desk = at_a_point(world, patron)

    outcome = self_checkin(desk, scan=copy.barcode)

    assert outcome == SelfReturned(
        copy=copy.public_id,
        copy_barcode=copy.barcode,
        title_id=copy.title.public_id,
        title=copy.title.name,
        parts="",
        put="shelf",
        point="门口还书架",
        says="放进蓝色的箱子。",
        is_own=True,
    )
    assert Loan.objects.get().ending == "returned"
    assert [row.barcode for row in to_shelve(world.desk())] == [copy.barcode]
    assert shelve(world.desk(permissions=HELPER), scan=copy.barcode) == Shelved(
        copy_barcode=copy.barcode,
        title=copy.title.name,
        call_number="I242/1",
        shelf="3 架",
        was_listed=True,
    )
    assert to_shelve(world.desk()) == []


def test_a_book_that_somebody_waits_for_goes_to_the_marked_shelf(world: World) -> None:
    allow(world)
    copy, patron = world.copy(), world.patron()
    checkout(world.desk(), copy_barcodes=(copy.barcode,), card_barcode=patron.card)
    hold = world.hold(world.patron(), copy.title)

    outcome = self_checkin(at_a_point(world, world.patron()), scan=copy.barcode)

    assert isinstance(outcome, SelfReturned)
    assert (outcome.put, outcome.is_own) == ("marked", False)
    [row] = to_shelve(world.desk())
    assert (row.is_awaited, row.to_branch) == (True, "")
    # Whoever waits is called once staff have it in hand, not on a reader's word.
    hold.refresh_from_db()
    assert (hold.state, Task.objects.filter(kind="notices.hold_ready").count()) == ("waiting", 0)

    put = shelve(world.desk(), scan=copy.barcode)

    assert isinstance(put, Shelved)
    assert put.goes == Goes(to="hold_shelf", hold=hold.public_id, fetch_by=day("2026-03-05"))
    hold.refresh_from_db()
    assert (hold.state, hold.captured_copy_id) == ("ready", copy.pk)
    assert Task.objects.filter(kind="notices.hold_ready").count() == 1
    assert to_shelve(world.desk()) == []


def test_who_waits_may_take_it_from_the_return_point_and_others_may_not(world: World) -> None:
    allow(world)
    copy, patron, other = world.copy(), world.patron(), world.patron()
    checkout(world.desk(), copy_barcodes=(copy.barcode,), card_barcode=patron.card)
    hold = world.hold(world.patron(), copy.title)
    self_checkin(at_a_point(world, patron), scan=copy.barcode)

    anothers = self_checkout(at_the_door(world, other), scan=copy.barcode)
    own = self_checkout(at_the_door(world, hold.patron), scan=copy.barcode)

    assert isinstance(anothers, SelfNotLent)
    assert reasons(anothers) == [Reason.TITLE_HELD_BY_OTHERS]
    assert isinstance(own, SelfLent)
    hold.refresh_from_db()
    assert hold.state == "fulfilled"
    assert Task.objects.filter(kind="notices.hold_ready").count() == 0


def test_a_book_for_another_branch_travels_once_staff_have_it(world: World) -> None:
    allow(world)
    east = world.east()
    copy = world.copy()
    hold = world.hold(world.patron(), copy.title, pickup_branch=east)

    outcome = self_checkin(at_a_point(world, world.patron()), scan=copy.barcode)

    assert (outcome.put, Transit.objects.count()) == ("marked", 0)
    [pick] = pick_list(world.desk())
    assert (pick.barcode, pick.shelf) == (copy.barcode, "门口还书架")
    put = shelve(world.desk(), scan=copy.barcode)
    assert (put.goes.to, put.goes.branch, put.goes.hold) == ("branch", "east", hold.public_id)
    hold.refresh_from_db()
    assert hold.state == "in_transit"


def test_what_staff_scan_at_the_desk_leaves_the_list_by_itself(world: World) -> None:
    allow(world)
    copy, other, gone = world.copy(), world.copy(), world.copy()
    desk = at_a_point(world, world.patron())
    for one in (copy, other, gone):
        self_checkin(desk, scan=one.barcode)
    later = world.now + timedelta(minutes=5)

    checkin(world.desk(now=later), copy_barcodes=(copy.barcode,))
    set_standing(world.desk(now=later), copy=gone.public_id, standing="missing")

    assert [row.barcode for row in to_shelve(world.desk())] == [other.barcode]
    assert ToShelve.objects.filter(ended_at=None).count() == 3
    forget_old_receipts(later)  # the night tidies up behind it
    assert [row.copy_id for row in ToShelve.objects.filter(ended_at=None)] == [other.pk]


def test_an_isbn_returns_and_puts_away_no_copy(world: World) -> None:
    """Which copy it is nobody knows: it would end another reader's loan."""
    allow(world)
    title = world.title("红楼梦", isbn13="9787020002207")
    copy, patron = world.copy(title), world.patron()
    world.copy(title)  # stands on its shelf
    checkout(world.desk(), copy_barcodes=(copy.barcode,), card_barcode=patron.card)

    outcome = self_checkin(at_a_point(world, world.patron()), scan="978-7-02-000220-7")
    put = shelve(world.desk(), scan="9787020002207")

    assert isinstance(outcome, SelfNotReturned)
    assert reasons(outcome) == reasons(put) == [Reason.COPY_CODE_NEEDED]
    assert Loan.objects.get().returned_at is None
    assert ToShelve.objects.count() == 0


def test_a_book_lent_again_is_not_put_away(world: World) -> None:
    allow(world)
    copy, patron = world.copy(), world.patron()
    checkout(world.desk(), copy_barcodes=(copy.barcode,), card_barcode=patron.card)

    assert shelve(world.desk(), scan=copy.barcode) == NotShelved(
        copy_barcode=copy.barcode, reasons=(Why(Reason.COPY_ON_LOAN),)
    )
    assert Loan.objects.get().returned_at is None


def test_who_brings_anothers_late_book_hears_nothing_of_what_it_costs(world: World) -> None:
    allow(world)
    world.policy(fine_cents=10, fine_unit="day")
    copy, late = world.copy(), world.patron()
    checkout(world.desk(), copy_barcodes=(copy.barcode,), card_barcode=late.card)
    now = world.now + timedelta(days=40)
    desk = at_a_point(world, world.patron())
    there = being(replace(desk, now=now), until=now)

    outcome = self_checkin(there, scan=copy.barcode)

    assert isinstance(outcome, SelfReturned)
    assert (outcome.is_own, outcome.days_overdue, outcome.fine_cents) == (False, 0, 0)
    # Should the book not be there, the journal says whose it was and who said that it is back.
    entries = Entry.objects.filter(action="checkin", copy_id=copy.pk)
    assert sorted(entries.values_list("outcome", "patron_id")) == [
        ("returned", late.pk), ("self_returned", desk.patron_id),
    ]  # fmt: skip


def test_returning_at_the_door_or_an_old_point_is_refused(world: World) -> None:
    allow(world)
    copy, patron = world.copy(), world.patron()
    checkout(world.desk(), copy_barcodes=(copy.barcode,), card_barcode=patron.card)
    desk = at_a_point(world, patron)
    door = being(desk, how="door", point="")

    at_door = self_checkin(door, scan=copy.barcode)
    switch_return_point(world.desk(), point=ReturnPoint.objects.get().public_id, is_active=False)
    at_old = self_checkin(desk, scan=copy.barcode)

    assert isinstance(at_door, SelfNotReturned)
    assert reasons(at_door) == reasons(at_old) == [Reason.NOT_HERE]
    assert Loan.objects.get().returned_at is None


def test_a_copy_returned_twice_is_listed_once_and_one_lent_again_not_at_all(world: World) -> None:
    allow(world)
    copy, patron = world.copy(), world.patron()
    desk = at_a_point(world, patron)

    for _ in range(2):
        self_checkin(desk, scan=copy.barcode)
    listed = [row.barcode for row in to_shelve(world.desk())]
    checkout(world.desk(), copy_barcodes=(copy.barcode,), card_barcode=patron.card)

    assert listed == [copy.barcode]
    assert ToShelve.objects.filter(ended_at=None).count() == 1
    assert to_shelve(world.desk()) == []


def test_shelving_says_it_of_an_unknown_copy_and_minds_the_branch(world: World) -> None:
    allow(world)
    copy = world.copy()
    self_checkin(at_a_point(world, world.patron()), scan=copy.barcode)
    east = world.desk(branch_ids=frozenset({world.east().pk}))

    assert shelve(world.desk(), scan="404") == NotShelved(
        copy_barcode="404", reasons=(Why(Reason.COPY_UNKNOWN),)
    )
    with pytest.raises(OtherBranchError):
        shelve(east, scan=copy.barcode)
