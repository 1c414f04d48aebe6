"""Asking the index, on either engine: the one place that knows how each keeps it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db import DEFAULT_DB_ALIAS, connections

from jieyue.catalog.rules.finding.entry import numbers_of
from jieyue.catalog.rules.finding.keeping import signed
from jieyue.catalog.rules.finding.plan import Stage
from jieyue.catalog.search.where import Where
from jieyue.kit import sql
from jieyue.kit.scope import current_library_id

FILTERED: Final = 5  # times as many candidates as without a filter
_COLUMNS: Final = """
       i.title_id, i.main, i.whole, i.more, i.people, i.reading, i.people_readings
"""
# CROSS: words first. Without statistics SQLite looks every title of the library up in them.
_SQLITE: Final = f"""
SELECT {_COLUMNS}
  FROM (SELECT rowid AS id FROM catalog_titlefts
         WHERE catalog_titlefts MATCH <asked:text> LIMIT <most:integer>) f
 CROSS JOIN catalog_titleindex i ON i.id = f.id
"""
_POSTGRESQL: Final = f"""
SELECT {_COLUMNS}
  FROM catalog_title_candidates(<asked:text>, <most:integer>) i
"""
# The last row says how many were looked at, whether or not they meet the condition.
_MEETING: Final = """
WITH looked_at AS MATERIALIZED (<looked_at> WHERE i.library_id = <library:bigint>)
SELECT looked_at.* FROM looked_at <cross> JOIN catalog_title t ON t.id = looked_at.title_id
 WHERE t.library_id = <library:bigint> <where>
UNION ALL SELECT count(*), '', '', '', '', '', '' FROM looked_at
"""


@dataclass(frozen=True, slots=True)
class Candidates:
    """Features of titles, and whether there may be more that the index was not asked for."""

    rows: list[sql.Row]
    has_more: bool


def candidates(stage: Stage, where: Where) -> Candidates:
    """Return the features of titles that have all tokens of an alternative, some of them twice.

    One statement. With more to meet, more are looked at: those that do not meet it count too.
    """
    library_id = current_library_id()
    numbers = [numbers_of(tokens, library_id) for tokens in stage.alternatives]
    most = stage.most * (FILTERED if where.text else 1)
    if connections[DEFAULT_DB_ALIAS].vendor == "postgresql":
        asked = ";".join("{" + ",".join(map(str, map(signed, some))) + "}" for some in numbers)
        found, cross = _POSTGRESQL, ""
    else:
        asked = _any_of([frozenset(some) for some in numbers])
        found, cross = _SQLITE, "CROSS"
    if not where.text:
        text = f"{found} WHERE i.library_id = <library:bigint>"
        rows = sql.rows(text, asked=asked, most=most)
        return Candidates(rows, len(rows) >= most)
    text = _MEETING.replace("<looked_at>", found).replace("<cross>", cross)
    text = text.replace("<where>", where.text)
    *rows, looked_at = sql.rows(text, asked=asked, most=most, **where.params)
    return Candidates(rows, looked_at["title_id"] >= most)


def _any_of(numbers: Sequence[frozenset[int]]) -> str:
    """Return alternatives for SQLite's full text, which looks each number up where it is named.

    What they have in common is named once: leaving out each of twelve in turn names 77, not 132.
    """
    common = frozenset.intersection(*numbers)
    others = [some - common for some in numbers]
    named = " AND ".join(f'"{number:x}"' for number in sorted(common))
    if not all(others):  # one asks for no more, so it brings what the others do
        return named
    half = len(others) // 2
    either = f"({_any_of(others[:half])} OR {_any_of(others[half:])})"
    return f"{named} AND {either}" if named else either
