"""Each part of predicted stars against values worked out another way."""

import numpy as np
import pytest
from scipy import sparse

from recommendations.data import SideInformation
from recommendations.rating import kernels
from recommendations.rating.baseline import Baseline
from recommendations.rating.bayesian import BayesianFactors, FactorSamples
from recommendations.rating.blend import Blend
from recommendations.rating.features import film_features
from recommendations.rating.gibbs import GibbsConfig, sample
from recommendations.rating.interval import Interval
from recommendations.rating.neighbors import LikePeople
from recommendations.rating.stars import sweeps_for
from tests.recommendations.rating.matrices import drawn


def test_a_damped_bias_is_a_mean_with_average_ratings_added() -> None:
    one_film = sparse.csr_matrix(np.array([[1.0, 0], [0, 1.0]], np.float32))
    baseline = Baseline(np.zeros(2, np.float32), damping=3.0)
    np.testing.assert_allclose(baseline.person_bias(one_film), [0.25, 0.25])


def test_biases_are_found_again_where_everybody_has_rated_everything() -> None:
    truth = np.add.outer([0.5, -0.5, 0.25, -0.25], [0.75, -0.25, -0.5]).astype(np.float32)
    predicted = Baseline.fit(sparse.csr_matrix(truth), damping=1e-6).predict(sparse.csr_matrix(truth), np.arange(3))
    np.testing.assert_allclose(predicted, truth, atol=1e-4)


def test_folding_in_is_a_ridge_regression() -> None:
    films = np.array([[[0.1, 1.0, 2.0]], [[-0.2, 0.5, -1.0]], [[0.3, 1.5, 0.2]]], np.float32)
    noise, precision, center = 2.0, np.array([[1.0, 2.0, 3.0]]), np.array([[0.2, 0.1, -0.1]])
    none, nothing = np.zeros_like(films), np.zeros((1, 3))
    one = (np.ones(1), np.array([noise]), np.array([1e12]))
    samples = FactorSamples(films, none, center, precision, nothing, nothing, *one)
    history = sparse.csr_matrix(np.array([[1.0, -0.5, 0]], np.float32))
    design = np.c_[np.ones(3), films[:, 0, 1:]].astype(np.float64)
    seen = design[:2]
    inverse = np.linalg.inv(noise * seen.T @ seen + np.diag(precision[0]))
    left = np.array([1.0, -0.5]) - films[:2, 0, 0]
    expected = inverse @ (noise * seen.T @ left + precision[0] * center[0])
    mean, variance = BayesianFactors(samples).predict(history, np.array([2]))
    assert mean[0, 0] == pytest.approx(films[2, 0, 0] + design[2] @ expected, abs=1e-6)
    assert variance[0, 0] == pytest.approx(design[2] @ inverse @ design[2] + 1 / noise, abs=1e-6)


def test_what_somebody_chose_counts_before_how_they_liked_it() -> None:
    films = np.zeros((4, 1, 2), np.float32)
    choices = np.array([[[0.8, 0]], [[-0.8, 0]], [[0.0, 0]], [[0.0, 0]]], np.float32)
    zero, ones = np.zeros((1, 2)), np.ones(1)
    model = BayesianFactors(FactorSamples(films, choices, zero, zero + 1000, zero, zero, ones, ones, 12 * ones))
    row = sparse.csr_matrix(np.array([[1e-9, 0, 0, 0], [0, 1e-9, 0, 0]], np.float32))
    mean, _ = model.predict(row, np.array([2]))
    np.testing.assert_allclose(mean.ravel(), [0.8, -0.8], atol=0.01)


