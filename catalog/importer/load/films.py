"""Stores films with their genres and their ids elsewhere."""

# ruff: noqa: S608  # names of tables and columns are ours; values are parameters

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.text import slugify

from catalog.importer.load.sql import Changes, Cursor, execute_for_ids, insert_rows, update_rows
from catalog.importer.parse import Film, Link
from catalog.importer.parse.films import LONGEST_GENRE

_COLUMNS = ("title", "listed_title", "original_title", "search_text", "year", "imdb_id", "tmdb_id")

Values = tuple[Any, ...]


def load_films(
    cursor: Cursor, films: Sequence[Film], links: Mapping[int, Link] | None, *, numbering: str, write: bool
) -> Changes:
    """Store films that are new or different, if `write`; return what there is to store.

    Without a file of links (None), the ids that are stored are kept.
    """
    stored = _stored(cursor, numbering)
    new: list[tuple[Film, Values]] = []
    different: list[tuple[int, Film, Values]] = []
    for film in films:
        key, genres, *before = stored.get(film.number, (None, (), *[None] * len(_COLUMNS)))
        values = _values(film, links, before)
        if key is None:
            new.append((film, values))
        elif (genres, *before) != (film.genres, *values):
            different.append((key, film, values))
    if write and (new or different):
        _insert(cursor, new, numbering)
        update_rows(cursor, "catalog_movie", ("id", *_COLUMNS), ((key, *values) for key, _, values in different))
        _set_genres(cursor, [film for film, _ in new] + [film for _, film, _ in different], numbering)
    return Changes(len(new), len(different), len(films) - len(new) - len(different))


def _stored(cursor: Cursor, numbering: str) -> dict[int, tuple[Any, ...]]:
    """Return {number: (key, names of genres, the columns' values)}."""
    cursor.execute(
        "SELECT link.movie_id, genre.name FROM catalog_movie_genres link JOIN catalog_genre genre"
        " ON genre.id = link.genre_id JOIN catalog_movie movie ON movie.id = link.movie_id WHERE movie.numbering = %s",
        [numbering],
    )
    genres: dict[int, list[str]] = {}
    for key, name in cursor:
        genres.setdefault(key, []).append(name)
    cursor.execute(f"SELECT number, id, {', '.join(_COLUMNS)} FROM catalog_movie WHERE numbering = %s", [numbering])
    return {number: (key, tuple(sorted(genres.get(key, ()))), *values) for number, key, *values in cursor}


def _values(film: Film, links: Mapping[int, Link] | None, before: Sequence[Any]) -> Values:
    if links is None:
        imdb_id, tmdb_id = before[-2:]
    else:
        _, imdb_id, tmdb_id = links.get(film.number, Link(film.number, None, None))
    return (film.title, film.listed_title, film.original_title, film.search_text, film.year, imdb_id, tmdb_id)


def _insert(cursor: Cursor, new: list[tuple[Film, Values]], numbering: str) -> None:
    columns = ("numbering", "number", "overview", *_COLUMNS)
    insert_rows(cursor, "catalog_movie", columns, ((numbering, film.number, "", *values) for film, values in new))


def _set_genres(cursor: Cursor, films: list[Film], numbering: str) -> None:
    genre_ids = _genre_ids(cursor, {genre for film in films for genre in film.genres})
    cursor.execute("SELECT number, id FROM catalog_movie WHERE numbering = %s", [numbering])
    movie_ids = dict(cursor.fetchall())
    execute_for_ids(
        cursor,
        lambda marks: f"DELETE FROM catalog_movie_genres WHERE movie_id IN ({marks})",
        [movie_ids[film.number] for film in films],
    )
    pairs = ((movie_ids[film.number], genre_ids[genre]) for film in films for genre in film.genres)
    insert_rows(cursor, "catalog_movie_genres", ("movie_id", "genre_id"), pairs)


def _genre_ids(cursor: Cursor, names: Iterable[str]) -> dict[str, int]:
    """Return {genre's name: key}, with genres made that are not there yet."""
    cursor.execute("SELECT name, slug FROM catalog_genre")
    slugs = dict(cursor.fetchall())
    new = sorted(set(names) - set(slugs))
    for name in new:
        slugs[name] = _free_slug(name, set(slugs.values()))
    insert_rows(cursor, "catalog_genre", ("name", "slug"), ((name, slugs[name]) for name in new))
    cursor.execute("SELECT name, id FROM catalog_genre")
    return dict(cursor.fetchall())


def _free_slug(name: str, taken: set[str]) -> str:
    """Return a slug that no other genre has, also for names without a Latin letter."""
    slug = base = slugify(name)[:LONGEST_GENRE] or "genre"
    number = 2
    while slug in taken:
        slug = f"{base[: LONGEST_GENRE - 6]}-{number}"
        number += 1
    return slug
