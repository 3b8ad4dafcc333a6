"""After the parts: how much each of them is listened to, learned on ratings that none of them has seen."""

from typing import Any, Self

import numpy as np

from recommendations.rating.bayesian import Values

_CAUTION = 20.0


class Blend:
    """A ridge regression around the strongest part.

        r̂ = f + β₀ + Σ_k β_k x_k,   β = (X'X + λ I)⁻¹ X' (r - f)

    f is the factor model's prediction and x what the others would change. With few held-out ratings β stays near
    zero, and the blend is the factor model. Time O(ratings · parts²).
    Source: Breiman, "Stacked regressions", Machine Learning 24, 1996.

    Attributes:
        weights: β₀ and β, float64, 1 + parts.
    """

    def __init__(self, weights: Values) -> None:
        self.weights = weights

    @classmethod
    def fit(cls, first: Values, others: Any, given: Values) -> Self:
        """Learn from predictions of the first part (n), of what others would change (parts × n), and ratings (n)."""
        columns = _columns(others)
        penalty = _CAUTION * np.eye(len(columns))
        weights = np.linalg.solve(columns @ columns.T + penalty, columns @ (given - first))
        return cls(weights.astype(np.float64))

    def predict(self, first: Values, others: Any) -> Values:
        """Return the blend; `first` and each of `others` have one shape, which is the result's."""
        blended: Values = first + np.tensordot(self.weights, _columns(others), axes=1)
        return blended


def _columns(others: Any) -> Values:
    changes = np.asarray(others, np.float64)
    return np.concatenate([np.ones((1, *changes.shape[1:])), changes])
