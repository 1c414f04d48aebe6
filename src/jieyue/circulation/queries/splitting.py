"""What splitting a title would move, for whoever is about to."""

from collections.abc import Collection
from dataclasses import dataclass

from jieyue.catalog.models import Copy
from jieyue.circulation.models import Loan
from jieyue.circulation.queries.merging import open_holds
from jieyue.circulation.rules.merging import twice
from jieyue.circulation.rules.splitting import parted


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitMoves:
    """What goes with the copies, what waits again (`freed`), and what `stays`, in numbers.

    `twice` readers have reserved both. `is_emptied`: the record has no copy left after.
    """

    copies: int
    on_loan: int
    holds: int
    freed: int
    twice: int
    stays: int
    is_emptied: bool


def split_moves(*, title_id: int, copies: Collection[int], into_id: int | None) -> SplitMoves:
    """Return what would move with these copies (ids). Four statements, three for a new record."""
    kept = Copy.objects.filter(title_id=title_id).exclude(standing=Copy.Standing.WITHDRAWN)
    is_emptied = not kept.exclude(pk__in=copies).exists()
    waiting = open_holds(title_id)
    holds = parted(waiting, copies, is_empty=is_emptied)
    there = open_holds(into_id) if into_id is not None else []
    return SplitMoves(
        copies=len(copies),
        on_loan=Loan.objects.filter(copy__in=copies, returned_at=None).count(),
        holds=len(holds.moving),
        freed=len(holds.freed),
        twice=len(twice(there, holds.moving)),
        stays=len(waiting) - len(holds.moving),
        is_emptied=is_emptied,
    )
