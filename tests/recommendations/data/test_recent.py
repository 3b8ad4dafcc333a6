"""What was worked out from the last histories is given again, and nothing else."""

from itertools import count

import numpy as np
from scipy import sparse

from recommendations.data.recent import OfRecentHistories


def _history(*stars: float) -> sparse.csr_matrix:
    return sparse.csr_matrix(np.array([stars], np.float32))


def test_the_same_ratings_are_worked_on_once() -> None:
    recent, calls = OfRecentHistories[int](most=4), count(1)
    assert [recent.of(_history(3, 0, 5), lambda: next(calls)) for _ in range(3)] == [1, 1, 1]


def test_other_stars_or_other_films_are_other_histories() -> None:
    recent, calls = OfRecentHistories[int](most=4), count(1)
    asked = [_history(3, 0, 5), _history(3, 0, 4), _history(3, 5, 0), _history(3, 0, 5)]
    assert [recent.of(each, lambda: next(calls)) for each in asked] == [1, 2, 3, 1]


def test_the_one_that_was_not_asked_about_for_longest_is_forgotten() -> None:
    recent, calls = OfRecentHistories[int](most=2), count(1)
    for stars in (1, 2, 1, 3):
        recent.of(_history(stars), lambda: next(calls))
    assert [recent.of(_history(stars), lambda: next(calls)) for stars in (1, 2)] == [1, 4]
