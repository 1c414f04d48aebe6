"""Raw SQL for the hot path: one text for both engines, always bound to the library in scope.

A text names its typed parameters in angle brackets, and always the library:

    SELECT id, due_at FROM circulation_loan
     WHERE library_id = <library:bigint> AND copy_id = ANY(<copies:bigint[]>) FOR UPDATE

`<name:type>` becomes a cast parameter on PostgreSQL (server-side binding guesses types otherwise)
and a plain one on SQLite; `= ANY(<name:type[]>)` a JSON array there; `<rows:(a bigint, b text)>` in
FROM a set of rows called `rows`. Statements that lock go through `lock` and are not run on SQLite,
where the IMMEDIATE transaction admits one writer. Write statements are run one by one on SQLite and
folded into one modifying CTE on PostgreSQL: they must not read what another of the list writes.

Rows are dicts. Column names carry their types on SQLite, which has none: `…_at` is an aware UTC
datetime, `…_on` a date, `is_…`/`may_…` a boolean.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, Final

from django.db import DEFAULT_DB_ALIAS, connections

from jieyue.kit.scope import current_library_id

Row = dict[str, Any]

_ARRAY: Final = re.compile(r"=\s*ANY\(<(\w+):(\w+)\[\]>\)")
_ROWSET: Final = re.compile(r"<(\w+):\(([^)]*)\)>")
_PARAMETER: Final = re.compile(r"<(\w+):(\w+)>")


class UnscopedSqlError(RuntimeError):
    """A statement does not name `<library:bigint>`, so it could touch another library."""


def rows(text: str, /, **params: Any) -> list[Row]:
    """Run one reading (or RETURNING) statement and return its rows."""
    return _rows(text, _with_library(params), is_scoped=True)


def rows_across(text: str, /, **params: Any) -> list[Row]:
    """Run a statement on no library in particular; only modules listed in the wall tests may."""
    return _rows(text, params, is_scoped=False)


def lock(text: str, /, **params: Any) -> None:
    """Lock rows in a statement of its own; what it returns is older than the lock, so nothing.

    Nothing to do on SQLite: the IMMEDIATE transaction already admits one writer. On PostgreSQL it
    goes out with the statement that follows, which reads after it.
    """
    django = connections[DEFAULT_DB_ALIAS]
    if django.vendor == "postgresql":
        _insist_on_library(text)
        _send(django, (_translated(text, django.vendor),), _with_library(params))


def write(statements: Sequence[str], /, **params: Any) -> None:
    """Run the write statements: folded into one on PostgreSQL, one each on SQLite.

    On PostgreSQL they go out with the statement that follows, or with COMMIT, and an error shows
    there.
    """
    django = connections[DEFAULT_DB_ALIAS]
    _send(django, compiled(tuple(statements), django.vendor), _with_library(params))


def _send(django: Any, texts: tuple[str, ...], params: Mapping[str, Any]) -> None:
    values = bound(params, django.vendor)
    if _is_watched(django) or django.vendor != "postgresql":
        with _cursor(django) as cursor:
            for text in texts:
                cursor.execute(text, values)
        return
    django.validate_no_broken_transaction()
    for text in texts:
        django.pipeline.put_off(text, values)
    if not django.in_atomic_block:
        with django.wrap_database_errors:
            django.pipeline.flush()


def _rows(text: str, params: Mapping[str, Any], *, is_scoped: bool) -> list[Row]:
    django: Any = connections[DEFAULT_DB_ALIAS]
    if is_scoped:
        _insist_on_library(text)
    values, translated = bound(params, django.vendor), _translated(text, django.vendor)
    if _is_watched(django) or django.vendor != "postgresql":
        with _cursor(django) as cursor:
            cursor.execute(translated, values)
            names = [column[0] for column in cursor.description]
            found = cursor.fetchall()
    else:
        django.validate_no_broken_transaction()
        with django.wrap_database_errors:
            names, found = django.pipeline.rows(translated, values)
    made = [dict(zip(names, row, strict=True)) for row in found]
    if django.vendor == "sqlite":
        for name, convert in _converters(tuple(names)):
            for row in made:
                if row[name] is not None:
                    row[name] = convert(row[name])
    return made


def _is_watched(django: Any) -> bool:
    """Say whether somebody counts or forbids statements: then they go through Django's cursor."""
    return bool(django.execute_wrappers or django.queries_logged)


