"""What linear recommenders share: sparse weights from film to film, and the few of them that an answer needs."""

from typing import ClassVar

import numpy as np
from scipy import sparse

from recommendations.algorithms.base import Recommender
from recommendations.data.interactions import Positions, Scores
from recommendations.data.preferences import preferences, row_of_each


class Linear(Recommender):
    """A recommender with score_ui = Σ_j p_uj W_ji over the films j of a history.

    Learned: `weights_` W, CSR float32, films × films; row j holds what film j says of the others.
    """

    learned_arrays: ClassVar[tuple[str, ...]] = ("weights_",)
    learned_facts: ClassVar[tuple[str, ...]] = ("implicit_",)
    weights_: sparse.csr_matrix
    implicit_: bool

    def sparse_weights(self) -> sparse.csr_matrix | None:
        """Return W, or None when it is not kept as a sparse matrix."""
        return self.weights_

    def score(self, histories: sparse.csr_matrix) -> Scores:
        """Return P W: float32, rows × films."""
        scores: Scores = (preferences(histories, implicit=self.implicit_) @ self.weights_).toarray()
        return scores

    def shares(self, history: sparse.csr_matrix, movies: Positions) -> Scores:
        """Return p_uj W_ji of each film j of the history; they add up to the score."""
        wanted = preferences(history, implicit=self.implicit_)
        shares: Scores = between(self.weights_, history.indices, movies).T * wanted.data
        return shares


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
