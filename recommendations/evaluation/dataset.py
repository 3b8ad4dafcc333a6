"""Ratings as they came, before any split: one matrix, what is known beside it, and filters that come first."""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recommendations.data.interactions import Ids, SideInformation, entries
from recommendations.data.preferences import row_of_each

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Dataset:
    """Everything that a comparison is made from.

    Attributes:
        name: how a report calls it.
        interactions: users × films in stars, canonical CSR float32.
        side: what is known besides; its times are in the order of the stored ratings.
        lines: the place in the file of each stored rating, int64; None when they came from no file.
        genres: films × genres, for calibration and diversity; None when unknown.
        notes: the filters that were applied, in words.
    """

    name: str
    interactions: sparse.csr_matrix
    side: SideInformation = field(default_factory=SideInformation)
    lines: Ids | None = None
    genres: sparse.csr_matrix | None = None
    notes: tuple[str, ...] = ()

    def where(self, kept: Mask, note: str) -> "Dataset":
        """Return the data with some of the stored ratings only; rows and columns stay where they are."""
        return replace(
            self,
            interactions=entries(self.interactions, kept),
            side=side_where(self.side, kept),
            lines=None if self.lines is None else self.lines[kept],
            notes=(*self.notes, note),
        )


def at_least_stars(dataset: Dataset, stars: float) -> Dataset:
    """Keep only the ratings of at least so many stars."""
    return dataset.where(dataset.interactions.data >= stars, f"ratings of {stars:g} stars and more")


def as_choices(dataset: Dataset) -> Dataset:
    """Forget the stars: every rating only says that somebody chose a film."""
    matrix = dataset.interactions.copy()
    matrix.data = np.ones_like(matrix.data)
    return replace(dataset, interactions=matrix, notes=(*dataset.notes, "stars forgotten"))


def k_core(dataset: Dataset, least: int) -> Dataset:
    """Keep the largest part in which every person has, and every film is given, at least so many ratings.

    People and films below it are taken away in turns until nobody is.
    """
    people, films = row_of_each(dataset.interactions), dataset.interactions.indices
    kept = np.ones(dataset.interactions.nnz, np.bool_)
    while True:
        enough = kept & (np.bincount(people[kept], minlength=dataset.interactions.shape[0]) >= least)[people]
        enough &= (np.bincount(films[enough], minlength=dataset.interactions.shape[1]) >= least)[films]
        if (enough == kept).all():
            return dataset.where(kept, f"{least}-core")
        kept = enough


def side_where(side: SideInformation, kept: Mask) -> SideInformation:
    """Return side information that fits a matrix with some of its stored values only."""
    return side if side.times is None else replace(side, times=side.times[kept])
