"""Settings that were found by tuning, and files that nobody should trust."""

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from recommendations.training import options, tuned


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
