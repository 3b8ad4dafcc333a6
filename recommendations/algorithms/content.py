"""Content: films by genre, year, tags and title, weighed by what the ratings say these tell about taste."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recommendations.algorithms.factored import Factored
from recommendations.algorithms.randomized_svd import memory_bound, strongest_factors
from recommendations.algorithms.ranking import most_alike
from recommendations.data.interactions import Positions, Scores, SideInformation
from recommendations.data.preferences import choices, damped_by_activity, is_implicit, preferences

ITERATIONS = 4


@dataclass(frozen=True)
class ContentConfig:
    """Settings of Content.

    Attributes:
        factors: dimensions of taste that features are to foretell; at most one fewer than people or films.
        features: at most so many features are used, those that most films have.
        regularization: ridge, in rated films of mean weight: a feature of so many films counts by half.
        popularity_weight: the power of its number of ratings that a film weighs in the regression: what is known of
            its taste is surer, and that is what most people look for.
        activity_damping: the power of their number of ratings that a person's choices are divided by.
        seed: of the randomized solver.
    """

    factors: int = 64
    features: int = 4_000
    regularization: float = 3.0
    popularity_weight: float = 0.5
    activity_damping: float = 0.25
    seed: int = 0


class Content(Factored):
    """TF-IDF features of films, mapped to the factors of taste by ridge regression; works for films nobody rated.

        C ≈ U Σ Vᵀ,   E = V Σ^½,   W = (Xᵀ D X + λ 1)⁻¹ Xᵀ D E,   Y = X W
        score_ui = Σ_j p_uj (e_j · y_i),   with e_j = y_j for a film j that nobody rated

    with C everybody's choices, X the films' features weighed by ln((n + 1) / (n_f + 1)) and brought to length 1, D
    the films' weights, p_uj the preferences of a history (`data.preferences`). A plain cosine of features would give
    a word of the title as much say as the genre; here the ratings decide. Without features Y = E: the ratings are
    all that is known of a film.

    Learned: `seen_` float32, films × factors: E; `foreseen_` float32, films × factors: Y.
    Time O(ratings · factors + features³) to fit, O(films · factors) to score a history; memory O(features² +
    (people + films) · factors).
    Source: Gantner et al., ICDM 2010, for the mapping of features to factors; Salton and Buckley, IPM 24(5), 1988.
    """

    name = "content"
    Config = ContentConfig
    config: ContentConfig
    learned_arrays: ClassVar[tuple[str, ...]] = ("seen_", "foreseen_")
    learned_facts: ClassVar[tuple[str, ...]] = ("implicit_", "features_")
    seen_: Scores
    foreseen_: Scores
    implicit_: bool
    features_: int

    def memory_bound(self, people: int, films: int, ratings: int) -> int:
        """Return what the solver, the factors and the equations of the features take."""
        factors = memory_bound(people, films, self.config.factors) + 16 * films * self.config.factors
        return factors + 24 * self.config.features**2 + self.small_bound(people, films, ratings)

    def _fit(self, interactions: sparse.csr_matrix, side: SideInformation) -> None:
        self.implicit_ = is_implicit(interactions)
        chosen = damped_by_activity(choices(interactions, implicit=self.implicit_), self.config.activity_damping)
        factors = min(self.config.factors, min(interactions.shape) - 1)
        strengths, directions = strongest_factors(chosen, factors, ITERATIONS, self.config.seed)
        self.seen_ = directions * np.sqrt(strengths)
        self.foreseen_, self.features_ = self.seen_, 0
        if side.film_features is not None and side.film_features.nnz:
            self._learn_features(interactions, side.film_features)

    def _learn_features(self, interactions: sparse.csr_matrix, raw: sparse.csr_matrix) -> None:
        features = _weighed(raw, self.config.features)
        ratings = np.bincount(interactions.indices, minlength=self.films_)
        weights = ratings**self.config.popularity_weight * (ratings > 0)
        weights /= weights[ratings > 0].mean()
        weighted = sparse.csr_matrix(features.T @ sparse.diags_array(weights))
        left = (weighted @ features).toarray() + self.config.regularization * np.eye(features.shape[1])
        mapping = np.linalg.solve(left, weighted @ self.seen_.astype(np.float64))
        self.features_ = features.shape[1]
        self.foreseen_ = (features @ mapping).astype(np.float32)
        self.seen_ = np.where((ratings > 0)[:, None], self.seen_, self.foreseen_)
        self.known_ = np.diff(features.indptr) > 0

    def people(self, histories: sparse.csr_matrix) -> Scores:
        """Return P E: float32, rows × factors."""
        people: Scores = preferences(histories, implicit=self.implicit_) @ self.seen_
        return people

    def films(self) -> Scores:
        """Return Y."""
        return self.foreseen_

    def similar(self, movie_ix: int, n: int) -> tuple[Positions, Scores]:
        """Return the films whose features foretell the same taste."""
        return most_alike(self.foreseen_, movie_ix, n)

    def shares(self, history: sparse.csr_matrix, movies: Positions) -> Scores:
        """Return p_uj (e_j · y_i) of each film j of the history; they add up to the score."""
        wanted = preferences(history, implicit=self.implicit_)
        toward: Scores = self.foreseen_[movies] @ self.seen_[history.indices].T
        shares: Scores = toward * wanted.data
        return shares


def _weighed(raw: sparse.csr_matrix, most: int) -> sparse.csr_matrix:
    """Return the TF-IDF of the `most` most frequent features, each film's row of length 1 or empty."""
    films: NDArray[np.int64] = np.bincount(raw.indices, minlength=raw.shape[1])
    kept = np.sort(np.argsort(-films, kind="stable")[:most])
    rarity = np.log((raw.shape[0] + 1) / (films[kept] + 1))
    features = sparse.csr_matrix(raw[:, kept] @ sparse.diags_array(rarity))
    features.eliminate_zeros()
    lengths = np.sqrt(np.asarray(features.multiply(features).sum(axis=1)).ravel())
    return sparse.csr_matrix(sparse.diags_array(1 / np.where(lengths > 0, lengths, 1)) @ features)
