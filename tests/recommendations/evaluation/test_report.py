"""What a run keeps as evidence."""

import json

import numpy as np
import pytest

from recommendations.evaluation import evaluate, hold_out
from recommendations.evaluation.report import figures, measure_stars
from recommendations.evaluation.split import leave_out
from recommendations.rating import StarPredictor
from tests.recommendations.matrices import two_tastes


def test_evidence_ranks_a_model_that_knows_tastes_above_popularity(found: dict) -> None:
    ranked = found["recommenders"]
    assert ranked["item_knn"]["ndcg_at_10"] > ranked["popularity"]["ndcg_at_10"]
    assert ranked["item_knn"]["popularity_lift"] < ranked["popularity"]["popularity_lift"]
    assert 0 < found["stars"]["mae"] < 1


def test_every_figure_lies_in_its_interval(found: dict) -> None:
    for name, values in {**found["recommenders"], "stars": found["stars"]}.items():
        for metric, (low, high) in found["intervals"][name].items():
            assert low <= values[metric] <= high


def test_evidence_is_plain_json_without_nan(found: dict) -> None:
    assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_without_held_out_people_nothing_is_measured() -> None:
    split = hold_out(two_tastes(), np.zeros(60, bool), target_share=0.2, most=10, seed=0)
    assert evaluate({}, StarPredictor(), split) == {"people": 0, "recommenders": {}, "stars": {}, "intervals": {}}


def test_errors_of_stars_are_those_over_all_ratings_at_once() -> None:
    split = leave_out(two_tastes(), share=0.3)
    stars = StarPredictor().fit(split.training)
    found = figures([measure_stars(stars, split)])
    rows, films = split.targets.nonzero()
    errors = stars.predict(split.histories, np.arange(40)).mean[rows, films] - split.targets.data
    assert found["rmse"].value == pytest.approx(np.sqrt(np.mean(errors**2)))
    assert found["mae"].value == pytest.approx(np.mean(np.abs(errors)))
