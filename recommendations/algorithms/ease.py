"""EASE: films as linear combinations of films, solved in one step. Often the best single model of choices."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy import sparse
from scipy.linalg import lapack

from recommendations.algorithms.linear import Linear
from recommendations.algorithms.neighborhoods import film_products
from recommendations.algorithms.ranking import best_of_one, block_rows
from recommendations.data.interactions import Positions, Scores, SideInformation
from recommendations.data.preferences import (
    choices,
    damped_by_activity,
    is_implicit,
    popularity_weights,
    preferences,
    with_films_weighted,
)


@dataclass(frozen=True)
class EASEConfig:
    """Settings of EASE.

    Attributes:
        regularization: λ; None takes 500 n / (n + 5,000) for n ratings: 500 serves a hundred thousand ratings as
            well as millions, and a few hundred ratings need less.
        popularity_damping: the power of its number of ratings that a film's preferences are divided by.
        activity_damping: the power of their number of ratings that a person's preferences are divided by.
        memory: bytes that the square matrix may take, which decides how many films are solved for: 10,000 in 400 MB.
        dense_films: with more films than this only the largest weights are kept.
        kept_share: the part of the weights that are kept then.
    """

    regularization: float | None = None
    popularity_damping: float = 0.2
    activity_damping: float = 0.125
    memory: int = 4 * 10_000**2
    dense_films: int = 5_000
    kept_share: float = 0.04


class EASE(Linear):
    """Embarrassingly shallow autoencoder: ridge regression of each film on all others, exact.

        P = (XᵀX + λ 1)⁻¹,   B_ji = -P_ji / P_ii for j ≠ i, else 0,   score_ui = Σ_j p_uj d_j B_ji

    with X everybody's choices, damped by their activity and multiplied by their film's weight d_i, a power of how
    popular it is, and p_uj the preferences of a history (`data.preferences`). Without d a film that everybody has
    seen speaks for others as loudly as one that only few have found. One of three forms is taken, by what fits into
    `memory` and is quicker:

    - dual, where people are fewer than films: with K = (XXᵀ + λ 1)⁻¹, g_i = x_iᵀ K x_i, p' = d p and q = p' Xᵀ K X
      the same scores are (q_i - g_i p'_i) / (1 - g_i). Nothing of films × films is made.
    - primal, films × films, inverted in place by Cholesky.
    - primal for the most rated films that fit; the others have no score and `known_` says so. Of more than
      `dense_films` the `kept_share` largest |B_ji| are kept, which loses next to nothing (decision 6) and answers
      as quickly as item-KNN does.

    Learned, dual: `by_film_` Xᵀ CSR float32, films × people; `square_` K float32; `own_` g. Primal: `square_` B
    float32, solved films × solved films, or `weights_` d B, CSR float32, films × films. Always: `columns_` int32, the
    films that were solved for; `film_weights_` float32, d of every film; `regularization_`.
    Time O(Σ_u n_u² + m³) to fit, m the smaller of people and films; memory 8 m² bytes and a block. A history is scored
    in O(n_u · films), or O(people² + ratings) by the dual form.
    Source: Steck, WWW 2019. The dual form is the usual identity of kernel ridge regression.
    """

    name = "ease"
    Config = EASEConfig
    config: EASEConfig
    learned_arrays: ClassVar[tuple[str, ...]] = (
        "weights_",
        "by_film_",
        "square_",
        "own_",
        "columns_",
        "film_weights_",
    )
    learned_facts: ClassVar[tuple[str, ...]] = ("implicit_", "dual_", "regularization_")
    by_film_: sparse.csr_matrix
    square_: Scores
    own_: Scores
    columns_: Positions
    film_weights_: Scores
    dual_: bool
    regularization_: float

    def memory_bound(self, people: int, films: int, ratings: int) -> int:
        """Return 8 bytes a cell of the square matrix, the weights that are kept, and copies of the ratings."""
        side = min(people, films, self._most())
        kept = 24 * int(self.config.kept_share * side**2)
        return 8 * side**2 + kept + 48 * ratings + self.small_bound(people, films, ratings)

    def _most(self) -> int:
        return int((self.config.memory / 4) ** 0.5)

    def _fit(self, interactions: sparse.csr_matrix, side: SideInformation) -> None:
        self.implicit_ = is_implicit(interactions)
        given = self.config.regularization
        count = interactions.nnz
        self.regularization_ = 500 * count / (count + 5_000) if given is None else given
        self.film_weights_ = popularity_weights(interactions, self.config.popularity_damping)
        self.weights_ = sparse.csr_matrix(np.empty((0, 0), np.float32))
        wanted = damped_by_activity(choices(interactions, implicit=self.implicit_), self.config.activity_damping)
        wanted = with_films_weighted(wanted, self.film_weights_)
        wanted = wanted[np.diff(wanted.indptr) > 0]
        self.dual_ = wanted.shape[0] < self.films_ and wanted.shape[0] <= self._most()
        self.columns_ = self._most_rated(interactions)
        if self.dual_:
            self._fit_dual(wanted)
        else:
            self._fit_primal(wanted)

    def _most_rated(self, interactions: sparse.csr_matrix) -> Positions:
        counts = np.bincount(interactions.indices, minlength=self.films_)
        most = self.films_ if self.dual_ else self._most()
        first = np.argsort(-counts, kind="stable")[:most]
        columns = np.sort(first[counts[first] > 0]).astype(np.int32)
        self.known_ = np.isin(np.arange(self.films_), columns)
        return columns

    def _fit_dual(self, wanted: sparse.csr_matrix) -> None:
        by_film = sparse.csr_matrix(wanted.T)
        order, square = film_products(by_film)
        self.by_film_ = sparse.csr_matrix(by_film[:, order])
        self.square_ = _inverse(square, self.regularization_)
        self.own_ = np.zeros(self.films_, np.float32)
        for start in range(0, self.films_, block_rows(wanted.shape[0])):
            rows = slice(start, start + block_rows(wanted.shape[0]))
            films = self.by_film_[rows]
            self.own_[rows] = np.asarray(films.multiply(films @ self.square_).sum(axis=1)).ravel()

    def _fit_primal(self, wanted: sparse.csr_matrix) -> None:
        self.by_film_ = sparse.csr_matrix(np.empty((0, 0), np.float32))
        self.own_ = np.empty(0, np.float32)
        order, square = film_products(wanted[:, self.columns_])
        self.columns_ = self.columns_[order]
        self.square_ = _inverse(square, self.regularization_)
        self.square_ /= -np.diag(self.square_)[None, :].copy()
        np.fill_diagonal(self.square_, 0)
        if len(self.columns_) > self.config.dense_films:
            self._keep_largest()

    def _keep_largest(self) -> None:
        """Keep d B of the largest |B| as `weights_`, in place of `square_`; takes as much again as that does."""
        rated, films = self._largest(self.config.kept_share)
        values = self.square_[rated, films]
        self.square_ = np.empty((0, 0), np.float32)
        rated, films = self.columns_[rated], self.columns_[films]
        values *= self.film_weights_[rated]
        self.weights_ = sparse.csr_matrix((values, (rated, films)), shape=(self.films_, self.films_))

    def _largest(self, share: float) -> tuple[Positions, Positions]:
        """Return rows and columns of that share of the square's values that are largest without their sign."""
        sizes = np.abs(self.square_).ravel()
        place = len(sizes) - int(share * len(sizes))
        sizes.partition(place)
        least = sizes[place]
        del sizes
        step = block_rows(len(self.square_))
        blocks = [np.abs(self.square_[start : start + step]) >= least for start in range(0, len(self.square_), step)]
        rows, columns = np.nonzero(np.concatenate(blocks))
        return rows.astype(np.int32), columns.astype(np.int32)

    def sparse_weights(self) -> sparse.csr_matrix | None:
        """Return d B if its largest weights are kept as a sparse matrix, else None."""
        return self.weights_ if self.weights_.nnz else None

    def score(self, histories: sparse.csr_matrix) -> Scores:
        """Return p d B: float32, rows × films."""
        if self.weights_.nnz:
            return super().score(histories)
        return self._apply(self._wanted(histories))

    def _wanted(self, histories: sparse.csr_matrix) -> sparse.csr_matrix:
        return with_films_weighted(preferences(histories, implicit=self.implicit_), self.film_weights_)

    def _apply(self, wanted: sparse.csr_matrix) -> Scores:
        if self.dual_:
            people = (wanted @ self.by_film_).toarray() @ self.square_
            explained: Scores = (self.by_film_ @ people.T).T
            explained -= wanted.toarray() * self.own_
            explained /= 1 - self.own_
            return explained
        scores = np.zeros(wanted.shape, np.float32)
        scores[:, self.columns_] = wanted[:, self.columns_] @ self.square_
        return scores

    def similar(self, movie_ix: int, n: int) -> tuple[Positions, Scores]:
        """Return the films that one film alone speaks for, and its weight in them."""
        if self.weights_.nnz:
            return best_of_one(self.weights_[[movie_ix]].toarray()[0], n)
        alone = sparse.csr_matrix(([self.film_weights_[movie_ix]], ([0], [movie_ix])), shape=(1, self.films_))
        weights = self._apply(alone)[0]
        weights[movie_ix] = 0
        return best_of_one(weights, n)

    def shares(self, history: sparse.csr_matrix, movies: Positions) -> Scores:
        """Return p_uj d_j B_ji of each film j of the history; they add up to the score."""
        if self.weights_.nnz:
            return super().shares(history, movies)
        wanted = self._wanted(history)
        weights = self._between(history.indices, movies)
        return np.asarray(weights.T * wanted.data, np.float32)

    def _between(self, rated: Positions, movies: Positions) -> Scores:
        """Return B_ji for some films j and i: rated × movies."""
        if not self.dual_:
            place = np.full(self.films_, -1, np.int64)
            place[self.columns_] = np.arange(len(self.columns_))
            rows, columns = place[rated][:, None], place[movies][None, :]
            return np.where((rows >= 0) & (columns >= 0), self.square_[rows, columns], 0).astype(np.float32)
        # By way of the films that are asked about: these are a page, the rated ones may be thousands.
        people = self.by_film_[movies] @ self.square_
        explained = (self.by_film_[rated] @ people.T) / (1 - self.own_[movies])
        explained[rated[:, None] == movies[None, :]] = 0
        return np.asarray(explained, np.float32)


def _inverse(matrix: Scores, regularization: float) -> Scores:
    """Return (`matrix` + λ 1)⁻¹ of a symmetric float32 matrix, which must be positive definite, in its own memory."""
    matrix[np.diag_indices(len(matrix))] += np.float32(regularization)
    factor, failed = lapack.spotrf(matrix.T, lower=1, overwrite_a=1)
    if not failed:
        inverse, failed = lapack.spotri(factor, lower=1, overwrite_c=1)
    if failed:
        raise ValueError("The regularization of EASE is too small for these ratings.")
    for column in range(len(inverse)):
        inverse[column, column:] = inverse[column:, column]
    result: Scores = inverse.T
    return result
