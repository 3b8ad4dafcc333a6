"""Before what costs most is fitted: a part of the ratings, in the same places as before."""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse


def only(matrix: sparse.csr_matrix, keep: NDArray[np.bool_]) -> sparse.csr_matrix:
    """Return the entries that `keep`, (entries,), holds true for, in a matrix of the same shape."""
    starts = np.concatenate([[0], np.cumsum(keep, dtype=np.int32)])[matrix.indptr]
    return sparse.csr_matrix((matrix.data[keep], matrix.indices[keep], starts), shape=matrix.shape)


def some_people(matrix: sparse.csr_matrix, most: int, seed: int) -> sparse.csr_matrix:
    """Return the whole histories of random people, with about `most` ratings together, or `matrix` if it has no more.

    At least one person's. The other rows are empty.
    """
    if matrix.nnz <= most:
        return matrix
    counts = np.diff(matrix.indptr)
    order = np.random.default_rng(seed).permutation(np.flatnonzero(counts))
    chosen = np.zeros(len(counts), np.bool_)
    chosen[order[: max(1, np.searchsorted(np.cumsum(counts[order]), most, side="right"))]] = True
    return only(matrix, np.repeat(chosen, counts))
