"""What no peer offers: fold-in of few ratings, films nobody has rated, calibrated lists.

`python -m benchmarks.quality.beyond DATA` prints rows of JSON.
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.quality.folds import SEED, kept
from recommendations.algorithms import Recommender, calibration, registry
from recommendations.data.preferences import is_implicit
from recommendations.evaluation import Dataset, compare, protocol
from recommendations.evaluation.beyond import miscalibration
from recommendations.evaluation.metrics import recall_at_k
from recommendations.evaluation.report import figures, measure_lists, relevant
from recommendations.evaluation.split import Split, at_least, fold_in, leave_out

K = 10
FOLDED_IN = (1, 2, 5, 10, None)
WEIGHTS = np.round(np.arange(0.5, 1, 0.05), 2)
WANTED_DROP = 0.62
CANDIDATES = 100

Row = dict[str, Any]


def main() -> None:
    """Measure one release."""
    data = kept(Path(sys.argv[1]))
    rows = [*curve(data), *cold_films(data)]
    if data.name == "ml-100k":
        rows += calibrated(data)
    sys.stdout.write(json.dumps(rows))


def curve(data: Dataset) -> Iterator[Row]:
    """Yield NDCG@10 of people who were never fitted, by how many of their ratings are folded in."""
    splits = list(protocol("strong").splits(data, SEED))
    for name in registry.RECOMMENDERS:
        measured: dict[int | None, list[Any]] = {size: [] for size in FOLDED_IN}
        for split in splits:
            model = registry.create(name).fit(split.training, split.side(data.side))
            same_people = at_least(split, max(size for size in FOLDED_IN if size))
            for size in FOLDED_IN:
                shown = same_people if size is None else fold_in(same_people, size, seed=SEED)
                measured[size].append(measure_lists(model, shown, K))
        for size, parts in measured.items():
            shown_as = "all" if size is None else str(size)
            value = figures(parts)["ndcg_at_10"].value
            yield _row(f"{data.name}, people never fitted, {shown_as} ratings folded in", name, "NDCG@10", value)


def cold_films(data: Dataset) -> Iterator[Row]:
    """Yield what is found of a fifth of the films, of which nobody's rating was fitted."""
    about = f"{data.name}, 20 % of films never fitted, ranked among themselves"
    found = compare(data, "cold-films", list(registry.RECOMMENDERS), k=K, seed=SEED)
    for name, measured in found.models.items():
        yield _row(about, name, "Recall@10", measured["recall_at_10"].value)
        yield _row(about, name, "NDCG@10", measured["ndcg_at_10"].value)
    yield _row(about, "chance", "Recall@10", found.chance or 0.0)


def calibrated(data: Dataset) -> Iterator[Row]:
    """Yield recall and divergence before and after re-ranking.

    The weight is the smallest that takes WANTED_DROP off the divergence on a validation split of the training part.
    """
    test = leave_out(data.interactions, share=0.2, seed=SEED)
    known = data.where(test.kept, "without the test ratings")
    validation = leave_out(known.interactions, share=0.2, seed=SEED + 1)
    for name in _personal():
        about = f"{data.name}, calibrated lists of {name}"
        trials = [_trial(name, validation, known, weight) for weight in (0.0, *WEIGHTS.tolist())]
        weight = next(trial[0] for trial in trials if trial[2] <= (1 - WANTED_DROP) * trials[0][2])
        for model, chosen in (("as it is", 0.0), ("calibrated", weight)):
            _, recall, divergence = _trial(name, test, data, chosen)
            yield _row(about, model, "Recall@10", recall)
            yield _row(about, model, "KL@10", divergence)
        yield _row(about, "calibrated", "weight", weight)


_FITTED: dict[tuple[str, int], tuple[Recommender, Split, Any, Any]] = {}


def _trial(name: str, split: Split, data: Dataset, weight: float) -> tuple[float, float, float]:
    """Return a weight with the recall and the divergence of the lists it makes."""
    key = (name, id(split))
    if key not in _FITTED:
        _FITTED[key] = _candidates(name, split, data)
    _, measured, positions, scores = _FITTED[key]
    shares = calibration.genre_shares(data.genres)
    wanted = calibration.taste(measured.histories, shares, implicit=is_implicit(measured.histories))
    lists = calibration.calibrated(positions, scores, wanted, shares, n=K, weight=weight)
    recall = recall_at_k(lists, measured.targets, K).mean()
    return weight, float(recall), float(np.nanmean(miscalibration(lists, measured.histories, data.genres)))


def _candidates(name: str, split: Split, data: Dataset) -> tuple[Recommender, Split, Any, Any]:
    liked = relevant(split.targets)
    counted = np.flatnonzero(np.diff(liked.indptr))
    measured = replace(split, histories=split.histories[counted], targets=liked[counted], people=split.people[counted])
    model = registry.create(name).fit(split.training, split.side(data.side))
    return (model, measured, *model.recommend(measured.histories, CANDIDATES))


def _personal() -> list[str]:
    wanted = [name for name in ("hybrid", "ease", "item_knn") if name in registry.RECOMMENDERS]
    return wanted or ["item_knn"]


def _row(about: str, model: str, metric: str, value: float) -> Row:
    ours = model != "chance"
    return {"protocol": about, "model": model, "ours": ours, "metric": metric, "value": value}


if __name__ == "__main__":
    main()
