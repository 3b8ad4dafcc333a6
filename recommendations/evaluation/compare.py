"""Several models, one protocol: everybody is fitted and measured on the same splits."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from recommendations.algorithms import registry
from recommendations.evaluation.bootstrap import Estimate
from recommendations.evaluation.dataset import Dataset
from recommendations.evaluation.protocols import protocol
from recommendations.evaluation.report import LIKED_STARS, Measured, figures, measure_lists, measure_stars, relevant
from recommendations.evaluation.spaces import star_config
from recommendations.evaluation.split import CannotSplit, Split
from recommendations.rating import StarPredictor

STARS = "stars"


@dataclass(frozen=True)
class Comparison:
    """What came of it.

    Attributes:
        models: for each model its figures by name.
        splits: how many splits were measured.
        people: how many people the lists were measured on.
        chance: where only some films were ranked, the recall of lists drawn at random; else None.
    """

    models: dict[str, dict[str, Estimate]]
    splits: int
    people: int
    chance: float | None = None


def check_names(names: Sequence[str]) -> None:
    """Raise UnknownRecommender for a name that is neither a recommender's nor "stars"."""
    for name in names:
        if name != STARS:
            registry.kind(name)


def compare(
    dataset: Dataset,
    protocol_name: str,
    names: Sequence[str],
    *,
    k: int = 10,
    seed: int = 0,
    liked: float = LIKED_STARS,
    configurations: Mapping[str, Mapping[str, Any]] | None = None,
    progress: Callable[[str], None] = lambda _name: None,
) -> Comparison:
    """Fit and measure each of `names` on every split of a protocol; "stars" is the predicted stars.

    Args:
        dataset: ratings, after whatever filters.
        protocol_name: one of `protocols.PROTOCOLS`.
        names: recommenders' names, or "stars".
        k: length of the lists.
        seed: of the splits and the intervals.
        liked: a foreseen rating of at least so many stars is relevant.
        configurations: settings in place of the defaults, by name.
        progress: told each name before it is fitted.

    Raises UnknownProtocol, UnknownRecommender, CannotSplit.
    """
    check_names(names)
    splits = [each for each in protocol(protocol_name).splits(dataset, seed) if each.targets.nnz]
    if not any(relevant(each.targets, liked).nnz for each in splits):
        raise CannotSplit(f"{dataset.name} has too few ratings: under {protocol_name} nothing is left to foresee.")
    parts: dict[str, list[Measured]] = {name: [] for name in names}
    for split in splits:
        for name in names:
            progress(name)
            parts[name].append(_measured(name, split, dataset, k, liked, (configurations or {}).get(name, {})))
    measured = [split.people[np.diff(relevant(split.targets, liked).indptr) > 0] for split in splits]
    models = {name: figures(each, seed=seed) for name, each in parts.items()}
    return Comparison(models, len(splits), len(np.unique(np.concatenate(measured))), _chance(splits, k))


def _measured(
    name: str, split: Split, dataset: Dataset, k: int, liked: float, configuration: Mapping[str, Any]
) -> Measured:
    side = split.side(dataset.side)
    if name == STARS:
        return measure_stars(StarPredictor(star_config(configuration)).fit(split.training, side), split)
    model = registry.create(name, **configuration).fit(split.training, side)
    return measure_lists(model, split, k, stars=liked, genres=dataset.genres)


def _chance(splits: Sequence[Split], k: int) -> float | None:
    ranked = [int(split.candidates.sum()) for split in splits if split.candidates is not None]
    return min(1.0, k / float(np.mean(ranked))) if ranked else None
