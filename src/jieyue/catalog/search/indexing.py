"""Keeping the index: a row for each title, written in the transaction that writes the title."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from functools import partial
from itertools import islice
from multiprocessing import get_context
from typing import Final

from jieyue.catalog.rules.finding.entry import Fields
from jieyue.catalog.rules.finding.keeping import VERSION, rows_of
from jieyue.catalog.search.storage import keeps_arrays, tidy_index, writing_many
from jieyue.kit import sql
from jieyue.kit.scope import current_library_id
from jieyue.kit.transactions import in_transaction

BATCH: Final = 500  # titles of a statement, and of a transaction while everything is indexed
FIELDS: Final = tuple(Fields.__slots__)

Described = list[tuple[int, str, Fields]]  # row id, the moment it stood so, as the engine says it

_KEPT: Final = ("main", "whole", "more", "people", "reading", "people_readings", "tokens")
_NEW: Final = ", ".join(f"{name} = excluded.{name}" for name in (*_KEPT, "version"))
_CHANGED: Final = " OR ".join(
    f"i.{name} IS DISTINCT FROM excluded.{name}" for name in (*_KEPT, "version")
)
_TYPES: Final = ", ".join(f"{name} text" for name in _KEPT[:-1]) + ", tokens integer[]"
_WRITE: Final = f"""
INSERT INTO catalog_titleindex AS i (library_id, title_id, {", ".join(_KEPT)}, version)
SELECT <library:bigint>, rows.id, {", ".join(f"rows.{name}" for name in _KEPT)}, <version:int>
  FROM <rows:(id bigint, as_of text, {_TYPES})>
 WHERE <standing>
    ON CONFLICT (library_id, title_id) DO UPDATE SET {_NEW} WHERE {_CHANGED}
"""
_WRITE_ALL: Final = _WRITE.replace("<standing>", "true")
# Leaves out what was changed or taken away meanwhile: whoever did that saw to its index.
_WRITE_UNCHANGED: Final = _WRITE.replace(
    "<standing>",
    """rows.as_of = (SELECT CAST(t.updated_at AS text) FROM catalog_title t
                    WHERE t.library_id = <library:bigint> AND t.id = rows.id)""",
)
_LOCK: Final = """
SELECT id FROM catalog_title
 WHERE library_id = <library:bigint> AND id = ANY(<titles:bigint[]>) ORDER BY id FOR NO KEY UPDATE
"""
_DESCRIBED: Final = f"""
SELECT t.id, CAST(t.updated_at AS text) AS as_of, {", ".join(f"t.{name}" for name in FIELDS)}
  FROM catalog_title t WHERE t.library_id = <library:bigint>
"""
_THESE: Final = "AND t.id = ANY(<titles:bigint[]>)"
_NEXT: Final = "AND t.id > <after:bigint> <which> ORDER BY t.id LIMIT <most:bigint>"
_MISSING: Final = """AND NOT EXISTS (
    SELECT 1 FROM catalog_titleindex i WHERE i.library_id = <library:bigint>
       AND i.title_id = t.id AND i.version = <version:int>)"""


def index_titles(described: Mapping[int, Fields]) -> None:
    """Write the index of titles by row id. One statement for every few hundred."""
    waiting = iter(described.items())
    while part := list(islice(waiting, BATCH)):
        _write([(title_id, "", fields) for title_id, fields in part])


def index_again(title_ids: Iterable[int]) -> None:
    """Index titles as their rows stand. Two statements for every few hundred."""
    waiting = iter(title_ids)
    while part := list(islice(waiting, BATCH)):
        _write(_described(f"{_DESCRIBED} {_THESE}", titles=part))


def index_all(*, processes: int = 2, is_missing: bool = False) -> Iterator[int]:
    """Make the library's index anew while it serves; yield how many titles are done, now and then.

    Each few hundred titles in a transaction of their own. Making tokens costs most, so processes of
    their own do that. `is_missing`: only of titles that have none, or one of another VERSION.
    """
    library_id, arrays, parts = current_library_id(), keeps_arrays(), _parts(is_missing)
    done = 0
    with (
        ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool,
        writing_many(),
    ):

        def start(part: Described) -> tuple[list[int], Future[str]]:
            ids = [title_id for title_id, _as_of, _fields in part]
            return ids, pool.submit(rows_of, part, library_id, as_arrays=arrays)

        started = deque(start(part) for part in islice(parts, 2 * processes))
        while started:
            ids, made = started.popleft()
            in_transaction(partial(_write_unchanged, ids, made.result()))
            started.extend(start(part) for part in islice(parts, 1))
            done += len(ids)
            yield done
    tidy_index()


def index_missing() -> Iterator[int]:
    """Do so for titles that search cannot find or knows as another VERSION kept them, by itself."""
    for part in _parts(is_missing=True):
        ids = [title_id for title_id, _as_of, _fields in part]
        made = rows_of(part, current_library_id(), as_arrays=keeps_arrays())
        in_transaction(partial(_write_unchanged, ids, made))
        yield len(ids)


def is_complete() -> bool:
    """Say whether every title of the library is in the index as this VERSION keeps it."""
    return not next(_parts(is_missing=True), None)


def _parts(is_missing: bool) -> Iterator[Described]:
    """Yield the titles, or those that miss something, a few hundred at a time."""
    text = f"{_DESCRIBED} {_NEXT.replace('<which>', _MISSING if is_missing else '')}"
    extra = {"version": VERSION} if is_missing else {}
    after = 0
    while part := _described(text, after=after, most=BATCH, **extra):
        yield part
        after = part[-1][0]


def _described(text: str, **params: object) -> Described:
    rows = sql.rows(text, **params)
    return [(row.pop("id"), row.pop("as_of"), Fields(**row)) for row in rows]


def _write(described: Described) -> None:
    rows = rows_of(described, current_library_id(), as_arrays=keeps_arrays())
    sql.write([_WRITE_ALL], rows=rows, version=VERSION)


def _write_unchanged(title_ids: list[int], rows: str) -> None:
    sql.lock(_LOCK, titles=title_ids)  # so that nobody changes one between our reading and writing
    sql.write([_WRITE_UNCHANGED], rows=rows, version=VERSION)
