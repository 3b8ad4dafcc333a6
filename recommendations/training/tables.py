"""Between the database and numpy: tables as of one moment, and millions of whole numbers at a time."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from django.db import connection, transaction
from django.db.models import Aggregate, Min, QuerySet, TextField

from recommendations.data.interactions import Ids

_ROWS = 100_000


class Joined(Aggregate):
    """All values of a column in one text, with commas between; columns of one query are in the same order."""

    function = "GROUP_CONCAT"
    output_field = TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Return the same in PostgreSQL's words."""
        return self.as_sql(compiler, connection, template="STRING_AGG((%(expressions)s)::text, ',')", **context)


@contextmanager
def one_moment() -> Iterator[None]:
    """Let the queries of the block see the database as it is now, while others go on writing.

    Inside a transaction it is that transaction's view. SQLite's is not one of Django's, which would keep all writers
    waiting until its end.
    """
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")


def joined_columns(query: QuerySet[Any], columns: Sequence[str], *, rows: int = _ROWS) -> Iterator[list[str]]:
    """Yield whole-number `columns` of a table as texts, at most so many `rows` at a time, by ascending primary key.

    The database joins each column into one text, which `numbers` reads: a Python object for every number would take
    twice as long.
    """
    joined = {name: Joined(name) for name in columns}
    first = query.aggregate(first=Min("pk"))["first"]
    while first is not None:
        part = query.filter(pk__gte=first, pk__lt=first + rows).aggregate(**joined)
        yield [part[name] for name in columns]
        first = query.filter(pk__gte=first + rows).aggregate(first=Min("pk"))["first"]


def numbers(text: str) -> Ids:
    """Return the whole numbers of a text that `joined_columns` gave, int64."""
    return np.fromstring(text, np.int64, sep=",")


def raw_rows(query: Any) -> Iterator[list[tuple[Any, ...]]]:
    """Yield a query's rows in chunks, past Django's converters, from a cursor that does not hold them all."""
    statement, parameters = query.query.sql_with_params()
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement, parameters)
        while rows := cursor.fetchmany(_ROWS):
            yield rows
