"""Which free copies are fetched from the shelf for readers who wait."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from jieyue.circulation.rules.holds import Waiting


@dataclass(frozen=True, slots=True)
class FreeCopy:
    """A copy in use, here, promised to nobody."""

    copy_id: int
    title_id: int
    branch_id: int


def picks(queue: Iterable[Waiting], free: Iterable[FreeCopy]) -> dict[int, int]:
    """Return {copy id: hold id}: the copies to fetch, each for one hold, each hold once.

    Those first in the queue choose first: a copy at their pick-up branch, else of the oldest
    branch. Every branch computes the same, so that no two fetch a copy for one reader.
    """
    left: dict[int, list[FreeCopy]] = defaultdict(list)
    for copy in free:
        left[copy.title_id].append(copy)
    chosen: dict[int, int] = {}
    for hold in sorted(queue, key=lambda waiting: waiting.place):
        fitting = [c for c in left[hold.title_id] if hold.copy_id in (None, c.copy_id)]
        if not fitting:
            continue
        best = min(
            fitting, key=lambda c: (c.branch_id != hold.pickup_branch_id, c.branch_id, c.copy_id)
        )
        left[hold.title_id].remove(best)
        chosen[best.copy_id] = hold.hold_id
    return chosen
