"""Doing much without holding everybody else up."""

from collections.abc import Iterator, Sequence
from typing import Any, Final, TypeVar

from django.db import models

BATCH: Final = 1000
T = TypeVar("T")


def batches(items: Sequence[T], size: int) -> Iterator[tuple[T, ...]]:
    """Yield all items in their order, `size` at a time; the last batch may be smaller."""
    for start in range(0, len(items), size):
        yield tuple(items[start : start + size])


def delete_in_batches(rows: "models.QuerySet[Any]") -> int:
    """Delete the rows of an unsliced queryset, a thousand a transaction; return how many."""
    total = 0
    while keys := list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        total += rows.filter(pk__in=keys).delete()[0]
    return total
