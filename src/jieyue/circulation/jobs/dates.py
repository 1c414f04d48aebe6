"""Open loans due on a day that is closed now: after a change of the calendar, and every night."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from jieyue.circulation.actions.closures import move_off_closed_days
from jieyue.libraries.desk import Desk
from jieyue.libraries.queries import all_libraries
from jieyue.libraries.worker_desk import worker_desk


def keep_calendar(desk: Desk, _payload: Mapping[str, Any]) -> None:
    """Keep the promise that a change of the calendar made."""
    move_off_closed_days(desk)


def move_dates(now: datetime) -> int:
    """Look at every library; one that fails holds no other up. Returns how many were looked at."""
    failed: list[Exception] = []
    desks = [worker_desk(library_id, now) for library_id in all_libraries().values()]
    for desk in desks:
        if desk is None:
            continue
        try:
            move_off_closed_days(desk)
        except Exception as error:  # noqa: BLE001 (raised below)
            failed.append(error)
    if failed:
        raise failed[0]
    return len(desks)
