"""What every message on its way out goes through: a lease first, then the network, then its end.

For the rows of `Delivery` and of `TeacherDigest` alike, given as their managers: both have `state`,
`due_at`, `attempts`, `leased_until`, `ended_at`, `code` and `detail`. Nothing here opens a
transaction but `or_waits`.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final, TypeVar

from django.db import DatabaseError
from django.db.models import F, Q

from jieyue.kit.errors import describe
from jieyue.kit.transactions import in_transaction
from jieyue.notices.channels.base import Failed, Handed, Message, Released
from jieyue.notices.channels.reach import learn
from jieyue.notices.rules.retrying import again_after, is_hopeless

log = logging.getLogger("jieyue.notices")
R = TypeVar("R")

LEASE: Final = timedelta(minutes=5)  # longer than any channel may take


def free(now: datetime) -> Q:
    """Return the condition that nobody has taken a message up, or whoever did has died."""
    return Q(leased_until=None) | Q(leased_until__lt=now)


def take(rows: Any, pk: int, now: datetime) -> datetime | None:
    """Lease a message that is due, and count the attempt; return until when. None: another's."""
    until = now + LEASE
    waiting = rows.filter(free(now), pk=pk, ended_at=None, due_at__lte=now)
    taken = waiting.update(leased_until=until, attempts=F("attempts") + 1)
    return until if taken == 1 else None


def mine(rows: Any, pk: int, leased_until: datetime) -> Any:
    """Return the message, if the lease is still ours."""
    return rows.filter(pk=pk, leased_until=leased_until, ended_at=None)


def end(rows: Any, pk: int, now: datetime, **values: Any) -> None:
    """Settle a message."""
    rows.filter(pk=pk).update(leased_until=None, ended_at=now, **values)


def reopen(rows: Any, pk: int, gone_at: datetime, leased_until: datetime, **values: Any) -> None:
    """Have a message be ours again that was written down as gone, and did not go after all."""
    gone = rows.filter(pk=pk, state="handed", ended_at=gone_at)
    gone.update(state="waiting", ended_at=None, leased_until=leased_until, **values)


def why_not(failed: Failed) -> dict[str, Any]:
    """Return what a row says of a failure."""
    return {"code": failed.code[:40], "detail": failed.detail[:300]}


def or_waits(take_up: Callable[[], R | None], rows: Any, pk: int, now: datetime) -> R | None:
    """Take a message up; one that cannot even be written waits, and holds no other up."""
    try:
        return take_up()
    except DatabaseError:
        raise  # the loop waits for the database
    except Exception as error:  # noqa: BLE001 (a fault of ours, noted on its row)
        log.warning("%s %s cannot be written: %s", rows.model.__name__, pk, describe(error))
        in_transaction(partial(_not_written, rows, pk, now))
        return None


def _not_written(rows: Any, pk: int, now: datetime) -> None:
    """Have a message wait that a fault of ours kept from being written; in the end staff see it."""
    row = rows.filter(free(now), pk=pk, ended_at=None).first()
    if row is None:
        return
    attempts = row.attempts + 1
    if is_hopeless("service", attempts):
        end(rows, pk, now, state="given_up", code="fault")
    else:
        waiting = rows.filter(pk=pk, attempts=row.attempts, ended_at=None)
        waiting.update(attempts=attempts, due_at=now + again_after(attempts), code="fault")


def hand_over(
    send: Callable[[str, Message, Released], Handed | Failed],
    channel: str,
    address: str,
    message: Message,
    released: Released,
    now: Callable[[], datetime],
) -> Handed | Failed:
    """Send to an address, and keep what is learnt of it: a dead one is not tried again."""
    try:
        result = send(address, message, released)
    except Exception as error:  # noqa: BLE001 (a fault of ours must not stop the others)
        log.warning("Sending by %s failed: %s", channel, describe(error))
        result = Failed(scope="service", code="fault")
    learn(channel, address, result, now())
    return result
