"""Purchase wishes: one wish for a book, however many have it."""

from datetime import timedelta

import pytest

from jieyue.circulation.models import Hold
from jieyue.community.actions.outcomes import VoiceRefused, VoiceSaved
from jieyue.community.actions.wishes import (
    Wished,
    decide_wishes,
    leave_wish,
    make_wish,
    support_wish,
)
from jieyue.community.jobs import keep_reserve_wished, tell_wish_answered
from jieyue.community.models import CommunityRules, Wish, WishSupporter
from jieyue.community.rules.faults import Fault, VoiceFault
from jieyue.libraries.worker_desk import worker_desk
from jieyue.notices.models import Notice
from jieyue.outbox.models import Task
from tests.world import World

ISBN = "9787020002207"
BOOK = Wished(isbn="978-7-02-000220-7", name="红楼梦", authors="曹雪芹 著")


def wish(world: World, patron=None, wished: Wished = BOOK, **more):
    return make_wish(world.reader_desk(patron or world.patron()), wished=wished, **more)


def test_the_same_book_by_isbn_or_by_name_is_one_wish_with_supporters(world: World) -> None:
    first = wish(world)
    others = [
        wish(world),
        wish(world, wished=Wished(name="《红楼梦》", authors="曹雪芹")),
        support_wish(world.reader_desk(world.patron()), wish=first.id),
    ]

    assert first == VoiceSaved(id=first.id, state="wished")
    assert others == [VoiceSaved(id=first.id, state="supported")] * 3
    row = Wish.objects.get()
    assert (row.isbn13, row.name, row.supporters) == (ISBN, "红楼梦", 4)


def test_another_isbn_is_another_book(world: World) -> None:
    first = wish(world)
    second = wish(world, wished=Wished(isbn="9787508647357", name="红楼梦", authors="曹雪芹"))
    assert first.id != second.id
    assert Wish.objects.count() == 2


def test_what_the_library_has_is_said_at_once(world: World) -> None:
    copy = world.copy(world.title("红楼梦", isbn13=ISBN))
    outcome = wish(world)
    assert outcome.faults == (Fault(VoiceFault.HAVE_IT, "isbn", copy.title.public_id),)
    copy.standing, copy.withdrawn_at = "withdrawn", world.now
    copy.save()
    assert wish(world).type == "voice_saved"


def test_a_month_has_a_limit_of_new_wishes_and_supporting_is_free(world: World) -> None:
    CommunityRules.objects.create(library=world.library, wishes_per_month=1)
    patron = world.patron()
    mine = wish(world, patron, Wished(name="三体"))
    theirs = wish(world, wished=Wished(name="活着"))
    desk = world.reader_desk(patron)

    assert support_wish(desk, wish=theirs.id) == VoiceSaved(id=theirs.id, state="supported")
    assert wish(world, patron, Wished(name="围城")) == VoiceRefused(
        faults=(Fault(VoiceFault.WISH_LIMIT, "", "1"),)
    )
    assert wish(world, patron, Wished(name="三体")).faults == (
        Fault(VoiceFault.SUPPORTED_ALREADY, "", mine.id),
    )
    later = world.reader_desk(patron, now=world.now + timedelta(days=30))
    assert make_wish(later, wished=Wished(name="围城")).type == "voice_saved"


@pytest.mark.parametrize(
    ("wished", "fault"),
    [
        (Wished(name=" "), Fault(VoiceFault.NAME_MISSING, "name")),
        (Wished(isbn="123", name="书"), Fault(VoiceFault.ISBN_BAD, "isbn")),
        (Wished(name="书" * 301), Fault(VoiceFault.TOO_LONG, "name", "300")),
        (Wished(name="书", year=3000), Fault(VoiceFault.NUMBER_BAD, "year", "2028")),
    ],
)
def test_what_is_no_book_is_refused(world: World, wished: Wished, fault: Fault) -> None:
    assert wish(world, wished=wished).faults == (fault,)
    assert not Wish.objects.exists()


def test_a_wish_that_nobody_has_any_more_is_gone(world: World) -> None:
    patron, other = world.patron(), world.patron()
    one = wish(world, patron).id
    support_wish(world.reader_desk(other), wish=one)

    assert leave_wish(world.reader_desk(patron), wish=one).state == "left"
    assert Wish.objects.get().supporters == 1
    assert leave_wish(world.reader_desk(patron), wish=one).faults[0].code == "voice_unknown"
    leave_wish(world.reader_desk(other), wish=one)
    assert not Wish.objects.exists()


def test_what_arrived_is_linked_told_and_reserved_in_the_order_of_asking(world: World) -> None:
    early, late, neither = (world.patron(name) for name in ("早", "晚", "不留"))
    one = wish(world, early, wants_hold=True).id
    for patron, wants in ((neither, False), (late, True)):
        support_wish(world.reader_desk(patron), wish=one, wants_hold=wants)
    copy = world.copy(world.title("红楼梦", isbn13=ISBN))
    worker = worker_desk(world.library.pk, world.now)

    decide_wishes(world.desk(), wishes=(one,), state="arrived", reason="上架了")
    tasks = {task.kind: task.payload for task in Task.objects.order_by("id")}
    told = [tell_wish_answered(worker, tasks["notices.wish_answered"]).notices for _ in "ab"]
    reserved = [keep_reserve_wished(worker, tasks["community.reserve_wished"]) for _ in "ab"]

    assert told == [3, 0]
    assert reserved == [2, 0]
    assert [hold.patron_id for hold in Hold.objects.order_by("queued_at", "id")] == [
        early.pk, late.pk,
    ]  # fmt: skip
    facts = Notice.objects.filter(kind="wish_answered").first().facts
    assert facts == {
        "wish": one, "state": "arrived", "name": "红楼梦", "title": copy.title.public_id,
    }  # fmt: skip
    assert support_wish(world.reader_desk(world.patron()), wish=one).faults == (
        Fault(VoiceFault.WISH_ENDED),
    )


def test_declining_takes_a_reason_and_many_change_at_once_each_told_once(world: World) -> None:
    wishes = tuple(wish(world, wished=Wished(name=name)).id for name in ("甲", "乙"))
    desk = world.desk()

    bare = decide_wishes(desk, wishes=wishes, state="declined")
    assert bare == VoiceRefused(faults=(Fault(VoiceFault.REASON_MISSING, "reason"),))
    for _ in range(2):
        decide_wishes(desk, wishes=wishes, state="declined", reason="已绝版")
    assert Task.objects.filter(kind="notices.wish_answered").count() == 2
    assert set(Wish.objects.values_list("state", "reason")) == {("declined", "已绝版")}


def test_a_declined_wish_can_be_wished_again_and_is_not_open_twice(world: World) -> None:
    old = wish(world).id
    decide_wishes(world.desk(), wishes=(old,), state="declined", reason="太贵")
    new = wish(world).id
    assert new != old
    outcome = decide_wishes(world.desk(), wishes=(old,), state="considered")
    assert outcome == VoiceRefused(faults=(Fault(VoiceFault.WISH_ENDED),))
    assert WishSupporter.objects.count() == 2
