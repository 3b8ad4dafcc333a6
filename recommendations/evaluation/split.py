"""Which ratings are kept away from the models: every way of splitting, each a function over one matrix.

All of them are deterministic for a seed, which the split records. Filters (thresholds, k-core) come before, in
`dataset`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recommendations.data.interactions import Ids, SideInformation, entries
from recommendations.data.preferences import row_of_each
from recommendations.evaluation.dataset import Mask, side_where

# 2 to the power of 64 divided by the golden ratio: spreads neighbouring ids over the whole range (Knuth, TAOCP 6.4).
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
FEWEST_RATINGS = 5


class CannotSplit(ValueError):
    """A split that the data cannot have; the message says in one sentence why."""


@dataclass(frozen=True)
class Split:
    """What models are fitted on, what they are shown of some people, and what they have to foresee of them.

    Attributes:
        training: users × films that models are fitted on; rows and columns are those of the whole matrix.
        histories: measured people × films, what a model is shown of them.
        targets: measured people × films, what it has to foresee.
        people: which row of the whole matrix each measured person is, int64.
        kept: which stored ratings of the whole matrix `training` has.
        seed: what the split was drawn with; None where nothing is drawn.
        candidates: the only films that are ranked, a mask; None for all.
    """

    training: sparse.csr_matrix
    histories: sparse.csr_matrix
    targets: sparse.csr_matrix
    people: NDArray[np.int64]
    kept: Mask
    seed: int | None = None
    candidates: Mask | None = None

    def side(self, side: SideInformation) -> SideInformation:
        """Return the side information of the whole matrix as it belongs to `training`."""
        return side_where(side, self.kept)


def held_out_people(ids: NDArray[np.integer], share: float) -> Mask:
    """Return which people are held out: a fixed hash of their id or key, so the same ones in every run."""
    hashed = ids.astype(np.uint64) * _GOLDEN
    return hashed < np.uint64(int(share * 2**64))


def hold_out(interactions: sparse.csr_matrix, people: Mask, *, target_share: float, most: int, seed: int) -> Split:
    """Strong generalisation: `people` are held out whole, and `target_share` of each one's ratings foreseen.

    At most `most` of them are measured, and only those with at least five ratings; at least one rating of each is
    shown and one foreseen. `people` is a mask over rows. Source: Marlin, 2004; Liang et al., WWW 2018.
    """
    generator = np.random.default_rng(seed)
    kept = ~people[row_of_each(interactions)]
    rows = np.flatnonzero(people & (np.diff(interactions.indptr) >= FEWEST_RATINGS))
    rows = np.sort(generator.permutation(rows)[:most])
    held = interactions[rows]
    target = _part_of_each(held, _wanted(held, share=target_share), generator.random(held.nnz))
    return Split(entries(interactions, kept), entries(held, ~target), entries(held, target), rows, kept, seed)


def fold_in(split: Split, ratings: int, *, seed: int) -> Split:
    """Show exactly `ratings` of each measured person's history; whoever has fewer is left out.

    What has to be foreseen stays as it is. With one seed and the same people,
    those shown of 2 are among those of 5.
    """
    split = at_least(split, ratings)
    histories = split.histories
    priority = np.random.default_rng(seed).random(histories.nnz)
    shown = _part_of_each(histories, np.full(histories.shape[0], ratings), priority)
    return replace(split, histories=entries(histories, shown), seed=seed)


def at_least(split: Split, ratings: int) -> Split:
    """Leave out whoever has a history of fewer than `ratings`."""
    enough = np.diff(split.histories.indptr) >= ratings
    return replace(
        split, histories=split.histories[enough], targets=split.targets[enough], people=split.people[enough]
    )


def k_folds(
    interactions: sparse.csr_matrix, *, folds: int = 5, seed: int = 0, lines: Ids | None = None
) -> Iterator[Split]:
    """Random folds over ratings: each is foreseen once, from all ratings of the other folds.

    The same folds as scikit-learn's KFold(folds, shuffle=True, random_state=seed) over the ratings in the order of
    `lines`, their places in the file (by default the order of the matrix). Raises CannotSplit.
    """
    if not 2 <= folds <= interactions.nnz:
        raise CannotSplit(f"{interactions.nnz:,} ratings cannot be cut into {folds} folds.")
    in_file = np.arange(interactions.nnz) if lines is None else np.argsort(lines, kind="stable")
    for fold in _shuffled_folds(len(in_file), folds, seed):
        foreseen = np.zeros(interactions.nnz, np.bool_)
        foreseen[in_file[fold]] = True
        yield foreseeing(interactions, foreseen, seed)


def leave_out(
    interactions: sparse.csr_matrix, *, number: int | None = None, share: float | None = None, seed: int = 0
) -> Split:
    """Foresee `number` or `share` of each person's ratings, drawn at random, from the rest and from everybody's.

    Everybody keeps at least one rating; whoever has only one is not measured.
    """
    wanted = _wanted(interactions, number, share)
    priority = np.random.default_rng(seed).random(interactions.nnz)
    return foreseeing(interactions, _part_of_each(interactions, wanted, priority), seed)


def leave_last(
    interactions: sparse.csr_matrix,
    times: Ids,
    *,
    number: int | None = None,
    share: float | None = None,
    seed: int = 0,
) -> Split:
    """Foresee each person's latest ratings, `number` or `share` of them; the seed only orders those of one second."""
    wanted = _wanted(interactions, number, share)
    tie = np.random.default_rng(seed).permutation(interactions.nnz)
    latest_first = np.empty(interactions.nnz, np.float64)
    latest_first[np.lexsort((tie, -times))] = np.arange(interactions.nnz)
    return foreseeing(interactions, _part_of_each(interactions, wanted, latest_first), seed)


