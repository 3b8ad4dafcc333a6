"""One run's evidence: every recommender and the predicted stars, measured on the same held-out people."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy import sparse

from recommendations.algorithms import Recommender
from recommendations.data.preferences import is_implicit, row_of_each
from recommendations.evaluation import metrics
from recommendations.evaluation.split import Split
from recommendations.rating import StarPredictor

LIKED_STARS = 4.0
_BLOCK = 500


def evaluate(models: Mapping[str, Recommender], stars: StarPredictor, split: Split, k: int = 10) -> dict[str, Any]:
    """Return {recommender: {ndcg_at_k, recall_at_k, hit_rate_at_k, coverage}} and the errors of predicted stars.

    A held-out film is relevant when it was given at least four stars (any value, where all values are equal).
    People without a relevant film do not count; `people` says how many do. Without any, nothing is measured.
    """
    relevant = _relevant(split.targets)
    counted = np.flatnonzero(np.diff(relevant.indptr))
    if not len(counted):
        return {"people": 0, "recommenders": {}, "stars": {}}
    histories, wanted = split.histories[counted], relevant[counted]
    return {
        "people": len(counted),
        "recommenders": {name: _ranking(model, histories, wanted, k) for name, model in models.items()},
        "stars": _stars(stars, split),
    }


def _relevant(targets: sparse.csr_matrix) -> sparse.csr_matrix:
    liked = sparse.csr_matrix(targets, copy=True)
    if not is_implicit(liked):
        liked.data = (liked.data >= LIKED_STARS).astype(np.float32)
        liked.eliminate_zeros()
    return liked


def _ranking(model: Recommender, histories: sparse.csr_matrix, wanted: sparse.csr_matrix, k: int) -> dict[str, float]:
    lists, _ = model.recommend(histories, k)
    return {
        f"ndcg_at_{k}": float(metrics.ndcg_at_k(lists, wanted, k).mean()),
        f"recall_at_{k}": float(metrics.recall_at_k(lists, wanted, k).mean()),
        f"hit_rate_at_{k}": float(metrics.hit_rate_at_k(lists, wanted, k).mean()),
        "coverage": metrics.coverage(lists, histories.shape[1]),
    }


def _stars(stars: StarPredictor, split: Split) -> dict[str, float]:
    predicted = np.concatenate(
        [
            _predicted(stars, split.histories[start : start + _BLOCK], split.targets[start : start + _BLOCK])
            for start in range(0, split.targets.shape[0], _BLOCK)
        ]
    )
    given = split.targets.data.astype(np.float64)
    return {"rmse": metrics.rmse(predicted, given), "mae": metrics.mae(predicted, given), "ratings": len(given)}


def _predicted(stars: StarPredictor, histories: sparse.csr_matrix, targets: sparse.csr_matrix) -> metrics.Values:
    """Return the prediction for each stored value of `targets`, in its order."""
    films = np.unique(targets.indices)
    block = stars.predict(histories, films).mean
    values: metrics.Values = block[row_of_each(targets), np.searchsorted(films, targets.indices)].astype(np.float64)
    return values
