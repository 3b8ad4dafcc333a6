"""Calibration: whoever watches seven dramas and three comedies in ten is shown about as many. Re-ranks any list.

Source: Steck, "Calibrated Recommendations", RecSys 2018.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recommendations.algorithms.ranking import BLOCK_BYTES
from recommendations.data.interactions import Positions, Scores
from recommendations.data.preferences import preferences

SMOOTHING = 0.01
Shares = NDArray[np.float64]


def genre_shares(genres: sparse.csr_matrix) -> sparse.csr_matrix:
    """Return p(g|i), films × genres: each film's genres share it equally; a film without genres has an empty row."""
    marks = sparse.csr_matrix(genres.astype(bool), dtype=np.float64)
    return sparse.csr_matrix(sparse.diags_array(1 / np.maximum(np.diff(marks.indptr), 1)) @ marks)


def taste(histories: sparse.csr_matrix, shares: sparse.csr_matrix, *, implicit: bool = False) -> Shares:
    """Return p(g|u), rows × genres: the mean of p(g|i) over the films of a history; all zero where it has none.

    Films weigh as much as they are wanted (`data.preferences`; equally with `implicit` data), so that nobody is given
    a share of the genres that they dislike.
    """
    wanted = preferences(histories, implicit=implicit)
    wanted.data = np.maximum(wanted.data, 0)
    return _normalized((wanted @ shares).toarray())


def mix(lists: Positions, shares: sparse.csr_matrix) -> Shares:
    """Return q(g|u), rows × genres: the mean of p(g|i) over the films of a list (rows × n, padded with -1)."""
    listed = lists >= 0
    starts = np.concatenate([[0], np.cumsum(listed.sum(axis=1))])
    shape = (len(lists), shares.shape[0])
    exposed = sparse.csr_matrix((np.ones(int(listed.sum())), lists[listed], starts), shape=shape)
    return _normalized((exposed @ shares).toarray())


def divergence(wanted: Any, given: Any, smoothing: float = SMOOTHING) -> Shares:
    """Return the Kullback-Leibler divergence of the genres of a list from those of a taste, in nats.

        KL(p, q) = Σ_g p(g|u) log (p(g|u) / q̃(g|u)),   q̃ = (1 − α) q + α p

    with α `smoothing`. Genres are the last axis of both arrays, which may be broadcast; the result lacks it.
    """
    p, q = np.asarray(wanted, np.float64), np.asarray(given, np.float64)
    smooth = (1 - smoothing) * q + smoothing * p
    ratio = np.divide(np.broadcast_to(p, smooth.shape), smooth, out=np.ones_like(smooth), where=smooth > 0)
    # Where p is 0 the term is 0; the logarithm must not see that 0.
    result: Shares = (p * np.log(np.where(p > 0, ratio, 1))).sum(axis=-1)
    return result


def calibrated(
    candidates: Positions,
    scores: Scores,
    wanted: Shares,
    shares: sparse.csr_matrix,
    *,
    n: int,
    weight: float,
    smoothing: float = SMOOTHING,
) -> Positions:
    """Choose `n` of each row's candidates so that the list is good and its genres are the person's.

        I* = argmax (1 − λ) Σ_{i ∈ I} s(i) − λ KL(p, q(I)),   one film after another, best first

    Greedy, which is within 1 − 1/e of the best list. Scores are divided by each row's largest one, so that λ means
    the same with every recommender. A weight of 0 returns the first n candidates.

    Args:
        candidates: rows × m positions, best first, padded with -1, as `recommend` returns them; m > n.
        scores: rows × m.
        wanted: rows × genres, from `taste`; a row of zeros is not calibrated.
        shares: films × genres, from `genre_shares`.
        n: length of the new lists.
        weight: λ, 0 to 1; more is closer to the person's genres.
        smoothing: α of `divergence`.

    Returns:
        rows × n positions int32, best first, padded with -1.

    Time O(rows · n · m · genres), memory O(m · genres) for each row of a block.
    """
    step = max(1, BLOCK_BYTES // (64 * max(1, candidates.shape[1]) * max(1, shares.shape[1])))
    blocks = [slice(start, start + step) for start in range(0, len(candidates), step)]
    chosen = [_chosen(candidates[rows], scores[rows], wanted[rows], shares, n, weight, smoothing) for rows in blocks]
    return np.concatenate(chosen) if chosen else np.empty((0, n), np.int32)


def _chosen(
    candidates: Positions,
    scores: Scores,
    wanted: Shares,
    shares: sparse.csr_matrix,
    n: int,
    weight: float,
    smoothing: float,
) -> Positions:
    """Choose for one block of rows."""
    rows = np.arange(len(candidates))
    of_film = shares[np.maximum(candidates, 0).ravel()].toarray().reshape(*candidates.shape, -1)
    gain = (1 - weight) * scores / np.maximum(scores.max(axis=1, initial=0, keepdims=True), np.finfo(np.float32).tiny)
    gain = np.where(candidates >= 0, gain, -np.inf)
    lists, listed = np.full((len(candidates), n), -1, np.int32), np.zeros_like(wanted)
    for place in range(min(n, candidates.shape[1])):
        mixes = _normalized(listed[:, None, :] + of_film)
        value = gain - weight * divergence(wanted[:, None, :], mixes, smoothing)
        best = value.argmax(axis=1)
        possible = np.isfinite(value[rows, best])
        lists[possible, place] = candidates[rows, best][possible]
        listed += of_film[rows, best] * possible[:, None]
        gain[rows, best] = -np.inf
    return lists


def _normalized(amounts: Shares) -> Shares:
    """Return amounts whose last axis adds up to 1, or is all zero."""
    totals = amounts.sum(axis=-1, keepdims=True)
    result: Shares = np.divide(amounts, totals, out=np.zeros_like(amounts), where=totals > 0)
    return result
