"""From scores to the best few, and the size of the blocks in which dense scores are made."""

import numpy as np

from recommendations.data.interactions import Positions, Scores

BLOCK_BYTES = 64 * 1024**2


def block_rows(films: int) -> int:
    """Return how many rows of float32 scores for so many films stay below BLOCK_BYTES."""
    return max(1, BLOCK_BYTES // (4 * films))


def best(scores: Scores, n: int) -> tuple[Positions, Scores]:
    """Return for each row of `scores` its `n` best positions above zero, best first, and their scores.

    Rows that are too short end in -1 and 0. Equal scores are in the order of their positions.
    """
    n = min(n, scores.shape[1])
    if not n:
        return np.empty((len(scores), 0), np.int32), np.empty((len(scores), 0), np.float32)
    found = np.argpartition(-scores, n - 1, axis=1)[:, :n]
    found.sort(axis=1)
    values = np.take_along_axis(scores, found, axis=1)
    order = np.argsort(-values, axis=1, kind="stable")
    found, values = np.take_along_axis(found, order, axis=1), np.take_along_axis(values, order, axis=1)
    good = values > 0
    return np.where(good, found, -1).astype(np.int32), np.where(good, values, 0).astype(np.float32)


def best_of_one(scores: Scores, n: int) -> tuple[Positions, Scores]:
    """Return the at most `n` best positions above zero of one vector of scores, best first, and their scores."""
    positions, values = best(scores[None, :], n)
    found = positions[0] >= 0
    return positions[0][found], values[0][found]


def most_alike(factors: Scores, movie_ix: int, n: int) -> tuple[Positions, Scores]:
    """Return the at most `n` films whose `factors` (films × factors) point the same way as those of `movie_ix`.

    By cosine; each norm has the mean norm added, since the direction of a film that hardly anybody rated is mostly
    chance.
    """
    norms = np.linalg.norm(factors, axis=1)
    norms += norms.mean()
    likeness = factors @ factors[movie_ix] / np.maximum(norms * norms[movie_ix], np.finfo(np.float32).tiny)
    likeness[movie_ix] = 0
    return best_of_one(likeness, n)
