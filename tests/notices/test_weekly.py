"""The weekly message to class teachers: one a week, of their own classes, true when it goes."""

import re
from collections.abc import Callable
from datetime import timedelta
from threading import Event

import pytest
from django.db import connection

from jieyue.accounts.models import Account
from jieyue.circulation.models import Loan
from jieyue.libraries.models import Gateway, Role, Staff
from jieyue.notices import weekly_sending
from jieyue.notices.channels.email import Session
from jieyue.notices.jobs import forget_old_notices, forget_teachers
from jieyue.notices.models import NoticeSettings, TeacherDigest, TeacherWish
from jieyue.notices.sending import Sender
from jieyue.notices.teachers import class_news
from jieyue.notices.unreached import means_of
from jieyue.notices.weekly import (
    leave_weekly,
    set_own_weekly,
    weekly_digests,
    weekly_trouble,
)
from jieyue.notices.weekly_leaving import leaving_token
from jieyue.patrons.models import StaffGroup
from tests.mailing import Clock, at, lent
from tests.queries.test_search_plans import asked_of, plan_of
from tests.weekly import MONDAY, WANG, on, passed, planned, pupil, rows, teacher


@pytest.fixture
def clock(world) -> Clock:
    return Clock(at(world, MONDAY))


def test_a_teacher_is_told_once_a_week_who_is_late_and_what_is_due(world, server, clock):
    teacher(world)
    late = pupil(world)
    lent(world, "活着", "2026-02-20", late)
    lent(world, "兄弟", "2026-03-01", late)
    lent(world, "围城", "2026-03-05", pupil(world, "李雷"))
    lent(world, "边城", "2026-03-30", pupil(world, "韩梅"))
    lent(world, "别班的书", "2026-02-20", pupil(world, "别班人", group="三年级3班"))
    world.patron("无路", group_name="三年级2班")
    on(world, clock)

    assert planned(world, clock) == 0  # not yet eight
    clock.goes_on(hours=1)
    assert planned(world, clock) == 1
    assert planned(world, clock) == 0
    passed(clock, 3)

    [mail] = server.mails
    assert mail.recipients == [WANG]
    token = leaving_token(world.slug, "wang")
    page = "?group=%E4%B8%89%E5%B9%B4%E7%BA%A72%E7%8F%AD"
    site = f"https://lib.example.cn/{world.slug}"
    assert mail.letter["Subject"] == "班级借阅周报：1 位读者逾期，1 位读者本周到期"
    assert mail.text.split("\n\n—")[0] == (
        "王老师，您好：\n\n"
        "【三年级2班】4 本在借\n"
        "逾期：1 位读者\n"
        "· 王小明：2 本，已逾期 10 天\n"
        "本周到期：1 位读者\n"
        "· 李雷：1 本，3月5日\n"
        "收不到提醒：1 位读者（无路）\n\n"
        f"借阅清单：{site}/staff/classes/list/{page}\n"
        f"可打印的名单：{site}/staff/classes/sheet/{page}\n\n"
        "书馆 northfield"
    )
    assert f'<a href="{site}/staff/classes/list/{page}">借阅清单</a><br>' in mail.html
    assert mail.letter["List-Unsubscribe"].startswith(f"<{site}/unsubscribe/classes/")
    assert token.split(":")[0] in mail.letter["List-Unsubscribe"]
    assert rows() == [("handed", "")]

    clock.goes_on(days=7)
    assert planned(world, clock) == 1
    passed(clock)
    assert len(server.mails) == 2


def test_titles_are_told_only_where_the_library_says_so(world, server, clock):
    teacher(world)
    lent(world, "活着", "2026-02-20", pupil(world))
    on(world, clock, hour=7, shows_titles=True)
    on(world, clock, hour=8, shows_titles=True)
    clock.goes_on(hours=1)
    planned(world, clock)
    passed(clock)
    assert "· 王小明：1 本，已逾期 10 天 《活着》" in server.mails[0].text


def test_a_teacher_reads_it_in_the_language_of_their_account(world, server, clock):
    staff = teacher(world)
    Account.objects.filter(pk=staff.account_id).update(language="en")
    lent(world, "活着", "2026-03-05", pupil(world))
    on(world, clock)
    clock.goes_on(hours=1)
    planned(world, clock)
    passed(clock)
    assert server.mails[0].letter["Subject"] == (
        "Your classes' books: 0 readers overdue, 1 reader due this week"
    )
    assert "· 王小明: 1 book, 5 Mar" in server.mails[0].text


