"""What serving knows about a person: their ratings now, as films and as a row for the models."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cached_property
from hashlib import blake2b
from typing import Any

import numpy as np
from django.db.models import Max, Q
from numpy.typing import NDArray
from scipy import sparse

from accounts.models import TasteSettings
from accounts.picks import ENOUGH_RATINGS
from accounts.selectors import hidden_movie_ids, is_muted, picked_movie_ids, taste_settings
from catalog.models import Rater, Rating
from recommendations.data import IdMap
from recommendations.data.interactions import Ids, Scores

YEAR = timedelta(days=365.2425)
PICKED_STARS = 4.0


def _none() -> Ids:
    return np.empty(0, np.int64)


@dataclass(frozen=True, eq=False)
class History:
    """One person's ratings, and while these are few, the films that were picked at the start.

    Attributes:
        movies: keys of the films whose ratings speak for the person's taste, and of picked ones, int64.
        stars: float32, one for each; PICKED_STARS for a picked one.
        silent: keys of films whose ratings do not speak: muted, or older than the person wishes.
        picked: keys of those of `movies` that were only picked, int64.
        hidden: keys of films the person does not want to see; empty where only the ratings were read.
    """

    movies: Ids
    stars: Scores
    silent: frozenset[int] = frozenset()
    picked: Ids = field(default_factory=_none)
    hidden: frozenset[int] = frozenset()

    @property
    def used(self) -> int:
        """How many of the person's ratings lists are made from."""
        return len(self.movies) - len(self.picked)

    @property
    def mean(self) -> float:
        """The person's mean, in stars; 0 without ratings."""
        return float(self.stars.mean()) if len(self.stars) else 0.0

    @cached_property
    def taste(self) -> bytes:
        """Sixteen bytes that stand for these ratings and picks where anything made from them is remembered."""
        return digest(self.movies, self.stars, self.picked)

    @property
    def unwanted(self) -> set[int]:
        """The films that must not be on a list: rated or hidden."""
        return set(self.movies.tolist()) | self.silent | self.hidden

    @property
    def rated(self) -> int:
        """How many films the person has rated, whether or not lists are made from it."""
        return self.used + len(self.silent)

    def with_hidden_of(self, rater: Rater) -> "History":
        """Return the same history with the films that the person does not want to see, which only lists ask for."""
        return replace(self, hidden=frozenset(hidden_movie_ids(rater)))

    def has(self, movie: int) -> bool:
        """Return whether a film was rated."""
        return movie in self.silent or bool((self.movies == movie).any())

    def without(self, movie: int) -> "History":
        """Return the same history as if one film had not been rated."""
        kept = self.movies != movie
        return replace(
            self,
            movies=self.movies[kept],
            stars=self.stars[kept],
            silent=self.silent - {movie},
            picked=self.picked[self.picked != movie],
        )

    def row(self, ids: IdMap) -> sparse.csr_matrix:
        """Return the ratings as a matrix of one row."""
        return ids.history(self.movies, self.stars)


def digest(*parts: NDArray[Any]) -> bytes:
    """Return sixteen bytes that other arrays than these do not have."""
    found = blake2b(digest_size=16)
    for part in parts:
        found.update(len(part).to_bytes(8, "little") + part.tobytes())
    return found.digest()


def history_of(rater: Rater, wishes: TasteSettings | None = None) -> History:
    """Read a person's ratings and which of them do not speak; by their `wishes`, which are read unless given."""
    silent = is_muted(rater) | _too_old(rater, wishes or taste_settings(rater))
    told = Rating.objects.filter(rater=rater).order_by().annotate(silent=silent)
    rows = np.array(list(told.values_list("movie_id", "half_stars", "silent")), np.int64).reshape(-1, 3)
    speaks = rows[:, 2] == 0
    stars = (rows[speaks, 1] / 2).astype(np.float32)
    history = History(rows[speaks, 0], stars, frozenset(rows[~speaks, 0].tolist()))
    return history if history.rated >= ENOUGH_RATINGS else _with_picks(history, rater)


def _too_old(rater: Rater, wishes: TasteSettings) -> Q:
    """Return what is true of ratings from before the person's last years.

    Years are counted back from the newest rating: so a list depends on nothing but the taste that it was made from,
    and somebody who comes back after a long time still has one.
    """
    if wishes.last_years is None:
        return Q()
    newest = Rating.objects.filter(rater=rater).aggregate(at=Max("rated_at"))["at"]
    return Q() if newest is None else Q(rated_at__lt=newest - wishes.last_years * YEAR)


def _with_picks(history: History, rater: Rater) -> History:
    picked = np.array(sorted(picked_movie_ids(rater) - set(history.movies.tolist()) - history.silent), np.int64)
    if not len(picked):
        return history
    stars = np.full(len(picked), PICKED_STARS, np.float32)
    movies, all_stars = np.concatenate([history.movies, picked]), np.concatenate([history.stars, stars])
    return replace(history, movies=movies, stars=all_stars, picked=picked)
