"""Who asks to act for somebody: the other side hears of it, while it waits for an answer."""

import pytest

from jieyue.interfaces.worker.loop import keep_one_promise
from jieyue.libraries.desk import Door
from jieyue.notices.actions import tell
from jieyue.notices.models import Notice, NoticeTemplate
from jieyue.notices.queries import notices_of
from jieyue.outbox.models import Task
from jieyue.patrons.linking import LinkSaved, answer_link, ask_link, end_link, make_link
from tests.mailing import Clock, sent, states

READER = "lin@example.com"


def asked(world, reader, *, name: str = "王芳") -> str:
    """Somebody asks to act for the reader, and the worker tells them; return the link."""
    outcome = ask_link(
        world.reader_desk(world.patron(name)), number=reader.card, name=reader.name, kind="helper"
    )
    assert isinstance(outcome, LinkSaved)
    assert keep_one_promise() is True
    return outcome.link


def test_the_reader_hears_who_asks_on_their_page_and_by_mail(world, server) -> None:
    reader = world.patron("林晓雨", email=READER)
    link = asked(world, reader)
    clock = Clock(world.now)
    sent(world, clock)
    clock.goes_on(minutes=5)
    sent(world, clock)

    [told] = notices_of(reader.pk)
    assert (told.kind, told.asker, told.facts) == ("link_asked", "王芳", {"link": link})
    [mail] = server.mails
    assert mail.recipients == [READER]
    assert mail.letter["Subject"] == "王芳申请代您办理借还"
    assert "王芳申请在书馆 northfield代您办理借还：查看到期日、续借、预约。" in mail.text
    assert states() == [("email", "handed", "")]


@pytest.mark.parametrize("what", ["ended", "answered", "declined"])
def test_what_was_answered_before_it_went_out_is_not_said(world, server, what: str) -> None:
    reader = world.patron("林晓雨", email=READER)
    link = asked(world, reader)
    if what == "ended":
        end_link(world.desk(), link=link)
    else:
        answer_link(world.reader_desk(reader), link=link, agrees=what == "answered")
    clock = Clock(world.now)
    sent(world, clock)
    clock.goes_on(minutes=5)
    sent(world, clock)

    assert server.mails == []
    assert states() == [("email", "dropped", "not_true")]


def test_two_who_ask_are_named_in_one_message_in_the_librarys_words(world, server) -> None:
    NoticeTemplate.objects.create(
        library_id=world.library.pk, kind="link_asked", channel="email", language="zh-hans",
        subject="有人申请", text="申请人：{asker}。",
    )  # fmt: skip
    reader = world.patron("林晓雨", email=READER)
    asked(world, reader)
    asked(world, reader, name="李明")
    clock = Clock(world.now)
    sent(world, clock)
    clock.goes_on(minutes=5)
    sent(world, clock)

    [mail] = server.mails
    assert "申请人：王芳、李明。" in mail.text


def test_it_is_said_once_and_never_of_a_link_that_staff_made(world) -> None:
    worker = world.desk(door=Door.WORKER, staff_id=None)
    reader, helper = world.patron("林晓雨"), world.patron("李明")
    link = asked(world, reader)
    made = make_link(
        world.desk(), actor=helper.public_id, reader=reader.public_id, kind="helper"
    )  # fmt: skip

    assert [tell(worker, kind="link_asked", event=event).notices for event in (
        link, made.link, "NOBODY",
    )] == [0, 0, 0]  # fmt: skip
    assert Notice.objects.count() == 1
    assert Task.objects.filter(kind="notices.link_asked").count() == 1
