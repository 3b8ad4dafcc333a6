import numpy as np
from scipy import sparse

from recommendations.data import IdMap, SideInformation
from recommendations.data.interactions import of_people, prepared, some_people
from tests.recommendations.matrices import two_tastes


def test_the_last_of_duplicate_entries_wins() -> None:
    twice = sparse.coo_matrix(([1.0, 5.0, 2.0, 3.0], ([0, 0, 1, 1], [1, 1, 0, 1])), shape=(2, 2))
    assert prepared(twice)[0].toarray().tolist() == [[0, 5], [2, 3]]


def test_the_last_of_duplicate_entries_wins_in_csr_too() -> None:
    twice = sparse.csr_matrix((np.array([1.0, 5.0, 3.0]), np.array([1, 1, 0]), np.array([0, 2, 3])), shape=(2, 2))
    assert prepared(twice)[0].toarray().tolist() == [[0, 5], [3, 0]]


def test_explicit_zeros_are_dropped() -> None:
    matrix = sparse.csr_matrix((np.array([0.0, 4.0]), np.array([0, 1]), np.array([0, 1, 2])), shape=(2, 2))
    assert prepared(matrix)[0].nnz == 1


def test_keys_become_positions_and_unknown_ones_minus_one() -> None:
    ids = IdMap(np.array([7, 9]), np.array([10, 20, 30]))
    assert ids.movie_ix([30, 10, 11]).tolist() == [2, 0, -1]
    assert ids.rater_ix([9, 8]).tolist() == [1, -1]


def test_positions_in_an_empty_map_are_all_unknown() -> None:
    ids = IdMap(np.array([], np.int64), np.array([], np.int64))
    assert ids.movie_ix([3]).tolist() == [-1]


def test_a_history_leaves_out_films_that_are_not_in_the_matrix() -> None:
    ids = IdMap(np.array([1]), np.array([10, 20, 30]))
    row = ids.history([30, 99, 10], [1.5, 5, 4])
    assert row.toarray().tolist() == [[4, 0, 1.5]]


def test_so_many_random_people_are_taken_that_they_have_about_so_many_ratings() -> None:
    ratings = two_tastes()
    some = some_people(ratings, ratings.nnz // 4, np.random.default_rng(0))
    assert ratings.nnz // 5 < ratings[some].nnz <= ratings.nnz // 4
    assert some_people(ratings, ratings.nnz, np.random.default_rng(0)).all()


def test_what_is_known_of_some_people_is_theirs() -> None:
    ratings = two_tastes()
    people = np.arange(ratings.shape[0]) % 3 == 0
    theirs, side = of_people(ratings, SideInformation(times=np.arange(ratings.nnz)), people)
    assert theirs.shape == (20, ratings.shape[1])
    assert side.times is not None
    np.testing.assert_array_equal(ratings.data[side.times], theirs.data)
