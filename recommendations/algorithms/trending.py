"""Trending: popularity that fades. Knows nothing of the person, but what time it is in the ratings."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy import sparse

from recommendations.algorithms.impersonal import Impersonal
from recommendations.algorithms.popularity import Popularity
from recommendations.data.interactions import SideInformation
from recommendations.data.preferences import is_implicit, preferences

DAY = 86_400


@dataclass(frozen=True)
class TrendingConfig:
    """Settings of Trending.

    Attributes:
        half_life_days: after so long a rating counts half; None takes the time that the newest tenth of the ratings
            were given in, at least a day, so that there is always enough that counts.
    """

    half_life_days: float | None = None


class Trending(Impersonal):
    """Popularity with exponential decay before the last rating.

        score_i = Σ_u p_ui 2^-((T - t_ui) / h)

    with t_ui when a rating was given, T the last of these times, h the half life, and p_ui the preference
    (`data.preferences`), so that what is much seen and little liked does not trend. Without times the score is that of
    Popularity.

    Learned: `scores_` float32, films; `half_life_days_`, 0 without times. Time O(ratings), memory O(ratings).
    Source: forward decay, Cormode et al., ICDE 2009.
    """

    name = "trending"
    Config = TrendingConfig
    config: TrendingConfig
    learned_facts: ClassVar[tuple[str, ...]] = ("half_life_days_",)
    half_life_days_: float

    def memory_bound(self, people: int, films: int, ratings: int) -> int:
        """Return what a few copies of the ratings take."""
        return self.small_bound(people, films, ratings)

    def _fit(self, interactions: sparse.csr_matrix, side: SideInformation) -> None:
        self.half_life_days_ = 0.0
        if side.times is None:
            self.scores_ = Popularity().fit(interactions).scores_
            return
        ages = (side.times.max() - side.times) / DAY
        given = self.config.half_life_days
        self.half_life_days_ = max(1.0, float(np.quantile(ages, 0.1))) if given is None else given
        wanted = preferences(interactions, implicit=is_implicit(interactions))
        faded = wanted.data * 2 ** -(ages / self.half_life_days_)
        self.scores_ = np.bincount(wanted.indices, weights=faded, minlength=self.films_).astype(np.float32)
