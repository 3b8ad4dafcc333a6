"""Calibration: whoever watches seven dramas and three comedies in ten is shown about as many. Re-ranks any list.

Source: Steck, "Calibrated Recommendations", RecSys 2018.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recommendations.algorithms.ranking import BLOCK_BYTES, as_rows
from recommendations.data.interactions import Positions, Scores
from recommendations.data.preferences import preferences

SMOOTHING = 0.01
_WORTHLESS = -1e6
_HARDLY = 1e-9
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
    return _normalized((as_rows(lists, shares.shape[0]) @ shares).toarray())


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

        I* = argmax (1 − λ) Σ_{i ∈ I} s(i) − λ KL(p, q(I))   over lists I of n candidates

    From the n best candidates on, the exchange of two films that helps most is made until none helps. Steck fills the
    list greedily, which decides its first places by lists of one or two films: exchanging costs less than half as much
    recall for the same divergence. Scores are divided by each row's largest one, so that λ means the same with every
    recommender. A weight of 0 returns the first n candidates.

    Args:
        candidates: rows × m positions, best first, padded with -1, as `recommend` returns them; m > n.
        scores: rows × m.
        wanted: rows × genres, from `taste`; a row of zeros is not calibrated.
        shares: films × genres, from `genre_shares`.
        n: length of the new lists.
        weight: λ, 0 to 1; more is closer to the person's genres.
        smoothing: α of `divergence`.

    Returns:
        rows × n positions int32, in the order of the candidates, padded with -1.

    Time O(n · m · genres) for each row and exchange, of which there are hardly more than n; memory the same for a
    block of rows.
    """
    width = min(n, candidates.shape[1])
    lists = np.full((len(candidates), n), -1, np.int32)
    step = max(1, BLOCK_BYTES // (32 * max(1, width * candidates.shape[1] * shares.shape[1])))
    for start in range(0, len(candidates) if width else 0, step):
        rows = slice(start, start + step)
        films = shares[np.maximum(candidates[rows], 0).ravel()].toarray().reshape(*candidates[rows].shape, -1)
        objective = _Objective(_gains(candidates[rows], scores[rows], weight), films, wanted[rows], weight, smoothing)
        lists[rows, :width] = np.take_along_axis(candidates[rows], _exchanged(objective, width), axis=1)
    return lists


@dataclass(frozen=True)
class _Objective:
    """What lists are chosen by: the worth of each candidate (rows × m), its genres (rows × m × genres), the taste."""

    gains: Shares
    films: Shares
    wanted: Shares
    weight: float
    smoothing: float

    def of_exchanges(self, chosen: NDArray[np.int64]) -> Shares:
        """Return the objective of each list with one of its films (rows × n) exchanged for a candidate (× m)."""
        rows = np.arange(len(chosen))[:, None]
        films, gains = self.films[rows, chosen], self.gains[rows, chosen]
        without = films.sum(axis=1, keepdims=True) - films
        mixes = _normalized(without[:, :, None, :] + self.films[:, None, :, :])
        sums = (gains.sum(axis=1, keepdims=True) - gains)[:, :, None] + self.gains[:, None, :]
        result: Shares = sums - self.weight * divergence(self.wanted[:, None, None, :], mixes, self.smoothing)
        return result


def _gains(candidates: Positions, scores: Scores, weight: float) -> Shares:
    """Return (1 − λ) s(i); padding is worth so little that any film is taken instead."""
    largest = np.maximum(scores.max(axis=1, initial=0, keepdims=True), np.finfo(np.float32).tiny)
    return np.where(candidates >= 0, (1 - weight) * scores.astype(np.float64) / largest, _WORTHLESS)


def _exchanged(objective: _Objective, width: int) -> NDArray[np.int64]:
    """Return the places of the chosen candidates, ascending: rows × width."""
    rows, candidates = objective.gains.shape
    chosen = np.tile(np.arange(width), (rows, 1))
    for _ in range(2 * width):
        values = objective.of_exchanges(chosen)
        every = np.arange(rows)
        now = values[every, 0, chosen[:, 0]]
        values[every[:, None], :, chosen] = -np.inf
        flat = values.reshape(rows, -1)
        best = flat.argmax(axis=1)
        helps = np.flatnonzero(flat[every, best] > now + _HARDLY)
        if not len(helps):
            break
        chosen[helps, best[helps] // candidates] = best[helps] % candidates
    return np.sort(chosen, axis=1)


def _normalized(amounts: Shares) -> Shares:
    """Return amounts whose last axis adds up to 1, or is all zero."""
    totals = amounts.sum(axis=-1, keepdims=True)
    result: Shares = np.divide(amounts, totals, out=np.zeros_like(amounts), where=totals > 0)
    return result
