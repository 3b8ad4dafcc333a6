"""Where ratings to measure and to tune on come from: a MovieLens release as it is, or the site's own."""

from datetime import datetime
from pathlib import Path

import numpy as np
from scipy import sparse

from catalog.importer import PlainRelease, Progress, read_plain
from catalog.models import Genre, Rating
from recommendations.data import SideInformation
from recommendations.data.interactions import Ids
from recommendations.evaluation import Dataset
from recommendations.training.extract import Snapshot, extract

SITE = "site"


class NoRatings(Exception):
    """A source without a single rating; the message says so."""


def dataset(source: str, *, datasets_dir: Path, now: datetime, progress: Progress) -> Dataset:
    """Return the ratings of a release (a zip, a folder, a name) or, for "site", those of the database.

    A release does not touch the database. Raises ImportRefused or NoRatings with a sentence.
    """
    if source != SITE:
        return of_release(read_plain(source, datasets_dir=datasets_dir, now=now, progress=progress))
    snapshot = extract()
    if not snapshot.interactions.nnz:
        raise NoRatings("The site has no ratings yet. Import a release first.")
    return of_site(snapshot)


def of_release(release: PlainRelease) -> Dataset:
    """Return a release as it was read: its people and films, ascending by number, are rows and columns."""
    selection = release.read.selection
    ratings = selection.ratings
    shape = (len(selection.people), len(selection.films))
    starts = np.concatenate([[0], np.cumsum(np.bincount(ratings.people, minlength=shape[0]))])
    stars = ratings.half_stars.astype(np.float32) / 2
    matrix = sparse.csr_matrix((stars, ratings.films.astype(np.int32), starts), shape=shape)
    names = tuple(sorted({genre for film in release.read.films for genre in film.genres}))
    genres = _marks([[names.index(genre) for genre in film.genres] for film in release.read.films], len(names))
    side = SideInformation(
        film_features=genres, film_feature_names=names, times=np.asarray(ratings.times).astype(np.int64)
    )
    return Dataset(release.name, matrix, side, release.lines, genres)


def of_site(snapshot: Snapshot) -> Dataset:
    """Return the site's own ratings; a person whom models may not learn from has an empty row."""
    matrix = snapshot.training_matrix()
    matrix.eliminate_zeros()
    named = set(Genre.objects.values_list("name", flat=True))
    side, genres = snapshot.side, None
    if side.film_features is not None:
        columns = [place for place, name in enumerate(side.film_feature_names) if name in named]
        genres = sparse.csr_matrix(side.film_features[:, columns])
    times = _times(snapshot, matrix)
    return Dataset(
        SITE, matrix, SideInformation(side.film_features, side.film_feature_names, side.people_features, times), None, genres
    )


def _times(snapshot: Snapshot, matrix: sparse.csr_matrix) -> Ids:
    """Return when each stored rating was given; one that came since the snapshot was read changes nothing."""
    rows = np.fromiter(
        Rating.objects.order_by().values_list("rater__public_id", "movie_id", "rated_at").iterator(),
        dtype=[("rater", np.int64), ("movie", np.int64), ("time", np.int64)],
    )
    people, films = snapshot.ids.rater_ix(rows["rater"]), snapshot.ids.movie_ix(rows["movie"])
    known = (people >= 0) & (films >= 0)
    cells = people[known].astype(np.int64) * matrix.shape[1] + films[known]
    order = np.argsort(cells)
    wanted = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr)) * matrix.shape[1] + matrix.indices
    found = np.minimum(np.searchsorted(cells, wanted, sorter=order), len(cells) - 1)
    times: Ids = rows["time"][known][order[found]]
    return times


def _marks(columns: list[list[int]], width: int) -> sparse.csr_matrix:
    starts = np.concatenate([[0], np.cumsum([len(each) for each in columns])])
    places = np.array([place for each in columns for place in each], np.int32)
    return sparse.csr_matrix((np.ones(len(places), np.float32), places, starts), shape=(len(columns), width))
