"""Item-KNN on a cluster: the same exact neighbours as `algorithms.item_knn`, from a grid of blocks of likenesses.

Films are dealt out to so many groups that two groups make one small dense block, which is one task's. Every person's
ratings go to the tasks of the pairs of groups they touch; a task adds up products as they come and keeps the best of
each film. No machine ever holds films × films likenesses, or all ratings.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow.compute import list_value_length
from pyspark.sql import DataFrame
from pyspark.sql import functions as sql
from scipy import sparse

from recommendations.algorithms.item_knn import ItemKNN, ItemKNNConfig
from recommendations.algorithms.ranking import best, block_rows
from recommendations.data.interactions import Scores
from recommendations.data.preferences import likings
from recommendations.spark.blocks import Batches, lists, matrix_of
from recommendations.spark.facts import facts

# Films of a group: two of them make a block of 36 MB.
GROUP_FILMS = 3_000
_CSR = ("starts", "columns", "values")
_PIECE = "pair int, place bigint, " + ", ".join(f"{side}_{part} binary" for side in ("left", "right") for part in _CSR)
_NEIGHBORS = "film int, movies array<int>, likenesses array<float>"


@dataclass(frozen=True)
class _Wanted:
    """How a batch of histories becomes the matrix whose columns are compared: damped likings, as on one machine."""

    films: int
    implicit: bool
    damping: float

    def of(self, batch: pa.RecordBatch) -> sparse.csr_matrix:
        """Return them, people × films. Their common scale is left to the shrinkage."""
        stars = matrix_of(batch, self.films)
        counts = np.diff(stars.indptr)
        weights = np.repeat(np.maximum(counts, 1).astype(np.float32) ** -self.damping, counts)
        values = likings(stars, implicit=self.implicit).data * weights
        return sparse.csr_matrix((values, stars.indices, stars.indptr), shape=stars.shape)


@dataclass(frozen=True)
class _Grid:
    """Which film is in which group (every `groups`-th one, so that all have as much to do), and pairs of groups."""

    films: int
    groups: int

    def pairs(self) -> list[tuple[int, int]]:
        return [(left, right) for left in range(self.groups) for right in range(left, self.groups)]

    def members(self, group: int) -> NDArray[np.int64]:
        return np.arange(group, self.films, self.groups)


def fit(histories: DataFrame, films: int, config: ItemKNNConfig, *, group_films: int = GROUP_FILMS) -> ItemKNN:
    """Return an ItemKNN fitted on `histories` (see `blocks`), equal to the local one but for rounding.

    Time O(Σ_u n_u²) over all cores; each rating is sent to films / `group_films` tasks at most. A task needs
    memory O(`group_films`²), the driver O(films · neighbors).
    """
    ratings = sql.size("movies")
    # Local weights are divided by their root mean square over the ratings. Here that is left to the shrinkage.
    mean_square = sql.sum(sql.pow(ratings, sql.lit(1 - 2 * config.activity_damping))) / sql.sum(ratings)
    rated = facts(histories, mean_square)
    wanted = _Wanted(films, rated.implicit, config.activity_damping)
    squares = histories.mapInArrow(partial(_squares, wanted=wanted), "film int, square double")
    sums = squares.groupBy("film").agg(sql.sum("square").alias("square")).toArrow()
    norms = np.zeros(films, np.float32)
    norms[np.asarray(sums["film"])] = np.sqrt(np.asarray(sums["square"]))
    model = ItemKNN(config)
    model.films_, model.implicit_ = films, rated.implicit
    model.known_ = np.zeros(films, np.bool_)
    model.known_[np.asarray(sums["film"])] = True
    found = _neighbors(histories, wanted, norms, config, config.shrinkage * rated.weight, group_films)
    model.weights_ = _weights(found, films, config.amplification)
    return model


def _squares(batches: Batches, wanted: _Wanted) -> Batches:
    """Return each film's sum of squares, once per task."""
    sums, counts = np.zeros(wanted.films), np.zeros(wanted.films, np.int64)
    for batch in batches:
        values = wanted.of(batch)
        sums += np.bincount(values.indices, values.data.astype(np.float64) ** 2, minlength=wanted.films)
        counts += np.bincount(values.indices, minlength=wanted.films)
    rated = np.flatnonzero(counts)
    yield pa.RecordBatch.from_arrays([pa.array(rated, pa.int32()), pa.array(sums[rated])], ["film", "square"])


