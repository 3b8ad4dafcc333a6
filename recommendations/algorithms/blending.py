"""How much each part of the hybrid has to say: learned from ratings that the parts were not shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recommendations.data.interactions import Positions, Scores, entries
from recommendations.data.preferences import is_implicit, likings, popularity_weights, row_of_each, with_films_weighted

LENGTHS = (1, 2, 5)
_HIDDEN_SHARE = 0.1
_TARGET_SHARE = 0.2
_CANDIDATES = 300
_DEPTH = 30
_STEPS = 20
_EQUAL_ROWS = 20
_LEAST = 0.03
_SHORTER = 35
# Whoever has rated a few films is easily served with what everybody has seen, and learns nothing from such a list: so
# finding a film counts less by this power of its ratings.
_SURPRISE = 0.15
# Variances below this part of the mean square are what float32 sums leave of none.
SAME = 1e-6

Weights = NDArray[np.float64]


class Lesson(NamedTuple):
    """Histories, the length from which on they are typical, and what finding each of the others' films gains."""

    length: float
    histories: sparse.csr_matrix
    wanted: sparse.csr_matrix

    def at(self, films: Positions) -> "Lesson":
        """Return the lesson with these films as its only columns."""
        if len(films) == self.wanted.shape[1]:
            return self
        return Lesson(self.length, self.histories[:, films], self.wanted[:, films])


@dataclass(frozen=True)
class Blend:
    """Weights of the parts for histories of some lengths; between two lengths they go over into each other.

    Attributes:
        parts: names, in the order of the weights.
        lengths: of histories, ascending, the first one 0.
        weights: a row for each length, a column for each part; no row is negative, each adds up to 1.
        slopes: for each part, how much of a standard deviation it goes up, on average, where content does by one:
            what is foreseen where it has no score.
    """

    parts: tuple[str, ...]
    lengths: tuple[float, ...]
    weights: tuple[tuple[float, ...], ...]
    slopes: tuple[float, ...]

    @classmethod
    def of(cls, facts: Mapping[str, Sequence[Any]]) -> "Blend":
        """Return a blend from JSON facts."""
        rows = tuple(tuple(row) for row in facts["weights"])
        return cls(tuple(facts["parts"]), tuple(facts["lengths"]), rows, tuple(facts["slopes"]))

    def only(self, parts: Sequence[str]) -> "Blend":
        """Return the blend of some of its parts, renormalised; where none of them had weight they have equal ones."""
        if tuple(parts) == self.parts:
            return self
        kept = [self.parts.index(name) for name in parts]
        weights = np.array(self.weights)[:, kept]
        weights[weights.sum(axis=1) == 0] = 1
        weights /= weights.sum(axis=1, keepdims=True)
        return Blend(tuple(parts), self.lengths, _rows(weights), tuple(self.slopes[place] for place in kept))

    def at(self, counts: NDArray[np.int_]) -> Scores:
        """Return the weights for histories of `counts` ratings: rows × parts, float32."""
        place = np.log1p(counts)
        known = np.log1p(self.lengths)
        columns = [np.interp(place, known, column) for column in np.transpose(self.weights)]
        return np.stack(columns, axis=1).astype(np.float32)


def standardized(scores: Scores, means: Scores, spreads: Scores) -> Scores:
    """Return `scores` (rows × films) so that each row's unseen films have mean 0 and standard deviation 1.

    `means` and `spreads` are those of `moments`. A row that says nothing becomes zeros.
    """
    result: Scores = scores - means[:, None]
    result *= np.divide(1, spreads, out=np.zeros_like(spreads), where=spreads > 0)[:, None]
    return result


