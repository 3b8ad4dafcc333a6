"""Popularity: the films that many people rated, and rated well. Knows nothing of the person."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from recommendations.algorithms.impersonal import Impersonal
from recommendations.data.interactions import SideInformation
from recommendations.data.preferences import is_implicit


@dataclass(frozen=True)
class PopularityConfig:
    """Settings of Popularity.

    Attributes:
        minimum_votes: a film with fewer ratings loses in proportion; None takes the number that a tenth of the
            rated films reach, at least 5.
        prior_votes: how many ratings of the overall mean are added to each film's own.
    """

    minimum_votes: int | None = None
    prior_votes: float = 10.0


class Popularity(Impersonal):
    """Damped mean with a minimum of votes.

        score_i = (Σ_u r_ui + k·μ) / (n_i + k) · min(1, n_i / m)

    with μ the mean of all ratings, n_i the ratings of film i, k `prior_votes` and m `minimum_votes`. Where all values
    are equal, means say nothing and n_i alone is the score.

    Learned: `scores_` float32, films. Time O(ratings), memory O(films).
    Source: the "true Bayesian estimate" of IMDb's top 250.
    """

    name = "popularity"
    Config = PopularityConfig
    config: PopularityConfig

    def memory_bound(self, people: int, films: int, ratings: int) -> int:
        """Return what a few vectors take."""
        return self.small_bound(people, films, ratings)

    def _fit(self, interactions: sparse.csr_matrix, side: SideInformation) -> None:
        counts = np.bincount(interactions.indices, minlength=self.films_).astype(np.float64)
        if is_implicit(interactions):
            self.scores_ = counts.astype(np.float32)
            return
        sums = np.bincount(interactions.indices, weights=interactions.data, minlength=self.films_)
        prior = self.config.prior_votes
        means = (sums + prior * interactions.data.mean(dtype=np.float64)) / (counts + prior)
        self.scores_ = (means * np.minimum(1, counts / self._minimum_votes(counts))).astype(np.float32)

    def _minimum_votes(self, counts: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
        if self.config.minimum_votes is not None:
            return max(1, self.config.minimum_votes)
        return max(5.0, float(np.quantile(counts[counts > 0], 0.9)))
