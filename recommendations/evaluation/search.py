"""Random search with successive halving, whatever it is that is searched.

    repeat until time is up, or nothing has got better for a while:
        draw candidates, half of them anywhere, half near the best so far
        measure them on the first rung, the better third on the next, … the best on the last

Sources: Bergstra and Bengio, JMLR 13, 2012 (random search); Jamieson and Talwalkar, AISTATS 2016 (successive halving).
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from recommendations.evaluation.spaces import Space
from recommendations.evaluation.split import Split

CANDIDATES = 9
HALVING = 3
PATIENCE = 5

Settings = dict[str, Any]


@dataclass(frozen=True)
class Progress:
    """How a search stands.

    Attributes:
        metric: what is compared, by its name.
        fits: how many there were so far.
        share: part of the time that is gone.
        default: the metric of the defaults.
        best: that of the best settings so far.
    """

    metric: str
    fits: int
    share: float
    default: float
    best: float


@dataclass
class Search:
    """What a search works on, and what it remembers.

    Attributes:
        metric: what is compared, by its name.
        measure: the metric of settings on a split.
        lower_is_better: whether it is an error.
        space: where to look.
        defaults: every setting's default, by its name.
        rungs: splits that cost ever more; only figures of the last one are compared with each other in the end.
        generator: of candidates.
        clock: seconds that only go forward.
        ends: at what time of it no further fit is begun.
        seconds: how long the whole is meant to take.
        progress: told after every fit.
        fixed: settings that every candidate has.
    """

    metric: str
    measure: Callable[[Settings, Split], float]
    lower_is_better: bool
    space: Space
    defaults: Settings
    rungs: list[Split]
    generator: np.random.Generator
    clock: Callable[[], float]
    ends: float
    seconds: float
    progress: Callable[[Progress], None]
    fixed: Settings = field(default_factory=dict)
    tried: set[str] = field(default_factory=set)
    fits: int = 0
    default: float = 0.0
    best: float = 0.0

    @property
    def is_over(self) -> bool:
        """Whether the time is up."""
        return self.clock() >= self.ends

    def score(self, settings: Settings, split: Split) -> float:
        """Return how good settings are, higher is better; impossible settings have minus infinity."""
        self.fits += 1
        try:
            return self._signed(self.measure(settings, split))
        except (ValueError, ArithmeticError, MemoryError, np.linalg.LinAlgError):
            if not settings:
                raise
            return -np.inf

    def tell(self) -> None:
        """Say how the search stands."""
        share = min(1.0, 1 - (self.ends - self.clock()) / max(self.seconds, 1e-9))
        self.progress(Progress(self.metric, self.fits, share, self._signed(self.default), self._signed(self.best)))

    def run(self) -> Settings:
        """Return the best settings of as many rounds as there is time for, {} if none beats the defaults."""
        best: Settings = {}
        if not self.space or self.is_over:
            return best
        self.default = self.best = self.score({}, self.rungs[-1])
        if any(self.fixed.values()) and (score := self.score(self.fixed, self.rungs[-1])) > self.best:
            self.best, best = score, self.fixed
        rounds_without = 0
        while rounds_without < PATIENCE and (candidates := self._draw(best)):
            winner = self._round(candidates)
            if winner is None:
                break
            rounds_without += 1
            if winner[0] > self.best:
                self.best, best = winner
                rounds_without = 0
        return best

    def _round(self, candidates: list[Settings]) -> tuple[float, Settings] | None:
        """Return the best of some candidates after halving on every rung, with its score; None when time ran out."""
        scored: list[tuple[float, Settings]] = []
        for rung in self.rungs:
            scored = []
            for candidate in candidates:
                if self.is_over:
                    return _best_first(scored)[0] if scored and rung is self.rungs[-1] else None
                scored.append((self.score(candidate, rung), candidate))
                self.tell()
            scored = _best_first(scored)
            candidates = [candidate for _, candidate in scored[: max(1, len(scored) // HALVING)]]
        return scored[0]

    def _draw(self, best: Settings) -> list[Settings]:
        """Return settings that were not tried yet, as full settings of the space; fewer when it is small."""
        found: list[Settings] = []
        for attempt in range(CANDIDATES * 10):
            middle = self.defaults | self.fixed | best
            drawn = {
                name: values.near(middle[name], self.generator)
                if attempt % 2 and middle[name] is not None
                else values.draw(self.generator)
                for name, values in self.space.items()
            }
            key = json.dumps(drawn, sort_keys=True)
            if key not in self.tried:
                self.tried.add(key)
                found.append(self.fixed | drawn)
            if len(found) == CANDIDATES:
                break
        return found

    def _signed(self, value: float) -> float:
        return -value if self.lower_is_better else value


def _best_first(scored: list[tuple[float, Settings]]) -> list[tuple[float, Settings]]:
    return sorted(scored, key=lambda pair: -pair[0])
