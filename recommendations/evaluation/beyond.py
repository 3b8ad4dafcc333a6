"""What lists do besides hitting: reach into the catalogue, surprise, vary, and keep a person's mix of genres."""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recommendations.algorithms import calibration
from recommendations.algorithms.ranking import as_rows
from recommendations.data.interactions import Positions
from recommendations.data.preferences import is_implicit
from recommendations.evaluation.metrics import Values

Counts = NDArray[np.float64]


def coverage(amounts: Counts) -> Values:
    """Return the share of films that are listed at all, from how often each one is. Films are the last axis."""
    result: Values = (amounts > 0).mean(axis=-1)
    return result


def gini(amounts: Counts) -> Values:
    """Return the Gini coefficient of how often films are listed: 0 all equally often, near 1 always the same few.

        G = Σ_i (2i − n − 1) x_i / (n Σ_i x_i)   with x ascending, i from 1

    Films are the last axis; with nothing listed it is NaN.
    """
    ordered = np.sort(amounts, axis=-1)
    films = ordered.shape[-1]
    ranks = 2 * np.arange(1, films + 1) - films - 1
    totals = ordered.sum(axis=-1)
    result: Values = np.divide(ordered @ ranks, films * totals, out=np.full(totals.shape, np.nan), where=totals > 0)
    return result


def novelty(lists: Positions, counts: Counts, people: int) -> Values:
    """Return each list's mean self-information in bits: −log₂ of the share of people who rated a film.

    A film that nobody rated counts as rated by one; an empty list has NaN.
    Source: Zhou et al., PNAS 107(10), 2010.
    """
    return _mean_over(lists, -np.log2(np.maximum(counts, 1) / max(people, 1)))


def diversity(lists: Positions, features: sparse.csr_matrix) -> Values:
    """Return each list's mean of 1 − cosine over its pairs of films, NaN for lists of fewer than two.

    `features` is films × features; a film without any is unlike every other. Source: Ziegler et al., WWW 2005.
    """
    norms = np.sqrt(np.asarray(features.multiply(features).sum(axis=1), np.float64)).ravel()
    unit = sparse.csr_matrix(sparse.diags_array(1 / np.where(norms > 0, norms, 1)) @ features)
    sizes = (lists >= 0).sum(axis=1)
    sums = (as_rows(lists, features.shape[0]) @ unit).toarray()
    with_itself = as_rows(lists, features.shape[0]) @ (norms > 0).astype(np.float64)
    # |Σ x_i|² = Σ |x_i|² + twice the sum over pairs.
    alike = (sums**2).sum(axis=1) - with_itself
    pairs = sizes * (sizes - 1)
    result: Values = 1 - np.divide(alike, pairs, out=np.full(len(lists), np.nan), where=pairs > 0)
    return result


def mean_popularity(lists: Positions, counts: Counts, people: int) -> Values:
    """Return for each list the mean share of people who rated its films; NaN for an empty list.

    Popularity lift is its mean over lists divided by that over histories, minus 1: 0 when people are shown films as
    popular as those they rate. Source: Abdollahpouri et al., RMSE workshop at RecSys 2019.
    """
    return _mean_over(lists, counts / max(people, 1))


def history_popularity(histories: sparse.csr_matrix, counts: Counts, people: int) -> Values:
    """Return for each history the mean share of people who rated its films; NaN for an empty one."""
    seen = sparse.csr_matrix((np.ones(histories.nnz), histories.indices, histories.indptr), shape=histories.shape)
    sizes = np.diff(histories.indptr)
    sums = np.asarray(seen @ (counts / max(people, 1)))
    result: Values = np.divide(sums, sizes, out=np.full(len(sizes), np.nan), where=sizes > 0)
    return result


def miscalibration(lists: Positions, histories: sparse.csr_matrix, genres: sparse.csr_matrix) -> Values:
    """Return for each list how far its genres are from those of the history: `calibration.divergence`, in nats.

    `genres` is films × genres. NaN for an empty list, and for a history of films without genres.
    """
    shares = calibration.genre_shares(genres)
    wanted = calibration.taste(histories, shares, implicit=is_implicit(histories))
    given = calibration.mix(lists, shares)
    known = (wanted.sum(axis=1) > 0) & (lists >= 0).any(axis=1)
    return np.where(known, calibration.divergence(wanted, given), np.nan)


def _mean_over(lists: Positions, of_film: Counts) -> Values:
    listed = lists >= 0
    sums = np.where(listed, of_film[np.maximum(lists, 0)], 0).sum(axis=1)
    sizes = listed.sum(axis=1)
    result: Values = np.divide(sums, sizes, out=np.full(len(lists), np.nan), where=sizes > 0)
    return result
