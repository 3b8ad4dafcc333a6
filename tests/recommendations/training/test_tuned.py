"""Settings that were found by tuning, and files that nobody should trust."""

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from recommendations.algorithms.hybrid import Hybrid
from recommendations.rating import StarPredictorConfig
from recommendations.training import options, tuned
from tests.recommendations.matrices import two_tastes


def test_what_is_kept_comes_back(tmp_path: Path) -> None:
    tuned.keep(tmp_path / "tuned", "svd", {"factors": 12}, {"seed": 0})
    assert tuned.kept(tmp_path / "tuned", ["svd", "item_knn"]) == {"svd": {"factors": 12}}


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        '{"config": 3}',
        '{"config": {"charm": 1}}',
        '{"config": {"factors": "many"}}',
        '{"config": {"factors": -3}}',
        "[" * 50_000,
        '"' + "x" * 200_000 + '"',
    ],
)
def test_a_file_that_does_not_fit_is_named_once_and_not_used(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, content: str
) -> None:
    (tmp_path / "svd.json").write_text(content)
    with caplog.at_level(logging.WARNING):
        assert tuned.kept(tmp_path, ["svd"]) == {}
    assert [("svd.json" in record.getMessage()) for record in caplog.records] == [True]


def test_training_uses_what_was_kept(settings: Any, tmp_path: Path) -> None:
    settings.VAR_DIR, settings.RECS_RECOMMENDERS, settings.RECS_DEFAULT = tmp_path, ["item_knn"], "item_knn"
    tuned.keep(tmp_path / "tuned", "item_knn", {"neighbors": 7}, {})
    chosen = options.from_settings()
    assert chosen.create("item_knn").config.neighbors == 7
    assert chosen.configuration()["item_knn"]["neighbors"] == 7
    assert json.loads((tmp_path / "tuned" / "item_knn.json").read_text())["recommender"] == "item_knn"


def _options(settings: Any, folder: Path, *names: str) -> options.Options:
    settings.VAR_DIR, settings.RECS_RECOMMENDERS, settings.RECS_DEFAULT = folder, list(names), names[0]
    return options.from_settings()


def test_what_was_tuned_for_a_part_holds_in_the_hybrid_too(settings: Any, tmp_path: Path) -> None:
    tuned.keep(tmp_path / "tuned", "svd", {"factors": 12}, {})
    chosen = _options(settings, tmp_path, "hybrid", "svd")
    assert chosen.create("hybrid").config.settings == {"svd": {"factors": 12}}


def test_the_hybrids_own_settings_of_a_part_come_first(settings: Any, tmp_path: Path) -> None:
    tuned.keep(tmp_path / "tuned", "svd", {"factors": 12}, {})
    tuned.keep(tmp_path / "tuned", "item_knn", {"neighbors": 7}, {})
    tuned.keep(tmp_path / "tuned", "hybrid", {"settings": {"svd": {"factors": 5}}}, {})
    chosen = _options(settings, tmp_path, "hybrid")
    assert chosen.create("hybrid").config.settings == {"svd": {"factors": 5}, "item_knn": {"neighbors": 7}}


@pytest.mark.parametrize(("in_hybrid", "shared"), [(12, True), (5, False)])
def test_a_part_is_only_published_under_its_own_name_when_it_would_be_the_same_alone(
    settings: Any, tmp_path: Path, in_hybrid: int, shared: bool
) -> None:
    tuned.keep(tmp_path / "tuned", "svd", {"factors": 12}, {})
    tuned.keep(tmp_path / "tuned", "hybrid", {"parts": ["svd"], "settings": {"svd": {"factors": in_hybrid}}}, {})
    chosen = _options(settings, tmp_path, "hybrid", "svd")
    hybrid = chosen.create("hybrid").fit(two_tastes())
    assert isinstance(hybrid, Hybrid)
    assert ("svd" in chosen.shared(hybrid)) is shared


def test_training_fits_stars_as_they_were_tuned(settings: Any, tmp_path: Path) -> None:
    tuned.keep(tmp_path / "tuned", "stars", {"parts": {"damping": 2.5}}, {})
    chosen = _options(settings, tmp_path, "item_knn")
    assert chosen.stars.parts.damping == 2.5
    assert chosen.configuration()["stars"]["parts"]["damping"] == 2.5


def test_settings_of_stars_that_do_not_fit_leave_the_defaults(settings: Any, tmp_path: Path) -> None:
    tuned.keep(tmp_path / "tuned", "stars", {"parts": {"charm": 1}}, {})
    assert _options(settings, tmp_path, "item_knn").stars == StarPredictorConfig()