def test_nothing_to_say_is_not_said(world, server, clock):
    teacher(world)
    lent(world, "边城", "2026-03-30", pupil(world))
    on(world, clock)
    clock.goes_on(hours=1)
    planned(world, clock)
    passed(clock)
    assert (server.mails, rows()) == ([], [("dropped", "nothing")])


def test_what_was_returned_meanwhile_is_not_spoken_of(world, server, clock):
    teacher(world)
    lent(world, "活着", "2026-02-20", pupil(world))
    on(world, clock)
    clock.goes_on(hours=1)
    planned(world, clock)
    Loan.objects.update(returned_at=clock(), ending="returned")
    passed(clock)
    assert (server.mails, rows()) == ([], [("dropped", "nothing")])


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda world: NoticeSettings.objects.update(weekly=None), ("dropped", "off")),
        (lambda world: TeacherWish.objects.update(is_off=True), ("dropped", "left")),
        (lambda world: Staff.objects.update(is_active=False), ("dropped", "left")),
        (lambda world: StaffGroup.objects.all().delete(), ("dropped", "left")),
        (lambda world: TeacherWish.objects.update(email=""), ("given_up", "no_address")),
        (lambda world: Gateway.objects.update(is_active=False), ("given_up", "no_service")),
    ],
)
def test_what_changed_since_is_heeded(world, server, clock, change, expected):
    teacher(world)
    lent(world, "活着", "2026-02-20", pupil(world))
    on(world, clock)
    clock.goes_on(hours=1)
    planned(world, clock)
    change(world)
    passed(clock)
    assert (server.mails, rows()) == ([], [expected])


class KilledError(BaseException):
    """The process is gone."""


@pytest.mark.parametrize("before", [True, False])
def test_killed_in_the_middle_nobody_gets_two_and_nobody_none(
    world, server, clock, before, monkeypatch
):
    teacher(world)
    lent(world, "活着", "2026-02-20", pupil(world))
    on(world, clock)
    clock.goes_on(hours=1)
    planned(world, clock)
    send = Session.send

    def killed(self, address, message, released):
        if before:
            raise KilledError
        send(self, address, message, released)
        raise KilledError

    monkeypatch.setattr(Session, "send", killed)
    with pytest.raises(KilledError):
        passed(clock)
    monkeypatch.setattr(Session, "send", send)
    passed(clock, 2)
    assert len(server.mails) == (0 if before else 1)  # its lease has not ended
    clock.goes_on(minutes=6)
    passed(clock, 2)
    assert (len(server.mails), rows()) == (1, [("handed", "")])


def test_two_workers_at_once_send_one(world, server, clock, monkeypatch):
    teacher(world)
    lent(world, "活着", "2026-02-20", pupil(world))
    on(world, clock)
    clock.goes_on(hours=1)
    planned(world, clock)
    send = Session.send

    def overtaken(self, address, message, released):
        TeacherDigest.objects.update(leased_until=clock() + timedelta(hours=1))
        return send(self, address, message, released)

    monkeypatch.setattr(Session, "send", overtaken)
    passed(clock)
    assert (server.mails, rows()) == ([], [("waiting", "")])


def test_a_server_that_says_no_is_asked_again_later_and_the_others_wait(world, server, clock):
    teacher(world)
    teacher(world, "李老师", email="li@example.com", login="li")
    lent(world, "活着", "2026-02-20", pupil(world))
    on(world, clock)
    clock.goes_on(hours=1)
    planned(world, clock)
    server.answers.append("451 4.3.0 Try again later")
    passed(clock, 3)
    assert (server.mails, [state for state, _ in rows()]) == ([], ["waiting", "waiting"])
    clock.goes_on(minutes=2)
    passed(clock)
    assert sorted(mail.recipients[0] for mail in server.mails) == ["li@example.com", WANG]
    assert rows() == [("handed", ""), ("handed", "")]


def test_an_address_that_is_dead_is_not_tried_a_second_week(world, server, clock):
    teacher(world)
    lent(world, "活着", "2026-02-20", pupil(world))
    on(world, clock)
    server.refuses[WANG] = "550 5.1.1 No such user"
    clock.goes_on(hours=1)
    planned(world, clock)
    passed(clock)
    assert rows() == [("given_up", "no_such_address")]
    server.refuses.clear()
    clock.goes_on(days=7)
    planned(world, clock)
    passed(clock)
    assert rows()[1] == ("given_up", "no_such_address")
    desk = world.desk(staff_id=Staff.objects.get(account__login="wang").pk, now=clock())
    set_own_weekly(desk, wants=True, email=WANG)
    clock.goes_on(days=7)
    planned(world, clock)
    passed(clock)
    assert rows()[2] == ("handed", "")


