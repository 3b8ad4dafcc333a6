"""The neighbours of a film are those of the formula, however the work was shared out."""

import numpy as np
import pytest
from scipy import sparse

from recommendations.algorithms import neighborhoods, threads
from recommendations.algorithms.neighborhoods import film_neighborhoods


def ratings(films: int, seed: int = 0) -> sparse.csr_matrix:
    """Signed values of 200 people, more of them for the first films, and none for the last."""
    generator = np.random.default_rng(seed)
    rated = generator.random((200, films)) < np.linspace(0.5, 0, films)
    return sparse.csr_matrix(np.where(rated, generator.normal(0.5, 1, rated.shape), 0).astype(np.float32))


def likenesses(values: sparse.csr_matrix, shrinkage: float) -> np.ndarray:
    """The formula, dense."""
    dense = values.toarray().astype(np.float64)
    norms = np.linalg.norm(dense, axis=0)
    alike = dense.T @ dense / np.maximum(np.outer(norms, norms) + shrinkage, 1e-30)
    np.fill_diagonal(alike, 0)
    return np.maximum(alike, 0)


@pytest.mark.parametrize("shrinkage", [0.0, 10.0])
@pytest.mark.parametrize(("films", "neighbors"), [(2, 1), (15, 100), (40, 5), (700, 10), (700, 60)])
def test_neighbours_are_the_most_alike_by_the_dense_formula(films: int, neighbors: int, shrinkage: float) -> None:
    values = ratings(films)
    found, alike = film_neighborhoods(values, neighbors, shrinkage).toarray(), likenesses(values, shrinkage)
    np.testing.assert_allclose(found[found > 0], alike[found > 0], atol=1e-5)
    best = [np.sort(matrix, axis=1)[:, -neighbors:] for matrix in (found, alike)]
    np.testing.assert_allclose(*best, atol=1e-5)


@pytest.mark.parametrize("sums", [1, 3_000])
@pytest.mark.parametrize("count", [1, 2, 5])
def test_any_threads_and_blocks_find_the_same_also_among_equals(
    count: int, sums: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = ratings(300)
    values.data[:] = 1
    expected = film_neighborhoods(values, 8, 0.0)
    for module in (neighborhoods, threads):
        monkeypatch.setattr(module, "thread_count", lambda: count)
    monkeypatch.setattr(neighborhoods, "BLOCK_SUMS", sums)
    assert (film_neighborhoods(values, 8, 0.0) != expected).nnz == 0


def test_of_equally_alike_films_the_more_rated_is_kept_and_then_the_first() -> None:
    # Film 0 is as much like 1 as like 2 and like 3; 3 has two ratings, the others one.
    stars = np.array([[2, 2, 2, 1], [0, 0, 0, 0], [0, 0, 0, 0]], np.float32)
    stars[1, 3] = 1e-6
    values = sparse.csr_matrix(stars)
    assert film_neighborhoods(values, 1, 0.0)[[0]].indices.tolist() == [3]
    assert film_neighborhoods(values, 2, 0.0)[[0]].indices.tolist() == [1, 3]


def test_a_film_that_nobody_rated_or_that_is_worth_nothing_has_no_neighbours() -> None:
    values = ratings(30)
    values.data[values.indices == 4] = 0
    found = film_neighborhoods(values, 5, 0.0).toarray()
    assert not found[[4, 29]].any()
    assert not found[:, [4, 29]].any()
    assert np.isfinite(found).all()
