"""Writing many titles in one statement."""

from collections.abc import Sequence
from typing import Any, Final

from jieyue.catalog.models import Title
from jieyue.catalog.rules.descriptions import FIELDS
from jieyue.kit import sql
from jieyue.libraries.desk import Desk

WRITTEN: Final = (*FIELDS, "match_key", "state", "source", "provenance")
_KINDS: Final = {
    "JSONField": "jsonb",
    "PositiveIntegerField": "int",
    "PositiveSmallIntegerField": "int",
}


def _type(name: str) -> str:
    return _KINDS.get(Title._meta.get_field(name).get_internal_type(), "text")


# The plus keeps SQLite from going through all the library's titles for each of these.
UPDATE: Final = f"""
UPDATE catalog_title SET updated_at = <now:timestamptz>,
       {", ".join(f"{name} = rows.{name}" for name in WRITTEN)}
  FROM <rows:(id bigint, {", ".join(f"{name} {_type(name)}" for name in WRITTEN)})>
 WHERE +catalog_title.library_id = <library:bigint> AND catalog_title.id = rows.id
"""


def update_titles(desk: Desk, titles: Sequence[tuple[int | None, dict[str, Any]]]) -> None:
    """Write all columns in `WRITTEN` of titles by row id. One statement, none for no title."""
    if titles:
        rows = [{"id": pk, **{name: values[name] for name in WRITTEN}} for pk, values in titles]
        sql.write([UPDATE], rows=rows, now=desk.now)
