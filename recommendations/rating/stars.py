"""Predicted stars: a blend of how people rate, how films are rated, and taste, with how sure it is."""

from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recommendations.algorithms.threads import one_thread
from recommendations.data import arrays as artifact
from recommendations.data.interactions import Positions, Scores, SideInformation, entries, prepared
from recommendations.data.preferences import is_implicit
from recommendations.rating.bayesian import Values
from recommendations.rating.blend import Blend
from recommendations.rating.features import film_features
from recommendations.rating.interval import Interval
from recommendations.rating.parts import Parts, PartsConfig, Said

LOWEST, HIGHEST = 0.5, 5.0
# With the ratings of fewer people than have given so many, films are not worth learning from a part of them.
FEWEST = 100_000
_NAMES = ("mean", "low", "high", "support")
_BLOCK_PLACES = 1_000_000
_FEW_RATINGS = 1000
_FEWEST_TO_SPLIT = 20


@dataclass(frozen=True)
class StarPredictorConfig:
    """Settings of StarPredictor.

    Attributes:
        parts: of the baseline, the neighbourhoods and the factor model.
        sweeps: of the factor model's sampler; None: by the number of ratings, so that time stays linear in it.
        held_out_share: part of the ratings that the blend and the interval are learned on.
        most_held_out_people: and of how many people at most.
        refit_below: with fewer ratings than this the parts are fitted again on all of them.
    """

    parts: PartsConfig = field(default_factory=PartsConfig)
    sweeps: int | None = None
    held_out_share: float = 0.15
    most_held_out_people: int = 2000
    refit_below: int = 500_000


@dataclass(frozen=True)
class StarPredictions:
    """Predictions for rows of histories × films.

    Attributes:
        mean: stars, float32, within the range of the ratings that were learned from.
        low: lower end of an interval that holds 80 % of ratings, float32.
        high: its upper end, float32.
        support: how many of the person's own ratings of like films each rests on, int32.
    """

    mean: Scores
    low: Scores
    high: Scores
    support: NDArray[np.int32]