def test_a_day_old_message_is_given_up_for_staff_to_see(world, server, clock):
    teacher(world)
    lent(world, "活着", "2026-02-20", pupil(world))
    on(world, clock)
    clock.goes_on(hours=1)
    planned(world, clock)
    clock.goes_on(days=1, minutes=1)
    passed(clock)
    assert (server.mails, rows()) == ([], [("given_up", "no_answer")])


def test_whoever_has_the_link_stops_it_and_the_teacher_starts_it_again(world, server, clock):
    staff = teacher(world)
    desk = world.desk(staff_id=None, permissions=frozenset(), caller="nobody")
    for token in ("", "x", leaving_token("elsewhere", "wang"), leaving_token(world.slug, "no")):
        assert leave_weekly(desk, token=token).type == "refused", token
    assert leave_weekly(desk, token=leaving_token(world.slug, "wang")).type == "saved"
    assert TeacherWish.objects.get().is_off
    on(world, clock)
    clock.goes_on(hours=1)
    assert planned(world, clock) == 0
    set_own_weekly(world.desk(staff_id=staff.pk), wants=True, email=WANG)
    assert planned(world, clock) == 1


def test_the_worker_sends_them_with_everything_else(world, server, clock):
    teacher(world)
    lent(world, "活着", "2026-02-20", pupil(world))
    on(world, clock)
    clock.goes_on(hours=1)
    weekly_sending.plan_weekly(clock())
    assert Sender(now=clock).work()
    assert len(server.mails) == 1
    assert forget_old_notices(clock() + timedelta(days=181)) == 1


def test_the_library_s_limit_of_mails_holds_for_these_as_well(world, server, clock):
    teacher(world)
    teacher(world, "李老师", email="li@example.com", login="li")
    lent(world, "活着", "2026-02-20", pupil(world))
    Gateway.objects.update(daily_limit=1)
    on(world, clock)
    clock.goes_on(hours=1)
    planned(world, clock)
    passed(clock, 3)
    assert (len(server.mails), rows()) == (1, [("handed", ""), ("waiting", "over_budget")])


def test_the_address_of_who_has_no_class_any_more_is_forgotten(world):
    teacher(world)
    away = teacher(world, "李老师", login="li")
    StaffGroup.objects.filter(staff=away).delete()
    soon, late = world.now + timedelta(days=179), world.now + timedelta(days=181)
    assert (forget_teachers(soon), forget_teachers(late), forget_teachers(late)) == (0, 1, 0)
    assert TeacherWish.objects.get().staff.name == "王老师"
    Staff.objects.filter(name="王老师").update(is_active=False)
    assert forget_teachers(late) == 1


@pytest.mark.parametrize(
    ("rights", "is_linked"), [(["classes"], True), (["checkout"], True), (["catalog_view"], False)]
)
def test_pages_are_linked_for_who_may_open_them(world, server, clock, rights, is_linked):
    staff = teacher(world)
    role = Role.objects.create(
        library_id=world.library.pk, code="own", name="班主任", permissions=rights
    )
    Staff.objects.filter(pk=staff.pk).update(role=role)
    lent(world, "活着", "2026-02-20", pupil(world))
    on(world, clock)
    clock.goes_on(hours=1)
    planned(world, clock)
    passed(clock)
    assert ("/staff/classes/" in server.mails[0].text) is is_linked


@pytest.mark.skipif(connection.vendor != "sqlite", reason="its own way of explaining")
def test_sqlite_looks_up_what_a_teacher_is_told(world, clock):
    teacher(world)
    lent(world, "活着", "2026-02-20", pupil(world))
    on(world, clock)
    desk, means = world.desk(now=clock()), means_of(world.desk())
    asked: list[Callable[[], object]] = [
        lambda: class_news(desk, means, ["三年级2班"]),
        lambda: weekly_sending.send_weekly(clock, Event()),
        weekly_digests,
        lambda: weekly_trouble(clock()),
    ]
    walks = [
        step
        for work in asked
        for text, params in asked_of(work)
        for step in plan_of(text, params)
        if step.startswith("SCAN") or step.endswith("(library_id=?)")
        if not re.search(r"INDEX teacher_digest_(open|latest)", step)
    ]
    assert walks == []
