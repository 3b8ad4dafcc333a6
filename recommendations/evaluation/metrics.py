"""How good lists and predicted stars are. Lists are ranked against the whole catalogue, never against a sample.

Every function here gives one value for each row; `bootstrap` makes means and intervals of them. A list is a row of
film positions, best first, padded with -1; `relevant` is people × films, every stored entry a film worth listing.
"""

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


def precision_at_k(lists: Positions, relevant: sparse.csr_matrix, k: int) -> Values:
    """Return for each row the share of the `k` first places with a relevant film; an empty place is a miss."""
    precisions: Values = _first(hits(lists, relevant), k).sum(axis=1) / k
    return precisions


def average_precision_at_k(lists: Positions, relevant: sparse.csr_matrix, k: int) -> Values:
    """Return for each row the mean precision at the places of its relevant films; its mean over rows is MAP.

        AP@k = Σ_p precision@p · [film p is relevant] / min(k, relevant films)   over the places p up to k

    Source: Manning, Raghavan and Schütze, Introduction to Information Retrieval, 2008, section 8.4, cut at k.
    """
    found = _first(hits(lists, relevant), k)
    precisions = np.cumsum(found, axis=1) / np.arange(1, k + 1)
    possible = np.minimum(np.diff(relevant.indptr), k)
    averages: Values = (precisions * found).sum(axis=1) / np.maximum(possible, 1)
    return averages


def reciprocal_rank_at_k(lists: Positions, relevant: sparse.csr_matrix, k: int) -> Values:
    """Return for each row 1 / the place of its first relevant film, or 0 if none is among the first `k`.

    Its mean over rows is MRR. Source: Voorhees, TREC-8, 1999.
    """
    found = _first(hits(lists, relevant), k)
    ranks: Values = found.max(axis=1) / (found.argmax(axis=1) + 1)
    return ranks


def hit_rate_at_k(lists: Positions, relevant: sparse.csr_matrix, k: int) -> Values:
    """Return 1 for each row with at least one relevant film among the first `k`, else 0."""
    found: Values = _first(hits(lists, relevant), k).max(axis=1)
    return found


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
