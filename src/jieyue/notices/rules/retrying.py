"""Trying again, later each time, and when another way is better."""

from datetime import timedelta
from typing import Final

FIRST_PAUSE: Final = timedelta(minutes=1)
MAX_PAUSE: Final = timedelta(hours=2)
MAX_ATTEMPTS: Final = {"service": 6, "setup": 3}  # about 2½ hours; an hour for somebody to mend it
PATIENCE: Final = timedelta(hours=4)  # then another way, though the service may come back


def again_after(attempts: int, asked: timedelta | None = None) -> timedelta:
    """Return how long to wait after so many attempts: 1, 4, 16, 64 minutes, then two hours.

    Longer if the service itself asked for it, but never longer than a day.
    """
    pause = min(FIRST_PAUSE * int(4 ** max(attempts - 1, 0)), MAX_PAUSE)
    return max(pause, min(asked or pause, timedelta(days=1)))


def is_hopeless(scope: str, attempts: int) -> bool:
    """Say whether this channel will not carry it: the address or the text is refused, or enough."""
    return attempts >= MAX_ATTEMPTS.get(scope, 0)
