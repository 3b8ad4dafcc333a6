"""The best few of many scores."""

import numpy as np
import pytest

from recommendations.algorithms.ranking import best


@pytest.mark.parametrize("films", [1, 7, 100, 5_000])
@pytest.mark.parametrize("n", [1, 10, 100])
def test_the_best_are_those_of_a_full_sort_with_equal_ones_in_order(films: int, n: int) -> None:
    generator = np.random.default_rng(films + n)
    scores = generator.integers(-3, 40, (9, films)).astype(np.float32)
    positions, values = best(scores, n)
    for row in range(9):
        order = np.argsort(-scores[row], kind="stable")
        expected = order[scores[row, order] > 0][:n]
        kept = positions[row] >= 0
        np.testing.assert_array_equal(positions[row][kept], expected)
        np.testing.assert_array_equal(values[row][kept], scores[row, expected])
        assert not values[row][~kept].any()


@pytest.mark.parametrize("shape", [(0, 5), (3, 5)])
def test_of_nothing_nothing_is_best(shape: tuple[int, int]) -> None:
    assert best(np.ones(shape, np.float32), 0)[0].shape == (shape[0], 0)
    assert (best(np.zeros(shape, np.float32), 3)[0] == -1).all()
