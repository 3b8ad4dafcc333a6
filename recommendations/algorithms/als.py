"""ALS: people and films as factors, found by solving for one side while the other one stands still."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy import sparse

from recommendations.algorithms.factored import Factored
from recommendations.algorithms.least_squares import gram_of, improve_rows, memory_bound, shares_of_row, solve_rows
from recommendations.algorithms.ranking import most_alike
from recommendations.data.interactions import Positions, Scores, SideInformation
from recommendations.data.preferences import activity_weights, choices, is_implicit, preferences

START = 0.01
# So much of its last step does each film go on by itself: sides that take turns move slowly.
MOMENTUM = np.float32(0.5)


@dataclass(frozen=True)
class ALSConfig:
    """Settings of ALS.

    Attributes:
        factors: how many factors people and films have.
        unobserved_weight: how much a film that somebody did not rate counts against it, beside 1 for a rated one. It
            is what makes the weights implicit; 0 makes them explicit, and only ratings count.
        regularization: λ; None takes 6 n / (n + 2,000) for n ratings.
        activity_damping: the power of their number of ratings that a person's weight in the films is divided by:
            whoever has seen everything says less about which films belong together.
        iterations: how often both sides are solved for.
        seed: of the random start.
    """

    factors: int = 128
    unobserved_weight: float = 0.2
    regularization: float | None = None
    activity_damping: float = 0.4
    iterations: int = 8
    seed: int = 0


class ALS(Factored):
    """Weighted matrix factorization by alternating least squares, with closed-form fold-in.

        L = Σ_u v_u (Σ_i rated (p_ui - w_u · h_i)² + α Σ_i (w_u · h_i)²) + λ (Σ_u v_u |w_u|² + Σ_i |h_i|²)
        w_u = A_u⁻¹ Σ_j p_uj h_j,   A_u = α HᵀH + λ 1 + Σ_j h_j h_jᵀ,   score_ui = w_u · h_i

    with p_ui choices, or the preferences of a history (`data.preferences`), α `unobserved_weight`, λ
    `regularization`, and v_u a person's weight, n_u^-`activity_damping` with a mean of 1, which only counts in the
    films' half. In the terms of Hu, Koren and Volinsky a rated film has the confidence (1 + α) / α beside an unrated
    one; that w_u is solved anew for every history, so a new person is scored like one from the training. Given A_u
    scores are linear in the preferences: the share of film j in film i is p_uj h_iᵀ A_u⁻¹ h_j, and shares add up.

    Learned: `film_factors_` float32, films × factors: H; `gram_` float32: α HᵀH + λ 1; `regularization_`.
    Fitting takes a few steps of conjugate gradients towards each solution in turn, a history is solved exactly.
    Time O((ratings · factors + (people + films) · factors²) · iterations) to fit, O((n_u + films) · factors +
    factors³) to score a history; memory O((people + films) · factors) and that of `least_squares`.
    Source: Hu, Koren and Volinsky, ICDM 2008; the loss as in Rendle, Krichene, Zhang and Koren, RecSys 2022;
    conjugate gradients: Takács, Pilászy and Tikk, RecSys 2011.
    """

    name = "als"
    Config = ALSConfig
    config: ALSConfig
    learned_arrays: ClassVar[tuple[str, ...]] = ("film_factors_", "gram_")
    learned_facts: ClassVar[tuple[str, ...]] = ("implicit_", "regularization_")
    film_factors_: Scores
    gram_: Scores
    implicit_: bool
    regularization_: float

    def memory_bound(self, people: int, films: int, ratings: int) -> int:
        """Return what both sides' factors take, with their copies, and solving for them."""
        stacks = memory_bound(people, films, self.config.factors)
        return 16 * (people + films) * self.config.factors + stacks + self.small_bound(people, films, ratings)

    def _fit(self, interactions: sparse.csr_matrix, side: SideInformation) -> None:
        self.implicit_ = is_implicit(interactions)
        given = self.config.regularization
        self.regularization_ = 6 * interactions.nnz / (interactions.nnz + 2_000) if given is None else given
        by_person = choices(interactions, implicit=self.implicit_)
        weights = activity_weights(interactions, self.config.activity_damping)
        by_film = sparse.csr_matrix((sparse.diags_array(weights) @ by_person).T, dtype=np.float32)
        films = self._start()
        moved = np.zeros_like(films)
        people = np.zeros((len(weights), self.config.factors), np.float32)
        for iteration in range(self.config.iterations):
            films += MOMENTUM * moved
            improve_rows(by_person, films, self._gram(films), people)
            weighted = people * weights[:, None]
            before = films.copy()
            improve_rows(by_film, weighted, self._gram(weighted), films)
            # The first step leads away from the random start, and says nothing about where to go on.
            moved = (films - before) * np.float32(iteration > 0)
        self.film_factors_, self.gram_ = films, self._gram(films)

    def _start(self) -> Scores:
        """Return small positive factors: everybody's first direction is what most people choose."""
        generator = np.random.default_rng(self.config.seed)
        return generator.uniform(0, START, (self.films_, self.config.factors)).astype(np.float32)

    def _gram(self, factors: Scores) -> Scores:
        return gram_of(factors, self.config.unobserved_weight, self.regularization_)

    def people(self, histories: sparse.csr_matrix) -> Scores:
        """Return W, solved for these histories: float32, rows × factors."""
        return solve_rows(preferences(histories, implicit=self.implicit_), self.film_factors_, self.gram_)

    def films(self) -> Scores:
        """Return H."""
        return self.film_factors_

    def similar(self, movie_ix: int, n: int) -> tuple[Positions, Scores]:
        """Return the films whose factors point the same way."""
        return most_alike(self.film_factors_, movie_ix, n)

    def shares(self, history: sparse.csr_matrix, movies: Positions) -> Scores:
        """Return p_uj h_iᵀ A_u⁻¹ h_j of each film j of the history; they add up to the score."""
        wanted = preferences(history, implicit=self.implicit_)
        shares: Scores = shares_of_row(history.indices, movies, self.film_factors_, self.gram_) * wanted.data
        return shares
