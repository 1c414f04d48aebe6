"""Messages to groups: to those who agreed, once, a few a month, until they are stopped."""

from datetime import timedelta
from typing import Any

import pytest

from jieyue.circulation.actions.checkout import checkout
from jieyue.community.actions.messages import (
    MessageStep,
    note_left,
    open_message,
    send_message,
    stop_message,
    write_message,
)
from jieyue.community.actions.outcomes import VoiceRefused, VoiceSaved
from jieyue.community.jobs import keep_send_message, tell_message
from jieyue.community.models import CommunityRules, GroupMessage, MessageRecipient
from jieyue.community.queries.audience import reached
from jieyue.community.queries.messages import CameOf, came_of
from jieyue.community.rules.audience import Audience
from jieyue.community.rules.faults import Fault, VoiceFault
from jieyue.libraries.actions import ForbiddenError, OtherBranchError
from jieyue.libraries.rules.permissions import LIBRARIAN, Permission
from jieyue.libraries.worker_desk import worker_desk
from jieyue.notices.models import Notice
from jieyue.outbox.models import Task
from jieyue.patrons.joining.consents import give_consent, texts
from tests.world import World


def agrees(world: World, patron, *kinds: str) -> Any:
    for kind in kinds or ("messages",):
        version = texts()[kind].version
        asked = {"kind": kind, "version": version, "language": "zh"}
        given = give_consent(world.desk(), patron=patron.public_id, **asked)
        assert given.type == "consent_given", given
    return patron


def written(world: World, **audience: Any) -> str:
    made = write_message(
        world.desk(), name="新书到馆", text="来看看吧", audience=Audience(**audience)
    )
    assert isinstance(made, VoiceSaved)
    return made.id


def sent(world: World, message: str, now=None) -> list[str]:
    """Send it, keep every promise, and return the names of those who got it."""
    desk = world.desk(now=now or world.now)
    assert send_message(desk, message=message).type == "voice_saved"
    worker = worker_desk(world.library.pk, desk.now)
    while task := Task.objects.filter(kind="community.send_message").first():
        task.delete()
        keep_send_message(worker, task.payload)
    for task in Task.objects.filter(kind="notices.message"):
        tell_message(worker, task.payload)
    got = MessageRecipient.objects.filter(message__public_id=message)
    return sorted(got.values_list("patron__name", flat=True))


def test_only_who_agreed_gets_it_and_everybody_once(world: World) -> None:
    agrees(world, world.patron("甲"))
    world.patron("乙")
    one = written(world)

    assert sent(world, one) == ["甲"]
    assert Notice.objects.get().facts["name"] == "新书到馆"
    row = GroupMessage.objects.get()
    assert (row.state, row.matched, row.without_consent, row.sent) == ("sent", 2, 1, 1)
    assert send_message(world.desk(), message=one).faults[0].code is VoiceFault.SENT_ALREADY


def test_a_reader_hears_only_so_often_in_a_month(world: World) -> None:
    CommunityRules.objects.create(library=world.library, messages_per_month=1)
    agrees(world, world.patron("甲"))

    assert sent(world, written(world)) == ["甲"]
    assert sent(world, written(world)) == []
    assert sent(world, written(world), now=world.now + timedelta(days=30)) == ["甲"]
    CommunityRules.objects.update(messages_per_month=0)
    outcome = send_message(world.desk(), message=written(world))
    assert outcome == VoiceRefused(faults=(Fault(VoiceFault.NOT_TAKEN),))


def test_the_filters_find_whom_they_name(world: World) -> None:
    borrows = agrees(world, world.patron("借", group_name="三2班"), "messages", "history")
    quiet = agrees(world, world.patron("读"), "messages")  # not to the use of their history
    old = world.now - timedelta(days=90)
    type(quiet).objects.update(created_at=old)
    for patron in (borrows, quiet):
        copy = world.copy(world.title("化学", clc="O6"))
        checkout(world.desk(), copy_barcodes=(copy.barcode,), card_barcode=patron.card)
    away = world.patron("远")
    type(away).objects.filter(pk=away.pk).update(created_at=old)
    agrees(world, away)

    def found(now=None, **audience: Any) -> int:
        return reached(world.desk(now=now or world.now), Audience(**audience), None).consented

    late = world.now + timedelta(days=40)
    assert found() == 3
    assert found(group="三2班") == 1
    assert found(category="adult") == 3
    assert found(subject="O") == 1
    assert found(subject="I") == 0
    assert found(unseen_days=60) == 1
    assert found(late, overdue=True) == 2
    assert found(late, unseen_days=30) == 3