@contextmanager
def _cursor(django: Any) -> Iterator[Any]:
    """Yield the driver's own cursor, or Django's where statements are watched."""
    if _is_watched(django):
        with django.cursor() as cursor:
            yield cursor
        return
    django.validate_no_broken_transaction()
    django.ensure_connection()
    with django.wrap_database_errors, closing(django.connection.cursor()) as cursor:
        yield cursor


def _with_library(params: dict[str, Any]) -> dict[str, Any]:
    params["library"] = current_library_id()
    return params


# --- Texts -------------------------------------------------------------------------------------


@cache
def compiled(statements: tuple[str, ...], vendor: str) -> tuple[str, ...]:
    """Return write statements for the engine: one modifying CTE on PostgreSQL, else one each."""
    for statement in statements:
        _insist_on_library(statement)
    texts = tuple(_translated(statement, vendor) for statement in statements)
    if vendor != "postgresql" or len(texts) < 2:
        return texts
    ahead = ", ".join(f"w{n} AS ({text})" for n, text in enumerate(texts[:-1]))
    return (f"WITH {ahead} {texts[-1]}",)


@cache
def _insist_on_library(text: str) -> None:
    if "<library:bigint>" not in text:
        raise UnscopedSqlError(text)


@cache
def _translated(text: str, vendor: str) -> str:
    """Translate the text into the engine's own, once."""
    if "%" in text:
        raise ValueError("write mod(a, b), and pass patterns as parameters")
    if vendor == "postgresql":
        # The array comes out of a subquery, so that its length is as unknown to the planner as in a
        # prepared plan. Otherwise it plans every call anew, which costs five times the execution.
        text = _ARRAY.sub(r"= ANY((SELECT %(\1)s::\2[])::\2[])", text)
        text = _ROWSET.sub(r"jsonb_to_recordset(%(\1)s::jsonb) AS \1(\2)", text)
        return _PARAMETER.sub(r"%(\1)s::\2", text)
    text = _ARRAY.sub(r"IN (SELECT value FROM json_each(:\1))", text)
    text = _ROWSET.sub(_sqlite_rowset, text)
    return _PARAMETER.sub(r":\1", text)


def _sqlite_rowset(match: re.Match[str]) -> str:
    columns = (column.split()[0] for column in match[2].split(","))
    picked = ", ".join(f"json_extract(value, '$.{name}') AS {name}" for name in columns)
    return f"(SELECT {picked} FROM json_each(:{match[1]})) AS {match[1]}"


# --- Values ------------------------------------------------------------------------------------


def bound(params: Mapping[str, Any], vendor: str) -> dict[str, Any]:
    """Return the parameters as the engine's driver takes them."""
    convert = _to_postgresql if vendor == "postgresql" else _to_sqlite
    return {
        name: value if type(value) in _PLAIN else convert(value) for name, value in params.items()
    }


_PLAIN: Final = frozenset({int, str, type(None)})


def _to_postgresql(value: Any) -> Any:
    if not isinstance(value, list | tuple):
        return value
    is_rows = bool(value) and isinstance(value[0], dict)
    return _portable_json(value) if is_rows else list(value)


def _to_sqlite(value: Any) -> Any:
    return _stored_json(value) if isinstance(value, list | tuple) else _stored(value)


def _stored(value: Any) -> Any:
    """Return a datetime, date or boolean as SQLite and Django keep it (naive UTC text)."""
    if isinstance(value, datetime):
        return str(value.astimezone(UTC).replace(tzinfo=None))
    return value.isoformat() if isinstance(value, date) else value


def _iso(value: Any) -> str:
    if isinstance(value, date):  # datetimes are dates
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} does not go into a set of rows")


# An encoder is made once: json.dumps with arguments makes one at each call.
_stored_json: Final = json.JSONEncoder(default=_stored, ensure_ascii=False).encode
_portable_json: Final = json.JSONEncoder(default=_iso, ensure_ascii=False).encode


# --- Rows --------------------------------------------------------------------------------------


@cache
def _converters(names: tuple[str, ...]) -> tuple[tuple[str, Callable[[Any], Any]], ...]:
    """Return what gives those columns their type whose names promise one SQLite does not have."""
    converters = ((name, _converter(name)) for name in names)
    return tuple((name, convert) for name, convert in converters if convert is not None)


def _converter(name: str) -> Callable[[Any], Any] | None:
    if name.endswith("_at"):
        return _moment
    if name.endswith("_on"):
        return _day
    return bool if name.startswith(("is_", "may_")) else None


def _moment(value: Any) -> datetime:
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return moment.replace(tzinfo=UTC)


def _day(value: Any) -> date:
    # sqlite3 converts a bare date column itself, an expression not.
    return value if isinstance(value, date) else date.fromisoformat(value)
