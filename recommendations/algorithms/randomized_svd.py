"""Under SVD and Content: the strongest factors of a matrix that is too large for an exact decomposition."""

from functools import partial
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recommendations.algorithms.threads import in_threads, one_thread
from recommendations.data.interactions import Scores

OVERSAMPLES = 10
# So many whatever the threads, since another order of adding would give another result.
PARTS = 8


def strongest_factors(matrix: sparse.csr_matrix, factors: int, iterations: int, seed: int) -> tuple[Scores, Scores]:
    """Return the largest singular values of `matrix` M, rows × columns, and their right vectors, strongest first.

    Strengths float32, factors; vectors float32, columns × factors, each with a positive largest entry, so that a
    matrix and a seed always give the same result. Random vectors are multiplied by MᵀM, `iterations` times again, and
    made orthogonal each time; in the small space that they span the decomposition is exact. Left vectors are never
    made. `factors` is at most the smaller side. Time O(entries · factors · iterations); memory: see `memory_bound`.
    Source: Halko, Martinsson and Tropp, SIAM Review 53(2), 2011, algorithm 4.4.
    """
    width = min(factors + OVERSAMPLES, *matrix.shape)
    basis = np.random.default_rng(seed).normal(size=(matrix.shape[1], width)).astype(np.float32)
    parts = _parts(matrix)
    # Each part has a thread already.
    with one_thread():
        for _ in range(1 + iterations):
            basis = np.linalg.qr(sum(in_threads(partial(_there_and_back, basis), parts)))[0]
        squares, turns = np.linalg.eigh(sum(in_threads(partial(_squared, basis), parts)))
        strongest = slice(-1, -factors - 1, -1)
        vectors = basis @ turns[:, strongest].astype(np.float32)
    largest = vectors[np.abs(vectors).argmax(axis=0), np.arange(factors)]
    strengths = np.sqrt(np.maximum(squares[strongest], 0)).astype(np.float32)
    return strengths, vectors * np.where(largest < 0, -1, 1).astype(np.float32)


def _there_and_back(basis: Scores, part: sparse.csr_matrix) -> Scores:
    """Return MᵀM `basis` for some rows of M."""
    product: Scores = part.T @ (part @ basis)
    return product


def _squared(basis: Scores, part: sparse.csr_matrix) -> NDArray[np.float64]:
    """Return (M `basis`)ᵀ (M `basis`) for some rows of M."""
    image: Scores = part @ basis
    return np.asarray(image.T @ image, np.float64)


def memory_bound(rows: int, columns: int, factors: int) -> int:
    """Return how many bytes `strongest_factors` takes at most: the images of both sides, and small squares."""
    width = factors + OVERSAMPLES
    return 4 * width * (rows + (PARTS + 8) * columns) + 16 * PARTS * width**2


def _parts(matrix: sparse.csr_matrix) -> list[sparse.csr_matrix]:
    """Return the rows of `matrix` in PARTS parts of about as many entries, which share its memory."""
    borders = np.searchsorted(matrix.indptr, np.linspace(0, matrix.nnz, PARTS + 1)[1:-1])
    edges = np.unique([0, *borders, matrix.shape[0]])
    return [_rows(matrix, int(first), int(last)) for first, last in pairwise(edges)]


def _rows(matrix: sparse.csr_matrix, first: int, last: int) -> sparse.csr_matrix:
    starts = matrix.indptr[first : last + 1]
    part = slice(starts[0], starts[-1])
    return sparse.csr_matrix(
        (matrix.data[part], matrix.indices[part], starts - starts[0]), shape=(last - first, matrix.shape[1])
    )