def test_a_preview_says_how_many_no_channel_reaches(world: World) -> None:
    agrees(world, world.patron("甲"))
    world.patron("乙")
    found = reached(world.desk(), Audience(), None)
    assert (found.matched, found.consented, found.over_limit, found.unreached) == (2, 1, 0, 1)
    other = reached(world.desk(), Audience(), world.east().pk)
    assert (other.matched, other.consented) == (0, 0)


def test_it_is_stopped_between_two_steps_and_goes_to_nobody_more(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jieyue.community.actions.messages.BATCH", 1)
    for name in ("甲", "乙", "丙"):
        agrees(world, world.patron(name))
    one = written(world)
    send_message(world.desk(), message=one)
    worker = worker_desk(world.library.pk, world.now)
    payload = Task.objects.get(kind="community.send_message").payload

    first = keep_send_message(worker, payload)
    stop_message(world.desk(), message=one)
    second = keep_send_message(worker, payload)

    assert first == MessageStep(readers=1, is_last=False)
    assert second == MessageStep(readers=0, is_last=True)
    assert GroupMessage.objects.get().state == "stopped"
    assert MessageRecipient.objects.count() == 1


def test_one_for_later_can_be_called_off_and_its_old_promise_sends_nothing(world: World) -> None:
    agrees(world, world.patron("甲"))
    one = written(world)
    at = (world.now + timedelta(hours=20)).astimezone(world.desk().zone).replace(tzinfo=None)
    assert send_message(world.desk(), message=one, at=at).state == "scheduled"
    task = Task.objects.get(kind="community.send_message")
    assert task.run_at == world.now + timedelta(hours=20)
    assert stop_message(world.desk(), message=one).state == "draft"
    worker = worker_desk(world.library.pk, task.run_at)
    assert keep_send_message(worker, task.payload).readers == 0
    past = send_message(world.desk(), message=one, at=at - timedelta(days=2))
    assert past.faults == (Fault(VoiceFault.TIME_PAST, "at"),)


def test_what_came_of_it_is_counted(world: World) -> None:
    reader = agrees(world, world.patron("甲"))
    other = agrees(world, world.patron("乙"))
    one = written(world)
    sent(world, one)
    mine = MessageRecipient.objects.get(patron=reader).public_id
    later = world.now + timedelta(days=3)
    open_message(world.reader_desk(reader, now=later), recipient=mine)
    note_left(world.reader_desk(reader, now=later), recipient=mine)
    copy = world.copy()
    checkout(world.desk(now=later), copy_barcodes=(copy.barcode,), card_barcode=reader.card)
    late = world.copy()
    checkout(
        world.desk(now=world.now + timedelta(days=15)),
        copy_barcodes=(late.barcode,), card_barcode=other.card,
    )  # fmt: skip

    assert came_of(one) == CameOf(sent=2, delivered=0, opened=1, borrowed=1, left=1)
    assert open_message(world.reader_desk(other), recipient=mine).type == "refused"


def test_whoever_lacks_the_right_or_works_elsewhere_sends_nothing(world: World) -> None:
    east = world.east()
    one = written(world)
    desk = world.desk(permissions=LIBRARIAN - {Permission.MESSAGES})
    with pytest.raises(ForbiddenError):
        send_message(desk, message=one)
    single = world.desk(branch_ids=frozenset({east.pk}))
    with pytest.raises(OtherBranchError):
        send_message(single, message=one)
    with pytest.raises(OtherBranchError):
        write_message(single, name="x", text="x", audience=Audience())
    made = write_message(single, name="x", text="x", audience=Audience(), branch="east")
    assert made.type == "voice_saved"
    assert send_message(single, message=made.id).faults == (Fault(VoiceFault.NOBODY),)
