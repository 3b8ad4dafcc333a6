"""What factor models share: a score is the product of a person's vector and a film's, and a film's own bias."""

from abc import abstractmethod

import numpy as np
from scipy import sparse

from recommendations.algorithms.base import Recommender
from recommendations.data.interactions import Scores


class Factored(Recommender):
    """A recommender with score_ui = w_u · h_i + b_i, where w_u is worked out from the history."""

    @abstractmethod
    def people(self, histories: sparse.csr_matrix) -> Scores:
        """Return w_u of each row: float32, rows × factors."""

    @abstractmethod
    def films(self) -> Scores:
        """Return h_i of each film: float32, films × factors."""

    def bias(self) -> Scores | None:
        """Return b_i of each film, float32, or None where there is none."""
        return None

    def score(self, histories: sparse.csr_matrix) -> Scores:
        """Return W Hᵀ + b: float32, rows × films."""
        scores: Scores = self.people(histories) @ self.films().T
        bias = self.bias()
        if bias is not None:
            scores += np.asarray(bias)
        return scores
