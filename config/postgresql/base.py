"""Between Django and PostgreSQL: Django's own backend, with less work for a request that only asks one question."""

from select import POLLIN, poll
from typing import Any

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that is checked before each request without waiting for the server.

    With CONN_HEALTH_CHECKS Django sends a query of its own before the first one of each request. But a server that
    ends or is restarted closes its connections, and then there is something to read on ours: only then Django's
    question is worth asking.
    """

    health_check_done: bool
    _standing: Any = None

    def standing_cursor(self) -> Any:
        """Return a cursor for questions with one row, which is there as long as the connection.

        To make a cursor takes longer than to ask such a question through one that there is. Whoever is given it reads
        the answer before anybody else asks.
        """
        self.close_if_health_check_failed()
        self.ensure_connection()
        if self.queries_logged:
            return self.cursor()
        if self._standing is None or self._standing.connection is not self.connection:
            self._standing = self.cursor()
        return self._standing

    def close_if_health_check_failed(self) -> None:
        """Close the connection if the server has: the next query opens another."""
        if self.connection is not None and not self.health_check_done and _is_quiet(self.connection):
            self.health_check_done = True
        super().close_if_health_check_failed()


def _is_quiet(connection: Any) -> bool:
    """Return whether the server has said nothing since its last answer, not even that it has gone."""
    if connection.closed:
        return False
    waiting = poll()
    waiting.register(connection.fileno(), POLLIN)
    return not waiting.poll(0)
