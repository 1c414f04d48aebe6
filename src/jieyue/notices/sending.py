"""The pass over everything that is to go now: one process, a page of ids in memory at a time.

The network is touched outside any transaction. A service that does not answer rests, longer each
time, and holds nothing else up.
"""

import logging
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from importlib import import_module
from typing import Any, Final

from jieyue.kit import clock
from jieyue.kit.scope import library_scope
from jieyue.libraries.desk import Desk
from jieyue.libraries.worker_desk import worker_desk
from jieyue.notices.channels.base import Failed, Handed, Message, Released
from jieyue.notices.channels.limits import Pace, allowance
from jieyue.notices.handing import (
    House,
    Ready,
    cost_of,
    due,
    give_way,
    house,
    release,
    settle,
    take_up,
)
from jieyue.notices.models import Delivery
from jieyue.notices.outgoing import hand_over, or_waits
from jieyue.notices.planning import plan_everywhere
from jieyue.notices.rules.kinds import HAND_WAYS
from jieyue.notices.rules.retrying import PATIENCE, again_after
from jieyue.notices.ways import services_in_use
from jieyue.notices.weekly_sending import send_weekly

log = logging.getLogger("jieyue.notices")

PAGE: Final = 200  # messages looked up at a time
IN_A_ROW: Final = 3  # failures after which a service rests
# Of many services, one of which a reader may have chosen to be broken: its sessions let hosts rest.
MANY_SERVICES: Final = frozenset({"push"})
Send = Callable[[str, Message, Released], Handed | Failed]


@dataclass(slots=True)
class _Rest:
    """How long a library's service rests, and how often it failed in a row."""

    until: datetime
    failures: int


@dataclass(slots=True)
class Sender:
    """Plans and sends for every library. Keep one for as long as the process runs.

    `now` is asked for each message: a pass of ten thousand takes minutes.
    """

    now: Callable[[], datetime] = clock.now
    stop: threading.Event = field(default_factory=threading.Event)
    _rests: dict[tuple[int, str], _Rest] = field(default_factory=dict)

    def work(self) -> bool:
        """Plan what was said and send what is due; say whether there was anything to do."""
        planned = plan_everywhere(self.now())
        sent = sum(self.send_everywhere().values()) + send_weekly(self.now, self.stop)
        return sent + planned > 0

    def send_everywhere(self) -> Counter[str]:
        """Send what is due in every library; return how many by what became of them."""
        done: Counter[str] = Counter()
        waiting = Delivery.across_libraries.filter(ended_at=None, due_at__lte=self.now())
        waiting = waiting.exclude(channel__in=HAND_WAYS)  # those wait for staff
        ids = list(waiting.order_by().values_list("library_id", flat=True).distinct())
        for library_id in ids:
            desk = worker_desk(library_id, self.now())
            if desk is not None and not self.stop.is_set():
                with library_scope(library_id):
                    done += self._send_library(desk)
        return done

    def _send_library(self, desk: Desk) -> Counter[str]:
        done: Counter[str] = Counter()
        here, services = house(desk), services_in_use()
        channels = Delivery.objects.filter(ended_at=None, due_at__lte=self.now()).order_by()
        for channel in sorted(channels.values_list("channel", flat=True).distinct()):
            if channel in HAND_WAYS:
                continue
            if channel in services:
                done += self._send_channel(here, channel, services[channel])
            else:
                done += self._give_way(here, channel, planned_before=self.now(), code="no_service")
        return done

    def _send_channel(self, here: House, channel: str, service: Any) -> Counter[str]:
        """Send what is due by one channel over one connection, until it is done or fails."""
        done: Counter[str] = Counter()
        rest = self._rests.get((here.desk.library_id, channel))
        if rest is not None and rest.until > self.now():
            return self._give_way(here, channel, planned_before=self.now() - PATIENCE)
        left, pace, after = allowance(service, self.now(), here.desk.zone), Pace(service), None
        if left.is_used_up(service.cost_cents):
            return self._give_way(here, channel, planned_before=self.now(), code="over_budget")
        with _session(channel, service) as send:
            while page := due(channel, self.now(), after=after, most=PAGE):
                for row in page:
                    after = row
                    if self.stop.is_set():
                        return done
                    ready = _take_up(here, row[1], self.now())
                    if ready is None:
                        continue
                    cost = cost_of(channel, service, ready.message)
                    if not left.take(cost):
                        result: Handed | Failed = Failed(scope="message", code="over_budget")
                    else:
                        pace.wait()
                        early = Early(here, ready, cost, self.now)
                        result = _hand_over(send, ready, self.now, early)
                        ready = early.ready
                    settle(here, ready, result, self.now(), cost)
                    done["handed" if isinstance(result, Handed) else result.scope] += 1
                    if self._is_down(here, channel, result):
                        return done
        return done

    def _is_down(self, here: House, channel: str, result: Handed | Failed) -> bool:
        """Say whether the service had better rest, and until when."""
        if channel in MANY_SERVICES:
            return False
        key = (here.desk.library_id, channel)
        if isinstance(result, Handed) or result.scope in {"address", "message"}:
            self._rests.pop(key, None)
            return False
        failures = self._rests[key].failures + 1 if key in self._rests else 1
        self._rests[key] = _Rest(self.now(), failures)
        if result.scope == "service" and failures < IN_A_ROW:
            return False  # one mailbox may be busy, or one line have dropped
        pause = again_after(failures, result.again_after)
        self._rests[key].until += pause
        log.warning("%s of library %s: %s", channel, here.desk.library_id, result.code)
        return True

    def _give_way(
        self, here: House, channel: str, *, planned_before: datetime, code: str = "no_answer"
    ) -> Counter[str]:
        """Take other ways for what has waited too long for a service that does not work."""
        late = Delivery.objects.filter(
            ended_at=None, due_at__lte=self.now(), channel=channel, planned_for__lt=planned_before
        )
        ids = list(late.order_by("due_at", "id").values_list("pk", flat=True)[:PAGE])
        gone = sum(
            give_way(here, pk, self.now(), code=code) for pk in ids if not self.stop.is_set()
        )
        return Counter(gave_way=gone)


def _take_up(here: House, delivery_id: int, now: datetime) -> Ready | None:
    return or_waits(partial(take_up, here, delivery_id, now), Delivery.objects, delivery_id, now)


class Early:
    """Writes down that a message is gone just before it goes: a kill then sends none twice."""

    def __init__(self, here: House, ready: Ready, cost: int, now: Callable[[], datetime]) -> None:
        """Nothing is written yet; `ready` is whose result is written in the end."""
        self._here, self.ready, self._cost, self._now = here, ready, cost, now

    def __call__(self) -> bool:
        """Write it; False if somebody else has it by now."""
        taken = release(self._here, self.ready, self._now(), self._cost)
        self.ready = taken or self.ready
        return taken is not None


def _hand_over(
    send: Send, ready: Ready, now: Callable[[], datetime], released: Released
) -> Handed | Failed:
    """Send to each of the reader's addresses (one, as a rule); one that works will do."""
    results = [
        hand_over(send, ready.channel, address, ready.message, released, now)
        for address in ready.addresses
    ]
    return next((result for result in results if isinstance(result, Handed)), results[0])


@contextmanager
def _session(channel: str, service: Any) -> Iterator[Send]:
    """Yield what sends by the channel over one connection."""
    module = import_module(f"jieyue.notices.channels.{channel}")
    with module.open_session(service) as session:
        if getattr(session, "releases", False):
            yield session.send
        else:  # a repeat of it carries the same id, or does no harm: see docs/notices.md
            yield lambda address, message, _released: session.send(address, message)
