"""Lists of many people, made together, are those that each of them would be given alone."""

import numpy as np
import pytest
from scipy import sparse

from recommendations.algorithms import Recommender, registry
from recommendations.algorithms.hybrid import Hybrid
from recommendations.data import SideInformation
from tests.recommendations.matrices import kinds, two_tastes

PEOPLE, FILMS, UNRATED = 120, 60, 6
PARTS = ("popularity", "trending", "content", "item_knn", "user_knn", "svd", "mf", "als", "als_coarse", "ease", "slim")
SHORT_AND_LONG = ((0.0, 1.0), (4.0, 0.25), (20.0, 0.5))


@pytest.fixture(scope="module")
def ratings() -> sparse.csr_matrix:
    """Histories of all lengths, none too, in which the last films are not rated by anybody."""
    matrix = two_tastes(people=PEOPLE, films=FILMS).tolil()
    matrix[:, FILMS - UNRATED :] = 0
    for person in range(1, 20):
        matrix[person, person:] = 0
    matrix[0] = 0
    return sparse.csr_matrix(matrix)


def _hybrid(ratings: sparse.csr_matrix, parts: tuple[str, ...], **config: object) -> Hybrid:
    side = SideInformation(film_features=kinds(FILMS), times=np.arange(ratings.nnz))
    slopes = [0.0 if name == "content" else 0.3 for name in parts]
    rows = [[0.5 if place == shorter else 1.0 for place in range(len(parts))] for shorter in range(3)]
    weights = [[weight / sum(row) for weight in row] for row in rows]
    blend = {"parts": parts, "lengths": [0, 5, 20], "weights": weights, "slopes": slopes}
    model = registry.create("hybrid", parts=parts, blend=blend, **config).fit(ratings, side)
    assert isinstance(model, Hybrid)
    return model


@pytest.mark.parametrize("parts", [PARTS, ("item_knn", "content"), ("ease",), ("popularity", "user_knn")])
@pytest.mark.parametrize("films", [FILMS, 25])
def test_lists_made_together_are_those_of_each_alone(
    ratings: sparse.csr_matrix, parts: tuple[str, ...], films: int
) -> None:
    model = _hybrid(ratings, parts, films=films, settings={"ease": {"dense_films": 10, "kept_share": 0.3}})
    together, their_scores = model.recommend(ratings, FILMS)
    alone, scores = Recommender.recommend(model, ratings, FILMS)
    np.testing.assert_allclose(their_scores, scores, atol=2e-3)
    differ = together != alone
    # Films whose scores are equal but for the rounding may change places.
    np.testing.assert_allclose(their_scores[differ], scores[differ], atol=2e-4)
    assert differ.mean() < 0.05


def test_only_the_most_rated_films_are_listed(ratings: sparse.csr_matrix) -> None:
    model = _hybrid(ratings, PARTS, films=25)
    found, _ = model.recommend(ratings, FILMS)
    counts = np.bincount(ratings.indices, minlength=FILMS)
    assert counts[np.unique(found[found >= 0])].min() >= np.sort(counts)[-25]
    assert not model.score(ratings)[:, counts < np.sort(counts)[-25]].any()
    assert model.known_.sum() == 25


def test_films_that_nobody_has_rated_are_listed_by_their_content(ratings: sparse.csr_matrix) -> None:
    found, _ = _hybrid(ratings, ("content", "item_knn", "als")).recommend(ratings[60:], FILMS)
    assert (found >= FILMS - UNRATED).any(axis=1).mean() > 0.9


def test_seen_films_are_listed_when_that_is_asked_for(ratings: sparse.csr_matrix) -> None:
    model = _hybrid(ratings, PARTS)
    found, _ = model.recommend(ratings[40:], 10, exclude_seen=False)
    seen = [np.isin(row, ratings[[40 + place]].indices).any() for place, row in enumerate(found)]
    assert np.mean(seen) > 0.9
