"""How stars become choices, which models learn from, and preferences, which they score: shared by all of taste."""

import numpy as np
from scipy import sparse

from recommendations.data.interactions import Scores

NEUTRAL_STARS = 3.5
NEUTRAL_RATINGS = 5
DISLIKED_STARS = 2.0
LENIENCE = 1.0
CANDOR = 0.2
AVERSION = 0.3


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


def likings(interactions: sparse.csr_matrix, *, implicit: bool = False) -> sparse.csr_matrix:
    """Return how much somebody liked each film they rated, same places as `interactions`.

        liking = stars - max(damped mean of the person - 1, 2)

    Choosing a film at all says something, so a film at one's own average counts 1, one a star below it 0, and what is
    lower counts against its kind. The mean is damped with five ratings of 3.5 stars, so that a first rating already
    says which way it points. With `implicit` data every entry is 1.
    """
    return _with_values(interactions, _liking(interactions), implicit)


def choices(interactions: sparse.csr_matrix, *, implicit: bool = False) -> sparse.csr_matrix:
    """Return what models of taste learn from: who chose what, and a little of how it was liked.

        choice = 0.8 + 0.2 liking

    A film at one's own average has a choice of 1. That somebody chose a film at all says most about
    which films belong together, also when it disappointed: one star less makes it a fifth less of a choice, and only
    half a star below an average of four and a half is nearly none. Same places as `interactions`; with `implicit`
    data every entry is 1.
    """
    return _with_values(interactions, 1 - CANDOR + CANDOR * _liking(interactions), implicit)


def preferences(histories: sparse.csr_matrix, *, implicit: bool = False) -> sparse.csr_matrix:
    """Return how much somebody wants more of each film they rated, same places as `histories`.

        preference = choice, but 0.3 liking for a dislike

    A dislike is less than two stars from anybody, and two stars below one's own damped mean: it speaks against its
    kind, so that half a star for horror brings no horror. With `implicit` data every entry is 1.
    """
    liking = _liking(histories)
    disliked = (liking <= -LENIENCE) | (histories.data < DISLIKED_STARS)
    return _with_values(histories, np.where(disliked, AVERSION * liking, 1 - CANDOR + CANDOR * liking), implicit)


def _liking(histories: sparse.csr_matrix) -> Scores:
    pivot = np.maximum(damped_means(histories, NEUTRAL_STARS, NEUTRAL_RATINGS) - LENIENCE, DISLIKED_STARS)
    liking: Scores = histories.data - pivot[row_of_each(histories)]
    return liking


def _with_values(matrix: sparse.csr_matrix, values: Scores, implicit: bool) -> sparse.csr_matrix:
    kept = np.ones_like(matrix.data, np.float32) if implicit else values.astype(np.float32)
    return sparse.csr_matrix((kept, matrix.indices, matrix.indptr), shape=matrix.shape)


def activity_weights(interactions: sparse.csr_matrix, power: float) -> Scores:
    """Return √v_u of each person, v_u being n_u^-`power` with a mean of 1 for n_u ratings: shape (people,).

    A person's equation in a least squares problem is multiplied by it on both sides; then v_u is its weight.
    """
    weights = np.maximum(np.diff(interactions.indptr), 1.0) ** -power
    roots: Scores = np.sqrt(weights / weights.mean()).astype(np.float32)
    return roots


def popularity_weights(interactions: sparse.csr_matrix, power: float) -> Scores:
    """Return for each film the `power` of its number of ratings that its preferences are divided by: shape (films,).

    The mean square over all ratings is 1. That two people chose what everybody chooses says less than that they both
    found what few know.
    """
    counts = np.maximum(np.bincount(interactions.indices, minlength=interactions.shape[1]), 1).astype(np.float64)
    weights = counts**-power
    weights /= np.sqrt(np.mean(weights[interactions.indices] ** 2))
    return weights.astype(np.float32)


def with_films_weighted(wanted: sparse.csr_matrix, weights: Scores) -> sparse.csr_matrix:
    """Return preferences, each multiplied by its film's weight; same places."""
    values = (wanted.data * weights[wanted.indices]).astype(np.float32)
    return sparse.csr_matrix((values, wanted.indices, wanted.indptr), shape=wanted.shape)


def damped_by_activity(wanted: sparse.csr_matrix, power: float) -> sparse.csr_matrix:
    """Return preferences divided by a power of how many each person has; the mean square weight is 1.

    Whoever has seen everything says less about which films belong together.
    """
    counts = np.diff(wanted.indptr)[row_of_each(wanted)].astype(np.float32)
    weights = counts**-power
    weights /= np.sqrt(np.mean(weights**2))
    return sparse.csr_matrix((wanted.data * weights, wanted.indices, wanted.indptr), shape=wanted.shape)
