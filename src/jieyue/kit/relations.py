"""Which rows others point at."""

from collections.abc import Collection
from typing import Any

from django.db import models


def pointed_at(
    model: type[models.Model], ids: Collection[int], *, besides: Collection[type[models.Model]] = ()
) -> dict[int, str]:
    """Return those of `ids` that rows of any table name in a key, and the name of the first such.

    What goes with them (CASCADE) is a part of them and does not count, but for rows of a table that
    says so (`counts_while: Q`). A statement for each key.
    """
    found: dict[int, str] = {}
    if not ids:
        return found
    for relation in model._meta.get_fields(include_hidden=True):
        other: Any = relation.related_model if relation.auto_created else None
        if other is None or relation.concrete or other in besides:
            continue
        key = relation.field.attname  # type: ignore[union-attr]
        rows = other.objects.filter(**{f"{key}__in": list(ids)})
        if getattr(relation, "on_delete", None) is models.CASCADE:
            if (counts_while := getattr(other, "counts_while", None)) is None:
                continue
            rows = rows.filter(counts_while)
        for pk in rows.values_list(key, flat=True).distinct():
            found.setdefault(pk, other._meta.model_name)
    return found
