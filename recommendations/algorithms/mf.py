"""MF: a bias for every person and film, and factors for what the biases leave over."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy import sparse

from recommendations.algorithms.factored import Factored
from recommendations.algorithms.least_squares import gram_of, improve_rows, memory_bound, shares_of_row, solve_rows
from recommendations.algorithms.ranking import most_alike
from recommendations.data.interactions import Positions, Scores, SideInformation
from recommendations.data.preferences import activity_weights, choices, is_implicit, preferences


@dataclass(frozen=True)
class MFConfig:
    """Settings of MF.

    Attributes:
        factors: how many factors people and films have besides their biases.
        unobserved_weight: how much a film that somebody did not rate counts as a preference of zero, beside 1 for a
            rated one. 0 is the factorization of ratings alone, which foresees stars and not choices.
        regularization: λ; None takes 4 n / (n + 2,000) for n ratings.
        activity_damping: the power of their number of ratings that a person's weight in the films is divided by.
        iterations: how often both sides are solved for.
        seed: of the random start.
    """

    factors: int = 32
    unobserved_weight: float = 0.1
    regularization: float | None = None
    activity_damping: float = 0.5
    iterations: int = 8
    seed: int = 0


class MF(Factored):
    """Biased matrix factorization of preferences, by alternating least squares.

        p̂_ui = b_u + b_i + w_u · h_i
        L = Σ_(u,i) rated (p_ui - p̂_ui)² + α Σ_(all u,i) p̂_ui² + λ (Σ b² + Σ_u |w_u|² + Σ_i |h_i|²)

    with p_ui choices, or the preferences of a history (`data.preferences`), α `unobserved_weight`, λ `regularization`;
    in the films' half people are weighted by n_u^-`activity_damping`, with a mean of 1. A bias is a factor whose
    other side is always 1, so each half step is one ridge regression; b_u and w_u are solved anew for every history.
    The film's bias, what everybody thinks of it, belongs to no rating of the person: shares do not add up.

    Learned: `film_factors_` float32, films × (1 + factors): 1 and h_i; `film_bias_` float32, films; `gram_`, `pull_`:
    what all films together say in the equation of a person; `regularization_`.
    Time and memory as ALS. Source: Koren, Bell and Volinsky, IEEE Computer 42(8), 2009; weights of unrated films as
    in Hu, Koren and Volinsky, ICDM 2008.
    """

    name = "mf"
    Config = MFConfig
    additive = False
    config: MFConfig
    learned_arrays: ClassVar[tuple[str, ...]] = ("film_factors_", "film_bias_", "gram_", "pull_")
    learned_facts: ClassVar[tuple[str, ...]] = ("implicit_", "regularization_")
    film_factors_: Scores
    film_bias_: Scores
    gram_: Scores
    pull_: Scores
    implicit_: bool
    regularization_: float

    def memory_bound(self, people: int, films: int, ratings: int) -> int:
        """Return what both sides' factors take, with and without ones, and solving for them."""
        factors = 1 + self.config.factors
        stacks = memory_bound(people, films, factors)
        return 16 * (people + films) * factors + stacks + self.small_bound(people, films, ratings)

    def _fit(self, interactions: sparse.csr_matrix, side: SideInformation) -> None:
        self.implicit_ = is_implicit(interactions)
        given = self.config.regularization
        self.regularization_ = 4 * interactions.nnz / (interactions.nnz + 2_000) if given is None else given
        by_person = choices(interactions, implicit=self.implicit_)
        by_film = by_person.T.tocsr()
        weights = activity_weights(interactions, self.config.activity_damping)
        generator = np.random.default_rng(self.config.seed)
        scale = 0.03 / np.sqrt(self.config.factors)
        films = generator.normal(0, scale, (self.films_, 1 + self.config.factors)).astype(np.float32)
        films[:, 0] = 0
        people = np.zeros((interactions.shape[0], films.shape[1]), np.float32)
        self._set_films(films)
        for _ in range(self.config.iterations):
            improve_rows(_less(by_person, self.film_bias_), self.film_factors_, self.gram_, people, self.pull_)
            features, bias = _with_ones(people[:, 1:]) * weights[:, None], people[:, 0]
            gram, pull = self._rest(features, bias * weights)
            improve_rows(_weighted(_less(by_film, bias), weights), features, gram, films, pull)
            self._set_films(films)

    def _set_films(self, films: Scores) -> None:
        self.film_bias_, self.film_factors_ = films[:, 0].copy(), _with_ones(films[:, 1:])
        self.gram_, self.pull_ = self._rest(self.film_factors_, self.film_bias_)

    def _rest(self, features: Scores, bias: Scores) -> tuple[Scores, Scores]:
        """Return α Σ f fᵀ + λ 1 and -α Σ b f over the whole other side: a zero is foreseen for everything."""
        weight = self.config.unobserved_weight
        return gram_of(features, weight, self.regularization_), -np.float32(weight) * (bias @ features)

    def people(self, histories: sparse.csr_matrix) -> Scores:
        """Return b_u and w_u for each row: float32, rows × (1 + factors)."""
        wanted = _less(preferences(histories, implicit=self.implicit_), self.film_bias_)
        return solve_rows(wanted, self.film_factors_, self.gram_, self.pull_)

    def films(self) -> Scores:
        """Return 1 and h_i."""
        return self.film_factors_

    def bias(self) -> Scores:
        """Return b_i."""
        return self.film_bias_

    def similar(self, movie_ix: int, n: int) -> tuple[Positions, Scores]:
        """Return the films whose factors point the same way, biases apart."""
        return most_alike(self.film_factors_[:, 1:], movie_ix, n)

    def shares(self, history: sparse.csr_matrix, movies: Positions) -> Scores:
        """Return p_uj f_iᵀ A_u⁻¹ f_j of each film j of the history: what its preference brought."""
        wanted = preferences(history, implicit=self.implicit_)
        shares: Scores = shares_of_row(history.indices, movies, self.film_factors_, self.gram_) * wanted.data
        return shares


def _with_ones(factors: Scores) -> Scores:
    return np.hstack([np.ones((len(factors), 1), np.float32), factors]).astype(np.float32)


def _less(targets: sparse.csr_matrix, bias: Scores) -> sparse.csr_matrix:
    """Return `targets` with each column's bias taken away, the same entries."""
    values = (targets.data - bias[targets.indices]).astype(np.float32)
    return sparse.csr_matrix((values, targets.indices, targets.indptr), shape=targets.shape)


def _weighted(targets: sparse.csr_matrix, weights: Scores) -> sparse.csr_matrix:
    """Return `targets` with each column multiplied by its weight, the same entries."""
    return sparse.csr_matrix((targets.data * weights[targets.indices], targets.indices, targets.indptr), targets.shape)
