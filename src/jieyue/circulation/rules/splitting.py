"""Copies of one record turn out to be another book (拆分): whose reservation goes with them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from jieyue.circulation.rules.merging import Queued

MAX_COPIES: Final = 300


@dataclass(frozen=True, slots=True)
class Parted:
    """Open holds of the record that is split.

    `moving` go with the copies; of all others `freed` had one of these copies kept for them.
    """

    moving: tuple[Queued, ...]
    freed: tuple[Queued, ...]


def parted(holds: Iterable[Queued], copies: Collection[int], *, is_empty: bool) -> Parted:
    """Say which holds go with the copies (ids).

    A hold for one of these copies goes with it. One for the book stays with the book, unless the
    record `is_empty` after: then there is nothing left to wait for, and it follows.
    """
    there = list(holds)
    moving = [
        hold for hold in there if (is_empty if hold.copy_id is None else hold.copy_id in copies)
    ]
    return Parted(tuple(moving), crossing(there, [hold.hold_id for hold in moving], copies))


def crossing(
    holds: Iterable[Queued], moving: Collection[int], copies: Collection[int]
) -> tuple[Queued, ...]:
    """Return the holds of which either the hold or the copy kept for it moves, but not both.

    They wait again in their place: a copy of one book serves nobody who waits for another.
    """
    return tuple(
        hold
        for hold in holds
        if hold.captured_copy_id is not None
        and (hold.hold_id in moving) != (hold.captured_copy_id in copies)
    )
