"""Two workers that send at once: every reader gets one message."""

from collections import Counter

import pytest

from jieyue.kit.scope import library_scope
from jieyue.notices.models import Delivery
from jieyue.notices.sending import Sender
from tests.mailing import MORNING, Clock, at, has_mail, lent, reminded
from tests.races.test_desks import race
from tests.servers.smtp import MailServer
from tests.world import World

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
READERS = 12


def all_of_it(sender: Sender) -> None:
    while sender.work():
        pass


def test_two_senders_at_once_send_each_message_once(settings) -> None:
    settings.CHANNELS_ALLOW_PRIVATE = True
    world = World()
    clock = Clock(at(world, MORNING))
    with library_scope(world.library.pk), MailServer() as server:
        has_mail(world, server)
        for number in range(READERS):
            lent(world, "活着", "2026-03-05", world.patron(email=f"r{number}@example.com"))
        assert reminded(world, clock()) == READERS

        faults = race(all_of_it, [Sender(now=clock), Sender(now=clock)])
        got = Counter(mail.recipients[0] for mail in server.mails)
        rows = Counter(Delivery.objects.values_list("state", "attempts"))

    assert faults == [None, None]
    assert got == {f"r{number}@example.com": 1 for number in range(READERS)}
    assert rows == {("handed", 1): READERS}
