"""Ratings as a matrix: users are rows, films are columns, stars are float32 in CSR; and what belongs beside it."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Positions = NDArray[np.int32]
Scores = NDArray[np.float32]
Ids = NDArray[np.int64]


class InvalidInteractions(ValueError):
    """A matrix that no model can learn from; the message says what is wrong with it."""


@dataclass(frozen=True)
class SideInformation:
    """What is known besides ratings. All of it is optional.

    Attributes:
        film_features: films × features, CSR float32 (genres, tags).
        film_feature_names: a name for each of those features.
        times: when each rating was given, seconds since 1970, int32 or int64, in the order of the matrix' own data.
    """

    film_features: sparse.csr_matrix | None = None
    film_feature_names: tuple[str, ...] = ()
    times: NDArray[np.integer[Any]] | None = None


@dataclass(frozen=True)
class IdMap:
    """The only place where keys become matrix positions and back.

    Attributes:
        raters: public ids of the users in the order of their rows, ascending, int64.
        movies: keys of the films in the order of their columns, ascending, int64.
    """

    raters: Ids
    movies: Ids

    def movie_ix(self, movie_ids: Any) -> Positions:
        """Return the columns of films, -1 for those that are not in the matrix."""
        return _positions(self.movies, movie_ids)

    def rater_ix(self, rater_ids: Any) -> Positions:
        """Return the rows of people, -1 for those that are not in the matrix."""
        return _positions(self.raters, rater_ids)

    def history(self, movie_ids: Any, stars: Any) -> sparse.csr_matrix:
        """Return one person's ratings as a matrix of one row; films that are not in the matrix are left out."""
        columns = self.movie_ix(movie_ids)
        known = columns >= 0
        order = np.argsort(columns[known], kind="stable")
        return sparse.csr_matrix(
            (np.asarray(stars, np.float32)[known][order], columns[known][order], [0, int(known.sum())]),
            shape=(1, len(self.movies)),
        )


def prepared(interactions: Any, side: SideInformation | None = None) -> tuple[sparse.csr_matrix, SideInformation]:
    """Return `interactions` as canonical CSR float32, users × films, and `side` with its times in the same order.

    The last of duplicate entries wins, and explicit zeros are dropped. The input is not changed. Raises
    InvalidInteractions for anything but a matrix of numbers, for fewer than two people or films, for no entry at all,
    for NaN, infinite or negative values, and for side information of another size, NaN or infinite features.
    """
    if not sparse.issparse(interactions):
        raise InvalidInteractions(f"Interactions must be a scipy sparse matrix, not {type(interactions).__name__}.")
    shape: tuple[int, ...] = getattr(interactions, "shape", ())
    if len(shape) != 2 or min(shape) < 2:
        raise InvalidInteractions(f"At least two people and two films are needed, not {shape}.")
    side = side or SideInformation()
    _check_side(side, shape, getattr(interactions, "nnz", 0))
    matrix, kept = _last_one_wins(interactions)
    if not np.isfinite(matrix.data).all():
        raise InvalidInteractions("Interactions hold NaN or infinite values.")
    if matrix.nnz and matrix.data.min() < 0:
        raise InvalidInteractions("Interactions hold negative values.")
    if side.times is not None:
        times = np.asarray(side.times, np.int64)[kept]
        side = replace(side, times=times[matrix.data != 0])
    matrix.eliminate_zeros()
    if not matrix.nnz:
        raise InvalidInteractions("The matrix is empty: there is nothing to learn from.")
    return matrix, side


def entries(matrix: sparse.csr_matrix, keep: NDArray[np.bool_]) -> sparse.csr_matrix:
    """Return a matrix of the same shape with only those stored values that the mask `keep` chooses."""
    before: NDArray[np.int64] = np.zeros(matrix.nnz + 1, np.int64)
    np.cumsum(keep, out=before[1:])
    return sparse.csr_matrix((matrix.data[keep], matrix.indices[keep], before[matrix.indptr]), shape=matrix.shape)


def part_of(side: SideInformation, whole: sparse.csr_matrix, part: sparse.csr_matrix) -> SideInformation:
    """Return `side` for `part`, a matrix with some of the entries of `whole`: its times are those of the entries.

    Both are canonical CSR of one shape.
    """
    if side.times is None:
        return side
    places = np.searchsorted(_cells(whole), _cells(part))
    return replace(side, times=side.times[places])


def some_people(matrix: sparse.csr_matrix, ratings: int, generator: np.random.Generator) -> NDArray[np.bool_]:
    """Return a mask of random people, at least one, who have about `ratings` together; all if they have no more."""
    counts = np.diff(matrix.indptr)
    if matrix.nnz <= ratings:
        return np.ones(len(counts), np.bool_)
    order = generator.permutation(np.flatnonzero(counts))
    chosen = np.zeros(len(counts), np.bool_)
    chosen[order[: max(1, np.searchsorted(np.cumsum(counts[order]), ratings, side="right"))]] = True
    return chosen


def of_people(
    matrix: sparse.csr_matrix, side: SideInformation, people: NDArray[np.bool_]
) -> tuple[sparse.csr_matrix, SideInformation]:
    """Return the rows of a canonical matrix that the mask `people` chooses, and what is known of them."""
    if people.all():
        return matrix, side
    if side.times is not None:
        side = replace(side, times=side.times[np.repeat(people, np.diff(matrix.indptr))])
    return sparse.csr_matrix(matrix[people]), side


def _check_side(side: SideInformation, shape: tuple[int, ...], ratings: int) -> None:
    features = side.film_features
    if features is not None and (not sparse.issparse(features) or features.shape[0] != shape[1]):
        raise InvalidInteractions(
            f"film_features must be a sparse matrix of {shape[1]} rows, not {np.shape(features)}."
        )
    if features is not None and not np.isfinite(features.data).all():
        raise InvalidInteractions("film_features holds NaN or infinite values.")
    if side.times is not None and np.shape(side.times) != (ratings,):
        raise InvalidInteractions(f"times must be {ratings} numbers, one for each rating, not {np.shape(side.times)}.")


def _cells(matrix: sparse.csr_matrix) -> Ids:
    rows = np.repeat(np.arange(matrix.shape[0], dtype=np.int64), np.diff(matrix.indptr))
    return rows * matrix.shape[1] + matrix.indices


def _last_one_wins(interactions: Any) -> tuple[sparse.csr_matrix, Any]:
    """Return canonical CSR float32, and which of the entries it kept, as an index."""
    if getattr(interactions, "format", "") == "csr" and interactions.has_canonical_format:
        return sparse.csr_matrix(interactions, dtype=np.float32, copy=True), slice(None)
    entries = interactions.tocoo()
    cell = entries.row.astype(np.int64) * interactions.shape[1] + entries.col
    # np.unique keeps the first of equal cells, so the entries are read backwards.
    _, last = np.unique(cell[::-1], return_index=True)
    keep = len(cell) - 1 - last
    values = entries.data[keep].astype(np.float32)
    return sparse.csr_matrix((values, (entries.row[keep], entries.col[keep])), shape=interactions.shape), keep


def _positions(ids: Ids, wanted: Any) -> Positions:
    wanted = np.asarray(wanted, np.int64)
    if not len(ids):
        return np.full(wanted.shape, -1, np.int32)
    found = np.minimum(np.searchsorted(ids, wanted), len(ids) - 1)
    return np.where(ids[found] == wanted, found, -1).astype(np.int32)
