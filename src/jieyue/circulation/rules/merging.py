"""Two records of one book become one (合并): what the kept one says, and who keeps which place."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from jieyue.catalog.rules.descriptions import FIELDS, Description, filled

UNDO: Final = timedelta(days=30)
CAPTURED: Final = ("ready", "in_transit")
"""States of a hold that a copy is kept for, the nearer to its reader first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """An open hold of one of the two titles. `copy_id` is set if only that copy will do."""

    hold_id: int
    public_id: str
    patron_id: int
    copy_id: int | None
    state: str
    is_suspended: bool
    queue_class: int
    queued_at: datetime
    captured_copy_id: int | None = None

    @property
    def rank(self) -> tuple[int, int, datetime, int]:
        """What is kept first: one with a copy, then the better place in the queue."""
        nearness = CAPTURED.index(self.state) if self.state in CAPTURED else len(CAPTURED)
        return nearness, self.queue_class, self.queued_at, self.hold_id


@dataclass(frozen=True, slots=True)
class Twice:
    """A reader with a hold on both titles: which stays, and what of the other one it takes on."""

    stays: Queued
    ends: Queued

    @property
    def any_copy_will_do(self) -> bool:
        """One of the two did not insist on its copy."""
        return None in (self.stays.copy_id, self.ends.copy_id)

    @property
    def is_suspended(self) -> bool:
        """Passed over only if both were."""
        return self.stays.is_suspended and self.ends.is_suspended


def twice(one: Iterable[Queued], other: Iterable[Queued]) -> list[Twice]:
    """Return who has a hold on both; a title has one of a reader at most."""
    there = {hold.patron_id: hold for hold in other}
    pairs = [(hold, there[hold.patron_id]) for hold in one if hold.patron_id in there]
    return [Twice(*sorted(pair, key=lambda hold: hold.rank)) for pair in pairs]


def to_take(kept: Description, dropped: Description) -> frozenset[str]:
    """Return the fields worth taking from the other record: those the kept one has nothing in."""
    better = filled(kept, dropped)
    return frozenset(name for name in FIELDS if getattr(better, name) != getattr(kept, name))


def merged(kept: Description, dropped: Description, take: Collection[str]) -> Description:
    """Return what the kept record says with some fields taken from the other."""
    return replace(kept, **{name: getattr(dropped, name) for name in FIELDS if name in take})
