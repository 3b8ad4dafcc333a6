"""Films become numbers: how well known and how good they are, and where they lie among all tastes."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from catalog.sample.films import Film
from catalog.sample.tastes import ACCLAIM, TASTES
from catalog.sample.timeline import new_year

# The nth best known film draws e^-(FAME_DROP * n^FAME_SHAPE) as much attention as the best known: a few films that
# everybody has seen and a tail that is long enough for MovieLens.
FAME_DROP = 0.3
FAME_SHAPE = 0.35
TAG_WEIGHT = 0.9  # what a tag says about a film's taste, in genres
CIRCLE_DIMENSIONS = 32
CIRCLE_RARITY = 0.4  # how much more a rare tag (a series, a director) binds films together than a common one
OBSCURE_FROM = 2_000  # the place in the list of films from which on fame speaks against a film
MIDDLE_YEAR, YEARS_APART = 1990, 25


@dataclass(frozen=True)
class FilmSpace:
    """All films, in the order of their fame.

    `vectors` (films × dimensions, float32) has, from left to right: how much a film belongs to each taste (together
    1), how new it is, and which circle of films with the same rare tags it is in. `picks` (tastes + 1 × films) has
    for each taste, and in the last row for everybody, the chance that a pick falls on the film.
    """

    vectors: NDArray[np.float32]
    picks: NDArray[np.float64]
    reach: NDArray[np.float64]  # the sums of `picks` so far, each row beginning where the one above it ended
    quality: NDArray[np.float32]  # in stars above or below the average film
    released: NDArray[np.int64]  # seconds since 1970

    def __len__(self) -> int:
        return len(self.vectors)


def film_space(films: list[Film], rng: np.random.Generator) -> FilmSpace:
    """Place `films`, the best known first, in the space of tastes."""
    tastes = _tastes(films)
    fame = np.exp(-FAME_DROP * np.arange(1, len(films) + 1) ** FAME_SHAPE)
    attention = np.vstack([tastes.T * fame, fame])
    picks = attention / attention.sum(axis=1, keepdims=True)
    newness = (np.array([film.year for film in films]) - MIDDLE_YEAR) / YEARS_APART
    return FilmSpace(
        vectors=np.hstack([tastes, newness[:, None], _circles(films, rng)]).astype(np.float32),
        picks=picks,
        reach=(np.arange(float(len(picks)))[:, None] + np.cumsum(picks, axis=1)).ravel(),
        quality=_quality(films, rng),
        released=np.array([new_year(film.year) for film in films]),
    )


def _tastes(films: list[Film]) -> NDArray[np.float64]:
    """Return how much of each film belongs to each taste (films × tastes, rows add up to 1)."""
    words = [{**taste.genres, **dict.fromkeys(taste.tags, TAG_WEIGHT)} for taste in TASTES]
    hits = np.array([[_says(film, taste) for taste in words] for film in films])
    # Squaring lets a film belong to what it is most; the small number is for films that nothing is known of.
    belongs: NDArray[np.float64] = hits**2 + 0.01
    belongs /= belongs.sum(axis=1, keepdims=True)
    return belongs


def _says(film: Film, words: dict[str, float]) -> float:
    return sum(words[word] for word in (*film.genres, *film.tags) if word in words)


def _circles(films: list[Film], rng: np.random.Generator) -> NDArray[np.float64]:
    """Return a direction for each film (films × CIRCLE_DIMENSIONS); films that share tags point the same way."""
    uses = Counter(tag for film in films for tag in film.tags if tag not in ACCLAIM)
    binding = {tag: place for place, tag in enumerate(sorted(tag for tag, times in uses.items() if times > 1))}
    directions = rng.standard_normal((len(binding), CIRCLE_DIMENSIONS))
    strength = np.array([(2 / uses[tag]) ** CIRCLE_RARITY for tag in binding])
    directions *= (strength / np.linalg.norm(directions, axis=1))[:, None]
    pairs = [(number, binding[tag]) for number, film in enumerate(films) for tag in film.tags if tag in binding]
    film_of, tag_of = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    circles = np.zeros((len(films), CIRCLE_DIMENSIONS))
    np.add.at(circles, film_of, directions[tag_of])
    return circles


def _quality(films: list[Film], rng: np.random.Generator) -> NDArray[np.float32]:
    """Return how good films are: the best known are a little better, and some tags speak for or against a film."""
    places = np.arange(len(films))
    fame = 0.15 - 0.3 * places / (places + OBSCURE_FROM)
    acclaim = np.array([sum(ACCLAIM.get(tag, 0.0) for tag in film.tags) for film in films])
    quality: NDArray[np.float32] = (fame + acclaim + rng.normal(0, 0.25, len(films))).astype(np.float32)
    return quality
