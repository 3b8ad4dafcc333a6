"""One measured run for all."""

import numpy as np
import pytest
from scipy import sparse

from recommendations.algorithms import registry
from recommendations.evaluation import Split, evaluate, held_out_people, hold_out
from recommendations.rating import StarPredictor
from tests.recommendations.matrices import two_tastes

IDS = np.random.default_rng(0).integers(1, 2**53, 60)
GENRES = sparse.csr_matrix(np.repeat(np.eye(2), 20, axis=0))


@pytest.fixture(scope="module")
def split() -> Split:
    return hold_out(two_tastes(), held_out_people(IDS, 0.3), target_share=0.2, most=1000, seed=0)


@pytest.fixture(scope="module")
def found(split: Split) -> dict:
    models = {name: registry.create(name).fit(split.training) for name in ("popularity", "item_knn")}
    return evaluate(models, StarPredictor().fit(split.training), split, genres=GENRES)
