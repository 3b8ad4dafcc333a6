"""From a hybrid's parts to the lists of many people at once: the same sums as for one, in the cheapest order."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recommendations.algorithms.base import Recommender
from recommendations.algorithms.blending import SAME, Blend, moments, spreads_of, standardized
from recommendations.algorithms.factored import Factored
from recommendations.algorithms.linear import Linear
from recommendations.algorithms.ranking import best
from recommendations.data.interactions import Positions, Scores
from recommendations.data.preferences import preferences, row_of_each

_PEOPLE = 1_000
# Totals of so many bytes stay in the processors' shared cache while parts are added to them.
_BLOCK_BYTES = 8 * 1024**2


@dataclass(frozen=True)
class _Product:
    """A factored part: where its columns stand in the product, and what its moments are worked out from."""

    part: Factored
    films: Scores
    mean: NDArray[np.float64]
    gram: NDArray[np.float64]
    place: slice

    def people(self, histories: sparse.csr_matrix) -> Scores:
        """Return the vector of each history, with a 1 for the films' bias."""
        people = self.part.people(histories)
        ones = np.ones((len(people), self.films.shape[1] - people.shape[1]), np.float32)
        return np.ascontiguousarray(np.hstack([people, ones]))

    def moments(self, people: Scores, seen: sparse.csr_matrix) -> tuple[Scores, Scores]:
        """Return mean and deviation of each row's scores of unseen films without making one of them."""
        from recommendations.algorithms.blended_kernels import seen_moments  # noqa: PLC0415

        exact = people.astype(np.float64)
        unseen = np.maximum(len(self.films) - np.diff(seen.indptr), 1)
        taken = seen_moments(seen.indptr.astype(np.int64), seen.indices, people, self.films)
        means = (exact @ self.mean - taken[:, 0]) / unseen
        squares = np.einsum("ij,ij->i", exact @ self.gram, exact) - taken[:, 1]
        return means.astype(np.float32), spreads_of(means, squares / unseen)


