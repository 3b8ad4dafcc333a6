"""Predicted stars follow the person, the film, and the person's ratings of films like it; and know how sure they are.

Every fit here is tiny and of few sweeps.
"""

import tracemalloc
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy import sparse

from recommendations.data import InvalidInteractions, SideInformation, arrays
from recommendations.rating import StarPredictions, StarPredictor
from tests.recommendations.matrices import history, two_tastes
from tests.recommendations.rating.matrices import QUICK, Drawn, drawn

FILMS = 40
ALL = np.arange(FILMS, dtype=np.int32)


@pytest.fixture(scope="module")
def predictor() -> StarPredictor:
    return StarPredictor(QUICK).fit(two_tastes(films=FILMS))


@pytest.fixture(scope="module")
def ratings() -> Drawn:
    return drawn()


@pytest.fixture(scope="module")
def fitted(ratings: Drawn) -> StarPredictor:
    return StarPredictor(QUICK).fit(ratings.shown)


def _equal(one: StarPredictions, other: StarPredictions) -> None:
    for name in ("mean", "low", "high", "support"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


def _error(found: StarPredictions, ratings: Drawn) -> float:
    return float(np.sqrt(((found.mean - ratings.kept_back.data) ** 2).mean()))


def test_ratings_of_like_films_move_a_prediction(predictor: StarPredictor) -> None:
    both = np.array([1, 30], np.int32)
    mean = predictor.predict(history(FILMS, {0: 5, 2: 5, 3: 5, 25: 1, 26: 1}), both).mean[0]
    assert mean[0] > mean[1] + 1


def test_a_new_persons_first_rating_moves_predictions_toward_like_films(predictor: StarPredictor) -> None:
    nobody, somebody = (predictor.predict(history(FILMS, rated), ALL).mean[0] for rated in ({}, {0: 5.0}))
    assert (somebody[1:20] > nobody[1:20]).mean() > 0.9
    assert (somebody - nobody)[1:20].mean() > (somebody - nobody)[20:].mean()


def test_support_counts_the_own_ratings_that_it_rests_on(predictor: StarPredictor) -> None:
    one = np.array([1], np.int32)
    assert predictor.predict(history(FILMS, {0: 5, 2: 4.5}), one).support[0, 0] == 2
    assert predictor.predict(history(FILMS, {25: 1}), one).support[0, 0] == 0


def test_nobody_in_particular_gets_about_the_films_own_average(ratings: Drawn, fitted: StarPredictor) -> None:
    films = ratings.truth.shape[1]
    found = fitted.predict(history(films, {}), np.arange(films))
    assert np.corrcoef(found.mean[0], ratings.truth.mean(axis=0))[0, 1] > 0.8
    assert not found.support.any()


def test_a_generous_person_is_predicted_more_stars_than_a_severe_one(fitted: StarPredictor) -> None:
    film = np.array([79], np.int32)
    generous = fitted.predict(history(80, dict.fromkeys(range(0, 40, 2), 5.0)), film).mean
    severe = fitted.predict(history(80, dict.fromkeys(range(0, 40, 2), 2.0)), film).mean
    assert generous > severe + 0.5


def test_predictions_and_intervals_are_ordered_and_stay_within_the_scale(predictor: StarPredictor) -> None:
    found = predictor.predict(two_tastes(films=FILMS), ALL)
    assert found.low.min() >= 0.5
    assert found.high.max() <= 5
    assert (found.low <= found.mean).all()
    assert (found.mean <= found.high).all()
    assert found.mean.dtype == found.low.dtype == found.high.dtype == np.float32
    assert found.support.dtype == np.int32


def test_ratings_that_were_kept_back_are_foreseen_almost_as_well_as_noise_allows(
    ratings: Drawn, fitted: StarPredictor
) -> None:
    assert _error(fitted.predict_at(ratings.shown, ratings.kept_back), ratings) < 0.5 * 1.25


def test_people_who_were_never_fitted_are_foreseen_like_those_who_were(ratings: Drawn) -> None:
    fitted = ratings.shown.copy()
    fitted.data[fitted.indptr[100] :] = 0
    predictor = StarPredictor(QUICK).fit(fitted)
    found = predictor.predict_at(ratings.shown, ratings.kept_back)
    squares, new = (found.mean - ratings.kept_back.data) ** 2, ratings.kept_back.nonzero()[0] >= 100
    assert np.sqrt(squares[new].mean()) < 1.15 * np.sqrt(squares[~new].mean())


def test_an_interval_holds_about_four_fifths_of_ratings_that_were_kept_back(
    ratings: Drawn, fitted: StarPredictor
) -> None:
    found, given = fitted.predict_at(ratings.shown, ratings.kept_back), ratings.kept_back.data
    assert 0.76 < ((found.low <= given) & (given <= found.high)).mean() < 0.84


def test_an_interval_narrows_as_a_person_rates(ratings: Drawn, fitted: StarPredictor) -> None:
    films = np.arange(80)
    shown = ratings.shown[[0]]
    nothing = sparse.csr_matrix((1, 80), dtype=np.float32)
    widths = [np.mean(found.high - found.low) for found in (fitted.predict(row, films) for row in (nothing, shown))]
    assert widths[1] < widths[0]


def test_a_moody_persons_interval_is_wider_than_a_consistent_ones(ratings: Drawn, fitted: StarPredictor) -> None:
    films = np.arange(60, 80)
    consistent = dict.fromkeys(range(50), 3.0)
    moody = {film: 1.0 + 4.0 * (film * 7 % 3 == 0) for film in range(50)}
    steady, changing = (fitted.predict(history(80, rated), films) for rated in (consistent, moody))
    assert (changing.high - changing.low).mean() > 1.3 * (steady.high - steady.low).mean()


def test_a_person_alone_is_predicted_as_among_others(ratings: Drawn, fitted: StarPredictor) -> None:
    films = np.arange(10, 30)
    among, alone = fitted.predict(ratings.shown, films), fitted.predict(ratings.shown[[7]], films)
    np.testing.assert_allclose(among.mean[7], alone.mean[0], atol=1e-5)
    np.testing.assert_array_equal(among.support[7], alone.support[0])


def test_places_are_predicted_as_in_whole_rows(ratings: Drawn, fitted: StarPredictor) -> None:
    rows, columns = ratings.kept_back.nonzero()
    block = fitted.predict(ratings.shown, np.arange(80))
    at = fitted.predict_at(ratings.shown, ratings.kept_back)
    np.testing.assert_allclose(at.high, block.high[rows, columns], atol=1e-5)


@pytest.mark.parametrize(("people", "films", "most"), [(400, 300, 10**9), (400, 300, 9_000), (60, 2_000, 10**9)])
def test_fitting_takes_no_more_memory_than_was_said_before(people: int, films: int, most: int) -> None:
    ratings = two_tastes(people=people, films=films)
    predictor = StarPredictor(
        replace(QUICK, sweeps=12, most_held_out_people=20, parts=replace(QUICK.parts, most_ratings=most))
    )
    predictor.fit(ratings)
    tracemalloc.start()
    try:
        predictor.fit(ratings)
        assert tracemalloc.get_traced_memory()[1] <= predictor.memory_bound(*ratings.shape, ratings.nnz)
    finally:
        tracemalloc.stop()


def test_films_learned_from_some_of_the_people_serve_everybody(ratings: Drawn) -> None:
    parts = replace(QUICK.parts, most_ratings=ratings.shown.nnz // 2)
    found = StarPredictor(replace(QUICK, parts=parts)).fit(ratings.shown).predict_at(ratings.shown, ratings.kept_back)
    assert _error(found, ratings) < 0.5 * 1.35


def test_a_predictor_within_too_little_memory_is_none(ratings: Drawn) -> None:
    assert StarPredictor(QUICK).within(1, *ratings.shown.shape, ratings.shown.nnz) is None


def test_the_same_seed_gives_the_same_predictions(ratings: Drawn, fitted: StarPredictor) -> None:
    again = StarPredictor(QUICK).fit(ratings.shown)
    _equal(again.predict_at(ratings.shown, ratings.kept_back), fitted.predict_at(ratings.shown, ratings.kept_back))


def test_saved_and_loaded_predictions_are_equal(ratings: Drawn, fitted: StarPredictor, tmp_path: Path) -> None:
    fitted.save(tmp_path / "stars")
    again = StarPredictor.load(tmp_path / "stars")
    _equal(again.predict(ratings.shown, np.arange(80)), fitted.predict(ratings.shown, np.arange(80)))


def test_what_was_learned_before_is_taken_over(ratings: Drawn, fitted: StarPredictor) -> None:
    again = StarPredictor(QUICK).fit(ratings.shown, learned=fitted)
    assert again.blend_ is fitted.blend_
    _equal(again.predict(ratings.shown, np.arange(80)), fitted.predict(ratings.shown, np.arange(80)))


def test_files_of_another_version_are_refused(fitted: StarPredictor, tmp_path: Path) -> None:
    arrays.write(tmp_path / "stars", {"film_bias_": np.zeros(3)}, {"stars": {"caution": 0.5}})
    with pytest.raises(arrays.ArtifactError, match="train again"):
        StarPredictor.load(tmp_path / "stars")


def test_what_is_known_of_films_foresees_films_that_nobody_has_rated(ratings: Drawn) -> None:
    good = np.arange(80) % 2 == 0
    stars = ratings.shown.toarray()
    stars[stars > 0] += np.broadcast_to(np.where(good, 1.0, -1.0), stars.shape)[stars > 0]
    stars[:, 70:] = 0
    side = SideInformation(sparse.csr_matrix(np.c_[good, ~good].astype(np.float32)), ("good", "bad"))
    predictor = StarPredictor(QUICK).fit(sparse.csr_matrix(np.maximum(stars, 0)), side)
    mean = predictor.predict(ratings.shown, np.arange(70, 80)).mean
    assert mean[:, good[70:]].mean() > mean[:, ~good[70:]].mean() + 1


@pytest.mark.parametrize("bad", [np.nan, np.inf, -1.0])
def test_ratings_that_are_no_stars_are_refused(bad: float) -> None:
    matrix = two_tastes()
    matrix.data[0] = bad
    with pytest.raises(InvalidInteractions):
        StarPredictor(QUICK).fit(matrix)


@pytest.mark.parametrize("shape", [(0, 0), (5, 5), (1, 9), (9, 1)])
def test_a_matrix_with_nothing_to_learn_from_is_refused(shape: tuple[int, int]) -> None:
    with pytest.raises(InvalidInteractions):
        StarPredictor(QUICK).fit(sparse.csr_matrix(shape, dtype=np.float32))


def test_side_information_of_another_size_is_refused() -> None:
    side = SideInformation(film_features=sparse.csr_matrix(np.ones((3, 2), np.float32)))
    with pytest.raises(InvalidInteractions, match="film_features"):
        StarPredictor(QUICK).fit(two_tastes(), side)


def test_equal_values_are_foreseen_as_that_value() -> None:
    chosen = two_tastes(films=FILMS)
    chosen.data[:] = 1
    found = StarPredictor(QUICK).fit(chosen).predict(history(FILMS, {3: 1.0}), ALL)
    np.testing.assert_allclose(found.mean, 1, atol=0.05)
    assert np.isfinite(found.low).all()


@pytest.mark.parametrize("stars", [{(0, 0): 4.0}, {(0, 0): 4.0, (1, 1): 2.0}])
def test_one_or_two_ratings_are_enough(stars: dict[tuple[int, int], float]) -> None:
    matrix = sparse.lil_array((3, 4), dtype=np.float32)
    for place, given in stars.items():
        matrix[place] = given
    found = StarPredictor(QUICK).fit(sparse.csr_matrix(matrix)).predict(history(4, {0: 5.0}), np.arange(4))
    assert np.isfinite([found.mean, found.low, found.high]).all()
    assert ((found.mean >= 0.5) & (found.mean <= 5)).all()


def test_no_people_and_no_films_are_no_predictions(predictor: StarPredictor) -> None:
    nobody = sparse.csr_matrix((0, FILMS), dtype=np.float32)
    assert predictor.predict(nobody, ALL).mean.shape == (0, FILMS)
    assert predictor.predict(history(FILMS, {0: 5}), ALL[:0]).mean.shape == (1, 0)
    assert predictor.predict_at(history(FILMS, {0: 5}), history(FILMS, {})).mean.shape == (0,)
