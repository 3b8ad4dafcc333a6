"""The films that lists show again and again, as they are shown: read once for each process."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from catalog.models import Movie

# One of them takes some 4 KB with its genres.
MOST_FILMS = 2_000
# So old may the number of a film's ratings be on a list; whatever else changes is seen at once, by the stamp.
SECONDS = 60


@dataclass(frozen=True, slots=True)
class _Read:
    """Films as they were at one moment, by their keys."""

    stamp: int | None
    until: float
    films: dict[int, Movie] = field(default_factory=dict)


class ShownFilms:
    """Films with their genres, kept for a minute or until one of them changes: see `Catalogue`."""

    def __init__(self) -> None:
        self._read = _Read(None, 0)

    def get(self, keys: Iterable[int], stamp: int | None) -> dict[int, Movie]:
        """Return the films with these keys that are there, as of the catalogue's `stamp`. Others have them too."""
        wanted, read = set(keys), self._read
        if read.stamp != stamp or read.until < time.monotonic() or len(read.films) + len(wanted) > MOST_FILMS:
            self._read = read = _Read(stamp, time.monotonic() + SECONDS)
        missing = wanted - read.films.keys()
        if missing:
            read.films.update(Movie.objects.with_genres().in_bulk(missing))
        return {key: read.films[key] for key in wanted & read.films.keys()}
