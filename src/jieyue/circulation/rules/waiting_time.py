"""How long a reader will wait, as a range, from this title's own returns.

Method (our own): the copies that can serve are dealt out along the queue. Each comes free when its
loan ends, and is then with one reader after the other for as long as this title's loans really
last: the lower bound takes the shortest quarter of past loans (first quartile) and a book fetched
the day it is ready, the upper bound the third quartile and every day on the hold shelf used. A loan
that is out now ends at the earliest when a short loan would, at the latest when it is due, or would
end if it is longer than that. With fewer than three returns there is nothing to go by: None.
"""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

MIN_RETURNS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyInUse:
    """A copy that can serve. `lent_on` and `due_on` are local; None: it is not on loan.

    `is_kept`: it waits for somebody already, who will have it first.
    """

    lent_on: date | None = None
    due_on: date | None = None
    is_kept: bool = False


@dataclass(frozen=True, slots=True)
class Wait:
    """Between so many days; 0 is today."""

    from_days: int
    to_days: int


def waiting_time(
    place: int, *, copies: Sequence[CopyInUse], lengths: Sequence[int], shelf_days: int, today: date
) -> Wait | None:
    """Return the wait of whoever stands at `place` (1 is first); None: too little is known.

    `lengths` are the days that past loans of the title lasted, renewals included; `shelf_days` how
    long a book may wait on the hold shelf.
    """
    if not copies or len(lengths) < MIN_RETURNS or place < 1:
        return None
    ordered = sorted(lengths)
    short, long = (max(1, ordered[round((len(ordered) - 1) * part)]) for part in (0.25, 0.75))
    earliest = [_free_in(copy, short, 0, today) for copy in copies]
    latest = [_free_in(copy, long, shelf_days, today, is_late=True) for copy in copies]
    first = _turn(place, earliest, short)
    return Wait(first, max(first, _turn(place, latest, long + shelf_days)))


def _free_in(
    copy: CopyInUse, length: int, shelf_days: int, today: date, *, is_late: bool = False
) -> int:
    """Return in how many days the copy comes free."""
    if copy.is_kept:
        return length + shelf_days
    if copy.lent_on is None or copy.due_on is None:
        return 0
    out = (today - copy.lent_on).days
    left = length - out
    if is_late:
        left = max(left, (copy.due_on - today).days)
    return max(1, left)


def _turn(place: int, free_in: list[int], each: int) -> int:
    """Deal the copies out along the queue, and return when that place's turn comes."""
    heap = list(free_in)
    heapq.heapify(heap)
    for _ in range(place - 1):
        heapq.heapreplace(heap, heap[0] + each)
    return heap[0]
