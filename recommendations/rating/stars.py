"""Predicted stars: how a person rates, how a film is rated, and how the person rated films like it."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recommendations.algorithms.neighborhoods import film_neighborhoods
from recommendations.data import arrays as artifact
from recommendations.data.interactions import Positions, Scores, validated
from recommendations.data.preferences import row_of_each

LOWEST, HIGHEST = 0.5, 5.0


@dataclass(frozen=True)
class StarPredictorConfig:
    """Settings of StarPredictor.

    Attributes:
        film_damping: ratings at the overall mean that every film starts with.
        person_damping: ratings at a film's own mean that every person starts with.
        neighbors: how many like films may speak for a film.
        shrinkage: added below the cosine of two films, in squared stars.
        caution: likeness that pulls towards no correction; more trusts neighbours less.
    """

    film_damping: float = 4.0
    person_damping: float = 4.0
    neighbors: int = 200
    shrinkage: float = 30.0
    caution: float = 0.5


@dataclass(frozen=True)
class StarPredictions:
    """Predictions for rows of histories × films.

    Attributes:
        mean: stars, float32, between 0.5 and 5.
        support: how many of the person's own ratings of like films each rests on, int32.
    """

    mean: Scores
    support: NDArray[np.int32]


class StarPredictor:
    """Baseline and neighbourhood of residuals.

        r̂_ui = μ + b_u + b_i + Σ_j s_ij e_uj / (c + Σ_j s_ij)   over rated films j among the neighbours of i

    with damped film and person biases b_i and b_u, e_uj = r_uj - μ - b_u - b_j the residuals of the person's own
    ratings, s_ij the shrunk cosine of two films' residuals and c `caution`. b_u is computed from the history itself,
    so a new person's first rating counts at once.

    Learned: `film_bias_` float32, films; `similarities_` CSR float32, films × films; `mean_`.
    Time O(Σ_u n_u²) to fit; memory O(films · neighbors).
    Source: Koren, TKDD 4(1), 2010, sections 2 and 3.
    """

    def __init__(self, config: StarPredictorConfig | None = None) -> None:
        self.config = config or StarPredictorConfig()

    def fit(self, interactions: Any) -> Self:
        """Learn from users × films in stars and return self. Raises InvalidInteractions."""
        matrix = validated(interactions)
        self.mean_ = float(matrix.data.mean(dtype=np.float64))
        counts = np.bincount(matrix.indices, minlength=matrix.shape[1])
        sums = np.bincount(matrix.indices, weights=matrix.data - self.mean_, minlength=matrix.shape[1])
        self.film_bias_: Scores = (sums / (counts + self.config.film_damping)).astype(np.float32)
        self.similarities_ = film_neighborhoods(
            self._residuals(matrix)[1], self.config.neighbors, self.config.shrinkage
        )
        return self

    def predict(self, histories: sparse.csr_matrix, movie_ix: Positions) -> StarPredictions:
        """Predict what the owner of each history would give each of the films: arrays of rows × len(movie_ix)."""
        bias, residuals = self._residuals(histories)
        toward = self.similarities_[movie_ix].T
        rated = sparse.csr_matrix((np.ones_like(residuals.data), residuals.indices, residuals.indptr), residuals.shape)
        weight = (rated @ toward).toarray()
        correction = (residuals @ toward).toarray() / (self.config.caution + weight)
        mean = self.mean_ + bias[:, None] + self.film_bias_[movie_ix][None, :] + correction
        support = (rated @ (toward > 0).astype(np.int32)).toarray()
        return StarPredictions(np.clip(mean, LOWEST, HIGHEST).astype(np.float32), support.astype(np.int32))

    def save(self, folder: Path) -> None:
        """Write the fitted predictor into a new `folder`."""
        arrays = {"film_bias_": self.film_bias_, "similarities_": self.similarities_}
        artifact.write(folder, arrays, {"stars": asdict(self.config), "mean_": self.mean_})

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Return the predictor that was saved in `folder`, its arrays mapped. Raises ArtifactError."""
        arrays, facts = artifact.read(folder)
        with artifact.of_this_version(folder):
            predictor = cls(StarPredictorConfig(**facts["stars"]))
            predictor.mean_ = facts["mean_"]
            predictor.film_bias_, predictor.similarities_ = arrays["film_bias_"], arrays["similarities_"]
        return predictor

    def _residuals(self, histories: sparse.csr_matrix) -> tuple[Scores, sparse.csr_matrix]:
        """Return each row's bias, and the histories with everything that the biases explain taken away."""
        rows = row_of_each(histories)
        left = histories.data - self.mean_ - self.film_bias_[histories.indices]
        sums = np.bincount(rows, weights=left, minlength=histories.shape[0])
        bias = (sums / (np.diff(histories.indptr) + self.config.person_damping)).astype(np.float32)
        values = (left - bias[rows]).astype(np.float32)
        return bias, sparse.csr_matrix((values, histories.indices, histories.indptr), shape=histories.shape)
