"""Asking the index, on either engine: the one place that knows how each keeps it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
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
SELECT <stage> AS stage, {_COLUMNS}
  FROM (SELECT rowid AS id FROM catalog_titlefts
         WHERE catalog_titlefts MATCH <asked<stage>:text> LIMIT <most<stage>:integer>) f
 CROSS JOIN catalog_titleindex i ON i.id = f.id
 WHERE i.library_id = <library:bigint>
"""
_POSTGRESQL: Final = f"""
SELECT <stage> AS stage, {_COLUMNS}
  FROM catalog_title_candidates(<asked<stage>:text>, <most<stage>:integer>) i
 WHERE i.library_id = <library:bigint>
"""
# The last rows say how many were looked at, whether or not they meet the condition.
_MEETING: Final = """
WITH looked_at AS MATERIALIZED (<looked_at>)
SELECT looked_at.* FROM looked_at <cross> JOIN catalog_title t ON t.id = looked_at.title_id
 WHERE t.library_id = <library:bigint> <where>
UNION ALL SELECT -1 - stage, count(*), '', '', '', '', '', '' FROM looked_at GROUP BY stage
"""


@dataclass(frozen=True, slots=True)
class Candidates:
    """Features of titles, and whether there may be more that the index was not asked for."""

    rows: list[sql.Row]
    has_more: bool


def candidates(stages: Sequence[Stage], where: Where) -> Candidates:
    """Return the features of titles that have all tokens of an alternative, some of them twice.

    One statement. With more to meet, more are looked at: those that do not meet it count too.
    """
    is_postgresql = connections[DEFAULT_DB_ALIAS].vendor == "postgresql"
    library_id, params = current_library_id(), dict(where.params)
    for n, stage in enumerate(stages):
        numbers = [numbers_of(tokens, library_id) for tokens in stage.alternatives]
        params[f"asked{n}"] = (
            _arrays(numbers) if is_postgresql else _any_of([frozenset(some) for some in numbers])
        )
        params[f"most{n}"] = stage.most * (FILTERED if where.text else 1)
    text = _text(len(stages), where.text, is_postgresql=is_postgresql)
    rows = sql.rows(text, **params)
    if where.text:
        looked_at: Mapping[int, int] = {
            -1 - row["stage"]: row["title_id"] for row in rows if row["stage"] < 0
        }
        rows = [row for row in rows if row["stage"] >= 0]
    else:
        looked_at = Counter(row["stage"] for row in rows)
    has_more = any(many >= params[f"most{n}"] for n, many in looked_at.items())
    return Candidates(rows, has_more)


@cache
def _text(stages: int, where: str, *, is_postgresql: bool) -> str:
    one = _POSTGRESQL if is_postgresql else _SQLITE
    text = " UNION ALL ".join(one.replace("<stage>", str(n)) for n in range(stages))
    if not where:
        return text
    text = _MEETING.replace("<looked_at>", text)
    return text.replace("<cross>", "" if is_postgresql else "CROSS").replace("<where>", where)


def _arrays(numbers: Sequence[Sequence[int]]) -> str:
    """Return alternatives for PostgreSQL's function."""
    return ";".join("{" + ",".join(map(str, map(signed, some))) + "}" for some in numbers)


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
