"""The queue of a title: whose turn it is, how long a copy waits on the shelf."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from jieyue.libraries.rules.calendars import MAX_DAYS_CLOSED, Calendar


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A waiting hold that is not suspended. `copy_id` is set if only that copy will do."""

    hold_id: int
    public_id: str
    patron_id: int
    category_id: int  # of the patron's card, for the terms
    title_id: int
    copy_id: int | None
    pickup_branch_id: int
    queue_class: int
    queued_at: datetime

    @property
    def place(self) -> tuple[int, datetime, int]:
        """What the queue is ordered by; never a dense number (Koha 5609)."""
        return self.queue_class, self.queued_at, self.hold_id


def next_for(
    queue: Iterable[Waiting], *, title_id: int, copy_id: int, taken: Collection[int] = ()
) -> Waiting | None:
    """Return whose turn it is when this copy comes free; None if nobody waits for it.

    `taken` are holds served already. Copy and title holds share one queue.
    """
    fitting = (
        hold
        for hold in queue
        if hold.title_id == title_id
        and hold.copy_id in (None, copy_id)
        and hold.hold_id not in taken
    )
    return min(fitting, key=lambda hold: hold.place, default=None)


def ahead_of(
    queue: Iterable[Waiting], *, title_id: int, copy_id: int, patron_id: int
) -> list[Waiting]:
    """Return the holds that come before this patron's own hold, or all if there is none."""
    fitting = sorted(
        (h for h in queue if h.title_id == title_id and h.copy_id in (None, copy_id)),
        key=lambda hold: hold.place,
    )
    mine = next((n for n, hold in enumerate(fitting) if hold.patron_id == patron_id), len(fitting))
    return fitting[:mine]


def fetch_by(ready_on: date, *, open_days: int, calendar: Calendar) -> date:
    """Return the last local day on the hold shelf: the nth open day after `ready_on`.

    Closed days do not count, so the date never falls on one; if the branch does not open for 400
    days they count after all. Computed once and stored, so a missed job changes nothing
    (Koha 40636).
    """
    day, left = ready_on, max(1, open_days)
    for _ in range(MAX_DAYS_CLOSED):
        day += timedelta(days=1)
        left -= calendar.is_open(day)
        if left == 0:
            return day
    return ready_on + timedelta(days=max(1, open_days))
