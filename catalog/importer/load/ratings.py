"""Stores ratings, by far the largest part of an import, and keeps the films' counts exact."""

# ruff: noqa: S608  # names of tables and columns are ours; values are parameters

from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt

from catalog.importer.columns import Ratings, places_among
from catalog.importer.load.sql import (
    CHUNK,
    Changes,
    Cursor,
    Numbers,
    execute_for_ids,
    insert_numbers,
    placed,
    read_numbers,
    reindexed_after,
    update_rows,
)

HALF_STARS = 10
_NEW, _DIFFERENT, _SAME = 0, 1, 2


class RatingsComparison:
    """Which ratings of a file are new, which different, and which rows the different ones are stored in."""

    def __init__(self, count: int) -> None:
        self.states: npt.NDArray[np.uint8] = np.zeros(count, dtype=np.uint8)
        self.stored_ids: list[Numbers] = []

    @property
    def changes(self) -> Changes:
        """How many are in each state."""
        return Changes(*(int(np.count_nonzero(self.states == state)) for state in (_NEW, _DIFFERENT, _SAME)))


def compare_ratings(cursor: Cursor, ratings: Ratings, people_ids: Numbers, film_ids: Numbers) -> RatingsComparison:
    """Compare ratings, sorted by person and film, with those stored.

    Args:
        cursor: any.
        ratings: by places in `people_ids` and `film_ids`.
        people_ids: the keys of people, 0 for those not stored.
        film_ids: the keys of films, 0 for those not stored.
    """
    comparison = RatingsComparison(len(ratings.people))
    if not people_ids.any():
        return comparison
    for start, end in _ranges(ratings.people):
        first, last = int(ratings.people[start]), int(ratings.people[end - 1])
        part = ratings.at(slice(start, end))
        rows = _stored(cursor, people_ids[first : last + 1], film_ids, first)
        _compare_part(part, rows, len(film_ids), comparison, start)
    return comparison


def load_ratings(
    cursor: Cursor,
    ratings: Ratings,
    comparison: RatingsComparison,
    people_ids: Numbers,
    film_ids: Numbers,
    progress: Callable[[int, int], None],
) -> None:
    """Store the ratings that a comparison found new or different; `people_ids` and `film_ids` have every key now."""
    done, new = 0, comparison.changes.inserted
    with reindexed_after(cursor, "catalog_rating", new):
        for start in range(0, len(comparison.states), CHUNK):
            part = start + np.flatnonzero(comparison.states[start : start + CHUNK] == _NEW)
            columns = {
                "rater_id": people_ids[ratings.people[part]],
                "movie_id": film_ids[ratings.films[part]],
                "half_stars": ratings.half_stars[part].astype(np.int16),
                "rated_at": ratings.times[part].astype(np.int64),
            }
            insert_numbers(cursor, "catalog_rating", columns)
            done += len(part)
            progress(done, new)
    different = np.flatnonzero(comparison.states == _DIFFERENT)
    if len(different):
        ids = np.concatenate(comparison.stored_ids).tolist()
        rows = zip(ids, ratings.half_stars[different].tolist(), ratings.times[different].tolist(), strict=True)
        update_rows(cursor, "catalog_rating", ("id", "half_stars", "rated_at"), rows)


def raise_taste(cursor: Cursor, ratings: Ratings, comparison: RatingsComparison, people_ids: Numbers) -> None:
    """Raise the taste version of everybody who was stored before, and of whom a rating is new or different."""
    if not people_ids.any():
        return
    ids = people_ids[np.unique(ratings.people[comparison.states != _SAME])]
    execute_for_ids(
        cursor,
        lambda marks: f"UPDATE catalog_rater SET taste_version = taste_version + 1 WHERE id IN ({marks})",
        ids[ids > 0].tolist(),
    )


