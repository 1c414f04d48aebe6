"""Messages on their way out: once, only what is true, by the next way when one does not work."""

import json

import pytest
from django.test import override_settings

from jieyue.circulation.actions.checkin import checkin
from jieyue.circulation.actions.renew import renew
from jieyue.libraries.models import Gateway
from jieyue.libraries.worker_desk import worker_desk
from jieyue.notices.channels.base import Failed
from jieyue.notices.handing import house
from jieyue.notices.models import Delivery, Notice, NoticePreference, NoticeSettings
from jieyue.notices.sending import Sender
from tests.mailing import at, has_mail, lent, reminded, sent, states
from tests.servers.smtp import MailServer


def test_a_reader_hears_in_one_mail_of_everything_that_is_due(world, server, clock):
    patron = world.patron("林晓雨", email="lin@example.com")
    lent(world, "活着", "2026-03-05", patron)
    lent(world, "兄弟", "2026-03-02", patron)
    lent(world, "许三观卖血记", "2026-02-23", patron)

    assert reminded(world, clock()) == 3
    sent(world, clock)

    [mail] = server.mails
    assert mail.recipients == ["lin@example.com"]
    assert mail.letter["Subject"] == "书馆 northfield：3 条消息"
    assert mail.text.split("\n\n—")[0] == (
        "林晓雨，您好：\n\n"
        "您借的书已经逾期：\n· 《许三观卖血记》，应还日期2月23日，已逾期7天\n\n"
        "请尽快归还，可能有别的读者在等。\n\n"
        "您借的书今天到期：\n· 《兄弟》，3月2日\n\n请今天归还，或办理续借。\n\n"
        "您借的书快到期了：\n· 《活着》，3月5日\n\n请按时归还，或办理续借。\n\n"
        "书馆 northfield\n"
    )
    assert states() == [("email", "handed", "")]
    delivery = Delivery.objects.get()
    assert (delivery.reference, delivery.attempts) == (delivery.public_id, 1)


def test_the_next_pass_sends_nothing_again(world, server, clock):
    lent(world, "活着", "2026-03-05")
    reminded(world, clock())
    sent(world, clock)

    assert reminded(world, clock()) == 0
    clock.goes_on(minutes=30)
    sent(world, clock)
    assert len(server.mails) == 1


def test_a_book_that_came_back_meanwhile_is_left_out(world, server, clock):
    patron = world.patron(email="lin@example.com")
    back = lent(world, "活着", "2026-03-05", patron)
    lent(world, "兄弟", "2026-03-05", patron)
    reminded(world, clock())
    Sender(now=clock).work()  # planned, and sent: so plan by hand
    server.mails.clear()
    Delivery.objects.update(state="waiting", ended_at=None)

    checkin(world.desk(now=clock()), copy_barcodes=(back.copy.barcode,))
    sent(world, clock)

    [mail] = server.mails
    assert "活着" not in mail.text
    assert "· 《兄弟》，3月5日" in mail.text


@pytest.mark.parametrize("how", ["returned", "renewed", "lost", "claimed", "moved"])
def test_nobody_is_reminded_of_what_is_settled_after_planning(world, server, clock, how):
    loan = lent(world, "活着", "2026-03-05")
    clock.goes_on(minutes=-10)
    reminded(world, clock())
    sent(world, clock)  # planned for nine o'clock
    assert states() == [("email", "waiting", "")]

    if how == "returned":
        checkin(world.desk(now=clock()), copy_barcodes=(loan.copy.barcode,))
    elif how == "renewed":
        renew(world.desk(now=clock()), loans=(loan.public_id,))
    elif how == "lost":
        loan.lost_at, loan.lost_how = clock(), "reader"
    elif how == "claimed":
        loan.claimed_at = clock()
    else:
        loan.due_at = at(world, "2026-03-09T23:59:59")
    if how in {"lost", "claimed", "moved"}:
        loan.save()
    clock.goes_on(minutes=10)
    sent(world, clock)

    assert server.mails == []
    assert states() == [("email", "dropped", "not_true")]


def test_what_the_reader_has_read_already_is_not_sent(world, server, clock):
    lent(world, "活着", "2026-03-05")
    reminded(world, clock())
    Notice.objects.update(read_at=clock())
    sent(world, clock)

    assert server.mails == []
    assert states() == [("email", "dropped", "seen")]


def test_nothing_goes_in_quiet_hours_and_all_of_it_in_the_morning(world, server, clock):
    patron = world.patron(email="lin@example.com")
    NoticePreference.objects.create(
        library_id=world.library.pk, patron=patron, changed_at=clock(),
        quiet_from_time="20:00", quiet_until_time="10:00",
    )  # fmt: skip
    lent(world, "活着", "2026-03-05", patron)
    reminded(world, clock())
    sent(world, clock)
    assert server.mails == []
    assert Delivery.objects.get().due_at == at(world, "2026-03-02T10:00")

    clock.goes_on(hours=1)
    sent(world, clock)
    assert len(server.mails) == 1


def test_a_worker_that_was_off_in_the_day_waits_for_the_next_morning(world, server, clock):
    lent(world, "活着", "2026-03-05")
    reminded(world, clock())
    Sender(now=clock, stop=_set()).work()  # planned only
    assert states() == [("email", "waiting", "")]

    clock.goes_on(hours=13)  # ten in the evening
    sent(world, clock)
    assert server.mails == []
    clock.goes_on(hours=10)
    sent(world, clock)
    assert len(server.mails) == 1


