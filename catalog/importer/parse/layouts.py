"""What GroupLens' files look like: their names, columns, separators and encodings, release by release."""

from dataclasses import dataclass
from typing import Literal

RATING_COLUMNS = ("userId", "movieId", "rating", "timestamp")
TAG_COLUMNS = ("userId", "movieId", "tag", "timestamp")
FILM_COLUMNS = ("movieId", "title", "genres")

# The flags of u.item, in their order. "unknown" is the name of no genre.
GENRES_OF_100K = (
    "unknown",
    "Action",
    "Adventure",
    "Animation",
    "Children's",
    "Comedy",
    "Crime",
    "Documentary",
    "Drama",
    "Fantasy",
    "Film-Noir",
    "Horror",
    "Musical",
    "Mystery",
    "Romance",
    "Sci-Fi",
    "Thriller",
    "War",
    "Western",
)


@dataclass(frozen=True)
class File:
    """The form of one file. Without a header its columns stand in this order; with one they may be in any order.

    `latin_1` says that bytes which are not UTF-8 are ISO 8859-1; elsewhere they are an error.
    """

    name: str
    columns: tuple[str, ...]
    delimiter: Literal[",", "\t", "|", "::"] = ","
    latin_1: bool = False

    @property
    def has_header(self) -> bool:
        """Whether the first line names the columns: so it is in every CSV file, and only there."""
        return self.delimiter == ","


@dataclass(frozen=True)
class Layout:
    """The files of a release. Ratings and films have to be there, whatever else is there is read too."""

    name: str
    ratings: File
    films: File
    people: File | None = None
    links: File | None = None
    tags: File | None = None
    genome_names: File | None = None
    genome_scores: File | None = None

    def files(self) -> list[File]:
        """Return every file that a release of this layout may have."""
        return [file for kind in KINDS if (file := getattr(self, kind)) is not None]


KINDS = ("ratings", "films", "people", "links", "tags", "genome_names", "genome_scores")

ML_100K = Layout(
    "ml-100k",
    ratings=File("u.data", RATING_COLUMNS, "\t", latin_1=True),
    films=File(
        "u.item", ("movieId", "title", "release", "video release", "IMDb address", *GENRES_OF_100K), "|", latin_1=True
    ),
    people=File("u.user", ("userId", "age", "gender", "occupation", "zip"), "|", latin_1=True),
)
ML_1M = Layout(
    "ml-1m",
    ratings=File("ratings.dat", RATING_COLUMNS, "::", latin_1=True),
    films=File("movies.dat", FILM_COLUMNS, "::", latin_1=True),
    people=File("users.dat", ("userId", "gender", "age", "occupation", "zip"), "::", latin_1=True),
)
ML_10M = Layout(
    "ml-10m",
    ratings=File("ratings.dat", RATING_COLUMNS, "::"),
    films=File("movies.dat", FILM_COLUMNS, "::"),
    tags=File("tags.dat", TAG_COLUMNS, "::"),
)
CSV = Layout(
    "csv",
    ratings=File("ratings.csv", RATING_COLUMNS),
    films=File("movies.csv", FILM_COLUMNS),
    links=File("links.csv", ("movieId", "imdbId", "tmdbId")),
    tags=File("tags.csv", TAG_COLUMNS),
    genome_names=File("genome-tags.csv", ("tagId", "tag")),
    genome_scores=File("genome-scores.csv", ("movieId", "tagId", "relevance")),
)
