"""Between the matrix and the factor model: draws films, people and what they share from the posterior, by turns."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recommendations.algorithms.threads import in_threads
from recommendations.rating import kernels
from recommendations.rating.bayesian import FactorSamples, Values
from recommendations.rating.sides import Side, sides

_FEW_PEOPLE = 0.05
_PART_RATINGS = 100_000


@dataclass(frozen=True)
class GibbsConfig:
    """Settings of the sampler.

    Attributes:
        factors: numbers that stand for a film besides its bias.
        sweeps: how often everything is drawn; the first third is thrown away.
        samples: how many of the later draws are kept.
        consistency: ν, ratings at the common noise that everybody's own noise starts with.
        seed: of the draws.
    """

    factors: int = 10
    sweeps: int = 300
    samples: int = 32
    consistency: float = 12.0
    seed: int = 0


def sample(
    matrix: sparse.csr_matrix, film_features: Sequence[sparse.csc_matrix], config: GibbsConfig
) -> FactorSamples:
    """Draw from the posterior of `matrix`, users × films of centered and scaled stars; keep draws of the films.

    All that is a person's, and all that is a film's, is drawn together, given the other side; then what features add,
    given that. Of small groups of film features it is also drawn together with what it is added to. Precisions of
    each column, side and group of features have Gamma(½, ½) priors. People without ratings are left out. The same
    seed gives the same draws, for any number of threads. Time per sweep O(ratings · factors² + (people + films) ·
    factors³ + entries of the features · factors), which is 0.1 s of one processor for a million ratings; memory: see
    `Parts.memory_bound`. Compiling the loops takes a few seconds, once.
    """
    matrix = _who_rated(matrix)
    people, films = sides(matrix, film_features, config.factors, config.seed)
    return _Chain(people, films, config).run()


@dataclass
class _Chain:
    """The state of the sampler."""

    people: Side
    films: Side
    config: GibbsConfig
    noise_precision: float = 1.0

    def run(self) -> FactorSamples:
        config = self.config
        kept = np.unique(np.linspace(config.sweeps // 3, config.sweeps - 1, config.samples).astype(int))
        films = np.zeros((len(self.films.drawn), len(kept), config.factors + 1), np.float32)
        choices = np.zeros_like(films)
        shared: list[dict[str, Values]] = []
        for turn in range(config.sweeps):
            self._sweep()
            if turn in kept:
                films[:, len(shared)] = self.films.drawn
                choices[:, len(shared)] = self.people.features[0].effects
                shared.append(self._shared())
        return FactorSamples(
            films,
            choices,
            **{name: np.stack([draw[name] for draw in shared]) for name in shared[0]},
            consistency=np.full(len(kept), config.consistency),
            enough=np.quantile(np.diff(self.people.starts), _FEW_PEOPLE, keepdims=True),
        )

    def _sweep(self) -> None:
        people, films = self.people, self.films
        degrees = (self.config.consistency + np.diff(people.starts)) / 2
        squares = self._draw(people, films, people.generator.standard_gamma(degrees))
        shape, rate = (1 + len(people.values)) / 2, (1 + people.weights @ squares) / 2
        self.noise_precision = float(people.generator.standard_gamma(shape) / rate)
        self._draw(films, people, np.zeros(0))
        self._each(Side.draw_prior, (people, films))

    def _draw(self, side: Side, other: Side, chances: Values) -> Values:
        """Draw all rows of a side, and with `chances` their weights; return the squares that are left of each."""
        normal = side.generator.standard_normal(side.drawn.shape, np.float32)
        expected, roots = side.added + side.mean.astype(np.float32), np.sqrt(other.weights).astype(np.float32)
        squares = np.zeros(len(side.drawn))
        moved, columns = len(side.drawn) if side.moved else 0, side.drawn.shape[1]
        information, score = np.zeros((moved, columns, columns), np.float32), np.zeros((moved, columns), np.float32)

        def draw(rows: slice) -> None:
            kernels.draw_rows(
                side.starts[rows.start : rows.stop + 1], side.others, side.values, other.drawn, roots, expected[rows],
                side.precision, self.noise_precision, self.config.consistency, chances[rows], normal[rows],
                side.drawn[rows], side.weights[rows], squares[rows],
                information[rows], score[rows],
            )  # fmt: skip

        self._each(draw, _parts(side.starts))
        if side.moved:
            side.move(information, score)
        return squares

    def _each(self, work: Callable[[Any], None], jobs: Sequence[Any]) -> None:
        """Do `work` for each job, by several threads where there are enough ratings to be worth starting them."""
        if len(self.people.values) > _PART_RATINGS:
            in_threads(work, jobs)
        else:
            for job in jobs:
                work(job)

    def _shared(self) -> dict[str, Values]:
        """Return what this draw says of people before any of their stars are known."""
        people = self.people
        return {
            "prior_mean": people.mean,
            "prior_precision": people.precision,
            "choice_mean": people.added.mean(axis=0, dtype=np.float64),
            "choice_variance": people.added.var(axis=0, dtype=np.float64),
            "noise_precision": np.array(self.noise_precision),
        }


def _who_rated(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    """Return `matrix` without empty rows, its ratings where they were."""
    starts = matrix.indptr[np.concatenate([[True], np.diff(matrix.indptr) > 0])]
    return sparse.csr_matrix((matrix.data, matrix.indices, starts), shape=(len(starts) - 1, matrix.shape[1]))


def _parts(starts: NDArray[np.int32]) -> list[slice]:
    """Return the rows in parts of about as many ratings, so that threads have the same to do."""
    wanted = np.arange(0, starts[-1], _PART_RATINGS)
    borders = np.unique(np.concatenate([[0], np.searchsorted(starts[:-1], wanted), [len(starts) - 1]]))
    return [slice(int(first), int(last)) for first, last in pairwise(borders)]
