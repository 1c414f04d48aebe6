"""Holds as pages show them, in a fixed number of statements."""

from datetime import timedelta

import pytest

from jieyue.circulation.actions.checkin import checkin
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.actions.holds import cancel_hold, suspend_hold
from jieyue.circulation.jobs.holds import keep_holds
from jieyue.circulation.models import Hold, Loan
from jieyue.circulation.queries.hold_shelf import (
    hold_shelf,
    left_over,
    pick_list,
    waits_for_reader,
)
from jieyue.circulation.queries.holds import HoldOf, hold_of, holds_of, outlook, queue_of
from jieyue.circulation.queries.loans import availability_of
from jieyue.circulation.queries.shelf import copies_on_shelf
from jieyue.circulation.rules.waiting_time import Wait
from tests.world import SHANGHAI, World, day


def keep(world: World, hold: Hold, desk=None):
    """Return a copy, so that it is kept for the hold."""
    copy = world.copy(hold.title)
    checkin(desk or world.desk(), copy_barcodes=(copy.barcode,))
    return copy


def read_before(world: World, copy, *days: int) -> None:
    """Lend the copy so many days each time, long ago."""
    for number, length in enumerate(days, 1):
        lent = world.now - timedelta(days=100 * number)
        Loan.objects.create(
            library_id=world.library.pk, public_id=f"OLD{copy.pk}{number}", copy=copy,
            patron=world.patron(), branch=world.branch, lent_at=lent,
            due_at=lent + timedelta(days=30), returned_at=lent + timedelta(days=length),
            ending="returned",
        )  # fmt: skip


def test_a_reader_sees_what_is_ready_first_and_their_place_in_each_queue(world: World) -> None:
    patron = world.patron()
    title = world.title("活着")
    world.hold(world.patron(), title)
    waiting = world.hold(patron, title, queued_at=world.now + timedelta(minutes=1))
    asleep = world.hold(patron, world.title("围城"), placed_at=world.now + timedelta(minutes=2))
    suspend_hold(world.desk(), hold=asleep.public_id, wakes_on=day("2026-04-01"))
    ready = world.hold(patron, world.title("边城"))
    copy = keep(world, ready)

    found = holds_of(world.desk(), patron.pk)

    assert [(h.hold, h.state, h.place, h.fetch_by, h.wakes_on) for h in found] == [
        (ready.public_id, "ready", 0, day("2026-03-05"), None),
        (waiting.public_id, "waiting", 2, None, None),
        (asleep.public_id, "suspended", 1, None, day("2026-04-01")),
    ]
    assert (found[0].barcode, found[0].days_left, found[0].pickup) == (copy.barcode, 3, "总馆")


def test_a_hold_is_awake_on_its_day_though_no_job_ran(world: World) -> None:
    patron = world.patron()
    hold = world.hold(patron, world.title())
    suspend_hold(world.desk(), hold=hold.public_id, wakes_on=day("2026-03-03"))
    assert holds_of(world.desk(), patron.pk)[0].state == "suspended"
    assert holds_of(world.days_later(1), patron.pk)[0].state == "waiting"


def test_the_wait_comes_from_this_titles_own_returns(world: World) -> None:
    title = world.title()
    copy = world.copy(title)
    read_before(world, copy, 8, 10, 12, 14, 30)
    checkout(world.desk(now=world.now - timedelta(days=10)), copy_barcodes=(copy.barcode,),
             card_barcode=world.patron().card)  # fmt: skip

    assert outlook(world.desk(), title.pk).wait == Wait(1, 20)
    world.hold(world.patron(), title)
    found = outlook(world.desk(), title.pk)
    assert (found.waiting, found.place, found.wait) == (1, 2, Wait(11, 37))
    assert queue_of(world.desk(), title.pk)[0].wait == Wait(1, 20)


def test_a_wait_goes_by_the_days_a_book_may_lie_on_the_shelf(world: World) -> None:
    title = world.title()
    copy = world.copy(title)
    read_before(world, copy, 10, 12, 14)
    checkout(world.desk(), copy_barcodes=(copy.barcode,), card_barcode=world.patron().card)
    world.hold(world.patron(), title)

    usual = outlook(world.desk(), title.pk).wait
    world.policy(hold_days=10)
    longer = outlook(world.desk(), title.pk).wait

    assert usual is not None
    assert longer == Wait(usual.from_days, usual.to_days + 7)


def test_with_few_returns_no_wait_is_promised(world: World) -> None:
    title = world.title()
    read_before(world, world.copy(title), 5, 5)
    assert outlook(world.desk(), title.pk).wait is None


def test_a_queue_has_those_with_a_copy_first_then_those_who_wait(world: World) -> None:
    title = world.title()
    first, second, third = (
        world.hold(world.patron(f"读者{n}"), title, queued_at=world.now + timedelta(minutes=n))
        for n in range(3)
    )
    keep(world, first)

    found = queue_of(world.desk(), title.pk)

    assert [(h.hold, h.state, h.place, h.patron_name) for h in found] == [
        (first.public_id, "ready", 0, "读者0"),
        (second.public_id, "waiting", 1, "读者1"),
        (third.public_id, "waiting", 2, "读者2"),
    ]
    assert hold_of(first.public_id) == HoldOf(patron=first.patron.public_id, title=title.public_id)
    assert hold_of("NOSUCH") is None


