"""What linear recommenders share: sparse weights from film to film, and the few of them that an answer needs."""

import numpy as np
from scipy import sparse

from recommendations.data.interactions import Positions, Scores
from recommendations.data.preferences import row_of_each


def between(weights: sparse.csr_matrix, rated: Positions, movies: Positions) -> Scores:
    """Return `weights[rated][:, movies]`, dense: float32, rated × movies.

    A table says where each film stands among `movies`, so the cost is that of the rows, O(rated · neighbors + films),
    and the weights are only read: they may be mapped from a file.
    """
    wanted, place = np.unique(movies, return_inverse=True)
    places = np.full(weights.shape[1], -1, np.int32)
    places[wanted] = np.arange(len(wanted))
    rows = weights[rated]
    found = places[rows.indices]
    kept = found >= 0
    dense = np.zeros((len(rated), len(wanted)), np.float32)
    dense[row_of_each(rows)[kept], found[kept]] = rows.data[kept]
    return dense[:, place]
