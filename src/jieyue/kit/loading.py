"""Putting many rows in at once, for demonstrations and benches that build a whole library.

Whoever loads answers for what an action would have seen to; the database's own rules still hold.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.apps import apps

from jieyue.kit.models import LibraryOwned
from jieyue.kit.scope import current_library_id

BATCH: Final = 500


def insert(label: str, rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Insert rows of a model named `app.Model`; return their ids in order.

    Rows of a library go into the one in scope. A statement every few hundred rows.
    """
    model: Any = apps.get_model(label)
    if issubclass(model, LibraryOwned):
        given: Mapping[str, Any] = {"library_id": current_library_id()}
    else:
        given = {}
    made = [model(**given, **row) for row in rows]
    model._base_manager.bulk_create(made, batch_size=BATCH)
    return [row.pk for row in made]
