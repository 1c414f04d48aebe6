"""Asking the index, on either engine: the one place that knows how each keeps it."""

from collections.abc import Sequence
from typing import Any, Final

from django.db import DEFAULT_DB_ALIAS, connections

from jieyue.catalog.rules.finding.entry import numbers_of
from jieyue.catalog.rules.finding.plan import Stage
from jieyue.catalog.search.where import Where
from jieyue.catalog.token_field import signed
from jieyue.kit import sql
from jieyue.kit.scope import current_library_id

_COLUMNS: Final = """
       i.title_id, i.main, i.whole, i.more, i.people, i.reading, i.people_readings
"""
_TITLE: Final = "JOIN catalog_title t ON t.library_id = <library:bigint> AND t.id = i.title_id"


def candidates(stage: Stage, where: Where) -> list[sql.Row]:
    """Return the features of titles that have all tokens of an alternative. One statement."""
    library_id = current_library_id()
    alternatives = [numbers_of(tokens, library_id) for tokens in stage.alternatives]
    if connections[DEFAULT_DB_ALIAS].vendor == "postgresql":
        return _postgresql(alternatives, stage.most, where)
    return _sqlite(alternatives, stage.most, where)


def _sqlite(alternatives: Sequence[Sequence[int]], most: int, where: Where) -> list[sql.Row]:
    # CROSS: words first. Without statistics it would look every title of the library up in them.
    match = " OR ".join(
        "(" + " AND ".join(f'"{number:x}"' for number in numbers) + ")" for numbers in alternatives
    )
    text = f"""
SELECT {_COLUMNS}
  FROM catalog_titlefts f
 CROSS JOIN catalog_titleindex i ON i.id = f.rowid
  {_TITLE if where.text else ""}
 WHERE catalog_titlefts MATCH <match:text> AND i.library_id = <library:bigint> {where.text}
 LIMIT <most:bigint>
"""
    return sql.rows(text, match=match, most=most, **where.params)


def _postgresql(alternatives: Sequence[Sequence[int]], most: int, where: Where) -> list[sql.Row]:
    # As few different texts as possible: each is prepared on each connection.
    size = 1 << (len(alternatives) - 1).bit_length()
    padded = [*alternatives, *[alternatives[-1]] * (size - len(alternatives))]
    params: dict[str, Any] = {
        f"tokens{place}": [signed(number) for number in numbers]
        for place, numbers in enumerate(padded)
    }
    having = " OR ".join(f"i.tokens @> <{name}:integer[]>" for name in params)
    text = f"""
SELECT {_COLUMNS}
  FROM catalog_titleindex i
  {_TITLE if where.text else ""}
 WHERE i.library_id = <library:bigint> AND ({having}) {where.text}
 LIMIT <most:bigint>
"""
    return sql.rows(text, most=most, **params, **where.params)


def tidy_index() -> None:
    """Put the parts of SQLite's index together, which many writes leave side by side.

    A search looks into each part: a fresh million in one go answers five times as fast after it.
    """
    database = connections[DEFAULT_DB_ALIAS]
    if database.vendor == "sqlite":
        with database.cursor() as cursor:
            cursor.execute("INSERT INTO catalog_titlefts (catalog_titlefts) VALUES ('optimize')")
