"""From the tables of films, raters and ratings to one matrix and its IdMap, all of one moment."""

import hashlib
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from django.db.models import BigIntegerField, Case, F, QuerySet, When
from numpy.typing import NDArray
from scipy import sparse

from accounts.models import MutedRating
from catalog.models import Rater, Rating
from recommendations.data import IdMap, SideInformation
from recommendations.data.interactions import Ids, Positions, entries
from recommendations.data.preferences import row_of_each
from recommendations.training.films import film_keys, known_of_films
from recommendations.training.tables import joined_columns, numbers, one_moment, raw_rows

_HALF_STARS = np.dtype(np.int8)
_PARTS_AHEAD = 2


@dataclass(frozen=True)
class Snapshot:
    """Everything that a run is made from: of ratings those that were not muted.

    Attributes:
        interactions: users × films in stars, CSR float32; everybody who has rated anything.
        ids: who and what its rows and columns are.
        trains: which rows models may learn from, bool.
        taste_versions: each row's taste when its ratings were read, int64; 0 for those whose list is made in a way of
            their own, which is not the one that is published: theirs is older than any taste that they can have.
        side: what is known of films (genres, years, tags, words of titles, genome), and when each rating was given.
    """

    interactions: sparse.csr_matrix
    ids: IdMap
    trains: NDArray[np.bool_]
    taste_versions: NDArray[np.int64]
    side: SideInformation

    def training_matrix(self) -> sparse.csr_matrix:
        """Return the interactions with the rows of people who do not train made empty; all train: the same matrix."""
        if self.trains.all():
            return self.interactions
        return entries(self.interactions, self.trains[row_of_each(self.interactions)])

    def fingerprint(self) -> str:
        """Return the SHA-256 of the matrix and its ids: equal data, equal fingerprint."""
        matrix, digest = self.interactions, hashlib.sha256()
        for part in (self.ids.raters, self.ids.movies, self.trains, matrix.indptr, matrix.indices, matrix.data):
            digest.update(np.ascontiguousarray(part).data)
        return digest.hexdigest()


@dataclass(frozen=True)
class _Entries:
    """Ratings in the order of the table, by their places in the matrix: no column wider than its numbers need."""

    rows: Positions
    columns: Positions
    half_stars: NDArray[np.int8]
    times: NDArray[np.integer[Any]]


def extract() -> Snapshot:
    """Read the whole of it as of one moment, whatever is written meanwhile. Raises KeysTooLarge.

    Takes about 16 bytes a rating twice over at the end, when the rows are put in their order.
    """
    with one_moment():
        raters = _whole_numbers(_people(), 4)
        movies = film_keys()
        found = _entries(raters[:, 0], movies)
        features, names = known_of_films(movies)
    matrix, times = _ordered(found, (len(raters), len(movies)))
    active = np.diff(matrix.indptr) > 0
    starts = np.append(matrix.indptr[:-1][active], matrix.indptr[-1:])
    matrix = sparse.csr_matrix((matrix.data, matrix.indices, starts), shape=(len(starts) - 1, len(movies)))
    raters = raters[active]
    side = SideInformation(film_features=features, film_feature_names=names, times=times)
    return Snapshot(matrix, IdMap(raters[:, 1], movies), raters[:, 2] > 0, raters[:, 3], side)


def _people() -> QuerySet[Rater, Any]:
    """Return keys, public ids, whether models learn from them, and taste versions, by public id."""
    own_way = When(taste_settings__isnull=False, then=0)
    taste = Case(own_way, default=F("taste_version"), output_field=BigIntegerField())
    return Rater.objects.order_by("public_id").values_list("pk", "public_id", "trains", taste)


def _entries(raters: Ids, movies: Ids) -> _Entries:
    """Return all ratings of `raters` and `movies` but the muted; both are keys in the order of their places.

    A thread turns one part of the table into numbers while the database joins the next one.
    """
    texts = joined_columns(Rating.objects.all(), ("rater_id", "movie_id", "half_stars", "rated_at"))
    people, films = _Places(raters), _Places(movies)
    placed = partial(_placed, people, films, _muted(people, films))
    parts: list[Any] = []
    with ThreadPoolExecutor(1) as pool:
        ahead: deque[Future[Any]] = deque()
        for text in texts:
            ahead.append(pool.submit(placed, text))
            if len(ahead) > _PARTS_AHEAD:
                parts.append(ahead.popleft().result())
        parts += [part.result() for part in ahead]
    if not parts:
        none = np.empty(0, np.int32)
        return _Entries(none, none, none.astype(_HALF_STARS), none)
    return _Entries(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _muted(people: "_Places", films: "_Places") -> Ids:
    """Return the cells of the ratings that are not to speak: few, and none on most sites."""
    muted = _whole_numbers(MutedRating.objects.order_by().values_list("rater_id", "movie_id"), 2)
    return _cells(people.of(muted[:, 0]), films.of(muted[:, 1]))


def _cells(rows: Positions, columns: Positions) -> Ids:
    """Return one number for each place in the matrix, which has fewer than 2 to the power of 31 columns."""
    return rows.astype(np.int64) << 31 | columns


def _placed(
    people: "_Places", films: "_Places", muted: Ids, texts: list[str]
) -> tuple[Positions, Positions, Any, Any]:
    rater, movie, half_stars, rated_at = map(numbers, texts)
    rows, columns = people.of(rater), films.of(movie)
    keep = (rows >= 0) & (columns >= 0)
    if len(muted):
        keep &= ~np.isin(_cells(rows, columns), muted)
    return rows[keep], columns[keep], half_stars[keep].astype(_HALF_STARS), _narrow(rated_at[keep])


class _Places:
    """Where each of some keys stands among `keys`, which need not be sorted."""

    def __init__(self, keys: Ids) -> None:
        self._order = np.argsort(keys).astype(np.int32)
        self._sorted = keys[self._order]

    def of(self, wanted: Ids) -> Positions:
        """Return positions, int32, -1 for what is not there."""
        if not len(self._sorted):
            return np.full(len(wanted), -1, np.int32)
        found = np.minimum(np.searchsorted(self._sorted, wanted), len(self._sorted) - 1)
        return np.where(self._sorted[found] == wanted, self._order[found], np.int32(-1))


def _ordered(found: _Entries, shape: tuple[int, int]) -> tuple[sparse.csr_matrix, NDArray[np.integer[Any]]]:
    """Return the ratings as canonical CSR in stars, and their times in its order.

    Nothing is sorted but each row for itself: scipy counts the rows and puts every entry's number in its place.
    """
    numbers: Any = np.arange(len(found.rows), dtype=np.int32 if len(found.rows) < 2**31 else np.int64)
    order = sparse.coo_matrix((numbers, (found.rows, found.columns)), shape=shape).tocsr()
    stars = found.half_stars[order.data].astype(np.float32)
    stars /= 2
    return sparse.csr_matrix((stars, order.indices, order.indptr), shape=shape), found.times[order.data]


def _narrow(times: Ids) -> NDArray[np.integer[Any]]:
    """Return seconds since 1970 as int32 as long as they fit, which is until 2038."""
    fits = not len(times) or (times.min() >= -(2**31) and times.max() < 2**31)
    return times.astype(np.int32) if fits else times


def _whole_numbers(query: Any, columns: int) -> NDArray[np.int64]:
    """Return the rows of a query over whole numbers as one array, read in chunks."""
    chunks = [np.array(rows, np.int64) for rows in raw_rows(query)]
    return np.concatenate(chunks) if chunks else np.empty((0, columns), np.int64)
