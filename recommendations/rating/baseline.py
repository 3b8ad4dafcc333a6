"""First part of predicted stars: how generous a person is and how good a film, as far as averages can tell."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recommendations.data.interactions import Scores

_ROUNDS = 10


@dataclass(frozen=True)
class Baseline:
    """Damped biases.

        r̂_ui = b_u + b_i,   b_i = Σ_u (r_ui - b_u) / (n_i + d),   b_u = Σ_i (r_ui - b_i) / (n_u + d)

    with centered ratings r and d `damping`, worked out by turns. A person's bias comes from the history that is
    asked about, so a new person's first rating counts. Time and memory O(ratings).
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
        rated = sparse.csr_matrix((np.ones(matrix.nnz), matrix.indices, matrix.indptr), shape=matrix.shape)
        of_people, of_films = row_sums(matrix), np.bincount(matrix.indices, matrix.data, matrix.shape[1])
        people, films = (np.diff(matrix.indptr) + damping, rated.sum(axis=0).A1 + damping)
        film_bias = np.zeros(matrix.shape[1])
        for _ in range(_ROUNDS):
            person_bias = (of_people - rated @ film_bias) / people
            film_bias = (of_films - rated.T @ person_bias) / films
        return cls(film_bias.astype(np.float32), damping)

    def person_bias(self, histories: sparse.csr_matrix) -> Scores:
        """Return the bias of each history's owner, shape (rows,)."""
        left = _with_values(histories, histories.data - self.film_bias[histories.indices])
        bias: Scores = (row_sums(left) / (np.diff(histories.indptr) + self.damping)).astype(np.float32)
        return bias

    def residuals(self, histories: sparse.csr_matrix) -> sparse.csr_matrix:
        """Return what the biases leave of each rating, in the same places."""
        left = histories.data - self.film_bias[histories.indices]
        left -= np.repeat(self.person_bias(histories), np.diff(histories.indptr))
        return _with_values(histories, left)

    def predict(self, histories: sparse.csr_matrix, movie_ix: Any) -> Scores:
        """Return predictions, rows × len(movie_ix)."""
        predicted: Scores = self.person_bias(histories)[:, None] + self.film_bias[movie_ix][None, :]
        return predicted


def row_sums(matrix: sparse.csr_matrix) -> NDArray[np.float64]:
    """Return the sum of each row, shape (rows,), without a number for each rating in between."""
    sums, filled = np.zeros(matrix.shape[0]), np.diff(matrix.indptr) > 0
    if matrix.nnz:
        sums[filled] = np.add.reduceat(matrix.data, matrix.indptr[:-1][filled], dtype=np.float64)
    return sums


def _with_values(matrix: sparse.csr_matrix, values: Scores) -> sparse.csr_matrix:
    return sparse.csr_matrix((values, matrix.indices, matrix.indptr), shape=matrix.shape)
