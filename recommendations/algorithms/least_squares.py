"""Ridge regressions for many rows at once: what ALS and biased matrix factorization solve again and again."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recommendations.algorithms.threads import one_thread
from recommendations.data.interactions import Scores

BLOCK_BYTES = 32 * 1024**2


def solve_rows(targets: sparse.csr_matrix, features: Scores, gram: Scores, pull: Scores | None = None) -> Scores:
    """Return for each row u of `targets` the x that solves (gram + Σ_j f_j f_jᵀ) x = pull + Σ_j t_uj f_j.

    `features` holds f_j, columns × factors; `gram`, factors × factors, carries the ridge and what stands for the
    cells without an entry; `pull`, factors, is added on the right for everybody. Result float32, rows × factors.

    Rows of like length are padded to one length and solved in one stack, so that everything is a product of dense
    matrices. Time O(entries · factors² + rows · factors³), memory BLOCK_BYTES for each of three stacks.
    """
    solutions = np.zeros((targets.shape[0], features.shape[1]), np.float32)
    with one_thread():
        for rows in _alike_long(targets, features.shape[1]):
            columns, values, there = _padded(targets, rows)
            rated = features[columns] * there[:, :, None]
            left = np.swapaxes(rated, 1, 2) @ rated + gram
            right = (values[:, None, :] @ rated)[:, 0] + (0 if pull is None else pull)
            solutions[rows] = np.linalg.solve(left, right[:, :, None])[:, :, 0]
    return solutions


def inverse_of_row(columns: NDArray[np.int32], features: Scores, gram: Scores) -> Scores:
    """Return (gram + Σ_j f_j f_jᵀ)⁻¹ of one row with entries in `columns`: factors × factors."""
    rated = features[columns]
    inverse: Scores = np.linalg.inv(gram + rated.T @ rated).astype(np.float32)
    return inverse


def _alike_long(matrix: sparse.csr_matrix, factors: int) -> Iterator[NDArray[np.intp]]:
    """Yield rows, shortest first, in stacks that stay below BLOCK_BYTES; empty rows too."""
    counts = np.diff(matrix.indptr)
    order = np.argsort(counts, kind="stable")
    start = 0
    while start < len(order):
        # The stack's longest row is its last one, so the stack is halved until that one fits.
        size = min(len(order) - start, max(1, BLOCK_BYTES // (4 * factors * factors)))
        while size > 1 and size * factors * max(int(counts[order[start + size - 1]]), factors) * 4 > BLOCK_BYTES:
            size //= 2
        yield order[start : start + size]
        start += size


def _padded(matrix: sparse.csr_matrix, rows: NDArray[np.intp]) -> tuple[NDArray[np.int32], Scores, Scores]:
    """Return the columns and values of `rows`, each rows × longest, and 1 where there is an entry, else 0."""
    counts = np.diff(matrix.indptr)[rows]
    place = np.arange(max(1, int(counts.max())))
    there = place[None, :] < counts[:, None]
    source = np.where(there, matrix.indptr[rows][:, None] + place[None, :], 0)
    columns = np.where(there, matrix.indices[source] if matrix.nnz else 0, 0)
    values = np.where(there, matrix.data[source] if matrix.nnz else 0, 0)
    return columns.astype(np.int32), values.astype(np.float32), there.astype(np.float32)
