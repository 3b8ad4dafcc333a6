"""The protocols by name: what `manage.py evaluate --protocol` can ask for."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from recommendations.data.interactions import Ids
from recommendations.evaluation import split as splits
from recommendations.evaluation.dataset import Dataset
from recommendations.evaluation.split import CannotSplit, Split

FOLDS = 5
SHARE = 0.2
MOST_PEOPLE = 10_000
FOLDED_IN = (1, 2, 5, 10)


class UnknownProtocol(LookupError):
    """A name that no protocol has; the message lists those there are."""


@dataclass(frozen=True)
class Protocol:
    """A way of splitting with its usual shares.

    Attributes:
        says: what is foreseen from what, in one line.
        splits: from data and a seed to one split or several.
    """

    says: str
    splits: Callable[[Dataset, int], Iterator[Split]]


def protocol(name: str) -> Protocol:
    """Return the protocol called `name`. Raises UnknownProtocol."""
    try:
        return PROTOCOLS[name]
    except KeyError:
        raise UnknownProtocol(f"There is no protocol called {name!r}. There are: {', '.join(PROTOCOLS)}.") from None


def _random(data: Dataset, seed: int) -> Iterator[Split]:
    yield from splits.k_folds(data.interactions, folds=FOLDS, seed=seed, lines=data.lines)


def _leave_out(data: Dataset, seed: int) -> Iterator[Split]:
    yield splits.leave_out(data.interactions, share=SHARE, seed=seed)


def _leave_one_out(data: Dataset, seed: int) -> Iterator[Split]:
    yield splits.leave_out(data.interactions, number=1, seed=seed)


def _time_per_person(data: Dataset, seed: int) -> Iterator[Split]:
    yield splits.leave_last(data.interactions, _times(data), share=SHARE, seed=seed)


def _global_time(data: Dataset, seed: int) -> Iterator[Split]:
    yield splits.global_time(data.interactions, _times(data), share=SHARE)


def _cold_films(data: Dataset, seed: int) -> Iterator[Split]:
    yield splits.cold_films(data.interactions, share=SHARE, seed=seed)


def _strong(data: Dataset, seed: int) -> Iterator[Split]:
    """Hold out one fifth of the people after another, until enough are measured."""
    people = data.interactions.shape[0]
    fold = np.random.default_rng(seed).permutation(people) % FOLDS
    for number in range(min(FOLDS, math.ceil(FOLDS * MOST_PEOPLE / people))):
        yield splits.hold_out(data.interactions, fold == number, target_share=SHARE, most=MOST_PEOPLE, seed=seed)


def _folded_in(ratings: int) -> Callable[[Dataset, int], Iterator[Split]]:
    def split(data: Dataset, seed: int) -> Iterator[Split]:
        for whole in _strong(data, seed):
            # Whoever has fewer than the most is in none of them, so that all of them measure the same people.
            same_people = splits.at_least(whole, max(FOLDED_IN))
            yield splits.fold_in(same_people, ratings, seed=seed)

    return split


def _times(data: Dataset) -> Ids:
    if data.side.times is None:
        raise CannotSplit(f"The ratings of {data.name} have no times, so they cannot be split by time.")
    return data.side.times.astype(np.int64, copy=False)


PROTOCOLS = {
    "random": Protocol(f"{FOLDS} random folds over ratings", _random),
    "leave-out": Protocol("a random fifth of everybody's ratings", _leave_out),
    "leave-one-out": Protocol("one random rating of everybody", _leave_one_out),
    "time-per-person": Protocol("the latest fifth of everybody's ratings", _time_per_person),
    "global-time": Protocol("the latest fifth of all ratings", _global_time),
    "strong": Protocol(f"{FOLDS} folds over people: a fifth of their ratings from the rest of theirs", _strong),
    **{
        f"strong-{ratings}": Protocol(f"the same from {ratings} of their ratings", _folded_in(ratings))
        for ratings in FOLDED_IN
    },
    "cold-films": Protocol("ratings of films that were never fitted, ranked among themselves", _cold_films),
}
