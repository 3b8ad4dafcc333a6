"""Evidence: every recommender and the predicted stars, measured on the same splits, with intervals."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recommendations.algorithms import Recommender
from recommendations.algorithms.ranking import as_rows, best, block_rows
from recommendations.data.interactions import Positions
from recommendations.data.preferences import is_implicit, row_of_each
from recommendations.evaluation import beyond, bootstrap, metrics
from recommendations.evaluation.bootstrap import Estimate
from recommendations.evaluation.metrics import Values
from recommendations.evaluation.split import Split
from recommendations.rating import StarPredictor

LIKED_STARS = 4.0
_BLOCK = 500
_RANKED = {
    "ndcg": metrics.ndcg_at_k,
    "recall": metrics.recall_at_k,
    "precision": metrics.precision_at_k,
    "map": metrics.average_precision_at_k,
    "mrr": metrics.reciprocal_rank_at_k,
    "hit_rate": metrics.hit_rate_at_k,
}
_FINISH: dict[str, Callable[[Values], Values]] = {"rmse": np.sqrt, "popularity_lift": lambda ratio: ratio - 1}


@dataclass(frozen=True)
class Measured:
    """What one model did on one split: values per person, of which figures are made.

    Attributes:
        people: whose values they are, int64.
        above: for each metric its values, or the numerators of a ratio of sums.
        below: the denominators of those that are ratios.
        exposure: people × films of what was listed; None for predicted stars.
    """

    people: NDArray[np.int64]
    above: dict[str, Values]
    below: dict[str, Values]
    exposure: sparse.csr_matrix | None = None


def evaluate(
    models: Mapping[str, Recommender],
    stars: StarPredictor,
    split: Split,
    k: int = 10,
    *,
    genres: sparse.csr_matrix | None = None,
) -> dict[str, Any]:
    """Return what a run keeps: each recommender's figures, the errors of predicted stars, and the intervals of both.

    A held-out film is relevant when it was given at least four stars (any value, where all values are equal).
    People without a relevant film do not count; `people` says how many do. Without any, nothing is measured.
    Figures that cannot be worked out on this data are left out.
    """
    people = int((np.diff(relevant(split.targets).indptr) > 0).sum())
    if not people:
        return {"people": 0, "recommenders": {}, "stars": {}, "intervals": {}}
    ranked = {name: figures([measure_lists(model, split, k, genres=genres)]) for name, model in models.items()}
    predicted = figures([measure_stars(stars, split)])
    return {
        "people": people,
        "recommenders": {name: _values(found) for name, found in ranked.items()},
        "stars": _values(predicted) | {"ratings": int(split.targets.nnz)},
        "intervals": {name: _intervals(found) for name, found in (ranked | {"stars": predicted}).items()},
    }


def relevant(targets: sparse.csr_matrix, stars: float = LIKED_STARS) -> sparse.csr_matrix:
    """Return the targets that a list should have: those of at least so many stars, or all where values are equal."""
    liked = sparse.csr_matrix(targets, copy=True)
    if not is_implicit(liked):
        liked.data = (liked.data >= stars).astype(np.float32)
        liked.eliminate_zeros()
    return liked


def measure_lists(
    model: Recommender,
    split: Split,
    k: int,
    *,
    stars: float = LIKED_STARS,
    genres: sparse.csr_matrix | None = None,
) -> Measured:
    """Measure a fitted recommender's lists of `k` for everybody with a relevant target.

    Diversity and miscalibration need `genres` (films × genres).
    """
    wanted = relevant(split.targets, stars)
    counted = np.flatnonzero(np.diff(wanted.indptr))
    histories = split.histories[counted]
    lists = lists_of(model, histories, k, split.candidates)
    return of_lists(lists, wanted[counted], histories, split, counted, k, genres)


def of_lists(
    lists: Positions,
    wanted: sparse.csr_matrix,
    histories: sparse.csr_matrix,
    split: Split,
    counted: NDArray[np.integer],
    k: int,
    genres: sparse.csr_matrix | None = None,
) -> Measured:
    """Measure lists that are there; `counted` says which of the split's measured people their rows are."""
    films, people = split.training.shape[1], int((np.diff(split.training.indptr) > 0).sum())
    popularity = np.bincount(split.training.indices, minlength=films).astype(np.float64)
    above = {f"{name}_at_{k}": metric(lists, wanted, k) for name, metric in _RANKED.items()}
    above["novelty"] = beyond.novelty(lists, popularity, people)
    above["popularity_lift"] = beyond.mean_popularity(lists, popularity, people)
    below = {"popularity_lift": beyond.history_popularity(histories, popularity, people)}
    if genres is not None and genres.nnz:
        above["diversity"] = beyond.diversity(lists, genres)
        above["miscalibration"] = beyond.miscalibration(lists, histories, genres)
    return Measured(split.people[counted], above, below, as_rows(lists, films))