def test_with_few_ratings_choices_count_less_and_more_is_unknown() -> None:
    films, choices = np.zeros((4, 1, 2), np.float32), np.full((4, 1, 2), 0.6, np.float32)
    zero, ones = np.zeros((1, 2)), np.ones(1)
    means = FactorSamples(films, choices, zero, zero + 1000, zero, zero + 0.5, 2 * ones, ones, 12 * ones)
    rows = sparse.csr_matrix(np.array([[0, 0, 0, 0], [1e-9, 0, 0, 0], [1e-9, 1e-9, 0, 0]], np.float32))
    mean, variance = BayesianFactors(means).predict(rows, np.array([3]))
    assert mean[0, 0] == pytest.approx(0, abs=0.01)
    assert mean[2, 0] == pytest.approx(1.2 / np.sqrt(2), abs=0.02)
    assert variance[0, 0] > variance[1, 0] > variance[2, 0]


def test_the_sampler_finds_the_noise_that_was_put_in() -> None:
    ratings = drawn(people=300, films=100, noise=0.6).shown
    ratings.data -= ratings.data.mean()
    samples = sample(ratings, [], GibbsConfig(factors=2, sweeps=100, samples=20))
    assert 1 / np.sqrt(samples.noise_precision.mean()) == pytest.approx(0.6, rel=0.1)


def test_people_without_ratings_change_no_draw() -> None:
    ratings = drawn(people=30, films=20).shown
    ratings.data -= 3
    padded = sparse.vstack([sparse.csr_matrix((2, 20), dtype=np.float32), ratings]).tocsr()
    config = GibbsConfig(factors=2, sweeps=6, samples=2)
    np.testing.assert_array_equal(sample(ratings, [], config).films, sample(padded, [], config).films)


def test_draws_are_the_same_whether_one_thread_makes_them_or_several(monkeypatch: pytest.MonkeyPatch) -> None:
    ratings, config = drawn(people=200, films=60).shown, GibbsConfig(factors=2, sweeps=6, samples=2)
    ratings.data -= 3
    alone = sample(ratings, [], config).films
    monkeypatch.setattr("recommendations.rating.gibbs._PART_RATINGS", 100)
    np.testing.assert_array_equal(sample(ratings, [], config).films, alone)


def test_all_of_a_row_is_drawn_from_a_ridge_regression() -> None:
    generator = np.random.default_rng(0)
    count, columns, rows = 300, 3, 4000
    other, stars = generator.normal(size=(count, columns)), generator.normal(size=count)
    roots, precision, expected = generator.uniform(0.5, 1.5, count), np.array([2.0, 3.0, 4.0]), np.array([0.5, -1, 0])
    design = np.c_[np.ones(count), other[:, 1:]] * roots[:, None]
    inverse = np.linalg.inv(np.diag(precision) + 0.8 * design.T @ design)
    mean = inverse @ (precision * expected + 0.8 * design.T @ (roots * (stars - other[:, 0])))
    single, found = np.float32, np.zeros((rows, columns), np.float32)
    starts, others = np.arange(rows + 1) * count, np.tile(np.arange(count), rows)
    none, normal = np.zeros((0, columns), single), generator.standard_normal((rows, columns), single)
    kernels.draw_rows(
        starts, others, np.tile(stars, rows).astype(single), other.astype(single), roots.astype(single),
        np.tile(expected, (rows, 1)).astype(single), precision, 0.8, 12.0, np.zeros(0), normal, found,
        np.ones(rows), np.zeros(rows), none[:, :, None], none,
    )  # fmt: skip
    np.testing.assert_allclose(found.mean(axis=0), mean, atol=0.005)
    np.testing.assert_allclose(np.cov(found.T), inverse, atol=0.0005)


def test_an_effect_moves_to_what_ratings_say_and_its_rows_go_along() -> None:
    single = np.float32
    effects, information = np.array([[0.3]], single), np.array([2, 4], single)
    score, change = np.array([1, -1], single), np.zeros(2, single)
    kernels.move_effects(
        np.array([0, 2]), np.array([0, 1]), np.array([1, 0.5], single), effects, 0, 3.0, np.zeros(1, single),
        information, score, change,
    )  # fmt: skip
    expected = (1 * 1 - 0.5 * 1 + (2 + 0.25 * 4) * 0.3) / (3 + 2 + 0.25 * 4)
    assert effects[0, 0] == pytest.approx(expected)
    np.testing.assert_allclose(change, np.array([1, 0.5]) * (expected - 0.3), rtol=1e-5)
    np.testing.assert_allclose(score, np.array([1, -1]) - information * change, rtol=1e-5)


