"""What is measured was never fitted."""

import numpy as np

from recommendations.algorithms import registry
from recommendations.evaluation import evaluate, held_out_people, hold_out
from recommendations.rating import StarPredictor
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


def test_evidence_ranks_a_model_that_knows_tastes_above_popularity() -> None:
    split = _split()
    models = {name: registry.create(name).fit(split.training) for name in ("popularity", "item_knn")}
    found = evaluate(models, StarPredictor().fit(split.training), split)
    ranked = found["recommenders"]
    assert ranked["item_knn"]["ndcg_at_10"] > ranked["popularity"]["ndcg_at_10"]
    assert 0 < found["stars"]["mae"] < 1


def test_without_held_out_people_nothing_is_measured() -> None:
    split = hold_out(two_tastes(), np.zeros(60, bool), target_share=0.2, most=10, seed=0)
    assert evaluate({}, StarPredictor(), split) == {"people": 0, "recommenders": {}, "stars": {}}
