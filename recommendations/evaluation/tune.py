"""Which settings suit these ratings: random search with successive halving, on ratings kept away from the models.

    repeat until time is up, or nothing has got better for a while:
        draw candidates, half of them anywhere, half near the best so far
        measure them on a part of the people, the better third on three times as many, … the best on everybody
    the winner must beat the defaults once more, on a split that the search never saw; else the defaults stay

Sources: Bergstra and Bengio, JMLR 13, 2012 (random search); Jamieson and Talwalkar, AISTATS 2016 (successive halving).
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np
from scipy import sparse

from recommendations.algorithms import registry
from recommendations.data.interactions import SideInformation, prepared
from recommendations.data.preferences import row_of_each
from recommendations.evaluation.dataset import only
from recommendations.evaluation.metrics import ndcg_at_k
from recommendations.evaluation.report import relevant
from recommendations.evaluation.spaces import Space, space
from recommendations.evaluation.split import Split, leave_out

K = 10
TARGET_SHARE = 0.2
MOST_MEASURED = 2_000
CANDIDATES = 9
HALVING = 3
# Below so many ratings a whole fit costs so little that measuring on a part of the people saves nothing.
WHOLE_BELOW = 300_000
PATIENCE = 5

Settings = dict[str, Any]


class CannotTune(ValueError):
    """Ratings on which nothing can be compared; the message says in one sentence why."""


@dataclass(frozen=True)
class Progress:
    """How a search stands: fits so far, the share of the time that is gone, NDCG of the defaults and of the best."""

    fits: int
    share: float
    default: float
    best: float


@dataclass
class _Search:
    """What a search works on, and what it remembers."""

    name: str
    side: SideInformation
    space: Space
    rungs: list[Split]
    generator: np.random.Generator
    started: float
    seconds: float
    clock: Callable[[], float]
    progress: Callable[[Progress], None]
    fixed: Settings = field(default_factory=dict)
    tried: set[str] = field(default_factory=set)
    fits: int = 0
    default: float = 0.0
    best: float = 0.0

    @property
    def is_over(self) -> bool:
        return self.clock() - self.started >= self.seconds

    def tell(self) -> None:
        share = min(1.0, (self.clock() - self.started) / max(self.seconds, 1e-9))
        self.progress(Progress(self.fits, share, self.default, self.best))


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

    A fifth of each person's ratings is kept away and foreseen (NDCG@10, at least four stars are relevant; any film
    where all values are equal or nobody gave four stars). Keep a test split away before calling this: everything in
    `interactions` is used.

    Args:
        name: a recommender's name.
        interactions: users × films CSR, stars or equal values.
        side: what is known besides.
        minutes: when to stop drawing; the fit that runs then, and the confirmation, are finished.
        seed: of splits and candidates. Equal seeds give equal results if both searches end by themselves.
        clock: seconds that only go forward.
        progress: told after every fit.

    Raises UnknownRecommender, InvalidInteractions, CannotTune.
    """
    kind = registry.kind(name)
    started, seconds = clock(), 60 * minutes
    matrix, side = prepared(interactions, side)
    search = _Search(
        name=name,
        side=side,
        space=space(kind.Config),
        rungs=_rungs(matrix, seed),
        generator=np.random.default_rng(seed),
        started=started,
        seconds=seconds,
        clock=clock,
        progress=progress,
    )
    if {"parts", "settings"} <= {each.name for each in fields(kind.Config)}:
        search.fixed = {"settings": _tuned_parts(search, matrix, seed)}
    best = _searched(search)
    return best if best and _is_better(search, best, _split(matrix, seed + 1)) else {}


def _tuned_parts(search: _Search, matrix: sparse.csr_matrix, seed: int) -> dict[str, Settings]:
    """Return settings of the parts of a blend, each tuned alone; all of them have half of the time."""
    parts = registry.create(search.name).config.parts
    minutes = search.seconds / 60 / 2 / len(parts)
    found = {}
    for part in parts:
        if not search.is_over:
            found[part] = tune(part, matrix, search.side, minutes, seed, clock=search.clock, progress=search.progress)
    return {part: settings for part, settings in found.items() if settings}


