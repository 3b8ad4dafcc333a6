"""From scores to the best few, and the size of the blocks in which dense scores are made."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recommendations.data.interactions import Positions, Scores

BLOCK_BYTES = 64 * 1024**2
_GROUPS = 8


def block_rows(films: int) -> int:
    """Return how many rows of float32 scores for so many films stay below BLOCK_BYTES."""
    return max(1, BLOCK_BYTES // (4 * films))


def most_rated(interactions: sparse.csr_matrix, films: int) -> Positions:
    """Return the at most `films` films with most ratings, in the order of their positions."""
    if films >= interactions.shape[1]:
        return np.arange(interactions.shape[1], dtype=np.int32)
    counts = np.bincount(interactions.indices, minlength=interactions.shape[1])
    return np.sort(np.argsort(-counts, kind="stable")[:films]).astype(np.int32)


def best(scores: Scores, n: int) -> tuple[Positions, Scores]:
    """Return for each row of `scores` its `n` best positions above zero, best first, and their scores.

    Rows that are too short end in -1 and 0. Equal scores are in the order of their positions.
    """
    n = min(n, scores.shape[1])
    positions, values = np.full((len(scores), n), -1, np.int32), np.zeros((len(scores), n), np.float32)
    for row, floor in enumerate(_floors(scores, n).tolist()):
        found = np.flatnonzero(scores[row] >= floor)
        found = found[np.argsort(-scores[row, found], kind="stable")[:n]]
        positions[row, : len(found)], values[row, : len(found)] = found, scores[row, found]
    return positions, values


def _floors(scores: Scores, n: int) -> Scores:
    """Return for each row a number above zero that its best `n` positive scores are not below.

    Columns are put into more than `n` groups; of as many groups as `n` the largest score is not below the n-th largest
    of these. That is most of a partial sort, for one reading of the scores.
    """
    least = np.finfo(np.float32).tiny
    groups = min(scores.shape[1], _GROUPS * n)
    if not groups or not len(scores):
        return np.full(len(scores), least, np.float32)
    size = scores.shape[1] // groups
    largest = scores[:, : size * groups].reshape(len(scores), size, groups).max(axis=1)
    return np.maximum(np.partition(largest, groups - n, axis=1)[:, groups - n], least)


def best_of_one(scores: Scores, n: int) -> tuple[Positions, Scores]:
    """Return the at most `n` best positions above zero of one vector of scores, best first, and their scores."""
    positions, values = best(scores[None, :], n)
    found = positions[0] >= 0
    return positions[0][found], values[0][found]


def as_rows(lists: Positions, films: int, values: NDArray[Any] | None = None) -> sparse.csr_matrix:
    """Return lists (rows × n, padded with -1) as a matrix, rows × films, whose entries are their `values`, else 1.

    float64 without values; films of a row stay in the order of its list.
    """
    listed = lists >= 0
    starts = np.concatenate([[0], np.cumsum(listed.sum(axis=1))])
    entries = np.ones(int(listed.sum())) if values is None else values[listed]
    return sparse.csr_matrix((entries, lists[listed], starts), shape=(len(lists), films))


def most_alike(factors: Scores, movie_ix: int, n: int) -> tuple[Positions, Scores]:
    """Return the at most `n` films whose `factors` (films × factors) point the same way as those of `movie_ix`."""
    likeness = cosines(factors, factors[movie_ix])
    likeness[movie_ix] = 0
    return best_of_one(likeness, n)


def cosines(factors: Scores, wanted: Scores) -> Scores:
    """Return by how much each of `factors` (films × factors) points the way of `wanted` (factors).

    By cosine; each norm has the mean norm added, since the direction of a film that hardly anybody rated is mostly
    chance.
    """
    norms = np.linalg.norm(factors, axis=1)
    mean = norms.mean()
    damped = (norms + mean) * (np.linalg.norm(wanted) + mean)
    return np.asarray(factors @ wanted / np.maximum(damped, np.finfo(np.float32).tiny), np.float32)
