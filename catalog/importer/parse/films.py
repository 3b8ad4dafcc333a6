"""From lines on films, and on their ids elsewhere, to films."""

from typing import NamedTuple

from catalog.importer.parse.layouts import GENRES_OF_100K
from catalog.importer.parse.lines import BadRow
from catalog.importer.parse.values import id_number, short_text, whole_number
from catalog.titles import search_text, split_title

LONGEST_TITLE = 300
LONGEST_GENRE = 40
# Below this, JSON numbers carry an id without loss.
LIMIT_OF_FOREIGN_IDS = 2**53

_NO_GENRES = {"", "unknown", "(no genres listed)"}
_SAME_GENRE = {"Children's": "Children"}


class Film(NamedTuple):
    """A film as a release lists it, with its title taken apart. Genres are sorted."""

    number: int
    title: str
    listed_title: str
    original_title: str
    search_text: str
    year: int | None
    genres: tuple[str, ...]


class Link(NamedTuple):
    """A film's ids elsewhere."""

    number: int
    imdb_id: int | None
    tmdb_id: int | None


def film_of(fields: list[str]) -> Film:
    """Return the film of a line of movies.csv, movies.dat or u.item."""
    number, listed = id_number(fields[0], "movieId"), short_text(fields[1], "title", longest=LONGEST_TITLE)
    genres = fields[2].split("|") if len(fields) == 3 else _flagged(fields[5:])
    title, year, original, _ = split_title(listed)
    return Film(number, title, listed, original, search_text(listed), year, _tidy(genres))


def link_of(fields: list[str]) -> Link:
    """Return the ids of a line of links.csv, in which IMDb's and TMDB's may be missing."""
    return Link(id_number(fields[0], "movieId"), _foreign_id(fields[1], "imdbId"), _foreign_id(fields[2], "tmdbId"))


def _flagged(flags: list[str]) -> list[str]:
    for genre, flag in zip(GENRES_OF_100K, flags, strict=True):
        if flag not in {"0", "1"}:
            raise BadRow(genre, "not_a_flag", f"{genre} must be 0 or 1.")
    return [genre for genre, flag in zip(GENRES_OF_100K, flags, strict=True) if flag == "1"]


def _tidy(genres: list[str]) -> tuple[str, ...]:
    names = {_SAME_GENRE.get(name, name) for name in (" ".join(genre.split()) for genre in genres)} - _NO_GENRES
    if any(len(name) > LONGEST_GENRE for name in names):
        raise BadRow("genres", "too_long", f"A genre's name is longer than {LONGEST_GENRE} characters.")
    return tuple(sorted(names))


def _foreign_id(text: str, column: str) -> int | None:
    number = whole_number(text, column) if text else 0
    if number >= LIMIT_OF_FOREIGN_IDS:
        raise BadRow(column, "out_of_range", f"{column} is absurdly large.")
    return number or None