def global_time(interactions: sparse.csr_matrix, times: Ids, *, share: float = 0.2) -> Split:
    """Foresee the latest `share` of all ratings from those before: the only split without a look into the future.

    All ratings of one second are on one side. Whoever came later than that has no history and is not measured.
    Raises CannotSplit when all ratings are of one moment.
    """
    moment = np.sort(times)[min(len(times) - 1, int(len(times) * (1 - share)))]
    if moment == times.min():
        raise CannotSplit("Too many ratings are of one moment: they cannot be split by time.")
    return foreseeing(interactions, times >= moment, None)


def cold_films(interactions: sparse.csr_matrix, *, share: float = 0.2, seed: int = 0) -> Split:
    """Hold `share` of the rated films out whole: each is foreseen for those who rated it, from their other ratings.

    Only the cold films are ranked, against each other: chance puts k of them on a list.
    """
    rated = np.unique(interactions.indices)
    drawn = np.random.default_rng(seed).permutation(rated)[: max(1, round(len(rated) * share))]
    cold = np.zeros(interactions.shape[1], np.bool_)
    cold[drawn] = True
    return replace(foreseeing(interactions, cold[interactions.indices], seed), candidates=cold)


def foreseeing(interactions: sparse.csr_matrix, foreseen: Mask, seed: int | None) -> Split:
    """Keep some stored ratings away; people with both a history and something to foresee are measured."""
    training, away = entries(interactions, ~foreseen), entries(interactions, foreseen)
    people = np.flatnonzero((np.diff(training.indptr) > 0) & (np.diff(away.indptr) > 0))
    return Split(training, training[people], away[people], people, ~foreseen, seed)


def _shuffled_folds(places: int, folds: int, seed: int) -> list[NDArray[np.int64]]:
    """Return which of so many places are in each fold. KFold's own generator: other folds would be no comparison."""
    order = np.arange(places)
    np.random.RandomState(seed).shuffle(order)
    return np.array_split(order, folds)


def _wanted(matrix: sparse.csr_matrix, number: int | None = None, share: float | None = None) -> NDArray[np.int64]:
    """Return how many ratings of each row are foreseen: `number` or `share`, at least one and never all."""
    if (number is None) == (share is None):
        raise TypeError("Either a number of ratings or a share is needed.")
    counts = np.diff(matrix.indptr).astype(np.int64)
    wanted = np.full(len(counts), number) if number is not None else np.round(counts * (share or 0)).astype(np.int64)
    limited: NDArray[np.int64] = np.clip(wanted, np.minimum(1, counts - 1), counts - 1).clip(0)
    return limited


def _part_of_each(matrix: sparse.csr_matrix, wanted: NDArray[np.int64], priority: NDArray[np.float64]) -> Mask:
    """Return a mask over the stored values: in each row the `wanted` ones of lowest priority."""
    counts = np.diff(matrix.indptr)
    ordered = np.lexsort((priority, row_of_each(matrix)))
    place = np.empty(matrix.nnz, np.int64)
    place[ordered] = np.arange(matrix.nnz) - np.repeat(matrix.indptr[:-1], counts)
    chosen: Mask = place < np.repeat(wanted, counts)
    return chosen