class StarPredictor:
    """A blend of baseline, like films, like people and Bayesian factors, with a calibrated interval.

    Ratings are centered and scaled to a variance of one. The parts are fitted without a random seventh of the
    ratings; on these the blend's weights and the interval's width are learned; then the parts are fitted on all.
    Everything about a person is worked out from the history that is asked about, so that a new person's first rating
    counts at once and people who were learned from are no exception.

    Learned: `center_`, `scale_`, `range_`, `parts_`, `blend_`, `interval_`.
    Time is linear in ratings, memory in ratings and films: on 100,000 ratings 12 to 27 seconds of one processor, on a
    million 22 and 140 MB besides the matrix, on 25 million ratings of 59,000 films 110 and 930 MB; the loops are
    spread over all processors. For what it takes at most see `memory_bound`. One person and 25 films cost a few
    milliseconds.
    Sources: see the parts.
    """

    blend_: Blend
    interval_: Interval

    def __init__(self, config: StarPredictorConfig | None = None) -> None:
        self.config = config or StarPredictorConfig()

    def fit(
        self, interactions: Any, side: SideInformation | None = None, *, learned: "StarPredictor | None" = None
    ) -> Self:
        """Learn from users × films in stars, and from the films' features. Raises InvalidInteractions.

        Blend and interval are taken over from a predictor that `learned` them on a part of these ratings, so that the
        parts are fitted once instead of twice.
        """
        matrix, side = prepared(interactions, side)
        self.center_, self.scale_ = float(matrix.data.mean(dtype=np.float64)), _scale(matrix)
        self.range_ = _range(matrix)
        matrix = self._scaled(matrix)
        features = film_features(side, matrix.nnz)
        again = matrix.nnz < self.config.refit_below
        if learned is not None:
            self.blend_, self.interval_ = learned.blend_, learned.interval_
            self.parts_ = self._fit_parts(matrix, features)
            return self
        shown, held_out = self._split(matrix)
        # What is not fitted on again makes room for what is.
        matrix = matrix if again else shown
        self.parts_ = self._fit_parts(shown, features)
        with one_thread():
            self._learn_blend(self.parts_.predict_at(shown, held_out), held_out.data.astype(np.float64))
        if again:
            self.parts_ = self._fit_parts(matrix, features)
        return self

    def memory_bound(self, people: int, films: int, ratings: int) -> int:
        """Return how many bytes `fit` takes at most, the matrix that it is given not counted.

        Copies of the ratings, of which there are more where the parts are fitted again; what the largest part takes;
        and what all leave behind.
        """
        copies = 24 if ratings < self.config.refit_below else 8
        parts = Parts.memory_bound(people, films, ratings, self.config.parts)
        return max(28 * ratings, copies * ratings + parts) + 64 * (people + films)

    def within(self, memory: int, people: int, films: int, ratings: int) -> "StarPredictor | None":
        """Return a predictor of these settings that takes at most `memory` bytes to fit, or None if there is none.

        The fewer people it learns films from, the less it takes: as many as fit, by halves, and at least FEWEST.
        """
        parts, most = self.config.parts, min(self.config.parts.most_ratings, ratings)
        smaller = self
        while smaller.memory_bound(people, films, ratings) > memory:
            most //= 2
            if most < FEWEST:
                return None
            smaller = StarPredictor(replace(self.config, parts=replace(parts, most_ratings=most)))
        return smaller

    def predict(self, histories: sparse.csr_matrix, movie_ix: Positions) -> StarPredictions:
        """Predict what the owner of each history would give each of the films: arrays of rows × len(movie_ix)."""
        scaled, rows = self._scaled(histories), max(1, _BLOCK_PLACES // max(len(movie_ix), 1))
        blocks = [
            self._predictions(self.parts_.predict(scaled[start : start + rows], movie_ix))
            for start in range(0, max(scaled.shape[0], 1), rows)
        ]
        return StarPredictions(*(np.concatenate([getattr(each, name) for each in blocks]) for name in _NAMES))

    def predict_at(self, histories: sparse.csr_matrix, targets: sparse.csr_matrix) -> StarPredictions:
        """Predict each stored place of `targets`, rows × films as `histories`: arrays in the order of its data."""
        return self._predictions(self.parts_.predict_at(self._scaled(histories), targets))

    def save(self, folder: Path) -> None:
        """Write the fitted predictor into a new `folder`."""
        learned = {"weights": self.blend_.weights, "middles": self.interval_.middles, "reach": self.interval_.reach}
        facts = {"stars": asdict(self.config), "center_": self.center_, "scale_": self.scale_, "range_": self.range_}
        artifact.write(folder, self.parts_.arrays() | learned, facts)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Return the predictor that was saved in `folder`, its arrays mapped. Raises ArtifactError."""
        arrays, facts = artifact.read(folder)
        with artifact.of_this_version(folder):
            settings = facts["stars"]
            predictor = cls(StarPredictorConfig(**settings | {"parts": PartsConfig(**settings["parts"])}))
            predictor.center_, predictor.scale_ = facts["center_"], facts["scale_"]
            predictor.range_ = (facts["range_"][0], facts["range_"][1])
            predictor.blend_ = Blend(arrays["weights"])
            predictor.interval_ = Interval(arrays["middles"], arrays["reach"])
            predictor.parts_ = Parts.restored(arrays, predictor.config.parts)
        return predictor

    def _scaled(self, histories: sparse.csr_matrix) -> sparse.csr_matrix:
        values = ((histories.data - self.center_) / self.scale_).astype(np.float32)
        return sparse.csr_matrix((values, histories.indices, histories.indptr), shape=histories.shape)

    def _split(self, matrix: sparse.csr_matrix) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
        """Return `matrix` without a random part of its ratings, and that part."""
        generator = np.random.default_rng(self.config.parts.seed)
        rated = np.flatnonzero(np.diff(matrix.indptr))
        people = np.zeros(matrix.shape[0], np.bool_)
        people[generator.permutation(rated)[: self.config.most_held_out_people]] = True
        share = self.config.held_out_share if matrix.nnz >= _FEWEST_TO_SPLIT else 0
        held_out = np.repeat(people, np.diff(matrix.indptr))
        held_out[held_out] = generator.random(int(held_out.sum())) < share
        return entries(matrix, ~held_out), entries(matrix, held_out)

    def _fit_parts(self, matrix: sparse.csr_matrix, features: list[sparse.csc_matrix]) -> Parts:
        sweeps = self.config.sweeps or sweeps_for(min(matrix.nnz, self.config.parts.most_ratings))
        return Parts.fit(matrix, features, self.config.parts, sweeps)

    def _learn_blend(self, said: Said, given: Values) -> None:
        self.blend_ = Blend.fit(said.factors, said.others, given)
        mean = self.blend_.predict(said.factors, said.others)
        self.interval_ = Interval.fit(given, mean, said.deviation)

    def _predictions(self, said: Said) -> StarPredictions:
        mean = self.blend_.predict(said.factors, said.others)
        low, high = self.interval_.around(mean, said.deviation)
        return StarPredictions(self._stars(mean), self._stars(low), self._stars(high), said.support)

    def _stars(self, scaled: Values) -> Scores:
        stars: Scores = np.clip(self.center_ + self.scale_ * scaled, *self.range_).astype(np.float32)
        return stars


def sweeps_for(ratings: int) -> int:
    """Return how many sweeps the sampler makes: 300 on 100,000 ratings, fewer where they tell little or cost much.

    From half a million ratings on it is as many as 150 million looks at a rating allow, but at least 30.
    """
    return min(60 + ratings // 200, 300, max(150_000_000 // max(ratings, 1), 30))


def _scale(matrix: sparse.csr_matrix) -> float:
    """Return the standard deviation of the stars, or one where all are equal."""
    deviation = float(matrix.data.std(dtype=np.float64))
    return 1.0 if is_implicit(matrix) or not deviation else deviation


def _range(matrix: sparse.csr_matrix) -> tuple[float, float]:
    """Return the lowest and the highest stars there can be; where few are known, at least half a star to five."""
    lowest, highest = float(matrix.data.min()), float(matrix.data.max())
    if matrix.nnz < _FEW_RATINGS:
        return min(lowest, LOWEST), max(highest, HIGHEST)
    return lowest, highest
