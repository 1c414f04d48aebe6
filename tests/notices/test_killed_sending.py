"""A worker killed in the middle: nobody gets two messages, and nobody none."""

from collections import Counter
from datetime import timedelta

import pytest

from jieyue.notices import sending
from jieyue.notices.models import Delivery
from jieyue.notices.outgoing import LEASE
from tests.mailing import MORNING, Clock, at, has_mail, lent, reminded
from tests.servers.smtp import MailServer

READERS = 30
KILLED_BEFORE, KILLED_AFTER = {4, 13}, {9, 21}  # of all that were taken up: handing, its answer


class KilledError(BaseException):
    """The process is gone: nothing catches it, nothing is tidied up."""


@pytest.fixture
def killing(monkeypatch):
    """Kill the sender before it hands some messages over, and before it notes some answers."""
    count = {"handed": 0, "settled": 0}
    hand_over, settle = sending._hand_over, sending.settle

    def hand(*args):
        count["handed"] += 1
        if count["handed"] in KILLED_BEFORE:
            raise KilledError
        return hand_over(*args)

    def note(*args):
        count["settled"] += 1
        if count["settled"] in KILLED_AFTER:
            raise KilledError
        return settle(*args)

    monkeypatch.setattr(sending, "_hand_over", hand)
    monkeypatch.setattr(sending, "settle", note)
    return count


def test_every_reader_gets_one_message_however_often_the_worker_dies(world, settings, killing):
    settings.CHANNELS_ALLOW_PRIVATE = True
    clock = Clock(at(world, MORNING))
    for number in range(READERS):
        lent(world, "活着", "2026-03-05", world.patron(email=f"r{number}@example.com"))
    reminded(world, clock())
    deaths = 0
    with MailServer() as server:
        has_mail(world, server)
        while Delivery.objects.filter(ended_at=None).exists() or not deaths:
            try:
                while sending.Sender(now=clock).work():
                    pass
            except KilledError:
                deaths += 1
            clock.moment += LEASE + timedelta(seconds=1)

    assert deaths == len(KILLED_BEFORE | KILLED_AFTER)
    ids = {(mail.recipients[0], mail.letter["Message-ID"]) for mail in server.mails}
    assert len(ids) == len({reader for reader, _ in ids}) == READERS  # one each, none missed
    # What the server took was written down as gone just before: none went again.
    copies = Counter(mail.letter["Message-ID"] for mail in server.mails)
    assert Counter(copies.values()) == {1: READERS}
    assert set(Delivery.objects.values_list("state", flat=True)) == {"handed"}
    attempts = sum(Delivery.objects.values_list("attempts", flat=True))
    assert attempts == READERS + len(KILLED_BEFORE)
