"""Filters that come before a split."""

import numpy as np
from scipy import sparse

from recommendations.data import SideInformation
from recommendations.data.interactions import entries
from recommendations.evaluation import Dataset, as_choices, at_least_stars, k_core
from tests.recommendations.matrices import two_tastes


def _dataset(stars: object) -> Dataset:
    matrix = sparse.csr_matrix(np.asarray(stars, np.float32))
    return Dataset("made", matrix, SideInformation(times=np.arange(matrix.nnz)), np.arange(matrix.nnz) * 10)


def test_a_k_core_takes_people_and_films_away_in_turns() -> None:
    # The third person goes first, which leaves the last film with one rating, which leaves the second with one person.
    data = k_core(_dataset([[5, 5, 0, 0], [5, 5, 3, 0], [0, 0, 4, 0]]), 2)
    assert data.interactions.toarray().tolist() == [[5, 5, 0, 0], [5, 5, 0, 0], [0, 0, 0, 0]]


def test_everybody_left_in_a_k_core_has_enough() -> None:
    matrix = k_core(_dataset(two_tastes().toarray()), 21).interactions
    people, films = np.diff(matrix.indptr), np.bincount(matrix.indices, minlength=40)
    assert people[people > 0].min(initial=99) >= 21
    assert films[films > 0].min(initial=99) >= 21


def test_times_and_lines_go_with_the_ratings_that_are_left() -> None:
    data = at_least_stars(_dataset([[5, 1, 0], [3, 0, 4]]), 4)
    assert data.interactions.toarray().tolist() == [[5, 0, 0], [0, 0, 4]]
    assert data.side.times is not None
    assert (data.side.times.tolist(), data.lines.tolist()) == ([0, 3], [0, 30])


def test_filters_are_noted() -> None:
    assert as_choices(k_core(at_least_stars(_dataset([[5, 4]]), 3.5), 1)).notes == (
        "ratings of 3.5 stars and more",
        "1-core",
        "stars forgotten",
    )


def test_choices_have_equal_values_and_the_original_keeps_its_stars() -> None:
    data = _dataset([[5, 1], [3, 0]])
    assert as_choices(data).interactions.data.tolist() == [1, 1, 1]
    assert data.interactions.data.tolist() == [5, 1, 3]


def test_only_keeps_places() -> None:
    matrix = two_tastes()
    kept = np.random.default_rng(0).random(matrix.nnz) < 0.5
    assert (entries(matrix, kept) + entries(matrix, ~kept) != matrix).nnz == 0