def _neighbors(
    histories: DataFrame, wanted: _Wanted, norms: Scores, config: ItemKNNConfig, shrinkage: float, group_films: int
) -> pa.Table:
    """Return the kept neighbours of each film, in no order of films, each film's by likeness."""
    grid = _Grid(wanted.films, -(-wanted.films // group_films))
    pairs = len(grid.pairs())
    pieces = histories.mapInArrow(partial(_pieces, wanted=wanted, grid=grid), _PIECE)
    candidates = (
        pieces.repartition(pairs, "pair")
        .sortWithinPartitions("pair", "place")
        .mapInArrow(
            partial(_likenesses, grid=grid, norms=norms, most=config.neighbors, shrinkage=shrinkage), _NEIGHBORS
        )
    )
    return (
        candidates.repartition(pairs, "film").mapInArrow(partial(_merged, most=config.neighbors), _NEIGHBORS).toArrow()
    )


def _pieces(batches: Batches, wanted: _Wanted, grid: _Grid) -> Batches:
    """Cut each batch into the parts that each pair of groups needs: only people who have films in both."""
    schema = pa.schema(
        [("pair", pa.int32()), ("place", pa.int64()), *((name, pa.binary()) for name in _piece_columns())]
    )
    for batch in batches:
        place = batch.column("rater")[0].as_py()  # pieces are added in this order, so that sums are rounded alike
        by_film = wanted.of(batch).tocsc()
        groups = [by_film[:, grid.members(group)].tocsr() for group in range(grid.groups)]
        has = [np.diff(part.indptr) > 0 for part in groups]
        for pair, (left, right) in enumerate(grid.pairs()):
            both = np.flatnonzero(has[left] & has[right])
            if len(both):
                parts = _bytes_of(groups[left][both]) + _bytes_of(groups[right][both] if left != right else None)
                yield pa.RecordBatch.from_pylist(
                    [{"pair": pair, "place": place, **dict(zip(_piece_columns(), parts, strict=True))}], schema
                )


def _piece_columns() -> list[str]:
    return [f"{side}_{part}" for side in ("left", "right") for part in _CSR]


def _bytes_of(matrix: sparse.csr_matrix | None) -> list[bytes]:
    if matrix is None:
        return [b"", b"", b""]
    types = (matrix.indptr, np.int32), (matrix.indices, np.int32), (matrix.data, np.float32)
    return [np.asarray(array, kind).tobytes() for array, kind in types]


def _matrix_from(row: dict[str, Any], side: str, films: int) -> sparse.csr_matrix:
    starts, columns = (np.frombuffer(row[f"{side}_{part}"], np.int32) for part in _CSR[:2])
    values = np.frombuffer(row[f"{side}_values"], np.float32)
    return sparse.csr_matrix((values, columns, starts), shape=(len(starts) - 1, films))


def _likenesses(batches: Batches, grid: _Grid, norms: Scores, most: int, shrinkage: float) -> Batches:
    """Add up the products of a pair as its pieces come, which are in the order of pairs, and keep the best of each."""
    current, sums = -1, np.zeros((0, 0), np.float32)
    for row in (row for batch in batches for row in batch.to_pylist()):
        if row["pair"] != current:
            yield from _best_of_pair(sums, current, grid, norms, most, shrinkage)
            current = row["pair"]
            sums = np.zeros([len(grid.members(group)) for group in grid.pairs()[current]], np.float32)
        left = _matrix_from(row, "left", sums.shape[0])
        right = _matrix_from(row, "right", sums.shape[1]) if row["right_starts"] else left
        products = (left.T @ right).tocoo()
        sums[products.row, products.col] += products.data
    yield from _best_of_pair(sums, current, grid, norms, most, shrinkage)


def _best_of_pair(sums: Scores, pair: int, grid: _Grid, norms: Scores, most: int, shrinkage: float) -> Batches:
    """Yield for each film of both groups the best of the other group: for a group with itself once."""
    if pair < 0:
        return
    left, right = (grid.members(group) for group in grid.pairs()[pair])
    yield from _best_of_rows(sums, left, right, norms, most, shrinkage)
    if grid.pairs()[pair][0] != grid.pairs()[pair][1]:
        yield from _best_of_rows(sums.T, right, left, norms, most, shrinkage)


def _best_of_rows(
    sums: Scores, films: NDArray[np.int64], others: NDArray[np.int64], norms: Scores, most: int, shrinkage: float
) -> Iterator[pa.RecordBatch]:
    step = min(512, block_rows(len(others)))
    for start in range(0, len(films), step):
        rows = films[start : start + step]
        below = norms[rows, None] * norms[None, others] + np.float32(shrinkage)
        block = sums[start : start + step] / np.maximum(below, np.finfo(np.float32).tiny)
        block[rows[:, None] == others[None, :]] = 0
        found, likenesses = best(block, most)
        kept = found >= 0
        starts = np.concatenate([[0], np.cumsum(kept.sum(axis=1))])
        movies = others[found[kept]].astype(np.int32)
        yield _neighbor_batch(rows, starts, movies, likenesses[kept])


def _neighbor_batch(films: NDArray[Any], starts: NDArray[Any], movies: NDArray[Any], values: Scores) -> pa.RecordBatch:
    columns = [pa.array(films, pa.int32()), lists(starts, movies), lists(starts, values)]
    return pa.RecordBatch.from_arrays(columns, ["film", "movies", "likenesses"])


def _merged(batches: Batches, most: int) -> Batches:
    """Keep the `most` best of all candidates of each film; a partition has all candidates of its films."""
    received = list(batches)
    if not received:
        return
    table = pa.Table.from_batches(received)
    counts = np.asarray(list_value_length(table["movies"]), np.int64)
    film = np.repeat(np.asarray(table["film"]), counts)
    movies = np.asarray(table["movies"].combine_chunks().flatten(), np.int32)
    values = np.asarray(table["likenesses"].combine_chunks().flatten(), np.float32)
    order = np.lexsort((movies, -values, film))
    films, starts = np.unique(film[order], return_index=True)
    place = np.arange(len(order)) - np.repeat(starts, np.diff([*starts, len(order)]))
    order, place = order[place < most], place[place < most]
    starts = np.append(np.flatnonzero(place == 0), len(order))
    yield _neighbor_batch(films, starts, movies[order], values[order])


def _weights(found: pa.Table, films: int, amplification: float) -> sparse.csr_matrix:
    """Return the neighbours as ItemKNN keeps them: CSR, each row by likeness, raised to a power."""
    counts = np.zeros(films, np.int64)
    by_film = found.sort_by("film")
    counts[np.asarray(by_film["film"])] = np.asarray(list_value_length(by_film["movies"]))
    starts = np.concatenate([[0], np.cumsum(counts)])
    movies = np.asarray(by_film["movies"].combine_chunks().flatten(), np.int32)
    values = np.asarray(by_film["likenesses"].combine_chunks().flatten(), np.float32)
    return sparse.csr_matrix((values ** np.float32(amplification), movies, starts), shape=(films, films))