class BlendedLists:
    """Σ_k w_k z_k of a hybrid at some films, for many histories.

    The sum of the factored parts is one factored model: their vectors, scaled, stand side by side, and one product of
    matrices gives the total; means and deviations follow from the films' mean and Gram matrix. A column of ones for
    each part takes its mean away, and where content foresees what a part does not know, columns of content stand in.
    Sparse linear parts are added row by row, others as they are.
    """

    def __init__(
        self, parts: Mapping[str, Recommender], blend: Blend, films: Positions, foreseen: Mapping[str, Positions]
    ) -> None:
        """Take the fitted `parts` of `blend`, the `films` that are listed, and which of these are foreseen."""
        self._blend, self._films = blend, films
        self._says = {name: _mask(len(films), foreseen[name]) for name in parts}
        self._products: dict[str, _Product] = {}
        self._foreseen: dict[bytes, tuple[list[int], slice]] = {}
        self._linear: dict[str, tuple[Linear, sparse.csr_matrix]] = {}
        self._others: dict[str, Recommender] = {}
        columns: list[Scores] = []
        for name, part in parts.items():
            if isinstance(part, Factored):
                self._add_product(name, part, columns)
            elif isinstance(part, Linear) and (weights := part.sparse_weights()) is not None:
                self._linear[name] = part, sparse.csr_matrix(weights[:, films])
            else:
                self._others[name] = part
        for place, name in enumerate(parts):
            if blend.slopes[place] and len(foreseen[name]):
                self._add_foreseen(name, place, columns)
        self._matrix = np.hstack(columns) if columns else np.zeros((len(films), 0), np.float32)

    def _add_product(self, name: str, part: Factored, columns: list[Scores]) -> None:
        bias = part.bias()
        own = part.films()[self._films]
        own = own if bias is None else np.hstack([own, np.asarray(bias)[self._films, None]])
        own = np.ascontiguousarray(own, np.float32)
        exact = own.astype(np.float64)
        start, says = sum(block.shape[1] for block in columns), self._says[name][:, None]
        place = slice(start, start + own.shape[1])
        self._products[name] = _Product(part, own, exact.sum(axis=0), exact.T @ exact, place)
        columns += [own * says, says]

    def _add_foreseen(self, name: str, place: int, columns: list[Scores]) -> None:
        """Let content speak for the films that a part does not know; parts that know the same films share columns."""
        says = self._says[name]
        if says.tobytes() not in self._foreseen:
            silent = 1 - says[:, None]
            start, content = sum(block.shape[1] for block in columns), self._products["content"].films
            self._foreseen[says.tobytes()] = [], slice(start, start + content.shape[1] + 1)
            columns += [content * silent, silent]
        self._foreseen[says.tobytes()][0].append(place)

    def recommend(self, histories: sparse.csr_matrix, n: int, exclude_seen: bool) -> tuple[Positions, Scores]:
        """Return everybody's best `n` films: positions among all films and scores, as `Recommender.recommend`."""
        positions = np.full((histories.shape[0], n), -1, np.int32)
        scores = np.zeros((histories.shape[0], n), np.float32)
        width = min(n, len(self._films))
        for rows, seen, totals in self._totals(histories):
            if exclude_seen:
                totals[row_of_each(seen), seen.indices] = 0
            found, scores[rows, :width] = best(totals, width)
            positions[rows, :width] = np.where(found >= 0, self._films[found], -1)
        return positions, scores

    def _totals(self, histories: sparse.csr_matrix) -> Iterator[tuple[slice, sparse.csr_matrix, Scores]]:
        """Yield some rows, what they have seen of the listed films, and their totals: float32, rows × listed films."""
        step = max(1, _BLOCK_BYTES // (4 * len(self._films)))
        for first in range(0, histories.shape[0], _PEOPLE):
            people = histories[first : first + _PEOPLE]
            all_seen = people if len(self._films) == people.shape[1] else sparse.csr_matrix(people[:, self._films])
            weights = self._blend.at(np.diff(people.indptr))
            taken = self._coefficients(people, all_seen, weights)
            for start in range(0, people.shape[0], step):
                part = slice(start, start + step)
                seen = all_seen[part]
                totals = taken[part] @ self._matrix.T
                self._add_others(people[part], seen, weights[part], totals)
                yield slice(first + start, first + start + len(totals)), seen, totals

    def _add_others(
        self, histories: sparse.csr_matrix, seen: sparse.csr_matrix, weights: Scores, totals: Scores
    ) -> None:
        """Add to `totals` what the parts say that are not factored."""
        for place, name in enumerate(self._blend.parts):
            shares, says = np.ascontiguousarray(weights[:, place]), self._says[name]
            if name in self._linear and shares.any():
                self._add_linear(name, histories, seen, shares, totals)
            elif name in self._others and shares.any():
                own = self._others[name].score(histories)
                own = own if own.shape == totals.shape else own[:, self._films]
                totals += shares[:, None] * says * standardized(own, *moments(own, seen))

    def _coefficients(self, histories: sparse.csr_matrix, seen: sparse.csr_matrix, weights: Scores) -> Scores:
        """Return what each row takes of each column of the matrix."""
        taken = np.zeros((histories.shape[0], self._matrix.shape[1]), np.float32)
        for place, name in enumerate(self._blend.parts):
            product, shares = self._products.get(name), weights[:, place]
            foresees = name == "content" and self._foreseen
            if product is None or not (shares.any() or foresees):
                continue
            people = product.people(histories)
            means, spreads = product.moments(people, seen)
            scale = np.divide(1, spreads, out=np.zeros_like(spreads), where=spreads > 0)
            taken[:, product.place] = people * (shares * scale)[:, None]
            taken[:, product.place.stop] = -shares * scale * means
            if foresees:
                content = np.hstack([people, -means[:, None]]) * scale[:, None]
                for places, columns in self._foreseen.values():
                    slopes = np.array(self._blend.slopes, np.float32)[places]
                    taken[:, columns] = content * (weights[:, places] @ slopes)[:, None]
        return taken

    def _add_linear(
        self, name: str, histories: sparse.csr_matrix, seen: sparse.csr_matrix, shares: Scores, totals: Scores
    ) -> None:
        from recommendations.algorithms.blended_kernels import add_linear  # noqa: PLC0415

        part, weights = self._linear[name]
        wanted = preferences(histories, implicit=part.implicit_)
        add_linear(
            _starts(wanted), wanted.indices, wanted.data, _starts(weights), weights.indices, weights.data,
            _starts(seen), seen.indices, self._says[name], shares, SAME, totals,
        )  # fmt: skip


def _mask(size: int, silent: Positions) -> Scores:
    says = np.ones(size, np.float32)
    says[silent] = 0
    return says


def _starts(matrix: sparse.csr_matrix) -> NDArray[np.int64]:
    return matrix.indptr.astype(np.int64)
