"""Statements sent together and answered together: libpq's pipeline, by psycopg's own binding of it.

psycopg's cursors spend three times as long in Python on a prepared statement as libpq needs for it,
in its pipeline mode too. A checkout has seven statements, so this is a third of its cost. What
stays psycopg's: connecting, errors, and turning what comes back into Python's types.

A statement that nobody waits for (BEGIN, a lock, a last write) is put off and travels with the next
one that somebody does wait for. The server runs them one after the other, each with a snapshot of
its own; after the first error it skips the rest, and that error is raised.
"""

import re
import select
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any, Final, NamedTuple

import psycopg
from psycopg import errors, pq
from psycopg.adapt import Transformer

_PARAMETER: Final = re.compile(r"%\((\w+)\)s")
_BOTH: Final = select.POLLIN | select.POLLOUT
_FAILED: Final = frozenset({pq.ExecStatus.FATAL_ERROR, pq.ExecStatus.BAD_RESPONSE})
# The planner takes one barcode for ten where it does not know it, so a plan for the values at hand
# always looks cheaper to it, and it planned each checkout anew: 1.3 ms of the database's 2.7. So it
# is with ranges. What only compares with `=` it plans once by itself, after five times.
# Django's statements in between need the values: an index on some rows serves only where the
# planner sees which are wanted. So do ours that ask for so many rows: how many decides the way.
_LISTS_OR_RANGES: Final = re.compile(r"\[\]|recordset|[<>]")
_ASKS_FOR_SO_MANY: Final = re.compile(r"LIMIT\s+%\(")

Params = Mapping[str, Any]


class _Statement(NamedTuple):
    """A statement as libpq takes it: text with numbered parameters, and their names in order."""

    text: bytes
    params: tuple[str, ...]
    is_planned_once: bool | None  # None: either way


@cache
def _statement(text: str) -> _Statement:
    """Number the parameters of a text that names them (`%(library)s::bigint`)."""
    params = tuple(dict.fromkeys(_PARAMETER.findall(text)))
    numbered = _PARAMETER.sub(lambda match: f"${params.index(match[1]) + 1}", text)
    is_planned_once = not _ASKS_FOR_SO_MANY.search(text) if _LISTS_OR_RANGES.search(text) else None
    return _Statement(numbered.encode(), params, is_planned_once)


_BEGIN: Final = _statement("BEGIN")


def _planning(*, is_once: bool, is_local: bool) -> bytes:
    """Return what has statements planned once, or anew for their values."""
    mode = b"force_generic_plan" if is_once else b"auto"
    return b"SET %splan_cache_mode TO %s" % (b"LOCAL " if is_local else b"", mode)


class _Reader:
    """A statement's column names, and what turns its columns into Python's types."""

    def __init__(self, connection: "psycopg.Connection[Any]", result: pq.abc.PGresult) -> None:
        self.names = [(result.fname(place) or b"").decode() for place in range(result.nfields)]
        self._reader = Transformer(connection)
        self._reader.set_pgresult(result)

    def rows(self, result: pq.abc.PGresult) -> list[tuple[Any, ...]]:
        """Return the rows of the first result or of a later one of the same statement."""
        self._reader.set_pgresult(result, set_loaders=False)
        try:
            return self._reader.load_rows(0, result.ntuples, tuple)
        finally:
            self._reader.set_pgresult(None, set_loaders=False)


