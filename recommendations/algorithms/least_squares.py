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
    cells without an entry, and must be positive definite; `pull`, factors, is added on the right for everybody.
    Result float32, rows × factors.

    Rows of like length are padded to one length and solved in one stack, so that everything is a product of dense
    matrices. With n entries and d factors a row costs O(n d² + d³), and one with fewer entries than factors only
    O(n² d + n³), by the identity A⁻¹ Fᵀ = gram⁻¹ Fᵀ (1 + F gram⁻¹ Fᵀ)⁻¹. Memory: see `memory_bound`.
    """
    solutions = np.zeros((targets.shape[0], features.shape[1]), np.float32)
    with one_thread():
        inverse = np.asarray(np.linalg.inv(gram.astype(np.float64)), np.float32)
        start = np.asarray(inverse @ (np.zeros_like(inverse[0]) if pull is None else pull), np.float32)
        eased = features @ inverse
        for rows in _alike_long(targets, features.shape[1]):
            columns, values, there = _padded(targets, rows)
            rated = features[columns] * there[:, :, None]
            values = np.asarray(values - rated @ start, np.float32)
            if columns.shape[1] < features.shape[1]:
                solutions[rows] = start + _solve_short(rated, eased[columns] * there[:, :, None], values)
            else:
                left = np.swapaxes(rated, 1, 2) @ rated + gram
                right = values[:, None, :] @ rated
                solutions[rows] = start + np.linalg.solve(left, np.swapaxes(right, 1, 2))[:, :, 0]
    return solutions


def _solve_short(rated: Scores, eased: Scores, values: Scores) -> Scores:
    """Solve by the entries, of which there are fewer than factors: rows × n × factors, the same, rows × n."""
    inner = eased @ np.swapaxes(rated, 1, 2) + np.eye(rated.shape[1], dtype=np.float32)
    weights = np.linalg.solve(inner, values[:, :, None])
    solved: Scores = (np.swapaxes(weights, 1, 2) @ eased)[:, 0]
    return solved


def memory_bound(people: int, films: int, factors: int) -> int:
    """Return how many bytes `solve_rows` takes at most besides what it is given, for either side of a matrix."""
    longest = max(people, films, factors)
    return 8 * min(BLOCK_BYTES, 4 * longest**2 * factors) + 16 * factors * longest


def gram_of(factors: Scores, weight: float, ridge: float) -> Scores:
    """Return `weight` FᵀF + `ridge` 1: factors × factors, float32."""
    return (weight * (factors.T @ factors) + ridge * np.eye(factors.shape[1])).astype(np.float32)


def inverse_of_row(columns: NDArray[np.int32], features: Scores, gram: Scores) -> Scores:
    """Return (gram + Σ_j f_j f_jᵀ)⁻¹ of one row with entries in `columns`: factors × factors."""
    rated = features[columns]
    return np.asarray(np.linalg.inv(gram + rated.T @ rated), np.float32)


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
