"""Which films are alike: the neighbourhoods that item-KNN and the predicted stars both stand on."""

import numpy as np
from scipy import sparse

from recommendations.algorithms.ranking import best, block_rows
from recommendations.data.interactions import Positions, Scores


def film_neighborhoods(values: sparse.csr_matrix, neighbors: int, shrinkage: float) -> sparse.csr_matrix:
    """Return the `neighbors` most alike films of each film by shrunk cosine.

        sim_ij = (x_i · x_j) / (|x_i| |x_j| + shrinkage),   only where it is above zero

    `values` is users × films, signed; the result CSR float32, films × films, with nothing on the diagonal. Exact;
    time O(Σ_u n_u²), memory O(films · neighbors) and a block of dense likenesses.
    """
    by_film = values.T.tocsr()
    films = by_film.shape[0]
    norms = np.sqrt(np.asarray(by_film.multiply(by_film).sum(axis=1), np.float64)).ravel().astype(np.float32)
    columns, likenesses = [], []
    for start in range(0, films, block_rows(films)):
        rows = np.arange(start, min(start + block_rows(films), films))
        block = (by_film[rows] @ values).toarray()
        block /= np.maximum(norms[rows, None] * norms[None, :] + shrinkage, np.finfo(np.float32).tiny)
        block[np.arange(len(rows)), rows] = 0
        found, likeness = best(block, neighbors)
        columns.append(found)
        likenesses.append(likeness)
    return _as_csr(np.concatenate(columns), np.concatenate(likenesses), films)


def _as_csr(columns: Positions, values: Scores, films: int) -> sparse.csr_matrix:
    kept = columns >= 0
    starts = np.concatenate([[0], np.cumsum(kept.sum(axis=1))])
    return sparse.csr_matrix((values[kept], columns[kept], starts), shape=(films, films))
