"""What readers want of messages, and what staff decide of them."""

from datetime import time

import pytest

from jieyue.libraries.actions import ForbiddenError, OtherBranchError
from jieyue.libraries.rules.changes import Trouble
from jieyue.libraries.settings.outcomes import NotSaved, Saved
from jieyue.notices.house_rules import Wishes, house_rules, wishes_of
from jieyue.notices.managing import (
    Again,
    NotAgain,
    NotWritten,
    ToldInPerson,
    built_in_words,
    set_notice_rules,
    told_in_person,
    try_again,
    write_words,
)
from jieyue.notices.models import Delivery, NoticeTemplate
from jieyue.notices.rules.texts import Flaw
from jieyue.notices.unsubscribing import leaving_token
from jieyue.notices.wishing import Left, leave, set_wishes
from tests.mailing import MORNING, Clock, at, has_mail, lent, reminded, sent, states
from tests.servers.smtp import MailServer

WISHES = {
    "order": ("sms", "carrier pigeon", "sms"), "off_channels": ("push",),
    "off_kinds": ("due_soon", "overdue"), "quiet_from": time(20), "quiet_until": time(9),
    "language": "en",
}  # fmt: skip
RULES = {
    "days_before": (7, 3, 3), "says_due_today": False, "overdue_days": (1,),
    "hold_days_before": 2, "card_days_before": 0, "skips_closed_days": False,
    "reminds_at": time(7, 30), "sends_from": time(7), "sends_until": time(22),
    "channels": {"due_soon": ("sms", "email"), "receipt": ()}, "order": ("email",),
    "most_a_day": 3, "language": "en", "site_url": "https://lib.example/",
}  # fmt: skip


def test_a_reader_sets_what_they_want_and_is_told_what_they_must_hear(world):
    patron = world.patron()
    set_wishes(world.reader_desk(patron), **WISHES)

    assert wishes_of({patron.pk}) == {
        patron.pk: Wishes(
            order=("sms",), off_channels=("push",), off_kinds=("due_soon",),
            quiet_from=time(20), quiet_until=time(9), language="en",
        )
    }  # fmt: skip
    set_wishes(world.reader_desk(patron), **(WISHES | {"quiet_until": None, "language": "tlh"}))
    assert wishes_of({patron.pk})[patron.pk].quiet_from is None
    assert wishes_of({patron.pk})[patron.pk].language == ""


def test_staff_set_no_wishes_for_nobody(world):
    with pytest.raises(ForbiddenError):
        set_wishes(world.desk(), **WISHES)


def test_the_link_in_a_mail_stops_its_channel_and_keeps_the_rest(world):
    patron = world.patron()
    set_wishes(world.reader_desk(patron), **WISHES)
    nobody = world.desk(permissions=frozenset(), staff_id=None, caller="link")
    token = leaving_token(world.slug, patron.public_id, "email")

    assert leave(nobody, token=token) == Left(channel="email")
    assert leave(nobody, token=token) == Left(channel="email")
    assert wishes_of({patron.pk})[patron.pk].off_channels == ("email", "push")
    assert wishes_of({patron.pk})[patron.pk].order == ("sms",)


def test_a_link_that_is_not_ours_stops_nothing(world):
    patron = world.patron()
    nobody = world.desk(permissions=frozenset(), staff_id=None, caller="link")
    token = leaving_token(world.slug, patron.public_id, "email")
    for wrong in (token[:-1], token.replace("email", "sms"), "", "a.b.c:d",
                  leaving_token("elsewhere", patron.public_id, "email")):  # fmt: skip
        assert leave(nobody, token=wrong) == Left(channel=None)
    assert wishes_of({patron.pk}) == {}


def test_the_library_says_how_it_tells(world):
    assert isinstance(set_notice_rules(world.desk(), **RULES), Saved)
    rules = house_rules()
    assert rules.steps.before == (3, 7)
    assert (rules.overdue_days, rules.most_a_day, rules.language) == ((1,), 3, "en")
    assert rules.ways("due_soon") == ("email", "sms")
    assert rules.ways("receipt") == ()
    assert rules.ways("hold_ready") == ("email", "push", "wechat", "sms")
    assert rules.site_url == "https://lib.example"