def lists_of(
    model: Recommender, histories: sparse.csr_matrix, k: int, candidates: NDArray[np.bool_] | None = None
) -> Positions:
    """Return lists of `k`, rows × k padded with -1, without what is in the history; only `candidates` if given."""
    if candidates is None:
        return model.recommend(histories, k)[0]
    lists = np.full((histories.shape[0], k), -1, np.int32)
    step = block_rows(histories.shape[1])
    for start in range(0, histories.shape[0], step):
        scores = np.where(candidates, model.score(histories[start : start + step]), 0)
        found, _ = best(scores.astype(np.float32), k)
        lists[start : start + step, : found.shape[1]] = found
    return lists


def measure_stars(stars: StarPredictor, split: Split) -> Measured:
    """Measure predicted stars, unrounded, on every target of everybody who is measured."""
    blocks = [slice(start, start + _BLOCK) for start in range(0, split.targets.shape[0], _BLOCK)]
    parts = [stars.predict_at(split.histories[rows], split.targets[rows]).mean for rows in blocks]
    errors = np.concatenate([np.zeros(0), *parts]) - split.targets.data
    rows, people = row_of_each(split.targets), len(split.people)
    counts = np.bincount(rows, minlength=people).astype(np.float64)
    above = {
        "rmse": np.bincount(rows, errors**2, minlength=people).astype(np.float64),
        "mae": np.bincount(rows, np.abs(errors), minlength=people).astype(np.float64),
    }
    return Measured(split.people, above, {"rmse": counts, "mae": counts})


def figures(measured: Sequence[Measured], *, seed: int = 0) -> dict[str, Estimate]:
    """Return every figure with its interval, over one split or several; what cannot be worked out is left out."""
    people = np.concatenate([each.people for each in measured])
    if not len(people):
        return {}
    found = {name: _ratio(name, people, measured, seed) for name in measured[0].above}
    listed = [(each.people, each.exposure) for each in measured if each.exposure is not None]
    if listed:
        found["coverage"] = bootstrap.of_exposure(beyond.coverage, listed, seed=seed)
        found["gini"] = bootstrap.of_exposure(beyond.gini, listed, seed=seed)
    return {name: estimate for name, estimate in found.items() if np.isfinite(estimate.value)}


def _ratio(name: str, people: NDArray[np.int64], measured: Sequence[Measured], seed: int) -> Estimate:
    above = np.concatenate([each.above[name] for each in measured])
    below = np.concatenate([each.below[name] for each in measured]) if name in measured[0].below else None
    return bootstrap.ratio(people, above, below, seed=seed, finish=_FINISH.get(name, np.asarray))


def _values(found: Mapping[str, Estimate]) -> dict[str, float]:
    return {name: estimate.value for name, estimate in found.items()}


def _intervals(found: Mapping[str, Estimate]) -> dict[str, list[float]]:
    return {name: [estimate.low, estimate.high] for name, estimate in found.items()}
