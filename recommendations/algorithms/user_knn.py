"""User-KNN: what the people want who want the same films."""

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np
from scipy import sparse

from recommendations.algorithms.base import Recommender
from recommendations.algorithms.ranking import as_rows, best, best_of_one, block_rows
from recommendations.data.interactions import Positions, Scores, SideInformation
from recommendations.data.preferences import choices, is_implicit, preferences
from recommendations.data.recent import OfRecentHistories

_MOST_RECENT = 256


@dataclass(frozen=True)
class UserKNNConfig:
    """Settings of UserKNN.

    Attributes:
        neighbors: how many most alike people are asked.
        popularity_damping: the power of its number of ratings that a film is divided by when people are compared:
            having seen what everybody saw says less.
        amplification: the power that likenesses are raised to.
        people: at most so many are kept to be asked; the ones with most ratings, who know most films.
    """

    neighbors: int = 200
    popularity_damping: float = 0.25
    amplification: float = 2.0
    people: int = 5_000


class UserKNN(Recommender):
    """Neighbourhood of people by cosine, found anew for every history.

        sim_uv = Σ_j p_uj p_vj d_j / (|p_u √d| |p_v √d|),   d_j = n_j^-2δ
        score_ui = Σ_v sim_uv |sim_uv|^(a-1) c_vi   over the `neighbors` people v with the largest |sim_uv|

    with p_u the preferences of a history, c_v = p_v the choices of a person (`data.preferences`), n_j the ratings of
    film j, δ `popularity_damping`, a `amplification`. Somebody who likes what this person dislikes speaks against
    what they chose. The share of film j is what it brought to each neighbour's likeness; shares add up.

    Learned: `people_` CSR float32, people × films: c_v; `by_film_` CSR float32, films × people: c_vj d_j / |c_v √d|;
    `damping_` float32, films: d.
    Time O(ratings) to fit, O(Σ_j∈u n_j + neighbors · n_v) to score a history; memory O(ratings of the kept people).
    Source: Herlocker, Konstan, Borchers and Riedl, SIGIR 1999; Breese, Heckerman and Kadie, UAI 1998, for a and d.
    """

    name = "user_knn"
    Config = UserKNNConfig
    config: UserKNNConfig
    learned_arrays: ClassVar[tuple[str, ...]] = ("people_", "by_film_", "damping_")
    learned_facts: ClassVar[tuple[str, ...]] = ("implicit_",)
    people_: sparse.csr_matrix
    by_film_: sparse.csr_matrix
    damping_: Scores
    implicit_: bool

    def memory_bound(self, people: int, films: int, ratings: int) -> int:
        """Return what three copies of the ratings take."""
        return self.small_bound(people, films, ratings)

    def _fit(self, interactions: sparse.csr_matrix, side: SideInformation) -> None:
        self._recent.clear()
        self.implicit_ = is_implicit(interactions)
        counts = np.bincount(interactions.indices, minlength=self.films_)
        self.damping_ = (np.maximum(counts, 1.0) ** (-2 * self.config.popularity_damping)).astype(np.float32)
        known = np.diff(interactions.indptr)
        kept = np.argsort(-known, kind="stable")[: self.config.people]
        kept = np.sort(kept[known[kept] > 0])
        self.people_ = choices(interactions[kept], implicit=self.implicit_)
        scaled = sparse.diags_array(1 / self._norms(self.people_)) @ self.people_ @ sparse.diags_array(self.damping_)
        self.by_film_ = sparse.csr_matrix(scaled.T, dtype=np.float32)

    @cached_property
    def _recent(self) -> OfRecentHistories[tuple[Positions, Scores]]:
        """The neighbors of somebody whose list and reasons are asked for."""
        return OfRecentHistories(_MOST_RECENT)

    def _norms(self, wanted: sparse.csr_matrix) -> Scores:
        """Return |p √d| of each row, 1 for an empty one."""
        squares = sparse.csr_matrix((wanted.data**2, wanted.indices, wanted.indptr), shape=wanted.shape)
        norms = np.sqrt(squares @ self.damping_)
        return np.where(norms > 0, norms, 1).astype(np.float32)

    def score(self, histories: sparse.csr_matrix) -> Scores:
        """Return Σ_v sim_uv^a p_vi: float32, rows × films."""
        scores = np.empty(histories.shape, np.float32)
        step = block_rows(max(self.people_.shape))
        for start in range(0, histories.shape[0], step):
            asked, likeness = self._neighbors(preferences(histories[start : start + step], implicit=self.implicit_))
            weights = (likeness * np.abs(likeness) ** (self.config.amplification - 1)).astype(np.float32)
            scores[start : start + step] = (as_rows(asked, self.people_.shape[0], weights) @ self.people_).toarray()
        return scores

    def _neighbors(self, wanted: sparse.csr_matrix) -> tuple[Positions, Scores]:
        """Return whom to ask, rows × neighbors, padded with -1, and how much alike they are, signed."""
        return self._recent.of(wanted, lambda: self._found(wanted)) if wanted.shape[0] == 1 else self._found(wanted)

    def _found(self, wanted: sparse.csr_matrix) -> tuple[Positions, Scores]:
        likeness = (wanted @ self.by_film_).toarray() / self._norms(wanted)[:, None]
        asked, _ = best(np.abs(likeness), self.config.neighbors)
        return asked, np.take_along_axis(likeness, np.maximum(asked, 0), axis=1)

    def similar(self, movie_ix: int, n: int) -> tuple[Positions, Scores]:
        """Return the films that the people want who want this one, most of all by comparison with the rest."""
        fans = self.by_film_[[movie_ix]]
        together = (fans @ self.people_).toarray()[0] * np.sqrt(self.damping_)
        together[movie_ix] = 0
        return best_of_one(together, n)

    def shares(self, history: sparse.csr_matrix, movies: Positions) -> Scores:
        """Return p_uj Σ_v |sim_uv|^(a-1) c_vj d_j c_vi / (|p_u √d| |c_v √d|) of each film j of the history."""
        wanted = preferences(history, implicit=self.implicit_)
        asked, likeness = self._neighbors(wanted)
        asked, likeness = asked[0][asked[0] >= 0], likeness[0][asked[0] >= 0]
        brought = self.by_film_[history.indices][:, asked].toarray() * (wanted.data / self._norms(wanted))[:, None]
        toward = (
            self.people_[asked][:, movies].toarray() * (np.abs(likeness) ** (self.config.amplification - 1))[:, None]
        )
        shares: Scores = (brought @ toward).T.astype(np.float32)
        return shares
