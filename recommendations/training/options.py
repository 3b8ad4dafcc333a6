"""What a training run is given from outside: read from the settings at the doors, passed on as one value."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings

from recommendations.algorithms import Recommender, registry
from recommendations.algorithms.hybrid import Hybrid
from recommendations.algorithms.parts import PARTS
from recommendations.algorithms.popularity import Popularity
from recommendations.evaluation.compare import STARS
from recommendations.evaluation.spaces import star_config
from recommendations.rating import StarPredictorConfig
from recommendations.store import TopListStore, toplists
from recommendations.store.toplists import MOST_FILMS
from recommendations.training import tuned


@dataclass(frozen=True)
class Options:
    """Where a run writes, and what it fits.

    Attributes:
        runs: folder of the runs' files.
        lists: store of published lists.
        recommenders: names of what is fitted.
        default: the one that is published and served.
        list_size: films on a published list.
        keep_runs: how many finished runs stay to go back to.
        held_out_share: part of the people that models are measured on.
        most_held_out: and how many of them at most.
        refit_below: with fewer ratings than this, everybody is fitted again after the evaluation.
        memory_budget: bytes that the training process may hold.
        time_budget: seconds for fitting; 0 for as long as it takes.
        lease_seconds: after this long without a heartbeat a trainer counts as gone.
        tuned: settings in place of a recommender's defaults, by its name.
        stars: of predicted stars.
        engine: the class that holds the ratings and fits on them (`training.engine`), by its dotted path, because
            one that is not chosen need not be installed.
        engine_options: what that class is told besides.
    """

    runs: Path
    lists: TopListStore
    recommenders: tuple[str, ...]
    default: str
    list_size: int = 100
    keep_runs: int = 3
    held_out_share: float = 0.1
    most_held_out: int = 2_000
    refit_below: int = 1_000_000
    memory_budget: int = 6 * 1024**3
    time_budget: int = 0
    lease_seconds: int = 60
    tuned: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    stars: StarPredictorConfig = field(default_factory=StarPredictorConfig)
    engine: str = "recommendations.training.engine.LocalEngine"
    engine_options: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in self.recommenders:
            registry.kind(name)
        if self.default not in self.recommenders:
            raise ValueError(f"RECS_DEFAULT is {self.default!r}, which is not among RECS_RECOMMENDERS.")
        if not 1 <= self.list_size <= MOST_FILMS:
            raise ValueError(f"RECS_LIST_SIZE is {self.list_size}; a list is of from 1 to {MOST_FILMS} films.")
        if self.keep_runs < 1:
            raise ValueError(f"RECS_KEEP_RUNS is {self.keep_runs}; the live run stays, so it is at least 1.")
        if self.memory_budget < 1 or self.time_budget < 0:
            raise ValueError(
                "RECS_MEMORY_BUDGET is a number of bytes, RECS_TIME_BUDGET one of seconds, or 0 for no limit."
            )

    def create(self, name: str, fitted: Recommender | None = None) -> Recommender:
        """Return an unfitted recommender with its tuned settings, if there are any.

        A hybrid takes over what one that was `fitted` before learned of its parts. These may take two thirds of the
        memory: the ratings, and what is fitted already, need the rest. What was tuned for a part alone holds for the
        hybrid's part too, unless the hybrid's own settings say otherwise.
        """
        own = dict(self.tuned.get(name, {}))
        if name != Hybrid.name:
            return registry.create(name, **own)
        blend = fitted.blend_ if isinstance(fitted, Hybrid) else None
        parts = {part: settings for part, settings in self.tuned.items() if part in PARTS}
        own["settings"] = parts | dict(own.get("settings", {}))
        return registry.create(name, **{"memory": 2 * self.memory_budget // 3, "blend": blend} | own)

    def shared(self, hybrid: Hybrid) -> dict[str, Recommender]:
        """Return the fitted parts of a hybrid that would be the same if they were fitted alone."""
        settings = hybrid.config.settings
        return {
            name: part
            for name, part in hybrid.shared_parts().items()
            if name not in self.recommenders or settings.get(name, {}) == self.tuned.get(name, {})
        }

    @property
    def needed(self) -> set[str]:
        """The recommenders without which no page can be made: the published one, and what pages fall back on."""
        return {Popularity.name, self.default}

    def by_need(self) -> list[str]:
        """Return the recommenders in the order of fitting: the quickest, the hybrid and its parts, what is needed."""
        first = (Popularity.name, Hybrid.name, self.default)
        return sorted(self.recommenders, key=lambda name: first.index(name) if name in first else len(first))

    def configuration(self) -> dict[str, Any]:
        """Return the settings of each recommender and of predicted stars, as they are recorded with the run."""
        recommenders = {name: vars(self.create(name).config) for name in self.recommenders}
        return recommenders | {STARS: asdict(self.stars)}


def from_settings() -> Options:
    """Return what the owner set. Raises UnknownRecommender or ValueError with a sentence."""
    recommenders = tuple(dict.fromkeys(["popularity", *settings.RECS_RECOMMENDERS]))
    return Options(
        runs=settings.RECS_RUNS_DIR,
        lists=toplists(settings.REDIS_URL, settings.RECS_LISTS_DIR),
        recommenders=recommenders,
        default=settings.RECS_DEFAULT,
        list_size=settings.RECS_LIST_SIZE,
        keep_runs=settings.RECS_KEEP_RUNS,
        memory_budget=settings.RECS_MEMORY_BUDGET,
        time_budget=settings.RECS_TIME_BUDGET,
        lease_seconds=settings.RECS_LEASE_SECONDS,
        tuned=tuned.kept(settings.VAR_DIR / "tuned", tuple(registry.RECOMMENDERS)),
        stars=star_config(tuned.kept(settings.VAR_DIR / "tuned", [STARS]).get(STARS, {})),
        **settings.RECS_ENGINES[settings.RECS_ENGINE],
    )
