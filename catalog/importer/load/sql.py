"""How rows get into either database in bulk: COPY on PostgreSQL, executemany on SQLite, ten times as fast as the ORM.

Names of tables and columns are written in this package or come from Django's models, never from a file.
"""

# ruff: noqa: S608  # names of tables and columns are ours; values are parameters

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

import numpy as np
import numpy.typing as npt

from catalog.importer.columns import places_among

CHUNK = 250_000
# Below this, keeping an index up to date while loading costs less than making it anew.
ROWS_WORTH_REINDEXING = 500_000
# As many values as SQLite takes in one statement, with room to spare.
MOST_PARAMETERS = 10_000

Cursor = Any  # Django's wrapper around the driver's cursor, which offers what both drivers have and COPY besides
Numbers = npt.NDArray[np.integer]


@dataclass(frozen=True)
class Changes:
    """What a comparison found: rows that are new, different, and as they are stored."""

    inserted: int = 0
    updated: int = 0
    unchanged: int = 0

    def __bool__(self) -> bool:
        return bool(self.inserted or self.updated)


def is_postgresql(cursor: Cursor) -> bool:
    """Return whether the database is PostgreSQL."""
    return bool(cursor.db.vendor == "postgresql")


def lock_writers(cursor: Cursor) -> None:
    """Let other writers wait until the import ends, so that counts stay exact; readers go on.

    On SQLite the transaction itself does so. The order is that in which `accounts.services` takes its locks.
    """
    if is_postgresql(cursor):
        cursor.execute("LOCK TABLE catalog_rater, catalog_rating, catalog_movie, catalog_release IN EXCLUSIVE MODE")


def chunks(rows: Iterable[Any], size: int = CHUNK) -> Iterator[list[Any]]:
    """Cut anything into lists of at most `size`."""
    rest = iter(rows)
    while chunk := list(islice(rest, size)):
        yield chunk


def insert_rows(cursor: Cursor, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows of any values."""
    if is_postgresql(cursor):
        with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    else:
        marks = ", ".join(["%s"] * len(columns))
        cursor.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows)


def insert_numbers(cursor: Cursor, table: str, columns: dict[str, Numbers]) -> None:
    """Insert columns of integers of one length, typed as in the table (int64: bigint, int16: smallint)."""
    if not any(map(len, columns.values())):
        return
    if is_postgresql(cursor):
        with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN (FORMAT BINARY)") as copy:
            copy.write(b"PGCOPY\n\xff\r\n\0" + bytes(8))
            copy.write(_binary_rows(list(columns.values())))
            copy.write(b"\xff\xff")
    else:
        insert_rows(cursor, table, list(columns), zip(*(column.tolist() for column in columns.values()), strict=True))


def update_rows(cursor: Cursor, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Change rows; the first of `columns` is the key."""
    key, *others = columns
    cursor.execute(f"CREATE TEMPORARY TABLE changes AS SELECT {', '.join(columns)} FROM {table} WHERE 1 = 0")
    insert_rows(cursor, "changes", columns, rows)
    values = ", ".join(f"{column} = changes.{column}" for column in others)
    cursor.execute(f"UPDATE {table} SET {values} FROM changes WHERE {table}.{key} = changes.{key}")
    cursor.execute("DROP TABLE changes")


def execute_for_ids(cursor: Cursor, statement: Callable[[str], str], ids: Iterable[int]) -> None:
    """Execute a statement for many ids; it is given the list of parameters to put between IN's parentheses."""
    for chunk in chunks(ids, MOST_PARAMETERS):
        cursor.execute(statement(", ".join(["%s"] * len(chunk))), chunk)


def read_numbers(cursor: Cursor, columns: int) -> npt.NDArray[np.int64]:
    """Return the rows of an executed query of integers as an array of `columns` × rows."""
    flat: npt.NDArray[np.int64] = np.fromiter(chain.from_iterable(cursor), dtype=np.int64)
    return flat.reshape(-1, columns).T


def placed(rows: npt.NDArray[np.int64], row: int, keys: Numbers) -> npt.NDArray[np.int64]:
    """Put places in `keys` for the keys in one row of an array; columns whose key is not there are left out."""
    order = np.argsort(keys)
    places = places_among(keys[order], rows[row])
    found = rows[:, places >= 0]
    found[row] = order[places[places >= 0]]
    return found


def numbered_ids(cursor: Cursor, table: str, group: str, value: object, numbers: Numbers) -> npt.NDArray[np.int64]:
    """Return the database keys of `numbers` (sorted) within a numbering or release; 0 for those not stored."""
    cursor.execute(f"SELECT number, id FROM {table} WHERE {group} = %s", [value])
    stored, ids = read_numbers(cursor, 2)
    found = np.zeros(len(numbers), dtype=np.int64)
    places = places_among(numbers, stored)
    found[places[places >= 0]] = ids[places >= 0]
    return found


@contextmanager
def reindexed_after(cursor: Cursor, table: str, rows: int) -> Iterator[None]:
    """Load many rows without the indexes and constraints that can be made faster afterwards.

    It pays when at least as many rows come as are there; on PostgreSQL it keeps readers of the table waiting.
    """
    cursor.execute(f"SELECT COUNT(*) FROM {table}")
    if rows < max(ROWS_WORTH_REINDEXING, cursor.fetchone()[0]):
        yield
        return
    drops, makes = _postgresql_indexes(cursor, table) if is_postgresql(cursor) else _sqlite_indexes(cursor, table)
    for statement in drops:
        cursor.execute(statement)
    yield
    for statement in makes:
        cursor.execute(statement)


def _sqlite_indexes(cursor: Cursor, table: str) -> tuple[list[str], list[str]]:
    cursor.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = %s AND sql IS NOT NULL", [table]
    )
    indexes = cursor.fetchall()
    return [f'DROP INDEX "{name}"' for name, _ in indexes], [sql for _, sql in indexes]


def _postgresql_indexes(cursor: Cursor, table: str) -> tuple[list[str], list[str]]:
    """Return how to drop and make the foreign keys, unique constraints and plain indexes, as PostgreSQL words them."""
    cursor.execute(
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE conrelid = %s::regclass AND contype IN ('f', 'u') ORDER BY contype DESC",
        [table],
    )
    constraints = cursor.fetchall()
    cursor.execute(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index"
        " WHERE indrelid = %s::regclass AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid)",
        [table],
    )
    indexes = cursor.fetchall()
    drops = [f'ALTER TABLE {table} DROP CONSTRAINT "{name}"' for name, _ in constraints]
    drops += [f"DROP INDEX {name}" for name, _ in indexes]
    # Django's foreign keys are checked at the end; what is waiting for that must not wait for a changed table.
    makes = [f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}' for name, definition in constraints]
    return ["SET CONSTRAINTS ALL IMMEDIATE", *drops], [*makes, *(definition for _, definition in indexes)]


def _binary_rows(columns: list[Numbers]) -> bytes:
    """Return rows as PostgreSQL's binary COPY wants them: a field count, then each field's length and bytes."""
    fields = [("count", ">i2")]
    for place, column in enumerate(columns):
        fields += [(f"length {place}", ">i4"), (f"value {place}", f">i{column.itemsize}")]
    rows = np.zeros(len(columns[0]), dtype=fields)
    rows["count"] = len(columns)
    for place, column in enumerate(columns):
        rows[f"length {place}"] = column.itemsize
        rows[f"value {place}"] = column
    return rows.tobytes()
