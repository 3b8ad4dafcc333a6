"""Ridge regressions for many rows at once: what ALS and biased matrix factorization solve again and again."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recommendations.algorithms.threads import in_threads, one_thread, thread_count
from recommendations.data.interactions import Positions, Scores

BLOCK_BYTES = 32 * 1024**2
STEPS = 3
STEPS_TO_THE_END = 20
# From so many rows on the compiled loop is worth being loaded.
MANY = 64
PART_ENTRIES = 20_000


def solve_rows(targets: sparse.csr_matrix, features: Scores, gram: Scores, pull: Scores | None = None) -> Scores:
    """Return for each row u of `targets` the x that solves (gram + Σ_j f_j f_jᵀ) x = pull + Σ_j t_uj f_j.

    `features` holds f_j, columns × factors; `gram`, factors × factors, carries the ridge and what stands for the
    cells without an entry, and must be positive definite; `pull`, factors, is added on the right for everybody.
    Result float32, rows × factors.

    Rows of like length are padded to one length and solved in one stack, so that everything is a product of dense
    matrices. With n entries and d factors a row costs O(n d² + d³), and one with fewer entries than factors only
    O(n² d + n³), by the identity A⁻¹ Fᵀ = gram⁻¹ Fᵀ (1 + F gram⁻¹ Fᵀ)⁻¹. MANY rows and more are solved by conjugate
    gradients instead, to the precision of float32: see `_descended`. Memory: see `memory_bound`.
    """
    if targets.shape[0] >= MANY:
        return _descended(targets, features, gram, pull)
    solutions = np.zeros((targets.shape[0], features.shape[1]), np.float32)
    with one_thread():
        exact = gram.astype(np.float64)
        start = np.zeros(len(gram), np.float32) if pull is None else np.linalg.solve(exact, pull).astype(np.float32)
        # Only for the columns of short rows: a history has a few of many films.
        counts = np.diff(targets.indptr)
        of_short = np.unique(targets.indices[np.repeat(counts < len(gram), counts)])
        eased = np.zeros_like(features)
        if len(of_short):
            eased[of_short] = np.linalg.solve(exact, features[of_short].T).T
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


def _descended(targets: sparse.csr_matrix, features: Scores, gram: Scores, pull: Scores | None) -> Scores:
    """Return what `solve_rows` does, by STEPS_TO_THE_END of conjugate gradients: O(n d) each.

    In a basis in which `gram` is 1 only the row's own films are left to be learned, which takes few steps.
    """
    turned = np.linalg.inv(np.linalg.cholesky(gram.astype(np.float64))).astype(np.float32)
    start = turned @ (np.zeros_like(turned[0]) if pull is None else pull)
    solutions = np.tile(np.asarray(start, np.float32), (targets.shape[0], 1))
    whole = np.eye(len(gram), dtype=np.float32)
    improve_rows(targets, features @ turned.T, whole, solutions, start, steps=STEPS_TO_THE_END)
    return solutions @ turned


def improve_rows(  # the parts of one equation
    targets: sparse.csr_matrix,
    features: Scores,
    gram: Scores,
    solutions: Scores,
    pull: Scores | None = None,
    *,
    steps: int = STEPS,
) -> None:
    """Bring each row of `solutions`, rows × factors, closer to what `solve_rows` would return, in place.

    So many `steps` of conjugate gradients, by all threads. Where both sides of a matrix are improved in turn each
    finds the other one a little better, and solving exactly on the way gains nothing. Costs O(n d steps) for n entries
    and d factors; memory: see `memory_bound`. It loads numba, so it is not for a request.
    Source: Takács, Pilászy and Tikk, RecSys 2011.
    """
    from recommendations.algorithms.least_squares_kernels import descend  # noqa: PLC0415

    starts, columns = targets.indptr.astype(np.int64), targets.indices.astype(np.int32, copy=False).view(np.uint32)
    features, gram = np.ascontiguousarray(features, np.float32), np.ascontiguousarray(gram, np.float32)
    pull = np.zeros(features.shape[1], np.float32) if pull is None else pull.astype(np.float32)

    def improve(part: slice) -> None:
        rows = starts[part.start : part.stop + 1]
        rated = np.empty((int(np.diff(rows).max()), features.shape[1]), np.float32)
        descend(rows, columns, targets.data, features, gram, pull, steps, solutions[part], rated)

    in_threads(improve, _parts(starts))


def _parts(starts: NDArray[np.int64]) -> list[slice]:
    """Return the rows in parts of about as many entries, so that threads have the same to do."""
    wanted = np.arange(0, starts[-1], PART_ENTRIES)
    borders = np.unique(np.concatenate([[0], np.searchsorted(starts[:-1], wanted), [len(starts) - 1]]))
    return [slice(int(first), int(last)) for first, last in pairwise(borders)]


def _solve_short(rated: Scores, eased: Scores, values: Scores) -> Scores:
    """Solve by the entries, of which there are fewer than factors: rows × n × factors, the same, rows × n."""
    inner = eased @ np.swapaxes(rated, 1, 2) + np.eye(rated.shape[1], dtype=np.float32)
    weights = np.linalg.solve(inner, values[:, :, None])
    solved: Scores = (np.swapaxes(weights, 1, 2) @ eased)[:, 0]
    return solved


def memory_bound(people: int, films: int, factors: int) -> int:
    """Return how many bytes solving or improving takes at most besides what it is given, for either side."""
    longest = max(people, films, factors)
    gathered = 4 * thread_count() * factors * longest + 16 * longest
    return max(8 * min(BLOCK_BYTES, 4 * longest**2 * factors) + 16 * factors * longest, gathered)


def gram_of(factors: Scores, weight: float, ridge: float) -> Scores:
    """Return `weight` FᵀF + `ridge` 1: factors × factors, float32."""
    # So small that several threads of BLAS would mostly wait for each other.
    with one_thread():
        products = factors.T @ factors
    return (weight * products + ridge * np.eye(factors.shape[1])).astype(np.float32)


def shares_of_row(columns: NDArray[np.int32], wanted: Positions, features: Scores, gram: Scores) -> Scores:
    """Return f_wᵀ (gram + Σ_j f_j f_jᵀ)⁻¹ f_j of one row with entries in `columns`: wanted × columns, float32."""
    rated = features[columns]
    with one_thread():
        toward = np.linalg.solve(gram + rated.T @ rated, features[wanted].T)
        shares: Scores = (rated @ toward).T.astype(np.float32)
    return shares


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
