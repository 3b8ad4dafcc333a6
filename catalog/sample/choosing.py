"""Which films people have rated: what everybody sees and what suits their taste, each film once.

A person's next film is drawn from their `picks` and kept when it matches their taste (a sigmoid of the match), was
out in time and is new to them. Most people are done after a few rounds of this, in which every draw of every person
is made at once. Those who have seen nearly everything would go on for ever: what they still lack is drawn from the
same law over all films at once.

A pair of a person and a film is one number here, person * number of films + film, so that sorting sorts by person.
"""

import numpy as np
from numpy.typing import NDArray

from catalog.sample.people import People
from catalog.sample.taste_space import FilmSpace

PICKINESS = 2.0
ROUNDS = 24


def choose_films(
    people: People, films: FilmSpace, first_pairs: NDArray[np.int64], rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return (person, film) of every rating, as rows of `people` and `films`, by person, then film.

    `first_pairs` are pairs that must be among them.
    """
    finished, pairs = [], first_pairs
    missing = _missing(people, films, pairs)
    for _ in range(ROUNDS):
        pairs = _distinct(np.concatenate([pairs, _draw(people, films, missing, rng)]))
        missing = np.where(missing > 0, _missing(people, films, pairs), 0)
        is_open = missing[pairs // len(films)] > 0
        finished.append(pairs[~is_open])
        pairs = pairs[is_open]
    finished.append(pairs)
    for person in np.flatnonzero(missing):
        seen = pairs[pairs // len(films) == person] % len(films)
        rest = _draw_rest(people, films, person, seen, int(missing[person]), rng)
        finished.append(person * len(films) + rest)
    return np.divmod(np.sort(np.concatenate(finished)), len(films))


def match(people: People, films: FilmSpace, person: NDArray[np.int64], film: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return how well each film suits the person beside it: 0 is middling, 1 is good."""
    # einsum and not a matrix product: the same sums in the same order, however many threads there are.
    products: NDArray[np.float32] = np.einsum("rd,rd->r", people.vectors[person], films.vectors[film])
    return products


def _missing(people: People, films: FilmSpace, pairs: NDArray[np.int64]) -> NDArray[np.int64]:
    return people.counts - np.bincount(pairs // len(films), minlength=len(people.counts))


def _draw(people: People, films: FilmSpace, missing: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    """Draw for each person as many films as are missing, and return the pairs that are kept, some of them twice."""
    drawing = np.flatnonzero(missing)
    draws = rng.multinomial(missing[drawing], people.picks[drawing]).T
    # One taste after the other, so that the search stays within one row of `reach` and in the processor's cache.
    taste = np.repeat(np.arange(len(draws)), draws.sum(axis=1))
    person = np.repeat(np.broadcast_to(drawing, draws.shape).ravel(), draws.ravel())
    place = np.searchsorted(films.reach, taste + rng.random(len(taste)), side="right")
    film = np.minimum(place - taste * len(films), len(films) - 1)  # rounding can reach beyond the last film
    in_time = films.released[film] <= people.last_seen[person]
    person, film = person[in_time], film[in_time]
    kept = rng.random(len(film), dtype=np.float32) < _liking(match(people, films, person, film))
    pairs: NDArray[np.int64] = person[kept] * len(films) + film[kept]
    return pairs


def _draw_rest(
    people: People,
    films: FilmSpace,
    person: np.int64,
    seen: NDArray[np.int64],
    count: int,
    rng: np.random.Generator,
) -> NDArray[np.int64]:
    """Return `count` films that `person` has not `seen`: of exponential waiting times, the shortest."""
    tastes = np.flatnonzero(people.picks[person])
    weights = np.einsum("t,tf->f", people.picks[person, tastes], films.picks[tastes])
    weights *= _liking(np.einsum("d,fd->f", people.vectors[person], films.vectors))
    weights[films.released > people.last_seen[person]] = 0
    weights[seen] = 0
    possible = np.flatnonzero(weights)
    waiting = rng.exponential(size=len(possible)) / weights[possible]
    return possible[np.argpartition(waiting, count - 1)[:count]]


def _liking(match: NDArray[np.float32]) -> NDArray[np.float32]:
    chance: NDArray[np.float32] = 1 / (1 + np.exp(-PICKINESS * match))
    return chance


def _distinct(pairs: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return `pairs` in order, each once."""
    # np.unique takes ten times as long, because it hashes.
    pairs = np.sort(pairs)
    return pairs[np.diff(pairs, prepend=-1) > 0]
