"""Many ridge regressions at once give what one at a time gives, and improving ends where solving does."""

import numpy as np
import pytest
from scipy import sparse

from recommendations.algorithms import least_squares
from recommendations.algorithms.least_squares import gram_of, improve_rows, solve_rows


@pytest.mark.parametrize("stack", [10_000, 32 * 1024**2])
@pytest.mark.parametrize("factors", [3, 30])
def test_stacks_of_short_and_long_rows_are_solved_like_each_alone(
    factors: int, stack: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(least_squares, "BLOCK_BYTES", stack)
    generator = np.random.default_rng(0)
    dense = generator.normal(size=(50, 20)) * (generator.random((50, 20)) < generator.random((50, 1)))
    targets = sparse.csr_matrix(dense.astype(np.float32))
    features = generator.normal(size=(20, factors)).astype(np.float32)
    gram, pull = gram_of(features, 0.1, 2.0), generator.normal(size=factors).astype(np.float32)
    solved = solve_rows(targets, features, gram, pull)
    for row in range(50):
        rated = features[targets[[row]].indices]
        expected = np.linalg.solve(gram + rated.T @ rated, pull + rated.T @ targets[[row]].data)
        np.testing.assert_allclose(solved[row], expected, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("entries", [7, 10_000])
@pytest.mark.parametrize("factors", [3, 30])
def test_rows_that_are_improved_again_and_again_end_solved(
    factors: int, entries: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(least_squares, "PART_ENTRIES", entries)
    generator = np.random.default_rng(0)
    dense = generator.normal(size=(50, 20)) * (generator.random((50, 20)) < generator.random((50, 1)))
    dense[[0, 30, 49]] = 0
    targets = sparse.csr_matrix(dense.astype(np.float32))
    features = generator.normal(size=(20, factors)).astype(np.float32)
    gram, pull = gram_of(features, 0.1, 2.0), generator.normal(size=factors).astype(np.float32)
    improved = np.zeros((50, factors), np.float32)
    for _ in range(100):
        improve_rows(targets, features, gram, improved, pull)
    np.testing.assert_allclose(improved, solve_rows(targets, features, gram, pull), rtol=1e-3, atol=1e-4)


def test_rows_without_any_entry_are_improved_too() -> None:
    improved = np.ones((4, 2), np.float32)
    improve_rows(sparse.csr_matrix((4, 3), dtype=np.float32), np.ones((3, 2), np.float32), np.eye(2), improved)
    np.testing.assert_allclose(improved, 0, atol=1e-6)
