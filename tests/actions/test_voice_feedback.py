"""Writing to the library, and its answer."""

from dataclasses import replace
from datetime import timedelta

import pytest

from jieyue.community.actions.feedback import (
    Sender,
    answer_feedback,
    assign_feedback,
    close_feedback,
    follow_up,
    note_feedback,
    send_feedback,
)
from jieyue.community.actions.outcomes import VoiceRefused, VoiceSaved
from jieyue.community.jobs import forget_senders, tell_feedback_answered
from jieyue.community.models import CommunityRules, Feedback, FeedbackLine
from jieyue.community.rules.faults import Fault, VoiceFault
from jieyue.libraries.actions import ForbiddenError, OtherBranchError
from jieyue.libraries.desk import Door
from jieyue.libraries.models import IdempotencyKey
from jieyue.libraries.worker_desk import worker_desk
from jieyue.notices.models import Notice
from jieyue.outbox.models import Task
from tests.world import World


def visitor(world: World, **changes):
    return world.desk(
        permissions=frozenset(), caller="visitor", staff_id=None, door=Door.READER, **changes
    )


def written(world: World, patron, text: str = "童书区的灯坏了") -> str:
    outcome = send_feedback(world.reader_desk(patron), kind="problem", text=text)
    assert isinstance(outcome, VoiceSaved)
    return outcome.id


def test_a_reader_writes_staff_answer_the_reader_is_told_and_follows_up_once(world: World) -> None:
    patron = world.patron()
    reader, staff = world.reader_desk(patron), world.desk()
    one = written(world, patron)

    early = follow_up(reader, feedback=one, text="还没修")
    note_feedback(staff, feedback=one, text="已报修")
    answer_feedback(staff, feedback=one, text="今天修好了，谢谢！")
    task = Task.objects.get(kind="notices.feedback_answered")
    worker = worker_desk(world.library.pk, world.now)
    told = [tell_feedback_answered(worker, task.payload).notices for _ in range(2)]
    more = follow_up(reader, feedback=one, text="还有一盏")
    again = follow_up(reader, feedback=one, text="还有两盏")

    assert early == VoiceRefused(faults=(Fault(VoiceFault.NOT_ANSWERED),))
    assert told == [1, 0]
    assert Notice.objects.get().facts == {"feedback": one}
    assert more == VoiceSaved(id=one, state="new")
    assert again == VoiceRefused(faults=(Fault(VoiceFault.FOLLOWED_UP),))
    row = Feedback.objects.get()
    assert (row.state, row.branch_id, row.patron_id) == ("new", world.branch.pk, patron.pk)
    assert list(FeedbackLine.objects.order_by("id").values_list("kind", "staff_id")) == [
        ("note", world.staff.pk), ("answer", world.staff.pk), ("follow_up", None),
    ]  # fmt: skip


def test_another_reader_cannot_follow_up(world: World) -> None:
    one = written(world, world.patron())
    answer_feedback(world.desk(), feedback=one, text="好的")
    outcome = follow_up(world.reader_desk(world.patron()), feedback=one, text="我也是")
    assert outcome == VoiceRefused(faults=(Fault(VoiceFault.UNKNOWN),))
    assert FeedbackLine.objects.count() == 1


def test_a_visitor_leaves_a_way_to_answer_that_the_database_cannot_read(world: World) -> None:
    sender = Sender(address="203.0.113.7", contact="13800001111")
    outcome = send_feedback(visitor(world, key="once"), kind="idea", text="加开夜场", sender=sender)
    again = send_feedback(visitor(world, key="once"), kind="idea", text="加开夜场", sender=sender)

    assert outcome == again
    row = Feedback.objects.get()
    assert (row.contact, row.patron_id, len(row.public_id)) == ("13800001111", None, 16)
    kept = Feedback.objects.extra(select={"raw": "contact"}).values_list("raw", flat=True)
    assert "13800001111" not in kept[0]
    assert "203.0.113.7" not in repr(sender) + IdempotencyKey.objects.get().fingerprint
    assert forget_senders(world.now + timedelta(hours=23)) == 0
    assert forget_senders(world.now + timedelta(hours=25)) == 1
    assert Feedback.objects.get().sender_hash == ""


def test_one_address_cannot_flood_the_library_and_all_together_cannot_either(
    world: World,
) -> None:
    def send(address: str, **changes):
        sender = Sender(address=address)
        return send_feedback(visitor(world, **changes), kind="idea", text="夜场", sender=sender)

    first = [send("203.0.113.7").type for _ in range(6)]
    assert first == ["voice_saved"] * 5 + ["refused"]
    assert send("203.0.113.8").type == "voice_saved"
    assert send("203.0.113.7", now=world.now + timedelta(minutes=61)).type == "voice_saved"
    for number in range(60):
        outcome = send(f"198.51.100.{number}")
    assert outcome == VoiceRefused(faults=(Fault(VoiceFault.TOO_MANY_SENT),))
    assert written(world, world.patron())  # readers are not kept out by visitors


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"text": "  "}, Fault(VoiceFault.TEXT_MISSING, "text")),
        ({"text": "长" * 2001}, Fault(VoiceFault.TOO_LONG, "text", "2000")),
        ({"kind": "threat"}, Fault(VoiceFault.CHOICE_BAD, "kind")),
        ({"branch": "moon"}, Fault(VoiceFault.BRANCH_UNKNOWN, "branch")),
        ({"about": "page:/" + "x" * 120}, Fault(VoiceFault.TOO_LONG, "about", "120")),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(world: World, given, fault: Fault) -> None:
    desk = world.reader_desk(world.patron())
    outcome = send_feedback(desk, **({"kind": "idea", "text": "灯"} | given))
    assert outcome == VoiceRefused(faults=(fault,))
    assert Feedback.objects.count() == 0


def test_a_library_may_take_none_or_none_of_visitors(world: World) -> None:
    rules = CommunityRules.objects.create(library=world.library, takes_visitors=False)
    sender = Sender(address="203.0.113.7")
    closed = VoiceRefused(faults=(Fault(VoiceFault.NOT_TAKEN),))
    assert send_feedback(visitor(world), kind="idea", text="灯", sender=sender) == closed
    assert written(world, world.patron())
    rules.takes_feedback = False
    rules.save()
    desk = world.reader_desk(world.patron())
    assert send_feedback(desk, kind="idea", text="灯") == closed
    with pytest.raises(ForbiddenError):
        send_feedback(visitor(world), kind="idea", text="灯")


def test_staff_of_one_branch_answer_what_is_said_of_it_and_nothing_else(world: World) -> None:
    east = world.east()
    here, there = written(world, world.patron()), written(world, world.patron(branch=east))
    desk = replace(world.desk(), branch_ids=frozenset({east.pk}))

    with pytest.raises(OtherBranchError):
        answer_feedback(desk, feedback=here, text="好")
    assert answer_feedback(desk, feedback=there, text="好", closes=True).state == "closed"
    assert close_feedback(desk, feedback=(here,)) == VoiceRefused(
        faults=(Fault(VoiceFault.UNKNOWN),)
    )
    assert close_feedback(world.desk(), feedback=(here, there)).id == here
    assert close_feedback(world.desk(), feedback=(here,)).faults[0].code == "closed_already"
    assert assign_feedback(world.desk(), feedback=here, staff=world.staff.pk).type == "voice_saved"
    assert Feedback.objects.get(public_id=here).assigned_to_id == world.staff.pk
    with pytest.raises(ForbiddenError):
        answer_feedback(world.reader_desk(world.patron()), feedback=here, text="我来答")
