"""What a training run is given from outside: read from the settings at the doors, passed on as one value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings

from recommendations.algorithms import Recommender, registry
from recommendations.algorithms.hybrid import Hybrid
from recommendations.store import TopListStore, toplists
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
        lease_seconds: after this long without a heartbeat a trainer counts as gone.
        tuned: settings in place of a recommender's defaults, by its name.
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
    lease_seconds: int = 60
    tuned: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    engine: str = "recommendations.training.engine.LocalEngine"
    engine_options: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in self.recommenders:
            registry.kind(name)
        if self.default not in self.recommenders:
            raise ValueError(f"RECS_DEFAULT is {self.default!r}, which is not among RECS_RECOMMENDERS.")

    def create(self, name: str, fitted: Recommender | None = None) -> Recommender:
        """Return an unfitted recommender with its tuned settings, if there are any.

        A hybrid takes over what one that was `fitted` before learned of its parts. They may take half of the memory:
        the ratings, and what is fitted already, need the rest.
        """
        given: dict[str, Any] = {}
        if name == Hybrid.name:
            blend = fitted.blend_ if isinstance(fitted, Hybrid) else None
            given = {"memory": self.memory_budget // 2, "blend": blend}
        return registry.create(name, **given | dict(self.tuned.get(name, {})))

    def configuration(self) -> dict[str, Any]:
        """Return each recommender's settings, as they are recorded with the run."""
        return {name: vars(self.create(name).config) for name in self.recommenders}


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
        lease_seconds=settings.RECS_LEASE_SECONDS,
        tuned=tuned.kept(settings.VAR_DIR / "tuned", tuple(registry.RECOMMENDERS)),
        **settings.RECS_ENGINES[settings.RECS_ENGINE],
    )
