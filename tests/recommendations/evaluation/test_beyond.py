"""What lists do besides hitting, against values worked out by hand."""

import numpy as np
import pytest
from scipy import sparse
from sklearn.metrics.pairwise import cosine_similarity

from recommendations.evaluation import beyond

LISTS = np.array([[2, 1, 0], [0, 3, -1], [-1, -1, -1]], np.int32)
COUNTS = np.array([8.0, 4, 2, 0, 1, 0])
PEOPLE = 8


def test_coverage_counts_each_film_once() -> None:
    assert beyond.coverage(np.array([[2.0, 1, 1, 1, 0, 0], [0, 0, 0, 0, 0, 9]])) == pytest.approx([4 / 6, 1 / 6])


def test_novelty_is_self_information_in_bits() -> None:
    # Films 2, 1, 0 were rated by 2, 4 and 8 of 8 people: 2, 1 and 0 bits. Film 3 by nobody, which counts as one.
    assert beyond.novelty(LISTS, COUNTS, PEOPLE) == pytest.approx([1, (0 + 3) / 2, np.nan], nan_ok=True)


def test_gini_is_none_for_equal_shares_and_nearly_one_for_a_single_film() -> None:
    assert beyond.gini(np.array([3.0, 3, 3, 3])) == pytest.approx(0)
    assert beyond.gini(np.array([0.0, 0, 0, 7])) == pytest.approx(3 / 4)


def test_gini_is_half_the_mean_difference_relative_to_the_mean() -> None:
    amounts = np.array([1.0, 2, 4, 9])
    differences = np.abs(amounts[:, None] - amounts[None, :]).mean()
    assert beyond.gini(amounts) == pytest.approx(differences / (2 * amounts.mean()))


def test_gini_of_nothing_is_unknown() -> None:
    assert np.isnan(beyond.gini(np.zeros(4)))


def test_diversity_is_one_minus_the_mean_cosine_over_pairs() -> None:
    features = np.random.default_rng(1).random((6, 4))
    alike = cosine_similarity(features)
    expected = 1 - np.mean([alike[2, 1], alike[2, 0], alike[1, 0]])
    found = beyond.diversity(LISTS, sparse.csr_matrix(features))
    assert found == pytest.approx([expected, 1 - alike[0, 3], np.nan], nan_ok=True)


def test_films_without_features_are_unlike_all_others() -> None:
    features = sparse.csr_matrix(np.array([[0.0], [0], [0], [0], [0], [0]]))
    assert beyond.diversity(LISTS[:1], features) == pytest.approx([1])


def test_popularity_lift_compares_lists_with_histories() -> None:
    histories = sparse.csr_matrix(np.array([[0, 0, 0, 0, 5, 0], [5, 0, 3, 0, 0, 0]], np.float32))
    listed = beyond.mean_popularity(LISTS[:2], COUNTS, PEOPLE)
    rated = beyond.history_popularity(histories, COUNTS, PEOPLE)
    assert listed == pytest.approx([(2 + 4 + 8) / 24, (8 + 0) / 16])
    assert rated == pytest.approx([1 / 8, (8 + 2) / 16])


def test_a_list_with_the_genres_of_the_history_is_calibrated() -> None:
    genres = sparse.csr_matrix(np.repeat(np.eye(2), 3, axis=0))
    histories = sparse.csr_matrix(np.array([[5, 0, 0, 5, 0, 0], [5, 4, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0]], np.float32))
    lists = np.array([[1, 4], [4, 5], [0, 1]], np.int32)
    found = beyond.miscalibration(lists, histories, genres)
    # The second list has none of the person's only genre: log(1 / 0.01).
    assert found == pytest.approx([0, np.log(100), np.nan], nan_ok=True)
