"""停借 after being late: one after the other, never side by side, and only once all is back.

A day counts as waited out only if nothing was late then (dp2). So a suspension begins on the day
after the return, or after the one before it; and when another late copy comes back meanwhile, those
that ran while it was out give back the days since it was due and run on after the return.
However many there are, none ends later than so many days after the return, if the terms say so.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Suspension:
    """Local dates, both inclusive. `id` is the block's, 0 for one not made yet."""

    starts_on: date
    ends_on: date
    id: int = 0


def suspended(
    running: Iterable[Suspension], *, due_on: date, returned_on: date, days: int, most: int = 0
) -> tuple[list[Suspension], Suspension]:
    """Return those that move, and the new one of `days` (at least 1) for a copy due and back then.

    What moves keeps its length, less the days waited out before the copy was late. What begins now
    ends at most `most` days after the return (0: whenever); its last day may be another's, too.
    """
    limit = returned_on + timedelta(days=most) if most else date.max
    moved = []
    last = returned_on
    for one in sorted(running, key=lambda s: (s.starts_on, s.id)):
        if one.ends_on <= due_on:
            continue
        left = one.ends_on - max(due_on, one.starts_on - ONE_DAY)
        after = _until(limit, last + ONE_DAY, last + left, one.id)
        if one.starts_on > last:
            after = one
        elif after != one:
            moved.append(after)
        last = max(last, after.ends_on)
    return moved, _until(limit, last + ONE_DAY, last + timedelta(days=days))


def _until(limit: date, starts_on: date, ends_on: date, id_: int = 0) -> Suspension:
    return Suspension(min(starts_on, limit), min(ends_on, limit), id_)
