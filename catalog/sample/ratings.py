"""Films and people become ratings, a block of people at a time, so that memory does not grow with their number."""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from enum import IntEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from catalog.sample.choosing import choose_films, match
from catalog.sample.films import Film
from catalog.sample.people import activity, invent_people
from catalog.sample.size import Size
from catalog.sample.stars import give_stars
from catalog.sample.taste_space import FilmSpace, film_space
from catalog.sample.timeline import FIRST, rating_times

BLOCK = 100_000  # ratings made at once, which bounds the memory
THREADS = 2  # they make the same numbers, whoever makes which block
# With so many ratings per film as this, each has one at least, as in MovieLens.
EVERY_FILM_RATED_FROM = 10


class Stream(IntEnum):
    """What randomness is used for. Each has a stream of its own, so that changing one leaves the others alone."""

    FILMS = 0
    TAGS = 1
    SPACE = 2
    ACTIVITY = 3
    PEOPLE = 4


class Ratings(NamedTuple):
    """Columns of ratings.csv, by person, then film, both numbered from 1; times are in seconds since 1970."""

    person: NDArray[np.int64]
    film: NDArray[np.int64]
    half_stars: NDArray[np.int8]
    time: NDArray[np.int64]


def random_stream(size: Size, stream: Stream, block: int = 0) -> np.random.Generator:
    """Return the random numbers that `size`'s seed gives for a purpose, and for one block of people."""
    return np.random.default_rng([size.seed, stream, block])


def rating_blocks(films: list[Film], size: Size) -> Iterator[Ratings]:
    """Yield all ratings of `films`, the best known of which come first, in blocks of whole people."""
    space = film_space(films, random_stream(size, Stream.SPACE))
    rng = random_stream(size, Stream.ACTIVITY)
    counts = activity(people=size.people, films=size.films, ratings=size.ratings, rng=rng)
    ends = np.cumsum(counts)
    first_raters = _first_raters(ends, size, rng)
    edges = np.unique([0, *np.searchsorted(ends, np.arange(BLOCK, size.ratings, BLOCK)), size.people])

    def rate(block: int) -> Ratings:
        start, end = edges[block : block + 2]
        first_films = np.flatnonzero((first_raters >= start) & (first_raters < end))
        first_pairs = (first_raters[first_films] - start) * len(space) + first_films
        ratings = _rate(counts[start:end], space, np.sort(first_pairs), random_stream(size, Stream.PEOPLE, block))
        return ratings._replace(person=ratings.person + start)

    yield from _in_order(rate, len(edges) - 1)


def _in_order(rate: Callable[[int], Ratings], blocks: int) -> Iterator[Ratings]:
    """Yield what `rate` makes of each block, in order; threads work ahead, but only a little."""
    ahead: deque[Future[Ratings]] = deque()
    with ThreadPoolExecutor(THREADS) as pool:
        for block in range(blocks):
            ahead.append(pool.submit(rate, block))
            if len(ahead) > THREADS:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()


def _first_raters(ends: NDArray[np.int64], size: Size, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return who is sure to rate each film, or nothing when ratings are few. The active do it more often."""
    if size.ratings < EVERY_FILM_RATED_FROM * size.films:
        return np.empty(0, dtype=np.int64)
    slots = rng.choice(size.ratings, size.films, replace=False)
    return np.searchsorted(ends, slots, side="right")


def _rate(
    counts: NDArray[np.int64], films: FilmSpace, first_pairs: NDArray[np.int64], rng: np.random.Generator
) -> Ratings:
    there_until = np.full(len(counts), FIRST)
    np.maximum.at(there_until, first_pairs // len(films), films.released[first_pairs % len(films)])
    people = invent_people(counts, there_until, films, rng)
    person, film = choose_films(people, films, first_pairs, rng)
    half_stars = give_stars(people, films, person, film, match(people, films, person, film), rng)
    time = rating_times(people.starts, people.ends, person=person, released=films.released[film], rng=rng)
    return Ratings(person + 1, film + 1, half_stars, time)