class Pipeline:
    """What is put off on one connection, and what is prepared there."""

    def __init__(self, connection: "psycopg.Connection[Any]") -> None:
        self.connection = connection
        self._raw = connection.pgconn
        self._names: dict[_Statement, bytes] = {}  # of what is prepared
        self._readers: dict[bytes, _Reader] = {}  # by these names
        self._named = 0
        self._waiting: list[tuple[_Statement, list[bytes | None]]] = []
        self._is_once = False  # plans are made once, until the transaction ends
        self._file = connection.fileno()
        self._socket = select.poll()
        self._socket.register(self._file, select.POLLIN)

    def put_off(self, text: str, params: Params) -> None:
        """Have the statement travel with the next one; nobody looks at its rows."""
        statement = _statement(text)
        self._waiting.append((statement, [_encoded(params[name]) for name in statement.params]))

    def rows(self, text: str, params: Params) -> tuple[list[str], list[tuple[Any, ...]]]:
        """Send everything put off and this statement; return its column names and rows."""
        self.put_off(text, params)
        result = self._send()
        name = self._names.get(_statement(text), b"")
        reader = self._readers.get(name) or _Reader(self.connection, result)
        if name:  # a prepared statement's columns stay
            self._readers[name] = reader
        return reader.names, reader.rows(result)

    def flush(self) -> None:
        """Send everything put off, if there is anything, and wait for it."""
        if self._waiting:
            self._send()

    def give_way(self) -> None:
        """Send everything put off, and have what Django sends next planned for its values."""
        self.flush()
        if self._is_once:
            self._is_once = False
            # After an error only a rollback comes, which restores what was before.
            if self._raw.transaction_status == pq.TransactionStatus.INTRANS:
                self._raw.exec_(_planning(is_once=False, is_local=True))

    def commit(self) -> None:
        """Send everything put off and COMMIT. Raises if the server rolled back instead.

        It says so and no more when a statement before had failed and nobody told Django.
        """
        self.put_off("COMMIT", {})
        if self._send().command_status != b"COMMIT":
            raise errors.InFailedSqlTransaction("a statement had failed, so nothing was committed")

    def forget(self) -> None:
        """Drop everything put off: the transaction it belonged to is given up."""
        self._waiting.clear()
        self._is_once = False

    def _send(self) -> pq.abc.PGresult:
        """Send what waits in one go; return the last result. Raises the first error."""
        waiting, self._waiting = self._waiting, []
        is_whole = self._raw.transaction_status == pq.TransactionStatus.IDLE
        try:
            return self._deliver(waiting)
        except (errors.InvalidSqlStatementName, errors.FeatureNotSupported):
            # Somebody deallocated everything, or a migration changed what a statement returns.
            # Prepare anew, under new names.
            self._names.clear()
            self._readers.clear()
            if not is_whole:
                raise
            if self._raw.transaction_status != pq.TransactionStatus.IDLE:
                self._raw.exec_(b"ROLLBACK")
            self._is_once = False
            return self._deliver(waiting)

    def _deliver(self, waiting: list[tuple[_Statement, list[bytes | None]]]) -> pq.abc.PGresult:
        raw = self._raw
        new: dict[_Statement, bytes] = {}
        expected: list[_Statement | None] = []  # what a result of preparing makes known
        asked, is_once = 0, self._is_once
        is_local = raw.transaction_status == pq.TransactionStatus.INTRANS or waiting[0][0] == _BEGIN
        raw.enter_pipeline_mode()
        try:
            for statement, values in waiting:
                if statement.is_planned_once not in (None, is_once):
                    is_once = not is_once
                    raw.send_query_params(_planning(is_once=is_once, is_local=is_local), None)
                    expected.append(None)
                name = self._names.get(statement) or new.get(statement)
                if name is None:
                    self._named += 1
                    name = new[statement] = b"jieyue%d" % self._named
                    raw.send_prepare(name, statement.text)
                    expected.append(statement)
                raw.send_query_prepared(name, values)
                asked = len(expected)
                expected.append(None)
            if is_once and not is_local:
                raw.send_query_params(_planning(is_once=False, is_local=False), None)
                expected.append(None)
            raw.pipeline_sync()
            results = [self._result() for _ in expected]
            self._result(is_sync=True)
        finally:
            if raw.status == pq.ConnStatus.OK:
                raw.exit_pipeline_mode()
        for made, result in zip(expected, results, strict=True):
            if result.status in _FAILED:
                raise errors.error_from_result(result)
            if made is not None:
                self._names[made] = new[made]
        self._is_once = is_once and raw.transaction_status == pq.TransactionStatus.INTRANS
        return results[asked]

    def _result(self, *, is_sync: bool = False) -> pq.abc.PGresult:
        """Wait for one result, without the interpreter's lock: another thread may hold our row's.

        Each statement's result is followed by None, the synchronisation's is not. What does not
        fit the socket at once is sent on as the server takes it, or both sides would wait for ever.
        """
        result = None
        while result is None or not is_sync:
            while (is_full := self._raw.flush()) or self._raw.is_busy():
                self._socket.modify(self._file, _BOTH if is_full else select.POLLIN)
                self._socket.poll()
                self._raw.consume_input()
            found = self._raw.get_result()
            if found is None:
                if result is not None:
                    return result
                raise psycopg.OperationalError("the server's answer is missing")
            result = found
        return result


def _encoded(value: Any) -> bytes | None:
    """Return a parameter in PostgreSQL's text form; its type stands in the statement."""
    if value is None:
        return None
    if type(value) is int:
        return b"%d" % value
    text = value if isinstance(value, str) else _text(value)
    if "\0" in text:
        raise psycopg.DataError("text cannot hold NUL (0x00)")
    return text.encode()


def _text(value: Any) -> str:
    if isinstance(value, date):  # datetimes are dates
        return value.isoformat()
    if isinstance(value, list | tuple):
        return "{" + ",".join(_element(each) for each in value) + "}"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _element(value: Any) -> str:
    if not isinstance(value, str):
        return _text(value)
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
