"""What is measured was never fitted."""

import numpy as np
import pytest
from scipy import sparse
from sklearn.model_selection import KFold

from recommendations.data import SideInformation
from recommendations.evaluation import CannotSplit, Split, held_out_people, hold_out
from recommendations.evaluation import split as splits
from tests.recommendations.matrices import two_tastes

IDS = np.random.default_rng(0).integers(1, 2**53, 60)


def _split(seed: int = 0):
    return hold_out(two_tastes(), held_out_people(IDS, 0.3), target_share=0.2, most=1000, seed=seed)


def test_held_out_people_are_the_same_in_every_run_and_about_as_many_as_asked_for() -> None:
    ids = np.random.default_rng(5).integers(1, 2**53, 20_000)
    held = held_out_people(ids, 0.1)
    assert held.mean() == np.float64(held_out_people(ids[::-1], 0.1).mean())
    assert 0.08 < held.mean() < 0.12


def test_neighboring_ids_are_spread_too() -> None:
    assert 80 < held_out_people(np.arange(1, 1001), 0.1).sum() < 120


def test_models_see_nothing_of_held_out_people() -> None:
    held = held_out_people(IDS, 0.3)
    training = _split().training
    assert training[held].nnz == 0
    assert (training[~held] != two_tastes()[~held]).nnz == 0


def test_shown_and_foreseen_ratings_make_up_the_persons_own() -> None:
    split, held = _split(), held_out_people(IDS, 0.3)
    assert (split.histories + split.targets != two_tastes()[held]).nnz == 0
    assert split.histories.multiply(split.targets).nnz == 0


def test_a_fifth_of_each_persons_ratings_has_to_be_foreseen() -> None:
    split = _split()
    counts = np.diff(split.targets.indptr) / (np.diff(split.targets.indptr) + np.diff(split.histories.indptr))
    assert ((counts > 0.1) & (counts < 0.3)).all()


def test_the_same_seed_splits_alike_and_another_one_differently() -> None:
    assert (_split().targets != _split().targets).nnz == 0
    assert (_split().targets != _split(seed=1).targets).nnz > 0


def test_no_more_people_are_measured_than_asked_for() -> None:
    split = hold_out(two_tastes(), np.ones(60, bool), target_share=0.2, most=7, seed=0)
    assert split.targets.shape[0] == 7


def test_random_folds_are_those_of_scikit_learn_over_the_lines_of_the_file() -> None:
    ratings = two_tastes()
    lines = np.random.default_rng(3).permutation(ratings.nnz)
    folds = splits.k_folds(ratings, folds=5, seed=7, lines=lines)
    for ours, (_, theirs) in zip(folds, KFold(5, shuffle=True, random_state=7).split(lines), strict=True):
        assert set(lines[~ours.kept]) == set(theirs)


def test_every_rating_is_foreseen_in_one_fold_and_shown_in_the_others() -> None:
    ratings = two_tastes()
    folds = list(splits.k_folds(ratings, folds=4))
    assert sum((~fold.kept).astype(int) for fold in folds).tolist() == [1] * ratings.nnz
    assert all((fold.training.multiply(_whole(fold, ratings))).nnz == 0 for fold in folds)


def test_more_folds_than_ratings_are_refused() -> None:
    with pytest.raises(CannotSplit, match="2 ratings cannot be cut into 5 folds"):
        next(splits.k_folds(sparse.csr_matrix(np.eye(2, dtype=np.float32))))


def test_one_rating_of_everybody_who_has_two_is_left_out() -> None:
    ratings = history_rows([[5, 4, 3], [2, 0, 0], [4, 0, 1]])
    split = splits.leave_out(ratings, number=1, seed=1)
    assert split.people.tolist() == [0, 2]
    assert np.diff(split.targets.indptr).tolist() == [1, 1]
    assert split.training[1].nnz == 1


def test_at_least_one_rating_is_shown_however_many_are_asked_for() -> None:
    split = splits.leave_out(history_rows([[5, 4, 3], [2, 0, 1]]), number=9)
    assert np.diff(split.histories.indptr).tolist() == [1, 1]


def test_the_latest_ratings_of_each_person_are_foreseen() -> None:
    ratings = history_rows([[5, 4, 3], [2, 1, 0]])
    split = splits.leave_last(ratings, np.array([30, 10, 20, 1, 2]), number=1)
    assert split.targets.toarray().tolist() == [[5, 0, 0], [0, 1, 0]]


def test_nothing_that_is_foreseen_globally_is_older_than_what_is_shown() -> None:
    ratings = two_tastes()
    times = np.random.default_rng(2).integers(0, 100, ratings.nnz)
    split = splits.global_time(ratings, times, share=0.25)
    assert times[split.kept].max() < times[~split.kept].min()
    assert 0.2 < (~split.kept).mean() < 0.3


def test_ratings_of_one_moment_cannot_be_split_by_time() -> None:
    with pytest.raises(CannotSplit, match="one moment"):
        splits.global_time(two_tastes(), np.zeros(two_tastes().nnz, np.int64))


def test_exactly_so_many_ratings_are_folded_in_and_fewer_are_among_more() -> None:
    five, two = (splits.fold_in(_split(), ratings, seed=0) for ratings in (5, 2))
    assert set(np.diff(five.histories.indptr)) == {5}
    assert set(np.diff(two.histories.indptr)) == {2}
    assert (five.histories.multiply(two.histories > 0) != two.histories).nnz == 0
    assert (five.targets != _split().targets).nnz == 0


def test_who_has_fewer_ratings_than_are_folded_in_is_left_out() -> None:
    split = splits.fold_in(_split(), 17, seed=0)
    assert 0 < len(split.people) < len(_split().people)
    assert (np.diff(split.histories.indptr) == 17).all()


def test_cold_films_are_nowhere_in_training_and_the_only_candidates() -> None:
    split = splits.cold_films(two_tastes(films=40), share=0.2, seed=0)
    assert split.candidates is not None
    assert split.candidates.sum() == 8
    assert split.training[:, split.candidates].nnz == 0
    assert split.targets[:, ~split.candidates].nnz == 0


def test_times_go_with_the_ratings_that_are_kept() -> None:
    ratings = two_tastes()
    split = splits.leave_out(ratings, share=0.2)
    side = split.side(SideInformation(times=np.arange(ratings.nnz)))
    assert side.times is not None
    assert (ratings.data[side.times] == split.training.data).all()


def _whole(split: Split, ratings: sparse.csr_matrix) -> sparse.csr_matrix:
    """Return the targets in the rows of the whole matrix."""
    measured = len(split.people)
    places = (split.people, np.arange(measured))
    return sparse.csr_matrix((np.ones(measured), places), (ratings.shape[0], measured)) @ split.targets


def history_rows(stars: list[list[float]]) -> sparse.csr_matrix:
    return sparse.csr_matrix(np.array(stars, np.float32))
