"""Predicted stars follow the person, the film, and the person's ratings of films like it."""

from pathlib import Path

import numpy as np
import pytest

from recommendations.rating import StarPredictor
from tests.recommendations.matrices import history, two_tastes

FILMS = 40


@pytest.fixture(scope="module")
def predictor() -> StarPredictor:
    return StarPredictor().fit(two_tastes(films=FILMS))


def test_ratings_of_like_films_move_a_prediction(predictor: StarPredictor) -> None:
    both = np.array([1, 30], np.int32)
    mean = predictor.predict(history(FILMS, {0: 5, 2: 5, 3: 5, 25: 1, 26: 1}), both).mean[0]
    assert mean[0] > mean[1] + 1


def test_support_counts_the_own_ratings_that_it_rests_on(predictor: StarPredictor) -> None:
    one = np.array([1], np.int32)
    assert predictor.predict(history(FILMS, {0: 5, 2: 4.5}), one).support[0, 0] == 2
    assert predictor.predict(history(FILMS, {25: 1}), one).support[0, 0] == 0


def test_nobody_in_particular_gets_the_films_own_average(predictor: StarPredictor) -> None:
    films = np.arange(FILMS, dtype=np.int32)
    found = predictor.predict(history(FILMS, {}), films)
    np.testing.assert_allclose(found.mean[0], predictor.mean_ + predictor.film_bias_, rtol=1e-5)
    assert not found.support.any()


def test_a_generous_person_is_predicted_more_stars_than_a_severe_one(predictor: StarPredictor) -> None:
    film = np.array([FILMS - 1], np.int32)
    generous = predictor.predict(history(FILMS, dict.fromkeys(range(0, 40, 2), 5.0)), film).mean
    severe = predictor.predict(history(FILMS, dict.fromkeys(range(0, 40, 2), 2.0)), film).mean
    assert generous > severe


def test_predictions_stay_between_half_a_star_and_five(predictor: StarPredictor) -> None:
    everything = two_tastes(films=FILMS)
    mean = predictor.predict(everything, np.arange(FILMS, dtype=np.int32)).mean
    assert mean.min() >= 0.5
    assert mean.max() <= 5


def test_held_out_stars_are_foreseen_better_than_by_the_mean(predictor: StarPredictor) -> None:
    others = two_tastes(films=FILMS, seed=9)
    shown = others[:, : FILMS - 5].toarray()
    shown = np.hstack([shown, np.zeros((len(shown), 5), np.float32)])
    rows, columns = others[:, FILMS - 5 :].nonzero()
    given = others[:, FILMS - 5 :].toarray()[rows, columns]
    predicted = predictor.predict(type(others)(shown), np.arange(FILMS - 5, FILMS, dtype=np.int32)).mean
    assert np.abs(predicted[rows, columns] - given).mean() < 0.5 * np.abs(predictor.mean_ - given).mean()


def test_saved_and_loaded_predictions_are_equal(predictor: StarPredictor, tmp_path: Path) -> None:
    predictor.save(tmp_path / "stars")
    row, films = history(FILMS, {0: 5}), np.arange(FILMS, dtype=np.int32)
    again = StarPredictor.load(tmp_path / "stars").predict(row, films)
    np.testing.assert_array_equal(again.mean, predictor.predict(row, films).mean)