def test_the_hold_shelf_says_what_expires(world: World) -> None:
    hold = world.hold(world.patron("林晓雨"), world.title("活着"))
    copy = keep(world, hold)
    [here] = hold_shelf(world.desk())
    assert (here.barcode, here.patron_name, here.fetch_by, here.state) == (
        copy.barcode, "林晓雨", day("2026-03-05"), "ready",
    )  # fmt: skip
    assert [hold_shelf(world.days_later(n))[0].state for n in (3, 4)] == ["last_day", "expired"]
    assert hold_shelf(world.desk(branch_id=world.east().pk)) == []


def test_what_ended_is_to_be_taken_off_the_shelf_until_it_is_scanned(world: World) -> None:
    patron = world.patron()
    hold = world.hold(patron, world.title("活着"))
    copy = keep(world, hold)
    keep_holds(world.now + timedelta(days=4))
    later = world.days_later(5)

    [book] = left_over(later)
    assert (book.barcode, book.why, book.goes) == (copy.barcode, "expired", "shelf")
    checkin(later, copy_barcodes=(copy.barcode,))
    assert left_over(later) == []


def test_a_book_that_goes_on_to_the_next_reader_is_named_too(world: World) -> None:
    title = world.title()
    first = world.hold(world.patron(), title)
    keep(world, first)
    east = world.east()
    world.hold(world.patron(), title, pickup_branch=east)
    cancel_hold(world.desk(), hold=first.public_id)

    [book] = left_over(world.desk())
    assert (book.why, book.goes, book.to_branch) == ("cancelled", "branch", east.name)


def test_the_pick_list_has_a_free_copy_for_each_who_waits(world: World) -> None:
    title = world.title("活着")
    free, other, lent = (world.copy(title, call_number=f"I247/{n}") for n in range(3))
    checkout(world.desk(), copy_barcodes=(lent.barcode,), card_barcode=world.patron().card)
    world.copy(world.title("没人要"))
    world.hold(world.patron(), title)

    assert [pick.barcode for pick in pick_list(world.desk())] == [free.barcode]
    assert pick_list(world.desk(branch_id=world.east().pk)) == []
    world.hold(world.patron(), title)
    assert [pick.barcode for pick in pick_list(world.desk())] == [free.barcode, other.barcode]
    # Scanned, it is on the hold shelf and off the list.
    checkin(world.desk(), copy_barcodes=(free.barcode,))
    assert [pick.barcode for pick in pick_list(world.desk())] == [other.barcode]


def test_a_suspended_hold_has_nothing_fetched(world: World) -> None:
    title = world.title()
    world.copy(title)
    world.hold(world.patron(), title, suspended_at=world.now)
    assert pick_list(world.desk()) == []


def test_the_desk_knows_what_waits_for_a_reader(world: World) -> None:
    patron, east = world.patron(), world.east()
    keep(world, world.hold(patron, world.title("活着")))
    keep(world, world.hold(patron, world.title("围城"), pickup_branch=east),
         world.desk(branch_id=east.pk))  # fmt: skip
    found = waits_for_reader(world.desk(), patron.pk)
    assert [(w.title, w.is_here, w.branch) for w in found] == [
        ("活着", True, "总馆"), ("围城", False, east.name),
    ]  # fmt: skip


def test_a_copy_kept_for_somebody_is_not_on_the_shelf_for_readers(world: World) -> None:
    """Koha SIP bug 4063: a copy was shown as here and as waiting for somebody at once."""
    hold = world.hold(world.patron(), world.title())
    keep(world, hold)
    [shown] = copies_on_shelf(SHANGHAI, hold.title_id)
    assert (shown.is_kept, shown.is_here) == (True, False)
    assert availability_of(SHANGHAI, [hold.title_id])[hold.title_id].available == 0


@pytest.mark.parametrize("count", [1, 40])
def test_statements_do_not_grow_with_rows(world: World, count, django_assert_num_queries) -> None:
    patron, busy = world.patron(), world.title("大家都要")
    for _ in range(count):
        title = world.title()
        world.hold(patron, title)
        read_before(world, world.copy(title), 5, 6, 7)
        world.hold(world.patron(), busy)
        keep(world, world.hold(world.patron(), world.title()))
    desk = world.desk()
    with django_assert_num_queries(3):
        assert len(holds_of(desk, patron.pk)) == count
    with django_assert_num_queries(3):
        assert len(queue_of(desk, busy.pk)) == count
    with django_assert_num_queries(3):
        assert outlook(desk, busy.pk).waiting == count
    with django_assert_num_queries(1):
        assert len(hold_shelf(desk)) == count
    with django_assert_num_queries(2):
        assert len(pick_list(desk)) == count
    with django_assert_num_queries(1):
        assert left_over(desk) == []
    with django_assert_num_queries(1):
        assert waits_for_reader(desk, patron.pk) == []
