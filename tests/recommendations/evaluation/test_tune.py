"""Tuning: it finds what helps, is the same for a seed, and answers poor data with a sentence."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from importlib import import_module

import numpy as np
import pytest
from scipy import sparse

from recommendations.algorithms import registry
from recommendations.data import InvalidInteractions
from recommendations.evaluation import CannotTune, tune
from recommendations.evaluation.search import Progress
from recommendations.evaluation.spaces import Choice, Range, UnknownSetting, checked, space, star_config
from recommendations.rating import PartsConfig, StarPredictor
from tests.recommendations.matrices import two_tastes

# The module, under whose name its package gives the function.
tuning = import_module("recommendations.evaluation.tune")
BLENDS = {"hybrid"}
NAMES = sorted(set(registry.RECOMMENDERS) - BLENDS)


def _clock(seconds_per_look: float) -> Callable[[], float]:
    """A clock that goes on by the same amount whenever somebody looks."""
    now = iter(np.arange(0, 1e6, seconds_per_look).tolist())
    return lambda: next(now)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_found_makes_a_recommender(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tuning, "_ndcg_of", lambda *_: lambda settings, _split: float(bool(settings)))
    found = tune(name, two_tastes(), minutes=1, clock=_clock(4))
    assert found
    assert registry.create(name, **found).fit(two_tastes())


@pytest.mark.parametrize("name", NAMES)
def test_the_same_seed_finds_the_same(name: str) -> None:
    once, again = (_tuned(two_tastes(), name, seed=3) for _ in range(2))
    assert once == again


def _tuned(ratings: sparse.csr_matrix, name: str = "item_knn", seed: int = 0) -> tuple[object, list[Progress]]:
    """Return what was found, and what was told on the way; something other than the defaults was tried."""
    told: list[Progress] = []
    found = tune(name, ratings, minutes=1, seed=seed, clock=_clock(4), progress=told.append)
    assert told[-1].fits > 1
    assert all(0 <= each.best <= 1 for each in told)
    return found, told


def test_a_blend_is_tuned_with_its_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def tuned(name: str, *_: object, **__: object) -> dict[str, int]:
        registry.kind(name)
        asked.append(name)
        return {"neighbors": 7} if name == "item_knn" else {}

    monkeypatch.setattr(tuning, "tune", tuned)
    monkeypatch.setattr(tuning, "_is_better", lambda *_: True)
    found = tune("hybrid", two_tastes(), minutes=1, clock=_clock(3))
    assert sorted(asked) == NAMES
    assert found["settings"] == {"item_knn": {"neighbors": 7}}
    assert registry.create("hybrid", **found)


def test_a_setting_that_spoils_everything_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    spoiled = registry.kind("svd")
    monkeypatch.setattr(spoiled, "Config", SpoiledConfig)
    assert tune("svd", _noisy(), minutes=1, clock=_clock(0.5))["regularization"] < SpoiledConfig.regularization


@pytest.fixture
def quick_stars(monkeypatch: pytest.MonkeyPatch) -> None:
    """Samplers of a few sweeps."""
    monkeypatch.setattr(tuning, "sweeps_for", lambda _ratings: 6)


@pytest.mark.usefixtures("quick_stars")
def test_stars_are_tuned_by_their_error(monkeypatch: pytest.MonkeyPatch) -> None:
    spoiled = {"film_shrinkage": 1e9, "people_shrinkage": 1e9, "damping": 1e5, "samples": 1}
    monkeypatch.setattr(tuning, "star_config", lambda given: star_config({"parts": spoiled | given["parts"]}))
    seen: list[Progress] = []
    found = tune("stars", two_tastes(), minutes=1, clock=_clock(1), progress=seen.append)
    assert found["parts"]["damping"] < spoiled["damping"]
    assert seen[-1].metric == "RMSE"
    assert 0 < seen[-1].best < seen[-1].default


@pytest.mark.usefixtures("quick_stars")
def test_what_is_found_for_stars_makes_a_predictor() -> None:
    found = tune("stars", two_tastes(), minutes=1, clock=_clock(4))
    assert StarPredictor(replace(star_config(found), sweeps=6)).fit(two_tastes())


@pytest.mark.parametrize(
    "settings", [{"charm": 1}, {"parts": {"charm": 1}}, {"parts": 3}, {"parts": {"factors": "many"}}, {"sweeps": -1}]
)
def test_settings_that_stars_do_not_have_are_refused(settings: dict) -> None:
    with pytest.raises(UnknownSetting):
        star_config(settings)


def test_what_only_costs_is_left_alone_when_stars_are_tuned() -> None:
    found = set(space(PartsConfig))
    assert {"damping", "neighbors", "film_shrinkage", "people_caution", "factors", "consistency"} <= found
    assert not found & {"seed", "samples", "most_people_ratings"}


def test_ratings_are_left_as_they_were() -> None:
    ratings = two_tastes()
    tune("popularity", ratings, minutes=1, clock=_clock(5))
    assert (ratings != two_tastes()).nnz == 0


def test_plain_choices_can_be_tuned_on() -> None:
    choices = two_tastes()
    choices.data[:] = 1
    _, told = _tuned(choices)
    assert told[-1].default > 0


def test_people_who_like_nothing_can_be_tuned_on() -> None:
    grumpy = two_tastes()
    grumpy.data = np.minimum(grumpy.data, 3)
    _, told = _tuned(grumpy)
    assert told[-1].default > 0


@pytest.mark.parametrize(
    ("ratings", "says"),
    [
        (np.eye(3), "Nobody has two ratings"),
        (np.ones((5, 2)), "too few films"),
    ],
)
def test_poor_ratings_get_a_sentence(ratings: np.ndarray, says: str) -> None:
    with pytest.raises(CannotTune, match=says):
        tune("item_knn", sparse.csr_matrix(ratings), minutes=1)


def test_ratings_that_no_model_fits_are_refused_as_by_the_model() -> None:
    with pytest.raises(InvalidInteractions, match="empty"):
        tune("item_knn", sparse.csr_matrix((4, 4)), minutes=1)


def test_no_time_leaves_the_defaults() -> None:
    assert tune("item_knn", two_tastes(), minutes=0) == {}


@dataclass(frozen=True)
class SpoiledConfig:
    """The settings of SVD with a default that makes all lists empty."""

    factors: int = field(default=8, metadata={"search": None})
    regularization: float = field(default=1e30, metadata={"search": (1.0, 1e4)})
    iterations: int = field(default=4, metadata={"search": [4]})
    seed: int = 0


@dataclass(frozen=True)
class MadeConfig:
    """One field of every kind."""

    neighbors: int = 100
    damping: float = 0.25
    implicit: bool = False
    parts: tuple[str, ...] = ("als", "ease", "svd")
    limit: int | None = None
    loss: str = field(default="square", metadata={"search": ["square", "log"]})
    depth: int = field(default=3, metadata={"search": (1, 9)})
    fixed: float = field(default=2.0, metadata={"search": None})
    seed: int = 0


def test_a_space_is_derived_from_fields_and_their_defaults() -> None:
    found = space(MadeConfig)
    assert set(found) == {"neighbors", "damping", "implicit", "parts", "limit", "loss", "depth"}
    assert found["neighbors"] == Range(25, 400, whole=True)
    assert found["damping"] == Range(0.25 / 8, 1.0, whole=False)
    assert (found["implicit"], found["loss"]) == (Choice((False, True)), Choice(("square", "log")))
    assert (found["depth"], found["limit"]) == (Range(1, 9, whole=True), Range(1, 500, whole=True))


def test_parts_are_tried_all_together_and_without_one_or_two() -> None:
    parts = space(MadeConfig)["parts"]
    assert isinstance(parts, Choice)
    assert parts.values[0] == ("als", "ease", "svd")
    assert {len(each) for each in parts.values} == {3, 2, 1}


@pytest.mark.parametrize("values", [Range(1, 1000, whole=True), Range(0.0, 1.0, whole=False), Range(5, 5, whole=True)])
def test_drawn_numbers_stay_in_their_range(values: Range) -> None:
    generator = np.random.default_rng(0)
    drawn = [values.draw(generator) for _ in range(200)] + [values.near(values.high, generator) for _ in range(200)]
    assert all(values.low <= each <= values.high for each in drawn)
    assert all(isinstance(each, int) for each in drawn) == values.whole


def test_small_numbers_are_drawn_as_often_as_large_ones() -> None:
    generator = np.random.default_rng(0)
    drawn = [Range(1, 10_000, whole=True).draw(generator) for _ in range(500)]
    assert 0.4 < np.mean(np.array(drawn) < 100) < 0.6


@pytest.mark.parametrize(
    "settings",
    [
        {"charm": 1},
        {"neighbors": "many"},
        {"neighbors": 2.5},
        {"neighbors": True},
        {"damping": float("nan")},
        {"parts": [1]},
    ],
)
def test_settings_of_another_version_are_refused(settings: dict) -> None:
    with pytest.raises(UnknownSetting):
        checked(MadeConfig, settings)


def test_settings_come_back_from_json_as_they_were() -> None:
    settings = {"neighbors": 7, "damping": 1, "parts": ["als"], "limit": None, "implicit": True, "loss": "log"}
    assert checked(MadeConfig, settings) == settings | {"parts": ("als",)}


def _noisy() -> sparse.csr_matrix:
    """Two tastes among people who also rate at random."""
    return two_tastes(people=90, films=60, seed=5)
