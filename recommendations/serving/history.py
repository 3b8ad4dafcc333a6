"""What serving knows about a person: their ratings now, as films and as a row for the models."""

from dataclasses import dataclass, field, replace

import numpy as np
from scipy import sparse

from accounts.picks import ENOUGH_RATINGS
from accounts.selectors import hidden_movie_ids, picked_movie_ids
from catalog.models import Rater, Rating
from recommendations.data import IdMap
from recommendations.data.interactions import Ids, Scores

PICKED_STARS = 4.0


def _none() -> Ids:
    return np.empty(0, np.int64)


@dataclass(frozen=True, eq=False)
class History:
    """One person's ratings, and while these are few, the films that were picked at the start.

    Attributes:
        movies: keys of the rated and picked films, int64.
        stars: float32, one for each; PICKED_STARS for a picked one.
        picked: keys of those films that were only picked, int64.
        hidden: keys of films the person does not want to see; empty where only the ratings were read.
    """

    movies: Ids
    stars: Scores
    picked: Ids = field(default_factory=_none)
    hidden: frozenset[int] = frozenset()

    @property
    def rated(self) -> int:
        """How many films the person has rated."""
        return len(self.movies) - len(self.picked)

    @property
    def mean(self) -> float:
        """The person's mean, in stars; 0 without ratings."""
        return float(self.stars.mean()) if len(self.stars) else 0.0

    @property
    def unwanted(self) -> set[int]:
        """The films that must not be on a list: rated or hidden."""
        return set(self.movies.tolist()) | self.hidden

    def with_hidden_of(self, rater: Rater) -> "History":
        """Return the same history with the films that the person does not want to see, which only lists ask for."""
        return replace(self, hidden=frozenset(hidden_movie_ids(rater)))

    def has(self, movie: int) -> bool:
        """Return whether a film was rated."""
        return bool((self.movies == movie).any())

    def without(self, movie: int) -> "History":
        """Return the same history as if one film had not been rated."""
        kept = self.movies != movie
        return replace(
            self, movies=self.movies[kept], stars=self.stars[kept], picked=self.picked[self.picked != movie]
        )

    def row(self, ids: IdMap) -> sparse.csr_matrix:
        """Return the ratings as a matrix of one row."""
        return ids.history(self.movies, self.stars)


def history_of(rater: Rater) -> History:
    """Read a person's ratings, and of somebody who has few of them what was picked at the start."""
    rows = list(Rating.objects.filter(rater=rater).order_by().values_list("movie_id", "half_stars"))
    pairs = np.array(rows, np.int64).reshape(-1, 2)
    history = History(pairs[:, 0], (pairs[:, 1] / 2).astype(np.float32))
    return history if history.rated >= ENOUGH_RATINGS else _with_picks(history, rater)


def _with_picks(history: History, rater: Rater) -> History:
    picked = np.array(sorted(picked_movie_ids(rater) - set(history.movies.tolist())), np.int64)
    if not len(picked):
        return history
    stars = np.full(len(picked), PICKED_STARS, np.float32)
    return History(np.concatenate([history.movies, picked]), np.concatenate([history.stars, stars]), picked)
