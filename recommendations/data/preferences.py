"""How stars become preferences: the one function that the recommenders of taste share."""

import numpy as np
from scipy import sparse

from recommendations.data.interactions import Scores

NEUTRAL_STARS = 3.5
NEUTRAL_RATINGS = 5
DISLIKED_STARS = 2.0
LENIENCE = 1.0


def is_implicit(interactions: sparse.csr_matrix) -> bool:
    """Return whether all values are equal, so that they only say that somebody chose a film."""
    return bool(interactions.nnz) and bool((interactions.data == interactions.data[0]).all())


def row_of_each(matrix: sparse.csr_matrix) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """Return the row number of each stored value, shape (nnz,)."""
    return np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))


def damped_means(histories: sparse.csr_matrix, prior: float, weight: float) -> Scores:
    """Return each row's mean as if it also had `weight` ratings of `prior` stars; shape (rows,)."""
    counts = np.diff(histories.indptr)
    sums = np.bincount(row_of_each(histories), weights=histories.data, minlength=histories.shape[0])
    return ((sums + prior * weight) / (counts + weight)).astype(np.float32)


def preferences(histories: sparse.csr_matrix, *, implicit: bool = False) -> sparse.csr_matrix:
    """Return how much somebody wants more of each film they rated, same shape and places as `histories`.

        preference = stars - max(damped mean of the person - 1, 2)

    Choosing a film at all says something, so a film at one's own average counts as 1, and a film a star below it
    as 0; what is lower counts against its kind. The mean is damped with five ratings of 3.5 stars, so that a first
    rating already says which way it points. Half a star to one and a half are a dislike from anybody. With
    `implicit` data every entry is 1.
    """
    values = np.ones_like(histories.data, np.float32)
    if not implicit:
        pivot = np.maximum(damped_means(histories, NEUTRAL_STARS, NEUTRAL_RATINGS) - LENIENCE, DISLIKED_STARS)
        values = (histories.data - pivot[row_of_each(histories)]).astype(np.float32)
    return sparse.csr_matrix((values, histories.indices, histories.indptr), shape=histories.shape)


def damped_by_activity(wanted: sparse.csr_matrix, power: float) -> sparse.csr_matrix:
    """Return preferences divided by a power of how many each person has; the mean square weight is 1.

    Whoever has seen everything says less about which films belong together.
    """
    counts = np.diff(wanted.indptr)[row_of_each(wanted)].astype(np.float32)
    weights = counts**-power
    weights /= np.sqrt(np.mean(weights**2))
    return sparse.csr_matrix((wanted.data * weights, wanted.indices, wanted.indptr), shape=wanted.shape)
