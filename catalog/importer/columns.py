"""Between the parsers and the database: rows of numbers as columns, sorted, each pair once, filtered.

Until here people and films go by their numbers in the release; from here on by their places in sorted arrays.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.integer]
_PART = 1_000_000
Where = slice | npt.NDArray[np.integer] | npt.NDArray[np.bool_]


class Ratings(NamedTuple):
    """Ratings as four arrays of one length: 13 bytes a rating."""

    people: npt.NDArray[np.int32]
    films: npt.NDArray[np.int32]
    half_stars: npt.NDArray[np.uint8]
    times: npt.NDArray[np.uint32]

    def at(self, where: Where) -> "Ratings":
        """Return some of them."""
        return Ratings(self.people[where], self.films[where], self.half_stars[where], self.times[where])


class Taggings(NamedTuple):
    """Uses of tags by places of people, films and tags, and their times: arrays of one length.

    `names` has (folded, as first written) for each tag.
    """

    people: Integers
    films: Integers
    tags: Integers
    times: Integers
    names: list[tuple[str, str]]

    def at(self, where: Where) -> "Taggings":
        """Return some of them."""
        return Taggings(self.people[where], self.films[where], self.tags[where], self.times[where], self.names)


class GenomeScores(NamedTuple):
    """The tag genome: tags' names by number, and films (places) × tags (number − 1) of relevance from 0 to 1."""

    names: Mapping[int, str]
    films: Integers
    relevance: npt.NDArray[np.float16]


class Selection(NamedTuple):
    """What is left after duplicates and filters: ratings by places, people and films by their sorted numbers.

    `duplicate` and `filtered` count ratings, `everybody` the people before filters.
    """

    ratings: Ratings
    people: npt.NDArray[np.int64]
    films: npt.NDArray[np.int64]
    duplicate: int
    filtered: int
    everybody: int


@dataclass(frozen=True)
class Minimums:
    """How many ratings a person and a film must have."""

    of_person: int = 0
    of_film: int = 0


def collected(blocks: Iterable[Ratings]) -> Ratings:
    """Return all ratings of some blocks, in columns that grow in place: they are in memory once, not twice."""
    empty = np.empty(0, dtype=np.int32)
    whole = Ratings(empty.copy(), empty.copy(), empty.astype(np.uint8), empty.astype(np.uint32))
    for block in blocks:
        _append(whole.people, block.people)
        _append(whole.films, block.films)
        _append(whole.half_stars, block.half_stars)
        _append(whole.times, block.times)
    return whole


def newest_of_each(ratings: Ratings) -> tuple[Ratings, int]:
    """Sort by person and film and keep the newest of each pair (of two as old, the later line).

    Return what is left, and how many were duplicates. Sorted files, as all the large ones are, cost one look.
    """
    if all((np.diff(_pairs(ratings.at(part))) > 0).all() for part in _parts(len(ratings.people), overlap=1)):
        return ratings, 0
    pairs = _pairs(ratings)
    order = newest_places(pairs, ratings.times)
    return ratings.at(order), len(pairs) - len(order)


def newest_places(keys: Integers, times: Integers) -> npt.NDArray[np.int64]:
    """Return the place of the newest row of each key, in the order of the keys."""
    order = np.lexsort((times, keys))
    in_order = keys[order]
    is_last = np.ones(len(keys), dtype=bool)
    is_last[:-1] = in_order[1:] != in_order[:-1]
    return order[is_last]


def select(ratings: Ratings, *, people: Integers | None, films: Integers, minimums: Minimums) -> Selection:
    """Drop duplicates, then people with too few ratings, then films with too few of those that are left.

    Args:
        ratings: by the numbers of people and films, in the order of the file; used up.
        people: the numbers of all people, sorted; None when they are those who rated.
        films: the numbers of all films, sorted.
        minimums: what is too few.
    """
    ratings, duplicate = newest_of_each(ratings)
    everybody = np.unique(ratings.people) if people is None else people
    _replace_by_places(ratings.people, everybody)
    _replace_by_places(ratings.films, films)
    keeps_person = counted(ratings.people, len(everybody)) >= minimums.of_person
    kept = keeps_person[ratings.people]
    keeps_film = counted(ratings.films[kept], len(films)) >= minimums.of_film
    kept &= keeps_film[ratings.films]
    if not (keeps_person.all() and keeps_film.all()):
        ratings = ratings.at(kept)
        _replace_by_places(ratings.people, np.flatnonzero(keeps_person))
        _replace_by_places(ratings.films, np.flatnonzero(keeps_film))
    return Selection(
        ratings=ratings,
        people=everybody[keeps_person].astype(np.int64),
        films=films[keeps_film].astype(np.int64),
        duplicate=duplicate,
        filtered=len(kept) - len(ratings.people),
        everybody=len(everybody),
    )


def tagging_keys(taggings: Taggings, films: int) -> npt.NDArray[np.int64]:
    """Return one number for each person, film (of so many) and tag together."""
    return (taggings.people.astype(np.int64) * films + taggings.films) * len(taggings.names) + taggings.tags


def newest_taggings(taggings: Taggings, films: int) -> Taggings:
    """Keep the newest use of each tag by each person on each of so many films."""
    return taggings.at(newest_places(tagging_keys(taggings, films), taggings.times))


def places_among(numbers: Integers, wanted: Integers) -> npt.NDArray[np.int64]:
    """Return where each of `wanted` is in the sorted `numbers`, or -1."""
    if not len(numbers):
        return np.full(len(wanted), -1, dtype=np.int64)
    places = np.searchsorted(numbers, wanted)
    places[places == len(numbers)] = 0
    return np.where(numbers[places] == wanted, places, -1)


def counted(places: Integers, size: int, weights: Integers | None = None) -> npt.NDArray[np.int64]:
    """Return how often each place below `size` occurs, or the sum of its weights."""
    counts = np.zeros(size, dtype=np.int64)
    for part in _parts(len(places)):
        added = np.bincount(places[part], None if weights is None else weights[part], minlength=size)
        counts += added.astype(np.int64)
    return counts


def sorted_numbers(numbers: Iterable[int]) -> npt.NDArray[np.int64]:
    """Return numbers as a sorted array."""
    return np.array(sorted(numbers), dtype=np.int64)


def _parts(length: int, *, overlap: int = 0) -> Iterator[slice]:
    """Cut a long array into parts, for steps that need several times the memory of what they work on."""
    for start in range(0, length, _PART):
        yield slice(start, start + _PART + overlap)


def _append(column: Integers, added: Integers) -> None:
    before = len(column)
    column.resize(before + len(added), refcheck=False)
    column[before:] = added


def _pairs(ratings: Ratings) -> npt.NDArray[np.int64]:
    return ratings.people.astype(np.int64) << 32 | ratings.films


def _replace_by_places(column: npt.NDArray[np.int32], numbers: Integers) -> None:
    """Put, in place, instead of each number its place among sorted `numbers`, which have all of them."""
    for part in _parts(len(column)):
        column[part] = np.searchsorted(numbers, column[part])
