"""What popularity and trending share: one score for each film, the same for everybody."""

from typing import ClassVar

import numpy as np
from scipy import sparse

from recommendations.algorithms.factored import Factored
from recommendations.algorithms.ranking import best_of_one
from recommendations.data.interactions import Positions, Scores


class Impersonal(Factored):
    """A recommender that learns `scores_`, float32, films, and knows nothing of whoever asks."""

    personal = False
    learned_arrays: ClassVar[tuple[str, ...]] = ("scores_",)
    scores_: Scores

    def people(self, histories: sparse.csr_matrix) -> Scores:
        """Return nothing for each row: float32, rows × 0."""
        return np.empty((histories.shape[0], 0), np.float32)

    def films(self) -> Scores:
        """Return nothing for each film: float32, films × 0."""
        return np.empty((self.films_, 0), np.float32)

    def bias(self) -> Scores:
        """Return the scores."""
        return self.scores_

    def similar(self, movie_ix: int, n: int) -> tuple[Positions, Scores]:
        """Return the other films with the best scores: there is no likeness to go by."""
        scores = np.array(self.scores_)
        scores[movie_ix] = 0
        return best_of_one(scores, n)

    def shares(self, history: sparse.csr_matrix, movies: Positions) -> Scores:
        """Return zeros: no rating of the person has a share in it."""
        return np.zeros((len(movies), history.nnz), np.float32)
