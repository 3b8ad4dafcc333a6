"""First part of predicted stars: how generous a person is and how good a film, as far as averages can tell."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from scipy import sparse

from recommendations.data.interactions import Scores
from recommendations.data.preferences import row_of_each

_ROUNDS = 10


@dataclass(frozen=True)
class Baseline:
    """Damped biases.

        r̂_ui = b_u + b_i,   b_i = Σ_u (r_ui - b_u) / (n_i + d),   b_u = Σ_i (r_ui - b_i) / (n_u + d)

    with centered ratings r and d `damping`, worked out by turns. A person's bias comes from the history that is
    asked about, so a new person's first rating counts. Time O(ratings), memory O(people + films).
    Source: Koren, TKDD 4(1), 2010, section 2.1.

    Attributes:
        film_bias: films, float32.
        damping: how many average ratings everybody and every film starts with.
    """

    film_bias: Scores
    damping: float

    @classmethod
    def fit(cls, matrix: sparse.csr_matrix, damping: float) -> Self:
        """Learn from centered ratings, users × films."""
        rows, counts = row_of_each(matrix), np.bincount(matrix.indices, minlength=matrix.shape[1])
        model = cls(np.zeros(matrix.shape[1], np.float32), damping)
        for _ in range(_ROUNDS):
            left = matrix.data - model.person_bias(matrix)[rows]
            sums = np.bincount(matrix.indices, weights=left, minlength=matrix.shape[1])
            model = cls((sums / (counts + damping)).astype(np.float32), damping)
        return model

    def person_bias(self, histories: sparse.csr_matrix) -> Scores:
        """Return the bias of each history's owner, shape (rows,)."""
        left = histories.data - self.film_bias[histories.indices]
        sums = np.bincount(row_of_each(histories), weights=left, minlength=histories.shape[0])
        bias: Scores = (sums / (np.diff(histories.indptr) + self.damping)).astype(np.float32)
        return bias

    def residuals(self, histories: sparse.csr_matrix) -> sparse.csr_matrix:
        """Return what the biases leave of each rating, in the same places."""
        rows = row_of_each(histories)
        left = histories.data - self.film_bias[histories.indices] - self.person_bias(histories)[rows]
        return sparse.csr_matrix((left.astype(np.float32), histories.indices, histories.indptr), shape=histories.shape)

    def predict(self, histories: sparse.csr_matrix, movie_ix: Any) -> Scores:
        """Return predictions, rows × len(movie_ix)."""
        predicted: Scores = self.person_bias(histories)[:, None] + self.film_bias[movie_ix][None, :]
        return predicted