def _searched(search: _Search) -> Settings:
    """Return the best settings of as many rounds as there is time for, {} if none beats the defaults."""
    best: Settings = {}
    if not search.space or search.is_over:
        return best
    search.default = search.best = _score(search, {}, search.rungs[-1])
    if any(search.fixed.values()) and (score := _score(search, search.fixed, search.rungs[-1])) > search.best:
        search.best, best = score, search.fixed
    rounds_without = 0
    while rounds_without < PATIENCE and (candidates := _draw(search, best)):
        winner = _round(search, candidates)
        if winner is None:
            break
        rounds_without += 1
        if winner[0] > search.best:
            search.best, best = winner
            rounds_without = 0
    return best


def _round(search: _Search, candidates: list[Settings]) -> tuple[float, Settings] | None:
    """Return the best of some candidates after halving on every rung, with its score; None when time ran out."""
    scored: list[tuple[float, Settings]] = []
    for rung in search.rungs:
        scored = []
        for candidate in candidates:
            if search.is_over:
                return _best_first(scored)[0] if scored and rung is search.rungs[-1] else None
            scored.append((_score(search, candidate, rung), candidate))
            search.tell()
        scored = _best_first(scored)
        candidates = [candidate for _, candidate in scored[: max(1, len(scored) // HALVING)]]
    return scored[0]


def _best_first(scored: list[tuple[float, Settings]]) -> list[tuple[float, Settings]]:
    return sorted(scored, key=lambda pair: -pair[0])


def _draw(search: _Search, best: Settings) -> list[Settings]:
    """Return settings that were not tried yet, as full settings of the space; fewer when it is small."""
    found: list[Settings] = []
    defaults = vars(registry.create(search.name).config)
    for attempt in range(CANDIDATES * 10):
        middle = defaults | search.fixed | best
        drawn = {
            name: values.near(middle[name], search.generator)
            if attempt % 2 and middle[name] is not None
            else values.draw(search.generator)
            for name, values in search.space.items()
        }
        key = json.dumps(drawn, sort_keys=True)
        if key not in search.tried:
            search.tried.add(key)
            found.append(search.fixed | drawn)
        if len(found) == CANDIDATES:
            break
    return found


def _score(search: _Search, settings: Settings, split: Split) -> float:
    """Return the mean NDCG@10 of a recommender with these settings; impossible settings have minus infinity."""
    search.fits += 1
    try:
        return float(_scores(search, settings, split).mean())
    except (ValueError, ArithmeticError, MemoryError, np.linalg.LinAlgError):
        if not settings:
            raise
        return -np.inf


def _scores(search: _Search, settings: Settings, split: Split) -> np.ndarray[Any, np.dtype[np.float64]]:
    model = registry.create(search.name, **settings).fit(split.training, split.side(search.side))
    lists, _ = model.recommend(split.histories, K)
    return ndcg_at_k(lists, split.targets, K)


def _is_better(search: _Search, settings: Settings, split: Split) -> bool:
    """Return whether settings beat the defaults on a split that the search has not seen."""
    return _score(search, settings, split) > _score(search, {}, split)


def _split(matrix: sparse.csr_matrix, seed: int) -> Split:
    """Return a validation split whose targets are relevant ones only, with at most MOST_MEASURED people."""
    split = leave_out(matrix, share=TARGET_SHARE, seed=seed)
    wanted = relevant(split.targets)
    if not wanted.nnz:
        wanted = split.targets
    counted = np.flatnonzero(np.diff(wanted.indptr))
    counted = np.sort(np.random.default_rng(seed).permutation(counted)[:MOST_MEASURED])
    if not len(counted):
        raise CannotTune("Nobody has two ratings or more, so nothing can be foreseen: the defaults stay.")
    if np.unique(wanted.indices).size < 2 or split.training.shape[1] < 3:
        raise CannotTune("There are too few films to compare lists on: the defaults stay.")
    return replace(split, histories=split.histories[counted], targets=wanted[counted], people=split.people[counted])


def _rungs(matrix: sparse.csr_matrix, seed: int) -> list[Split]:
    """Return the validation split on ever more people, the last one on everybody."""
    whole = _split(matrix, seed)
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
    return replace(split, training=only(split.training, chosen[rows]), kept=kept)
