"""The backend that settings name; Django finds `DatabaseWrapper` here."""

import select

from django.db.backends.postgresql.base import DatabaseWrapper as DjangoWrapper


class DatabaseWrapper(DjangoWrapper):
    """Asks the socket, not the server, whether a persistent connection is still good.

    Django's own check is a `SELECT 1` before each request's first statement: a round trip, one
    eighth of a checkout. A server that has ended (restart, failover, administrator's command) has
    closed its side or sent a last word, so an idle connection with something to read is no good.
    What this does not see, a machine that vanished without a word, a `SELECT 1` would wait for too.
    """

    def is_usable(self) -> bool:
        """Say whether the connection is open with nothing unread on it."""
        connection = self.connection
        if connection is None or connection.closed or connection.broken:
            return False
        waiting = select.poll()
        waiting.register(connection.fileno(), select.POLLIN)
        return not waiting.poll(0)
