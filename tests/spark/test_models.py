"""What the cluster fits is what one machine fits: the same neighbours, and factors that rank as well."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from scipy import sparse

from recommendations.algorithms.als import ALS
from recommendations.algorithms.item_knn import ItemKNN, ItemKNNConfig
from recommendations.data import InvalidInteractions
from recommendations.evaluation import Split, hold_out
from recommendations.evaluation.report import figures, measure_lists
from recommendations.spark import als, item_knn
from recommendations.spark.blocks import numbers
from recommendations.spark.session import Cluster
from recommendations.spark.toplists import made_on
from recommendations.training.engine import EngineUnavailable
from recommendations.training.sources import dataset
from tests.spark.matrices import dealt_out


@pytest.fixture(scope="module")
def split(movielens_data: Path) -> Split:
    """A third of the people of ml-100k held out whole, a fifth of each one's ratings to be foreseen from the rest."""
    now = datetime(2026, 11, 20, tzinfo=UTC)
    release = dataset(
        str(movielens_data / "ml-100k.zip"), datasets_dir=movielens_data, now=now, progress=lambda *_: None
    )
    people = np.arange(release.interactions.shape[0]) % 3 == 0
    return hold_out(release.interactions, people, target_share=0.2, most=1_000, seed=0)


@pytest.fixture(scope="module")
def ratings(split: Split) -> sparse.csr_matrix:
    return split.training


@pytest.mark.real_data
def test_the_factors_of_the_cluster_rank_as_well_as_ours_within_two_percent(
    cluster: Cluster, split: Split, ratings: sparse.csr_matrix
) -> None:
    ours = ALS().fit(ratings)
    theirs = als.fit(dealt_out(cluster.session, ratings), ratings.shape[1], ours.config)
    assert _ndcg(theirs, split) >= 0.98 * _ndcg(ours, split)


@pytest.mark.real_data
@pytest.mark.parametrize("group_films", [item_knn.GROUP_FILMS, 300])
def test_films_have_the_same_neighbors_as_on_one_machine(
    cluster: Cluster, ratings: sparse.csr_matrix, group_films: int
) -> None:
    config = ItemKNNConfig()
    ours = ItemKNN(config).fit(ratings)
    theirs = item_knn.fit(dealt_out(cluster.session, ratings), ratings.shape[1], config, group_films=group_films)
    np.testing.assert_array_equal(np.diff(theirs.weights_.indptr), np.diff(ours.weights_.indptr))
    # Equally likely films at the end of a neighbourhood may differ in which of them is kept, likenesses may not.
    for film in range(ratings.shape[1]):
        ours_row, theirs_row = ours.weights_[[film]], theirs.weights_[[film]]
        np.testing.assert_allclose(np.sort(theirs_row.data), np.sort(ours_row.data), rtol=1e-4)
        certain = ours_row.data > 1.001 * ours_row.data.min(initial=np.inf)
        assert set(ours_row.indices[certain]) <= set(theirs_row.indices)
    np.testing.assert_array_equal(theirs.known_, ours.known_)


def test_lists_made_on_the_cluster_are_those_that_the_model_gives_here(cluster: Cluster) -> None:
    generator = np.random.default_rng(5)
    stars = np.where(generator.random((2_500, 30)) < 0.3, generator.integers(1, 6, (2_500, 30)), 0)
    ratings = sparse.csr_matrix(stars, dtype=np.float32)
    model, movies = ItemKNN().fit(ratings), np.arange(100, 130)
    people = np.flatnonzero(np.diff(ratings.indptr))
    batches = list(made_on(dealt_out(cluster.session, ratings, parts=3), model, movies, 10))
    positions, scores = model.recommend(ratings[people], 10)
    np.testing.assert_array_equal(np.concatenate([numbers(batch, "rater") for batch in batches]), people)
    listed = np.concatenate([np.asarray(batch.column("movies").flatten()).reshape(-1, 10) for batch in batches])
    np.testing.assert_array_equal(listed, np.where(positions >= 0, positions + 100, -1))
    given = np.concatenate([np.asarray(batch.column("scores").flatten()).reshape(-1, 10) for batch in batches])
    np.testing.assert_allclose(given, scores, rtol=1e-5)


@pytest.mark.parametrize("fit", [als.fit, item_knn.fit])
def test_nobody_to_learn_from_is_said_in_a_sentence(cluster: Cluster, fit: object) -> None:
    config = (als.ALSConfig if fit is als.fit else ItemKNNConfig)()
    with pytest.raises(InvalidInteractions, match="nothing to learn from"):
        fit(dealt_out(cluster.session, sparse.csr_matrix(np.eye(3, dtype=np.float32))).where("false"), 3, config)


def test_a_task_that_breaks_is_told_in_one_line(cluster: Cluster) -> None:
    rows = cluster.session.range(3).mapInArrow(lambda batches: (1 / 0 for _ in batches), "id bigint")
    with pytest.raises(EngineUnavailable, match=r"could not go on: .*division by zero") as told, cluster.sentences():
        rows.count()
    assert "\n" not in str(told.value)


def _ndcg(model: ALS, split: Split) -> float:
    return figures([measure_lists(model, split, 10)])["ndcg_at_10"].value
