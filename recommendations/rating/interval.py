"""Last: how far from a prediction the truth is, learned from errors on ratings that nothing was fitted on."""

from typing import Self

import numpy as np
from scipy.special import ndtri

from recommendations.rating.bayesian import Values

COVERAGE = 0.8
_GROUPS = 8
_GROUP_SIZE = 200
_PRIOR_ERRORS = 20


class Interval:
    """Normalised split conformal prediction, in groups of like predictions.

        low, high = r̂ ∓ σ̂ Q(r̂),   Q: the 0.8-quantile of |r - r̂| / σ̂ on held-out ratings

    σ̂ is the factor model's own standard deviation: large for moody people, short histories and films that few have
    rated. Near the ends of the scale errors are skewed and pile up on five stars, so quantiles are taken in up to
    eight groups of equal size by r̂ and interpolated between their middles. Each group also holds 20 errors of a
    normal distribution, so that a handful of ratings gives an interval too. Time O(n log n).
    Source: Lei et al., "Distribution-free predictive inference for regression", JASA 113, 2018, section 5.2.

    Attributes:
        middles: groups, float64: the median r̂ of each, ascending.
        reach: groups, float64: the quantiles Q.
    """

    def __init__(self, middles: Values, reach: Values) -> None:
        self.middles = middles
        self.reach = reach

    @classmethod
    def fit(cls, given: Values, mean: Values, deviation: Values) -> Self:
        """Learn from ratings, their predictions and the deviations σ̂ that were expected; all (n,), n from 0."""
        prior = ndtri((1 + (np.arange(_PRIOR_ERRORS) + 0.5) / _PRIOR_ERRORS) / 2)
        errors = np.abs(given - mean) / deviation
        count = int(np.clip(len(errors) // _GROUP_SIZE, 1, _GROUPS))
        groups = np.array_split(np.argsort(mean, kind="stable"), count)
        reach = [np.quantile(np.concatenate([errors[group], prior]), COVERAGE) for group in groups]
        middles = [np.median(mean[group]) if len(group) else 0.0 for group in groups]
        return cls(np.array(middles), np.array(reach))

    def around(self, mean: Values, deviation: Values) -> tuple[Values, Values]:
        """Return the low and the high end around each mean, of the shape of both."""
        reach = deviation * np.interp(mean, self.middles, self.reach)
        return mean - reach, mean + reach
