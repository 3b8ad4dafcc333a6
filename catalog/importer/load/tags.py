"""Stores who put which word on which film."""

import numpy as np
import numpy.typing as npt

from catalog.importer.columns import Integers, Taggings, places_among, tagging_keys
from catalog.importer.load.sql import (
    Changes,
    Cursor,
    Numbers,
    insert_numbers,
    insert_rows,
    placed,
    read_numbers,
    update_rows,
)


def load_taggings(
    cursor: Cursor, taggings: Taggings, people_ids: Numbers, film_ids: Numbers, *, release_id: int | None, write: bool
) -> Changes:
    """Store taggings, each once, that are new or of another time, if `write`; return what there is to store."""
    films = len(film_ids)
    ids, stored = _stored(cursor, taggings.names, people_ids, film_ids, release_id)
    stored_keys = tagging_keys(stored, films)
    order = np.argsort(stored_keys)
    places = places_among(stored_keys[order], tagging_keys(taggings, films))
    new, found = np.flatnonzero(places < 0), np.flatnonzero(places >= 0)
    at = order[places[found]]
    is_other = stored.times[at] != taggings.times[found]
    if write:
        _insert(cursor, taggings, new, people_ids, film_ids)
        rows = zip(ids[at[is_other]].tolist(), taggings.times[found[is_other]].tolist(), strict=True)
        update_rows(cursor, "catalog_tagging", ("id", "tagged_at"), rows)
    updated = int(is_other.sum())
    return Changes(len(new), updated, len(found) - updated)


def _stored(
    cursor: Cursor, names: list[tuple[str, str]], people_ids: Numbers, film_ids: Numbers, release_id: int | None
) -> tuple[Numbers, Taggings]:
    """Return the keys of the release's stored taggings, and themselves by places; those of others are left out."""
    cursor.execute(
        "SELECT tagging.id, rater_id, movie_id, tag_id, tagged_at FROM catalog_tagging tagging"
        " JOIN catalog_rater rater ON rater.id = rater_id WHERE rater.release_id = %s",
        [release_id],
    )
    rows = read_numbers(cursor, 5)
    for row, keys in ((1, people_ids), (2, film_ids), (3, _tag_ids(cursor, names))):
        rows = placed(rows, row, keys)
    return rows[0], Taggings(rows[1], rows[2], rows[3], rows[4], names)


def _insert(cursor: Cursor, taggings: Taggings, new: Integers, people_ids: Numbers, film_ids: Numbers) -> None:
    stored = _tag_ids(cursor, taggings.names)
    missing = [taggings.names[place] for place in np.unique(taggings.tags[new]).tolist() if not stored[place]]
    insert_rows(cursor, "catalog_tag", ("folded", "name"), missing)
    columns = {
        "rater_id": people_ids[taggings.people[new]],
        "movie_id": film_ids[taggings.films[new]],
        "tag_id": _tag_ids(cursor, taggings.names)[taggings.tags[new]],
        "tagged_at": taggings.times[new].astype(np.int64),
    }
    insert_numbers(cursor, "catalog_tagging", columns)


def _tag_ids(cursor: Cursor, names: list[tuple[str, str]]) -> npt.NDArray[np.int64]:
    """Return each tag's key, 0 for those not stored."""
    cursor.execute("SELECT folded, id FROM catalog_tag")
    stored = dict(cursor.fetchall())
    return np.array([stored.get(folded, 0) for folded, _ in names], dtype=np.int64)
