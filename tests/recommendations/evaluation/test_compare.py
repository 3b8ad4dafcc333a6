"""Every protocol on small data, and what is refused."""

import numpy as np
import pytest
from scipy import sparse

from recommendations.algorithms.registry import UnknownRecommender
from recommendations.data import SideInformation
from recommendations.evaluation import PROTOCOLS, CannotSplit, Dataset, UnknownProtocol, compare, protocol
from tests.recommendations.matrices import two_tastes


def _dataset(people: int = 80) -> Dataset:
    ratings = two_tastes(people=people)
    times = np.random.default_rng(6).integers(0, 1000, ratings.nnz)
    genres = sparse.csr_matrix(np.repeat(np.eye(2), 20, axis=0))
    return Dataset("made", ratings, SideInformation(film_features=genres, times=times), None, genres)


@pytest.mark.parametrize("name", list(PROTOCOLS))
def test_every_protocol_measures_lists(name: str) -> None:
    found = compare(_dataset(), name, ["item_knn"], k=5)
    assert found.people > 0
    assert 0 <= found.models["item_knn"]["recall_at_5"].value <= 1


def test_predicted_stars_are_measured_like_a_model() -> None:
    assert 0 < compare(_dataset(), "leave-out", ["stars"]).models["stars"]["mae"].value < 1


@pytest.mark.parametrize("name", list(PROTOCOLS))
def test_a_protocol_splits_alike_for_a_seed_and_records_it(name: str) -> None:
    once, again = (list(protocol(name).splits(_dataset(), 3)) for _ in range(2))
    for ours, theirs in zip(once, again, strict=True):
        assert ours.seed == (None if name == "global-time" else 3)
        assert (ours.kept == theirs.kept).all()
        assert (ours.histories != theirs.histories).nnz == 0


def test_all_sizes_of_fold_in_measure_the_same_people_on_the_same_targets() -> None:
    one, ten = (next(protocol(f"strong-{ratings}").splits(_dataset(), 0)) for ratings in (1, 10))
    assert (one.people == ten.people).all()
    assert (one.targets != ten.targets).nnz == 0


def test_settings_reach_the_model() -> None:
    few, many = (
        compare(_dataset(), "strong", ["svd"], configurations={"svd": {"factors": factors}}).models["svd"]
        for factors in (1, 30)
    )
    assert few["ndcg_at_10"] != many["ndcg_at_10"]


def test_chance_is_told_where_only_some_films_are_ranked() -> None:
    assert compare(_dataset(), "cold-films", ["popularity"], k=2).chance == pytest.approx(2 / 8)
    assert compare(_dataset(), "leave-out", ["popularity"], k=2).chance is None


def test_a_film_that_was_never_fitted_is_listed_by_nobody_who_counts_ratings() -> None:
    assert compare(_dataset(), "cold-films", ["popularity"]).models["popularity"]["coverage"].value == 0


def test_unknown_names_are_told_before_anything_is_fitted() -> None:
    with pytest.raises(UnknownProtocol, match="global-time"):
        compare(_dataset(), "sideways", ["item_knn"])
    with pytest.raises(UnknownRecommender, match="item_knn"):
        compare(_dataset(), "random", ["item_knn", "oracle"])


@pytest.mark.parametrize("name", list(PROTOCOLS))
def test_too_little_data_is_refused_in_a_sentence(name: str) -> None:
    tiny = Dataset("tiny", sparse.csr_matrix(np.eye(2, dtype=np.float32)), SideInformation(times=np.array([1, 2])))
    with pytest.raises(CannotSplit):
        compare(tiny, name, ["popularity"])


def test_ratings_without_times_cannot_be_split_by_time() -> None:
    with pytest.raises(CannotSplit, match="no times"):
        compare(Dataset("made", two_tastes()), "global-time", ["popularity"])
