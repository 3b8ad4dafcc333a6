"""What every recommender is: fitted once on a matrix, then asked to score histories it may never have seen.

Twins of one shape: a frozen configuration, `fit`, `score`, `similar`, `shares`. What can be said once for all of
them (lists, blocks, padding, files) is said here.
"""

from abc import ABC, abstractmethod
from dataclasses import asdict
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recommendations.algorithms.ranking import BLOCK_BYTES, best, block_rows
from recommendations.algorithms.threads import SMALL_RATINGS, one_thread
from recommendations.data import arrays as artifact
from recommendations.data.interactions import Positions, Scores, SideInformation, prepared


class Recommender(ABC):
    """The contract. Scores are preferences: above zero speaks for a film, zero says nothing, below speaks against.

    Class attributes:
        name: how the registry and the command line call it.
        Config: its frozen dataclass of settings.
        personal: whether scores depend on the history.
        additive: whether the shares of a history's films add up to the score.
        learned_arrays: the learned attributes that are arrays or CSR matrices, which `save` keeps.
        learned_facts: those that are plain numbers, flags or names.

    Learned by all: `films_`, how many there are; `known_` bool, films: which ones it can say something about.
    """

    name: ClassVar[str]
    Config: ClassVar[type[Any]]
    personal: ClassVar[bool] = True
    additive: ClassVar[bool] = True
    learned_arrays: ClassVar[tuple[str, ...]]
    learned_facts: ClassVar[tuple[str, ...]] = ()
    films_: int
    known_: NDArray[np.bool_]

    def __init__(self, config: Any = None) -> None:
        self.config = self.Config() if config is None else config

    def fit(self, interactions: Any, side: SideInformation | None = None) -> Self:
        """Learn from `interactions` (users × films, stars) and return self. Raises InvalidInteractions."""
        matrix, side = prepared(interactions, side)
        self.films_ = matrix.shape[1]
        self.known_ = np.bincount(matrix.indices, minlength=self.films_) > 0
        with one_thread(small=matrix.nnz < SMALL_RATINGS):
            self._fit(matrix, side)
        return self

    @abstractmethod
    def memory_bound(self, people: int, films: int, ratings: int) -> int:
        """Return how many bytes fitting a matrix of this size takes at most, besides the matrix itself."""

    def small_bound(self, people: int, films: int, ratings: int) -> int:
        """Return what every recommender may take: a few copies of the ratings, vectors, and blocks of scores."""
        return 45 * ratings + 100 * (people + films) + 4 * min(BLOCK_BYTES, 4 * people * films) + BLOCK_BYTES // 16

    @abstractmethod
    def _fit(self, interactions: sparse.csr_matrix, side: SideInformation) -> None:
        """Set the learned attributes from a canonical matrix."""

    @abstractmethod
    def score(self, histories: sparse.csr_matrix) -> Scores:
        """Return a score for each row of `histories` and each film: float32, rows × films, always finite."""

    @abstractmethod
    def similar(self, movie_ix: int, n: int) -> tuple[Positions, Scores]:
        """Return at most `n` films like `movie_ix`, most alike first, without itself: positions and scores."""

    @abstractmethod
    def shares(self, history: sparse.csr_matrix, movies: Positions) -> Scores:
        """Return the share that each film of a one-row `history` has in the score of each of `movies`.

        float32, movies × films of the history, in the order of `history.indices`. For linear recommenders the shares
        in a film add up to its score.
        """

    def reasons(self, history: sparse.csr_matrix, movies: Positions, most: int) -> tuple[Positions, Scores]:
        """Return up to `most` films of a one-row `history` that speak for each of `movies`, strongest first.

        Positions int32 and parts float32, movies × most, padded with -1 and 0. A part is a film's share in all that
        spoke for the score, 0 to 1. Only ratings at or above the mean of the history are named: nobody is shown a
        film because of one they disliked.
        """
        shares = np.maximum(self.shares(history, movies), 0)
        parts = shares / np.maximum(shares.sum(axis=1, keepdims=True), np.finfo(np.float32).tiny)
        if history.nnz:
            parts[:, history.data < history.data.mean(dtype=np.float64)] = 0
        found, values = best(parts, most)
        positions = np.full((len(movies), most), -1, np.int32)
        kept = np.zeros((len(movies), most), np.float32)
        width = found.shape[1]
        if width:
            positions[:, :width] = np.where(found >= 0, history.indices[found], -1)
            kept[:, :width] = values
        return positions, kept

    def recommend(self, histories: sparse.csr_matrix, n: int, exclude_seen: bool = True) -> tuple[Positions, Scores]:
        """Return everybody's best `n` films: positions and scores, both rows × n, best first.

        Films with no score above zero are left out; rows that are too short end in -1 with a score of 0.
        """
        positions = np.full((histories.shape[0], n), -1, np.int32)
        scores = np.zeros((histories.shape[0], n), np.float32)
        step = block_rows(self.films_)
        for start in range(0, histories.shape[0], step):
            block = histories[start : start + step]
            part = self.score(block)
            if exclude_seen:
                part[np.repeat(np.arange(block.shape[0]), np.diff(block.indptr)), block.indices] = 0
            width = min(n, self.films_)
            found, values = best(part, width)
            positions[start : start + step, :width], scores[start : start + step, :width] = found, values
        return positions, scores

    def save(self, folder: Path) -> None:
        """Write the fitted recommender into a new `folder`."""
        facts = {"recommender": self.name, "config": asdict(self.config), "films_": self.films_}
        facts |= {name: getattr(self, name) for name in self.learned_facts}
        artifact.write(folder, {name: getattr(self, name) for name in ("known_", *self.learned_arrays)}, facts)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Return the recommender that was saved in `folder`, its arrays mapped. Raises ArtifactError."""
        arrays, facts = artifact.read(folder)
        if facts.get("recommender") != cls.name:
            raise artifact.ArtifactError(f"{folder} holds {facts.get('recommender')}, not {cls.name}.")
        with artifact.of_this_version(folder):
            model = cls(cls.Config(**facts["config"]))
            for name in ("films_", *cls.learned_facts):
                setattr(model, name, facts[name])
            for name in ("known_", *cls.learned_arrays):
                setattr(model, name, arrays[name])
        return model
