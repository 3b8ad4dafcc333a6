"""Stores ratings, by far the largest part of an import, and keeps the films' counts exact."""

# ruff: noqa: S608  # names of tables and columns are ours; values are parameters

from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt

from catalog.importer.columns import Ratings, counted, places_among
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

_NEW, _DIFFERENT, _SAME = 0, 1, 2


class RatingsComparison:
    """Which ratings of a file are new, which different, and which rows the different ones are stored in."""

    def __init__(self, count: int) -> None:
        self.states: npt.NDArray[np.uint8] = np.zeros(count, dtype=np.uint8)
        self.stored_ids: list[Numbers] = []

    @property
    def changes(self) -> Changes:
        """How many are in each state."""
        return Changes(*np.bincount(self.states, minlength=3).tolist())


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
    ids = people_ids[np.unique(ratings.people[comparison.states != _SAME])]
    execute_for_ids(
        cursor,
        lambda marks: f"UPDATE catalog_rater SET taste_version = taste_version + 1 WHERE id IN ({marks})",
        ids[ids > 0].tolist(),
    )


def recount(cursor: Cursor, ratings: Ratings, film_ids: Numbers) -> None:
    """Set every film's count and sum of ratings to what the stored ratings say; `ratings` are among those by now."""
    cursor.execute("SELECT COUNT(*) FROM catalog_rating")
    if cursor.fetchone()[0] == len(ratings.films):
        counts, sums = (counted(ratings.films, len(film_ids), weights) for weights in (None, ratings.half_stars))
        totals = np.vstack([film_ids, counts, sums])
    else:
        # The plus signs keep SQLite from reading the ratings film by film, in the order of an index, from all over.
        cursor.execute("SELECT +movie_id, COUNT(*), SUM(half_stars) FROM catalog_rating GROUP BY +movie_id")
        totals = read_numbers(cursor, 3)
    cursor.execute("SELECT id, rating_count, rating_sum FROM catalog_movie")
    stored = read_numbers(cursor, 3)
    by_film = totals[:, np.argsort(totals[0])]
    places = places_among(by_film[0], stored[0])
    right = np.where(places >= 0, by_film[:, places], 0) if len(by_film[0]) else np.zeros_like(stored)
    is_wrong = (right[1:] != stored[1:]).any(axis=0)
    rows = zip(*np.vstack([stored[:1], right[1:]])[:, is_wrong].tolist(), strict=True)
    update_rows(cursor, "catalog_movie", ("id", "rating_count", "rating_sum"), rows)


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
