"""Whom a message is for: the filter as it is stored and typed."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Readers who fit all of it; what is empty asks nothing.

    `unseen_days`: have neither borrowed nor returned for so long. `group`: a class. `category`:
    code of a card type. `subject`: the beginning of the class number of a book they borrowed, for
    which they must have agreed to the use of their history. `overdue`: have something overdue.
    """

    unseen_days: int | None = None
    group: str = ""
    category: str = ""
    subject: str = ""
    overdue: bool = False

    def stored(self) -> dict[str, Any]:
        """Return what is kept of it: what it asks."""
        return {name: value for name, value in asdict(self).items() if value}


def audience_of(stored: Mapping[str, Any]) -> Audience:
    """Return the filter that was stored."""
    known = {name: stored[name] for name in Audience.__slots__ if name in stored}
    return Audience(**known)
