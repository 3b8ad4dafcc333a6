"""What every site's file is turned into: one row for one film, with its rating as the file has it."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Source(StrEnum):
    """Whose file it is."""

    LETTERBOXD = "letterboxd"
    IMDB = "imdb"
    MOVIELENS = "movielens"
    TRAKT = "trakt"
    CRITICKER = "criticker"
    MARQUEE = "marquee"
    TABLE = "table"

    @property
    def label(self) -> str:
        """Its name, as people say it."""
        return _LABELS[self]


_LABELS = {
    Source.LETTERBOXD: "Letterboxd",
    Source.IMDB: "IMDb",
    Source.MOVIELENS: "MovieLens",
    Source.TRAKT: "Trakt",
    Source.CRITICKER: "Criticker",
    Source.MARQUEE: "Marquee",
    Source.TABLE: "a table of your own",
}


class Kind(StrEnum):
    """What a row says about its film."""

    RATED = "rated"
    SEEN = "seen"
    WANTED = "wanted"
    NOT_A_FILM = "not a film"
    UNREADABLE = "unreadable"


class Scale(StrEnum):
    """The most that a film can be given."""

    FIVE = "5"
    TEN = "10"
    HUNDRED = "100"

    def half_stars(self, rating: float) -> int | None:
        """Return `rating` as half stars from 1 to 10, the half rounded up; None when it is not on this scale.

        Five stars are doubled, ten points are half stars as they are, and a hundred points are tenths of them. Zero is
        the worst of a hundred points (½ ★), and no rating at all on the other two.
        """
        top = float(self.value)
        if not 0 <= rating <= top or (rating == 0 and self is not Scale.HUNDRED):
            return None
        return max(1, math.floor(rating * 10 / top + 0.5))


SCALES = {
    Source.LETTERBOXD: Scale.FIVE,
    Source.IMDB: Scale.TEN,
    Source.MOVIELENS: Scale.FIVE,
    Source.TRAKT: Scale.TEN,
    Source.CRITICKER: Scale.HUNDRED,
    Source.MARQUEE: Scale.FIVE,
}


@dataclass(frozen=True, slots=True)
class Row:
    """A film as a file names it, and what the file says about it.

    Attributes:
        number: the film's number in `numbering`, MovieLens' own unless the file says another.
        rating: in the file's own scale; None unless the kind is RATED.
        at: when it was rated, or put on the list, in UTC; None where the file does not say.
    """

    kind: Kind
    title: str = ""
    year: int | None = None
    original_title: str = ""
    imdb_id: int | None = None
    tmdb_id: int | None = None
    number: int | None = None
    numbering: str = "movielens"
    rating: float | None = None
    at: datetime | None = None

    @property
    def names_a_film(self) -> bool:
        """Whether there is anything by which its film could be found."""
        return bool(self.title or self.imdb_id or self.tmdb_id or self.number)

    @property
    def film(self) -> tuple[object, ...]:
        """What is the same for two rows about one film."""
        return self.title.casefold(), self.year, self.imdb_id, self.tmdb_id, self.numbering, self.number


@dataclass(frozen=True, slots=True)
class Brought:
    """A file that has been read. `scale_is_guessed` when nothing but the ratings themselves says their scale."""

    source: Source
    scale: Scale
    scale_is_guessed: bool
    rows: list[Row]


def last_of_each(rows: Iterable[Row]) -> list[Row]:
    """Return the last row about each film; having seen it says nothing beside a rating of it."""
    found: dict[tuple[object, ...], Row] = {}
    for row in rows:
        key = (row.kind is Kind.WANTED, *row.film)
        if row.kind is Kind.SEEN and key in found:
            continue
        found.pop(key, None)
        found[key] = row
    return list(found.values())


def guessed_scale(ratings: Iterable[float]) -> Scale:
    """Return the smallest scale that the highest of `ratings` fits on."""
    highest = max(ratings, default=0.0)
    return next((scale for scale in Scale if highest <= float(scale.value)), Scale.HUNDRED)
