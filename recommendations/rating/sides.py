"""Inside the Gibbs sampler: one side of the ratings, people or films, and what is drawn of it without any rating."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recommendations.data.interactions import Scores
from recommendations.rating import kernels
from recommendations.rating.bayesian import Values
from recommendations.rating.features import inverse_root

_FIRST_SPREAD = 0.1
_FIRST_PRECISION = 5.0
# More entries than this cost more to draw twice than another sweep would.
_MOVED_ENTRIES = 500_000


@dataclass
class Features:
    """A group of features of one side, feature by feature, with their effects: features × columns."""

    starts: NDArray[np.int32]
    rows: NDArray[np.int32]
    values: Scores
    effects: Scores


@dataclass
class Side:
    """People or films: their ratings row by row, and everything drawn for them.

    Attributes:
        starts: where each row's ratings start.
        others: whose they are on the other side.
        values: centered and scaled stars.
        drawn: rows × columns: an offset or bias, and factors.
        added: what the features add to each row, which is drawn around it: as `drawn`.
        mean: of the rest of each column.
        precision: and one over its variance.
        weights: how much each row's ratings teach, beside 1 for an ordinary one.
        centered: whether the first column has a mean of zero, because the other side's first has one.
        generator: of this side's draws.
        features: in groups.
        moved: those groups whose effects are also drawn given the ratings.
    """

    starts: NDArray[np.int32]
    others: NDArray[np.int32]
    values: Scores
    drawn: Scores
    added: Scores
    mean: Values
    precision: Values
    weights: Values
    centered: bool
    generator: np.random.Generator
    features: list[Features] = field(default_factory=list)
    moved: list[Features] = field(default_factory=list)

    def draw_prior(self) -> None:
        """Draw what all rows have in common, and then the features' effects, given `drawn`."""
        own = self.drawn - self.added
        self._draw_common(own)
        left = own - self.mean.astype(np.float32)
        for group in self.features:
            normal = self.generator.standard_normal(group.effects.shape, np.float32)
            kernels.draw_effects(
                group.starts, group.rows, group.values, group.effects, self._spread(group.effects), self.precision,
                normal, left,
            )  # fmt: skip
        self.added = self.drawn - left - self.mean.astype(np.float32)

    def move(self, information: Scores, score: Scores) -> None:
        """Draw the effects of the groups to be moved given what the ratings say, rows × columns (× columns).

        Where a row has few ratings, its own part hardly lets go of an effect that is drawn around it. This way both
        move together.
        """
        for column in range(self.drawn.shape[1]):
            change = np.zeros(len(self.drawn), np.float32)
            known, toward = (np.ascontiguousarray(each) for each in (information[:, column, column], score[:, column]))
            for group in self.moved:
                precision = self._spread(group.effects[:, column : column + 1])[0]
                kernels.move_effects(
                    group.starts, group.rows, group.values, group.effects, column, precision,
                    self.generator.standard_normal(len(group.effects), np.float32), known, toward, change,
                )  # fmt: skip
            self.drawn[:, column] += change
            self.added[:, column] += change
            score -= information[:, column] * change[:, None]

    def _draw_common(self, own: Scores) -> None:
        count = len(own)
        squares = ((own - self.mean) ** 2).sum(axis=0) + self.mean**2
        self.precision = self.generator.standard_gamma((2 + count) / 2, len(self.mean)) / ((1 + squares) / 2)
        means = own.sum(axis=0, dtype=np.float64) / (count + 1)
        self.mean = self.generator.normal(means, 1 / np.sqrt(self.precision * (count + 1)))
        if self.centered:
            self.mean[0] = 0

    def _spread(self, effects: Scores) -> Values:
        """Draw the precision of a group's effects on each column."""
        squares = np.square(effects, dtype=np.float64).sum(axis=0)
        drawn: Values = self.generator.standard_gamma((1 + len(effects)) / 2, len(squares)) / ((1 + squares) / 2)
        return drawn


def sides(
    matrix: sparse.csr_matrix, film_features: Sequence[sparse.csc_matrix], factors: int, seed: int
) -> tuple[Side, Side]:
    """Return people and films before the first draw."""
    generators = np.random.default_rng(seed).spawn(2)
    people = _side(matrix, factors, generators[0], centered=True)
    films = _side(matrix.tocsc(), factors, generators[1], centered=False)
    people.features.append(_implicit(films, people))
    films.features.append(_implicit(people, films))
    films.features += [
        Features(group.indptr, group.indices, group.data, np.zeros((group.shape[1], factors + 1), np.float32))
        for group in film_features
    ]
    films.moved += [group for group in films.features if len(group.rows) <= _MOVED_ENTRIES]
    return people, films


def _side(
    ratings: sparse.csr_matrix | sparse.csc_matrix, factors: int, generator: np.random.Generator, *, centered: bool
) -> Side:
    rows, columns = len(ratings.indptr) - 1, factors + 1
    drawn = np.zeros((rows, columns), np.float32)
    drawn[:, 1:] = generator.normal(0, _FIRST_SPREAD, (rows, factors))
    index = (ratings.indptr.astype(np.int32, copy=False), ratings.indices.astype(np.int32, copy=False), ratings.data)
    common = np.zeros(columns), np.full(columns, _FIRST_PRECISION), np.ones(rows)
    return Side(*index, drawn, np.zeros_like(drawn), *common, centered, generator)


def _implicit(by: Side, of: Side) -> Features:
    """Return who or what each row of the side `of` has to do with, as features of it: 1 / √(how many it has)."""
    scale = inverse_root(np.diff(of.starts))
    return Features(by.starts, by.others, scale[by.others], np.zeros((len(by.drawn), by.drawn.shape[1]), np.float32))
