"""A few weights of many are picked like by slicing."""

import numpy as np
from scipy import sparse

from recommendations.algorithms.linear import between


def test_weights_between_films_are_those_of_slicing_in_the_order_asked_for() -> None:
    weights = sparse.random(30, 30, 0.3, format="csr", dtype=np.float32, random_state=0)
    rated, movies = np.array([7, 3, 29], np.int32), np.array([5, 1, 5, 28, 0], np.int32)
    np.testing.assert_array_equal(between(weights, rated, movies), weights.toarray()[np.ix_(rated, movies)])


def test_nothing_rated_or_nothing_asked_for_gives_nothing() -> None:
    weights = sparse.random(5, 5, 0.5, format="csr", dtype=np.float32, random_state=0)
    nothing = np.empty(0, np.int32)
    assert between(weights, nothing, np.array([1, 2], np.int32)).shape == (0, 2)
    assert between(weights, np.array([1, 2], np.int32), nothing).shape == (2, 0)
