"""Before each fit: whether it is within what is left of the owner's memory and time, and in which form."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from scipy import sparse

from recommendations.algorithms import Recommender
from recommendations.algorithms.hybrid import Hybrid
from recommendations.evaluation.compare import STARS
from recommendations.models import TrainingRun, TrainingStep
from recommendations.rating import StarPredictor
from recommendations.rating.stars import FEWEST
from recommendations.training.meter import memory_held
from recommendations.training.options import Options

logger = logging.getLogger(__name__)

# The setting that makes a fit smaller, and how small it may become before its films are too few to be worth it.
_SMALLER_BY: Mapping[str, tuple[str, int]] = {"ease": ("memory", 4 * 500**2), "slim": ("films", 500)}

# What was left out every time since then is tried again.
_RUNS_REMEMBERED = 100


class OverBudget(Exception):
    """A fit that does not fit; the message names the figure and the setting."""


@dataclass
class Budget:
    """What the fits of a run may take, have taken, and could not be because of it.

    Attributes:
        options: with the owner's limits, and the recommenders that a run cannot be without.
        expected: seconds that each recommender's fit should take, where that is known.
        spent: seconds of the fits so far.
        left_out: why recommenders were not fitted.
        smaller: settings with which others were fitted in place of the wanted ones.
    """

    options: Options
    expected: Mapping[str, float] = field(default_factory=dict)
    spent: float = 0.0
    left_out: dict[str, str] = field(default_factory=dict)
    smaller: dict[str, dict[str, Any]] = field(default_factory=dict)
    _is_second_pass: bool = False

    def admit(self, model: Recommender, matrix: sparse.csr_matrix) -> Recommender | None:
        """Return `model`, unfitted, in a form with which fitting it on `matrix` is within the budget, else None.

        Raises OverBudget in place of None for what no page can be made without.
        """
        try:
            self._check_time(model.name)
            admitted = self._in_memory(model, matrix)
        except OverBudget as over:
            if model.name in self.options.needed:
                raise
            logger.warning("%s is left out: %s", model.name, over)
            self.left_out[model.name] = str(over)
            return None
        if smaller := _changes(model.config, admitted.config):
            self.smaller[model.name] = smaller
        return admitted

    def admit_stars(self, stars: StarPredictor, matrix: sparse.csr_matrix) -> StarPredictor:
        """Return `stars`, unfitted, in a form with which fitting it on `matrix` is within the budget.

        A film's page always says what somebody may expect, so where time or memory are short its films are learned
        from fewer people. Raises OverBudget where the memory is not enough for any.
        """
        limit = self.options.memory_budget
        left = limit - memory_held()
        admitted = self._in_time(stars, matrix.nnz).within(left, *matrix.shape, matrix.nnz)
        if admitted is None:
            raise OverBudget(
                f"Predicted stars may take {_amount(stars.memory_bound(*matrix.shape, matrix.nnz))} to fit, and of "
                f"the {_amount(limit)} of RECS_MEMORY_BUDGET {_amount(left)} are left: raise it."
            )
        if admitted.config != stars.config:
            self.smaller[STARS] = {"most_ratings": admitted.config.parts.most_ratings}
        return admitted

    def _in_time(self, stars: StarPredictor, ratings: int) -> StarPredictor:
        """Return `stars` with so much less to learn from as there is less time left than it should take."""
        limit, expected = self.options.time_budget, self.expected.get(STARS, 0.0)
        left = limit - self.spent
        if not limit or self._is_second_pass or expected <= left:
            return stars
        parts = stars.config.parts
        most = max(FEWEST, int(min(parts.most_ratings, ratings) * max(left, 0) / expected))
        return StarPredictor(replace(stars.config, parts=replace(parts, most_ratings=most)))

    def allows_refit(self, ratings: int) -> bool:
        """Return whether everything is fitted again on everybody; from then on the time is not asked for any more."""
        limit = self.options.time_budget
        self._is_second_pass = ratings < self.options.refit_below and (not limit or 2 * self.spent <= limit)
        return self._is_second_pass

    def consequences(self) -> dict[str, Any]:
        """Return what the budget changed, for the record of a step; nothing when there was enough."""
        found: dict[str, dict[str, Any]] = {"left_out": {**self.left_out}, "smaller": {**self.smaller}}
        return {name: value for name, value in found.items() if value}

    def _check_time(self, name: str) -> None:
        limit, expected = self.options.time_budget, self.expected.get(name, 0.0)
        if limit and not self._is_second_pass and self.spent + expected >= limit:
            raise OverBudget(
                f"Fitting {name} may take {expected:,.0f} s after {self.spent:,.0f} s of other fits, and "
                f"RECS_TIME_BUDGET is {limit:,} s: raise it, or take recommenders out of RECS_RECOMMENDERS."
            )

    def _in_memory(self, model: Recommender, matrix: sparse.csr_matrix) -> Recommender:
        """Return `model` in a form that is within the memory that is left. Raises OverBudget."""
        limit = self.options.memory_budget
        left = limit - memory_held()
        if isinstance(model, Hybrid):  # which leaves out parts that are too large, and says so
            return _with(model, memory=max(1, min(left, model.config.memory or left)))
        smaller = _that_fits(model, matrix, left)
        if smaller is None:
            needed = model.memory_bound(*matrix.shape, matrix.nnz)
            raise OverBudget(
                f"Fitting {model.name} may take {_amount(needed)}, and of the {_amount(limit)} of "
                f"RECS_MEMORY_BUDGET {_amount(left)} are left: raise it, or take {model.name} out of "
                "RECS_RECOMMENDERS."
            )
        return smaller


def expected_seconds(ratings: int) -> dict[str, float]:
    """Return how long each fit should take on so many `ratings`: as long for each of them as it last did."""
    steps = TrainingStep.objects.filter(run__status=TrainingRun.Status.SUCCEEDED, name="fit").select_related("run")
    found: dict[str, float] = {}
    for step in steps.order_by("-id")[:_RUNS_REMEMBERED]:
        growth = ratings / max(step.run.data.get("ratings", 0), 1)
        found = {name: seconds * growth for name, seconds in step.detail.get("seconds", {}).items()} | found
    return found


def _changes(planned: Any, admitted: Any) -> dict[str, Any]:
    return {name: value for name, value in vars(admitted).items() if vars(planned)[name] != value}


def _that_fits(model: Recommender, matrix: sparse.csr_matrix, left: int) -> Recommender | None:
    """Return `model`, or the same with a setting halved until its bound is within `left` bytes; None if none is."""
    setting, least = _SMALLER_BY.get(model.name, ("", 0))
    while model.memory_bound(*matrix.shape, matrix.nnz) > left:
        if not setting or (half := getattr(model.config, setting) // 2) < least:
            return None
        model = _with(model, **{setting: half})
    return model


def _with(model: Recommender, **settings: Any) -> Recommender:
    return type(model)(replace(model.config, **settings))


def _amount(count: int) -> str:
    megabytes = max(count, 0) / 1024**2
    return f"{megabytes / 1024:.1f} GB" if megabytes >= 1024 else f"{megabytes:.0f} MB"