def test_like_people_have_the_word_and_unlike_ones_have_none() -> None:
    residuals = sparse.csr_matrix(np.array([[1, 1, 0.9], [-1, -1, -0.9]], np.float32))
    asked = sparse.csr_matrix(np.array([[1, 1, 0]], np.float32))
    people = LikePeople.fit(residuals, shrinkage=0.0, caution=0.0)
    np.testing.assert_allclose(people.correct(asked, np.array([2])), [[0.9]], rtol=1e-5)


def test_the_blend_listens_to_a_part_that_knows_more() -> None:
    generator = np.random.default_rng(0)
    given, first = generator.normal(size=5000), np.zeros(5000)
    weights = Blend.fit(first, [given, generator.normal(size=5000)], given).weights
    np.testing.assert_allclose(weights, [0, 1, 0], atol=0.02)


def test_the_blend_is_its_first_part_where_there_is_nothing_to_learn_from() -> None:
    blend = Blend.fit(np.zeros(0), np.zeros((2, 0)), np.zeros(0))
    np.testing.assert_array_equal(blend.predict(np.array([1.5]), np.array([[3.0], [4.0]])), [1.5])


@pytest.mark.parametrize("width", [0.3, 1.0, 4.0])
def test_an_interval_is_right_though_the_expected_deviation_is_not(width: float) -> None:
    generator = np.random.default_rng(1)
    mean, deviation = generator.normal(size=(2, 8000))
    deviation = np.abs(deviation) + 0.2
    given = mean + width * deviation * generator.laplace(size=8000)
    interval = Interval.fit(given[:4000], mean[:4000], deviation[:4000])
    low, high = interval.around(mean[4000:], deviation[4000:])
    assert 0.77 < ((low <= given[4000:]) & (given[4000:] <= high)).mean() < 0.83


def test_without_held_out_ratings_an_interval_is_that_of_a_normal_distribution() -> None:
    low, high = Interval.fit(*np.zeros((3, 0))).around(np.array([1.0]), np.array([2.0]))
    np.testing.assert_allclose([low[0], high[0]], [1 - 2 * 1.2816, 1 + 2 * 1.2816], atol=0.1)


def test_features_are_grouped_by_name_and_scaled_to_one() -> None:
    years = sparse.csr_matrix(np.array([[1, 0.5], [1, 0.5], [0.5, 1], [0, 0], [0, 1]], np.float32))
    genres = sparse.csr_matrix(np.array([[1, 1, 0], [1, 1, 0], [1, 1, 0], [0, 0, 1], [1, 1, 0]], np.float32))
    side = SideInformation(
        sparse.csr_matrix(sparse.hstack([genres, years])),
        ("genre:Drama", "genre:Comedy", "genre:Rare", "year:1990", "year:1991"),
    )
    groups = film_features(side, most=100)
    assert [group.shape[0] for group in groups] == [5, 5]
    assert groups[0].shape[1] == 2
    np.testing.assert_allclose(np.asarray(groups[0].power(2).sum(axis=1)).ravel(), [1, 1, 1, 0, 1], atol=1e-6)


def test_a_dense_group_of_features_is_cut_to_what_the_ratings_cost() -> None:
    dense = sparse.csr_matrix(np.random.default_rng(0).random((50, 40)).astype(np.float32))
    (group,) = film_features(SideInformation(film_features=dense), most=500)
    assert group.nnz <= 500


def test_the_sampler_works_hardest_where_it_pays() -> None:
    assert sweeps_for(100_000) == sweeps_for(500_000) == 300
    assert sweeps_for(1_000_000) == 150
    assert sweeps_for(25_000_000) == 30
    assert sweeps_for(100) == 60