def test_a_reader_without_any_address_is_shown_to_staff(world, server, clock):
    lent(world, "活着", "2026-03-05", world.patron())
    reminded(world, clock())
    sent(world, clock)

    delivery = Delivery.objects.get()
    assert (delivery.channel, delivery.state) == ("", "unreached")
    assert delivery.passed_over == {
        "push": "no_address", "wechat": "no_service", "email": "no_address",
    }  # fmt: skip


def test_what_reaches_nobody_stands_together(world, server, clock):
    patron = world.patron()
    lent(world, "活着", "2026-03-05", patron)
    lent(world, "兄弟", "2026-03-06", patron)
    reminded(world, clock())
    sent(world, clock)
    clock.goes_on(days=1)
    reminded(world, clock())
    sent(world, clock)

    assert states() == [("", "unreached", "")]


def test_an_address_that_is_gone_is_left_for_the_next_way(world, server, clock, settings):
    server.refuses["gone@example.com"] = "550 5.1.1 No such user"
    lent(world, "活着", "2026-03-05", world.patron(email="gone@example.com"))
    reminded(world, clock())
    sent(world, clock)

    assert states() == [("email", "given_up", "no_such_address")]
    assert "gone@example.com" not in Delivery.objects.get().detail


def test_a_service_that_is_down_is_tried_again_later(world, server, clock):
    server.answers.append("451 4.3.0 Try later")
    lent(world, "活着", "2026-03-05")
    reminded(world, clock())
    sender = sent(world, clock)
    assert states() == [("email", "waiting", "try_later")]
    assert Delivery.objects.get().due_at == at(world, "2026-03-02T09:01")

    clock.goes_on(minutes=1)
    sent(world, clock, sender)
    assert states() == [("email", "handed", "")]
    assert len(server.mails) == 1


def test_a_wrong_password_lets_the_service_rest_instead_of_failing_for_everybody(world, clock):
    with (
        override_settings(CHANNELS_ALLOW_PRIVATE=True),
        MailServer(user="u", password="p") as server,
    ):
        has_mail(world, server)
        wrong = server.settings | {"password": "wrong"}
        Gateway.objects.update(settings=json.dumps(wrong))
        for _ in range(3):
            lent(world, "活着", "2026-03-05")
        reminded(world, clock())
        sender = sent(world, clock)
        assert sorted(Delivery.objects.values_list("attempts", flat=True)) == [0, 0, 1]

        Gateway.objects.all().delete()
        has_mail(world, server)
        clock.goes_on(minutes=5)
        sent(world, clock, sender)
        assert len(server.mails) == 3


def test_a_dead_service_gives_way_after_four_hours(world, clock, settings):
    settings.CHANNELS_ALLOW_PRIVATE = True
    with MailServer() as server:
        has_mail(world, server)
    for _ in range(5):
        lent(world, "活着", "2026-03-05")
    reminded(world, clock())
    sender = Sender(now=clock)
    for _ in range(30):
        sent(world, clock, sender)
        clock.goes_on(minutes=10)

    assert {state for _, state, _ in states()} == {"given_up"}


def test_a_lease_that_ended_goes_again_under_the_same_id(world, server, clock):
    lent(world, "活着", "2026-03-05")
    reminded(world, clock())
    sent(world, clock)
    [first] = server.mails
    # The worker died after the server's yes and before it could write it down.
    Delivery.objects.update(
        state="waiting", ended_at=None, leased_until=clock.moment.replace(minute=5)
    )
    sent(world, clock)
    assert len(server.mails) == 1  # another may still be at it

    clock.goes_on(minutes=6)
    sent(world, clock)
    [_, again] = server.mails
    assert again.letter["Message-ID"] == first.letter["Message-ID"]
    assert states() == [("email", "handed", "")]


def test_one_too_many_in_a_day_waits_for_tomorrow(world, server, clock):
    NoticeSettings.objects.create(library_id=world.library.pk, most_a_day=1)
    patron = world.patron(email="lin@example.com")
    lent(world, "活着", "2026-03-05", patron)
    reminded(world, clock())
    sent(world, clock)
    lent(world, "兄弟", "2026-03-02", patron)
    NoticeSettings.objects.update(reminded_on=None)
    clock.goes_on(hours=3)
    reminded(world, clock())
    sent(world, clock)

    assert len(server.mails) == 1
    assert Delivery.objects.latest("id").due_at == at(world, "2026-03-03T09:00")


def test_a_reader_who_left_a_channel_or_a_kind_is_not_written_to(world, server, clock):
    patron = world.patron(email="lin@example.com")
    NoticePreference.objects.create(
        library_id=world.library.pk, patron=patron, changed_at=clock(),
        off_channels=["email"], off_kinds=["due_soon", "overdue"],
    )  # fmt: skip
    lent(world, "活着", "2026-03-05", patron)
    lent(world, "兄弟", "2026-03-01", patron)
    reminded(world, clock())
    sent(world, clock)

    assert server.mails == []
    assert Delivery.objects.get().passed_over["email"] == "left"  # overdue is always told
    assert Notice.objects.count() == 2


def _set():
    import threading

    stop = threading.Event()
    stop.set()
    return stop


def test_one_readers_broken_push_service_rests_nobody_elses(world, server, clock):
    lent(world, "活着", "2026-03-05")
    desk = worker_desk(world.library.pk, clock())
    assert desk is not None
    here, sender = house(desk), Sender(now=clock)
    broken = Failed(scope="service", code="timeout")
    assert [sender._is_down(here, "push", broken) for _ in range(5)] == [False] * 5
    assert sender._is_down(here, "email", broken) is False
    assert [sender._is_down(here, "email", broken) for _ in range(2)] == [False, True]
