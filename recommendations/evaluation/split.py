"""Which people and which of their ratings are kept away from the models."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recommendations.data.interactions import Ids
from recommendations.data.preferences import row_of_each

# 2 to the power of 64 divided by the golden ratio: spreads neighbouring ids over the whole range (Knuth, TAOCP 6.4).
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True)
class Split:
    """A strong generalisation split: some people are held out whole, and scored from a part of their ratings.

    Attributes:
        training: users × films of the people that models are fitted on; the others' rows are empty.
        histories: held-out people × films, what a model is shown of them.
        targets: held-out people × films, what it has to foresee.
    """

    training: sparse.csr_matrix
    histories: sparse.csr_matrix
    targets: sparse.csr_matrix


def held_out_people(ids: Ids, share: float) -> NDArray[np.bool_]:
    """Return which people are held out: a fixed hash of their id, so the same ones in every run."""
    hashed = ids.astype(np.uint64) * _GOLDEN
    return hashed < np.uint64(int(share * 2**64))


def hold_out(
    interactions: sparse.csr_matrix, people: NDArray[np.bool_], *, target_share: float, most: int, seed: int
) -> Split:
    """Split `interactions`: `people` are held out, and `target_share` of each one's ratings has to be foreseen.

    At most `most` of them are scored, and only those with at least five ratings; at least one rating of each is
    shown and one foreseen. `people` is a mask over rows.
    """
    generator = np.random.default_rng(seed)
    training = _only_rows(interactions, ~people)
    rows = np.flatnonzero(people & (np.diff(interactions.indptr) >= 5))
    rows = np.sort(generator.permutation(rows)[:most])
    held = interactions[rows]
    target = _random_part(held, target_share, generator)
    return Split(training, _only_values(held, ~target), _only_values(held, target))


def _random_part(matrix: sparse.csr_matrix, share: float, generator: np.random.Generator) -> NDArray[np.bool_]:
    """Return a mask over the stored values: the given share of each row, at least one and never all."""
    counts = np.diff(matrix.indptr)
    wanted = np.clip(np.round(counts * share), 1, np.maximum(counts - 1, 1))
    shuffled = np.lexsort((generator.random(matrix.nnz), row_of_each(matrix)))
    place = np.empty(matrix.nnz, np.int64)
    place[shuffled] = np.arange(matrix.nnz) - np.repeat(matrix.indptr[:-1], counts)
    chosen: NDArray[np.bool_] = place < np.repeat(wanted, counts)
    return chosen


def _only_rows(matrix: sparse.csr_matrix, rows: NDArray[np.bool_]) -> sparse.csr_matrix:
    return _only_values(matrix, rows[row_of_each(matrix)])


def _only_values(matrix: sparse.csr_matrix, keep: NDArray[np.bool_]) -> sparse.csr_matrix:
    counts = np.bincount(row_of_each(matrix)[keep], minlength=matrix.shape[0])
    starts = np.concatenate([[0], np.cumsum(counts)])
    return sparse.csr_matrix((matrix.data[keep], matrix.indices[keep], starts), shape=matrix.shape)
