"""What serving knows about a person: their ratings now, as films and as a row for the models."""

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from accounts.selectors import hidden_movie_ids
from catalog.models import Rater, Rating
from recommendations.data import IdMap
from recommendations.data.interactions import Ids, Scores


@dataclass(frozen=True, eq=False)
class History:
    """One person's ratings.

    Attributes:
        movies: keys of the rated films, int64.
        stars: float32, one for each.
        hidden: keys of films the person does not want to see; empty where only the ratings were read.
    """

    movies: Ids
    stars: Scores
    hidden: frozenset[int] = frozenset()

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
        return replace(self, movies=self.movies[kept], stars=self.stars[kept])

    def row(self, ids: IdMap) -> sparse.csr_matrix:
        """Return the ratings as a matrix of one row."""
        return ids.history(self.movies, self.stars)


def history_of(rater: Rater) -> History:
    """Read a person's ratings."""
    rows = list(Rating.objects.filter(rater=rater).order_by().values_list("movie_id", "half_stars"))
    pairs = np.array(rows, np.int64).reshape(-1, 2)
    return History(pairs[:, 0], (pairs[:, 1] / 2).astype(np.float32))