def recount(cursor: Cursor, ratings: Ratings, film_ids: Numbers) -> None:
    """Set every film's totals to what the stored ratings say; `ratings` are among those by now.

    Totals are how many people gave each number of half stars, and from these the count and the sum. Only rows that are
    wrong are written.
    """
    cursor.execute("SELECT id, rating_count, rating_sum FROM catalog_movie ORDER BY id")
    stored = read_numbers(cursor, 3)
    right = _stars_of_ratings(cursor, ratings, film_ids, stored[0])
    counts, sums = right.sum(axis=1), right @ np.arange(1, HALF_STARS + 1)
    is_wrong = (counts != stored[1]) | (sums != stored[2])
    rows = zip(*(column[is_wrong].tolist() for column in (stored[0], counts, sums)), strict=True)
    update_rows(cursor, "catalog_movie", ("id", "rating_count", "rating_sum"), rows)
    cursor.execute("SELECT movie_id, half_stars, people FROM catalog_starcount WHERE people > 0")
    is_wrong = (_stars_table(read_numbers(cursor, 3), stored[0]) != right).any(axis=1)
    execute_for_ids(
        cursor,
        lambda marks: f"DELETE FROM catalog_starcount WHERE movie_id IN ({marks})",
        stored[0][is_wrong].tolist(),
    )
    films, stars = np.nonzero(np.where(is_wrong[:, None], right, 0))
    columns = {
        "movie_id": stored[0][films],
        "half_stars": (stars + 1).astype(np.int16),
        "people": right[films, stars].astype(np.int32),
    }
    insert_numbers(cursor, "catalog_starcount", columns)


def _stars_of_ratings(cursor: Cursor, ratings: Ratings, film_ids: Numbers, keys: Numbers) -> npt.NDArray[np.int64]:
    """Return how often each film of `keys` (sorted) was given 1 to 10 half stars, films × 10."""
    cursor.execute("SELECT COUNT(*) FROM catalog_rating")
    if cursor.fetchone()[0] == len(ratings.films):
        pairs = ratings.films.astype(np.int64) * HALF_STARS + ratings.half_stars - 1
        counts = np.bincount(pairs, minlength=len(film_ids) * HALF_STARS).reshape(-1, HALF_STARS)
        table = np.zeros((len(keys), HALF_STARS), dtype=np.int64)
        table[np.searchsorted(keys, film_ids[film_ids > 0])] = counts[film_ids > 0]
        return table
    # The plus signs keep SQLite from reading the ratings film by film, in the order of an index, from all over.
    cursor.execute("SELECT +movie_id, +half_stars, COUNT(*) FROM catalog_rating GROUP BY +movie_id, +half_stars")
    return _stars_table(read_numbers(cursor, 3), keys)


def _stars_table(rows: npt.NDArray[np.int64], keys: Numbers) -> npt.NDArray[np.int64]:
    """Return rows of film, half stars and people as a table, films of `keys` (sorted) × 10."""
    table = np.zeros((len(keys), HALF_STARS), dtype=np.int64)
    table[np.searchsorted(keys, rows[0]), rows[1] - 1] = rows[2]
    return table


def _ranges(people: npt.NDArray[np.int32]) -> Iterator[tuple[int, int]]:
    """Cut ratings into ranges of about CHUNK that hold whole people."""
    start = 0
    while start < len(people):
        last = people[min(start + CHUNK, len(people)) - 1]
        end = int(np.searchsorted(people, last, side="right"))
        yield start, end
        start = end


def _stored(cursor: Cursor, ids: Numbers, film_ids: Numbers, first: int) -> npt.NDArray[np.int64]:
    """Return the stored ratings of some people, as an array of 5 × rows: key, person, film, half stars, time.

    People and films are given by their places; `first` is the first person's. Ratings of other films are left out.
    """
    known = ids[ids > 0]
    if not len(known):
        return np.zeros((5, 0), dtype=np.int64)
    cursor.execute(
        "SELECT id, rater_id, movie_id, half_stars, rated_at FROM catalog_rating WHERE rater_id BETWEEN %s AND %s",
        [int(known.min()), int(known.max())],
    )
    rows = read_numbers(cursor, 5)
    rows = placed(placed(rows, 1, ids), 2, film_ids)
    rows[1] += first
    return rows


def _compare_part(
    part: Ratings, rows: npt.NDArray[np.int64], films: int, comparison: RatingsComparison, start: int
) -> None:
    stored = rows[:, np.argsort(rows[1] * films + rows[2])]
    pairs = part.people.astype(np.int64) * films + part.films
    places = places_among(stored[1] * films + stored[2], pairs)
    found = np.flatnonzero(places >= 0)
    at = places[found]
    is_same = (stored[3][at] == part.half_stars[found]) & (stored[4][at] == part.times[found])
    comparison.states[start + found] = np.where(is_same, _SAME, _DIFFERENT)
    comparison.stored_ids.append(stored[0][at[~is_same]])
