"""Invented people: how many films each of them rates, what they like, and when they sit down to rate."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from catalog.sample.taste_space import CIRCLE_DIMENSIONS, FilmSpace
from catalog.sample.tastes import TASTES
from catalog.sample.timeline import LAST, WEEK, sittings

LEAST_RATINGS = 20  # MovieLens publishes nobody with fewer
ACTIVITY_SPREAD = 1.4  # of the logarithm: the mean is 2.7 times the median, as in MovieLens 25M
MOST_TASTES = 3
OWN_PICKS = 0.6  # of what people rate comes from their own tastes, the rest from what everybody sees
LIKED, DISLIKED, TASTE_SPREAD = 1.75, -1.6, 0.9
ERA_SPREAD, CIRCLE_SPREAD = 0.2, 1.1
MEAN_SPREAD = 0.35  # in stars: how much people differ in how generous they are
WHOLE_STARS_ONLY = 0.45  # of people never give half a star


@dataclass(frozen=True)
class People:
    """Some people. Arrays have one row for each of them, but for `starts`, the moments when they sat down to rate.

    `picks` says how a person's picks are shared out among the tastes and, last, what everybody sees. The product of
    a row of `vectors` with a film's is how well the film suits the person. `ends` is where in `starts` each person's
    sittings end.
    """

    counts: NDArray[np.int64]
    picks: NDArray[np.float64]
    vectors: NDArray[np.float32]
    generosity: NDArray[np.float32]  # in stars
    whole_stars_only: NDArray[np.bool_]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]

    @property
    def last_seen(self) -> NDArray[np.int64]:
        """When each person sat down for the last time. They have rated nothing that came out later."""
        return self.starts[self.ends - 1]


def activity(*, people: int, films: int, ratings: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Share `ratings` out among people: everybody has some, half of them few, and some have thousands."""
    least = min(LEAST_RATINGS, ratings // people)
    more = ratings - least * people
    weights = rng.lognormal(0, ACTIVITY_SPREAD, people)
    # Where films are few, even the keenest see no more than all of them, and the next keenest nearly as many.
    wanted = more / people * weights / weights.mean()
    return least + _apportion(more, wanted / (1 + wanted / films), films - least)


def invent_people(
    counts: NDArray[np.int64], there_until: NDArray[np.int64], films: FilmSpace, rng: np.random.Generator
) -> People:
    """Invent people with that many ratings, each of whom is still there at that moment (in seconds since 1970)."""
    picks, tastes = _tastes(len(counts), rng)
    era = rng.normal(0, ERA_SPREAD, (len(counts), 1))
    circles = rng.normal(0, CIRCLE_SPREAD, (len(counts), CIRCLE_DIMENSIONS))
    starts, ends = sittings(counts, rng)
    # Who left too early to have seen so much (or what they must have seen) comes back at the very end.
    choice = np.searchsorted(np.sort(films.released), starts[ends - 1], side="right")
    too_early = (choice < 2 * counts) | (starts[ends - 1] < there_until)
    starts[ends[too_early] - 1] = LAST - rng.integers(WEEK, size=np.count_nonzero(too_early))
    return People(
        counts=counts,
        picks=picks,
        vectors=np.hstack([tastes, era, circles]).astype(np.float32),
        generosity=rng.normal(0, MEAN_SPREAD, len(counts)).astype(np.float32),
        whole_stars_only=rng.random(len(counts)) < WHOLE_STARS_ONLY,
        starts=starts,
        ends=ends,
    )


def _apportion(total: int, weights: NDArray[np.float64], room: int) -> NDArray[np.int64]:
    """Share `total` whole things out in proportion to `weights`, at most `room` to each."""
    given = np.zeros(len(weights), dtype=np.int64)
    while left := total - int(given.sum()):
        reach = np.cumsum(np.where(given < room, weights, 0))
        shares = np.diff(np.rint(reach / reach[-1] * left).astype(np.int64), prepend=0)
        given = np.minimum(given + shares, room)
    return given


def _tastes(people: int, rng: np.random.Generator) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give everybody one to three tastes of their own, and one that they cannot stand.

    Returns (how their picks are shared out, how much they like each taste).
    """
    shares = np.array([taste.share for taste in TASTES])
    order = np.argsort(rng.exponential(size=(people, len(TASTES))) / shares, axis=1)
    own, disliked = order[:, :MOST_TASTES], order[:, MOST_TASTES]
    weights = rng.gamma(3, size=own.shape) * (np.arange(MOST_TASTES) < rng.integers(1, MOST_TASTES + 1, (people, 1)))
    row = np.arange(people)
    likes = rng.normal(0, TASTE_SPREAD, (people, len(TASTES)))
    likes[row, disliked] = DISLIKED
    likes[row[:, None], own] = np.where(weights > 0, LIKED, likes[row[:, None], own])
    picks = np.zeros((people, len(TASTES) + 1))
    picks[row[:, None], own] = OWN_PICKS * weights / weights.sum(axis=1, keepdims=True)
    picks[:, -1] = 1 - OWN_PICKS
    return picks, likes