def moments(scores: Scores, histories: sparse.csr_matrix) -> tuple[Scores, Scores]:
    """Return the mean and standard deviation of each row's unseen films; 0 where they are all the same.

    What was seen is left out: models that were fitted on it are surer of it than of anything else.
    """
    rows = row_of_each(histories)
    seen = scores[rows, histories.indices].astype(np.float64)
    unseen = np.maximum(scores.shape[1] - np.diff(histories.indptr), 1)
    means = (scores.sum(axis=1) - np.bincount(rows, seen, len(scores))) / unseen
    squares = np.einsum("ij,ij->i", scores, scores) - np.bincount(rows, seen**2, len(scores))
    return means.astype(np.float32), spreads_of(means, squares / unseen)


def spreads_of(means: Weights, squares: Weights) -> Scores:
    """Return standard deviations from means and mean squares; 0 where all values are the same."""
    variances = squares - means**2
    spreads: Scores = np.sqrt(np.where(variances > SAME * squares, variances, 0)).astype(np.float32)
    return spreads


def lessons(
    interactions: sparse.csr_matrix, films: Positions, share: float, most: int, generator: np.random.Generator
) -> tuple[sparse.csr_matrix, list[Lesson]]:
    """Return what parts may learn from for now, and lessons in what is hidden from them.

    A `share` of the people, at most `most`, is hidden whole: cut down to each of LENGTHS ratings for a lesson of its
    own, and shown four fifths of their ratings in the last one. That one also has up to four times `most` people of
    whom only a tenth of the ratings is hidden: most people that are served were in the training. What is wanted are
    those of the `films` that were hidden and rated at or above the person's own mean; in the short lessons a film that
    few have rated gains more than one that everybody knows.
    """
    counts = np.diff(interactions.indptr)
    order = generator.permutation(np.flatnonzero(counts >= 2))
    many = min(most, max(2, int(share * len(order))))
    strangers, known = np.sort(order[:many]), order[many : many + 4 * most]
    rows = row_of_each(interactions)
    liked = likings(interactions, implicit=is_implicit(interactions)).data >= 1
    liked &= np.isin(np.arange(interactions.shape[1]), films)[interactions.indices]
    hidden = np.isin(rows, known) & (generator.random(interactions.nnz) < _HIDDEN_SHARE)
    shown = entries(interactions, ~hidden & ~np.isin(rows, strangers))
    kept_back = entries(interactions, hidden & liked)
    tested = np.sort(known[np.diff(kept_back.indptr)[known] > 0])
    place = _shuffled_places(interactions, generator)

    def shown_first(many: NDArray[np.int_]) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
        first = place < many[rows]
        return entries(interactions, first)[strangers], entries(interactions, ~first & liked)[strangers]

    alike = np.ones(interactions.shape[1], np.float32)
    gains = popularity_weights(shown, _SURPRISE)
    short = [_asked(*shown_first(np.full(len(counts), length)), gains) for length in LENGTHS]
    histories, wanted = shown_first(np.ceil(counts * (1 - _TARGET_SHARE)).astype(int))
    histories = sparse.vstack([histories, shown[tested]], format="csr")
    last = _asked(histories, sparse.vstack([wanted, kept_back[tested]], format="csr"), alike)
    return shown, [*(lesson for lesson in short if 0 < lesson.length < last.length), *([last] if last.length else [])]


def learned(lesson: Lesson, parts: NDArray[np.floating[Any]]) -> Weights:
    """Return the weights of `parts` (parts × rows × films, standardised, any float) that order what was wanted best.

    Forward selection with replacement: again and again the part is added that raises NDCG@30 most; a weight is how
    often a part was taken. It hardly overfits, and parts that say nothing new are left at zero. A few rows' worth of
    equal weights are mixed in, which decides where there is little to learn from.
    Source: Caruana, Niculescu-Mizil, Crew and Ksikes, ICML 2004.
    """
    parts, gains, ideal = _candidates(lesson, parts)
    total = np.zeros(parts.shape[1:], np.float32)
    taken = np.zeros(len(parts))
    for _ in range(_STEPS):
        best = int(np.argmax([_ndcg(total + part, gains, ideal) for part in parts]))
        taken[best] += 1
        total += parts[best]
    rows = parts.shape[1]
    weights: Weights = (rows * taken / _STEPS + _EQUAL_ROWS / len(parts)) / (rows + _EQUAL_ROWS)
    weights[weights < _LEAST] = 0
    weights /= weights.sum()
    return weights