@pytest.mark.parametrize(
    "wrong",
    [
        {"days_before": (0,)},
        {"overdue_days": (366,)},
        {"overdue_days": tuple(range(1, 8))},
        {"language": "tlh"},
        {"site_url": "javascript:alert(1)"},
        {"site_url": "https://lib.example/path"},
        {"site_url": "https://user@lib.example"},
        {"site_url": "https://lib.example:port"},
    ],
)
def test_rules_that_make_no_sense_are_not_saved(world, wrong):
    before = house_rules()
    assert set_notice_rules(world.desk(), **(RULES | wrong)) == NotSaved(trouble=Trouble.UNKNOWN)
    assert house_rules() == before


def test_who_works_at_one_branch_sets_nothing_for_all(world):
    desk = world.desk(branch_ids=frozenset({world.branch.pk}))
    with pytest.raises(OtherBranchError):
        set_notice_rules(desk, **RULES)


WORDS = {"kind": "due_soon", "channel": "email", "language": "zh-hans"}


def test_the_library_s_own_words_are_said_until_it_takes_ours_again(world, settings):
    settings.CHANNELS_ALLOW_PRIVATE = True
    clock = Clock(at(world, MORNING))
    write_words(world.desk(), **WORDS, subject="还书啦", text="{reader}同学：{books}")
    with MailServer() as server:
        has_mail(world, server)
        lent(world, "活着", "2026-03-05", world.patron("林晓雨", email="lin@example.com"))
        reminded(world, clock())
        sent(world, clock)
    [mail] = server.mails
    assert mail.letter["Subject"] == "还书啦"
    assert "林晓雨同学：· 《活着》，3月5日" in mail.text

    assert isinstance(built_in_words(world.desk(), **WORDS), Saved)
    assert NoticeTemplate.objects.count() == 0


def test_words_with_an_unknown_blank_are_not_kept(world):
    found = write_words(world.desk(), **WORDS, subject="{titel}", text="{")
    assert found == NotWritten(subject=(Flaw("unknown", "titel"),), text=(Flaw("unclosed"),))
    found = write_words(world.desk(), **(WORDS | {"kind": "frame"}), subject="", text="您好")
    assert found == NotWritten(text=(Flaw("missing", "messages"),))
    for wrong in ({"kind": "nothing"}, {"channel": "pigeon"}, {"language": "tlh"}):
        refused = write_words(world.desk(), **(WORDS | wrong), subject="", text="x")
        assert refused == NotSaved(trouble=Trouble.UNKNOWN)
    assert NoticeTemplate.objects.count() == 0


def unreached(world) -> tuple[Clock, Delivery]:
    clock = Clock(at(world, MORNING))
    lent(world, "活着", "2026-03-05", world.patron())
    reminded(world, clock())
    sent(world, clock)
    return clock, Delivery.objects.get()


def test_staff_try_again_once_the_reader_has_an_address(world, settings):
    settings.CHANNELS_ALLOW_PRIVATE = True
    with MailServer() as server:
        has_mail(world, server)
        clock, delivery = unreached(world)
        desk = world.desk(now=clock())
        assert try_again(desk, delivery=delivery.public_id) == NotAgain(why="no_way")

        delivery.patron.email = "lin@example.com"
        delivery.patron.save()
        assert try_again(desk, delivery=delivery.public_id) == Again(channel="email")
        assert try_again(desk, delivery=delivery.public_id) == NotAgain(why="over")
        sent(world, clock)
        assert len(server.mails) == 1
    assert states() == [("", "failed", ""), ("email", "handed", "")]


def test_staff_tell_a_reader_themselves(world):
    clock, delivery = unreached(world)
    desk = world.desk(now=clock())
    assert told_in_person(desk, delivery=delivery.public_id) == ToldInPerson()
    assert told_in_person(desk, delivery=delivery.public_id) == NotAgain(why="over")
    assert told_in_person(desk, delivery="NOSUCH") == NotAgain(why="unknown")
    assert states() == [("person", "handed", "")]


def test_staff_of_another_branch_leave_it_alone(world):
    clock, delivery = unreached(world)
    desk = world.desk(now=clock(), branch_ids=frozenset({world.east().pk}))
    for press in (try_again, told_in_person):
        with pytest.raises(OtherBranchError):
            press(desk, delivery=delivery.public_id)
