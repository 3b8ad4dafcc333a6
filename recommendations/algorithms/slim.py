"""SLIM: EASE whose weights may not be negative. Fewer and plainer weights, for the films that most people rate."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from recommendations.algorithms.linear import Linear
from recommendations.algorithms.neighborhoods import film_products
from recommendations.algorithms.ranking import best_of_one
from recommendations.data.interactions import Positions, Scores, SideInformation
from recommendations.data.preferences import (
    choices,
    damped_by_activity,
    is_implicit,
    popularity_weights,
    with_films_weighted,
)


@dataclass(frozen=True)
class SLIMConfig:
    """Settings of SLIM.

    Attributes:
        films: at most so many films are solved for, the most rated ones.
        minimum_ratings: and only those with so many ratings; None takes half the mean of all rated films, at most 20.
        regularization: λ of the squares; None takes 200 n / (n + 5,000) for n ratings.
        sparsity: β of the absolute weights; None takes 2 n / (n + 5,000).
        penalty: ρ, how strongly both halves of ADMM are drawn to each other; None takes 500 n / (n + 5,000).
        iterations: of ADMM; more are more exact.
        popularity_damping: the power of its number of ratings that a film's preferences are divided by.
        activity_damping: the power of their number of ratings that a person's preferences are divided by.
    """

    films: int = 1_500
    minimum_ratings: int | None = None
    regularization: float | None = None
    sparsity: float | None = None
    penalty: float | None = None
    iterations: int = 10
    popularity_damping: float = 0.2
    activity_damping: float = 0.125


class SLIM(Linear):
    """Sparse linear method: each film as a sum of others, by ADMM.

        min_W ½ |X - X W|² + λ/2 |W|² + β |W|₁   with W ≥ 0 and a diagonal of 0,   score_ui = Σ_j p_uj d_j W_ji

    with X everybody's choices, damped by their activity and multiplied by their film's weight d_i, a power of how
    popular it is, and p_uj the preferences of a history (`data.preferences`).
    Where EASE also says what a film speaks against, SLIM only says what belongs together, so the two make different
    mistakes. Films with too few ratings have no score, and `known_` says so.

    Learned: `weights_` d W CSR float32, films × films. Time O(Σ_u n_u² + films³ · iterations) to fit, O(weights of the
    rated films) to score a history; memory 56 films² bytes at most, for the films that are solved for.
    Source: Ning and Karypis, ICDM 2011; solved as in Steck, Dimakopoulou, Riabov and Jebara, WSDM 2020.
    """

    name = "slim"
    Config = SLIMConfig
    config: SLIMConfig

    def memory_bound(self, people: int, films: int, ratings: int) -> int:
        """Return eight dense matrices of the solved films, and their weights as CSR."""
        solved = min(films, self.config.films)
        return 8 * 4 * solved**2 + 24 * solved**2 + self.small_bound(people, films, ratings)

    def _fit(self, interactions: sparse.csr_matrix, side: SideInformation) -> None:
        self.implicit_ = is_implicit(interactions)
        wanted = damped_by_activity(choices(interactions, implicit=self.implicit_), self.config.activity_damping)
        columns = self._solved_films(interactions)
        scales = popularity_weights(interactions, self.config.popularity_damping)
        order, products = film_products(with_films_weighted(wanted, scales)[:, columns])
        columns = columns[order]
        weights = sparse.coo_matrix(self._solve(products, interactions.nnz))
        cells = columns[weights.row], columns[weights.col]
        values = weights.data * scales[cells[0]]
        self.weights_ = sparse.csr_matrix((values, cells), shape=(self.films_, self.films_))
        self.known_ = np.isin(np.arange(self.films_), columns)

    def _solved_films(self, interactions: sparse.csr_matrix) -> Positions:
        counts = np.bincount(interactions.indices, minlength=self.films_)
        least = self.config.minimum_ratings
        least = min(20, int(counts[counts > 0].mean() / 2)) if least is None else least
        first = np.argsort(-counts, kind="stable")[: self.config.films]
        return np.sort(first[counts[first] >= max(1, least)]).astype(np.int32)

    def _solve(self, gram: Scores, ratings: int) -> Scores:
        """Return W, films × films, float32: one half of ADMM keeps the diagonal at 0, the other W ≥ 0."""
        config, grown = self.config, ratings / (ratings + 5_000)
        ridge = 200 * grown if config.regularization is None else config.regularization
        sparsity = np.float32(2 * grown if config.sparsity is None else config.sparsity)
        penalty = np.float32(500 * grown if config.penalty is None else config.penalty)
        inverse = np.linalg.inv(gram + (ridge + penalty) * np.eye(len(gram), dtype=np.float32)).astype(np.float32)
        alone = inverse @ gram
        weights, dual = np.zeros_like(gram), np.zeros_like(gram)
        for _ in range(config.iterations):
            free = alone + inverse @ (penalty * weights - dual)
            free -= inverse * (np.diag(free) / np.diag(inverse))
            weights = np.maximum(free + (dual - sparsity) / penalty, 0)
            dual += penalty * (free - weights)
        np.fill_diagonal(weights, 0)
        return weights

    def similar(self, movie_ix: int, n: int) -> tuple[Positions, Scores]:
        """Return the films that one film alone speaks for, and its weight in them."""
        return best_of_one(self.weights_[[movie_ix]].toarray()[0], n)
