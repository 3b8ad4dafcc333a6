"""SVD: tastes and films as a few factors that explain most of who wants what."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy import sparse

from recommendations.algorithms.factored import Factored
from recommendations.algorithms.randomized_svd import memory_bound, strongest_factors
from recommendations.algorithms.ranking import most_alike
from recommendations.data.interactions import Positions, Scores, SideInformation
from recommendations.data.preferences import choices, is_implicit, preferences


@dataclass(frozen=True)
class SVDConfig:
    """Settings of SVD.

    Attributes:
        factors: how many factors are kept; at most one fewer than people or films.
        regularization: weak factors are trusted less; one whose squared singular value is this counts by half. None
            takes 1,000 n / (n + 5,000) for n ratings.
        iterations: power iterations of the randomized solver; more are more exact.
        seed: of the solver's random start.
    """

    factors: int = 64
    regularization: float | None = None
    iterations: int = 4
    seed: int = 0


class SVD(Factored):
    """Truncated singular value decomposition of the preferences, with fold-in by projection.

        P ≈ U Σ Vᵀ,   f_i = v_i (Σ² / (Σ² + λ))^½,   score_ui = Σ_j p_uj (f_j · f_i)

    with p_uj the preferences of a history (`data.preferences`), v_i the row of film i in V and λ `regularization`.
    People are never learned, so one that was not in the matrix is scored like any other.

    Learned: `film_factors_` float32, films × factors: f_i; `strengths_` float32, factors: Σ; `regularization_`: λ.
    Time O(ratings · factors · iterations) to fit, O(films · factors) to score a history; memory O((people + films) ·
    factors).
    Source: Cremonesi, Koren and Turrin, RecSys 2010 (PureSVD); Jin et al., KDD 2021, for λ; Halko, Martinsson and
    Tropp, SIAM Review 53(2), 2011, for the solver.
    """

    name = "svd"
    Config = SVDConfig
    config: SVDConfig
    learned_arrays: ClassVar[tuple[str, ...]] = ("film_factors_", "strengths_")
    learned_facts: ClassVar[tuple[str, ...]] = ("implicit_", "regularization_")
    film_factors_: Scores
    strengths_: Scores
    implicit_: bool
    regularization_: float

    def memory_bound(self, people: int, films: int, ratings: int) -> int:
        """Return what the solver takes, and the factors of films."""
        solver = memory_bound(people, films, self.config.factors)
        return solver + 8 * films * self.config.factors + self.small_bound(people, films, ratings)

    def _fit(self, interactions: sparse.csr_matrix, side: SideInformation) -> None:
        self.implicit_ = is_implicit(interactions)
        factors = min(self.config.factors, min(interactions.shape) - 1)
        chosen = choices(interactions, implicit=self.implicit_)
        strengths, directions = strongest_factors(chosen, factors, self.config.iterations, self.config.seed)
        given = self.config.regularization
        self.regularization_ = 1_000 * interactions.nnz / (interactions.nnz + 5_000) if given is None else given
        trust = np.sqrt(strengths**2 / (strengths**2 + self.regularization_))
        self.film_factors_ = (directions * trust).astype(np.float32)
        self.strengths_ = strengths

    def people(self, histories: sparse.csr_matrix) -> Scores:
        """Return P F: float32, rows × factors."""
        people: Scores = preferences(histories, implicit=self.implicit_) @ self.film_factors_
        return people

    def films(self) -> Scores:
        """Return F."""
        return self.film_factors_

    def similar(self, movie_ix: int, n: int) -> tuple[Positions, Scores]:
        """Return the films whose factors point the same way."""
        return most_alike(self.film_factors_ * self.strengths_, movie_ix, n)

    def shares(self, history: sparse.csr_matrix, movies: Positions) -> Scores:
        """Return p_uj (f_j · f_i) of each film j of the history; they add up to the score."""
        wanted = preferences(history, implicit=self.implicit_)
        toward: Scores = self.film_factors_[movies] @ self.film_factors_[history.indices].T
        shares: Scores = toward * wanted.data
        return shares