def slope(part: NDArray[np.floating[Any]], content: NDArray[np.floating[Any]]) -> float:
    """Return how much `part` goes up where `content` does by one, both standardised; not below 0."""
    up, along = part.astype(np.float32), content.astype(np.float32)
    return max(0.0, float(np.vdot(up, along)) / max(float(np.vdot(along, along)), 1e-9))


def blend_of(parts: Sequence[str], rows: Sequence[tuple[float, Weights]], slopes: Sequence[float]) -> Blend:
    """Return the blend of weights learned at some lengths; without ratings popularity has it all, if it is there."""
    nothing = np.array([float(name == "popularity") for name in parts])
    first = nothing if nothing.any() else np.full(len(parts), 1 / len(parts))
    lengths, weights = zip((0.0, first), *rows, strict=True)
    return Blend(tuple(parts), tuple(lengths), _rows(np.array(weights)), tuple(slopes))


def _rows(weights: Weights) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(float(weight) for weight in row) for row in weights)


def _asked(histories: sparse.csr_matrix, wanted: sparse.csr_matrix, gains: Scores) -> Lesson:
    """Return the lesson of those rows that want something, each wanted film with what finding it gains."""
    ones = sparse.csr_matrix((np.ones(wanted.nnz, np.float32), wanted.indices, wanted.indptr), wanted.shape)
    rows = np.flatnonzero((np.diff(wanted.indptr) > 0) & (np.diff(histories.indptr) > 0))
    length = float(np.percentile(np.diff(histories.indptr)[rows], _SHORTER)) if len(rows) else 0.0
    return Lesson(length, histories[rows], with_films_weighted(ones, gains)[rows])


def _shuffled_places(matrix: sparse.csr_matrix, generator: np.random.Generator) -> NDArray[np.int_]:
    """Return for each stored value its place in a random order of its row."""
    order = np.lexsort((generator.random(matrix.nnz), row_of_each(matrix)))
    place = np.empty(matrix.nnz, np.int_)
    place[order] = np.arange(matrix.nnz) - np.repeat(matrix.indptr[:-1], np.diff(matrix.indptr))
    return place


def _candidates(lesson: Lesson, parts: NDArray[np.floating[Any]]) -> tuple[Scores, Scores, Weights]:
    """Return the parts at each row's best candidates, what of these was wanted, and each row's ideal gain."""
    common = parts.mean(axis=0, dtype=np.float32)
    seen = row_of_each(lesson.histories), lesson.histories.indices
    common[seen] = -np.inf
    width = min(_CANDIDATES, common.shape[1])
    films = np.argpartition(-common, width - 1, axis=1)[:, :width]
    chosen = np.take_along_axis(parts, films[None], axis=2).astype(np.float32)
    chosen[:, np.isneginf(np.take_along_axis(common, films, axis=1))] = -1e3
    gains = np.take_along_axis(lesson.wanted.toarray(), films, axis=1)
    best = -np.sort(-lesson.wanted.toarray(), axis=1)[:, :_DEPTH]
    return chosen, gains, best @ _discounts(best.shape[1])


def _discounts(depth: int) -> Weights:
    discounts: Weights = 1 / np.log2(np.arange(2, depth + 2))
    return discounts


def _ndcg(scores: Scores, gains: Scores, ideal: Weights) -> float:
    depth = min(_DEPTH, scores.shape[1])
    found = np.argpartition(-scores, depth - 1, axis=1)[:, :depth]
    order = np.argsort(-np.take_along_axis(scores, found, axis=1), axis=1, kind="stable")
    gained = np.take_along_axis(gains, np.take_along_axis(found, order, axis=1), axis=1)
    return float((gained @ _discounts(depth) / ideal).mean())
