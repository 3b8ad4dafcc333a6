"""Where ratings to measure and to tune on come from: a MovieLens release as it is, or the site's own."""

from datetime import datetime
from pathlib import Path

import numpy as np
from scipy import sparse

from catalog.importer import PlainRelease, Progress, read_plain
from catalog.models import Genre
from recommendations.data import SideInformation
from recommendations.data.interactions import part_of
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
    side = part_of(snapshot.side, snapshot.interactions, matrix)
    return Dataset(SITE, matrix, side, genres=_genres_among(side))


def _genres_among(side: SideInformation) -> sparse.csr_matrix | None:
    """Return those of the films' features that are genres."""
    named = set(Genre.objects.values_list("name", flat=True))
    columns = [place for place, name in enumerate(side.film_feature_names) if name.removeprefix("genre:") in named]
    return None if side.film_features is None else sparse.csr_matrix(side.film_features[:, columns])


def _marks(columns: list[list[int]], width: int) -> sparse.csr_matrix:
    starts = np.concatenate([[0], np.cumsum([len(each) for each in columns])])
    places = np.array([place for each in columns for place in each], np.int32)
    return sparse.csr_matrix((np.ones(len(places), np.float32), places, starts), shape=(len(columns), width))
