"""No names go to a class teacher's address before somebody showed that it is theirs."""

import re
from threading import Event

import pytest

from jieyue.libraries.rules.changes import Trouble
from jieyue.libraries.settings.outcomes import NotSaved, Saved
from jieyue.notices import weekly_sending
from jieyue.notices.models import NoticeSettings, TeacherDigest, TeacherWish
from jieyue.notices.weekly import (
    confirm_teacher_address,
    prove_weekly,
    send_weekly_now,
    set_teacher_address,
)
from jieyue.notices.weekly_proving import address_hash, proving_code, proving_token
from tests.mailing import Clock, at, lent
from tests.weekly import MONDAY, WANG, on, passed, planned, pupil, rows, teacher


@pytest.fixture
def clock(world) -> Clock:
    return Clock(at(world, MONDAY))


@pytest.fixture
def asked(world, server, clock) -> str:
    """Return the address of a teacher who was asked on Monday."""
    teacher(world, is_proved=False)
    lent(world, "活着", "2026-02-20", pupil(world))
    on(world, clock)
    clock.goes_on(minutes=40)
    assert planned(world, clock) == 1
    passed(clock)
    return WANG


def text_of(mail) -> str:
    return mail.letter.get_body(("plain",)).get_content()


def test_the_first_message_asks_and_names_nobody(world, server, clock, asked):
    [mail] = server.mails
    said = text_of(mail)
    assert mail.recipients == [asked]
    assert "王小明" not in str(mail.letter) + said and "三年级" not in said
    assert rows() == [("handed", "asked")]
    digits = proving_code(world.slug, "wang", asked)
    assert f"{digits[:4]} {digits[4:]}" in said
    assert re.search(r"https://lib\.example\.cn/\S+/confirm/classes/\S+", said)
    passed(clock, times=2)
    assert len(server.mails) == 1


@pytest.mark.parametrize("way", ["code", "link"])
def test_once_confirmed_what_waited_goes_at_once(world, server, clock, asked, way):
    desk = world.desk(now=clock())
    if way == "code":
        code = proving_code(world.slug, "wang", asked)
        done = confirm_teacher_address(desk, login="wang", code=f" {code[:4]} {code[4:]} ")
    else:
        done = prove_weekly(desk, token=proving_token(world.slug, "wang", asked))
    assert isinstance(done, Saved)
    passed(clock)
    assert "王小明" in text_of(server.mails[1])
    assert server.mails[0].letter["Message-ID"] != server.mails[1].letter["Message-ID"]
    assert rows() == [("handed", "")]


def test_another_code_or_address_counts_for_nothing(world, server, clock, asked):
    desk = world.desk(now=clock())
    for code in ("", "12345678", "一二三四", proving_code(world.slug, "li", asked)):
        done = confirm_teacher_address(desk, login="wang", code=code)
        assert done == NotSaved(trouble=Trouble.CODE_WRONG)
    assert TeacherWish.objects.get().confirmed_hash == ""
    old = proving_token(world.slug, "wang", asked)
    set_teacher_address(desk, login="wang", email="other@example.com")
    elsewhere = proving_token("elsewhere", "wang", "other@example.com")
    for token in (old, f"{old}x", elsewhere, ""):
        assert prove_weekly(desk, token=token) == NotSaved(trouble=Trouble.UNKNOWN)
    assert rows() == [("handed", "asked")]


def test_a_changed_address_is_asked_anew(world, server, clock):
    teacher(world)
    lent(world, "活着", "2026-02-20", pupil(world))
    on(world, clock)
    set_teacher_address(world.desk(now=clock()), login="wang", email="new@example.com")
    clock.goes_on(minutes=40)
    planned(world, clock)
    passed(clock)
    assert [mail.recipients for mail in server.mails] == [["new@example.com"]]
    assert "王小明" not in text_of(server.mails[0])
    assert TeacherWish.objects.get().confirmed_hash == address_hash(WANG)


def test_it_is_sent_once_more_by_hand_and_no_second_begins(world, server, clock):
    teacher(world)
    lent(world, "活着", "2026-02-20", pupil(world))
    on(world, clock)
    assert isinstance(send_weekly_now(world.desk(now=clock()), login="wang"), Saved)
    passed(clock)  # before its hour
    assert rows() == [("handed", "")]
    clock.goes_on(minutes=40)
    assert planned(world, clock) == 0
    assert isinstance(send_weekly_now(world.desk(now=clock()), login="wang"), Saved)
    passed(clock)
    assert len(server.mails) == 2 and rows() == [("handed", "")]


def test_what_is_on_its_way_is_left_alone(world, server, clock):
    teacher(world)
    on(world, clock)
    send_weekly_now(world.desk(now=clock()), login="wang")
    until = clock() + weekly_sending.outgoing.LEASE
    TeacherDigest.objects.update(leased_until=until, attempts=1)
    before = TeacherDigest.objects.values().get()
    assert isinstance(send_weekly_now(world.desk(now=clock()), login="wang"), Saved)
    assert TeacherDigest.objects.values().get() == before


@pytest.mark.parametrize("why", ["off", "left", "nobody"])
def test_nothing_is_sent_to_who_wants_none(world, server, clock, why):
    teacher(world)
    on(world, clock)
    if why == "off":
        NoticeSettings.objects.update(weekly=None)
    if why == "left":
        TeacherWish.objects.update(is_off=True)
    login = "nobody" if why == "nobody" else "wang"
    assert send_weekly_now(world.desk(now=clock()), login=login) == NotSaved(
        trouble=Trouble.UNKNOWN
    )
    weekly_sending.send_weekly(clock, Event())
    assert not server.mails and not TeacherDigest.objects.exists()
