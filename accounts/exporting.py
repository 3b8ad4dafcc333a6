"""Everything that is kept about a person, as a zip that they take with them: tables (CSV), and all of it as JSON.

What belongs to a person is found by asking which tables point at raters, so that a table that is added later is in
the archive from its first day. The tables of ratings and of the watchlist have the columns that MovieLens and
Letterboxd read, and that this site reads back.
"""

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any

from allauth.account.models import EmailAddress
from django.db.models import Model, QuerySet
from django.utils.text import slugify

from accounts.models import (
    FilmList,
    HiddenMovie,
    ImportedRating,
    ListedMovie,
    MutedRating,
    RatingImport,
    TasteSettings,
    User,
    WatchlistEntry,
)
from catalog.models import Movie, Rater, Rating
from catalog.spreadsheets import defused

_AT_ONCE = 2_000
_NAMES: dict[type[Model], str] = {
    User: "account",
    Rating: "ratings",
    WatchlistEntry: "watchlist",
    HiddenMovie: "hidden",
    MutedRating: "muted",
    TasteSettings: "settings",
    FilmList: "lists",
    RatingImport: "imports",
}
# What hangs on a person by way of something else of theirs. Others' seats at their movie nights are the others' own.
_FURTHER: tuple[tuple[type[Model], str, str], ...] = (
    (ListedMovie, "film_list__owner", "films-on-lists"),
    (ImportedRating, "rating_import__rater", "imported-ratings"),
    (EmailAddress, "user__rater", "email-addresses"),
)
# Of an account, what its owner knows or has chosen: never the password's hash.
_OF_ACCOUNTS = {"username", "first_name", "last_name", "email", "date_joined", "last_login", "is_demo", "shares_taste"}


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of one model that belong to a person, under the name of their file."""

    name: str
    rows: QuerySet[Any]
    fields: tuple[Any, ...]

    @property
    def headings(self) -> list[str]:
        """The columns of the table as CSV."""
        return [heading for field in self.fields for heading in _headings(field)]

    def line(self, row: Any) -> list[object]:
        """Return a row as CSV has it."""
        return [cell for field in self.fields for cell in _cells(_value(field, row))]

    def record(self, row: Any) -> dict[str, Any]:
        """Return a row as JSON has it, a film as an object of its own."""
        return {field.name: _value(field, row) for field in self.fields}

    def __iter__(self) -> Iterator[Any]:
        return self.rows.iterator(chunk_size=_AT_ONCE)


class RatingsTable(Table):
    """Ratings, with MovieLens' columns first and Letterboxd's after them."""

    @property
    def headings(self) -> list[str]:
        """The columns of both sites."""
        return [
            "userId",
            "movieId",
            "rating",
            "timestamp",
            "imdbID",
            "tmdbID",
            "Title",
            "Year",
            "Rating10",
            "numbering",
        ]

    def line(self, row: Rating) -> list[object]:
        """Return a rating as both sites read it."""
        film = _film(row.movie)
        of_movielens = [row.rater.public_id, film["movieId"], row.stars, int(row.rated_at.timestamp())]
        of_letterboxd = [film["imdbID"], film["tmdbID"], film["Title"], film["Year"], row.half_stars]
        return [*of_movielens, *of_letterboxd, film["numbering"]]


def write_archive(*, rater: Rater, to: IO[bytes], at: datetime) -> None:
    """Write everything that is kept about `rater` to `to`, which can seek. No table is ever in memory as a whole."""
    tables = list(tables_of(rater))
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as archive:
        for table in tables:
            with _file(archive, f"{table.name}.csv") as text:
                lines = csv.writer(text)
                lines.writerow(table.headings)
                lines.writerows([defused(cell) for cell in table.line(row)] for row in table)
        with _file(archive, "everything.json") as text:
            text.write(json.dumps({"exported_at": at.isoformat()})[:-1])
            for table in tables:
                _write_records(text, table)
            text.write("}\n")


def tables_of(rater: Rater) -> Iterator[Table]:
    """Yield everything that belongs to a person: what points at them, and what points at that."""
    yield _table("person", Rater.objects.filter(pk=rater.pk))
    for pointer in pointers():
        model = pointer.model
        name = _NAMES.get(model) or slugify(str(model._meta.verbose_name_plural))
        yield _table(name, model._default_manager.filter(**{pointer.name: rater}), besides=pointer)
    for model, path, name in _FURTHER:
        yield _table(name, model._default_manager.filter(**{path: rater}))


def pointers() -> list[Any]:
    """Return the fields of all models that point at raters."""
    relations: Any = Rater._meta.get_fields(include_hidden=True)
    return [relation.field for relation in relations if relation.auto_created and not relation.concrete]


def _table(name: str, rows: QuerySet[Any], besides: object = None) -> Table:
    columns = rows.model._meta.concrete_fields
    fields = tuple(column for column in columns if _is_told(column) and column is not besides)
    related = [column.name for column in columns if column.is_relation]
    ordered = rows.order_by("pk").select_related(*related) if related else rows.order_by("pk")
    return (RatingsTable if rows.model is Rating else Table)(name, ordered, fields)


def _is_told(column: Any) -> bool:
    is_number_of_ours = column.primary_key and not column.is_relation
    return not is_number_of_ours and (column.model is not User or column.name in _OF_ACCOUNTS)


def _value(column: Any, row: Any) -> Any:
    """Return what a row has in a column, as JSON can hold it."""
    value = getattr(row, column.name)
    if isinstance(value, Movie):
        return _film(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, Model) else value


def _film(movie: Movie) -> dict[str, Any]:
    """Return what a film is known by, here and elsewhere."""
    return {
        "movieId": movie.number,
        "numbering": movie.numbering,
        "imdbID": f"tt{movie.imdb_id:07d}" if movie.imdb_id else None,
        "tmdbID": movie.tmdb_id,
        "Title": movie.title,
        "Year": movie.year,
    }


def _headings(column: Any) -> list[str]:
    return list(_film(Movie())) if column.related_model is Movie else [column.name]


def _cells(value: Any) -> list[object]:
    """Return a value as one cell, a film as several, what has parts as JSON."""
    if isinstance(value, dict) and value.keys() == _film(Movie()).keys():
        return list(value.values())
    return [json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value]


@contextmanager
def _file(archive: zipfile.ZipFile, name: str) -> Iterator[IO[str]]:
    with archive.open(name, "w") as file, io.TextIOWrapper(file, "utf-8", newline="") as text:
        yield text


def _write_records(text: IO[str], table: Table) -> None:
    text.write(f",\n{json.dumps(table.name)}: [")
    for place, row in enumerate(table):
        text.write(",\n " if place else "\n ")
        json.dump(table.record(row), text, ensure_ascii=False)
    text.write("]")
