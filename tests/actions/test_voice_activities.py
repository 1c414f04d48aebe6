"""Activities: written, signed up for, cancelled; never one reader too many."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from jieyue.community.actions.activities import (
    Event,
    cancel_activity,
    publish_activity,
    write_activity,
)
from jieyue.community.actions.outcomes import VoiceRefused, VoiceSaved
from jieyue.community.actions.sign_ups import leave_activity, sign_up, tick_activity
from jieyue.community.jobs import tell_activity
from jieyue.community.models import Activity, SignUp
from jieyue.community.rules.faults import Fault, VoiceFault
from jieyue.libraries.worker_desk import worker_desk
from jieyue.notices.models import Notice
from jieyue.outbox.models import Task
from tests.world import World

STARTS = datetime(2026, 3, 7, 14, 0)


def event(**changes: Any) -> Event:
    values = {
        "name": "亲子阅读", "text": "一起读绘本", "starts": STARTS,
        "ends": STARTS + timedelta(hours=2), "places": 1,
    }  # fmt: skip
    return Event(**(values | changes))


def published(world: World, **changes: Any) -> str:
    made = write_activity(world.desk(), event=event(**changes))
    assert isinstance(made, VoiceSaved), made
    publish_activity(world.desk(), activity=made.id)
    return made.id


def joins(world: World, activity: str, patron=None):
    return sign_up(world.reader_desk(patron or world.patron()), activity=activity)


def tell_all(world: World, now=None) -> int:
    worker = worker_desk(world.library.pk, now or world.now)
    tasks = list(Task.objects.filter(kind="notices.activity").order_by("id"))
    told: list[int] = [tell_activity(worker, task.payload).notices for task in tasks]
    return sum(told)


def test_the_last_place_is_given_once_and_who_waits_moves_up(world: World) -> None:
    one = published(world)
    first, second, third = (joins(world, one) for _ in range(3))
    assert [outcome.state for outcome in (first, second, third)] == ["comes", "waits", "waits"]

    reader = world.reader_desk(SignUp.objects.get(public_id=first.id).patron)
    assert leave_activity(reader, sign_up=first.id).state == "cancelled"
    states = dict(SignUp.objects.values_list("public_id", "state"))
    assert states == {first.id: "cancelled", second.id: "comes", third.id: "waits"}
    assert Activity.objects.get().taken == 1
    tell_all(world)
    said = [n.facts["news"] for n in Notice.objects.order_by("id")]
    assert sorted(said) == ["moved_up", "signed_up", "waits"]


def test_more_places_let_those_who_wait_move_up_and_fewer_than_come_are_refused(
    world: World,
) -> None:
    one = published(world)
    for _ in range(3):
        joins(world, one)
    assert write_activity(world.desk(), event=event(places=2), activity=one).type == "voice_saved"
    assert SignUp.objects.filter(state="comes").count() == 2
    assert write_activity(world.desk(), event=event(places=1), activity=one) == VoiceRefused(
        faults=(Fault(VoiceFault.PLACES_TAKEN, "places", "2"),)
    )


def test_nobody_signs_up_twice_and_without_a_waiting_list_it_is_full(world: World) -> None:
    one, patron = published(world, has_waiting_list=False), world.patron()
    assert joins(world, one, patron).state == "comes"
    assert joins(world, one, patron).faults == (Fault(VoiceFault.SIGNED_UP_ALREADY),)
    assert joins(world, one).faults == (Fault(VoiceFault.FULL),)


@pytest.mark.parametrize(
    ("terms", "reader", "code"),
    [
        ({"min_age": 6, "max_age": 9}, {"born_on": "2010-01-01"}, VoiceFault.WRONG_AGE),
        ({"min_age": 6}, {"born_on": "2020-03-08"}, VoiceFault.WRONG_AGE),
        ({"needs_sign_up": False}, {}, VoiceFault.NO_SIGN_UP),
        ({"sign_up_from": STARTS - timedelta(days=1)}, {}, VoiceFault.SIGN_UP_NOT_YET),
        ({"sign_up_until": STARTS - timedelta(days=6)}, {}, VoiceFault.SIGN_UP_OVER),
    ],
)
def test_who_may_not_come_is_told_why(world: World, terms, reader, code) -> None:
    one = published(world, **terms)
    outcome = joins(world, one, world.patron(**reader))
    assert [fault.code for fault in outcome.faults] == [code]
    assert not SignUp.objects.exists()


def test_an_age_is_that_of_the_day_and_an_unknown_one_is_believed(world: World) -> None:
    one = published(world, min_age=6, places=None)
    assert joins(world, one, world.patron(born_on="2020-03-07")).state == "comes"
    assert joins(world, one).state == "comes"


def test_other_cards_are_for_others(world: World) -> None:
    one = published(world, categories=("adult",))
    assert joins(world, one).state == "comes"
    assert write_activity(world.desk(), event=event(categories=("pilot",))).faults == (
        Fault(VoiceFault.CHOICE_BAD, "categories"),
    )


def test_calling_it_off_tells_everybody_who_comes_or_waits_once(world: World) -> None:
    one = published(world)
    for _ in range(3):
        joins(world, one)
    gone = SignUp.objects.order_by("id").last()
    leave_activity(world.reader_desk(gone.patron), sign_up=gone.public_id)
    cancel_activity(world.desk(), activity=one, reason="讲师生病")

    assert tell_all(world) == 2
    assert tell_all(world) == 0
    assert {(n.facts["news"], n.facts["why"]) for n in Notice.objects.all()} == {
        ("cancelled", "讲师生病")
    }
    assert joins(world, one).faults[0].code == "activity_cancelled"


def test_another_time_is_told_to_all_who_come(world: World) -> None:
    one = published(world)
    joins(world, one)
    Task.objects.all().delete()
    moved = STARTS + timedelta(days=1)
    changed = event(starts=moved, ends=moved + timedelta(hours=2), text="改期")
    write_activity(world.desk(), event=changed, activity=one)
    assert tell_all(world) == 1
    facts = Notice.objects.get().facts
    assert (facts["news"], facts["on"], facts["time"]) == ("moved", "2026-03-08", "14:00")


def test_an_hour_that_the_clock_skips_is_refused_and_local_time_is_kept() -> None:
    from zoneinfo import ZoneInfo

    from jieyue.community.rules.moments import moment_of

    berlin = ZoneInfo("Europe/Berlin")
    skipped = datetime(2026, 3, 29, 2, 30)
    assert moment_of(skipped, berlin) is None
    for day, hour in ((28, 13), (30, 12)):
        made = moment_of(datetime(2026, 3, day, 14, 0), berlin)
        assert made is not None
        assert made.hour == hour


def test_staff_sign_readers_up_past_the_date_and_tick_who_came(world: World) -> None:
    one = published(world, places=None, sign_up_until=STARTS - timedelta(days=6))
    here, away = world.patron(), world.patron()
    ids = [sign_up(world.desk(), activity=one, patron=p.public_id).id for p in (here, away)]
    tick_activity(world.desk(), activity=one, came=(ids[0],), listed=tuple(ids))
    assert dict(SignUp.objects.values_list("patron_id", "came")) == {here.pk: True, away.pk: False}
    unknown = sign_up(world.desk(), activity=one, patron="nobody")
    assert unknown.faults == (Fault(VoiceFault.PATRON_UNKNOWN, "patron"),)
