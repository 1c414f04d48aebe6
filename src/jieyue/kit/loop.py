"""The loop of every long-running process: worker, later SIP2 and others (design §5)."""

import logging
import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import Final

from django.db import DatabaseError, close_old_connections, connections

log = logging.getLogger("jieyue.loop")

IDLE_SECONDS: Final = 1.0
MAX_PAUSE_SECONDS: Final = 30.0


def stop_on_signal() -> threading.Event:
    """Return an event that SIGTERM or SIGINT sets; the turn that is running ends first."""
    stop = threading.Event()

    def ask(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, ask)
    signal.signal(signal.SIGINT, ask)
    return stop


def run(
    turn: Callable[[], bool], *, stop: threading.Event, idle_seconds: float = IDLE_SECONDS
) -> None:
    """Call `turn` until `stop` is set: at once again after True, after a rest when False.

    Connections that broke or grew old are closed between turns. A database that does not answer is
    waited for, longer each time; any other error of a turn is a fault of ours and ends the loop.
    """
    failures = 0
    while not stop.is_set():
        close_old_connections()
        try:
            worked = turn()
        except DatabaseError as error:
            pause = min(2.0**failures, MAX_PAUSE_SECONDS)
            failures += 1
            log.warning("The database does not answer (%s); again in %.0f s", _kind(error), pause)
            connections.close_all()
            stop.wait(pause)
            continue
        failures = 0
        if not worked:
            stop.wait(idle_seconds)
    connections.close_all()


def _kind(error: BaseException) -> str:
    return type(error).__name__
