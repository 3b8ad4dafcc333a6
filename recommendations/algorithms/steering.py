"""Between scores and a list: the best films of a model, in the order that a person's sliders ask for."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recommendations.data.interactions import Positions, Scores

STEPS = (-2, -1, 0, 1, 2)
# So many of a model's best films are put in another order. Below them it has little to say for anything.
POOL = 300
# What one standard deviation of a trait weighs, in standard deviations of the score, one and two steps off the middle.
_WEIGHTS = {0: 0.0, 1: 0.4, 2: 1.0}

Column = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sliders:
    """What somebody asks for, each from -2 to 2; 0 asks for nothing.

    Attributes:
        obscurity: from well-known films to hidden gems.
        adventure: from what is like the person's own films to what is not.
        age: from old films to new ones.
    """

    obscurity: int = 0
    adventure: int = 0
    age: int = 0

    @property
    def neutral(self) -> bool:
        """Whether they ask for nothing: then nobody may change the order."""
        return not (self.obscurity or self.adventure or self.age)


@dataclass(frozen=True, slots=True, eq=False)
class Traits:
    """What sliders go by, one number for each film of a pool.

    Attributes:
        ratings: how many people rated it.
        years: when it came out; NaN where nobody knows.
        likeness: how like the person's own films its genres are, 0 to 1: see `likeness_to`.
    """

    ratings: Column
    years: Column
    likeness: Column


def steered(scores: Scores, sliders: Sliders, traits: Traits) -> NDArray[np.intp]:
    """Return the places of a pool's films, whose `scores` are above zero, in the order that the sliders ask for.

        z(ln score) − w_o z(ln(1 + ratings)) − w_a z(likeness) + w_y z(year)

    with z(x) = (x − mean) / standard deviation over the pool, 0 for what is unknown, and w = ±0.4 or ±1 for a slider
    one or two steps from its middle. As it is a sum, no step takes the mean trait of the first n films the other way:
    the first n are those whose sum is largest, and a larger weight can only favour its trait. With all sliders in the
    middle the order is that of the scores. Time O(n log n).
    """
    wished = (
        _standardised(np.log(scores.astype(np.float64)))
        - _weight(sliders.obscurity) * _standardised(np.log1p(traits.ratings))
        - _weight(sliders.adventure) * _standardised(traits.likeness)
        + _weight(sliders.age) * _standardised(traits.years)
    )
    return np.argsort(-wished, kind="stable")


def likeness_to(history: Positions, films: Positions, genres: sparse.csr_matrix) -> Column:
    """Return for each of `films` the cosine of its genres to those of all films of `history` together, 0 to 1.

    `genres` is films × genres. The rarer a genre, the more it tells (TF-IDF). All zero without a history.
    Time O(films + entries of the films and of the history).
    """
    rarity = np.log((genres.shape[0] + 1) / (np.bincount(genres.indices, minlength=genres.shape[1]) + 1.0))
    weights = sparse.diags_array(rarity)
    profile = np.asarray(_of_length_1(genres[history] @ weights).sum(axis=0)).ravel()
    length = np.linalg.norm(profile)
    if not length:
        return np.zeros(len(films))
    return np.asarray(_of_length_1(genres[films] @ weights) @ (profile / length))


def _weight(step: int) -> float:
    return float(np.sign(step)) * _WEIGHTS[abs(step)]


def _standardised(values: Column) -> Column:
    known = values[np.isfinite(values)]
    spread = known.std() if len(known) else 0.0
    if not spread:
        return np.zeros(len(values))
    return np.asarray(np.nan_to_num((values - known.mean()) / spread, nan=0.0), np.float64)


def _of_length_1(rows: sparse.csr_matrix) -> sparse.csr_matrix:
    lengths = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    scale = np.divide(1.0, lengths, out=np.zeros_like(lengths), where=lengths > 0)
    return sparse.csr_matrix(sparse.diags_array(scale) @ rows)
