"""A mail server that a library sends by, and a clock of its morning."""

from collections.abc import Iterator

import pytest

from tests.mailing import MORNING, Clock, at, has_mail
from tests.servers.smtp import MailServer


@pytest.fixture
def server(world, settings) -> Iterator[MailServer]:
    settings.CHANNELS_ALLOW_PRIVATE = True
    with MailServer() as running:
        has_mail(world, running)
        yield running


@pytest.fixture
def clock(world) -> Clock:
    return Clock(at(world, MORNING))
