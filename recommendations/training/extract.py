"""From the tables of films, raters and ratings to one matrix and its IdMap."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray
from scipy import sparse

from catalog.models import Genre, Movie, Rater, Rating
from recommendations.data import IdMap, SideInformation

_CHUNK = 100_000


@dataclass(frozen=True)
class Snapshot:
    """Everything that a run is made from.

    Attributes:
        interactions: users × films in stars, CSR float32; everybody who has rated anything.
        ids: who and what its rows and columns are.
        trains: which rows models may learn from, bool.
        taste_versions: each row's taste when its ratings were read, int64.
        side: film features are genres.
        times: when each stored rating was given, seconds since 1970, int64, in the order of the matrix' own data.
    """

    interactions: sparse.csr_matrix
    ids: IdMap
    trains: NDArray[np.bool_]
    taste_versions: NDArray[np.int64]
    side: SideInformation
    times: NDArray[np.int64]

    def training_matrix(self) -> sparse.csr_matrix:
        """Return the interactions with the rows of people who do not train made empty."""
        return sparse.csr_matrix(sparse.diags_array(self.trains.astype(np.float32)) @ self.interactions)

    def fingerprint(self) -> str:
        """Return the SHA-256 of the matrix and its ids: equal data, equal fingerprint."""
        matrix, digest = self.interactions, hashlib.sha256()
        for part in (self.ids.raters, self.ids.movies, self.trains, matrix.indptr, matrix.indices, matrix.data):
            digest.update(np.ascontiguousarray(part).tobytes())
        return digest.hexdigest()


def extract() -> Snapshot:
    """Read the whole of it.

    Tastes are read before ratings: a rating that comes in between is in the matrix while its taste version is not,
    which only means that this person's list is made again when it is next looked at.
    """
    raters = _table(Rater.objects.order_by("public_id").values_list("pk", "public_id", "trains", "taste_version"), 4)
    movies = _table(Movie.objects.order_by("pk").values_list("pk"), 1)[:, 0]
    ratings = _table(Rating.objects.order_by().values_list("rater_id", "movie_id", "half_stars", "rated_at"), 4)
    rows, known = _places(raters[:, 0], ratings[:, 0])
    columns, listed = _places(movies, ratings[:, 1])
    keep = known & listed
    rated = np.bincount(rows[keep], minlength=len(raters)) > 0
    place = np.cumsum(rated) - 1
    stars = ratings[keep, 2].astype(np.float32) / 2
    shape = (int(rated.sum()), len(movies))
    cells = (place[rows[keep]], columns[keep])
    matrix = sparse.csr_matrix((stars, cells), shape=shape)
    times = sparse.csr_matrix((ratings[keep, 3], cells), shape=shape).data
    raters = raters[rated]
    return Snapshot(matrix, IdMap(raters[:, 1], movies), raters[:, 2] > 0, raters[:, 3], _genres(movies), times)


def _table(query: Any, columns: int) -> NDArray[np.int64]:
    """Return the rows of a query over whole numbers as one array, read in chunks."""
    chunks = [np.array(rows, np.int64) for rows in _chunks(query)]
    return np.concatenate(chunks) if chunks else np.empty((0, columns), np.int64)


def _chunks(query: Any) -> Iterator[list[tuple[Any, ...]]]:
    """Yield raw rows, past Django's converters, from a cursor that does not hold them all."""
    statement, parameters = query.query.sql_with_params()
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement, parameters)
        while rows := cursor.fetchmany(_CHUNK):
            yield rows


def _places(keys: NDArray[np.int64], wanted: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return where each of `wanted` stands in `keys`, which need not be sorted, and whether it does."""
    if not len(keys):
        return np.zeros(len(wanted), np.int64), np.zeros(len(wanted), np.bool_)
    order = np.argsort(keys)
    found = order[np.minimum(np.searchsorted(keys, wanted, sorter=order), len(keys) - 1)]
    return found, keys[found] == wanted


def _genres(movies: NDArray[np.int64]) -> SideInformation:
    """Return the films' genres as features."""
    names = list(Genre.objects.order_by("pk").values_list("pk", "name"))
    pairs = _table(Movie.genres.through.objects.order_by().values_list("movie_id", "genre_id"), 2)
    rows, listed = _places(movies, pairs[:, 0])
    columns, _ = _places(np.array([key for key, _ in names], np.int64), pairs[:, 1])
    ones = np.ones(int(listed.sum()), np.float32)
    features = sparse.csr_matrix((ones, (rows[listed], columns[listed])), shape=(len(movies), len(names)))
    return SideInformation(film_features=features, film_feature_names=tuple(name for _, name in names))
