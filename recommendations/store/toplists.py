"""Everybody's published lists, under (run, recommender, rater): what the two stores have in common.

A list is a packed record of at most 1 KB: a format number, how many films, the `taste_version` it was made from, the
films' keys and their scores.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from recommendations.data.interactions import Ids, Positions, Scores

FORMAT_VERSION = 1
MOST_BYTES = 1024
_HEADER = 12
MOST_FILMS = (MOST_BYTES - _HEADER) // 8


class StoreUnavailable(Exception):
    """The lists cannot be reached just now."""


@dataclass(frozen=True, eq=False)
class TopList:
    """One person's list, best first.

    Attributes:
        taste_version: the person's taste that it was made from.
        movies: keys of the films, int32.
        scores: float32, one for each film.
    """

    taste_version: int
    movies: Positions
    scores: Scores


@dataclass(frozen=True, eq=False)
class Block:
    """Lists of many people at once, rows in ascending order of `raters`.

    Attributes:
        raters: public ids, int64.
        taste_versions: int64, one for each rater.
        movies: keys of the films, int32, raters × n, rows that are too short end in -1.
        scores: float32, raters × n.
    """

    raters: Ids
    taste_versions: Ids
    movies: Positions
    scores: Scores


class TopListStore(ABC):
    """The contract of both stores. Lists of a run that was never published, or was dropped, are not there."""

    @abstractmethod
    def publish(self, run: int, recommender: str, blocks: Iterable[Block]) -> int:
        """Keep all `blocks` under a run and a recommender, in place of what was there; return how many lists.

        Raters ascend from block to block.
        """

    @abstractmethod
    def get(self, run: int, recommender: str, rater: int) -> TopList | None:
        """Return a list, or None. Raises StoreUnavailable."""

    @abstractmethod
    def put(self, run: int, recommender: str, rater: int, top_list: TopList) -> None:
        """Keep one fresh list in place of the published one, if the run is published. Raises StoreUnavailable."""

    @abstractmethod
    def runs(self) -> set[int]:
        """Return the runs of which anything is kept."""

    @abstractmethod
    def drop(self, run: int) -> None:
        """Remove everything of a run."""


def record_type(films: int) -> np.dtype[Any]:
    """Return the layout of a record with room for `films` films. Raises ValueError when it would exceed 1 KB."""
    layout = np.dtype(
        [("format", "<u2"), ("count", "<u2"), ("taste", "<u8"), ("movies", "<i4", films), ("scores", "<f4", films)]
    )
    if layout.itemsize > MOST_BYTES:
        raise ValueError(f"A list of {films} films takes {layout.itemsize} bytes; {MOST_BYTES} is the limit.")
    return layout


def pack(block: Block) -> "np.ndarray[tuple[int], np.dtype[Any]]":
    """Return the records of a block, one for each rater."""
    records = np.zeros(len(block.raters), record_type(block.movies.shape[1]))
    records["format"] = FORMAT_VERSION
    records["count"] = (block.movies >= 0).sum(axis=1)
    records["taste"], records["movies"], records["scores"] = block.taste_versions, block.movies, block.scores
    return records


def pack_one(top_list: TopList) -> bytes:
    """Return the record of one list."""
    taste = np.array([top_list.taste_version], np.int64)
    one = Block(np.zeros(1, np.int64), taste, top_list.movies[None, :], top_list.scores[None, :])
    return pack(one).tobytes()


def unpack(record: bytes | memoryview) -> TopList | None:
    """Return the list of a record; None for bytes that are not one of ours."""
    films, rest = divmod(len(record) - _HEADER, 8)
    if films < 0 or rest:
        return None
    fields = np.frombuffer(record, record_type(films))[0]
    count = int(fields["count"])
    if fields["format"] != FORMAT_VERSION or count > films:
        return None
    return TopList(int(fields["taste"]), fields["movies"][:count], fields["scores"][:count])
