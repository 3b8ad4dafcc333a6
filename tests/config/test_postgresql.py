"""A connection to PostgreSQL that is kept from request to request is looked at before it is used."""

import psycopg
import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

pytestmark = [
    pytest.mark.database,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="is about connections to a server"),
]


@pytest.fixture(autouse=True)
def _new_connection() -> None:
    """One that is not too old to be kept."""
    connection.close()


def _next_request() -> None:
    connection.close_if_unusable_or_obsolete()


def _session() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def test_a_connection_is_kept_without_a_question(monkeypatch: pytest.MonkeyPatch) -> None:
    before = _session()
    monkeypatch.setattr(connection, "is_usable", lambda: pytest.fail("The server was asked."))
    _next_request()
    assert _session() == before


def test_a_connection_that_the_server_has_closed_is_replaced_before_anything_is_asked() -> None:
    before = _session()
    with psycopg.connect(connection.connection.info.dsn, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [before])
    _next_request()
    assert _session() != before


def test_without_the_look_the_first_query_would_fail() -> None:
    before = _session()
    with psycopg.connect(connection.connection.info.dsn, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [before])
    with pytest.raises(OperationalError):
        _session()
    connection.close()


def test_a_standing_cursor_lasts_as_long_as_its_connection() -> None:
    first = connection.standing_cursor()
    assert connection.standing_cursor() is first
    with psycopg.connect(connection.connection.info.dsn, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [_session()])
    _next_request()
    connection.standing_cursor().execute("SELECT 1")
    assert connection.standing_cursor() is not first


def test_what_a_standing_cursor_asks_is_in_the_log_of_queries_too() -> None:
    connection.standing_cursor()
    with CaptureQueriesContext(connection) as queries:
        connection.standing_cursor().execute("SELECT 2")
    assert [query["sql"] for query in queries] == ["SELECT 2"]
