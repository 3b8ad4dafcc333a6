"""From the tables of films, raters and ratings to one matrix and its IdMap."""

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from catalog.models import Movie, Rater, Rating
from recommendations.data import IdMap, SideInformation
from recommendations.data.interactions import entries
from recommendations.data.preferences import row_of_each
from recommendations.training.films import known_of_films, raw_rows


@dataclass(frozen=True)
class Snapshot:
    """Everything that a run is made from.

    Attributes:
        interactions: users × films in stars, CSR float32; everybody who has rated anything.
        ids: who and what its rows and columns are.
        trains: which rows models may learn from, bool.
        taste_versions: each row's taste when its ratings were read, int64.
        side: what is known of films (genres, years, tags, words of titles, genome), and when each rating was given.
    """

    interactions: sparse.csr_matrix
    ids: IdMap
    trains: NDArray[np.bool_]
    taste_versions: NDArray[np.int64]
    side: SideInformation

    def training_matrix(self) -> sparse.csr_matrix:
        """Return the interactions with the rows of people who do not train made empty."""
        return entries(self.interactions, self.trains[row_of_each(self.interactions)])

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
    keep = np.flatnonzero(known & listed)
    keep = keep[np.lexsort((columns[keep], rows[keep]))]
    counts = np.bincount(rows[keep], minlength=len(raters))
    raters, starts = raters[counts > 0], np.concatenate([[0], np.cumsum(counts[counts > 0])])
    stars = ratings[keep, 2].astype(np.float32) / 2
    matrix = sparse.csr_matrix((stars, columns[keep], starts), shape=(len(raters), len(movies)))
    features, names = known_of_films(movies)
    side = SideInformation(film_features=features, film_feature_names=names, times=ratings[keep, 3])
    return Snapshot(matrix, IdMap(raters[:, 1], movies), raters[:, 2] > 0, raters[:, 3], side)


def _table(query: Any, columns: int) -> NDArray[np.int64]:
    """Return the rows of a query over whole numbers as one array, read in chunks."""
    chunks = [np.array(rows, np.int64) for rows in raw_rows(query)]
    return np.concatenate(chunks) if chunks else np.empty((0, columns), np.int64)


def _places(keys: NDArray[np.int64], wanted: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return where each of `wanted` stands in `keys`, which need not be sorted, and whether it does."""
    if not len(keys):
        return np.zeros(len(wanted), np.int64), np.zeros(len(wanted), np.bool_)
    order = np.argsort(keys)
    found = order[np.minimum(np.searchsorted(keys, wanted, sorter=order), len(keys) - 1)]
    return found, keys[found] == wanted
