"""Moving a hold in its queue: an audited act that changes nothing but what orders the queue.

The order is (class, queued_at, id), never a dense number that two desks could give twice
(Koha 5609). So a hold moves by taking a time between its new neighbours, in their class. Only where
no time is left between them do those behind move on by a moment, in the order they had.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

MOMENT: Final = timedelta(microseconds=1)
STEP: Final = timedelta(milliseconds=1)
AHEAD: Final = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A hold's place; what is smaller comes first."""

    queue_class: int
    queued_at: datetime
    hold_id: int


def moved(queue: Sequence[Place], hold_id: int, *, before: int | None) -> list[Place]:
    """Return the new places, of the moved hold and of those that had to make room.

    `queue` in its order; `before` is the hold it is to stand right in front of, None: at the end.

    Raises:
        ValueError: one of them is not in the queue, or it would stand before itself.

    """
    others = [place for place in sorted(queue) if place.hold_id != hold_id]
    if len(others) == len(queue) or hold_id == before:
        raise ValueError("not in this queue")
    ids = [place.hold_id for place in others]
    at = ids.index(before) if before is not None else len(others)
    if not others:
        return []
    if at == 0:
        first = others[0]
        return [Place(first.queue_class, first.queued_at - AHEAD, hold_id)]
    previous = others[at - 1]
    following = others[at] if at < len(others) else None
    if following is None or following.queue_class > previous.queue_class:
        return [Place(previous.queue_class, previous.queued_at + STEP, hold_id)]
    gap = following.queued_at - previous.queued_at
    if gap >= 2 * MOMENT:
        between = previous.queued_at + max(MOMENT, gap // 2)
        return [Place(previous.queue_class, between, hold_id)]
    mine = Place(previous.queue_class, previous.queued_at + STEP, hold_id)
    return [mine, *_pushed(others[at:], mine)]


def _pushed(following: Sequence[Place], mine: Place) -> list[Place]:
    """Move on, in their order, those of the class that would stand before `mine`."""
    changed: list[Place] = []
    last = mine.queued_at
    for place in following:
        if place.queue_class != mine.queue_class or place.queued_at > last:
            break
        last += STEP
        changed.append(replace(place, queued_at=last))
    return changed
