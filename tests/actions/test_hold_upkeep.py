"""What time does to holds."""

from datetime import datetime, timedelta

import pytest

from jieyue.circulation.actions.checkin import checkin
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.actions.hold_upkeep import (
    HoldsExpired,
    HoldsWoken,
    expire_holds,
    wake_holds,
)
from jieyue.circulation.jobs.holds import keep_holds
from jieyue.circulation.models import Hold
from jieyue.libraries.models import SpecialDays
from jieyue.outbox.models import Task
from tests.world import SHANGHAI, World, day

# Monday 2 March; three open days on the shelf: the last is Thursday 5 March.
LAST_MOMENT = datetime(2026, 3, 5, 23, 59, 59, tzinfo=SHANGHAI)


@pytest.fixture
def ready(world: World):
    """Return a hold whose book is on the shelf, and the book."""
    hold = world.hold(world.patron("先到"), world.title("活着"))
    copy = world.copy(hold.title)
    checkin(world.desk(), copy_barcodes=(copy.barcode,))
    Task.objects.all().delete()
    return hold, copy


def run(world: World, days: int) -> dict[str, int]:
    return keep_holds(world.now + timedelta(days=days))


def test_a_book_not_fetched_in_time_goes_to_the_next_reader(world: World, ready) -> None:
    hold, copy = ready
    second = world.hold(world.patron("后到"), hold.title)

    assert run(world, 3) == {"expired": 0, "woken": 0}  # the last day
    assert run(world, 4) == {"expired": 1, "woken": 0}

    hold.refresh_from_db()
    second.refresh_from_db()
    assert (hold.state, hold.ended_why) == ("expired", "not_fetched")
    assert (second.state, second.captured_copy_id) == ("ready", copy.pk)
    assert {(t.kind, t.payload["hold"]) for t in Task.objects.all()} == {
        ("notices.hold_passed_on", hold.public_id),
        ("notices.hold_ready", second.public_id),
    }


@pytest.mark.parametrize("days", [4, 5, 30])
def test_it_counts_as_not_fetched_from_its_last_day_whenever_the_job_runs(
    world: World, ready, days
) -> None:
    """Koha 40636: what expired when depended on the day the job ran."""
    run(world, days)
    [hold] = Hold.objects.all()
    assert (hold.state, hold.ended_at) == ("expired", LAST_MOMENT)


def test_closed_days_do_not_count(world: World) -> None:
    """Koha 40636: five ways in which an expiry meets closed days."""
    mine = {"library_id": world.library.pk, "branch": world.branch}
    world.opens_on_weekdays()
    SpecialDays.objects.create(
        **mine, name="停电", starts_on=day("2026-03-03"), ends_on=day("2026-03-04")
    )
    world.rules_changed()
    hold = world.hold(world.patron(), world.title())
    copy = world.copy(hold.title)

    goes = checkin(world.desk(), copy_barcodes=(copy.barcode,)).results[0].goes

    # Thursday and Friday, then Monday after the weekend.
    assert goes.fetch_by == day("2026-03-09")
    # A closure that comes up later leaves the promised day alone, and so does a late run.
    SpecialDays.objects.create(
        **mine, name="暴雪", starts_on=day("2026-03-09"), ends_on=day("2026-03-10")
    )
    world.rules_changed()
    assert run(world, 7) == {"expired": 0, "woken": 0}
    assert run(world, 12) == {"expired": 1, "woken": 0}


def test_a_book_fetched_or_cancelled_is_left_alone(world: World, ready) -> None:
    hold, copy = ready
    checkout(world.days_later(4), copy_barcodes=(copy.barcode,), card_barcode=card_of(hold))

    assert expire_holds(world.days_later(5), holds=(hold.public_id,)) == HoldsExpired(holds=0)
    hold.refresh_from_db()
    assert hold.state == "fulfilled"


def card_of(hold: Hold) -> str:
    from jieyue.patrons.models import Card

    return Card.objects.get(patron_id=hold.patron_id).barcode


def test_running_twice_changes_nothing_more(world: World, ready) -> None:
    run(world, 9)
    before = list(Hold.objects.values())
    assert run(world, 9) == {"expired": 0, "woken": 0}
    assert list(Hold.objects.values()) == before


def test_suspended_holds_wake_on_their_day(world: World) -> None:
    due = world.hold(
        world.patron(), world.title(), suspended_at=world.now, wakes_on=day("2026-03-04")
    )
    for wakes_on in (day("2026-03-06"), None):
        world.hold(world.patron(), world.title(), suspended_at=world.now, wakes_on=wakes_on)
    assert wake_holds(world.days_later(1), holds=(due.public_id,)) == HoldsWoken(holds=0)
    assert run(world, 3) == {"expired": 0, "woken": 1}
    assert set(Hold.objects.filter(suspended_at=None)) == {due}


def test_each_library_is_kept_in_its_own_zone(world: World) -> None:
    from jieyue.kit.scope import library_scope

    # Noon in Shanghai on the 5th is still the 4th in Honolulu.
    far = World(slug="far", zone="Pacific/Honolulu")
    for place in (world, far):
        with library_scope(place.library.pk):
            hold = place.hold(place.patron(), place.title())
            copy = place.copy(hold.title)
            checkin(place.desk(), copy_barcodes=(copy.barcode,))
            Hold.objects.filter(pk=hold.pk).update(fetch_by=day("2026-03-04"))

    assert run(world, 3) == {"expired": 1, "woken": 0}
    assert run(world, 4) == {"expired": 1, "woken": 0}
