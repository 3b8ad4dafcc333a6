"""Between the single models and the blend: all parts fitted on one matrix, asked together, kept together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from scipy import sparse

from recommendations.data.interactions import entries, some_people
from recommendations.rating.baseline import Baseline
from recommendations.rating.bayesian import BayesianFactors, FactorSamples, Values
from recommendations.rating.neighbors import Counts, LikeFilms, LikePeople

_FACTORS = "factors_"
# Comparing films takes three times the memory of drawing them.
_LIKE_FILMS = 3
_NAMES = ("factors", "others", "deviation", "support")


@dataclass(frozen=True)
class PartsConfig:
    """Settings of the parts; ratings are scaled to a variance of one.

    Attributes:
        damping: ratings at the average that everybody and every film starts with.
        neighbors: how many like films may speak for a film.
        film_shrinkage: added below the cosine of two films.
        film_caution: likeness of films that pulls towards no correction.
        people_shrinkage: added below the cosine of two people.
        people_caution: squared likeness of people that pulls towards no correction.
        most_ratings: with more ratings than this, factors are learned from those of random people who have given so
            many, and like films from a third as many; biases from all. A person needs no parameters, see `bayesian`.
        most_people_ratings: with more ratings than this nobody is compared with everybody when a page is asked for.
        factors: numbers that stand for a film besides its bias.
        samples: draws of the films that are kept.
        consistency: ratings at the common noise that everybody's own noise starts with.
        seed: of the draws.
    """

    damping: float = 4.0
    neighbors: int = 200
    film_shrinkage: float = 30.0
    film_caution: float = 0.5
    people_shrinkage: float = 5.0
    people_caution: float = 0.1
    most_ratings: int = 30_000_000
    most_people_ratings: int = 1_500_000
    factors: int = 10
    samples: int = 32
    consistency: float = 12.0
    seed: int = 0


@dataclass(frozen=True)
class Said:
    """What the parts say of rows of histories × films.

    Attributes:
        factors: predictions of the factor model.
        others: parts × rows × films: how far the baseline is from that, and the neighbourhoods' corrections.
        deviation: the factor model's standard deviation, noise included.
        support: how many own ratings of like films there are.
    """

    factors: Values
    others: Values
    deviation: Values
    support: Counts


@dataclass(frozen=True)
class Parts:
    """Baseline, like films, like people (None where that costs too much) and factors, all of one matrix."""

    baseline: Baseline
    films: LikeFilms
    people: LikePeople | None
    factors: BayesianFactors

    @classmethod
    def fit(
        cls, matrix: sparse.csr_matrix, features: Sequence[sparse.csc_matrix], config: PartsConfig, sweeps: int
    ) -> Self:
        """Learn from centered and scaled ratings, users × films, and what is known of the films."""
        # Imported here, so that processes that only predict need neither the compiler nor its memory.
        from recommendations.rating.gibbs import GibbsConfig, sample  # noqa: PLC0415

        baseline = Baseline.fit(matrix, config.damping)
        residuals = baseline.residuals(matrix)
        films = LikeFilms.fit(
            _of_some(residuals, config.most_ratings // _LIKE_FILMS, config.seed),
            neighbors=config.neighbors,
            shrinkage=config.film_shrinkage,
            caution=config.film_caution,
        )
        people = None
        if matrix.nnz <= config.most_people_ratings:
            people = LikePeople.fit(residuals, shrinkage=config.people_shrinkage, caution=config.people_caution)
        del residuals
        gibbs = GibbsConfig(config.factors, sweeps, config.samples, config.consistency, config.seed)
        some = _of_some(matrix, config.most_ratings, config.seed)
        return cls(baseline, films, people, BayesianFactors(sample(some, features, gibbs)))

    @staticmethod
    def memory_bound(people: int, films: int, ratings: int, config: PartsConfig) -> int:
        """Return how many bytes fitting takes at most besides its matrix: the largest part, and what is kept."""
        some, like = min(ratings, config.most_ratings), min(ratings, config.most_ratings // _LIKE_FILMS)
        people_kept = 24 * ratings if ratings <= config.most_people_ratings else 0
        kept = 8 * films * (config.neighbors + config.samples * (config.factors + 1)) + people_kept
        chosen = 16 * ratings + 8 * some  # while biases are learned, or the people to learn from are chosen
        alike = 4 * ratings + LikeFilms.memory_bound(films, like, config.neighbors)
        drawn = (20 if some == ratings else 28) * some + _drawn(people, films, config.factors + 1)
        return kept + max(chosen, alike, drawn)

    def predict(self, histories: sparse.csr_matrix, movie_ix: Any) -> Said:
        """Ask all parts about centered and scaled `histories` and the films."""
        factors, variance = self.factors.predict(histories, movie_ix)
        residuals = self.baseline.residuals(histories)
        like_films, support = self.films.correct(residuals, movie_ix)
        like_people = self.people.correct(residuals, movie_ix) if self.people else np.zeros_like(like_films)
        others = np.stack([self.baseline.predict(histories, movie_ix) - factors, like_films, like_people])
        return Said(factors, others, np.sqrt(variance), support)

    def predict_at(self, histories: sparse.csr_matrix, targets: sparse.csr_matrix) -> Said:
        """Ask all parts about each stored place of `targets`, in its order; the results have that one dimension."""
        nobody = sparse.csr_matrix(np.zeros((1, histories.shape[1]), np.float32))
        said = [self.predict(nobody, targets.indices[:0])]
        said += [
            self.predict(histories[[row]], targets.indices[targets.indptr[row] : targets.indptr[row + 1]])
            for row in np.flatnonzero(np.diff(targets.indptr))
        ]
        return Said(*(np.concatenate([getattr(each, name)[..., 0, :] for each in said], axis=-1) for name in _NAMES))

    def arrays(self) -> dict[str, Any]:
        """Return what is to be kept: arrays and CSR matrices by name."""
        kept = {"film_bias": self.baseline.film_bias, "similarities": self.films.similarities}
        if self.people:
            kept |= {"residuals": self.people.residuals, "lengths": self.people.lengths}
        return kept | {_FACTORS + name: array for name, array in vars(self.factors.samples).items()}

    @classmethod
    def restored(cls, arrays: Mapping[str, Any], config: PartsConfig) -> Self:
        """Return the parts that `arrays` were kept of. Raises KeyError or TypeError."""
        people = None
        if "residuals" in arrays:
            people = LikePeople(arrays["residuals"], arrays["lengths"], config.people_shrinkage, config.people_caution)
        samples = {name.removeprefix(_FACTORS): each for name, each in arrays.items() if name.startswith(_FACTORS)}
        return cls(
            Baseline(arrays["film_bias"], config.damping),
            LikeFilms(arrays["similarities"], config.film_caution),
            people,
            BayesianFactors(FactorSamples(**samples)),
        )


def _drawn(people: int, films: int, columns: int) -> int:
    """Return what is kept of each row of both sides while it is drawn."""
    return 48 * (people + films) * columns + 4 * films * columns**2


def _of_some(matrix: sparse.csr_matrix, most: int, seed: int) -> sparse.csr_matrix:
    """Return the histories of random people, with about `most` ratings together, or `matrix` if it has no more."""
    if matrix.nnz <= most:
        return matrix
    return entries(matrix, np.repeat(some_people(matrix, most, np.random.default_rng(seed)), np.diff(matrix.indptr)))
