"""Between Django and PostgreSQL: Django's own backend, which looks at a connection instead of asking through it."""

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
