"""What is too large or too slow is known before it starts: a smaller form, left out with a sentence, or refused."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from recommendations.algorithms import registry
from recommendations.models import TrainingRun
from recommendations.rating import StarPredictor
from recommendations.serving import live_run
from recommendations.training import budget as module
from recommendations.training.budget import Budget, OverBudget, expected_seconds
from recommendations.training.options import Options
from recommendations.training.train import train
from tests.recommendations.conftest import Clock
from tests.recommendations.matrices import two_tastes

MATRIX = two_tastes(films=40)
MEGABYTE = 1024**2


@pytest.fixture
def memory_held(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that holds nothing yet."""
    monkeypatch.setattr(module, "memory_held", lambda: 0)


@pytest.fixture
def run(site: object, options: Options, clock: Clock) -> Callable[..., TrainingRun]:
    """Train with other options."""
    return lambda **changed: train(TrainingRun.objects.create().pk, replace(options, **changed), clock=clock)


def _bound(name: str, **settings: object) -> int:
    return registry.create(name, **settings).memory_bound(*MATRIX.shape, MATRIX.nnz)


def test_what_fits_is_fitted_as_it_was_wanted(options: Options, memory_held: None) -> None:
    wanted, budget = registry.create("svd"), Budget(options)
    assert budget.admit(wanted, MATRIX) is wanted
    assert budget.consequences() == {}


def test_ease_takes_fewer_films_and_the_record_says_so(
    options: Options, memory_held: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(module._SMALLER_BY, "ease", ("memory", 100))
    budget = Budget(replace(options, memory_budget=_bound("ease", memory=4 * 30**2)))
    admitted = budget.admit(registry.create("ease"), MATRIX)
    assert admitted.fit(MATRIX).known_.sum() <= 30
    assert budget.consequences()["smaller"]["ease"] == {"memory": admitted.config.memory}


def test_a_hybrid_is_told_what_is_left(options: Options, memory_held: None) -> None:
    budget = Budget(replace(options, memory_budget=300 * MEGABYTE))
    assert budget.admit(registry.create("hybrid"), MATRIX).config.memory == 300 * MEGABYTE


def test_one_that_needs_too_much_memory_is_left_out_with_a_sentence(options: Options, memory_held: None) -> None:
    budget = Budget(replace(options, memory_budget=_bound("svd") - 1))
    assert budget.admit(registry.create("svd"), MATRIX) is None
    assert "RECS_MEMORY_BUDGET" in budget.consequences()["left_out"]["svd"]


def test_what_every_page_falls_back_on_is_not_left_out(options: Options, memory_held: None) -> None:
    budget = Budget(replace(options, memory_budget=_bound("popularity") - 1))
    with pytest.raises(OverBudget, match="Fitting popularity may take"):
        budget.admit(registry.create("popularity"), MATRIX)


def test_what_every_page_falls_back_on_is_fitted_before_the_time_is_over(options: Options) -> None:
    several = ("als", "hybrid", "item_knn", "popularity", "svd")
    chosen = replace(options, recommenders=several, default="svd")
    assert chosen.by_need()[:3] == ["popularity", "hybrid", "svd"]


def test_without_memory_for_the_published_one_there_is_a_sentence(options: Options, memory_held: None) -> None:
    budget = Budget(replace(options, memory_budget=_bound("item_knn") - 1))
    with pytest.raises(OverBudget, match="Fitting item_knn may take"):
        budget.admit(registry.create("item_knn"), MATRIX)


def test_stars_learn_from_fewer_people_where_memory_is_short_and_the_record_says_so(
    options: Options, memory_held: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("recommendations.rating.stars.FEWEST", 50)
    wanted = StarPredictor()
    bound = wanted.memory_bound(*MATRIX.shape, MATRIX.nnz)
    budget = Budget(replace(options, memory_budget=bound - 1))
    admitted = budget.admit_stars(wanted, MATRIX)
    assert admitted.memory_bound(*MATRIX.shape, MATRIX.nnz) < bound
    assert budget.consequences()["smaller"]["stars"] == {"most_ratings": admitted.config.parts.most_ratings}


def test_without_memory_for_any_stars_there_is_a_sentence(options: Options, memory_held: None) -> None:
    with pytest.raises(OverBudget, match=r"Predicted stars may take .* RECS_MEMORY_BUDGET .* are left: raise it"):
        Budget(replace(options, memory_budget=1)).admit_stars(StarPredictor(), MATRIX)


def test_stars_learn_from_as_much_less_as_there_is_less_time(
    options: Options, memory_held: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FEWEST", 1)
    budget = Budget(replace(options, time_budget=100), {"stars": 80.0}, spent=60.0)
    assert budget.admit_stars(StarPredictor(), MATRIX).config.parts.most_ratings == MATRIX.nnz // 2
    budget.spent = 20.0
    assert budget.admit_stars(wanted := StarPredictor(), MATRIX) is wanted


def test_without_memory_for_what_is_needed_the_run_ends_with_that_sentence(run: Callable[..., TrainingRun]) -> None:
    with pytest.raises(OverBudget):
        run(memory_budget=MEGABYTE)
    error = TrainingRun.objects.get().error
    assert error.startswith("Fitting popularity may take ")
    assert "of the 1 MB of RECS_MEMORY_BUDGET 0 MB are left" in error


def test_when_the_time_is_over_the_rest_is_left_out_and_the_run_goes_live(
    run: Callable[..., TrainingRun], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("recommendations.training.train.expected_seconds", lambda ratings: {"svd": 1_000.0})
    done = run(time_budget=600)
    assert live_run() == done
    assert "svd" not in done.metrics["recommenders"]
    assert "RECS_TIME_BUDGET is 600 s" in done.steps.get(name="fit").detail["left_out"]["svd"]


def test_a_second_pass_that_would_take_too_long_is_not_begun(options: Options) -> None:
    budget = Budget(replace(options, time_budget=10, refit_below=100))
    budget.spent = 6
    assert not budget.allows_refit(50)
    budget.spent = 4
    assert budget.allows_refit(50)
    assert not budget.allows_refit(100)


def test_a_fit_should_take_as_long_for_each_rating_as_it_last_did(run: Callable[..., TrainingRun]) -> None:
    done = run()
    assert expected_seconds(0) == {"popularity": 0, "item_knn": 0, "svd": 0, "stars": 0}
    took = done.steps.get(name="fit").detail["seconds"]["svd"]
    assert expected_seconds(2 * done.data["ratings"])["svd"] == pytest.approx(2 * took)


@pytest.mark.parametrize("wrong", [{"memory_budget": 0}, {"time_budget": -1}])
def test_a_budget_that_is_no_amount_is_refused(options: Options, wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="RECS_TIME_BUDGET"):
        replace(options, **wrong)
