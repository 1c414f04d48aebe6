"""A guardian who is no reader here, but whose number is known, is told for a child by SMS."""

import json
from collections.abc import Iterator

import pytest

from jieyue.kit.encryption import keyed_hash
from jieyue.libraries.models import Gateway
from jieyue.libraries.worker_desk import worker_desk
from jieyue.notices.models import DeadAddress, Notice
from jieyue.notices.planning import plan
from jieyue.patrons.linking import end_link, link_guardian, make_link, set_family_rules
from tests.mailing import MORNING, Clock, at, has_mail, lent, reminded, sent, states
from tests.servers.sms import SmsGateway
from tests.servers.smtp import MailServer
from tests.world import World

PHONE = "13900001111"


@pytest.fixture
def server(world: World, settings) -> Iterator[SmsGateway]:
    settings.CHANNELS_ALLOW_PRIVATE = True
    with SmsGateway() as running:
        Gateway.objects.create(
            library_id=world.library.pk, kind="sms", provider="http",
            settings=json.dumps(running.settings("http")),
        )  # fmt: skip
        yield running


@pytest.fixture
def clock(world: World) -> Clock:
    return Clock(at(world, MORNING))


def child_of(world: World, *, born_on: str = "2017-05-01", **more: str):
    """Return a child, and the link with the number of the guardian."""
    child = world.patron("王小明", born_on=born_on, **more)
    link = link_guardian(world.desk(), child, name="王芳", phone=PHONE)
    assert link is not None
    return child, link.public_id


def choose(world: World, reminds: str) -> None:
    set_family_rules(
        world.desk(), titles_until_age=14, guardians_until_age=18, reminds=reminds,
        readers_may_ask=True,
    )  # fmt: skip


def test_an_sms_names_the_child(world, server, clock) -> None:
    child, _ = child_of(world)
    lent(world, "活着", "2026-03-02", child)
    assert reminded(world, clock()) == 1
    sent(world, clock)

    [text] = server.texts
    assert text.phone == PHONE
    assert "王小明，您好" in text.text and "《活着》" in text.text
    assert states() == [("sms", "handed", "")]


@pytest.mark.parametrize(
    "why", ["older", "never", "ended", "wrong number", "own number", "not their books"]
)
def test_not_every_message_goes_there(world, server, clock, why: str) -> None:
    more = {"born_on": "2010-05-01"} if why == "older" else {}
    child, link = child_of(world, **more)
    if why == "never":
        choose(world, "never")
    if why == "ended":
        end_link(world.desk(), link=link)
    if why == "wrong number":
        DeadAddress.objects.create(
            library_id=world.library.pk, channel="sms", since=world.now,
            address_hash=keyed_hash(PHONE),
        )  # fmt: skip
    if why == "own number":
        child.phone, child.phone_hash = "13800002222", "h"
        child.save()
    if why == "not their books":
        Notice.objects.create(
            library_id=world.library.pk, public_id="WISHES", patron=child, kind="link_asked",
            about="x", facts={"link": "NOBODY"}, created_at=clock(),
        )  # fmt: skip
    else:
        lent(world, "活着", "2026-03-02", child)
        reminded(world, clock())
    sent(world, clock)

    assert [text.phone for text in server.texts] == (["13800002222"] if why == "own number" else [])


def test_what_ended_before_it_went_is_not_sent(world, server, clock) -> None:
    child, link = child_of(world)
    lent(world, "活着", "2026-03-02", child)
    reminded(world, clock())
    worker = worker_desk(world.library.pk, clock())
    assert worker is not None and plan(worker) == 1
    assert states() == [("sms", "waiting", "")]
    end_link(world.desk(), link=link)
    sent(world, clock)
    assert server.texts == []
    assert states() == [("sms", "given_up", "no_address")]


def test_a_parent_who_reads_here_makes_the_paid_message_needless(world, server, clock) -> None:
    child, _ = child_of(world)
    mother = world.patron("王芳", email="fang@example.com")
    make_link(world.desk(), actor=mother.public_id, reader=child.public_id, kind="guardian")
    lent(world, "活着", "2026-03-02", child)
    with MailServer() as mails:
        has_mail(world, mails)
        reminded(world, clock())
        sent(world, clock)
        assert [mail.recipients for mail in mails.mails] == [["fang@example.com"]]
    assert server.texts == []
