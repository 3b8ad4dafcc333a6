"""How good lists and predicted stars are. Lists are ranked against the whole catalogue, never against a sample."""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recommendations.data.interactions import Positions

Values = NDArray[np.float64]


def hits(lists: Positions, relevant: sparse.csr_matrix) -> NDArray[np.bool_]:
    """Return which places of `lists` (rows × n, padded with -1) hold a film that is relevant to that row."""
    rows = np.arange(len(lists))[:, None]
    found = sparse.csr_matrix(relevant.astype(bool)[rows, np.maximum(lists, 0)]).toarray()
    listed: NDArray[np.bool_] = found & (lists >= 0)
    return listed


def ndcg_at_k(lists: Positions, relevant: sparse.csr_matrix, k: int) -> Values:
    """Return each row's normalised discounted cumulative gain, 0 to 1.

    Gains are binary and the ideal list is cut at `k`: a row whose k first places are all relevant has 1.
    Source: Järvelin and Kekäläinen, TOIS 20(4), 2002.
    """
    discounts = 1 / np.log2(np.arange(2, k + 2))
    gained: Values = _first(hits(lists, relevant), k) @ discounts
    ideal = np.concatenate([[0], np.cumsum(discounts)])[np.minimum(np.diff(relevant.indptr), k)]
    gains: Values = np.divide(gained, ideal, out=np.zeros_like(gained), where=ideal > 0)
    return gains


def recall_at_k(lists: Positions, relevant: sparse.csr_matrix, k: int) -> Values:
    """Return for each row the share of its relevant films that are among the first `k`."""
    wanted = np.diff(relevant.indptr)
    recalls: Values = _first(hits(lists, relevant), k).sum(axis=1) / np.maximum(wanted, 1)
    return recalls


def hit_rate_at_k(lists: Positions, relevant: sparse.csr_matrix, k: int) -> Values:
    """Return 1 for each row with at least one relevant film among the first `k`, else 0."""
    found: Values = _first(hits(lists, relevant), k).max(axis=1)
    return found


def coverage(lists: Positions, films: int) -> float:
    """Return the share of all films that are on at least one list."""
    return len(np.unique(lists[lists >= 0])) / films


def rmse(predicted: Values, given: Values) -> float:
    """Return the root of the mean squared error, in stars."""
    return float(np.sqrt(np.mean((predicted - given) ** 2)))


def mae(predicted: Values, given: Values) -> float:
    """Return the mean absolute error, in stars."""
    return float(np.mean(np.abs(predicted - given)))


def _first(found: NDArray[np.bool_], k: int) -> Values:
    """Return the first `k` places as numbers, filled up with zeros."""
    padded = np.zeros((len(found), k))
    padded[:, : min(k, found.shape[1])] = found[:, :k]
    return padded
