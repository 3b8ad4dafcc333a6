"""How sure a figure is: people are drawn again and again, with replacement, and the figure is worked out anew.

People are drawn and not ratings, because what one person does hangs together. Whoever is measured in several folds is
drawn with all of them.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recommendations.evaluation.metrics import Values

ROUNDS = 1000
LEVEL = 0.95
_BLOCK_VALUES = 4_000_000


@dataclass(frozen=True)
class Estimate:
    """A figure and the ends of its interval (95 %)."""

    value: float
    low: float
    high: float


def ratio(
    people: NDArray[np.integer],
    numerators: Values,
    denominators: Values | None = None,
    *,
    seed: int = 0,
    finish: Callable[[Values], Values] = np.asarray,
) -> Estimate:
    """Estimate Σ numerators / Σ denominators (a mean, without them), and how much it hangs on who was measured.

    Args:
        people: whose value each one is; the same person may have several.
        numerators: one value for each; NaN is left out.
        denominators: by default 1 for each.
        seed: of the draws.
        finish: what is done to the ratio at the end, such as a root.

    Percentile bootstrap over people; Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13.
    """
    denominators = np.ones(len(numerators)) if denominators is None else denominators
    known = ~np.isnan(numerators) & ~np.isnan(denominators)
    if not known.any():
        return Estimate(np.nan, np.nan, np.nan)
    _, person = np.unique(people[known], return_inverse=True)
    above, below = np.bincount(person, numerators[known]), np.bincount(person, denominators[known])
    drawn = [_quotient(weights @ above, weights @ below) for weights in draws(len(above), seed)]
    value = finish(_quotient(above.sum(keepdims=True), below.sum(keepdims=True)))
    return Estimate(float(value[0]), *_ends(finish(np.concatenate(drawn))))


def of_exposure(
    figure: Callable[[Values], Values],
    folds: Sequence[tuple[NDArray[np.int64], sparse.csr_matrix]],
    *,
    seed: int = 0,
    rounds: int = 200,
) -> Estimate:
    """Estimate the mean over folds of a figure of how often films are listed, such as coverage.

    A draw holds only about two thirds of the people, hence fewer films: the draws give the width of the interval,
    which is laid around the figure of everybody.

    Args:
        figure: from amounts (… × films) to values (…).
        folds: each one's people, and rows × films of what they were listed.
        seed: of the draws.
        rounds: how many draws.
    """
    known, place = np.unique(np.concatenate([people for people, _ in folds]), return_inverse=True)
    places = np.split(place, np.cumsum([len(people) for people, _ in folds])[:-1])
    value = float(np.mean([figure(np.asarray(listed.sum(axis=0), np.float64).ravel()) for _, listed in folds]))
    films = folds[0][1].shape[1]
    drawn = np.concatenate(
        [
            np.mean([figure(weights[:, at] @ listed) for at, (_, listed) in zip(places, folds, strict=True)], axis=0)
            for weights in draws(len(known), seed, rounds=rounds, width=films)
        ]
    )
    if np.isnan(drawn).all():
        return Estimate(value, np.nan, np.nan)
    low, high = _ends(drawn - np.nanmean(drawn) + value)
    return Estimate(value, max(low, 0.0), min(high, 1.0))


def draws(people: int, seed: int, *, rounds: int = ROUNDS, width: int = 0) -> Iterator[Values]:
    """Yield how often each person is drawn: blocks of rounds × people that stay small, also times `width`."""
    generator = np.random.default_rng(seed)
    step = max(1, _BLOCK_VALUES // max(people, width, 1))
    for start in range(0, rounds, step):
        size = min(step, rounds - start)
        chosen = generator.integers(people, size=(size, people)) + np.arange(size)[:, None] * people
        yield np.bincount(chosen.ravel(), minlength=size * people).reshape(size, people).astype(np.float64)


def _quotient(above: Values, below: Values) -> Values:
    result: Values = np.divide(above, below, out=np.full(above.shape, np.nan), where=below != 0)
    return result


def _ends(drawn: Values) -> tuple[float, float]:
    if np.isnan(drawn).all():
        return float("nan"), float("nan")
    low, high = np.nanquantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)
