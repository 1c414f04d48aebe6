"""Open loans due on a day that is closed now: after a change of the calendar, and every night."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from jieyue.circulation.actions.closures import move_off_closed_days
from jieyue.libraries.desk import Desk
from jieyue.libraries.worker_desk import at_every_library


def keep_calendar(desk: Desk, _payload: Mapping[str, Any]) -> None:
    """Keep the promise that a change of the calendar made."""
    move_off_closed_days(desk)


def move_dates(now: datetime) -> int:
    """Look at every library; return how many there are."""
    return len(at_every_library(now, move_off_closed_days))
