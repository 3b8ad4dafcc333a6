"""Where ratings to measure and to tune on come from: a MovieLens release as it is, or the site's own."""

from collections import Counter
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
from scipy import sparse

from catalog.importer import PlainRelease, Progress, ReadRelease, read_plain
from recommendations.data import SideInformation
from recommendations.data.features import film_features
from recommendations.data.preferences import row_of_each
from recommendations.evaluation import Dataset
from recommendations.evaluation.dataset import only
from recommendations.training.extract import Snapshot, extract

SITE = "site"
GENRE = "genre:"


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
    features, names = _features(release.read)
    times = np.asarray(ratings.times).astype(np.int64)
    side = SideInformation(film_features=features, film_feature_names=names, times=times)
    return Dataset(release.name, matrix, side, release.lines, _genres_among(side))


def of_site(snapshot: Snapshot) -> Dataset:
    """Return the site's own ratings; a person whom models may not learn from has an empty row."""
    trains = snapshot.trains[row_of_each(snapshot.interactions)]
    side = replace(snapshot.side, times=snapshot.times[trains])
    return Dataset(SITE, only(snapshot.interactions, trains), side, genres=_genres_among(side))


def _features(read: ReadRelease) -> tuple[sparse.csr_matrix, tuple[str, ...]]:
    """Return what a release tells of its films, and the features' names."""
    taggings, genome = read.taggings, read.genome
    tags: list[Counter[str]] = [Counter() for _ in read.films]
    for film, tag in zip(taggings.films.tolist(), taggings.tags.tolist(), strict=True):
        tags[film][taggings.names[tag][0]] += 1
    relevance, genome_names = None, tuple[str, ...]()
    if genome is not None:
        relevance = np.zeros((len(read.films), genome.relevance.shape[1]), np.float32)
        relevance[genome.films] = genome.relevance
        genome_names = tuple(genome.names.get(number + 1, "") for number in range(relevance.shape[1]))
    return film_features(
        films=len(read.films),
        titles=[film.title for film in read.films],
        years=[film.year for film in read.films],
        genres=[film.genres for film in read.films],
        tags=tags,
        genome=relevance,
        genome_names=genome_names,
    )


def _genres_among(side: SideInformation) -> sparse.csr_matrix | None:
    """Return those of the films' features that are genres: all of them, where none has a kind in its name."""
    if side.film_features is None:
        return None
    have_kinds = any(":" in name for name in side.film_feature_names)
    columns = [place for place, name in enumerate(side.film_feature_names) if name.startswith(GENRE) or not have_kinds]
    return sparse.csr_matrix(side.film_features[:, columns])
