"""The strongest factors are those of the exact decomposition, and always the same."""

import numpy as np
import pytest
from scipy import sparse

from recommendations.algorithms import threads
from recommendations.algorithms.randomized_svd import strongest_factors


def some(rows: int = 120, columns: int = 80) -> sparse.csr_matrix:
    generator = np.random.default_rng(0)
    dense = generator.normal(size=(rows, 6)) @ (np.diag([9, 7, 5, 3, 2, 1]) @ generator.normal(size=(6, columns)))
    dense += generator.normal(size=dense.shape) / 10
    return sparse.csr_matrix(np.where(generator.random(dense.shape) < 0.4, dense, 0).astype(np.float32))


@pytest.mark.parametrize("matrix", [some(), some().T.tocsr()])
def test_strengths_and_directions_are_the_exact_ones(matrix: sparse.csr_matrix) -> None:
    strengths, directions = strongest_factors(matrix, 3, 6, 0)
    _, exact, right = np.linalg.svd(matrix.toarray(), full_matrices=False)
    np.testing.assert_allclose(strengths, exact[:3], rtol=1e-4)
    np.testing.assert_allclose(np.abs((right[:3] * directions.T).sum(axis=1)), 1, atol=1e-3)


def test_directions_are_orthogonal_and_their_largest_entry_is_positive() -> None:
    _, directions = strongest_factors(some(), 10, 4, 0)
    np.testing.assert_allclose(directions.T @ directions, np.eye(10), atol=1e-5)
    assert (directions[np.abs(directions).argmax(axis=0), np.arange(10)] > 0).all()


def test_as_many_factors_as_there_are_columns_lose_nothing() -> None:
    matrix = some(columns=12)
    strengths, _ = strongest_factors(matrix, 12, 1, 0)
    np.testing.assert_allclose((strengths**2).sum(), (matrix.data**2).sum(), rtol=1e-5)


def test_a_matrix_with_fewer_directions_than_asked_for_gives_the_others_no_strength() -> None:
    same = sparse.csr_matrix(np.ones((30, 20), np.float32))
    strengths, directions = strongest_factors(same, 4, 2, 0)
    np.testing.assert_allclose(strengths, [600**0.5, 0, 0, 0], atol=1e-2)
    assert np.isfinite(directions).all()


def test_the_number_of_threads_does_not_change_a_digit(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = strongest_factors(some(), 5, 3, 1)
    monkeypatch.setattr(threads, "thread_count", lambda: 3)
    for ours, theirs in zip(strongest_factors(some(), 5, 3, 1), expected, strict=True):
        np.testing.assert_array_equal(ours, theirs)
