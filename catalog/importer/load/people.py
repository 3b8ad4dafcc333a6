"""Stores the people of a release."""

# ruff: noqa: S608  # names of tables and columns are ours; values are parameters

import secrets
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from catalog.importer.load.sql import Changes, Cursor, Numbers, insert_rows, update_rows
from catalog.importer.parse import Person

_COLUMNS = ("age", "gender", "occupation", "zip_code")
_NOTHING_KNOWN = (None, "", "", "")


def load_people(
    cursor: Cursor, numbers: Numbers, facts: Mapping[int, Person] | None, *, release_id: int | None, write: bool
) -> Changes:
    """Store people that are new or of whom something else is known now, if `write`; return what there is to store.

    Args:
        cursor: in a transaction when writing.
        numbers: their numbers in the release, sorted.
        facts: what is known of each; None when the release says nothing of its people.
        release_id: the release's key, or None while it is not stored.
        write: whether to store anything.
    """
    cursor.execute(f"SELECT number, id, {', '.join(_COLUMNS)} FROM catalog_rater WHERE release_id = %s", [release_id])
    stored = {number: (key, tuple(values)) for number, key, *values in cursor}
    new = [number for number in numbers.tolist() if number not in stored]
    different = []
    if facts is not None:
        known = ((number, stored[number]) for number in numbers.tolist() if number in stored)
        different = [(key, *facts[number][1:]) for number, (key, before) in known if before != facts[number][1:]]
    if write:
        columns = ("public_id", "release_id", "number", *_COLUMNS)
        public_ids = _random_public_ids(len(new)).tolist()
        about = (facts[number][1:] if facts is not None else _NOTHING_KNOWN for number in new)
        rows = (
            (public_id, release_id, number, *values)
            for public_id, number, values in zip(public_ids, new, about, strict=True)
        )
        insert_rows(cursor, "catalog_rater", columns, rows)
        update_rows(cursor, "catalog_rater", ("id", *_COLUMNS), different)
    return Changes(len(new), len(different), len(numbers) - len(new) - len(different))


def _random_public_ids(count: int) -> npt.NDArray[np.int64]:
    """Return that many different ids, as `catalog.models.random_public_id` makes one."""
    ids: npt.NDArray[np.int64] = np.zeros(0, dtype=np.int64)
    while len(ids) < count:
        drawn = np.frombuffer(secrets.token_bytes(8 * (count - len(ids))), dtype=np.uint64) >> np.uint64(11)
        ids = np.unique(np.concatenate([ids, drawn.astype(np.int64)]))
        ids = ids[ids > 0]
    return np.random.default_rng().permutation(ids)
