"""From the database to Parquet: raters, and ratings that were not muted, in files that any Spark can read."""

# ruff: noqa: S608 - every name in a statement is one of our own models'

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from django.db import connection

from accounts.models import MutedRating, TasteSettings
from catalog.models import Rater, Rating

_ROWS = 100_000
_ROWS_OF_A_FILE = 2_000_000


@dataclass(frozen=True)
class Table:
    """A table of the database as Spark gets to see it.

    Attributes:
        name: of its folder.
        columns: with their Arrow types.
        select: the statement that reads them, in this order.
    """

    name: str
    columns: dict[str, pa.DataType]
    select: str

    @property
    def query(self) -> str:
        """The same as what JDBC takes for a table."""
        return f"({self.select}) AS {self.name}"


_RATER, _RATING, _SETTINGS, _MUTED = (model._meta.db_table for model in (Rater, Rating, TasteSettings, MutedRating))
# As in `training.extract`: a list that is made in its owner's way is not published, and a muted rating does not speak.
_OWN_WAY = f"EXISTS (SELECT 1 FROM {_SETTINGS} own WHERE own.rater_id = {_RATER}.id)"
_IS_MUTED = (
    f"EXISTS (SELECT 1 FROM {_MUTED} muted WHERE muted.rater_id = {_RATING}.rater_id "
    f"AND muted.movie_id = {_RATING}.movie_id)"
)

RATERS = Table(
    "raters",
    {"id": pa.int64(), "public_id": pa.int64(), "trains": pa.bool_(), "taste_version": pa.int64()},
    f"SELECT id, public_id, trains, CASE WHEN {_OWN_WAY} THEN 0 ELSE taste_version END AS taste_version FROM {_RATER}",
)
RATINGS = Table(
    "ratings",
    {"rater_id": pa.int64(), "movie_id": pa.int64(), "half_stars": pa.int8(), "rated_at": pa.int64()},
    f"SELECT rater_id, movie_id, half_stars, rated_at FROM {_RATING} WHERE NOT {_IS_MUTED}",
)


def export(folder: Path) -> dict[str, int]:
    """Write `folder`/raters and `folder`/ratings in place of what was there; return how many rows each has.

    Tastes are read before ratings, as on one machine: a list is then never taken for fresher than it is. Memory
    O(rows of a file). What is there is replaced only when all has been written. Raises OSError.
    """
    unfinished = folder / ".unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    try:
        counts = {table.name: _write(table, unfinished / table.name) for table in (RATERS, RATINGS)}
        for name in counts:
            shutil.rmtree(folder / name, ignore_errors=True)
            (unfinished / name).rename(folder / name)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return counts


def _write(table: Table, folder: Path) -> int:
    folder.mkdir(parents=True)
    schema, count = pa.schema(list(table.columns.items())), 0
    for number, rows in enumerate(_files(table.select)):
        columns = [pa.array(rows[:, place]).cast(kind) for place, kind in enumerate(table.columns.values())]
        pq.write_table(pa.table(columns, schema=schema), folder / f"part-{number:05}.parquet", compression="zstd")
        count += len(rows)
    if not count:
        pq.write_table(schema.empty_table(), folder / "part-00000.parquet")
    return count


def _files(statement: str) -> Iterator[np.ndarray[Any, np.dtype[np.int64]]]:
    """Yield the whole numbers of a statement's rows, as many as a file takes at a time."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement)
        waiting: list[np.ndarray[Any, np.dtype[np.int64]]] = []
        while rows := cursor.fetchmany(_ROWS):
            waiting.append(np.array(rows, np.int64))
            if len(waiting) * _ROWS >= _ROWS_OF_A_FILE:
                yield np.concatenate(waiting)
                waiting = []
        if waiting:
            yield np.concatenate(waiting)
