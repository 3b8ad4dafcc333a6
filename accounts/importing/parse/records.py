"""Between a file's cells and rows: which column means what, and whose file has such columns."""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from accounts.importing.parse import values
from accounts.importing.parse.refusal import FileRefused
from accounts.importing.parse.rows import Kind, Row, Source
from catalog.titles import split_title

Record = Mapping[str, object]

TITLE = ("title", "name", "filmname", "movietitle", "filmtitle", "movie", "film")
ORIGINAL_TITLE = ("originaltitle",)
YEAR = ("year", "releaseyear", "filmyear")
IMDB = ("imdbid", "const", "tconst", "imdb")
TMDB = ("tmdbid", "tmdb")
NUMBER = ("movieid", "movielensid")
RATING = ("yourrating", "yourated", "yourscore", "rating", "myrating", "userrating", "score", "stars", "rating10")
AT = ("daterated", "ratedat", "timestamp", "reviewdate", "addedat", "listedat", "created", "date", "watcheddate")
KIND = ("titletype", "type")

_NOT_FILMS = (
    "tvseries",
    "tvminiseries",
    "miniseries",
    "tvepisode",
    "videogame",
    "podcast",
    "show",
    "season",
    "episode",
)
_NOT_A_LETTER = re.compile(r"[\W_]+")
# Sites by the columns that only theirs have; the first that fits is it.
_MARKS: tuple[tuple[Source, frozenset[str]], ...] = (
    (Source.MARQUEE, frozenset({"numbering", "movieid"})),
    (Source.MOVIELENS, frozenset({"userid", "movieid", "rating"})),
    (Source.MOVIELENS, frozenset({"movieid", "imdbid", "tmdbid", "averagerating"})),
    (Source.LETTERBOXD, frozenset({"letterboxduri"})),
    (Source.IMDB, frozenset({"const", "titletype"})),
    (Source.IMDB, frozenset({"const", "yourrating"})),
    (Source.CRITICKER, frozenset({"filmid"})),
    (Source.CRITICKER, frozenset({"score", "filmname"})),
)


def column(heading: object) -> str:
    """Return a column's heading as columns are compared: "Your Rating" is "yourrating"."""
    return _NOT_A_LETTER.sub("", values.text(heading).casefold())


def source_of(columns: Iterable[str]) -> Source:
    """Return whose file has such columns, or refuse columns that no film can be read from."""
    there = frozenset(columns)
    for source, marks in _MARKS:
        if marks <= there:
            return source
    if not there.intersection((*TITLE, *IMDB, *TMDB, *NUMBER)):
        raise FileRefused(
            "No films could be found in this file. A table needs a first line that names its columns: "
            "title, year and rating."
        )
    return Source.TABLE


def row_of(record: Record, without_rating: Kind) -> Row:
    """Return the row that a record stands for; one that has no rating is of the kind `without_rating`."""
    rating = values.number(_first(record, RATING))
    row = Row(
        kind=_kind(record, rating, without_rating),
        title=values.text(_first(record, TITLE)),
        year=values.year(_first(record, YEAR)),
        original_title=values.text(_first(record, ORIGINAL_TITLE)),
        imdb_id=values.imdb_key(_first(record, IMDB)),
        tmdb_id=values.key(_first(record, TMDB)),
        number=values.key(_first(record, NUMBER)),
        numbering=values.text(record.get("numbering")) or "movielens",
        rating=rating if rating is not None and math.isfinite(rating) else None,
        at=values.moment(_first(record, AT)),
    )
    return row if row.year else _with_year_of_title(row)


def _kind(record: Record, rating: float | None, without_rating: Kind) -> Kind:
    if column(_first(record, KIND)).startswith(_NOT_FILMS):
        return Kind.NOT_A_FILM
    if rating is None:
        return without_rating
    return Kind.RATED if math.isfinite(rating) else Kind.UNREADABLE


def _first(record: Record, names: Iterable[str]) -> object:
    """Return the first of some cells that is not empty."""
    return next((record[name] for name in names if record.get(name) not in (None, "")), "")


def _with_year_of_title(row: Row) -> Row:
    """Take "Heat (1995)" apart, as MovieLens and Criticker write titles."""
    parts = split_title(row.title)
    if parts.year is None:
        return row
    return replace(row, title=parts.title, year=parts.year, original_title=row.original_title or parts.original_title)
