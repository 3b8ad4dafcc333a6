"""Second and third part of predicted stars: what like films, and like people, say beyond the baseline."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recommendations.algorithms.neighborhoods import film_neighborhoods, memory_bound
from recommendations.algorithms.ranking import block_rows
from recommendations.data.interactions import Scores, entries
from recommendations.data.preferences import row_of_each

Counts = NDArray[np.int32]

HISTORY = 1000


@dataclass(frozen=True)
class LikeFilms:
    """How the person rated films like this one.

        c_ui = Σ_j s_ij e_uj / (c + Σ_j s_ij)   over rated films j among the nearest of i

    with e the residuals of the baseline and s their shrunk cosine. Time O(Σ_u n_u²) with n_u cut at `HISTORY`, so
    linear in ratings; memory O(films · neighbors).
    Source: Koren, TKDD 4(1), 2010, section 3.

    Attributes:
        similarities: films × films, CSR float32, the nearest of each row's film.
        caution: likeness that pulls towards no correction.
    """

    similarities: sparse.csr_matrix
    caution: float

    @classmethod
    def fit(cls, residuals: sparse.csr_matrix, *, neighbors: int, shrinkage: float, caution: float) -> Self:
        """Learn from residuals, users × films."""
        return cls(film_neighborhoods(_at_most(residuals, HISTORY), neighbors, shrinkage), caution)

    @staticmethod
    def memory_bound(films: int, ratings: int, neighbors: int) -> int:
        """Return how many bytes fitting takes at most besides the residuals."""
        return 16 * ratings + memory_bound(films, ratings, neighbors)

    def correct(self, residuals: sparse.csr_matrix, movie_ix: Any) -> tuple[Scores, Counts]:
        """Return corrections and how many ratings each rests on: both rows × len(movie_ix)."""
        toward = self.similarities[movie_ix]
        like = _ones(toward)
        correction = np.zeros((residuals.shape[0], len(movie_ix)), np.float32)
        support = np.zeros(correction.shape, np.int32)
        own = np.zeros((residuals.shape[1], 2), np.float32)
        for row in range(residuals.shape[0]):
            places = slice(residuals.indptr[row], residuals.indptr[row + 1])
            rated = residuals.indices[places]
            own[rated, 0], own[rated, 1] = residuals.data[places], 1
            said, weight = (toward @ own).T
            correction[row], support[row] = said / (self.caution + weight), like @ own[:, 1]
            own[rated] = 0
        return correction, support


@dataclass(frozen=True)
class LikePeople:
    """How people whose residuals go along with the person's rated the film.

        c_ui = Σ_v w_uv e_vi / (c + Σ_v w_uv),   w_uv = max(0, e_u · e_v / (|e_u| |e_v| + shrinkage))²

    over everybody v who has rated i; the square leaves the word to the nearest. Likeness is worked out when asked,
    so a new person has like people at once: time O(Σ_j n_j) over the films of the history; memory O(ratings).
    Source: Herlocker et al., SIGIR 1999; with residuals instead of centered ratings.

    Attributes:
        residuals: films × people, CSR float32.
        lengths: |e_v|, people, float32.
        shrinkage: added below the cosine.
        caution: likeness that pulls towards no correction.
    """

    residuals: sparse.csr_matrix
    lengths: Scores
    shrinkage: float
    caution: float

    @classmethod
    def fit(cls, residuals: sparse.csr_matrix, *, shrinkage: float, caution: float) -> Self:
        """Keep the residuals of everybody, users × films."""
        return cls(residuals.T.tocsr(), _lengths(residuals), shrinkage, caution)

    def correct(self, residuals: sparse.csr_matrix, movie_ix: Any) -> Scores:
        """Return corrections, rows × len(movie_ix)."""
        said = self.residuals[movie_ix]
        correction = np.zeros((residuals.shape[0], len(movie_ix)), np.float32)
        step = block_rows(self.residuals.shape[1])
        for start in range(0, residuals.shape[0], step):
            weights = self._weights(residuals[start : start + step]).T
            correction[start : start + step] = ((said @ weights) / (self.caution + _ones(said) @ weights)).T
        return correction

    def _weights(self, residuals: sparse.csr_matrix) -> Scores:
        alike = np.maximum((residuals @ self.residuals).toarray(), 0)
        lengths = _lengths(residuals)[:, None] * self.lengths[None, :] + self.shrinkage
        weights: Scores = (alike / lengths) ** 2
        return weights


def _at_most(matrix: sparse.csr_matrix, most: int) -> sparse.csr_matrix:
    """Return `matrix` with at most about `most` entries in each row, spread evenly over it."""
    counts = np.diff(matrix.indptr)
    if counts.max(initial=0) <= most:
        return matrix
    keep = np.ones(matrix.nnz, np.bool_)
    for row in np.flatnonzero(counts > most):
        place, step = np.arange(counts[row]), counts[row] / most
        keep[matrix.indptr[row] : matrix.indptr[row + 1]] = (place // step) != ((place - 1) // step)
    return entries(matrix, keep)


def _lengths(matrix: sparse.csr_matrix) -> Scores:
    squares = np.bincount(row_of_each(matrix), weights=matrix.data**2, minlength=matrix.shape[0])
    lengths: Scores = np.sqrt(squares).astype(np.float32)
    return lengths


def _ones(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    return sparse.csr_matrix((np.ones_like(matrix.data), matrix.indices, matrix.indptr), shape=matrix.shape)
