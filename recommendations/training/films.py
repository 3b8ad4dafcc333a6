"""From the tables of films, genres, tags and genomes to named features of films."""

from collections import defaultdict

import numpy as np
from django.db.models import Count
from numpy.typing import NDArray
from scipy import sparse

from catalog.models import Genome, GenomeTag, Movie, Tagging
from recommendations.data.features import RELEVANT, film_features
from recommendations.training.tables import raw_rows

_KEYS_BELOW = 2**31


class KeysTooLarge(Exception):
    """Films whose keys no list can hold; the message says what to do."""


def film_keys() -> NDArray[np.int64]:
    """Return the keys of all films, ascending: the columns of the matrix. Raises KeysTooLarge.

    A published list holds keys of four bytes, in which a larger one would be that of another film.
    """
    chunks = [np.array(rows, np.int64)[:, 0] for rows in raw_rows(Movie.objects.order_by("pk").values_list("pk"))]
    keys = np.concatenate([np.empty(0, np.int64), *chunks])
    if len(keys) and keys[-1] >= _KEYS_BELOW:
        raise KeysTooLarge(
            f"A film has the key {keys[-1]:,}, and lists hold keys below {_KEYS_BELOW:,}: start the table's keys anew "
            "and import the release again."
        )
    return keys


def known_of_films(movies: NDArray[np.int64]) -> tuple[sparse.csr_matrix, tuple[str, ...]]:
    """Return the features of films, whose ascending keys are `movies`, and their names; see `film_features`."""
    titles: dict[int, tuple[str, int | None]] = {}
    for rows in raw_rows(Movie.objects.order_by().values_list("pk", "title", "year")):
        titles.update((movie, (title, year)) for movie, title, year in rows)
    keys = movies.tolist()
    known = [titles.get(key, ("", None)) for key in keys]
    genres, tags = _genres(), _tags()
    relevance, names = _genome(movies)
    return film_features(
        films=len(keys),
        titles=[title for title, _ in known],
        years=[year for _, year in known],
        genres=[genres.get(key, []) for key in keys],
        tags=[tags.get(key, {}) for key in keys],
        genome=relevance,
        genome_names=names,
    )


def _genres() -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for rows in raw_rows(Movie.genres.through.objects.order_by().values_list("movie_id", "genre__name")):
        for movie, genre in rows:
            found[movie].append(genre)
    return found


def _tags() -> dict[int, dict[str, int]]:
    """Return for each film how many people put each tag on it."""
    found: dict[int, dict[str, int]] = defaultdict(dict)
    counted = Tagging.objects.order_by().values_list("movie_id", "tag__folded").annotate(people=Count("pk"))
    for rows in raw_rows(counted):
        for movie, tag, people in rows:
            found[movie][tag] = people
    return found


def _genome(movies: NDArray[np.int64]) -> tuple[sparse.csr_matrix | None, list[str]]:
    """Return the relevant part of the tag genome, films × tags, or None where there is none."""
    tags = dict(GenomeTag.objects.values_list("number", "name"))
    if not tags:
        return None, []
    names = [tags.get(number, str(number)) for number in range(1, max(tags) + 1)]
    rows, columns, values = [], [], []
    for movie, stored in Genome.objects.order_by("pk").values_list("movie_id", "relevance").iterator():
        relevance = np.frombuffer(stored, "<f2").astype(np.float32)[: len(names)]
        place = np.searchsorted(movies, movie)
        if place < len(movies) and movies[place] == movie:
            relevant = np.flatnonzero(relevance >= RELEVANT)
            rows.append(np.full(len(relevant), place))
            columns.append(relevant)
            values.append(relevance[relevant])
    if not rows:
        return None, []
    cells = np.concatenate(rows), np.concatenate(columns)
    return sparse.csr_matrix((np.concatenate(values), cells), shape=(len(movies), len(names))), names
