"""Where the sample begins: films as MovieLens lists them, the ones written by hand first, best known at the top."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from catalog.titles import split_title

HERE = Path(__file__).parent
FILMS = HERE / "movies.csv"
TAGS = HERE / "tags.csv"


class Tagging(NamedTuple):
    """One row of tags.csv. People and films are numbered from 1, `time` is in seconds since 1970."""

    person: int
    film: int
    tag: str
    time: int


@dataclass(frozen=True)
class Film:
    """One row of movies.csv. Its place in a list of films is its fame: the first is the best known."""

    title: str
    year: int
    genres: tuple[str, ...]
    tags: tuple[str, ...]


def known_films() -> list[Film]:
    """Return the films written by hand, best known first."""
    tags: dict[int, list[str]] = {}
    for tagging in known_taggings():
        tags.setdefault(tagging.film, []).append(tagging.tag)
    return [
        Film(row["title"], year_of(row["title"]), tuple(row["genres"].split("|")), tuple(tags[int(row["movieId"])]))
        for row in _rows(FILMS)
    ]


def known_taggings() -> list[Tagging]:
    """Return the tags that invented people put on those films, in the order of the file."""
    return [Tagging(int(row["userId"]), int(row["movieId"]), row["tag"], int(row["timestamp"])) for row in _rows(TAGS)]


def year_of(title: str) -> int:
    """Return the year in a listed title, or raise ValueError when there is none."""
    year = split_title(title).year
    if year is None:
        raise ValueError(f"{title!r} is listed without a year.")
    return year


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
