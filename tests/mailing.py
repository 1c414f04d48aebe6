"""What tests of messages share: a library with a mail server, books that fall due, the sender."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from jieyue.circulation.models import Loan
from jieyue.kit.ids import public_id
from jieyue.libraries.models import Gateway
from jieyue.libraries.worker_desk import worker_desk
from jieyue.notices.models import Delivery
from jieyue.notices.reminders import remind_library
from jieyue.notices.sending import Sender
from tests.servers.smtp import MailServer
from tests.world import World

MORNING = "2026-03-02T09:00"  # a Monday, in Shanghai


@dataclass
class Clock:
    """A clock that is set by hand."""

    moment: datetime

    def __call__(self) -> datetime:
        """Return what it shows."""
        return self.moment

    def goes_on(self, **time: int) -> None:
        """Let time pass."""
        self.moment += timedelta(**time)


def at(world: World, text: str) -> datetime:
    """Return a local moment of the library's: 2026-03-02T09:00."""
    return datetime.fromisoformat(text).replace(tzinfo=world.desk().zone)


def has_mail(world: World, server: MailServer) -> None:
    """Give the library a mail server."""
    Gateway.objects.create(
        library_id=world.library.pk,
        kind="email",
        provider="smtp",
        settings=json.dumps(server.settings),
    )


def lent(world: World, title: str, due: str, patron=None, **values) -> Loan:
    """Return a loan, made 27 days before the end of the local day `due`."""
    patron = patron or world.patron(email=f"{public_id()}@example.com")
    due_at = at(world, f"{due}T23:59:59")
    return Loan.objects.create(
        library_id=world.library.pk, public_id=public_id(), patron=patron,
        copy=world.copy(world.title(title)), branch=world.branch,
        lent_at=due_at - timedelta(days=27), due_at=due_at, **values,
    )  # fmt: skip


def reminded(world: World, now: datetime) -> int:
    """Write the reminders as the worker does; return how many."""
    desk = worker_desk(world.library.pk, now)
    assert desk is not None
    return remind_library(desk)


def sent(world: World, clock: Clock, sender: Sender | None = None) -> Sender:
    """Plan and send what is due as the worker does, in passes, until nothing is left to do."""
    sender = sender or Sender(now=clock)
    while sender.work():
        pass
    return sender


def states() -> list[tuple[str, str, str]]:
    """Return channel, state and code of every delivery, oldest first."""
    return list(Delivery.objects.order_by("id").values_list("channel", "state", "code"))
