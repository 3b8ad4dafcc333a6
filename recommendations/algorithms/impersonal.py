"""What popularity and trending share: one score for each film, the same for everybody."""

from typing import ClassVar

import numpy as np
from scipy import sparse

from recommendations.algorithms.base import Recommender
from recommendations.algorithms.ranking import best_of_one
from recommendations.data.interactions import Positions, Scores


class Impersonal(Recommender):
    """A recommender that learns `scores_`, float32, films, and knows nothing of whoever asks."""

    personal = False
    learned_arrays: ClassVar[tuple[str, ...]] = ("scores_",)
    scores_: Scores

    def score(self, histories: sparse.csr_matrix) -> Scores:
        """Return the same scores for every row."""
        return np.repeat(self.scores_[None, :], histories.shape[0], axis=0)

    def similar(self, movie_ix: int, n: int) -> tuple[Positions, Scores]:
        """Return the other films with the best scores: there is no likeness to go by."""
        scores = np.array(self.scores_)
        scores[movie_ix] = 0
        return best_of_one(scores, n)

    def shares(self, history: sparse.csr_matrix, movies: Positions) -> Scores:
        """Return zeros: no rating of the person has a share in it."""
        return np.zeros((len(movies), history.nnz), np.float32)
