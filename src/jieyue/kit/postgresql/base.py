"""The backend that settings name; Django finds `DatabaseWrapper` here."""

import select
from typing import Any

from django.db.backends.postgresql.base import DatabaseWrapper as DjangoWrapper
from django.db.backends.utils import debug_transaction

from jieyue.kit.postgresql.pipeline import Pipeline


class DatabaseWrapper(DjangoWrapper):
    """Django's PostgreSQL, with a pipeline beside its cursors and a health check without a trip.

    A transaction's BEGIN waits for its first statement, and what kit.sql puts off goes with the
    next one or with COMMIT. A cursor of Django's sends it first, so that order is kept.
    """

    _pipeline: Pipeline | None = None

    @property
    def pipeline(self) -> Pipeline:
        """The pipeline of the present connection, opened if need be."""
        self.ensure_connection()
        if self._pipeline is None or self._pipeline.connection is not self.connection:
            self._pipeline = Pipeline(self.connection)
        return self._pipeline

    def is_usable(self) -> bool:
        """Say whether the connection is open with nothing unread on it.

        Django's own check is a `SELECT 1` before each request's first statement. A server that has
        ended (restart, failover, administrator's command) has closed its side or sent a last word.
        What this does not see, a machine that vanished, a `SELECT 1` would wait for too.
        """
        connection = self.connection
        if connection is None or connection.closed or connection.broken:
            return False
        waiting = select.poll()
        waiting.register(connection.fileno(), select.POLLIN)
        return not waiting.poll(0)

    def create_cursor(self, name: str | None = None) -> Any:
        """Return Django's cursor, after everything that was put off."""
        if self._pipeline is not None:
            self._pipeline.give_way()
        return super().create_cursor(name)

    def _start_transaction_under_autocommit(self) -> None:
        """Begin as Django does on SQLite; psycopg would make a round trip of it."""
        with debug_transaction(self, "BEGIN"):
            self.pipeline.put_off("BEGIN", {})

    def _set_autocommit(self, autocommit: bool) -> None:
        if self.connection.autocommit != autocommit:
            super()._set_autocommit(autocommit)  # type: ignore[misc]

    def _commit(self) -> None:
        if self.connection is None:
            return
        if not self.connection.autocommit:  # somebody switched it off by hand
            super()._commit()  # type: ignore[misc]
            return
        with debug_transaction(self, "COMMIT"), self.wrap_database_errors:
            self.pipeline.commit()

    def _rollback(self) -> None:
        if self._pipeline is not None:
            self._pipeline.forget()
        super()._rollback()  # type: ignore[misc]

    def _close(self) -> None:
        self._pipeline = None
        super()._close()  # type: ignore[misc]
