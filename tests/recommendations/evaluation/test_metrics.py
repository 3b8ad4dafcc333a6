"""Each metric against scikit-learn, or against a value worked out by hand."""

import numpy as np
import pytest
from scipy import sparse
from sklearn.metrics import average_precision_score, mean_absolute_error, ndcg_score, root_mean_squared_error

from recommendations.evaluation import metrics

RELEVANT = sparse.csr_matrix(np.array([[1, 0, 1, 0, 1, 0], [0, 1, 0, 0, 0, 0]], np.float32))
LISTS = np.array([[2, 1, 0], [0, 3, -1]], np.int32)


def test_ndcg_is_that_of_scikit_learn_when_the_list_is_as_long_as_the_catalogue() -> None:
    generator = np.random.default_rng(3)
    scores, truth = generator.random((5, 8)), (generator.random((5, 8)) < 0.4).astype(float)
    truth[:, 0] = 1
    lists = np.argsort(-scores, axis=1).astype(np.int32)
    ours = metrics.ndcg_at_k(lists, sparse.csr_matrix(truth), 8).mean()
    assert ours == pytest.approx(ndcg_score(truth, scores))


def test_ndcg_worked_out_by_hand() -> None:
    found = metrics.ndcg_at_k(LISTS, RELEVANT, 3)
    ideal = 1 + 1 / np.log2(3) + 1 / 2
    assert found == pytest.approx([(1 + 1 / 2) / ideal, 0])


def test_the_ideal_list_is_cut_at_k() -> None:
    assert metrics.ndcg_at_k(np.array([[2]], np.int32), RELEVANT[:1], 1) == pytest.approx([1])


def test_recall_is_the_share_of_relevant_films_that_were_listed() -> None:
    assert metrics.recall_at_k(LISTS, RELEVANT, 3) == pytest.approx([2 / 3, 0])
    assert metrics.recall_at_k(LISTS, RELEVANT, 1) == pytest.approx([1 / 3, 0])


def test_hit_rate_asks_for_one_film() -> None:
    assert metrics.hit_rate_at_k(LISTS, RELEVANT, 3).tolist() == [1, 0]


def test_a_list_shorter_than_k_misses_what_it_does_not_have() -> None:
    assert metrics.recall_at_k(LISTS[:, :1], RELEVANT, 10) == pytest.approx([1 / 3, 0])


def test_padding_never_counts_as_a_hit() -> None:
    last_is_relevant = sparse.csr_matrix(np.array([[1, 0, 1]], np.float32))
    assert not metrics.hits(np.array([[-1, -1]], np.int32), last_is_relevant).any()


def test_precision_counts_an_empty_place_as_a_miss() -> None:
    assert metrics.precision_at_k(LISTS, RELEVANT, 3) == pytest.approx([2 / 3, 0])
    assert metrics.precision_at_k(LISTS, RELEVANT, 10) == pytest.approx([2 / 10, 0])


def test_average_precision_is_that_of_scikit_learn_when_the_list_is_as_long_as_the_catalogue() -> None:
    generator = np.random.default_rng(4)
    scores, truth = generator.random((5, 8)), (generator.random((5, 8)) < 0.4).astype(float)
    truth[:, 0] = 1
    lists = np.argsort(-scores, axis=1).astype(np.int32)
    theirs = [average_precision_score(truth[row], scores[row]) for row in range(5)]
    assert metrics.average_precision_at_k(lists, sparse.csr_matrix(truth), 8) == pytest.approx(theirs)


def test_average_precision_worked_out_by_hand() -> None:
    # Hits at places 1 and 3, three relevant films: (1/1 + 2/3) / 3; cut at 2 only the first counts, of two possible.
    assert metrics.average_precision_at_k(LISTS, RELEVANT, 3) == pytest.approx([5 / 9, 0])
    assert metrics.average_precision_at_k(LISTS, RELEVANT, 2) == pytest.approx([1 / 2, 0])


def test_reciprocal_rank_is_that_of_the_first_relevant_film() -> None:
    lists = np.array([[1, 3, 4], [0, 1, 2], [0, 3, -1]], np.int32)
    relevant = sparse.csr_matrix(np.array([[0, 0, 0, 0, 1], [0, 1, 1, 0, 0], [0, 0, 1, 0, 0]], np.float32))
    assert metrics.reciprocal_rank_at_k(lists, relevant, 3) == pytest.approx([1 / 3, 1 / 2, 0])
    assert metrics.reciprocal_rank_at_k(lists, relevant, 2) == pytest.approx([0, 1 / 2, 0])


def test_errors_are_those_of_scikit_learn() -> None:
    predicted, given = np.array([3.5, 4, 1]), np.array([4, 4, 3.0])
    assert metrics.rmse(predicted, given) == pytest.approx(root_mean_squared_error(given, predicted))
    assert metrics.mae(predicted, given) == pytest.approx(mean_absolute_error(given, predicted))
