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
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, Final

from django.db import connection

from jieyue.kit.scope import current_library_id

Row = dict[str, Any]

_ARRAY: Final = re.compile(r"=\s*ANY\(<(\w+):(\w+)\[\]>\)")
_ROWSET: Final = re.compile(r"<(\w+):\(([^)]*)\)>")
_PARAMETER: Final = re.compile(r"<(\w+):(\w+)>")


class UnscopedSqlError(RuntimeError):
    """A statement does not name `<library:bigint>`, so it could touch another library."""


@cache
def _compiled(text: str, vendor: str, *, is_scoped: bool = True) -> str:
    """Translate the text into the engine's own, once."""
    if is_scoped and "<library:bigint>" not in text:
        raise UnscopedSqlError(text)
    text = text.replace("%", "%%")
    if vendor == "postgresql":
        text = _ARRAY.sub(r"= ANY(%(\1)s::\2[])", text)
        text = _ROWSET.sub(r"jsonb_to_recordset(%(\1)s::jsonb) AS \1(\2)", text)
        return _PARAMETER.sub(r"%(\1)s::\2", text)
    text = _ARRAY.sub(r"IN (SELECT value FROM json_each(%(\1)s))", text)
    text = _ROWSET.sub(_sqlite_rowset, text)
    return _PARAMETER.sub(r"%(\1)s", text)


def _sqlite_rowset(match: re.Match[str]) -> str:
    columns = (column.split()[0] for column in match[2].split(","))
    picked = ", ".join(f"json_extract(value, '$.{name}') AS {name}" for name in columns)
    return f"(SELECT {picked} FROM json_each(%({match[1]})s)) AS {match[1]}"


def _stored(value: Any) -> Any:
    """Return a datetime, date or boolean as SQLite and Django keep it (naive UTC text)."""
    if isinstance(value, datetime):
        return str(value.astimezone(UTC).replace(tzinfo=None))
    return value.isoformat() if isinstance(value, date) else value


def _stored_json(value: Any) -> str:
    return json.dumps(value, default=_stored, ensure_ascii=False)


def _portable_json(value: Any) -> str:
    return json.dumps(value, default=_iso, ensure_ascii=False)


def _iso(value: Any) -> str:
    if isinstance(value, date):  # datetimes are dates
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} does not go into a set of rows")


def bound(params: Mapping[str, Any], vendor: str, *, is_scoped: bool = True) -> dict[str, Any]:
    """Return the parameters as the engine's driver takes them, the library in scope added."""
    values: dict[str, Any] = {"library": current_library_id()} if is_scoped else {}
    for name, value in params.items():
        if vendor == "postgresql":
            is_rows = (
                isinstance(value, (list, tuple)) and bool(value) and isinstance(value[0], dict)
            )
            if is_rows:
                values[name] = _portable_json(value)
            else:
                values[name] = list(value) if isinstance(value, tuple) else value
        elif isinstance(value, (list, tuple)):
            values[name] = _stored_json(value)
        else:
            values[name] = _stored(value)
    return values


def _typed(name: str, value: Any) -> Any:
    """Give a value that SQLite returned the type its column name promises."""
    if value is None:
        return None
    if name.endswith("_at"):
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        return moment.replace(tzinfo=UTC)
    if name.endswith("_on"):
        # sqlite3 converts a bare date column itself, an expression not.
        return value if isinstance(value, date) else date.fromisoformat(value)
    if name.startswith(("is_", "may_")):
        return bool(value)
    return value


def lock(text: str, **params: Any) -> None:
    """Lock rows in a statement of its own; what it returns is older than the lock, so nothing.

    Nothing to do on SQLite: the IMMEDIATE transaction already admits one writer.
    """
    if connection.vendor == "postgresql":
        _rows(text, params, is_scoped=True)


def rows(text: str, **params: Any) -> list[Row]:
    """Run one reading (or RETURNING) statement and return its rows."""
    return _rows(text, params, is_scoped=True)


def rows_across(text: str, **params: Any) -> list[Row]:
    """Run a statement on no library in particular; only modules listed in the wall tests may."""
    return _rows(text, params, is_scoped=False)


def _rows(text: str, params: Mapping[str, Any], *, is_scoped: bool) -> list[Row]:
    vendor = connection.vendor
    with connection.cursor() as cursor:
        cursor.execute(
            _compiled(text, vendor, is_scoped=is_scoped),
            bound(params, vendor, is_scoped=is_scoped),
        )
        names = [column[0] for column in cursor.description]
        found = cursor.fetchall()
    if vendor == "postgresql":
        return [dict(zip(names, row, strict=True)) for row in found]
    return [{n: _typed(n, v) for n, v in zip(names, row, strict=True)} for row in found]


def write(statements: Sequence[str], **params: Any) -> None:
    """Run the write statements: one round trip on PostgreSQL, one each on SQLite."""
    vendor = connection.vendor
    values = bound(params, vendor)
    with connection.cursor() as cursor:
        for text in compiled(tuple(statements), vendor):
            cursor.execute(text, values)


@cache
def compiled(statements: tuple[str, ...], vendor: str) -> tuple[str, ...]:
    """Return the statements for the engine: one modifying CTE on PostgreSQL, else one each."""
    texts = tuple(_compiled(statement, vendor) for statement in statements)
    if vendor != "postgresql" or len(texts) < 2:
        return texts
    ahead = ", ".join(f"w{n} AS ({text})" for n, text in enumerate(texts[:-1]))
    return (f"WITH {ahead} {texts[-1]}",)
