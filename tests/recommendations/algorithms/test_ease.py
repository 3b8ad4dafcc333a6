"""The forms of EASE give the same scores."""

import numpy as np
import pytest
from scipy import sparse

from recommendations.algorithms import registry
from recommendations.algorithms.ease import EASE
from recommendations.data.preferences import choices, damped_by_activity
from tests.recommendations.matrices import history, two_tastes


def _worked_out(ratings: sparse.csr_matrix, regularization: float) -> np.ndarray:
    """Return d B by its formula."""
    popular = np.bincount(ratings.indices, minlength=ratings.shape[1]) ** -0.2
    popular /= np.sqrt(np.mean(popular[ratings.indices] ** 2))
    wanted = damped_by_activity(choices(ratings), 0.125).toarray().astype(np.float64) * popular
    inverse = np.linalg.inv(wanted.T @ wanted + regularization * np.eye(wanted.shape[1]))
    weights = -inverse / np.diag(inverse)
    np.fill_diagonal(weights, 0)
    return popular[:, None] * weights


def _fitted(ratings: sparse.csr_matrix, **config: object) -> EASE:
    model = registry.create("ease", regularization=20.0, **config).fit(ratings)
    assert isinstance(model, EASE)
    return model


@pytest.mark.parametrize(("people", "dual"), [(30, True), (90, False)])
def test_both_forms_are_the_formula(people: int, dual: bool) -> None:
    ratings = two_tastes(people=people)
    model = _fitted(ratings)
    assert model.dual_ == dual
    one = history(40, {3: 3.5})
    share = model.shares(one, np.array([5], np.int32))[0, 0]
    expected = _worked_out(ratings, 20.0)[3] * share / _worked_out(ratings, 20.0)[3, 5]
    np.testing.assert_allclose(model.score(one)[0], expected, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("people", [30, 90])
def test_shares_are_what_each_rating_alone_would_bring(people: int) -> None:
    model = _fitted(two_tastes(people=people))
    one = history(40, {0: 5, 3: 4, 25: 1})
    movies = np.arange(40, dtype=np.int32)
    np.testing.assert_allclose(model.shares(one, movies).sum(axis=1), model.score(one)[0], rtol=1e-3, atol=1e-5)


def test_with_little_memory_only_the_most_rated_films_are_solved_for() -> None:
    ratings = two_tastes(people=90)
    model = _fitted(ratings, memory=4 * 10**2)
    counts = np.bincount(ratings.indices, minlength=40)
    assert model.known_.sum() == 10
    assert counts[model.known_].min() >= np.sort(counts)[-10]
    assert not model.score(ratings[:5])[:, ~model.known_].any()


def test_ratings_without_any_regularization_are_refused_with_a_sentence() -> None:
    ratings = sparse.csr_matrix(np.ones((5, 3), np.float32))
    with pytest.raises(ValueError, match="regularization"):
        registry.create("ease", regularization=0.0).fit(ratings)
