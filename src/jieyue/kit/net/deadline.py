"""Waiting no longer than one meant to, for calls that cannot be interrupted."""

import queue
import threading
from collections.abc import Callable
from typing import TypeVar

R = TypeVar("R")


class TooSlowError(Exception):
    """The call was given up on. It may still be running in its own thread."""


def within(seconds: float, call: Callable[[], R]) -> R:
    """Return `call()`, or stop waiting for it after `seconds`.

    For code that takes no time limit itself, such as name resolution. The thread is a daemon,
    so that a call that never ends does not keep the process from ending.

    Raises:
        TooSlowError: no result in time.
        Exception: whatever `call` raised.

    """
    result: queue.SimpleQueue[tuple[R | None, BaseException | None]] = queue.SimpleQueue()

    def run() -> None:
        try:
            result.put((call(), None))
        except BaseException as error:  # noqa: BLE001 # raised again by the waiting thread
            result.put((None, error))

    threading.Thread(target=run, name="within", daemon=True).start()
    try:
        value, error = result.get(timeout=max(seconds, 0.0))
    except queue.Empty:
        raise TooSlowError from None
    if error is not None:
        raise error
    return value  # type: ignore[return-value]  # no error: `value` is what `call` returned
