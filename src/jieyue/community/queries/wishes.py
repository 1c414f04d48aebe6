"""Purchase wishes as readers and staff see them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import QuerySet

from jieyue.community.models import Wish, WishSupporter
from jieyue.community.queries.settings import rules_of
from jieyue.community.rules.moments import month_of, start_of
from jieyue.community.rules.wishes import OPEN
from jieyue.libraries.desk import Desk

PAGE: Final = 40
_OPEN: Final = [state.value for state in OPEN]


@dataclass(frozen=True, slots=True, kw_only=True)
class WishView:
    """A wish. `is_mine`: the reader who asks has it; `wants_hold`: and wants it reserved.

    `title` is the public id of what arrived, or empty.
    """

    public_id: str
    isbn13: str
    name: str
    authors: str
    publisher: str
    year: int | None
    supporters: int
    state: str
    reason: str
    title: str
    created_at: datetime
    changed_at: datetime
    is_mine: bool = False
    wants_hold: bool = False


def wishes(
    *, states: Iterable[str] = _OPEN, patron_id: int | None = None, limit: int = PAGE,
    offset: int = 0,
) -> list[WishView]:  # fmt: skip
    """Return wishes in these states, those with the most supporters first. Two statements."""
    found = Wish.objects.filter(state__in=list(states)).order_by("-supporters", "id")
    return _views(found[offset : offset + limit], patron_id)


def wishes_of(patron_id: int, *, limit: int = PAGE) -> list[WishView]:
    """Return a reader's wishes, what changed last first. Two statements."""
    mine = WishSupporter.objects.filter(patron_id=patron_id).values("wish_id")
    found = Wish.objects.filter(pk__in=mine).order_by("-changed_at", "-id")
    return _views(found[:limit], patron_id)


def wish_by_id(public_id: str, patron_id: int | None = None) -> WishView | None:
    """Return one. Two statements."""
    found = Wish.objects.filter(public_id=public_id)
    return next(iter(_views(found[:1], patron_id)), None)


def counted_wishes() -> dict[str, int]:
    """Return how many wishes there are in each state. One statement."""
    from django.db.models import Count

    rows = Wish.objects.values_list("state").annotate(n=Count("pk"))
    return dict(rows.values_list("state", "n"))


def wishes_left(desk: Desk) -> int:
    """Return how many new wishes a reader may still make this month. Two statements."""
    since = start_of(month_of(desk.today), desk.zone)
    mine = WishSupporter.objects.filter(patron_id=desk.patron_id, asked_at__gte=since)
    return max(rules_of().wishes_per_month - mine.filter(is_first=True).count(), 0)


def _views(found: "QuerySet[Wish]", patron_id: int | None) -> list[WishView]:
    rows: list[Any] = list(found)
    mine = {}
    if patron_id is not None:
        asked = WishSupporter.objects.filter(
            patron_id=patron_id, wish_id__in=[row.pk for row in rows]
        )
        mine = dict(asked.values_list("wish_id", "wants_hold"))
    return [
        WishView(
            **{
                n: getattr(row, n) for n in WishView.__slots__ if n not in ("is_mine", "wants_hold")
            },
            is_mine=row.pk in mine,
            wants_hold=mine.get(row.pk, False),
        )
        for row in rows
    ]
