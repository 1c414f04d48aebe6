"""Deleting many rows without holding everybody else up."""

from typing import Any, Final

from django.db import models

BATCH: Final = 1000


def delete_in_batches(rows: "models.QuerySet[Any]") -> int:
    """Delete the rows of an unsliced queryset, a thousand a transaction; return how many."""
    total = 0
    while keys := list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        total += rows.filter(pk__in=keys).delete()[0]
    return total
