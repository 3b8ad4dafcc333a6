"""Which settings suit these ratings: a search on ratings kept away from the models.

The winner must beat the defaults once more, on a split that the search never saw; else the defaults stay.
"""

import time
from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import numpy as np
from scipy import sparse

from recommendations.algorithms import registry
from recommendations.data.interactions import SideInformation, entries, prepared
from recommendations.data.preferences import row_of_each
from recommendations.evaluation.compare import STARS
from recommendations.evaluation.metrics import ndcg_at_k, rmse
from recommendations.evaluation.report import relevant
from recommendations.evaluation.search import HALVING, Progress, Search, Settings
from recommendations.evaluation.spaces import space, star_config
from recommendations.evaluation.split import Split, leave_out
from recommendations.rating import PartsConfig, StarPredictor
from recommendations.rating.stars import sweeps_for

K = 10
TARGET_SHARE = 0.2
MOST_MEASURED = 2_000
# Below so many ratings a whole fit costs so little that measuring on a part of the people saves nothing.
WHOLE_BELOW = 300_000
# Candidates for the stars are told apart by a sampler that stops so much sooner; a whole one confirms the winner.
SOONER = 3


class CannotTune(ValueError):
    """Ratings on which nothing can be compared; the message says in one sentence why."""


def tune(
    name: str,
    interactions: Any,
    side: SideInformation | None = None,
    minutes: float = 10,
    seed: int = 0,
    *,
    clock: Callable[[], float] = time.monotonic,
    progress: Callable[[Progress], None] = lambda _state: None,
) -> Settings:
    """Return settings for `registry.create(name, **settings)` that suit these ratings; {} keeps the defaults.

    A fifth of each person's ratings is kept away and foreseen: by NDCG@10 (at least four stars are relevant; any film
    where all values are equal or nobody gave four stars), or for "stars" by RMSE; their settings go into
    `spaces.star_config(settings)`. Keep a test split away before calling this: everything in `interactions` is used.

    Args:
        name: a recommender's name, or "stars".
        interactions: users × films CSR, stars or equal values.
        side: what is known besides.
        minutes: when to stop drawing; the fit that runs then, and the confirmation, are finished.
        seed: of splits and candidates. Equal seeds give equal results if both searches end by themselves.
        clock: seconds that only go forward.
        progress: told after every fit.

    Raises UnknownRecommender, InvalidInteractions, CannotTune.
    """
    is_stars = name == STARS
    kind = PartsConfig if is_stars else registry.kind(name).Config
    ends = clock() + 60 * minutes
    matrix, side = prepared(interactions, side)
    measure = _error_of_stars(side, SOONER) if is_stars else _ndcg_of(name, side)
    search = Search(
        metric="RMSE" if is_stars else f"NDCG@{K}",
        measure=measure,
        lower_is_better=is_stars,
        space=space(kind),
        defaults=vars(kind()),
        rungs=_rungs(matrix, seed, all_targets=is_stars),
        generator=np.random.default_rng(seed),
        clock=clock,
        ends=ends,
        seconds=60 * minutes,
        progress=progress,
    )
    if {"parts", "settings"} <= {each.name for each in fields(kind)}:
        search.fixed = {"settings": _tuned_parts(search, name, matrix, side, seed)}
    best = search.run()
    if is_stars:
        search.measure = _error_of_stars(side, 1)
    if not best or not _is_better(search, best, _split(matrix, seed + 1, all_targets=is_stars)):
        return {}
    return {"parts": best} if is_stars else best


def _tuned_parts(
    search: Search, name: str, matrix: sparse.csr_matrix, side: SideInformation, seed: int
) -> dict[str, Settings]:
    """Return settings of the parts of a blend, each tuned alone; all of them have half of the time.

    Only what is a recommender by itself is tuned: a part that is another's twin is there for being different.
    """
    parts = [part for part in registry.create(name).config.parts if part in registry.RECOMMENDERS]
    minutes = search.seconds / 60 / 2 / len(parts)
    found = {}
    for part in parts:
        if not search.is_over:
            found[part] = tune(part, matrix, side, minutes, seed, clock=search.clock, progress=search.progress)
    return {part: settings for part, settings in found.items() if settings}


def _ndcg_of(name: str, side: SideInformation) -> Callable[[Settings, Split], float]:
    """Return what works out the mean NDCG@10 of a recommender with some settings."""

    def measure(settings: Settings, split: Split) -> float:
        model = registry.create(name, **settings).fit(split.training, split.side(side))
        lists, _ = model.recommend(split.histories, K)
        return float(ndcg_at_k(lists, split.targets, K).mean())

    return measure


def _error_of_stars(side: SideInformation, sooner: int) -> Callable[[Settings, Split], float]:
    """Return what works out the RMSE of predicted stars with some settings of their parts.

    The parts are not fitted again after the blend was learned: that would cost as much again and favours no settings.
    """

    def measure(settings: Settings, split: Split) -> float:
        sweeps = max(1, sweeps_for(split.training.nnz) // sooner)
        config = replace(star_config({"parts": settings}), sweeps=sweeps, refit_below=0)
        predictor = StarPredictor(config).fit(split.training, split.side(side))
        found = predictor.predict_at(split.histories, split.targets).mean
        return rmse(found.astype(np.float64), split.targets.data.astype(np.float64))

    return measure


def _is_better(search: Search, settings: Settings, split: Split) -> bool:
    """Return whether settings beat the defaults on a split that the search has not seen."""
    return search.score(settings, split) > search.score({}, split)


def _split(matrix: sparse.csr_matrix, seed: int, *, all_targets: bool = False) -> Split:
    """Return a validation split whose targets are relevant ones only, or all, with at most MOST_MEASURED people."""
    split = leave_out(matrix, share=TARGET_SHARE, seed=seed)
    wanted = split.targets if all_targets else relevant(split.targets)
    if not wanted.nnz:
        wanted = split.targets
    counted = np.flatnonzero(np.diff(wanted.indptr))
    counted = np.sort(np.random.default_rng(seed).permutation(counted)[:MOST_MEASURED])
    if not len(counted):
        raise CannotTune("Nobody has two ratings or more, so nothing can be foreseen: the defaults stay.")
    if np.unique(wanted.indices).size < 2 or split.training.shape[1] < 3:
        raise CannotTune("There are too few films to compare lists on: the defaults stay.")
    return replace(split, histories=split.histories[counted], targets=wanted[counted], people=split.people[counted])


def _rungs(matrix: sparse.csr_matrix, seed: int, *, all_targets: bool) -> list[Split]:
    """Return the validation split on ever more people, the last one on everybody."""
    whole = _split(matrix, seed, all_targets=all_targets)
    people = np.flatnonzero(np.diff(whole.training.indptr))
    shares = [1.0]
    while matrix.nnz * shares[0] / HALVING >= WHOLE_BELOW:
        shares.insert(0, shares[0] / HALVING)
    drawn = np.random.default_rng(seed).permutation(people)
    return [_on_part(whole, drawn[: max(2, int(len(drawn) * share))]) for share in shares[:-1]] + [whole]


def _on_part(split: Split, people: np.ndarray[Any, np.dtype[np.int64]]) -> Split:
    """Return a split fitted on some people only; those measured stay."""
    chosen = np.zeros(split.training.shape[0], np.bool_)
    chosen[people] = True
    rows = row_of_each(split.training)
    kept = split.kept.copy()
    kept[np.flatnonzero(kept)[~chosen[rows]]] = False
    return replace(split, training=entries(split.training, chosen[rows]), kept=kept)
